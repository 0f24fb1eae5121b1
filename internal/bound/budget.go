package bound

import (
	"slices"

	"github.com/onus-project/onus/internal/disruption"
)

// total is how many pods a workload has, or will have.
type total struct {
	pods  int // wanted or there, whichever is more
	there int // on nodes or waiting for one
	ready int
	most  int // that can be ready at once, at any time
}

func totalOf(w *Workload) total {
	var t total
	stuck := 0
	for _, p := range w.Pods {
		t.there += p.Ready + p.Unready + p.Stuck
		t.ready += p.Ready
		stuck += p.Stuck
	}
	t.pods = t.there
	if w.Kind.lasts() {
		t.pods = max(w.Replicas, t.there)
	}
	t.most = t.pods - stuck
	return t
}

// group is a workload as a PDB counts it when as many of its pods as can be are
// healthy.
func (t *total) group(w *Workload) disruption.Group {
	return disruption.Group{Pods: min(t.most, t.pods), Down: max(0, t.pods-t.most), Scale: w.Replicas, Scaled: w.Scaled, Bare: w.Kind == Bare}
}

// canRecover reports whether all pods that can get ready do so in the end, whatever
// was evicted.
func (t *total) canRecover(w *Workload) bool {
	return w.Kind.lasts() && !w.Partly && !w.Lost && w.Unplaced == "" && len(w.NotCreatedBy)+len(w.NotEvictedBy)+len(w.PreemptedBy) == 0 &&
		!(w.Kind == Ordered && t.most < t.pods)
}

// budgetFacts is what a budget comes to over all that may happen.
type budgetFacts struct {
	workloads []int32 // the workloads it selects
	most      int     // pods it selects that can be healthy at once
	// desired is the fewest healthy ones that an eviction of a ready pod leaves.
	desired int
	// never: it lets no ready pod go, at no time.
	never bool
	// strict: besides, it never has as many healthy ones as it wants, so that it
	// lets no unready pod go either.
	strict bool
	// lively: after any evictions it comes to let one go again, once pods have
	// had the time to get ready.
	lively bool
	// moved: it would be never, were it not for an operator that keeps all of its pods.
	moved  bool
	reason disruption.Reason
}

// slack is how many pods can be on their way at once.
func (r *budgetFacts) slack() int { return max(0, r.most-r.desired) }

// pdbCounts is the arithmetic of PDBs.
type pdbCounts struct{ *survey }

// evaluate does the arithmetic of a budget for the best day it can have.
func (s pdbCounts) evaluate(b int) {
	r := &s.budgets[b]
	under := s.under(r)
	a, err := disruption.Allow(s.Budgets[b].Budget, under.groups)
	if err == nil && a.Reason == disruption.NoScale && !under.fixed {
		// Those without a scale may go, and then it can count.
		a, err = disruption.Allow(s.Budgets[b].Budget, under.scaled)
		r.lively = false
	}
	r.desired, r.reason = a.Desired, a.Reason
	countless := err != nil || a.Reason == disruption.NoScale || a.Reason == disruption.Empty
	r.never = countless || r.most <= r.desired || a.Expected <= 0 && !under.partly
	r.strict = r.most < r.desired // one that cannot count wants none
	if r.moved = r.never && s.operated(r); r.moved {
		r.desired, r.never, r.strict, r.lively = 0, false, false, false
	}
	if s.dwindles(r) && err == nil && a.Reason != disruption.Empty {
		r.desired, r.never, r.strict, r.lively = 0, false, false, false
	}
	r.lively = r.lively && !r.never
}

// operated reports whether operators that are not known keep all pods under a budget.
func (s pdbCounts) operated(r *budgetFacts) bool {
	return len(r.workloads) > 0 && !slices.ContainsFunc(r.workloads, func(l int32) bool { return !s.Workloads[l].Operated })
}

// covered are the controllers under a budget, as its arithmetic counts them.
type covered struct {
	groups, scaled []disruption.Group
	partly         bool // of some, part of the pods count, and perhaps none
	fixed          bool // of some without a scale, pods stay
}

// under counts the pods under a budget, at most, and says how its controllers count.
func (s pdbCounts) under(r *budgetFacts) covered {
	var c covered
	r.lively = true
	for _, l := range r.workloads {
		w, t := &s.Workloads[l], &s.totals[l]
		if t.pods == 0 {
			continue
		}
		r.most += t.most
		r.lively = r.lively && t.canRecover(w)
		if w.Partly {
			c.partly = true
			continue
		}
		g := t.group(w)
		c.groups = append(c.groups, g)
		if g.Scaled || g.Bare {
			c.scaled = append(c.scaled, g)
		} else {
			c.fixed = c.fixed || w.Kind.lasts() || s.remains(w)
		}
	}
	return c
}

// remains reports whether some pod of a workload stands where nothing takes it.
func (s pdbCounts) remains(w *Workload) bool {
	if w.Kind == Job || len(w.PreemptedBy) > 0 {
		return false
	}
	for _, p := range w.Pods {
		if p.Node >= 0 && p.Ready+p.Unready+p.Stuck > 0 && s.Nodes[p.Node].Group == Stays {
			return true
		}
	}
	return false
}
