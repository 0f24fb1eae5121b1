package simulate

import (
	"slices"

	"github.com/onus-project/onus/internal/bound"
)

// preemptionProof shows which pods no others push out.
type preemptionProof struct{ *World }

// preemptable says by workload whose pods may push its pods out: those of a
// higher priority that may come to wait for a node, where nothing says that they
// always find one with enough free capacity.
//
// The scheduler does so at once, and does not wait for a node that somebody
// starts for the pod. Pods of DaemonSets are left out: they come with their node,
// when nothing else is on it.
//
// Source: the plugin DefaultPreemption of the scheduler of Kubernetes 1.36.
func (w preemptionProof) preemptable(m *bound.Model, s *Scenario) [][]int32 {
	moves := w.movers(m)
	none := make([][]int32, len(w.workloads))
	pushed := w.pushed(moves, func(int32) bool { return false })
	if !slices.ContainsFunc(pushed, func(by []int32) bool { return len(by) > 0 }) {
		return none
	}
	fits := make(map[int32]bool, len(w.workloads))
	for _, by := range pushed {
		for _, l := range by {
			if _, known := fits[l]; !known {
				fits[l] = w.alwaysFits(m, s, l)
			}
		}
	}
	pushed = w.pushed(moves, func(l int32) bool { return fits[l] })
	if !slices.ContainsFunc(pushed, func(by []int32) bool { return len(by) > 0 }) {
		return none
	}
	// Pods that are pushed out stand twice while they stop, so that there may be
	// no free capacity where there is some now, and look for another node themselves.
	for grown := true; grown; {
		grown = false
		pushed = w.pushed(moves, func(int32) bool { return false })
		for l, by := range pushed {
			if len(by) > 0 && !moves[l] {
				moves[l], grown = true, true
			}
		}
	}
	return pushed
}

// movers are the workloads of which some pod may come to wait for a node.
func (w preemptionProof) movers(m *bound.Model) []bool {
	moves, there := make([]bool, len(w.workloads)), make([]int, len(w.workloads))
	for i := range w.pods {
		p := &w.pods[i]
		l := w.classes[p.class].workload
		there[l]++
		goes := p.node >= 0 && (m.Nodes[p.node].Group != bound.Stays || !p.deleted.IsZero())
		moves[l] = moves[l] || w.waits(p) || goes && w.workloads[l].madeAnew()
	}
	for l := range w.workloads {
		x := &w.workloads[l]
		moves[l] = moves[l] || there[l] < x.replicas && x.madeAnew()
	}
	return moves
}

// madeAnew reports whether another pod is made, and waits for a node, where one
// of the workload is gone.
func (w *workload) madeAnew() bool { return w.kind == replicated || w.kind == ordered || w.kind == job }

// pushed says by workload which others may push its pods out, but for those that
// are sure of a node with enough free capacity.
func (w preemptionProof) pushed(moves []bool, sure func(workload int32) bool) [][]int32 {
	var pushing []int32
	for h := range w.workloads {
		if moves[h] && w.classes[w.workloads[h].class].preempts && !sure(int32(h)) {
			pushing = append(pushing, int32(h))
		}
	}
	type alike struct{ priority, constraint int32 }
	known := map[alike][]int32{} // most are alike
	all := make([][]int32, len(w.workloads))
	for l := range w.workloads {
		victim := &w.classes[w.workloads[l].class]
		key := alike{victim.priority, victim.constraint}
		by, ok := known[key]
		if !ok {
			for _, h := range pushing {
				if c := &w.classes[w.workloads[h].class]; c.priority > victim.priority && w.meet(c, victim) {
					by = append(by, h)
				}
			}
			by = slices.Clip(by)
			known[key] = by
		}
		all[l] = by
	}
	return all
}

// meet reports whether pods of two kinds may run on a node of the same shape.
func (w preemptionProof) meet(c, other *class) bool {
	for s := range w.shapes {
		if w.fits[c.constraint][s] && w.fits[other.constraint][s] {
			return true
		}
	}
	return false
}

