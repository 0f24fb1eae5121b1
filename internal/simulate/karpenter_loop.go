package simulate

import "time"

// disruptionLoop is Karpenter's disruption loop.
//
// Source: Controller.Reconcile in pkg/controllers/disruption/controller.go of
// Karpenter 1.14: it polls every 10 s, and starts over at once after a pass
// that did something, which takes a second where its view of the cluster has to
// catch up with a node it asked for.
type disruptionLoop struct {
	*engine
	on        bool    // something is to be done by it
	next      int64   // when the next pass is due; never for none
	bound     bool    // to that time: it looks once more, or starts over, and does not poll meanwhile
	anchor    int64   // some time at which it polled
	again     int64   // when a node may be chosen that may not now, because of a pod that came or is to come
	catchesUp bool    // nodes were asked for in this pass
	concerned []int32 // pools of which nodes are or were to go by it: of others no budget is asked
	concerns  []bool  // by pool, whether it is among these
	allowed   []int   // scratch: by pool, how many more its budgets let go
	budgets   []calendar
}

// concern has the budgets of a pool asked from now on.
func (dl *disruptionLoop) concern(pool int32) {
	if !dl.concerns[pool] {
		dl.concerns[pool] = true
		dl.concerned = append(dl.concerned, pool)
	}
}

// calendar is what was found of the budgets of a pool, which holds until they change by
// the clock: there may be many pools, and each node that goes asks about them all.
type calendar struct {
	until   int64 // it holds before this
	changes bool  // something changes then
	known   bool  // what allowed is
	total   int
	reason  string
	allowed int
}

// calendar is that of a pool, now.
func (dl *disruptionLoop) calendar(pool int32) *calendar {
	if dl.budgets == nil {
		dl.budgets = make([]calendar, len(dl.World.pools))
	}
	c := &dl.budgets[pool]
	if dl.now < c.until {
		return c
	}
	*c = calendar{until: dl.now + int64(unchanged)}
	if t, ok := dl.scenario.budgets(&dl.World.pools[pool]).NextChange(dl.timeOfDay()); ok {
		c.until, c.changes = int64(t.Sub(dl.start)), true
	}
	return c
}

// unchanged is for how long it is known that nothing changes where nothing is found: less
// than is looked ahead for.
const unchanged = 365 * 24 * time.Hour

// method is a way to choose nodes, in the order in which they are asked.
//
// Source: NewMethods in controller.go.
type method int8

const (
	noMethod method = iota
	emptyOnes
	drifted
	together // consolidation of several nodes
	single   // consolidation of one
)

// outcome is what a method did.
type outcome int8

const (
	nothing outcome = iota
	waiting         // it will look once more, and then do something
	acted
)

// wake tells the loop that something has changed, so that its next poll is
// worth playing. Polls lie on a grid, and those with nothing new to see are
// left out.
func (dl *disruptionLoop) wake() {
	dl.provisioner.changed = true
	for _, r := range dl.upgrader.upgrades {
		if r.waits {
			r.waits = false
			r.soon(dl.engine)
		}
	}
	if dl.on && !dl.bound {
		dl.poll(dl.now)
	}
}

// poll has the loop poll for the first time after some moment, unless it does so
// sooner.
func (dl *disruptionLoop) poll(from int64) {
	at := dl.anchor
	if step := int64(pollInterval + pollSlip); at <= from {
		at += ((from-at)/step + 1) * step
	}
	if at < dl.next {
		dl.next = at
		dl.at(at, doPass, 0, 0, 0)
	}
}

// follow has the loop pass once more after some time, and not before.
func (dl *disruptionLoop) follow(in time.Duration) {
	dl.next, dl.bound = dl.now+int64(in), true
	dl.at(dl.next, doPass, 0, 0, 0)
}

// pass is one pass of the loop: the first method that finds something to do
// does it.
func (dl *disruptionLoop) pass() {
	dl.next, dl.bound, dl.again, dl.catchesUp = never, false, never, false
	switch dl.disrupt() {
	case acted:
		if dl.catchesUp {
			dl.follow(dl.between(passCatchesUp))
		} else {
			dl.follow(dl.between(passAgain))
		}
		return
	case waiting:
		dl.follow(validationDelay + dl.between(validationSlip))
		return
	}
	dl.anchor = dl.now
	if len(dl.drift.wanted) > 0 || dl.consolidation.policy != nil {
		dl.wakeForBudgets()
	}
}

// disrupt asks the methods in their order. One that looks again holds up those
// that come after it, and where it then does nothing they have their turn.
func (dl *disruptionLoop) disrupt() outcome {
	c := &dl.consolidation
	last := c.proposed.method
	if last != noMethod {
		c.proposed.method = noMethod
		if dl.consolidation.confirm(&proposal{last, c.proposed.nodes, c.proposed.gens}) == acted {
			return acted
		}
	}
	for m := last + 1; m <= single; m++ {
		if m != drifted && c.policy == nil {
			continue
		}
		did := nothing
		switch m {
		case emptyOnes:
			did = dl.consolidation.proposeEmpty()
		case drifted:
			if dl.static.replaceDrifted() || dl.drift.replaceOne() {
				did = acted
			}
		case together:
			did = dl.consolidation.proposeTogether()
		case single:
			did = dl.consolidation.proposeOne()
		}
		if did != nothing {
			return did
		}
	}
	return nothing
}

// wakeForBudgets looks again when the budgets of a pool that it is about change, or a
// node is no longer kept for a pod.
func (dl *disruptionLoop) wakeForBudgets() {
	first := dl.again
	for _, i := range dl.concerned {
		if c := dl.calendar(i); c.changes {
			first = min(first, c.until)
		}
	}
	if first < never {
		dl.poll(first)
	}
}

// remaining is how many more nodes of each pool that it is about the budgets let go now
// for a reason, and whether any: what is allowed less those that are disrupted already,
// which are the nodes that are NotReady or marked for deletion.
//
// Source: BuildDisruptionBudgetMapping.
func (dl *disruptionLoop) remaining(reason string) ([]int, bool) {
	any := false
	now := dl.timeOfDay()
	for _, i := range dl.concerned {
		s, c := &dl.pools[i], dl.calendar(i)
		if !c.known || c.total != s.total || c.reason != reason {
			c.known, c.total, c.reason = true, s.total, reason
			c.allowed = dl.scenario.budgets(&dl.World.pools[i]).Allowed(now, s.total, reason)
		}
		dl.allowed[i] = max(0, c.allowed-s.going)
		any = any || dl.allowed[i] > 0
	}
	return dl.allowed, any
}

// candidate reports whether a node may be chosen now. One that is not ready may, as it was
// before.
//
// Source: NewCandidate in pkg/controllers/disruption/types.go, and
// StateNode.ValidateNodeDisruptable in pkg/controllers/state/statenode.go.
func (dl *disruptionLoop) candidate(n int32) bool {
	x := &dl.nodes[n]
	if x.state != nodeActive || x.kept {
		return false
	}
	if x.nominated > dl.now {
		dl.again = min(dl.again, x.nominated)
		return false
	}
	if x.blocks > 0 && (x.policy == nil || x.policy.SkipBlocked) {
		if dl.recording && !x.passedOver {
			x.passedOver = true // said once
			dl.event(Event{
				Kind: PassedOver, Node: n, Pod: -1, Workload: -1, Cause: x.cause, Number: x.blocks,
				Detail: "pods on it may not be evicted now",
			})
		}
		return false
	}
	return true
}
