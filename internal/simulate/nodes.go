package simulate

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// nodeName stands in for a label where affinity asks for a node by name.
const nodeName = "metadata.name"

// nodeShapes are the pools, and the kinds of nodes that they have.
type nodeShapes struct {
	*builder
	shapeOf map[string]int32
	poolOf  map[string]int32
	hooks   []string            // what holds machines, in the order of the nodes
	hooked  map[string][]string // the nodes of those machines
}

// findPools takes the pools that were read. Nodes of others bring them along.
func (b *nodeShapes) findPools() {
	for i := range b.estate.Pools {
		p := &b.estate.Pools[i]
		at := b.places.Pools[i]
		if at.Offering == nil {
			at = b.places.Fallback
		}
		id := b.poolFor(p.Name, at.Offering)
		x := &b.pools[id]
		x.weight, x.closed, x.static, x.replicas, x.spot = p.Weight, p.Closed, p.Static, p.Replicas, p.Spot(b.places.SpotLabels)
		x.kept = disruption.KeepsNode(p.NodeAnnotations) != ""
		x.limits = amount{cpu: p.Limits.CPU, memory: p.Limits.Memory, slots: p.Limits.Other["nodes"]}
		if p.Budgets != nil { // else those that it has from poolFor, or from another kind's pool of its name
			x.budgets = *p.Budgets
		}
		if byKarpenter(at.Offering) {
			x.grace, x.template = p.Grace, templateOf(p)
		} else {
			x.settings = p.Settings()
			if b.as { // what somebody paused elsewhere goes on here
				x.settings.Paused, x.settings.PausedBy = false, ""
			}
			x.grace = cmp.Or(b.undrained(&p.Deletion), x.settings.Drain)
			x.hooks, x.least = p.Deletion.Hooks, p.Least
			if x.unread = p.Unread != "" && !b.as; x.unread {
				b.note("%s was not read, which may set for how long drains of pool %s wait: they are played without limit", p.Unread, p.Name)
			}
			if x.unsettled = p.Unsettled != "" && !b.as; x.unsettled {
				b.note("%s: how pool %s is updated is not known, and it is played as by default", p.Unsettled, p.Name)
			}
			if !p.Forced.IsZero() && !b.as {
				b.note("upgrades of pool %s that begin before %s force what PDBs hold (overrideSettings of %s): whether that is over is not "+
					"known, and they are played as if it were", p.Name, clockTime(p.Forced), p.Cluster)
			}
			if p.OnDelete {
				b.note("nodes of pool %s are replaced as somebody deletes their machines (strategy OnDelete): it is played one at a time", p.Name)
			}
		}
		x.expires = p.ExpireAfter
		x.life = lifeOf(x, nil, at.Offering)
		x.label = nodeLabels(p, b.places.PoolLabels[i])
		x.oneType = x.label[corev1.LabelInstanceTypeStable] != ""
		x.whenEmpty, x.quiet = p.WhenEmpty, min(p.ConsolidateAfter, time.Duration(never))
	}
}

// byKarpenter reports whether a Karpenter makes and drains the nodes of an offering.
func byKarpenter(o *responsibility.Offering) bool {
	return o != nil && o.Contract != nil && o.Contract.Drainer == contract.KarpenterDrain
}

// isGone reports whether the NodePool of a Karpenter is no longer there, though node i is of it:
// others were read of the cluster, and none of them was left out. A node that nobody recognised,
// or that names no pool, has none that could be gone.
func (b *nodeShapes) isGone(i int) bool {
	at, name := b.places.Nodes[i].Offering, b.places.NodePools[i]
	others, own := false, false
	for k := range b.estate.Pools {
		if p := &b.estate.Pools[k]; p.API == kubernetes.KarpenterPool && p.Held && b.places.PoolLabels[k] == b.places.NodePoolLabels[i] {
			others, own = true, own || p.Name == name
		}
	}
	return byKarpenter(at) && name != "" && b.estate.Live && others && !own &&
		len(b.estate.Lacks(kubernetes.KarpenterPools)) == 0 && len(b.estate.HidesKarpenterPools()) == 0
}

// nodeLabels are those that new nodes of a pool are sure to carry. poolLabel is
// the one that names the pool; empty where its kind has none.
func nodeLabels(p *kubernetes.Pool, poolLabel string) map[string]string {
	all := maps.Clone(p.NodeLabels)
	if all == nil {
		all = map[string]string{}
	}
	for _, r := range p.Requirements {
		if r.Operator == "In" && len(r.Values) == 1 {
			all[r.Key] = r.Values[0]
		}
	}
	if poolLabel != "" {
		all[poolLabel] = p.Name
	}
	return all
}

