package simulate

import (
	"math"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
)

// drainer empties nodes, each as its policy says.
type drainer struct {
	*engine
	draining int                   // nodes that are at it
	wave     []disruption.DrainPod // scratch
}

// begin starts to empty a node.
func (dr *drainer) begin(n, cause int32) {
	if x := &dr.nodes[n]; x.state != nodeActive && x.state != nodeMarked {
		return
	}
	dr.countDrain()
	dr.empty(n, cause)
}

// countDrain counts a drain that begins in the run.
func (dr *drainer) countDrain() {
	dr.run.Drained++
	if dr.run.FirstDrain == None {
		dr.run.FirstDrain = time.Duration(dr.now)
	}
}

// goOn empties a node whose drain was under way when the run began, as if somebody
// had deleted it. It is none of those that begin in the run, and is at it with them.
func (dr *drainer) goOn(n int32) {
	dr.nodes[n].policy = dr.triggers.policy(&Trigger{Kind: contract.Delete}, n)
	dr.empty(n, -1)
}

// empty drains a node, with a deadline that counts from now.
func (dr *drainer) empty(n, cause int32) {
	dr.nodeLifecycle.mark(n)
	x := &dr.nodes[n]
	x.state = nodeDraining
	x.began, x.gaveUp = dr.now, nil
	x.passedOver = false
	dr.draining++
	dr.run.Draining = max(dr.run.Draining, dr.draining)
	x.cause = dr.event(Event{Kind: DrainBegan, Node: n, Pod: -1, Workload: -1, Cause: cause})
	x.deadline = never
	if x.policy != nil {
		if end, ok := x.policy.Deadline.At(dr.timeOfDay().Truncate(time.Second)); ok {
			x.deadline = int64(end.Sub(dr.start))
			if !x.policy.Deadline.Early {
				dr.at(x.deadline, doEndDrain, n, 1, x.gen)
			}
		}
	}
	dr.static.keep(x.pool, x.cause)
	x = &dr.nodes[n]
	dr.provisioner.wake()
	x.tick = dr.now + int64(dr.between(drainStarts))
	dr.lookAt(n, x.tick)
}

// lookAt looks at a drain at some time, if no look is due before.
func (dr *drainer) lookAt(n int32, at int64) {
	x := &dr.nodes[n]
	if at > dr.horizon || x.looking != 0 && x.looking <= at {
		return
	}
	x.looking = at
	dr.at(at, doDrain, n, 0, x.gen)
}

// lookSoon looks at a drain when its controller does so next.
func (dr *drainer) lookSoon(n int32) { dr.lookAt(n, dr.nextLook(n, dr.now)) }

func (dr *drainer) nextLook(n int32, from int64) int64 {
	x := &dr.nodes[n]
	if from <= x.tick {
		return x.tick
	}
	return x.tick + (from-x.tick+int64(drainInterval)-1)/int64(drainInterval)*int64(drainInterval)
}

// look does what is next in the drain of a node.
func (dr *drainer) look(n int32) {
	x := &dr.nodes[n]
	switch {
	case x.state != nodeDraining:
	case x.policy != nil && x.policy.IgnoresPDBs:
		dr.drop(n)
	case x.policy != nil && !x.policy.Karpenter:
		dr.lookAsKubectl(n)
	default:
		dr.lookAsKarpenter(n)
	}
}

// drainPod is what a drain sees of a pod.
func (dr *drainer) drainPod(p int32) disruption.DrainPod {
	x := &dr.pods[p]
	d := dr.classes[x.class].drain
	d.Phase = "Running"
	if t := dr.drainedAs(x.class, x.node); t.By != "" {
		d.Skipped, d.Awaited, d.Order = t.Skipped, t.Awaited, t.Order
	}
	if x.started != never {
		d.Started = dr.start.Add(time.Duration(x.started))
	}
	if x.state == podLeaving {
		d.Deleted = dr.start.Add(time.Duration(x.leaves))
	}
	return d
}

