package simulate

import (
	"time"

	"github.com/onus-project/onus/internal/disruption"
)

// minDrain is for how long Karpenter keeps a node at the least once it drains.
//
// Source: MinDrainTime in pkg/controllers/node/termination/controller.go of
// Karpenter 1.14.
const minDrain = 5 * time.Second

// look is how often a drain is looked at.
const look = 1015 * time.Millisecond

// beginDrain starts to empty a node.
func (e *engine) beginDrain(n, cause int32) {
	x := &e.nodes[n]
	if x.state != nodeActive && x.state != nodeMarked {
		return
	}
	e.mark(n)
	x.state = nodeDraining
	x.began = e.now
	x.stands = false
	e.run.Drained++
	e.draining++
	e.run.Draining = max(e.run.Draining, e.draining)
	if e.run.FirstDrain == None {
		e.run.FirstDrain = time.Duration(e.now)
	}
	x.cause = e.event(Event{Kind: DrainBegan, Node: n, Pod: -1, Workload: -1, Cause: cause})
	x.deadline = never
	if x.policy != nil {
		if end, ok := x.policy.Deadline.At(e.clock().Truncate(time.Second)); ok {
			x.deadline = int64(end.Sub(e.scenario.Start))
			if !x.policy.Deadline.Early {
				e.at(x.deadline, doTaken, n, 1, x.gen)
			}
		}
	}
	e.provisionSoon()
	x.tick = e.now + int64(e.between(50*time.Millisecond, 150*time.Millisecond))
	e.lookAt(n, x.tick)
}

// lookAt looks at a drain at some time, if no look is due before.
func (e *engine) lookAt(n int32, at int64) {
	x := &e.nodes[n]
	if at > e.horizon || x.looking != 0 && x.looking <= at {
		return
	}
	x.looking = at
	e.at(at, doDrain, n, 0, x.gen)
}

// lookSoon looks at a drain when its controller does so next.
func (e *engine) lookSoon(n int32) { e.lookAt(n, e.nextLook(n, e.now)) }

func (e *engine) nextLook(n int32, from int64) int64 {
	x := &e.nodes[n]
	if from <= x.tick {
		return x.tick
	}
	return x.tick + (from-x.tick+int64(look)-1)/int64(look)*int64(look)
}

// lookAtDrain does what is next in the drain of a node.
func (e *engine) lookAtDrain(n int32) {
	x := &e.nodes[n]
	switch {
	case x.state != nodeDraining:
	case x.policy != nil && x.policy.IgnoresPDBs:
		e.taken(n)
	case x.policy != nil && !x.policy.Karpenter:
		e.kubectlDrain(n)
	default:
		e.karpenterDrain(n)
	}
}

// karpenterDrain is one look of Karpenter at a drain: pods that run out of
// time are deleted, then the next group of pods is asked to leave, and with
// none left the node goes.
//
// Source: Controller.awaitDrain and Terminator.Drain.
func (e *engine) karpenterDrain(n int32) {
	x := &e.nodes[n]
	now := e.clock()
	wave := e.wave[:0]
	for _, p := range x.pods {
		wave = append(wave, e.drainPod(p))
	}
	e.wave = wave
	next := never
	if x.deadline < never && x.policy.Deadline.Early {
		next = e.deleteExpiring(n, wave, now)
	}
	evict, waiting := disruption.Wave(wave, now)
	for _, i := range evict {
		e.askToLeave(x.pods[i], 10*time.Millisecond, 60*time.Millisecond)
	}
	if waiting == 0 {
		if gone := x.began + int64(minDrain); e.now < gone {
			e.lookAt(n, e.nextLook(n, gone))
			return
		}
		e.after(e.between(60*time.Millisecond, 250*time.Millisecond), doTaken, n, 0, x.gen)
		return
	}
	for i, p := range x.pods {
		// An annotation that holds for a time comes to an end.
		if end, ok := wave[i].Until(); ok && e.pods[p].state == podRunning && wave[i].Protected(now) {
			next = min(next, int64(end.Sub(e.scenario.Start)))
		}
	}
	if next < never {
		e.lookAt(n, e.nextLook(n, max(next, e.now+1)))
	}
}

// drainPod is what a drain sees of a pod.
func (e *engine) drainPod(p int32) disruption.DrainPod {
	x := &e.pods[p]
	d := e.classes[x.class].drain
	d.Phase = "Running"
	if x.started != never {
		d.Started = e.scenario.Start.Add(time.Duration(x.started))
	}
	if x.state == podLeaving {
		d.Deleted = e.scenario.Start.Add(time.Duration(x.leaves))
	}
	return d
}

