package simulate

import "time"

// crashSlip is how much later than the time given something happens to a pod
// that comes and goes.
const crashSlip = 300 * time.Millisecond

// crashLater has a pod that is ready since some time crash, if its workload is
// of that kind.
func (e *engine) crashLater(p int32, since int64) {
	x := &e.pods[p]
	if c := &e.loads[e.classes[x.class].load].crashes; c.After > 0 {
		e.at(since+int64(c.After+e.between(0, crashSlip)), doCrash, p, 0, x.gen)
	}
}

// crash has a pod fail that runs on. Under AlwaysAllow it may be evicted now,
// whatever its budget refused before.
func (e *engine) crash(p int32) {
	x := &e.pods[p]
	e.setReady(p, false, e.podEvent(PodUnready, p, -1))
	e.upLater(p, e.now)
	if c := &e.classes[x.class]; x.waiting && len(c.guards) == 1 && e.World.guards[c.guards[0].guard].alwaysAllow {
		e.wake(&e.guards[c.guards[0].guard])
	}
	e.touch()
}

// upLater has a pod that crashed get ready again.
func (e *engine) upLater(p int32, since int64) {
	x := &e.pods[p]
	e.at(since+int64(e.loads[e.classes[x.class].load].crashes.For+e.between(0, crashSlip)), doReady, p, 0, x.gen)
}

// goOnCrashing has a pod that ran before the scenario go on as it was, from
// when it last got ready or ceased to be. That it waits to be started again
// does not mean that it stays down.
func (e *engine) goOnCrashing(p int32, changed time.Time) {
	x := &e.pods[p]
	x.stuck = false
	since := int64(0)
	if !changed.IsZero() {
		since = int64(changed.Sub(e.scenario.Start))
	}
	if x.ready {
		e.crashLater(p, since)
	} else {
		e.upLater(p, since)
	}
}
