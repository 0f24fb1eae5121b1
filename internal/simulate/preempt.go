package simulate

import (
	"cmp"
	"slices"
	"time"
)

// preempt pushes out pods of lower priority where that makes room, as few and
// as unimportant ones as possible. It reports whether it did.
//
// Source: the plugin DefaultPreemption of the scheduler of Kubernetes 1.36.
// Budgets are honoured where there is a choice, and broken where there is none.
// The pod then has a claim on the node: see freeFor.
func (e *engine) preempt(p int32) bool {
	x := &e.pods[p]
	c := &e.classes[x.class]
	if !c.preempts || c.priority <= e.lowest {
		return false
	}
	if x.pushed > e.now {
		return true // those it pushed out are still on their way
	}
	type plan struct {
		node            int32
		victims         []int32
		broken, highest int
	}
	best := plan{node: -1}
	for n := range e.nodes {
		node := &e.nodes[n]
		if node.room < 0 || !e.fits[c.constraint][node.shape] {
			continue
		}
		var lower []int32
		free := e.freeFor(int32(n), p, c)
		for _, q := range node.pods {
			if y := &e.pods[q]; y.state == podRunning && e.classes[y.class].priority < c.priority {
				lower = append(lower, q)
			}
		}
		slices.SortFunc(lower, func(a, b int32) int {
			return cmp.Or(cmp.Compare(e.classes[e.pods[a].class].priority, e.classes[e.pods[b].class].priority), cmp.Compare(boolean(e.pods[a].blocks), boolean(e.pods[b].blocks)))
		})
		try := plan{node: int32(n)}
		for _, q := range lower {
			if free.holds(&c.asks) {
				break
			}
			free.add(&e.classes[e.pods[q].class].asks)
			try.victims = append(try.victims, q)
			try.broken += boolean(e.pods[q].blocks)
			try.highest = max(try.highest, int(e.classes[e.pods[q].class].priority))
		}
		if len(try.victims) == 0 || !free.holds(&c.asks) || !e.suits(c, x.zone, int32(n), false) {
			continue
		}
		if best.node < 0 || cmp.Or(try.broken-best.broken, cmp.Compare(try.highest, best.highest), len(try.victims)-len(best.victims)) < 0 {
			best = try
		}
	}
	e.unclaim(p)
	if best.node < 0 {
		return false
	}
	x.claims = best.node + 1
	e.nodes[best.node].claimants = append(e.nodes[best.node].claimants, p)
	for _, q := range best.victims {
		cause := int32(-1)
		if e.recording {
			cause = e.event(Event{Kind: Killed, Node: best.node, Pod: q, Workload: e.classes[e.pods[q].class].load, Cause: x.cause, Detail: "pushed out by a pod of higher priority"})
		}
		e.run.Killed++
		e.terminate(q, e.classes[e.pods[q].class].grace, cause)
		x.pushed = max(x.pushed, e.pods[q].leaves+int64(time.Second))
	}
	return true
}

// freeFor is what is free on a node for a pod: what others have pushed pods out for
// is theirs, unless it matters more.
//
// Source: addGENominatedPods in pkg/scheduler/framework/runtime/framework.go of
// Kubernetes 1.36.
func (e *engine) freeFor(n, p int32, c *class) amount {
	free := e.nodes[n].free
	for _, q := range e.nodes[n].claimants {
		if y := &e.classes[e.pods[q].class]; q != p && y.priority >= c.priority {
			free.sub(&y.asks)
		}
	}
	return free
}

// unclaim has a pod wait for no node any more.
func (e *engine) unclaim(p int32) {
	x := &e.pods[p]
	if x.claims == 0 {
		return
	}
	node := &e.nodes[x.claims-1]
	if k := slices.Index(node.claimants, p); k >= 0 {
		node.claimants = slices.Delete(node.claimants, k, k+1)
	}
	x.claims = 0
}