// alwaysFits reports whether a pod of a workload always finds a node with enough free
// capacity, however the others lie. A node has too little only if the pods on it take
// more of some resource than the pod leaves of it. Each counts with the largest share
// that it takes of that in any resource: as long as these shares come to no more than
// there are nodes, not all of them are full.
func (w preemptionProof) alwaysFits(m *bound.Model, s *Scenario, workload int32) bool {
	l := &w.workloads[workload]
	c := &w.classes[l.class]
	if l.repelled || len(c.near)+len(c.spread) > 0 || slices.ContainsFunc(append(slices.Clone(l.ties), c.tie), w.pickyVolume) {
		return false
	}
	nodes := w.alwaysThere(m, s, c)
	for _, g := range c.anti {
		if w.groups[g].key != 0 || !slices.Contains(c.member, g) {
			return false
		}
		nodes -= l.replicas // one of its own may stand on each
	}
	left, ok := w.leaves(c)
	if !ok || nodes < 1 {
		return false
	}
	full, there := 0.0, w.podsBesideOverhead()
	for i := range w.workloads {
		x := &w.workloads[i]
		share := 0.0
		for r, asks := range w.classes[x.class].asks {
			if asks > 0 && left[r] < unlimited[r] {
				share = max(share, float64(asks)/float64(max(left[r], 1)))
			}
		}
		full += share * float64(there[i])
	}
	return full <= float64(nodes)
}

// podsBesideOverhead is by workload how many pods it has, or may have, besides the one
// of each DaemonSet that is counted with the node: of a DaemonSet the further ones on a
// node and those that wait for one.
func (w preemptionProof) podsBesideOverhead() []int {
	there, on := make([]int, len(w.workloads)), map[[2]int32]bool{}
	for i := range w.pods {
		p := &w.pods[i]
		l := w.classes[p.class].workload
		at := [2]int32{l, p.node}
		if w.workloads[l].kind == daemon && !w.waits(p) && !on[at] {
			on[at] = true
			continue
		}
		there[l]++
	}
	for i := range w.workloads {
		if x := &w.workloads[i]; x.kind != daemon {
			there[i] = max(there[i], x.replicas)
		}
	}
	return there
}

// leaves is what a pod of some kind leaves of the smallest node that it may run
// on; false where it fits on none.
func (w preemptionProof) leaves(c *class) (amount, bool) {
	least, found := unlimited, false
	for s := range w.shapes {
		if !w.fits[c.constraint][s] {
			continue
		}
		free := w.shapes[s].capacity
		free.sub(&w.overhead[s])
		if !free.holds(&c.asks) {
			return least, false
		}
		free.sub(&c.asks)
		for r := range least {
			least[r] = min(least[r], free[r])
		}
		found = true
	}
	return least, found
}

// alwaysThere is how many nodes that a pod may run on take pods at any time. Of a
// pool whose nodes go so many at a time, each with a like one in its place before
// the next, all but these do; else those that stay do.
func (w preemptionProof) alwaysThere(m *bound.Model, s *Scenario, c *class) int {
	stay, going := 0, make([]int, len(w.pools))
	for i := range w.nodes {
		n := &m.Nodes[i]
		switch {
		case n.Closed || !w.fits[c.constraint][w.nodes[i].shape]:
		case n.Group == bound.Stays:
			stay++
		case !w.fits[c.constraint][w.shapes[w.nodes[i].shape].anew]: // only a node of that name is one for it
		default:
			going[w.shapes[w.nodes[i].shape].pool]++
		}
	}
	for p, n := range going {
		if n > 0 && !s.Fault.NoCapacity && w.likeForLike(m, p) {
			stay += max(0, n-m.Pools[p].AtOnce)
		}
	}
	return stay
}

// likeForLike reports whether the nodes of a pool are replaced by like ones, so
// many at a time. A Karpenter starts what the pods need and no more.
func (w preemptionProof) likeForLike(m *bound.Model, p int) bool {
	if m.Pools[p].AtOnce == 0 {
		return false
	}
	for i := range m.Groups {
		d := &m.Groups[i].Disruption
		if m.Groups[i].Pool == p && (d.Karpenter || !d.Before || d.Deadline.Binds() && d.Deadline.Then != "force") {
			return false
		}
	}
	return true
}
