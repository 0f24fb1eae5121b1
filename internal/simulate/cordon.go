package simulate

import "slices"

// onlyCordoned reports whether a node that is set aside is so by a cordon alone, as drains
// like kubectl's do it: pods that tolerate the taint of a cordon may be bound to it, and
// come back to the node that they were evicted from. Karpenter's taint is another one.
//
// Source: the plugin NodeUnschedulable of the scheduler of Kubernetes 1.36.
func (s *state) onlyCordoned(n int32) bool {
	x := &s.nodes[n]
	switch x.state {
	case nodeActive:
		return x.cordoned && !x.unready
	case nodeMarked, nodeDraining:
		return !x.unready && !x.detaching && x.policy != nil && !x.policy.Karpenter && !x.policy.IgnoresPDBs
	}
	return false
}

// cordonedFor is the cordoned node that is worth the most to a pod which tolerates that,
// and what it is worth; -1 where it fits on none.
func (s *scheduler) cordonedFor(p int32, c *class, tie int32) (best int32, score int) {
	best, score = -1, -1<<30
	for i := range s.nodes {
		n := int32(i)
		x := &s.nodes[n]
		if x.freeBucket >= 0 || !s.onlyCordoned(n) || !s.fits[c.constraint][x.shape] || !s.takes(n, p, c, tie) {
			continue
		}
		if worth := s.score(n, c, int(emptiness(&x.free, &s.shapes[x.shape].capacity))); worth > score {
			best, score = n, worth
		}
	}
	return best, score
}

// awaits reports whether a cordoned node is a place for some pod that waits for one.
func (s *scheduler) awaits(n int32) bool {
	return s.onlyCordoned(n) && slices.ContainsFunc(s.pending, func(p int32) bool { return s.classes[s.pods[p].class].toleratesCordon })
}
