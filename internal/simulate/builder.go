package simulate

import (
	"fmt"
	"slices"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
)

// builder makes a World.
type builder struct {
	*World
	estate      *kubernetes.Estate
	places      locate.Places
	as          bool
	keys        []string // topology keys
	keyOf       map[string]int32
	domains     []map[string]int32 // by key: ids of its values
	relevant    map[string]bool    // labels of nodes that something asks about
	byName      bool               // something asks about nodes by name
	constraints map[string]int32
	asked       []constraint
	groupOf     map[string]int32
	shapeOf     map[string]int32
	poolOf      map[string]int32
	pdbIndex    map[asksLabel][]int32
	classOf     map[classKey]int32
	dims        map[string]int // extended resources
	workloadOf  []int32        // by estate workload, -1 where it is left out
	nodeOf      map[string]int32
	repels      []repel
	scopes      []scope         // of the groups
	numbered    map[string]bool // namespaces in which a budget selects pods of StatefulSets by number
	claims      map[string]*kubernetes.VolumeClaim
	tieAt       map[string]int32
	unplaced    []string // which workloads no node takes, and why
	extensions  []contract.Extension
	hooks       []string            // what holds machines, in the order of the nodes
	hooked      map[string][]string // the nodes of those machines
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
	b := &builder{
		World: &World{newest: e.Newest}, estate: e, places: places, as: as,
		keyOf: map[string]int32{}, relevant: map[string]bool{}, constraints: map[string]int32{}, groupOf: map[string]int32{},
		shapeOf: map[string]int32{}, poolOf: map[string]int32{}, pdbIndex: map[asksLabel][]int32{}, classOf: map[classKey]int32{},
		dims: map[string]int{}, nodeOf: map[string]int32{}, numbered: map[string]bool{}, tieAt: map[string]int32{},
		extensions: extensions(&places), hooked: map[string][]string{},
	}
	b.key(hostname)
	b.zoned = int(b.key(zone))
	for i := range e.Nodes {
		b.nodeOf[e.Nodes[i].Name] = int32(i)
	}
	b.findPDBs()
	b.findWorkloads()
	b.findPools()
	b.findNodes()
	b.findPods()
	b.match()
	b.findDrainRules()
	b.findGates()
	b.findSpared()
	b.findRefusers()
	b.findQuotas()
	if err := b.settle(); err != nil {
		return nil, err
	}
	b.findUnplayed()
	b.findHealthChecks()
	b.watching, b.nodeOrder = b.watchlist(), b.nodesByName()
	return b.World, nil
}

func (b *builder) key(name string) int32 {
	k, ok := b.keyOf[name]
	if !ok {
		k = int32(len(b.keys))
		b.keyOf[name] = k
		b.keys = append(b.keys, name)
		b.domains = append(b.domains, map[string]int32{})
		if name != hostname {
			b.relevant[name] = true
		}
	}
	return k
}

func (b *builder) domain(key int32, value string) int32 {
	d, ok := b.domains[key][value]
	if !ok {
		d = int32(len(b.domains[key]))
		b.domains[key][value] = d
	}
	return d
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
