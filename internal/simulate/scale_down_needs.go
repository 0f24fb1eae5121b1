package simulate

import "fmt"

// unneeded reports whether a node may go now where that is for an autoscaler to say: all its pods
// fit on the nodes that stay, and its group may be smaller.
//
// Source: the FAQ of the cluster autoscaler, "How does scale-down work?": a node is not removed
// where its pods cannot be moved to other nodes, or where its group is at its minimum size.
func (e *engine) unneeded(n int32) bool {
	x := &e.nodes[n]
	return !x.policy.Shrinks() || e.World.pools[x.pool].least < e.size(x.pool) && e.misfit(n) < 0
}

// size is how many nodes of a pool there are, of which none is on its way out.
func (e *engine) size(pool int32) int {
	all := 0
	for n := range e.nodes {
		if x := &e.nodes[n]; x.pool == pool && (x.state == nodeActive || x.state == nodeLaunching) {
			all++
		}
	}
	return all
}

// misfit is the first pod of a node for which there is no place on the nodes that stay, beside
// those before it; -1 where there is one for all.
func (e *engine) misfit(n int32) int32 {
	sv := &e.solver
	moves := sv.movable(n, nil)
	e.close(n)
	defer e.open(n)
	for k := range moves {
		if claims, ok := sv.solve(nil, moves[:k+1], true); !ok || len(claims) > 0 {
			return moves[k]
		}
	}
	return -1
}

// needed says why an autoscaler keeps a node; the zero value where it does not.
func (e whyStays) needed(n int32) Stay {
	x := &e.nodes[n]
	if x.policy == nil || !x.policy.Shrinks() || x.state != nodeActive {
		return Stay{}
	}
	if least := e.World.pools[x.pool].least; least >= e.size(x.pool) {
		return Stay{Cause: ByNeed, Why: fmt.Sprintf("the cluster autoscaler keeps it: pool %s has no more nodes than its minimum of %d",
			e.World.pools[x.pool].name, least)}
	}
	p := e.misfit(n)
	if p < 0 {
		return Stay{}
	}
	s := Stay{Cause: ByNeed, Holder: e.World.workloads[e.classes[e.pods[p].class].workload].Ref, Pod: e.podNamed(p)}
	s.Why = fmt.Sprintf("the cluster autoscaler keeps it: pod %s has no place on the nodes that stay", s.Pod)
	if off := (whyPending{e.engine}).elsewhere(p); off.text != "" {
		s.Evidence = []string{fmt.Sprintf("of the other nodes, for pod %s: %s", s.Pod, off.text)}
	}
	return s
}
