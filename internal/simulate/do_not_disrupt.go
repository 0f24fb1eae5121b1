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
