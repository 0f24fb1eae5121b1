package simulate

import (
	"slices"
	"time"
)

// mark sets a node aside: it takes no new pods.
func (e *engine) mark(n int32) {
	x := &e.nodes[n]
	if x.state != nodeActive {
		return
	}
	e.close(n)
	x.state = nodeMarked
	e.pools[x.pool].going += boolean(!x.unready)
	e.pools[x.pool].used.sub(&e.shapes[x.shape].size)
	e.marked = append(e.marked, n)
}

// unmark takes it into use again.
func (e *engine) unmark(n int32) {
	x := &e.nodes[n]
	x.state = nodeActive
	e.pools[x.pool].going -= boolean(!x.unready)
	e.pools[x.pool].used.add(&e.shapes[x.shape].size)
	e.open(n)
	e.roomMade()
}

// open lets pods onto a node, close keeps them off.
func (e *engine) open(n int32) {
	x := &e.nodes[n]
	if x.unready || x.cordoned {
		return
	}
	e.enter(n)
	e.firstFit.set(x.pos, &x.free)
}

func (e *engine) close(n int32) {
	e.leave(n)
	e.firstFit.set(e.nodes[n].pos, &amount{})
}

// launch asks for a node.
func (e *engine) launch(p, shape, cause int32) int32 {
	n := e.slot()
	x := &e.nodes[n]
	pos := e.place(n)
	*x = nodeState{pos: pos, free: e.shapes[shape].capacity, pods: x.pods[:0], loads: x.loads[:0], moves: x.moves[:0], shape: shape, pool: p, room: -1, gen: x.gen + 1, state: nodeLaunching, roll: -1, name: -1, initial: -1,
		expires: never, deadline: never, grace: int64(e.World.pools[p].grace)}
	if life := e.World.pools[p].life; life < time.Duration(never) {
		x.expires = e.now + int64(life) // counted from its claim, not from when it is ready
	}
	e.alive[shape]++
	e.pools[p].used.add(&e.shapes[shape].size)
	e.launching = append(e.launching, n)
	x.cause = e.event(Event{Kind: NodeAsked, Node: n, Pod: -1, Workload: -1, Cause: cause})
	ready := e.scenario.Timings.NodeReady
	e.after(time.Duration(float64(ready)*(0.925+0.12*e.rng.Float64())), doNodeReady, n, 0, x.gen)
	return n
}

// place finds a turn for a new node among the others: its name says nothing,
// so it may be any.
func (e *engine) place(n int32) int32 {
	if len(e.freePos) == 0 {
		for range len(e.byPos) + 16 {
			e.freePos = append(e.freePos, int32(len(e.byPos)))
			e.byPos = append(e.byPos, -1)
		}
	}
	k := e.rng.IntN(len(e.freePos))
	pos := e.freePos[k]
	e.freePos[k] = e.freePos[len(e.freePos)-1]
	e.freePos = e.freePos[:len(e.freePos)-1]
	e.byPos[pos] = n
	return pos
}

func (e *engine) slot() int32 {
	if k := len(e.freeNodes); k > 0 {
		n := e.freeNodes[k-1]
		e.freeNodes = e.freeNodes[:k-1]
		return n
	}
	e.nodes = append(e.nodes, nodeState{})
	return int32(len(e.nodes) - 1)
}

// nodeReady lets pods onto a new node. Those of DaemonSets are there first.
func (e *engine) nodeReady(n int32) {
	x := &e.nodes[n]
	x.state = nodeActive
	x.stirred = e.now
	x.cause = e.event(Event{Kind: NodeReady, Node: n, Pod: -1, Workload: -1, Cause: x.cause})
	p := &e.pools[x.pool]
	p.total++
	for _, l := range e.daemons[x.shape] {
		pod := e.newPod(l, e.World.loads[l].class, -1, x.cause)
		e.bind(pod, n)
	}
	x = &e.nodes[n]
	e.open(n)
	if e.expiry != nil && e.World.pools[x.pool].managed && x.expires < never {
		e.at(x.expires, doExpire, n, 0, x.gen)
	}
	e.roomMade()
	e.touch()
	if x.roll >= 0 {
		e.rolls[x.roll].arrived(e, n)
	}
}

// remove takes a node out of the world with all that is on it.
func (e *engine) remove(n int32) {
	x := &e.nodes[n]
	e.close(n)
	for len(x.pods) > 0 {
		p := x.pods[len(x.pods)-1]
		cause := x.cause
		c, runs := &e.classes[e.pods[p].class], e.pods[p].state == podRunning
		if runs && !c.drain.DaemonSet && !c.drain.Static {
			e.run.Killed++
			if e.recording {
				cause = e.event(Event{Kind: Killed, Node: n, Pod: p, Workload: c.load, Cause: x.cause, Detail: "went with its node"})
			}
		}
		if x.policy == nil || !x.policy.Returns {
			e.orphaned(p, cause)
		} else if runs {
			e.terminate(p, 0, cause)
		}
		e.gone(p)
	}
	for len(x.claimants) > 0 {
		e.unclaim(x.claimants[0])
	}
	s := &e.pools[x.pool]
	if x.state != nodeLaunching {
		s.total--
		switch {
		case x.state == nodeMarked || x.state == nodeDraining:
			s.going--
		case x.unready:
			s.going--
		}
	}
	if x.state == nodeDraining {
		e.draining--
	}
	if x.state != nodeMarked && x.state != nodeDraining {
		s.used.sub(&e.shapes[x.shape].size)
	}
	e.alive[x.shape]--
	x.state = nodeGone
	x.gen++
	e.run.Gone++
	e.run.LastGone = time.Duration(e.now)
	e.event(Event{Kind: NodeGone, Node: n, Pod: -1, Workload: -1, Cause: x.cause})
	if x.asked {
		e.run.Left--
		e.forget(n)
	}
	e.freeNodes = append(e.freeNodes, n)
	e.freePos = append(e.freePos, x.pos)
	e.touch()
	e.roomMade()
}

// forget takes a node that is gone out of what was still to come for it:
// another one may have its place soon.
func (e *engine) forget(n int32) {
	e.loop.unwant(e, n)
	for _, r := range e.rolls {
		if k := slices.Index(r.todo, n); k >= 0 {
			r.todo[k] = r.todo[len(r.todo)-1]
			r.todo = r.todo[:len(r.todo)-1]
		}
	}
}
