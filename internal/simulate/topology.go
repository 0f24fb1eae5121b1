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
	key := s.groups[g].key
	if key == 0 {
		return n, true
	}
	return s.shapes[s.nodes[n].shape].domains[key], false
}

// tally counts a pod of some class in or out on a node.
func (s *state) tally(c *class, n int32, live, all int32) {
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
// there: labels and taints, volumes, and the pods that are there already.
//
// Source: the filter plugins NodeAffinity, TaintToleration, VolumeBinding,
// InterPodAffinity and PodTopologySpread of the scheduler of Kubernetes 1.36.
func (st *state) suits(c *class, tie, n int32, fresh bool) bool {
	s := st.nodes[n].shape
	if !st.fits[c.constraint][s] {
		return false
	}
	if !st.tied(tie, n) {
		return false
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
		if here-st.least(x.group, fresh) > x.maxSkew {
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
// that a node may be added, which has none.
func (st *state) least(g int32, fresh bool) int32 {
	x, fits := &st.counts[g], st.fits[st.groups[g].constraint]
	if x.nodeLive != nil {
		if fresh {
			return 0
		}
		nodes := 0
		for s, ok := range fits {
			if ok {
				nodes += st.alive[s]
			}
		}
		if len(x.nodeLive) < nodes {
			return 0
		}
		least := int32(1 << 30)
		for _, n := range x.nodeLive {
			least = min(least, n)
		}
		return least
	}
	least := int32(1 << 30)
	for s, ok := range fits {
		if d := st.shapes[s].domains[st.groups[g].key]; ok && d >= 0 && (st.alive[s] > 0 || fresh) {
			least = min(least, x.live[d])
		}
	}
	return least
}
