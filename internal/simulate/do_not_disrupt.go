package simulate

import "time"

// protected reports whether a pod's do-not-disrupt annotation holds now.
func (pc *pdbController) protected(p int32) bool {
	x := &pc.pods[p]
	d := pc.classes[x.class].drain
	if x.started != never {
		d.Started = pc.start.Add(time.Duration(x.started))
	}
	return d.Protected(pc.timeOfDay())
}

// unblockLater has a pod's node become one that may be chosen when the pod's
// do-not-disrupt ends.
func (pc *pdbController) unblockLater(p int32) {
	x := &pc.pods[p]
	c := &pc.classes[x.class]
	if !c.protected || x.state != podRunning || x.started == never {
		return
	}
	d := c.drain
	d.Started = pc.start.Add(time.Duration(x.started))
	if end, ok := d.Until(); ok && end.After(pc.timeOfDay()) {
		pc.at(int64(end.Sub(pc.start)), doUnblock, p, 0, x.gen)
	}
}

// keptBy is why Karpenter never chooses a node that is kept.
func (e *engine) keptBy(n int32) keeping {
	if i := e.nodes[n].initial; i >= 0 && e.World.nodes[i].kept != "" {
		return e.World.nodes[i].kept
	}
	return annotated
}

// budgeted reports whether a node counts where node budgets are shares of a pool: one that was
// never initialized does not.
//
// Source: BuildDisruptionBudgetMapping in pkg/controllers/disruption/helpers.go of Karpenter.
func (e *engine) budgeted(n int32) bool { return !e.nodes[n].kept || e.keptBy(n) != uninitialized }
