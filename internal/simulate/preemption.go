package simulate

import (
	"cmp"
	"slices"
)

// preempt pushes out pods of lower priority where that makes room, as few and
// as unimportant ones as possible. It reports whether it did.
//
// Source: the plugin DefaultPreemption of the scheduler of Kubernetes 1.36.
// Budgets are honoured where there is a choice, and broken where there is none.
// The pod then has a claim on the node: see freeFor.
func (s *scheduler) preempt(p int32) bool {
	x := &s.pods[p]
	c := &s.classes[x.class]
	if !c.preempts || c.priority <= s.lowest {
		return false
	}
	if x.preemptsUntil > s.now {
		return true // those it pushed out are still on their way
	}
	type plan struct {
		node            int32
		victims         []int32
		broken, highest int
	}
	best := plan{node: -1}
	for n := range s.nodes {
		node := &s.nodes[n]
		if node.freeBucket < 0 || !s.fits[c.constraint][node.shape] {
			continue
		}
		var lower []int32
		free := s.freeFor(int32(n), p, c)
		for _, q := range node.pods {
			if y := &s.pods[q]; y.state == podRunning && s.classes[y.class].priority < c.priority {
				lower = append(lower, q)
			}
		}
		slices.SortFunc(lower, func(a, b int32) int {
			return cmp.Or(cmp.Compare(s.classes[s.pods[a].class].priority, s.classes[s.pods[b].class].priority), cmp.Compare(boolean(s.pods[a].blocks), boolean(s.pods[b].blocks)))
		})
		try := plan{node: int32(n)}
		for _, q := range lower {
			if free.holds(&c.asks) {
				break
			}
			free.add(&s.classes[s.pods[q].class].asks)
			try.victims = append(try.victims, q)
			try.broken += boolean(s.pods[q].blocks)
			try.highest = max(try.highest, int(s.classes[s.pods[q].class].priority))
		}
		if len(try.victims) == 0 || !free.holds(&c.asks) || !s.suits(c, x.zone, int32(n), false) {
			continue
		}
		if best.node < 0 || cmp.Or(try.broken-best.broken, cmp.Compare(try.highest, best.highest), len(try.victims)-len(best.victims)) < 0 {
			best = try
		}
	}
	s.clearNomination(p)
	if best.node < 0 {
		return false
	}
	x.nominatedTo = best.node + 1
	s.nodes[best.node].nominatedPods = append(s.nodes[best.node].nominatedPods, p)
	for _, q := range best.victims {
		cause := int32(-1)
		if s.recording {
			cause = s.event(Event{Kind: Killed, Node: best.node, Pod: q, Workload: s.classes[s.pods[q].class].workload, Cause: x.cause, Detail: "pushed out by a pod of higher priority"})
		}
		s.run.Killed++
		s.kubelet.terminate(q, s.classes[s.pods[q].class].grace, cause)
		x.preemptsUntil = max(x.preemptsUntil, s.pods[q].leaves+int64(preemptorWaits))
	}
	return true
}

// freeFor is what is free on a node for a pod: what others have pushed pods out for
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
