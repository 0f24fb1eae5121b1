package simulate

import "github.com/onus-project/onus/internal/disruption"

// pdbController keeps the status of PodDisruptionBudgets, as the disruption
// controller of Kubernetes does.
type pdbController struct{ *engine }

// recount changes how many pods of a class its budgets count as healthy and
// as not, and what they then allow. The disruption controller does so within
// milliseconds of every change.
func (pc *pdbController) recount(c *class, healthy, down int) {
	for _, at := range c.pdbs {
		g := &pc.pdbs[at.pdb]
		g.groups[at.group].Pods += healthy
		g.groups[at.group].Down += down
		pc.update(at.pdb)
	}
}

// update keeps a budget's status, and tells those who wait for it. Nobody waits for one
// that shares all of its pods with others, so that it is counted when it is asked for:
// hundreds of budgets over the same pods would else be summed up at each of their events.
func (pc *pdbController) update(i int32) {
	g := &pc.pdbs[i]
	if !pc.World.pdbs[i].decides {
		g.stale = true
		return
	}
	before := g.BudgetState
	pc.count(i)
	if (before.Allowed > 0) != (g.Allowed > 0) {
		for _, l := range pc.World.pdbs[i].workloads {
			for _, p := range pc.workloads[l].pods {
				pc.updateBlocked(p)
			}
		}
		pc.loop.wake()
	}
	// A pod that is not ready may go under the default policy once enough are.
	if g.Allowed > 0 && before.Allowed == 0 || g.Healthy >= g.Desired && before.Healthy < before.Desired {
		pc.wake(g)
	}
}

// count computes a budget's status from its groups.
func (pc *pdbController) count(i int32) {
	g := &pc.pdbs[i]
	a, err := disruption.Allow(pc.World.pdbs[i].spec, g.groups)
	g.Healthy, g.Desired, g.Expected, g.Allowed = a.Healthy, a.Desired, a.Expected, a.Allowed
	g.Observed = err == nil && a.Reason != disruption.NoScale
	g.stale = false
	if !g.Observed {
		g.Allowed = 0
	}
}

// allowed is how many pods a budget lets go now.
func (pc *pdbController) allowed(i int32) int {
	if pc.pdbs[i].stale {
		pc.count(i)
	}
	return pc.pdbs[i].Allowed
}

// wake has everybody try again who was refused, each when its own back-off
// comes to an end.
func (pc *pdbController) wake(g *pdbState) {
	for _, p := range g.waiters {
		x := &pc.pods[p]
		if !x.waiting || x.state != podRunning {
			continue
		}
		pc.evictor.countRetries(p, pc.now)
		x.waiting = false
		pc.at(x.next, doEvict, p, 0, x.gen)
	}
	g.waiters = g.waiters[:0]
}

// updateBlocked sees to it that a node knows which of its pods keep it from being
// chosen.
//
// Source: Limits.isEvictable in pkg/utils/pdb/pdb.go and
// StateNode.ValidatePodsDisruptable in pkg/controllers/state/statenode.go of
// Karpenter 1.14.
func (pc *pdbController) updateBlocked(p int32) {
	x := &pc.pods[p]
	if x.node < 0 {
		return
	}
	blocks := x.state == podRunning && pc.blocks(p)
	if blocks != x.blocks {
		x.blocks = blocks
		if blocks {
			pc.nodes[x.node].blocks++
		} else {
			pc.nodes[x.node].blocks--
		}
	}
}

func (pc *pdbController) blocks(p int32) bool {
	x := &pc.pods[p]
	c := &pc.classes[x.class]
	if c.protected && pc.protected(p) {
		return true
	}
	switch {
	case len(c.pdbs) == 0 || c.drain.Static || c.toleratesDrain:
		return false
	case len(c.pdbs) > 1:
		return true
	}
	g := c.pdbs[0].pdb
	if pc.World.pdbs[g].alwaysAllow && !x.ready {
		return false
	}
	return pc.pdbs[g].Allowed == 0
}
