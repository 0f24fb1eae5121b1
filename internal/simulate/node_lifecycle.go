package simulate

import (
	"slices"
	"time"
)

// nodeLifecycle starts nodes, sets them aside, and takes them out of the world.
type nodeLifecycle struct {
	*engine
	freeNodes []int32 // slots of nodes that are gone
	freePos   []int32 // places in the order that no node has
}

// mark sets a node aside: it takes no new pods.
func (nl *nodeLifecycle) mark(n int32) {
	x := &nl.nodes[n]
	if x.state != nodeActive {
		return
	}
	nl.close(n)
	x.state = nodeMarked
	nl.pools[x.pool].going += boolean(!x.unready && nl.budgeted(n))
	nl.pools[x.pool].used.sub(&nl.shapes[x.shape].size)
	nl.marked = append(nl.marked, n)
}

// unmark takes it into use again.
func (nl *nodeLifecycle) unmark(n int32) {
	x := &nl.nodes[n]
	x.state = nodeActive
	nl.pools[x.pool].going -= boolean(!x.unready && nl.budgeted(n))
	nl.pools[x.pool].used.add(&nl.shapes[x.shape].size)
	nl.open(n)
	nl.scheduler.capacityFreed()
}

// launch asks for a node.
func (nl *nodeLifecycle) launch(p, shape, cause int32) int32 {
	return nl.relaunch(p, nl.shapes[shape].anew, cause, -1, -1)
}

// relaunch asks for a node that is the same machine as one that is gone, and has its name:
// initial and name are those of that one, and -1 where it is another machine.
func (nl *nodeLifecycle) relaunch(p, shape, cause, initial, name int32) int32 {
	n := nl.slot()
	x := &nl.nodes[n]
	pos := nl.turnFor(n)
	*x = nodeState{
		pos: pos, free: nl.shapes[shape].capacity, pods: x.pods[:0], workloads: x.workloads[:0], moves: x.moves[:0],
		shape: shape, pool: p, freeBucket: -1, gen: x.gen + 1, state: nodeLaunching, upgrade: -1, name: name, initial: initial,
		expires: never, deadline: never, grace: int64(nl.World.pools[p].grace)}
	x.kept = nl.World.pools[p].kept
	if life := nl.World.pools[p].life; life < time.Duration(never) {
		x.expires = nl.now + int64(life) // counted from its claim, not from when it is ready
	}
	nl.alive[shape]++
	nl.pools[p].used.add(&nl.shapes[shape].size)
	nl.launching = append(nl.launching, n)
	x.cause = nl.event(Event{Kind: NodeRequested, Node: n, Pod: -1, Workload: -1, Cause: cause})
	nl.after(nl.partOf(nl.scenario.Timings.NodeReady, nodeReadies), doNodeReady, n, 0, x.gen)
	return n
}

// turnFor finds a turn for a new node among the others: its name says nothing,
// so it may be any.
func (nl *nodeLifecycle) turnFor(n int32) int32 {
	if len(nl.freePos) == 0 {
		for range len(nl.byPos) + 16 {
			nl.freePos = append(nl.freePos, int32(len(nl.byPos)))
			nl.byPos = append(nl.byPos, -1)
		}
	}
	k := nl.rng.IntN(len(nl.freePos))
	pos := nl.freePos[k]
	nl.freePos[k] = nl.freePos[len(nl.freePos)-1]
	nl.freePos = nl.freePos[:len(nl.freePos)-1]
	nl.byPos[pos] = n
	return pos
}

func (nl *nodeLifecycle) slot() int32 {
	if k := len(nl.freeNodes); k > 0 {
		n := nl.freeNodes[k-1]
		nl.freeNodes = nl.freeNodes[:k-1]
		return n
	}
	nl.nodes = append(nl.nodes, nodeState{})
	return int32(len(nl.nodes) - 1)
}

// ready lets pods onto a new node. Those of DaemonSets are there first.
func (nl *nodeLifecycle) ready(n int32) {
	x := &nl.nodes[n]
	x.state = nodeActive
	x.lastPodEvent = nl.now
	x.cause = nl.event(Event{Kind: NodeReady, Node: n, Pod: -1, Workload: -1, Cause: x.cause})
	p := &nl.pools[x.pool]
	p.total++
	for _, l := range nl.daemons[x.shape] {
		pod := nl.controllers.create(l, nl.World.workloads[l].class, -1, x.cause)
		nl.kubelet.bind(pod, n)
	}
	x = &nl.nodes[n]
	nl.open(n)
	if nl.expirer.trigger != nil && nl.World.pools[x.pool].managed && x.expires < never {
		nl.at(x.expires, doExpire, n, 0, x.gen)
	}
	nl.scheduler.capacityFreed()
	nl.loop.wake()
	if x.upgrade >= 0 {
		nl.upgrader.upgrades[x.upgrade].arrived(nl.engine, n)
	}
}

// remove takes a node that is drained out of the world with all that is on it.
func (nl *nodeLifecycle) remove(n int32) {
	x := &nl.nodes[n]
	nl.close(n)
	for len(x.pods) > 0 {
		p := x.pods[len(x.pods)-1]
		cause := x.cause
		c, runs := &nl.classes[nl.pods[p].class], nl.pods[p].state == podRunning
		if runs && !c.ofNode {
			nl.run.ForceDeleted++
			if nl.recording {
				cause = nl.event(Event{Kind: ForceDeleted, Node: n, Pod: p, Workload: c.workload, Cause: x.cause, Detail: "its node was terminated"})
			}
		}
		if x.policy == nil || !x.policy.Returns {
			nl.collector.orphan(p, cause)
		} else if runs {
			nl.kubelet.terminate(p, 0, cause)
		}
		nl.kubelet.removeFrom(p, x.policy != nil && x.policy.Returns)
	}
	for len(x.nominatedPods) > 0 {
		nl.scheduler.clearNomination(x.nominatedPods[0])
	}
	nl.pools[x.pool].total -= boolean(nl.budgeted(n))
	nl.pools[x.pool].going -= boolean(nl.budgeted(n))
	nl.drainer.draining--
	nl.handDrains.done(n)
	nl.alive[x.shape]--
	x.state = nodeGone
	x.gen++
	nl.run.Gone++
	nl.run.LastGone = time.Duration(nl.now)
	nl.event(Event{Kind: NodeGone, Node: n, Pod: -1, Workload: -1, Cause: x.cause})
	if x.targeted {
		nl.run.Unreplaced--
		nl.forget(n)
	}
	nl.freeNodes = append(nl.freeNodes, n)
	nl.freePos = append(nl.freePos, x.pos)
	nl.static.keep(x.pool, x.cause)
	nl.loop.wake()
	nl.scheduler.capacityFreed()
}

// forget takes a node that is gone out of what was still to come for it:
// another one may have its place soon.
func (nl *nodeLifecycle) forget(n int32) {
	nl.drift.unwant(n)
	for _, r := range nl.upgrader.upgrades {
		if k := slices.Index(r.todo, n); k >= 0 {
			r.todo[k] = r.todo[len(r.todo)-1]
			r.todo = r.todo[:len(r.todo)-1]
		}
	}
}
