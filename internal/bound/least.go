package bound

import (
	"fmt"
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
	least := leastOf(m)
	bounds := make([]Bound, len(m.Workloads))
	for l := range bounds {
		bounds[l] = least.bound(l)
	}
	return bounds
}

// leastReady finds the fewest pods of a workload that can be ready.
type leastReady struct {
	*evictionTimes
	orders *lowestOrder
	why    explanation
}

func leastOf(m *Model) leastReady {
	times := look(m)
	return leastReady{times, orders(times.survey), explanation{times}}
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
	// unbudgetedLoss is how many can be down at once that went without a PDB
	// check, those that get ready later included; none for no end.
	unbudgetedLoss int
	paced          bool // unbudgetedLoss are those of deadlines, and recover in between
	stalled        int  // of the anchored, those on nodes that are never begun because others never get done
	undrained      int  // of the anchored, those that no PDB keeps once a drain which is held up goes on
}

func (a *account) least() int {
	stand := a.ready - a.unasked // if nothing is evicted by leave of a budget
	if a.paced {
		stand = max(stand, a.ready-a.unbudgetedLoss)
	}
	if a.keep < none {
		stand = min(stand, a.keep-a.unbudgetedLoss)
	}
	return max(a.anchored, stand)
}

// bound finds what holds for one workload.
func (s leastReady) bound(l int) Bound {
	a := s.account(l)
	b := Bound{Least: a.least(), Of: s.totals[l].pods, Undrained: a.least() - a.drained()}
	b.Exact = b.Least == a.ready || s.orders.reached(l, &a)
	b.Because = s.why.because(l, &a, b.Least)
	if a.ready > 0 && b.Least < a.ready {
		b.Because = append(b.Because, s.Workloads[l].refused()...)
	}
	if w := &s.Workloads[l]; w.Shares != "" && s.touched(w) {
		b.Least, b.Exact = 0, false
		said := fmt.Sprintf("all its pods mount the claim %s, which is for one node at a time, and so go with one node", w.Shares)
		b.Because = append(b.Because, said)
	}
	if s.Workloads[l].Shrinks && a.ready > 0 {
		b.Least, b.Exact = 0, false
		b.Because = append(b.Because, "it has more pods than it wants, and its controller deletes some")
	}
	if by := s.skippedBy(l); by != "" {
		b.Least, b.Exact = 0, false
		b.Because = append(b.Because, by+" may have drains leave its pods, which then go with their node without a PDB check")
	}
	if by := s.Workloads[l].EvictedBy; by != "" && a.ready > 0 {
		kept, how := 0, "evicts pods by rules of its own, as many at once as PDBs let go"
		switch {
		case s.Workloads[l].EvictedPast:
			how = "takes pods by rules of its own, whatever PDBs say"
		case a.keep < none:
			kept = max(0, a.keep-a.unbudgetedLoss)
		}
		if kept < b.Least {
			b.Least, b.Exact = kept, false
			if s.Workloads[l].EvictedPast {
				b.Because = nil // whatever keeps them from others does not keep them from it
			}
			b.Because = append(b.Because, by+" "+how)
		}
	}
	if by := s.Workloads[l].PreemptedBy; len(by) > 0 && a.ready > 0 {
		b.Least, b.Exact = 0, false
		b.Because = append(b.Because, s.why.preempted(by))
	}
	return b
}

func (s leastReady) account(l int) account {
	w := &s.Workloads[l]
	a := account{ready: s.totals[l].ready}
	a.keep = none
	held, other := 0, 0 // that deadlines take, and what else does
	var stalledDrains stalledDrains
	for i := range w.Pods {
		p := &w.Pods[i]
		if p.Node == Unbound || s.Nodes[p.Node].Group == Stays {
			a.anchored += p.Ready
			continue
		}
		switch v := s.on(l, p.Node); v {
		case stays:
			a.anchored += p.Ready
			if s.undrained(l, p.Node) {
				a.undrained += p.Ready
			}
		case asking:
			a.asking += p.Ready
			a.by[v] = a.by[v] || p.Ready > 0
			s.stall(&stalledDrains, v, p)
		default:
			a.unasked += p.Ready
			a.by[v] = a.by[v] || p.Ready > 0
			if v != forced {
				other += p.Ready + p.Unready
				s.stall(&stalledDrains, v, p)
			} else {
				held += p.Ready + p.Unready
			}
		}
	}
	a.stalled = s.neverBegun(&stalledDrains)
	a.anchored += a.stalled
	if stalledDrains.way != asking {
		a.undrained += a.stalled
	}
	if stalledDrains.way == asking {
		a.asking -= a.stalled
	} else {
		a.unasked -= a.stalled
	}
	a.unbudgetedLoss = other + held
	rebinds, byDeadline := s.rebinds(l)
	if rebinds || byDeadline {
		a.unbudgetedLoss = none
	}
	if byDeadline && !rebinds {
		if nodes, each := s.atDeadlines(l); nodes > 0 {
			a.unbudgetedLoss, a.paced = other+nodes*each, true
		}
	}
	if s.asks(l, a.paced) {
		r := &s.budgets[w.Budgets[0]]
		a.keep = r.desired - (r.most - s.totals[l].most)
	}
	return a
}