// poolFor finds a pool by name, or makes one.
func (b *nodeShapes) poolFor(name string, o *responsibility.Offering) int32 {
	id, ok := b.poolOf[name]
	if ok {
		return id
	}
	id = int32(len(b.pools))
	b.poolOf[name] = id
	p := pool{name: name, offering: o, budgets: disruption.DefaultNodeBudgets, label: map[string]string{}}
	if o != nil && o.Contract != nil {
		p.managed = o.Contract.Drainer == contract.KarpenterDrain
	}
	p.life = lifeOf(&p, nil, o)
	b.pools = append(b.pools, p)
	return id
}

// findNodes takes the nodes, each with its pool and shape.
func (b *nodeShapes) findNodes() {
	b.nodes = slices.Grow(b.nodes, len(b.estate.Nodes))
	for i := range b.estate.Nodes {
		n := &b.estate.Nodes[i]
		at := b.places.Nodes[i]
		strange := at.Offering == nil && !b.as
		if at.Offering == nil {
			at = b.places.Fallback
		}
		p := b.poolFor(cmp.Or(b.places.NodePools[i], "default"), at.Offering)
		if b.pools[p].offering == nil {
			b.pools[p].offering = at.Offering
		}
		x := node{name: n.Name, created: n.Created, offering: at.Offering, strange: strange,
			ready: !n.NotReady, notReady: n.NotReadySince, cordoned: n.Cordoned, deleted: !n.Deleted.IsZero(),
			grace: b.pools[p].grace, spot: b.pools[p].spotBy(n.Labels, b.places.SpotLabels)}
		switch {
		case disruption.KeepsNode(n.Annotations) != "":
			x.kept = annotated
		case !b.as && disruption.Uninitialized(n.Labels, n.Created, b.estate.Newest):
			x.kept = uninitialized
		case !b.as && b.isGone(i):
			x.kept, b.pools[p].closed = poolGone, true
		}
		if n.NotReady {
			x.evictsFrom, x.outOfService = n.EvictsFrom, n.OutOfService
			x.unreachable = n.Unreachable && !n.OutOfService // what stops there is collected
		}
		claim := n.NodeClaim
		if b.as { // what claims say of another platform does not hold
			claim = nil
		}
		x.life = lifeOf(&b.pools[p], claim, at.Offering)
		if c := claim; c != nil {
			if !c.Created.IsZero() {
				x.created = c.Created
			}
			x.grace, x.lastPodEvent = c.Grace, c.LastPodEvent
		}
		b.deletionOf(&x, n, p)
		b.detachmentOf(&x, n, p)
		x.shape = b.shapeFor(p, n)
		b.pools[p].settings.Nodes++
		b.nodes = append(b.nodes, x)
	}
	b.noteHooks()
	b.renew()
}

// spotBy reports whether a node of the pool is spot capacity, by its labels or else by
// what the pool says.
func (p *pool) spotBy(labels, by map[string]string) bool {
	if spot, known := kubernetes.Spot(labels, by); known {
		return spot
	}
	return p.spot
}

// transient taints come and go with what happens to a node; they are not part
// of what it is.
func transient(t kubernetes.Taint) bool {
	return strings.HasPrefix(t.Key, "node.kubernetes.io/") || strings.HasPrefix(t.Key, karpenterPrefix)
}

// shapeFor finds the shape of a node among those of its pool, or adds it. Only
// labels that something asks about tell shapes apart.
func (b *nodeShapes) shapeFor(p int32, n *kubernetes.Node) int32 {
	labels := map[string]string{}
	for k := range b.constraints.relevant {
		if v, ok := n.Labels[k]; ok {
			labels[k] = v
		}
	}
	if b.constraints.byName {
		labels[nodeName] = n.Name
	}
	capacity := b.podClasses.amountOf(n.Allocatable, false)
	if capacity[cpu] == 0 && capacity[memory] == 0 {
		capacity = unlimited
		b.note("what nodes have to give was not read for %s: pods are taken to fit there", n.Name)
	}
	if capacity[slots] == 0 {
		capacity[slots] = 110 // the kubelet's default
	}
	var taints []kubernetes.Taint
	for _, t := range n.Taints {
		if !transient(t) {
			taints = append(taints, t)
		}
	}
	size := b.podClasses.amountOf(n.Capacity, false)
	return b.addShape(shape{pool: p, capacity: capacity, size: size, labels: labels, taints: taints})
}

func (b *nodeShapes) addShape(s shape) int32 {
	if s.size[cpu] == 0 && s.size[memory] == 0 {
		s.size = s.capacity
	}
	s.size[slots] = 1
	key := s.key()
	id, ok := b.shapeOf[key]
	if !ok {
		id = int32(len(b.shapes))
		b.shapeOf[key], s.anew = id, id
		b.shapes = append(b.shapes, s)
		b.pools[s.pool].shapes = append(b.pools[s.pool].shapes, id)
	}
	return id
}

