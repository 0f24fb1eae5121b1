package simulate

import (
	"fmt"

	"github.com/onus-project/onus/internal/disruption"
)

// commands are the nodes that Karpenter has decided to take.
type commands struct {
	*engine
	list []command
}

// command is a node to be taken, and those that have to be ready before.
type command struct {
	node         int32
	gen          uint32
	replacements []int32
	gens         []uint32
	began        int64
}

// start begins a command: the nodes take no new pods from now on, and
// replacements are asked for.
//
// Source: Queue.StartCommand in pkg/controllers/disruption/queue.go.
func (cq *commands) start(n int32, claims []nodeClaim, left int, reason string) {
	x := &cq.nodes[n]
	p := &cq.World.pools[x.pool]
	x.cause = cq.event(Event{
		Kind: Chosen, Node: n, Pod: -1, Workload: -1, Cause: x.cause, Number: int32(min(left, 1<<30)), Detail: cq.allowance(p, reason),
	})
	cq.nodeLifecycle.mark(n)
	cause := x.cause
	c := command{node: n, gen: x.gen, began: cq.now}
	cq.loop.catchesUp = cq.loop.catchesUp || len(claims) > 0
	for i := range claims {
		r := cq.nodeLifecycle.launch(claims[i].pool, cq.nodeClaims.shapeOf(&claims[i]), cause)
		c.replacements, c.gens = append(c.replacements, r), append(c.gens, cq.nodes[r].gen)
	}
	id := int32(len(cq.list))
	cq.list = append(cq.list, c)
	cq.provisioner.wake()
	cq.after(cq.between(commandStarts), doCommand, id, 0, 0)
}

// allowance says in words what lets nodes of a pool go.
func (cq *commands) allowance(p *pool, reason string) string {
	if !cq.recording {
		return ""
	}
	allowed := cq.scenario.budgets(p).Allowed(cq.timeOfDay(), cq.pools[cq.indexOf(p)].total, reason)
	if allowed == disruption.Unlimited {
		return fmt.Sprintf("no node budget of pool %s counts now", p.name)
	}
	return fmt.Sprintf("the node budgets of pool %s allow %d at once", p.name, allowed)
}

func (cq *commands) indexOf(p *pool) int {
	for i := range cq.World.pools {
		if &cq.World.pools[i] == p {
			return i
		}
	}
	return -1
}

// look looks whether a command's replacements are ready; every second,
// until they are or ten minutes have passed.
//
// Source: Queue.Reconcile and waitOrTerminate.
func (cq *commands) look(i int32) {
	c := &cq.list[i]
	x := &cq.nodes[c.node]
	waits := x.gen == c.gen && x.state == nodeMarked // it may be gone by other means
	ready := true
	for k, r := range c.replacements {
		ready = ready && (cq.nodes[r].gen != c.gens[k] || cq.nodes[r].state != nodeLaunching)
	}
	switch {
	case ready:
		if waits {
			cq.drainer.begin(c.node, x.cause)
		}
	case cq.now-c.began > int64(commandTimeout):
		if waits {
			cq.nodeLifecycle.unmark(c.node)
			cq.drift.want(c.node)
		}
		cq.loop.wake()
	default:
		cq.after(cq.between(commandInterval), doCommand, i, 0, 0)
	}
}
