package bound

import "math"

// nodeFates finds which nodes go, how many at once, and what keeps them from it.
type nodeFates struct{ *survey }

// pace finds how many nodes of each pool go at once, and how.
func (s nodeFates) pace() {
	before := make([]bool, len(s.Pools))
	meant := make([]bool, len(s.Groups))
	for i := range s.Nodes {
		n := &s.Nodes[i]
		if n.Group == Stays {
			continue
		}
		g := &s.Groups[n.Group]
		p := &s.pools[g.Pool]
		p.meant++
		if n.Begun {
			p.begun++
		}
		before[g.Pool] = before[g.Pool] || g.Disruption.Before
		if !meant[n.Group] {
			meant[n.Group] = true
			p.goesBy(&g.Disruption)
			s.all.goesBy(&g.Disruption)
		}
	}
	for i := range s.Pools {
		p := &s.pools[i]
		p.limit = s.limit(&s.Pools[i], p.meant, before[i])
		if len(p.forces) > 0 {
			p.comes = max(p.limit, p.begun)
			s.all.comes += p.comes
		}
	}
}

// fates finds which nodes can be begun, and which can get empty.
func (s nodeFates) fates() {
	barred := make([]bool, len(s.Nodes))
	for i := range s.nodes {
		s.nodes[i] = nodeFacts{held: none, from: none}
	}
	s.eachHit(func(l int, p *Pods, how *Disruption) {
		f := &s.nodes[p.Node]
		if how.SkipBlocked && s.bars(l, p) {
			barred[p.Node] = true
		}
		if s.holds(l, p, how.style()) {
			f.held = min(f.held, wave(s.Workloads[l].Wave, how))
		}
	})
	for i := range s.nodes {
		n := &s.Nodes[i]
		if n.Group == Stays {
			continue
		}
		g := &s.Groups[n.Group]
		p := &s.pools[g.Pool]
		s.nodes[i].begins = n.Begun || p.limit > 0 && !barred[i] && n.Kept == ""
		if n.Begun && s.nodes[i].held != none && !g.Disruption.passes() {
			p.held++
		}
	}
}

// openings finds in which styles nodes go that new pods can be bound to.
func (s nodeFates) openings() {
	for i := range s.Nodes {
		n, f := &s.Nodes[i], &s.nodes[i]
		if n.Group == Stays || n.Closed || !f.begins {
			continue
		}
		g := &s.Groups[n.Group]
		for _, x := range []*styleFacts{&s.pools[g.Pool].styles[g.Disruption.style()], &s.all.styles[g.Disruption.style()]} {
			x.open = x.open || !n.Begun
			// What tolerates the taint may be bound to a node that has it.
			x.goes = x.goes || f.held == none
		}
	}
}

// blockers finds what stands in the way of an order of our choice, by node.
func (s nodeFates) blockers() {
	s.eachHit(func(l int, p *Pods, m *Disruption) {
		f := &s.nodes[p.Node]
		if !s.drainable(l, m) {
			f.blocked++
			f.from = min(f.from, wave(s.Workloads[l].Wave, m))
		}
		if s.mayBar(l, m) {
			f.unchosen++
		}
	})
	for i := range s.Nodes {
		n, f := &s.Nodes[i], &s.nodes[i]
		if n.Group == Stays {
			continue
		}
		g := &s.Groups[n.Group]
		if n.Begun && f.blocked > 0 && !g.Disruption.passes() {
			s.pools[g.Pool].stuck++
		}
	}
	for i := range s.Nodes {
		n, f := &s.Nodes[i], &s.nodes[i]
		if n.Group == Stays || n.Closed || n.Begun || !f.begins || f.blocked > 0 {
			continue
		}
		g := &s.Groups[n.Group]
		if !g.Disruption.SkipBlocked && s.pools[g.Pool].freeSlots() > 0 {
			s.pools[g.Pool].styles[g.Disruption.style()].surely = true
			s.all.styles[g.Disruption.style()].surely = true
		}
	}
}

// goesBy notes that nodes go by a disruption.
func (p *poolFacts) goesBy(m *Disruption) {
	p.styles[m.style()].there = true
	if !m.forces() {
		return
	}
	for i := range p.forces {
		d := &p.forces[i]
		if d.Early == m.Deadline.Early && d.GraceCap == m.Deadline.GraceCap {
			d.After = min(d.After, m.Deadline.After)
			return
		}
	}
	p.forces = append(p.forces, m.Deadline)
}

// wave is the turn of pods in a drain: without a Karpenter there is only one.
func wave(of int, how *Disruption) int32 {
	if !how.Karpenter {
		return math.MaxInt8
	}
	return int32(of)
}

// freeSlots is how many more nodes of a pool than those that may be stuck can be
// on their way at once.
func (p *poolFacts) freeSlots() int {
	if p.limit >= p.meant {
		return none
	}
	return p.limit - p.stuck
}
