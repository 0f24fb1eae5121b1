package simulate

import (
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/words"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/selection"
)

// placer puts pods on nodes before a scenario begins.
type placer struct{ *engine }

// fewestNodes is how many nodes are made up at the least, one in each of as
// many zones: on a single node nothing could be learnt.
const fewestNodes = 3

// mostPlaced is how many pods are placed at the most. The largest cluster that
// Kubernetes is tested with has 150,000.
const mostPlaced = 1 << 18

// firstPlacement puts pods on nodes where nobody says on which they are.
type firstPlacement struct {
	*builder
	unplaced []string // which workloads no node takes, and why
}

// place puts the workloads on nodes, all their pods ready, because there is no
// cluster to read that from. Where there are no nodes they are made up: as
// many as a provisioner would start, of one size.
func (b *firstPlacement) place() error {
	b.pods = nil
	for i := range b.pdbs { // what was counted of pods that were read
		for k := range b.pdbs[i].groups {
			b.pdbs[i].groups[k].Pods, b.pdbs[i].groups[k].Down = 0, 0
		}
	}
	invent := len(b.nodes) == 0
	if invent {
		b.inventShapes()
		nodeFits{b.builder}.judge()
	}
	nodeFits{b.builder}.measure()
	b.leaveOut()
	e := newEngine(b.World, &Scenario{Start: b.newest, Horizon: time.Hour, Runs: 1}, 1, false)
	e.provisioner.provisions = false
	var waits []int32
	for l := range b.workloads {
		w := &b.workloads[l]
		if len(waits)+w.replicas > mostPlaced {
			b.leave(fmt.Sprintf("%d pods of %s are more than can be placed, and are left out", w.replicas, w.Ref), w)
			continue
		}
		if !w.watched && w.kind != job { // pods of nodes, or what passes
			continue
		}
		for o := range w.replicas {
			ordinal := int32(-1)
			if w.kind == ordered {
				ordinal = int32(o)
			}
			waits = append(waits, e.controllers.create(int32(l), w.classOf(ordinal), ordinal, -1))
		}
	}
	if len(waits) == 0 && !invent && len(b.left()) > 0 {
		return nil
	}
	if len(waits) == 0 {
		return b.nothingToWatch()
	}
	(&placer{e}).settle(waits, invent)
	b.take(e)
	b.nodeShapes.renewMadeUp()
	if b.placed == 0 {
		return b.nothingToWatch()
	}
	words := "the workloads were placed first, since no running pods were read"
	if invent && len(b.estate.Pods) > 0 {
		words = "the workloads were placed first, since the nodes that their pods run on were not read"
	}
	if invent {
		words += fmt.Sprintf(": on %d made-up nodes (%s)", b.made, b.sizes())
	}
	b.note("%s", words)
	return nil
}

// settle finds nodes for pods, and makes them where it may.
func (pl *placer) settle(waits []int32, invent bool) {
	for i, p := range waits { // ages that keep an order
		pl.pods[p].created = int64(i)
	}
	if invent {
		// Somebody makes the nodes; who that is does not matter here.
		managed := make([]bool, len(pl.World.pools))
		for i := range pl.World.pools {
			managed[i], pl.World.pools[i].managed = pl.World.pools[i].managed, true
		}
		defer func() {
			for i := range managed {
				pl.World.pools[i].managed = managed[i]
			}
		}()
		list := slices.Clone(waits)
		slices.SortFunc(list, pl.solver.before)
		claims, _ := pl.solver.solve(list, nil, false)
		for i := range claims {
			pl.addNode(claims[i].pool, pl.nodeClaims.shapeOf(&claims[i]))
		}
		for i := range claims {
			pl.spread(claims[i].pool)
		}
	}
	for _, p := range waits {
		if !pl.settleOne(p) && invent {
			// The scheduler packs less tightly than the provisioner plans.
			var claims []nodeClaim
			pl.nodeClaims.place(&claims, &pl.pods[p], &pl.classes[pl.pods[p].class])
			pl.solver.restore()
			for i := range claims {
				pl.addNode(claims[i].pool, pl.nodeClaims.shapeOf(&claims[i]))
			}
			pl.settleOne(p)
		}
	}
}