// drained is the least once drains that are held up go on.
func (a account) drained() int {
	a.anchored -= a.undrained
	a.unasked += a.undrained
	return a.least()
}

// undrained reports whether pods stay on a node because its drain never gets done, or because no
// PDB of theirs ever lets them go, or an annotation, so that it never begins, and would go with
// it otherwise.
func (s leastReady) undrained(l int, node int32) bool {
	w := &s.Workloads[l]
	by := s.Groups[s.Nodes[node].Group].Disruption.style()
	never := w.keeps(by) || slices.ContainsFunc(w.Budgets, func(b int32) bool { return s.budgets[b].never })
	return (s.nodes[node].begins || never) && s.way(l, by) != asking
}

// stalledDrains is a workload's ready pods on nodes whose drain may begin but
// never finishes, by pool.
type stalledDrains struct {
	pods  map[int][]int
	way   way
	mixed bool // they leave in several ways
}

// stall counts pods on a node.
func (s leastReady) stall(j *stalledDrains, v way, p *Pods) {
	n := &s.Nodes[p.Node]
	g := &s.Groups[n.Group]
	x := &s.pools[g.Pool]
	if n.Begun || p.Ready == 0 || s.nodes[p.Node].held == none || g.Disruption.passes() || x.limit >= x.meant {
		return
	}
	if j.pods == nil {
		j.pods, j.way = map[int][]int{}, v
	}
	j.mixed = j.mixed || v != j.way
	j.pods[g.Pool] = append(j.pods[g.Pool], p.Ready)
}

// neverBegun is how many of these stay, because no more nodes that never get done
// can be begun than are on their way at once: those of the nodes with the
// fewest of them.
func (s leastReady) neverBegun(j *stalledDrains) int {
	stay := 0
	if j.mixed {
		return 0
	}
	for pool, on := range j.pods {
		x := &s.pools[pool]
		for _, n := range on {
			stay += n
		}
		stay -= sumOfLargest(on, max(0, x.limit-x.held))
	}
	return stay
}

// asks reports whether pods of a workload are ever evicted as a budget allows.
// Those that a deadline may take at any time are, too, before it passes, which
// matters only where deadlines are paced.
func (s leastReady) asks(l int, paced bool) bool {
	w := &s.Workloads[l]
	if len(w.Budgets) != 1 || w.Partly {
		return false
	}
	any := false
	s.eachStyle(l, func(by style, _ *styleFacts) {
		v := s.way(l, by)
		any = any || v == asking || v == forced && paced && !w.keeps(by) && !s.budgets[w.Budgets[0]].never
	})
	return any
}

// rebinds reports whether new pods of a workload can be bound to nodes from
// which they go without its budget being asked, and whether they can to nodes
// where that happens at a deadline only.
func (s leastReady) rebinds(l int) (unasked, byDeadline bool) {
	cordoned := s.Workloads[l].ToleratesCordon
	s.eachStyle(l, func(by style, f *styleFacts) {
		// What is bound to a node whose drain is done goes with it.
		unasked = unasked || cordoned && by.cordons()
		switch v := s.way(l, by); v {
		case vanishes:
			unasked = unasked || f.goes || cordoned
		case forced:
			byDeadline = byDeadline || f.open || cordoned
		case freely, deleted:
			unasked = unasked || f.open || cordoned
		}
	})
	return unasked, byDeadline
}
