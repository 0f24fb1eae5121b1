package bound

import (
	"slices"
	"time"

	"github.com/onus-project/onus/internal/disruption"
)

// survey is a model with what is worked out once for all of its workloads: what PDBs come
// to, and how nodes and the pods on them go.
type survey struct {
	*Model
	totals  []total
	budgets []budgetFacts
	pools   []poolFacts
	nodes   []nodeFacts
	all     poolFacts // of all pools together
	exempt  []bool    // by workload: no pod of it is left at a deadline
}

// poolFacts is how a pool goes.
type poolFacts struct {
	limit  int // nodes on their way out at once
	meant  int // that the trigger means
	begun  int
	stuck  int // of these, that may not get done
	held   int // of these, that never do
	comes  int // nodes whose deadline may come while they are all on their way, where one forces
	styles [styles]styleFacts
	forces []disruption.Deadline // the soonest of each sort that forces
}

// nodeFacts is what may become of a node.
type nodeFacts struct {
	begins bool // it can come to be drained
	// held is the wave of the first pods that never leave it, so that those of
	// later waves do not either; none where it can get empty.
	held int32
	// blocked counts workloads on it whose pods may not leave in an order of our
	// choice, from is the first wave of them, and unchosen counts those for which
	// it may not be chosen.
	blocked, unchosen int32
	from              int32
}

// style is all of a disruption that decides what becomes of a pod.
type style uint8

const (
	byKarpenter style = 1 << iota
	byForce
	byDeletion
	styles = 1 << 3
)

func (m *Disruption) style() style {
	var s style
	if m.Karpenter {
		s |= byKarpenter
	}
	switch {
	case m.IgnoresPDBs:
		s |= byDeletion
	case m.forces():
		s |= byForce
	}
	return s
}

// cordons reports whether nodes that go so have the taint of a cordon meanwhile, and are
// drained.
func (s style) cordons() bool { return s&(byKarpenter|byDeletion) == 0 }

// comesBack reports whether pods of a workload may be bound anew to the node that they were
// evicted from, where a drain of some style took them.
func (w *Workload) comesBack(by style) bool {
	return w.ToleratesCordon && (w.Kind.lasts() || w.Kind == Job) && by.cordons()
}

// styleFacts are about the nodes of a pool that go in one style.
type styleFacts struct {
	there bool
	// open: new pods can be bound to a node of it that is begun later. goes: they
	// can to one that is gone later, though it may be tainted already.
	open, goes bool
	// surely: a node of it can be begun, and be gone, in an order of our choice.
	surely bool
}

// way is how the pods of a workload leave a node that is drained.
type way uint8

const (
	stays    way = iota // they do not
	asking              // evicted as their only budget allows
	freely              // evicted, and no budget is asked
	vanishes            // with the node, which is gone when all others have left
	forced              // killed at the deadline
	deleted             // as soon as the node is begun
)

// unasked reports whether pods go without their budget being asked.
func (v way) unasked() bool { return v >= freely }

// leaves reports whether a drain leaves the workload's pods alone.
func (w *Workload) leaves(s style) bool {
	if s&byKarpenter != 0 {
		return w.Kind == Static || w.ToleratesDrainTaint
	}
	return w.Kind == Static || w.Kind == Daemon
}

// keeps reports whether a drain waits for pods that it does not evict.
func (w *Workload) keeps(s style) bool { return s&byKarpenter != 0 && w.Protected }

// treatment is how a drain of a pool treats the workload's pods; the zero value where
// no rule is about them.
func (w *Workload) treatment(pool int, by style) Treatment {
	if by&byKarpenter == 0 {
		for _, t := range w.Treatments {
			if t.Pool == pool {
				return t
			}
		}
	}
	return Treatment{}
}

// poolAt is the pool of a node that goes.
func (s *survey) poolAt(node int32) int { return s.Groups[s.Nodes[node].Group].Pool }

// way is how pods of a workload leave nodes that go in a style, if anything
// else there does.
func (s *survey) way(l int, by style) way {
	w := &s.Workloads[l]
	switch {
	case by&byDeletion != 0:
		return deleted
	case w.leaves(by):
		return vanishes
	case by&byForce != 0 && s.exempt[l]:
		return asking
	case !w.keeps(by) && (len(w.Budgets) == 0 || w.Partly):
		return freely
	case by&byForce != 0:
		return forced
	case w.keeps(by) || len(w.Budgets) > 1 || s.budgets[w.Budgets[0]].never:
		return stays
	}
	return asking
}