// settleOne binds a pod, ready at once, where some node takes it.
func (pl *placer) settleOne(p int32) bool {
	x := &pl.pods[p]
	n := pl.scheduler.nodeFor(p, &pl.classes[x.class], x.tie)
	if n < 0 {
		return false
	}
	pl.kubelet.bind(p, n)
	x.ready = true
	return true
}

// addNode makes a node that is there at once.
func (pl *placer) addNode(pool, shape int32) {
	pl.nodeLifecycle.ready(pl.nodeLifecycle.launch(pool, shape, -1))
}

// spread adds nodes to a pool until there are enough of them to learn from, or
// as many as its limits allow.
func (pl *placer) spread(pool int32) {
	for _, s := range pl.World.pools[pool].shapes {
		if pl.pools[pool].total >= fewestNodes {
			return
		}
		used := pl.pools[pool].used
		used.add(&pl.shapes[s].size)
		if pl.alive[s] == 0 && !exceeds(&used, &pl.World.pools[pool].limits) {
			pl.addNode(pool, s)
		}
	}
}

// take makes the state of an engine the start of the world.
func (b *firstPlacement) take(e *engine) {
	index := make([]int32, len(e.nodes))
	if len(b.nodes) == 0 {
		for n := range e.nodes {
			x := &e.nodes[n]
			index[n] = -1
			if x.state == nodeActive {
				index[n] = int32(len(b.nodes))
				p := &b.pools[x.pool]
				p.settings.Nodes++
				b.nodes = append(b.nodes, node{
					name: fmt.Sprintf("%s-%d", p.name, len(b.nodes)+1), shape: x.shape, life: p.life, grace: p.grace,
					offering: p.offering, ready: true, assumed: true, strange: b.places.Untold,
					spot: p.spot || p.spotBy(b.shapes[x.shape].labels, b.places.SpotLabels),
				})
			}
		}
		b.made = len(b.nodes)
	} else {
		for n := range index {
			index[n] = int32(n)
		}
	}
	missing := map[int32]int{}
	for p := range e.pods {
		x := &e.pods[p]
		if x.state == podNone {
			continue
		}
		l := e.classes[x.class].workload
		if x.node < 0 || index[x.node] < 0 {
			missing[l]++
			continue
		}
		name := fmt.Sprintf("%s-%d", b.workloads[l].Name, len(b.pods))
		if x.ordinal >= 0 {
			name = fmt.Sprintf("%s-%d", b.workloads[l].Name, x.ordinal)
		}
		b.pods = append(b.pods, pod{
			name: name, class: x.class, node: index[x.node], tie: x.tie, ordinal: x.ordinal, uid: x.uid,
			created: b.newest.Unix(), ranFor: time.Hour, ready: true,
		})
	}
	b.leaveUnplaced(missing)
	b.placed = len(b.pods)
}

// leaveUnplaced takes workloads out of which no pod found a node, and says how many pods of
// others did not, by workload.
func (b *firstPlacement) leaveUnplaced(missing map[int32]int) {
	var none []*workload
	for _, l := range slices.Sorted(maps.Keys(missing)) {
		w, n := &b.workloads[l], missing[l]
		if n == w.replicas {
			none = append(none, w)
			continue
		}
		b.note("%d of %d pods of %s fit on no node%s", n, w.replicas, w.Ref, b.limited())
	}
	switch len(none) {
	case 0:
	case 1:
		b.leave(fmt.Sprintf("%d of %d pods of %s fit on no node%s", none[0].replicas, none[0].replicas, none[0].Ref, b.limited()), none[0])
	default:
		b.leave(fmt.Sprintf("no pod of %s fits on a node%s", words.Few(refsOf(none)), b.limited()), none...)
	}
}

// leaveOut takes workloads out that no node could ever run.
func (b *firstPlacement) leaveOut() {
	var none []*workload
	for l := range b.workloads {
		w := &b.workloads[l]
		c := &b.classes[w.class]
		if !w.watched || slices.ContainsFunc(b.shapesOf(), func(s int32) bool {
			free := b.shapes[s].capacity
			free.sub(&b.overhead[s])
			return b.fits[c.constraint][s] && free.holds(&c.asks)
		}) {
			continue
		}
		none = append(none, w)
	}
	if n := len(none); n > 0 {
		b.leave(fmt.Sprintf("%s %s on no node of the pools that were read, and %s left out", words.Few(refsOf(none)),
			words.Agree(n, "fits", "fit"), words.Agree(n, "is", "are")), none...)
	}
}