// key tells shapes apart.
func (s *shape) key() string {
	k := strconv.AppendInt(nil, int64(s.pool), 10)
	for _, all := range [2]*amount{&s.capacity, &s.size} {
		for _, n := range all {
			k = strconv.AppendInt(append(k, ' '), n, 10)
		}
	}
	if len(s.taints) > 0 {
		k = fmt.Append(k, s.taints)
	}
	for _, label := range sorted(s.labels) {
		k = strconv.AppendQuote(append(k, ' '), label)
	}
	return string(k)
}

func sorted(m map[string]string) []string {
	all := make([]string, 0, len(m))
	for k, v := range m {
		all = append(all, k+"="+v)
	}
	sort.Strings(all)
	return all
}

// runningPods are the pods that were read, with the nodes that they are on.
type runningPods struct{ *builder }

// findPods takes the pods that run or wait to.
func (b runningPods) findPods() {
	unknown := 0
	b.pods = slices.Grow(b.pods, len(b.estate.Pods))
	for i := range b.estate.Pods {
		p := &b.estate.Pods[i]
		if p.Finished() || p.Workload < 0 || b.workloadOf[p.Workload] < 0 {
			continue
		}
		x := pod{
			name: p.Name, node: -1, tie: untied, ordinal: -1, uid: uidOf(p.UID), ready: p.Ready,
			created: p.Created.Unix(), started: p.Started, changed: p.Changed, deleted: p.Deleted,
			overdue: b.overdue(p), keptBy: p.Finalizers,
		}
		l := b.workloadOf[p.Workload]
		if p.Node != "" {
			n, ok := b.nodeOf[p.Node]
			if !ok {
				unknown++
				continue
			}
			x.node = n
		}
		// Of one that never was ready and keeps failing nobody should expect it. One whose
		// node is not ready is not ready for that.
		x.stuck = !p.Ready && x.node >= 0 && (slices.Contains(failingReasons, p.Waiting) ||
			!p.Changed.IsZero() && b.newest.Sub(p.Changed) > longUnready && b.nodes[x.node].evictsFrom.IsZero() && !b.nodes[x.node].outOfService)
		x.class = b.podClasses.classFor(p.Workload, b.pdbIndex.over(p.Namespace, p.Labels), p.Requests, p.Annotated)
		if b.workloads[l].kind == ordered {
			x.ordinal = ordinalOf(p.Name)
			if t := b.workloads[l].ties; int(x.ordinal) < len(t) && x.ordinal >= 0 {
				x.tie = t[x.ordinal]
			}
		}
		for _, claim := range p.VolumeClaims {
			x.tie = b.volumes.both(x.tie, b.volumes.of(p.Namespace, claim))
		}
		b.pods = append(b.pods, x)
	}
	if unknown > 0 {
		b.note("%d pods run on nodes that were not read, and are left out", unknown)
	}
	slices.SortStableFunc(b.notes, func(x, y string) int { return cmp.Compare(x, y) })
}

// overdue reports whether a pod should have stopped long ago. One of a node that is out of service
// is then collected, unless somebody holds it by a finalizer.
func (b runningPods) overdue(p *kubernetes.Pod) bool {
	if p.Deleted.IsZero() || b.newest.Sub(p.Deleted) <= longStopping {
		return false
	}
	n, ok := b.nodeOf[p.Node]
	return len(p.Finalizers) > 0 || !ok || !b.nodes[n].outOfService
}

// failingReasons are what containers wait for that fail time and again.
var failingReasons = []string{"CrashLoopBackOff", "ImagePullBackOff", "ErrImagePull", "CreateContainerConfigError"}

// uidOf keeps of a UID what orders it among others.
func uidOf(s string) uint64 {
	var n uint64
	digits := 0
	for i := 0; i < len(s) && digits < 16; i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			n = n<<4 | uint64(c-'0')
		case c >= 'a' && c <= 'f':
			n = n<<4 | uint64(c-'a'+10)
		default:
			continue
		}
		digits++
	}
	return n << (4 * (16 - digits))
}

// ordinalOf is the number a StatefulSet's pod ends in, or -1.
func ordinalOf(name string) int32 {
	i := strings.LastIndexByte(name, '-')
	n := int32(0)
	if i < 0 || i == len(name)-1 {
		return -1
	}
	for _, c := range name[i+1:] {
		if c < '0' || c > '9' {
			return -1
		}
		n = n*10 + int32(c-'0')
	}
	return n
}