// forceDelete deletes a pod without asking its budget, because of a deadline.
func (dr *drainer) forceDelete(p, n int32, grace time.Duration, why string) {
	x := &dr.nodes[n]
	if !x.forced {
		x.forced = true
		dr.run.Forced++
		left := 0
		for _, q := range x.pods {
			left += boolean(dr.pods[q].state == podRunning)
		}
		x.cause = dr.event(Event{Kind: DeadlinePassed, Node: n, Pod: -1, Workload: -1, Cause: x.cause, Number: int32(left)})
	}
	dr.deleteForced(p, n, grace, why)
}

// deleteForced deletes a pod without asking its budget.
func (dr *drainer) deleteForced(p, n int32, grace time.Duration, why string) {
	x := &dr.nodes[n]
	dr.run.ForceDeleted++
	cause := int32(-1)
	if dr.recording {
		cause = dr.event(Event{Kind: ForceDeleted, Node: n, Pod: p, Workload: dr.classes[dr.pods[p].class].workload, Cause: x.cause, Detail: why})
	}
	dr.kubelet.delete(p, grace, cause)
}

// lookAsKubectl is a drain as kubectl's: all pods are asked at once, or where rules
// give them an order those whose turn it is.
//
// Source: EvictPods in core/reconcilers/machine/drain/drain.go of the Cluster API 1.13.
func (dr *drainer) lookAsKubectl(n int32) {
	x := &dr.nodes[n]
	if x.detaching {
		dr.detached(n)
		return
	}
	if dr.askAll(n, func(int32) bool { return true }) == 0 {
		dr.after(dr.between(nodeDeleted), doEndDrain, n, 0, x.gen)
	}
}

// askAll asks for the evictions of the pods of a node whose turn it is, of those that the
// drain means, and says for how many pods it waits.
func (dr *drainer) askAll(n int32, means func(p int32) bool) (waiting int) {
	x := &dr.nodes[n]
	now := dr.timeOfDay()
	first := math.MaxInt
	for _, p := range x.pods {
		if !means(p) {
			continue
		}
		d := dr.drainPod(p)
		switch d.Kubectl(disruption.EveryFlag, now) {
		case disruption.Evict:
			first = min(first, d.Order)
			waiting++
		case disruption.Await: // it has its turn among them
			first = min(first, d.Order)
			waiting++
		}
	}
	for _, p := range x.pods {
		if d := dr.drainPod(p); d.Order == first && means(p) && d.Kubectl(disruption.EveryFlag, now) == disruption.Evict {
			dr.evictor.ask(p, kubectlAsksEviction)
		}
	}
	return waiting
}

// waitsFor is for how many pods a drain as kubectl's waits.
func (dr *drainer) waitsFor(n int32) (waiting int) {
	now := dr.timeOfDay()
	for _, p := range dr.nodes[n].pods {
		d := dr.drainPod(p)
		waiting += boolean(d.Kubectl(disruption.EveryFlag, now) != disruption.Leave)
	}
	return waiting
}

// end ends a drain: the node goes, or by its contract stays although time is up.
func (dr *drainer) end(n int32) {
	x := &dr.nodes[n]
	if x.state != nodeDraining {
		return
	}
	late := x.deadline <= dr.now
	then := disruption.Outcome{NodeGone: true}
	if late && x.policy != nil {
		if o, ok := x.policy.Deadline.Outcome(); ok {
			then = o
		}
	}
	left, mounted := dr.leftOn(n)
	if late && mounted && then.PodsForceDeleted && x.policy.Detach > 0 && !x.detaching {
		dr.detach(n)
		return
	}
	if left == 0 || then.NodeGone {
		if late && left > 0 && !x.forced {
			x.forced = true
			dr.run.Forced++
			x.cause = dr.event(Event{Kind: DeadlinePassed, Node: n, Pod: -1, Workload: -1, Cause: x.cause, Number: int32(left)})
		}
		id := x.upgrade
		dr.nodeLifecycle.remove(n)
		if id >= 0 {
			dr.upgrader.upgrades[id].left(dr.engine, n)
		}
		return
	}
	if x.policy.Deadline.Evictions && dr.allStopping(n) {
		x.deadline = never // what is evicted is waited for
		return
	}
	dr.giveUp(n, then, left)
}