// leave takes workloads out that cannot be placed.
func (b *firstPlacement) leave(why string, all ...*workload) {
	for _, w := range all {
		w.watched = false
	}
	b.unplaced = append(b.unplaced, why)
	b.note("%s", why)
}

// refsOf are what workloads are called.
func refsOf(all []*workload) []string {
	names := make([]string, len(all))
	for i, w := range all {
		names[i] = w.Ref.String()
	}
	return names
}

// limited says which pools may have none of the nodes that were made up.
func (b *firstPlacement) limited() string {
	var pools []string
	for i := range b.pools {
		p := &b.pools[i]
		if p.closed || !slices.ContainsFunc(p.shapes, func(s int32) bool { return !exceeds(&b.shapes[s].size, &p.limits) }) {
			pools = append(pools, p.name)
		}
	}
	if len(pools) == 0 {
		return ""
	}
	return fmt.Sprintf(" (the limits of pool %s allow no node)", strings.Join(pools, ", "))
}

func (b *firstPlacement) shapesOf() []int32 {
	all := make([]int32, len(b.shapes))
	for i := range all {
		all[i] = int32(i)
	}
	return all
}

// inventShapes makes nodes up: of the pools that were read, or of one that
// carries every label that somebody asks for. They lie in three zones and are
// as large as the largest pod needs, but not smaller than 4 CPUs and 16 GiB.
func (b *firstPlacement) inventShapes() {
	var largest amount
	for i := range b.classes {
		for r := range largest {
			largest[r] = max(largest[r], b.classes[i].asks[r])
		}
	}
	// A fifth of a core and a GiB are the system's.
	cpus := max(4, ceilPow2(max((largest[cpu]+1199)/1000, (largest[memory]+(5<<30)-1)>>32)))
	if len(b.pools) == 0 {
		b.inventPools(nodeOf(cpus, &largest))
		return
	}
	for p := range b.pools {
		taints := []kubernetes.Taint{}
		zones := b.assumedZones()
		for i := range b.estate.Pools {
			if b.estate.Pools[i].Name != b.pools[p].name {
				continue
			}
			taints = b.estate.Pools[i].Taints
			for _, r := range b.estate.Pools[i].Requirements {
				if r.Key == zone && r.Operator == corev1.NodeSelectorOpIn {
					zones = r.Values
				}
			}
		}
		b.invent(int32(p), withinLimits(cpus, &largest, &b.pools[p].limits), b.pools[p].label, taints, zones)
	}
}

// nodeOf is a node of so many CPUs, with 4 GiB for each, that has besides what the largest pod
// asks for.
func nodeOf(cpus int64, largest *amount) amount {
	size := *largest
	size[cpu], size[memory], size[slots] = cpus*1000-100, cpus<<32-(1<<30), 58*max(1, cpus/4)
	return size
}

// withinLimits is a node of so many CPUs, or of fewer where the limits of its pool leave no room
// for two: Karpenter takes instances as large as the pods need that it has to place. One that is
// too small for the largest pod is made only where a larger one is more than the limits allow.
func withinLimits(cpus int64, largest, limits *amount) amount {
	size, most := nodeOf(cpus, largest), *limits
	most[slots] = 0 // a number of nodes, of which size says nothing
	for ; cpus > 1; cpus /= 2 {
		two, half := size, nodeOf(cpus/2, largest)
		two.add(&size)
		if !exceeds(&two, &most) || !half.holds(largest) && !exceeds(&size, &most) {
			break
		}
		size = half
	}
	return size
}

