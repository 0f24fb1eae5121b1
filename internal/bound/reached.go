package bound

import (
	"slices"

	"github.com/onus-project/onus/internal/disruption"
)

// passes reports whether a node is given back at the deadline, so that one on
// which pods are left is in nobody's way.
func (m *Disruption) passes() bool {
	return m.Deadline.Binds() && m.Deadline.Then == disruption.Skip
}

// lowestOrder looks for an order of events of our choice that comes down to a bound.
type lowestOrder struct {
	*survey
	unsure bool // what is lost may be more than any order of our choice takes
}

// orders are those of a model.
func orders(s *survey) *lowestOrder {
	o := &lowestOrder{survey: s}
	o.doubts()
	return o
}

// reached reports whether some order of events comes down to what the account
// leaves: one is made up of drains that are begun, emptied and done one after
// the other, while the workload's own pods do not come back and all others do.
func (s *lowestOrder) reached(l int, a *account) bool {
	w := &s.Workloads[l]
	if !w.Kind.lasts() && w.Kind != Bare || w.Partly || s.unsure {
		return false
	}
	switch {
	case a.paced:
		return s.atOnce(l, a)
	case a.unasked == 0 && a.unbudgetedLoss == 0:
		return s.companions(l) && s.usable(l, true) >= a.ready-a.least()
	case a.asking == 0 && a.least() == a.ready-a.unasked:
		// All that is taken is taken without asking.
		return s.unhindered(l, a) && s.usable(l, true) >= a.ready-a.least()
	case a.asking == 0 || a.unbudgetedLoss < none:
		return false
	}
	// Pods that leave only as the budget allows gather on a node from which
	// they go at once. None but those that are ready now may be needed for it.
	r := &s.budgets[w.Budgets[0]]
	return s.alone(l) && r.lively && a.ready > r.desired && w.PerNode == 0 && s.unhindered(l, a) && s.rebindsSurely(l) &&
		s.usable(l, false) >= a.ready-a.least()
}

// doubts finds whether pods may go, or not come back, in ways that no order of
// our choice counts on, so that nothing is known to be reached.
func (s *lowestOrder) doubts() {
	s.unsure = slices.ContainsFunc(s.Groups, func(g Group) bool { return g.Disruption.Unstated }) ||
		slices.ContainsFunc(s.Workloads, func(w Workload) bool {
			return w.Lost || w.Shrinks || s.ruled(&w) || len(w.PreemptedBy) > 0
		}) ||
		slices.ContainsFunc(s.budgets, func(r budgetFacts) bool { return r.moved || s.dwindles(&r) })
}

// ruled reports whether drains of a pool that goes may treat pods of a workload in
// another way than all others.
func (s *lowestOrder) ruled(w *Workload) bool {
	return slices.ContainsFunc(w.Treatments, func(t Treatment) bool { return s.pools[t.Pool].meant > 0 })
}

// companions reports whether all other pods under the workload's budget get
// ready if we wait for it, so that it lets go as many of this one's as it ever
// does.
func (s *lowestOrder) companions(l int) bool {
	w := &s.Workloads[l]
	if len(w.Budgets) != 1 {
		return false
	}
	for _, x := range s.budgets[w.Budgets[0]].workloads {
		other := &s.Workloads[x]
		if int(x) == l || s.totals[x].pods == 0 {
			continue
		}
		if !s.totals[x].canRecover(other) {
			return false
		}
	}
	return true
}

// alone reports whether no other workload is under its budgets.
func (s *lowestOrder) alone(l int) bool {
	for _, b := range s.Workloads[l].Budgets {
		if len(s.budgets[b].workloads) > 1 {
			return false
		}
	}
	return true
}

