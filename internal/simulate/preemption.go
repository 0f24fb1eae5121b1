package simulate

import (
	"cmp"
	"slices"
)

// preemption is which pods would be deleted for another one, and where.
type preemption struct {
	node    int32 // -1 for none
	victims []int32
	broken  int // how many of them a PDB would not let go
	highest int // the highest priority among them
}

// better reports whether a plan does less harm than another: fewer PDBs broken,
// then victims of lower priority, then fewer of them.
func (a *preemption) better(b *preemption) bool {
	return b.node < 0 || cmp.Or(a.broken-b.broken, cmp.Compare(a.highest, b.highest), len(a.victims)-len(b.victims)) < 0
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
// there: those first that matter least, and of these such as a PDB lets go.
func (s *scheduler) preemptionOn(n, p int32) (preemption, bool) {
	node, x := &s.nodes[n], &s.pods[p]
	c := &s.classes[x.class]
	if node.freeBucket < 0 || !s.fits[c.constraint][node.shape] {
		return preemption{}, false
	}
	var lower []int32
	for _, q := range node.pods {
		if s.pods[q].state == podRunning && s.priorityOf(q) < c.priority {
			lower = append(lower, q)
		}
	}
	slices.SortFunc(lower, func(a, b int32) int {
		return cmp.Or(cmp.Compare(s.priorityOf(a), s.priorityOf(b)), boolean(s.pods[a].blocks)-boolean(s.pods[b].blocks))
	})
	free := s.freeFor(n, p, c)
	plan := preemption{node: n}
	for _, q := range lower {
		if free.holds(&c.asks) {
			break
		}
		free.add(&s.classes[s.pods[q].class].asks)
		plan.victims = append(plan.victims, q)
		plan.broken += boolean(s.pods[q].blocks)
		plan.highest = max(plan.highest, int(s.priorityOf(q)))
	}
	return plan, len(plan.victims) > 0 && free.holds(&c.asks) && s.suits(c, x.tie, n, false)
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
