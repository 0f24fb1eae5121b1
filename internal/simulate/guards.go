package simulate

import (
	"github.com/onus-project/onus/internal/disruption"
)

// recount changes how many pods of a class its budgets count as healthy and
// as not, and what they then allow. The disruption controller does so within
// milliseconds of every change.
func (e *engine) recount(c *class, healthy, down int) {
	for _, at := range c.guards {
		g := &e.guards[at.guard]
		g.groups[at.group].Pods += healthy
		g.groups[at.group].Down += down
		e.judgeGuard(at.guard)
	}
}

// judgeGuard computes a budget's status, and tells those who wait for it.
func (e *engine) judgeGuard(i int32) {
	g := &e.guards[i]
	a, err := disruption.Allow(e.World.guards[i].spec, g.groups)
	before := g.BudgetState
	g.Healthy, g.Desired, g.Expected, g.Allowed = a.Healthy, a.Desired, a.Expected, a.Allowed
	g.Observed = err == nil && a.Reason != disruption.NoScale
	g.reason = a.Reason
	if !g.Observed {
		g.Allowed = 0
	}
	if (before.Allowed > 0) != (g.Allowed > 0) {
		for _, l := range e.World.guards[i].loads {
			for _, p := range e.loads[l].pods {
				e.reblock(p)
			}
		}
		e.touch()
	}
	// A pod that is not ready may go under the default policy once enough are.
	if g.Allowed > 0 && before.Allowed == 0 || g.Healthy >= g.Desired && before.Healthy < before.Desired {
		e.wake(g)
	}
}

// wake has everybody try again who was refused, each when its own back-off
// comes to an end.
func (e *engine) wake(g *guardState) {
	for _, p := range g.waiters {
		x := &e.pods[p]
		if !x.waiting || x.state != podRunning {
			continue
		}
		e.catchUp(p, e.now)
		x.waiting = false
		e.at(x.next, doEvict, p, 0, x.gen)
	}
	g.waiters = g.waiters[:0]
}

// catchUp counts the tries that a waiting pod made in vain until some time.
func (e *engine) catchUp(p int32, until int64) {
	x := &e.pods[p]
	backoff := e.backoff(p)
	for x.next < until {
		if x.tries > 20 { // it has grown to its most
			n := (until - x.next + int64(backoff(20)) - 1) / int64(backoff(20))
			e.run.Refused += int(n)
			x.next += n * int64(backoff(20))
			return
		}
		x.tries++
		e.run.Refused++
		x.next += int64(backoff(int(x.tries)))
	}
}

// reblock sees to it that a node knows which of its pods keep it from being
// chosen.
//
// Source: Limits.isEvictable in pkg/utils/pdb/pdb.go and
// StateNode.ValidatePodsDisruptable in pkg/controllers/state/statenode.go of
// Karpenter 1.14.
func (e *engine) reblock(p int32) {
	x := &e.pods[p]
	if x.node < 0 {
		return
	}
	blocks := x.state == podRunning && e.blocksChoice(p)
	if blocks != x.blocks {
		x.blocks = blocks
		if blocks {
			e.nodes[x.node].blocks++
		} else {
			e.nodes[x.node].blocks--
		}
	}
}

func (e *engine) blocksChoice(p int32) bool {
	x := &e.pods[p]
	c := &e.classes[x.class]
	if c.drain.DoNotDisrupt != "" && e.protected(p) {
		return true
	}
	switch {
	case len(c.guards) == 0 || c.drain.Static || c.dodges:
		return false
	case len(c.guards) > 1:
		return true
	}
	g := c.guards[0].guard
	if e.World.guards[g].alwaysAllow && !x.ready {
		return false
	}
	return e.guards[g].Allowed == 0
}

// decide is the API server's answer to an eviction.
func (e *engine) decide(p int32) disruption.Decision {
	x := &e.pods[p]
	c := &e.classes[x.class]
	pod := disruption.PodState{Phase: "Running", Ready: x.ready, Terminating: x.state == podLeaving}
	if x.state == podPending {
		pod.Phase = "Pending"
	}
	switch len(c.guards) {
	case 0:
		return disruption.Decide(pod, nil)
	case 1:
		one := [1]disruption.BudgetState{e.guards[c.guards[0].guard].BudgetState}
		one[0].AlwaysAllow = e.World.guards[c.guards[0].guard].alwaysAllow
		return disruption.Decide(pod, one[:])
	}
	return disruption.Decide(pod, make([]disruption.BudgetState, len(c.guards)))
}