// inventPools makes one pool, and one more for each set of labels that only
// some workloads ask for.
func (b *firstPlacement) inventPools(size amount) {
	for i := range b.workloads {
		at := b.places.Fallback.Offering
		for k, l := range b.workloadOf {
			if l == int32(i) && b.places.Workloads[k].Offering != nil {
				at = b.places.Workloads[k].Offering
			}
		}
		if b.workloads[i].kind == daemon || b.workloads[i].kind == static {
			continue
		}
		c := &b.constraints.asked[b.classes[b.workloads[i].class].constraint]
		labels := b.wished(c)
		name := "default"
		if len(labels) > 0 {
			name = strings.Join(sorted(labels), ",")
		}
		if _, known := b.nodeShapes.poolOf[name]; known {
			continue
		}
		p := b.nodeShapes.poolFor(name, at)
		zones := b.assumedZones()
		if labels[hostname] != "" || labels[nodeName] != "" { // there is one node of a name
			zones = zones[:1]
		}
		b.invent(p, size, labels, nil, zones)
	}
}

// assumedZones are the zones that made-up nodes lie in: those that volumes and
// templates name, so that their pods find a node, and as many more as make three.
func (b *firstPlacement) assumedZones() []string {
	named := map[string]bool{}
	for i := range b.estate.VolumeClaims {
		for _, z := range b.estate.VolumeClaims[i].Zones {
			named[z] = true
		}
	}
	for i := range b.constraints.asked {
		c := &b.constraints.asked[i]
		if z, ok := c.selector[zone]; ok {
			named[z] = true
		}
		for _, term := range c.terms {
			for _, r := range term {
				if r.Key() == zone && (r.Operator() == selection.In || r.Operator() == selection.Equals) {
					for z := range r.Values() {
						named[z] = true
					}
				}
			}
		}
	}
	zones := slices.Sorted(maps.Keys(named))
	for _, z := range []string{"zone-a", "zone-b", "zone-c"}[min(len(zones), fewestNodes):] {
		zones = append(zones, z)
	}
	return zones
}

// wished are the labels a node needs so that a constraint admits it, as far as
// it names them.
func (b *firstPlacement) wished(c *constraint) map[string]string {
	labels := map[string]string{}
	if len(c.terms) > 0 {
		for _, r := range c.terms[0] {
			if v := r.Values().List(); len(v) > 0 && (r.Operator() == "in" || r.Operator() == "=") {
				labels[r.Key()] = v[0]
			} else if r.Operator() == "exists" {
				labels[r.Key()] = ""
			}
		}
	}
	maps.Copy(labels, c.selector)
	switch {
	case c.node != "":
		labels[nodeName] = c.node
	case len(c.names) > 0 && len(c.names[0]) > 0:
		labels[nodeName] = c.names[0][0]
	}
	for _, k := range []string{corev1.LabelOSStable, corev1.LabelArchStable, zone} {
		delete(labels, k) // every node has one
	}
	return labels
}

func (b *firstPlacement) invent(p int32, size amount, labels map[string]string, taints []kubernetes.Taint, zones []string) {
	for _, z := range zones {
		s := shape{pool: p, capacity: size, taints: taints, labels: map[string]string{}}
		for k := range b.constraints.relevant {
			if v, ok := labels[k]; ok {
				s.labels[k] = v
			}
		}
		if name := labels[nodeName]; name != "" {
			s.labels[nodeName] = name
		}
		for k, v := range map[string]string{
			corev1.LabelOSStable: "linux", corev1.LabelArchStable: "amd64", karpenterCapacityType: "on-demand",
		} {
			if _, set := s.labels[k]; !set && b.constraints.relevant[k] {
				s.labels[k] = v
			}
		}
		s.labels[zone] = z
		for _, k := range b.topology.names { // racks and the like: one a zone
			if _, set := s.labels[k]; !set && k != hostname {
				s.labels[k] = domainIn(k, z)
			}
		}
		b.nodeShapes.addShape(s)
	}
}

// domainIn is what a made-up node of a zone has as its value of another topology
// key. Zones of one cluster are of one region.
func domainIn(key, zone string) string {
	if key == corev1.LabelTopologyRegion {
		return "region"
	}
	return zone
}

func ceilPow2(n int64) int64 {
	if n <= 1 {
		return 1
	}
	return 1 << bits.Len64(uint64(n-1))
}

// sizes are what the made-up nodes have, in words.
func (b *firstPlacement) sizes() string {
	a := b.shapes[b.nodes[0].shape].capacity
	return fmt.Sprintf("%d CPUs and %d GiB each, in three zones", (a[cpu]+999)/1000, (a[memory]+(1<<30)-1)>>30+0)
}