// on is how they leave one node.
func (s *survey) on(l int, node int32) way {
	f := &s.nodes[node]
	if !f.begins {
		return stays
	}
	v := s.way(l, s.Groups[s.Nodes[node].Group].Disruption.style())
	switch v {
	case vanishes:
		if f.held != none {
			return stays
		}
	case asking, freely:
		if int32(s.Workloads[l].Wave) > f.held {
			return stays
		}
	}
	return v
}

// goesByItself reports whether pods of a workload may be gone from any node without a drain:
// they end, or its controller takes some, or others push them out.
func (w *Workload) goesByItself() bool { return w.Kind == Job || w.Shrinks || len(w.PreemptedBy) > 0 }

// holds reports whether pods of a workload keep a drain that does not force
// from ever being done.
func (s *survey) holds(l int, p *Pods, by style) bool {
	w := &s.Workloads[l]
	rule := w.treatment(s.poolAt(p.Node), by)
	switch {
	case by&(byDeletion|byForce) != 0 || w.leaves(by) || w.goesByItself() || rule.Skipped || rule.Unsure:
		return false
	case rule.Awaited:
		return p.Ready > 0
	case w.keeps(by):
		return true
	case len(w.Budgets) == 0 || w.Partly:
		return false
	case len(w.Budgets) > 1:
		return p.Ready+p.Stuck > 0
	}
	b := w.Budgets[0]
	r := &s.budgets[b]
	return r.never && p.Ready > 0 || r.strict && p.Stuck > 0 && !s.Model.Budgets[b].AlwaysAllow
}

// bars reports whether pods of a workload keep their node from ever being
// chosen, where nodes are skipped.
//
// Source: ValidatePodsDisruptable in pkg/controllers/state/statenode.go and
// Limits.CanEvictPods in pkg/utils/pdb/pdb.go of Karpenter 1.14.
func (s *survey) bars(l int, p *Pods) bool {
	w := &s.Workloads[l]
	switch {
	case w.goesByItself():
		return false
	case w.Protected:
		return true
	case w.Kind == Static || w.ToleratesDrainTaint || len(w.Budgets) == 0 || w.Partly:
		return false
	case len(w.Budgets) > 1:
		return true
	}
	b := w.Budgets[0]
	return s.budgets[b].never && (p.Ready > 0 || !s.Model.Budgets[b].AlwaysAllow)
}

// look works out what all workloads share: what is known of them, and how long their
// evictions take.
func look(m *Model) *evictionTimes {
	s := &survey{
		Model: m, totals: make([]total, len(m.Workloads)), budgets: make([]budgetFacts, len(m.Budgets)),
		pools: make([]poolFacts, len(m.Pools)), nodes: make([]nodeFacts, len(m.Nodes)),
		exempt: make([]bool, len(m.Workloads)),
	}
	for l := range m.Workloads {
		s.totals[l] = totalOf(&m.Workloads[l])
		switch t := &s.totals[l]; m.Workloads[l].Kind {
		case Daemon: // one more on each node that comes, as for each node that goes
			t.most = t.pods + len(m.Nodes)
		case Job: // those that it still lacks may be made
			t.most += max(0, m.Workloads[l].Replicas-t.there)
		}
		for _, b := range m.Workloads[l].Budgets {
			s.budgets[b].workloads = append(s.budgets[b].workloads, int32(l))
		}
	}
	for b := range m.Budgets {
		pdbCounts{s}.evaluate(b)
	}
	fates := nodeFates{s}
	fates.pace()
	fates.fates()
	fates.openings()
	times := &evictionTimes{survey: s, takes: make([]time.Duration, len(m.Workloads))}
	times.deadlines()
	fates.blockers()
	return times
}

// eachHit visits the pods on nodes that the trigger means.
func (s *survey) eachHit(visit func(l int, p *Pods, how *Disruption)) {
	for l := range s.Workloads {
		pods := s.Workloads[l].Pods
		for i := range pods {
			p := &pods[i]
			if p.Node == Unbound || p.Ready+p.Unready+p.Stuck == 0 {
				continue
			}
			if g := s.Nodes[p.Node].Group; g != Stays {
				visit(l, p, &s.Groups[g].Disruption)
			}
		}
	}
}

