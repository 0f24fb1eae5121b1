package simulate

import (
	"cmp"
	"slices"
)

// preemption is which pods would be deleted for another one, and where.
type preemption struct {
	node    int32   // -1 for none
	victims []int32 // the most important first
	broken  int     // how many of them a PDB would not let go
	highest int32   // the highest priority among them
	sum     int64   // of their priorities, each made positive
	since   int64   // when the first of those with the highest priority started
}

// better reports whether a plan does less harm than another: fewer PDBs broken,
// then victims of lower priority, then a lower sum of priorities, then fewer of
// them, then such as started later.
//
// Source: pickOneNodeForPreemption in pkg/scheduler/framework/preemption of
// Kubernetes 1.36.
func (a *preemption) better(b *preemption) bool {
	return b.node < 0 || cmp.Or(
		a.broken-b.broken, cmp.Compare(a.highest, b.highest), cmp.Compare(a.sum, b.sum), len(a.victims)-len(b.victims),
		cmp.Compare(b.since, a.since),
	) < 0
}

// preempt deletes pods of lower priority where that frees enough, as few and as
// unimportant ones as possible. It reports whether it did.
//
// Source: the plugin DefaultPreemption of the scheduler of Kubernetes 1.36.
// Budgets are honoured where there is a choice, and broken where there is none.
// The pod is then nominated for the node: see freeFor.
func (s *scheduler) preempt(p int32) bool {
	x := &s.pods[p]
	c := &s.classes[x.class]
	if !c.preempts || c.priority <= s.lowest {
		return false
	}
	if x.preemptsUntil > s.now {
		return true // its victims are still on their way
	}
	best := preemption{node: -1}
	for n := range s.nodes {
		if plan, ok := s.preemptionOn(int32(n), p); ok && plan.better(&best) {
			best = plan
		}
	}
	s.clearNomination(p)
	if best.node < 0 {
		return false
	}
	x.nominatedTo = best.node + 1
	s.nodes[best.node].nominatedPods = append(s.nodes[best.node].nominatedPods, p)
	for _, q := range best.victims {
		victim := &s.classes[s.pods[q].class]
		cause := int32(-1)
		if s.recording {
			cause = s.event(Event{
				Kind: ForceDeleted, Node: best.node, Pod: q, Workload: victim.workload, Cause: x.cause,
				Detail: "preempted by a pod of higher priority",
			})
		}
		s.run.ForceDeleted++
		s.kubelet.terminate(q, victim.grace, cause)
		x.preemptsUntil = max(x.preemptsUntil, s.pods[q].leaves+int64(preemptorWaits))
	}
	return true
}

// preemptionOn is which pods would have to go from a node so that a pod fits
// there: without all that matter less it has to fit, and then as many of them
// stay as can, those first that a PDB would not let go, and of these the more
// important.
//
// Source: SelectVictimsOnNode in the plugin DefaultPreemption.
func (s *scheduler) preemptionOn(n, p int32) (preemption, bool) {
	node, x := &s.nodes[n], &s.pods[p]
	c := &s.classes[x.class]
	if node.freeBucket < 0 || !s.fits[c.constraint][node.shape] {
		return preemption{}, false
	}
	lower := s.lower[:0]
	for _, q := range node.pods {
		if s.pods[q].state == podRunning && s.priorityOf(q) < c.priority {
			lower = append(lower, q)
		}
	}
	s.lower = lower
	if len(lower) == 0 {
		return preemption{}, false
	}
	free := s.freeFor(n, p, c)
	take := func(q, by int32) {
		y := &s.classes[s.pods[q].class]
		if by > 0 {
			free.sub(&y.asks)
		} else {
			free.add(&y.asks)
		}
		s.tally(y, n, by, by)
		s.mount(s.pods[q].tie, n, by)
	}
	fits := func() bool { return free.holds(&c.asks) && s.suits(c, x.tie, n, false) }
	for _, q := range lower {
		take(q, -1)
	}
	plan := preemption{node: n, since: never}
	ok := fits()
	if ok {
		slices.SortFunc(lower, s.moreImportant)
		s.reprieve(lower, &plan, take, fits)
	}
	for _, q := range lower { // as it was
		if !ok || slices.Contains(plan.victims, q) {
			take(q, 1)
		}
	}
	slices.SortFunc(plan.victims, s.moreImportant)
	for _, q := range plan.victims {
		priority := s.priorityOf(q)
		plan.sum += int64(priority) + 1<<31
		if plan.highest = max(s.priorityOf(plan.victims[0]), priority); priority == plan.highest {
			plan.since = min(plan.since, s.pods[q].started)
		}
	}
	return plan, ok && len(plan.victims) > 0
}

// reprieve leaves as many pods as can stay, and finds the victims.
func (s *scheduler) reprieve(lower []int32, plan *preemption, take func(q, by int32), fits func() bool) {
	allowed := map[int32]int{}
	var violating, others []int32
	for _, q := range lower {
		broken := false
		for _, at := range s.classes[s.pods[q].class].pdbs {
			if _, known := allowed[at.pdb]; !known {
				allowed[at.pdb] = s.pdbController.allowed(at.pdb)
			}
			allowed[at.pdb]--
			broken = broken || allowed[at.pdb] < 0
		}
		if broken {
			violating = append(violating, q)
		} else {
			others = append(others, q)
		}
	}
	for k, q := range slices.Concat(violating, others) {
		if take(q, 1); !fits() {
			take(q, -1)
			plan.victims = append(plan.victims, q)
			plan.broken += boolean(k < len(violating))
		}
	}
}

// moreImportant orders pods by how much they matter: by priority, and then by
// how long they have run.
//
// Source: MoreImportantPod in pkg/scheduler/util/utils.go.
func (s *scheduler) moreImportant(a, b int32) int {
	return cmp.Or(cmp.Compare(s.priorityOf(b), s.priorityOf(a)), cmp.Compare(s.pods[a].started, s.pods[b].started), cmp.Compare(a, b))
}

func (s *scheduler) priorityOf(p int32) int32 { return s.classes[s.pods[p].class].priority }

// freeFor is what is free on a node for a pod: what others have preempted pods for
// is theirs, unless it matters more.
//
// Source: addGENominatedPods in pkg/scheduler/framework/runtime/framework.go of
// Kubernetes 1.36.
func (s *scheduler) freeFor(n, p int32, c *class) amount {
	free := s.nodes[n].free
	for _, q := range s.nodes[n].nominatedPods {
		if y := &s.classes[s.pods[q].class]; q != p && y.priority >= c.priority {
			free.sub(&y.asks)
		}
	}
	return free
}

// clearNomination has a pod wait for no node any more.
func (s *scheduler) clearNomination(p int32) {
	x := &s.pods[p]
	if x.nominatedTo == 0 {
		return
	}
	node := &s.nodes[x.nominatedTo-1]
	if k := slices.Index(node.nominatedPods, p); k >= 0 {
		node.nominatedPods = slices.Delete(node.nominatedPods, k, k+1)
	}
	x.nominatedTo = 0
}