// unhindered reports whether the workload's pods can be taken without asking,
// node after node, while those taken before are not ready. Its budgets may let
// nothing go then, so nothing else may depend on them.
func (s *lowestOrder) unhindered(l int, a *account) bool {
	w := &s.Workloads[l]
	if len(w.Budgets) == 0 {
		return true
	}
	nodes, skips, waits := 0, false, false
	for i := range w.Pods {
		p := &w.Pods[i]
		if p.Node == Unbound || p.Ready == 0 || !s.on(l, p.Node).unasked() {
			continue
		}
		how := &s.Groups[s.Nodes[p.Node].Group].Disruption
		nodes++
		skips = skips || how.SkipBlocked && !w.ToleratesDrainTaint
		waits = waits || how.style()&(byForce|byDeletion) == 0
	}
	if skips {
		// The choice of a node does, and the first is all there may be.
		r := &s.budgets[w.Budgets[0]]
		return nodes == 1 && a.asking == 0 && !w.Protected && len(w.Budgets) == 1 && s.alone(l) && r.lively && a.ready > r.desired
	}
	return s.alone(l) || a.asking == 0 && !waits
}

// rebindsSurely reports whether there surely is a node on which its pods can gather.
func (s *lowestOrder) rebindsSurely(l int) bool {
	there := false
	s.eachStyle(l, func(by style, f *styleFacts) {
		if v := s.way(l, by); v.unasked() && f.surely {
			there = true
		}
	})
	return there
}

// usable is how many ready pods of a workload an order of our choice can take.
// Stuck says that it may end with nodes that are begun and do not get done.
func (s *lowestOrder) usable(l int, stuck bool) int {
	w := &s.Workloads[l]
	sum := 0
	last := map[int][]int{} // pods on nodes that are begun last, by pool
	for i := range w.Pods {
		p := &w.Pods[i]
		if p.Node == Unbound || p.Ready == 0 || s.Nodes[p.Node].Group == Stays {
			continue
		}
		v := s.on(l, p.Node)
		if v == stays {
			continue
		}
		n, f := &s.Nodes[p.Node], &s.nodes[p.Node]
		g := &s.Groups[n.Group]
		blocked, unchosen := f.blocked, f.unchosen
		if !s.drainable(l, &g.Disruption) && p.Unready+p.Stuck == 0 {
			blocked-- // its own pods are to go
		}
		if v == asking && s.mayBar(l, &g.Disruption) {
			unchosen--
		}
		if !n.Begun && (unchosen > 0 || s.pools[g.Pool].freeSlots() < 1) {
			continue
		}
		switch {
		case blocked == 0:
			sum += p.Ready
		case v == vanishes || int32(w.Wave) > f.from:
		case n.Begun || g.Disruption.passes():
			sum += p.Ready
		case stuck:
			last[g.Pool] = append(last[g.Pool], p.Ready)
		}
	}
	for pool, pods := range last {
		sum += sumOfLargest(pods, s.pools[pool].freeSlots())
	}
	return sum
}

// sumOfLargest is the sum of the largest so many.
func sumOfLargest(of []int, n int) int {
	if len(of) > n {
		slices.Sort(of)
		of = of[len(of)-n:]
	}
	sum := 0
	for _, x := range of {
		sum += x
	}
	return sum
}

// atOnce reports whether so many nodes can come to their deadlines together
// that what paces them is used up.
func (s *lowestOrder) atOnce(l int, a *account) bool {
	w := &s.Workloads[l]
	if a.asking > 0 || a.keep < none || a.least() != a.ready-a.unbudgetedLoss {
		return false
	}
	pods := map[int][]int{}
	for i := range w.Pods {
		p := &w.Pods[i]
		if p.Node == Unbound || p.Ready == 0 || s.Nodes[p.Node].Group == Stays {
			continue
		}
		n, f := &s.Nodes[p.Node], &s.nodes[p.Node]
		g := &s.Groups[n.Group]
		if s.on(l, p.Node) != forced || f.blocked > 0 || f.unchosen > 0 || s.pools[g.Pool].begun > 0 || g.Disruption.SkipBlocked {
			continue
		}
		pods[g.Pool] = append(pods[g.Pool], p.Ready)
	}
	sum := 0
	for pool, on := range pods {
		sum += sumOfLargest(on, s.pools[pool].limit)
	}
	return sum >= a.unbudgetedLoss
}