// touched reports whether ready pods of a workload are where nodes go.
func (s *survey) touched(w *Workload) bool {
	return slices.ContainsFunc(w.Pods, func(p Pods) bool {
		return p.Node != Unbound && p.Ready > 0 && s.Nodes[p.Node].Group != Stays
	})
}

// forcing reports whether a deadline forces where the workload's pods are.
func (s *survey) forcing(w *Workload) bool {
	there := false
	s.eachPool(w, func(p *poolFacts) { there = there || len(p.forces) > 0 })
	return there
}

// dwindles reports whether a controller under a budget of several may come to have
// no pod at all, because none is made again: what the budget wants is then counted
// over the others alone. A DaemonSet has a pod on each node that is started, too, so
// that all that the budget wants may be pods of it.
func (s *survey) dwindles(r *budgetFacts) bool {
	return len(r.workloads) > 1 && slices.ContainsFunc(r.workloads, func(l int32) bool {
		return len(s.Workloads[l].NotCreatedBy) > 0 || s.Workloads[l].Unplaced != "" || s.Workloads[l].Kind == Daemon
	})
}

// skippedBy is the rule by which drains may leave pods of a workload alone in a pool
// that goes, where they are or may come once they have left theirs; else empty.
func (s *survey) skippedBy(l int) string {
	w := &s.Workloads[l]
	for _, t := range w.Treatments {
		if (t.Skipped || t.Unsure) && s.pools[t.Pool].meant > 0 && s.touched(w) {
			return t.By
		}
	}
	return ""
}

// eachStyle visits the styles in which nodes go where pods of a workload are or
// may come, with what holds for those that they may come to.
func (s *survey) eachStyle(l int, visit func(by style, f *styleFacts)) {
	w := &s.Workloads[l]
	each := func(p *poolFacts) {
		for by := range p.styles {
			if p.styles[by].there {
				visit(style(by), &p.styles[by])
			}
		}
	}
	if w.SchedulablePools == nil {
		each(&s.all)
		return
	}
	for _, pool := range w.SchedulablePools {
		each(&s.pools[pool])
	}
	for i := range w.Pods {
		if p := &w.Pods[i]; p.Node != Unbound && s.Nodes[p.Node].Group != Stays {
			if g := &s.Groups[s.Nodes[p.Node].Group]; !slices.Contains(w.SchedulablePools, int32(g.Pool)) {
				visit(g.Disruption.style(), &styleFacts{there: true})
			}
		}
	}
}

// drainable reports whether pods of a workload leave a drained node in an order of
// our choice, and are ready again elsewhere, if we wait for it.
func (s *survey) drainable(l int, m *Disruption) bool {
	w, by := &s.Workloads[l], m.style()
	switch {
	case by&byDeletion != 0 || w.leaves(by):
		return true
	case by&byForce != 0 && !s.exempt[l]:
		return true
	case w.keeps(by):
		return false
	case len(w.Budgets) == 0:
		return true
	}
	return len(w.Budgets) == 1 && s.budgets[w.Budgets[0]].lively
}

// mayBar reports whether pods of a workload may keep their node from being
// chosen, where nodes are skipped, though all that can be ready are.
func (s *survey) mayBar(l int, m *Disruption) bool {
	w := &s.Workloads[l]
	switch {
	case !m.SkipBlocked:
		return false
	case w.Protected:
		return true
	case w.Kind == Static || w.ToleratesDrainTaint || len(w.Budgets) == 0:
		return false
	}
	return len(w.Budgets) > 1 || !s.budgets[w.Budgets[0]].lively
}

// eachPool visits what is known of the pools on whose nodes pods of a workload
// are or may come.
func (s *survey) eachPool(w *Workload, visit func(p *poolFacts)) {
	if w.SchedulablePools == nil {
		visit(&s.all)
		return
	}
	pools := slices.Clone(w.SchedulablePools)
	for i := range w.Pods {
		if p := &w.Pods[i]; p.Node != Unbound && s.Nodes[p.Node].Group != Stays {
			if pool := int32(s.Groups[s.Nodes[p.Node].Group].Pool); !slices.Contains(pools, pool) {
				pools = append(pools, pool)
			}
		}
	}
	for _, pool := range pools {
		visit(&s.pools[pool])
	}
}
