package simulate

import (
	"fmt"
	"slices"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
)

// builder makes a World, in parts of which each finds one thing of the estate.
type builder struct {
	*World
	estate     *kubernetes.Estate
	places     locate.Places
	as         bool
	workloadOf []int32 // by estate workload, -1 where it is left out
	nodeOf     map[string]int32

	topology    *topologyKeys
	constraints *nodeConstraints
	pdbIndex    *pdbIndex
	podGroups   *podGroups
	volumes     *volumeTies
	podClasses  *podClasses
	nodeShapes  *nodeShapes
}

// Prepare makes an estate ready to be played. Places say under which contracts
// its parts stand; as, that this is a question and not what was seen, so that
// what nodes and claims say of another platform does not hold.
//
// Workloads without pods in an estate that is not live are placed first, on
// nodes made up where there are none.
func Prepare(e *kubernetes.Estate, places locate.Places, as bool) (*World, error) {
	if err := checkLinks(e); err != nil {
		return nil, err
	}
	b := newBuilder(e, places, as)
	b.topology.key(hostname)
	b.zoned = int(b.topology.key(zone))
	for i := range e.Nodes {
		b.nodeOf[e.Nodes[i].Name] = int32(i)
	}
	b.volumes.findSlots()
	b.pdbIndex.find()
	b.podClasses.findWorkloads()
	b.nodeShapes.findPools()
	b.nodeShapes.findNodes()
	b.volumes.slotsAnew()
	runningPods{b}.findPods()
	b.podGroups.match()
	drainRules{b}.findDrainRules()
	webhookGates{b}.findGates()
	autoscalerSpares{b}.findAutoscaler()
	autoscalerSpares{b}.findSpared()
	webhookGates{b}.findRefusers()
	webhookGates{b}.findGuards()
	quotaCharges{b}.findQuotas()
	first := firstPlacement{builder: b}
	if err := first.settle(); err != nil {
		return nil, err
	}
	b.volumes.findShared()
	unplayedParts{b}.findUnplayed()
	unplayedParts{b}.noteDevices()
	unplayedParts{b}.findGated()
	unplayedParts{b}.findOperated()
	unplayedParts{b}.findHealthChecks()
	b.watching, b.nodeOrder = b.watchlist(), b.nodesByName()
	return b.World, nil
}

func newBuilder(e *kubernetes.Estate, places locate.Places, as bool) *builder {
	b := &builder{World: &World{newest: e.Newest}, estate: e, places: places, as: as, nodeOf: map[string]int32{}}
	b.topology = &topologyKeys{builder: b, ids: map[string]int32{}}
	b.constraints = &nodeConstraints{builder: b, ids: map[string]int32{}, relevant: map[string]bool{}}
	b.pdbIndex = &pdbIndex{builder: b, byLabel: map[asksLabel][]int32{}, numbered: map[string]bool{}}
	b.podGroups = &podGroups{builder: b, groupOf: map[string]int32{}}
	b.volumes = &volumeTies{builder: b, ids: map[string]int32{}, diskOf: map[string]int32{}}
	b.podClasses = &podClasses{builder: b, classOf: map[classKey]int32{}, dims: map[string]int{}, extensions: extensions(&places)}
	b.nodeShapes = &nodeShapes{builder: b, shapeOf: map[string]int32{}, poolOf: map[string]int32{}, hooked: map[string][]string{}}
	return b
}

func (b *builder) note(format string, args ...any) {
	if words := fmt.Sprintf(format, args...); !slices.Contains(b.notes, words) {
		b.notes = append(b.notes, words)
	}
}

// checkLinks reports an estate in which workloads and pods do not agree on which
// pod is whose: somebody has cut one of the lists.
func checkLinks(e *kubernetes.Estate) error {
	for i := range e.Pods {
		if p := &e.Pods[i]; p.Workload >= len(e.Workloads) {
			return fmt.Errorf("pod %s/%s is linked to workload %d of %d: only a part of the estate was handed over",
				p.Namespace, p.Name, p.Workload, len(e.Workloads))
		}
	}
	for i := range e.Workloads {
		w := &e.Workloads[i]
		for _, p := range w.Pods {
			if p < 0 || p >= len(e.Pods) || e.Pods[p].Workload != i {
				return fmt.Errorf("%s and its pods are not linked: only a part of the estate was handed over", w.Ref)
			}
		}
	}
	return nil
}
