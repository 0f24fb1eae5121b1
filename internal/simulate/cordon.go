package simulate

import "slices"

// bears reports whether a pod of a class may be bound to a node that is set aside: to one that
// is so by a cordon alone, as drains like kubectl's do it, where it tolerates the taint of a
// cordon, so that it comes back to the node that it was evicted from; and to one that Karpenter
// is about to take, where it tolerates the taint of that, which is all that Karpenter does to
// keep pods off.
//
// Source: the plugins NodeUnschedulable and TaintToleration of the scheduler of Kubernetes 1.36;
// RequireNoScheduleTaint in pkg/controllers/state/statenode.go and Taint in
// pkg/controllers/node/termination/terminator/terminator.go of Karpenter 1.14.
func (s *state) bears(c *class, n int32) bool {
	x := &s.nodes[n]
	if x.unready || x.cordoned && !c.toleratesCordon {
		return false
	}
	switch {
	case x.state == nodeActive:
		return x.cordoned
	case x.state != nodeMarked && x.state != nodeDraining, x.detaching, x.byHand:
		return false
	case x.policy == nil || x.policy.Karpenter:
		return c.toleratesDrain
	}
	return c.toleratesCordon && !x.policy.IgnoresPDBs
}

// returns reports whether pods of a class may be bound to nodes that are set aside.
func (c *class) returns() bool { return !c.ofNode && (c.toleratesCordon || c.toleratesDrain) }

// asideFor is the node set aside that is worth the most to a pod which tolerates that,
// and what it is worth; -1 where it fits on none.
func (s *scheduler) asideFor(p int32, c *class, tie int32) (best int32, score int) {
	best, score = -1, -1<<30
	for i := range s.nodes {
		n := int32(i)
		x := &s.nodes[n]
		if x.freeBucket >= 0 || !s.bears(c, n) || !s.fits[c.constraint][x.shape] || !s.takes(n, p, c, tie) {
			continue
		}
		if worth := s.score(n, c, int(emptiness(&x.free, &s.shapes[x.shape].capacity))); worth > score {
			best, score = n, worth
		}
	}
	return best, score
}

// awaits reports whether a node set aside is a place for some pod that waits for one.
func (s *scheduler) awaits(n int32) bool {
	return s.nodes[n].freeBucket < 0 && slices.ContainsFunc(s.pending, func(p int32) bool {
		c := &s.classes[s.pods[p].class]
		return c.returns() && s.bears(c, n)
	})
}