// deleteExpiring deletes the pods whose grace would outlast the node, and says
// when the next one's will.
func (e *engine) deleteExpiring(n int32, wave []disruption.DrainPod, now time.Time) (next int64) {
	x := &e.nodes[n]
	end := e.scenario.Start.Add(time.Duration(x.deadline))
	next = never
	for i, p := range x.pods {
		if e.pods[p].state != podRunning || wave[i].Karpenter(now) == disruption.Leave {
			continue
		}
		grace, due := wave[i].Expiring(end, now)
		if !due {
			next = min(next, x.deadline-int64(wave[i].Grace)+1)
			continue
		}
		e.kill(p, n, grace, "to be gone by the deadline of its node")
		wave[i].Deleted = e.scenario.Start.Add(time.Duration(e.pods[p].leaves))
	}
	return next
}

// kill deletes a pod without asking its budget, because of a deadline.
func (e *engine) kill(p, n int32, grace time.Duration, why string) {
	x := &e.nodes[n]
	if !x.forced {
		x.forced = true
		e.run.Forced++
		left := 0
		for _, q := range x.pods {
			left += boolean(e.pods[q].state == podRunning)
		}
		x.cause = e.event(Event{Kind: DeadlinePassed, Node: n, Pod: -1, Workload: -1, Cause: x.cause, Number: int32(left)})
	}
	e.run.Killed++
	cause := int32(-1)
	if e.recording {
		cause = e.event(Event{Kind: Killed, Node: n, Pod: p, Workload: e.classes[e.pods[p].class].load, Cause: x.cause, Detail: why})
	}
	e.terminate(p, grace, cause)
}

// askToLeave asks for a pod's eviction in a moment.
func (e *engine) askToLeave(p int32, from, to time.Duration) {
	x := &e.pods[p]
	if x.evicting || x.state != podRunning {
		return
	}
	x.evicting, x.waiting, x.tries = true, false, 0
	e.after(e.between(from, to), doEvict, p, 0, x.gen)
}

// kubectlDrain is a drain as kubectl's: all pods are asked at once.
func (e *engine) kubectlDrain(n int32) {
	x := &e.nodes[n]
	now := e.clock()
	waiting := 0
	for _, p := range x.pods {
		d := e.drainPod(p)
		if d.Kubectl(disruption.EveryFlag, now) != disruption.Evict {
			continue
		}
		waiting++
		e.askToLeave(p, 10*time.Millisecond, 80*time.Millisecond)
	}
	if waiting == 0 {
		e.after(e.between(time.Second, 3*time.Second), doTaken, n, 0, x.gen)
	}
}

// taken ends a drain: the node goes, or by its contract stays although time is up.
func (e *engine) taken(n int32) {
	x := &e.nodes[n]
	if x.state != nodeDraining {
		return
	}
	late := x.deadline <= e.now
	then := disruption.Outcome{NodeGone: true}
	if late && x.policy != nil {
		if o, ok := x.policy.Deadline.Outcome(); ok {
			then = o
		}
	}
	left := 0
	for _, p := range x.pods {
		c := &e.classes[e.pods[p].class]
		left += boolean(e.pods[p].state == podRunning && !c.drain.DaemonSet && !c.drain.Static)
	}
	if !late || left == 0 && !then.NodeGone || then.NodeGone {
		if late && left > 0 && !x.forced {
			x.forced = true
			e.run.Forced++
			x.cause = e.event(Event{Kind: DeadlinePassed, Node: n, Pod: -1, Workload: -1, Cause: x.cause, Number: int32(left)})
		}
		roll := x.roll
		e.remove(n)
		if roll >= 0 {
			e.rolls[roll].left(e, n)
		}
		return
	}
	e.giveUp(n, then, left)
}

// giveUp leaves a node that could not be drained in time as it is.
func (e *engine) giveUp(n int32, then disruption.Outcome, left int) {
	x := &e.nodes[n]
	x.cause = e.event(Event{Kind: DeadlinePassed, Node: n, Pod: -1, Workload: -1, Cause: x.cause, Number: int32(left)})
	e.event(Event{Kind: NodeGivenUp, Node: n, Pod: -1, Workload: -1, Cause: x.cause})
	for _, p := range x.pods {
		y := &e.pods[p]
		if y.waiting {
			e.catchUp(p, e.now)
		}
		y.evicting, y.waiting = false, false
		y.gen += 0
	}
	e.draining--
	x.deadline = never
	x.state = nodeMarked
	if then.InUse {
		e.unmark(n)
	}
	if x.roll >= 0 {
		r := e.rolls[x.roll]
		x.roll = -1
		r.active--
		if then.Stops {
			r.stopped = true
			e.event(Event{Kind: Stopped, Node: n, Pod: -1, Workload: -1, Cause: x.cause})
		}
		r.soon(e)
	}
}
