package bound

import (
	"slices"
)

// Bounds finds for each workload the fewest of its pods that can be ready. It
// takes the model as consistent: indices within range, pods on nodes that are
// there.
//
// A pod is anchored where it stands on a node that is not taken or never begun,
// or where nothing can remove it; no order of events comes below the anchored
// ones. Where a workload's pods leave only as one budget allows, the last of
// them left the budget with as many healthy pods as it wants, so that no fewer
// are ready than that, less all those of other workloads. What is taken without
// asking comes off that: the pods that stand where it can happen, or all, where
// pods can gather there.
func Bounds(m *Model) []Bound {
	s := look(m)
	bounds := make([]Bound, len(m.Workloads))
	for l := range bounds {
		bounds[l] = s.bound(l)
	}
	return bounds
}

// account is a workload's ready pods by what may become of them.
type account struct {
	ready    int
	anchored int
	asking   int
	unasked  int
	by       [deleted + 1]bool // the ways in which some of them leave
	// keep is how many an eviction leaves ready; none where no budget is asked.
	keep int
	// grabs is how many can be down at once that no budget was asked for, those
	// that get ready later included; none for no end.
	grabs int
	paced bool // grabs are those of deadlines, and recover in between
	jams  int  // of the anchored, those on nodes that are never begun because others never get done
}

func (a *account) least() int {
	stand := a.ready - a.unasked // if nothing is evicted by leave of a budget
	if a.paced {
		stand = max(stand, a.ready-a.grabs)
	}
	if a.keep < none {
		stand = min(stand, a.keep-a.grabs)
	}
	return max(a.anchored, stand)
}

// bound finds what holds for one workload.
func (s *survey) bound(l int) Bound {
	a := s.account(l)
	b := Bound{Least: a.least(), Of: s.totals[l].pods}
	b.Exact = b.Least == a.ready || s.reached(l, &a)
	b.Because = s.because(l, &a, b.Least)
	return b
}

func (s *survey) account(l int) account {
	w := &s.Workloads[l]
	a := account{ready: s.totals[l].ready}
	a.keep = none
	held, other := 0, 0 // that deadlines take, and what else does
	var jam jam
	for i := range w.Pods {
		p := &w.Pods[i]
		if p.Node == Unbound || s.Nodes[p.Node].Group == Stays {
			a.anchored += p.Ready
			continue
		}
		switch v := s.on(l, p.Node); v {
		case stays:
			a.anchored += p.Ready
		case asking:
			a.asking += p.Ready
			a.by[v] = a.by[v] || p.Ready > 0
			s.jams(&jam, v, p)
		default:
			a.unasked += p.Ready
			a.by[v] = a.by[v] || p.Ready > 0
			if v != forced {
				other += p.Ready + p.Unready
				s.jams(&jam, v, p)
			} else {
				held += p.Ready + p.Unready
			}
		}
	}
	a.jams = s.jammed(&jam)
	a.anchored += a.jams
	if jam.way == asking {
		a.asking -= a.jams
	} else {
		a.unasked -= a.jams
	}
	a.grabs = other + held
	gathers, byDeadline := s.gathers(l)
	if gathers || byDeadline {
		a.grabs = none
	}
	if byDeadline && !gathers {
		if nodes, each := s.atDeadlines(l); nodes > 0 {
			a.grabs, a.paced = other+nodes*each, true
		}
	}
	if s.asks(l, a.paced) {
		r := &s.budgets[w.Budgets[0]]
		a.keep = r.desired - (r.most - s.totals[l].most)
	}
	return a
}

// jam is a workload's ready pods on nodes that may be begun but never get done,
// by pool.
type jam struct {
	pods  map[int][]int
	way   way
	mixed bool // they leave in several ways
}

// jams counts pods on a node.
func (s *survey) jams(j *jam, v way, p *Pods) {
	n := &s.Nodes[p.Node]
	g := &s.Groups[n.Group]
	x := &s.pools[g.Pool]
	if n.Begun || p.Ready == 0 || s.nodes[p.Node].held == none || g.Move.passes() || x.limit >= x.meant {
		return
	}
	if j.pods == nil {
		j.pods, j.way = map[int][]int{}, v
	}
	j.mixed = j.mixed || v != j.way
	j.pods[g.Pool] = append(j.pods[g.Pool], p.Ready)
}

// jammed is how many of these stay, because no more nodes that never get done
// can be begun than are on their way at once: those of the nodes with the
// fewest of them.
func (s *survey) jammed(j *jam) int {
	stay := 0
	if j.mixed {
		return 0
	}
	for pool, on := range j.pods {
		x := &s.pools[pool]
		for _, n := range on {
			stay += n
		}
		stay -= most(on, max(0, x.limit-x.held))
	}
	return stay
}

// asks reports whether pods of a workload are ever evicted as a budget allows.
// Those that a deadline may take at any time are, too, before it passes, which
// matters only where deadlines are paced.
func (s *survey) asks(l int, paced bool) bool {
	w := &s.Workloads[l]
	if len(w.Budgets) != 1 || w.Partly {
		return false
	}
	any := false
	s.styled(l, func(by style, _ *styleFacts) {
		v := s.way(l, by)
		any = any || v == asking || v == forced && paced && !w.keeps(by) && !s.budgets[w.Budgets[0]].never
	})
	return any
}

// styled visits the styles in which nodes go where pods of a workload are or may
// come, with what holds for those that they may come to.
func (s *survey) styled(l int, visit func(by style, f *styleFacts)) {
	w := &s.Workloads[l]
	each := func(p *poolFacts) {
		for by := range p.styles {
			if p.styles[by].there {
				visit(style(by), &p.styles[by])
			}
		}
	}
	if w.Lands == nil {
		each(&s.all)
		return
	}
	for _, pool := range w.Lands {
		each(&s.pools[pool])
	}
	for i := range w.Pods {
		if p := &w.Pods[i]; p.Node != Unbound && s.Nodes[p.Node].Group != Stays {
			if g := &s.Groups[s.Nodes[p.Node].Group]; !slices.Contains(w.Lands, int32(g.Pool)) {
				visit(g.Move.style(), &styleFacts{there: true})
			}
		}
	}
}

// gathers reports whether new pods of a workload can be bound to nodes from
// which they go without its budget being asked, and whether they can to nodes
// where that happens at a deadline only.
func (s *survey) gathers(l int) (unasked, byDeadline bool) {
	s.styled(l, func(by style, f *styleFacts) {
		switch v := s.way(l, by); v {
		case vanishes:
			unasked = unasked || f.goes
		case forced:
			byDeadline = byDeadline || f.open
		case freely, deleted:
			unasked = unasked || f.open
		}
	})
	return unasked, byDeadline
}
