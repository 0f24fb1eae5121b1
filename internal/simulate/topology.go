package simulate

// groupCount counts the pods of a group by domain. All has those that are
// leaving, too, which still keep others off; live is what spread counts.
type groupCount struct {
	live, all []int32         // by domain
	nodeLive  map[int32]int32 // by node, for groups by node
	nodeAll   map[int32]int32
}

func (g *groupCount) count(domain int32, live, all int32, byNode bool) {
	if byNode {
		set(g.nodeLive, domain, live)
		set(g.nodeAll, domain, all)
		return
	}
	g.live[domain] += live
	g.all[domain] += all
}

func set(m map[int32]int32, k, by int32) {
	if by == 0 {
		return
	}
	if n := m[k] + by; n == 0 {
		delete(m, k)
	} else {
		m[k] = n
	}
}

// domainOf is the domain of a node under a group, or -1.
func (s *state) domainOf(g int32, n int32) (domain int32, byNode bool) {
	x, shape := &s.groups[g], s.nodes[n].shape
	if x.spreads && !x.counts[shape] {
		return -1, x.key == 0
	}
	if x.key == 0 {
		return n, true
	}
	return s.shapes[shape].domains[x.key], false
}

// tally counts a pod of some class in or out on a node.
func (s *state) tally(c *class, n int32, live, all int32) {
	if c.alone {
		return
	}
	for _, g := range c.member {
		if d, byNode := s.domainOf(g, n); d >= 0 {
			s.counts[g].count(d, live, all, byNode)
		}
	}
}

// countAt is how many pods of a group, leaving ones included, are where a node is.
func (s *state) countAt(g, n int32) int32 {
	d, byNode := s.domainOf(g, n)
	switch {
	case d < 0:
		return 0
	case byNode:
		return s.counts[g].nodeAll[d]
	}
	return s.counts[g].all[d]
}

// suits reports whether a pod may run on a node, apart from what is free
// there: labels and taints, volumes, and the pods that are there already. Karpenter
// says as whose scheduler, for whom a node may be added.
//
// Source: the filter plugins NodeAffinity, TaintToleration, VolumeBinding,
// NodeVolumeLimits, VolumeRestrictions, InterPodAffinity and PodTopologySpread of the scheduler of Kubernetes 1.36.
func (st *state) suits(c *class, tie, n int32, karpenter bool) bool {
	s := st.nodes[n].shape
	if !st.fits[c.constraint][s] {
		return false
	}
	if !st.tied(tie, n, karpenter) || !st.hasSlots(tie, n, karpenter) || !karpenter && st.inUse(tie) {
		return false
	}
	if c.alone {
		return true
	}
	for _, g := range c.anti {
		if st.countAt(g, n) > 0 {
			return false
		}
	}
	for _, g := range c.near {
		if st.countAt(g, n) == 0 && (st.anywhere(g) || !st.isMember(c, g)) {
			return false
		}
	}
	for _, x := range c.spread {
		d, byNode := st.domainOf(x.group, n)
		if d < 0 {
			return false // a node without the label is no place for it
		}
		g := &st.counts[x.group]
		var here int32
		if byNode {
			here = g.nodeLive[d]
		} else {
			here = g.live[d]
		}
		if st.isMember(c, x.group) {
			here++
		}
		if here-st.least(x.group, karpenter) > x.maxSkew {
			return false
		}
	}
	return true
}

func (s *state) isMember(c *class, g int32) bool {
	for _, m := range c.member {
		if m == g {
			return true
		}
	}
	return false
}

func (s *state) anywhere(g int32) bool {
	x := &s.counts[g]
	if x.nodeAll != nil {
		return len(x.nodeAll) > 0
	}
	for _, n := range x.all {
		if n > 0 {
			return true
		}
	}
	return false
}

// least is the fewest pods of a group in any domain that counts. Fresh says
// that a node may be added, which has none. With fewer domains than there have
// to be it is none.
//
// Source: minMatchNum in
// pkg/scheduler/framework/plugins/podtopologyspread/filtering.go of Kubernetes 1.36.
func (st *state) least(g int32, fresh bool) int32 {
	x, spread := &st.counts[g], &st.groups[g]
	if x.nodeLive != nil {
		if fresh {
			return 0
		}
		return st.leastOnNodes(x, spread)
	}
	least, domains := int32(1<<30), int32(0)
	for s, ok := range spread.counts {
		if d := st.shapes[s].domains[spread.key]; ok && d >= 0 &&
			(fresh || st.alive[s] > 0 && (!spread.honorsTaint || st.anyUntainted(int32(s)))) {
			least = min(least, x.live[d])
			domains += int32(boolean(spread.minDomains > 1 && !st.seenBefore(spread, s, d)))
		}
	}
	if spread.minDomains > 1 && domains < spread.minDomains && !fresh {
		return 0
	}
	return least
}

// seenBefore reports whether a shape before this one lies in the same domain.
func (st *state) seenBefore(spread *group, shape int, domain int32) bool {
	for s := range shape {
		if spread.counts[s] && st.alive[s] > 0 && st.shapes[s].domains[spread.key] == domain {
			return true
		}
	}
	return false
}

// leastOnNodes is the same where each node is a domain.
func (st *state) leastOnNodes(x *groupCount, spread *group) int32 {
	nodes := 0
	if spread.honorsTaint {
		for n := range st.nodes {
			nodes += boolean(spread.counts[st.nodes[n].shape] && st.untainted(int32(n)))
		}
	} else {
		for s, ok := range spread.counts {
			if ok {
				nodes += st.alive[s]
			}
		}
	}
	if len(x.nodeLive) < nodes || nodes < int(spread.minDomains) {
		return 0
	}
	least, with := int32(1<<30), 0
	for n, live := range x.nodeLive {
		if !spread.honorsTaint || st.untainted(n) {
			least, with = min(least, live), with+1
		}
	}
	if with < nodes {
		return 0
	}
	return least
}

// untainted reports whether a node is there and nobody has set it aside: one that
// is cordoned, drains or is not ready carries a taint.
func (st *state) untainted(n int32) bool {
	x := &st.nodes[n]
	return x.state == nodeActive && !x.cordoned && !x.unready
}

func (st *state) anyUntainted(shape int32) bool {
	for n := range st.nodes {
		if st.nodes[n].shape == shape && st.untainted(int32(n)) {
			return true
		}
	}
	return false
}
