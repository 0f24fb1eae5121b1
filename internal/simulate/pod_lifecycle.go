package simulate

import (
	"slices"
	"time"
)

// kubelet starts the pods that are bound to a node and stops those that are
// deleted.
type kubelet struct{ *engine }

// setReady makes a pod ready or not, and counts.
func (k *kubelet) setReady(p int32, ready bool, cause int32) {
	x := &k.pods[p]
	if x.ready == ready {
		return
	}
	x.ready = ready
	c := &k.classes[x.class]
	l := &k.workloads[c.workload]
	by := int32(1)
	if !ready {
		by = -1
	}
	k.countReady(l, by, cause)
	if k.recording && cause >= 0 {
		k.run.Events[cause].Ready = l.ready
	}
	if x.state == podRunning {
		k.pdbController.recount(c, int(by), -int(by))
		k.pdbController.updateBlocked(p)
	}
	if ready {
		x.cause, x.since = cause, k.now
		if l.rollout != nil || k.World.workloads[c.workload].kind == ordered {
			k.controllers.wake(c.workload, cause)
			k.controllers.availableLater(c.workload, k.now)
		}
	}
}

// bind puts a pod on a node, where it starts.
func (k *kubelet) bind(p, n int32) {
	x := &k.pods[p]
	x.state, x.unschedulable, x.started = podRunning, false, k.now
	k.scheduler.clearNomination(p)
	k.place(p, n)
	x.cause = k.podEvent(PodBound, p, x.cause)
	if k.attacher.attach(p) {
		k.begin(p)
	} else {
		k.attacher.wait(p)
	}
	k.pdbController.updateBlocked(p)
	k.pdbController.unblockLater(p)
	k.loop.wake()
}

// begin has a pod start that has all that it mounts, and get ready.
func (k *kubelet) begin(p int32) {
	x := &k.pods[p]
	if !x.stuck {
		d := time.Duration(k.workloads[k.classes[x.class].workload].podReady)
		k.after(d+k.between(kubeletReports), doReady, p, 0, x.gen)
	}
}

// place counts a pod in on a node.
func (k *kubelet) place(p, n int32) {
	x := &k.pods[p]
	c := &k.classes[x.class]
	node := &k.nodes[n]
	x.node, x.onNode = n, int32(len(node.pods))
	node.pods = append(node.pods, p)
	node.workloads = append(node.workloads, c.workload)
	node.free.sub(&c.asks)
	k.notePodEvent(n, c)
	k.reindexFree(n)
	live := int32(1)
	if x.state == podLeaving {
		live = 0
	}
	k.tally(c, n, live, 1)
	k.mount(x.tie, n, 1)
	k.drift.podCame(n, p)
}

// terminate takes a pod away, by an eviction or what counts as one.
func (k *kubelet) terminate(p int32, grace time.Duration, cause int32) {
	k.take(p, grace, cause, false)
}

// delete takes a pod away that is plainly deleted, and not evicted.
func (k *kubelet) delete(p int32, grace time.Duration, cause int32) { k.take(p, grace, cause, true) }

// take takes a pod away: it is not ready from now on, and gone when it has stopped.
func (k *kubelet) take(p int32, grace time.Duration, cause int32, plainly bool) {
	x := &k.pods[p]
	if x.state == podLeaving {
		return
	}
	c := &k.classes[x.class]
	l := &k.workloads[c.workload]
	wasReady := x.ready
	if x.waiting {
		k.evictor.countRetries(p, k.now)
	}
	x.evicting, x.waiting = false, false
	x.cause = cause
	pending := x.state == podPending
	x.state = podLeaving
	if wasReady {
		k.setReady(p, false, cause)
		k.pdbController.recount(c, -1, 1)
	}
	l.active--
	if k.World.workloads[c.workload].kind == job {
		k.controllers.countFailure(c.workload, plainly)
	}
	k.pdbController.updateBlocked(p)
	if pending {
		k.remove(p)
	} else {
		k.tally(c, x.node, -1, 0)
		k.notePodEvent(x.node, c)
		if k.World.workloads[c.workload].kind != ordered {
			k.drift.podWent(x.node, p)
		} else { // its successor waits until it is gone, and no budget holds it now
			k.drift.refile(x.node)
		}
		k.stop(p, min(time.Duration(l.podStop), grace), grace)
	}
	k.controllers.wake(c.workload, cause)
}

// stop has a pod gone when it has stopped, or never where no kubelet is there to say so:
// then it is there until its node is gone, and late when its grace is over.
func (k *kubelet) stop(p int32, takes, grace time.Duration) {
	x := &k.pods[p]
	if k.nodes[x.node].unreachable {
		x.leaves = k.now + int64(grace)
		if k.nodes[x.node].state == nodeDraining {
			k.drainer.lookSoon(x.node)
		}
		return
	}
	if k.outOfService(x.node) {
		takes = k.between(collects)
	}
	x.leaves = k.now + int64(takes+k.between(kubeletStops))
	k.at(x.leaves, doGone, p, 0, x.gen)
}

// remove takes a pod that has stopped out of the world.
func (k *kubelet) remove(p int32) { k.removeFrom(p, true) }

// removeFrom does so where its kubelet has stopped it, or its node is gone with it.
func (k *kubelet) removeFrom(p int32, stopped bool) {
	x := &k.pods[p]
	c := &k.classes[x.class]
	l := &k.workloads[c.workload]
	cause := k.podEvent(PodGone, p, x.cause)
	n := x.node
	k.scheduler.clearNomination(p)
	if n >= 0 {
		node := &k.nodes[n]
		last := node.pods[len(node.pods)-1]
		node.pods[x.onNode], node.workloads[x.onNode] = last, node.workloads[len(node.workloads)-1]
		k.pods[last].onNode = x.onNode
		node.pods, node.workloads = node.pods[:len(node.pods)-1], node.workloads[:len(node.workloads)-1]
		node.free.add(&c.asks)
		k.reindexFree(n)
		k.tally(c, n, 0, -1)
		k.mount(x.tie, n, -1)
		k.attacher.detach(x.tie, n, stopped && !node.unreachable)
		k.drift.podWent(n, p)
	}
	last := l.pods[len(l.pods)-1]
	l.pods[x.inWorkload] = last
	k.pods[last].inWorkload = x.inWorkload
	l.pods = l.pods[:len(l.pods)-1]
	k.pdbController.recount(c, 0, -1)
	if x.stuck && x.ordinal >= 0 && !slices.Contains(l.failing, x.ordinal) {
		l.failing = append(l.failing, x.ordinal) // it has the same volume and name again
	}
	x.gen++
	x.state, x.node = podNone, -1
	k.controllers.freePods = append(k.controllers.freePods, p)
	switch kind := k.World.workloads[c.workload].kind; {
	case kind == ordered || l.rollout != nil:
		k.controllers.wake(c.workload, cause)
	}
	k.admission.freed(c.workload, cause)
	if n < 0 {
		return
	}
	if k.nodes[n].state == nodeDraining {
		k.drainer.lookSoon(n)
	}
	k.loop.wake()
	if len(k.scheduler.pending) > 0 && (k.nodes[n].state == nodeActive || len(c.member) > 0 || k.forOnePod(x.tie) || k.scheduler.awaits(n)) {
		k.scheduler.capacityFreed()
	}
}