// leftOn is how many pods keep a node from being empty, and whether one mounts a volume. A
// pod that still stops is there until it has: a drain waits for it to be gone.
//
// Source: waitForDelete in staging/src/k8s.io/kubectl/pkg/drain/drain.go.
func (dr *drainer) leftOn(n int32) (left int, mounted bool) {
	for _, p := range dr.nodes[n].pods {
		if !dr.drainLeaves(p, n) {
			left, mounted = left+1, mounted || dr.classes[dr.pods[p].class].mounts
		}
	}
	return left, mounted
}

// allStopping reports whether all pods that keep a node from being empty stop already.
func (dr *drainer) allStopping(n int32) bool {
	return !slices.ContainsFunc(dr.nodes[n].pods, func(p int32) bool {
		return !dr.drainLeaves(p, n) && dr.pods[p].state != podLeaving
	})
}

// drop takes a node with the pods on it, once the volumes are detached that it waits for.
func (dr *drainer) drop(n int32) {
	x := &dr.nodes[n]
	switch {
	case x.detaching:
		dr.detached(n)
	case x.policy.Detach > 0 && dr.mountedOn(n):
		dr.detach(n)
	default:
		dr.end(n)
	}
}

// mountedOn reports whether a pod that drains evict mounts a volume on a node.
func (dr *drainer) mountedOn(n int32) bool {
	return slices.ContainsFunc(dr.nodes[n].pods, func(p int32) bool {
		return dr.classes[dr.pods[p].class].mounts && !dr.drainLeaves(p, n)
	})
}

// detach has a machine wait for the volumes of pods that its drain has left, which
// nobody evicts any more.
//
// Source: reconcileDelete in core/reconcilers/machine/machine_controller.go of the
// Cluster API 1.13.
func (dr *drainer) detach(n int32) {
	x := &dr.nodes[n]
	x.detaching, x.deadline = true, never
	for _, p := range x.pods {
		y := &dr.pods[p]
		y.evicting, y.waiting = false, false
	}
	if x.policy.Detach < contract.Forever {
		x.deadline = dr.now + int64(x.policy.Detach)
		dr.at(x.deadline, doEndDrain, n, 1, x.gen)
	}
}

// detached ends a drain once the last pod with a volume is gone by itself.
func (dr *drainer) detached(n int32) {
	if dr.mountedOn(n) {
		return
	}
	dr.nodes[n].deadline = dr.now
	dr.after(dr.between(nodeDeleted), doEndDrain, n, 0, dr.nodes[n].gen)
}

// giveUp leaves a node that could not be drained in time as it is.
func (dr *drainer) giveUp(n int32, then disruption.Outcome, left int) {
	x := &dr.nodes[n]
	x.gaveUp = new(whyStays{dr.engine}.heldBy(n))
	x.cause = dr.event(Event{Kind: DeadlinePassed, Node: n, Pod: -1, Workload: -1, Cause: x.cause, Number: int32(left)})
	dr.event(Event{Kind: NodeGivenUp, Node: n, Pod: -1, Workload: -1, Cause: x.cause})
	for _, p := range x.pods {
		y := &dr.pods[p]
		if y.waiting {
			dr.evictor.countRetries(p, dr.now)
		}
		y.evicting, y.waiting = false, false
	}
	dr.draining--
	x.deadline = never
	x.state = nodeMarked
	if then.InUse {
		dr.nodeLifecycle.unmark(n)
	}
	if x.upgrade >= 0 {
		r := dr.upgrader.upgrades[x.upgrade]
		x.upgrade = -1
		r.wasAhead(n)
		r.active--
		if then.Stops {
			r.stopped = true
			dr.event(Event{Kind: Stopped, Node: n, Pod: -1, Workload: -1, Cause: x.cause})
		}
		r.soon(dr.engine)
	}
}
