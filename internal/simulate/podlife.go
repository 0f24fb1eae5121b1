package simulate

import (
	"slices"
	"time"

	"github.com/onus-project/onus/internal/disruption"
)

func (e *engine) podEvent(kind EventKind, p int32, cause int32) int32 {
	if !e.recording {
		return -1
	}
	x := &e.pods[p]
	return e.event(Event{Kind: kind, Node: x.node, Pod: p, Workload: e.classes[x.class].load, Cause: cause})
}

// setReady makes a pod ready or not, and counts.
func (e *engine) setReady(p int32, ready bool, cause int32) {
	x := &e.pods[p]
	if x.ready == ready {
		return
	}
	x.ready = ready
	c := &e.classes[x.class]
	l := &e.loads[c.load]
	by := int32(1)
	if !ready {
		by = -1
	}
	e.countReady(l, by, cause)
	if e.recording && cause >= 0 {
		e.run.Events[cause].Ready = l.ready
	}
	if x.state == podRunning {
		e.recount(c, int(by), -int(by))
		e.reblock(p)
	}
	if ready {
		x.cause, x.since = cause, e.now
		if l.rollout != nil || e.World.loads[c.load].kind == ordered {
			e.needControl(c.load, cause)
			e.availableLater(c.load, e.now)
		}
	}
}

// counted keeps the least that the API server called ready.
func (e *engine) counted(l *loadState) {
	if n := l.ready + l.ghosts; n < l.minCounted && l.watched >= 0 {
		l.minCounted = n
		w := &e.run.Workloads[l.watched]
		w.MinCounted, w.CountedAt = int(n), time.Duration(e.now)
	}
}

// countReady keeps the least that were ready, and for how long too few were.
func (e *engine) countReady(l *loadState, by int32, cause int32) {
	below := l.ready < l.floor
	l.ready += by
	if l.watched < 0 {
		return
	}
	e.counted(l)
	w := &e.run.Workloads[l.watched]
	if l.ready < l.min {
		l.min = l.ready
		w.MinReady, w.MinAt, w.MinEvent = int(l.ready), time.Duration(e.now), int(cause)
	}
	switch now := l.ready < l.floor; {
	case now && !below:
		l.since = e.now
	case !now && below:
		w.BelowFloor += time.Duration(e.now - l.since)
	}
}

// newPod makes a pod that waits for a node.
func (e *engine) newPod(l int32, class int32, ordinal int32, cause int32) int32 {
	var p int32
	if n := len(e.freePods); n > 0 {
		p = e.freePods[n-1]
		e.freePods = e.freePods[:n-1]
	} else {
		p = int32(len(e.pods))
		e.pods = append(e.pods, podState{})
	}
	c := &e.classes[class]
	load := &e.loads[l]
	e.pods[p] = podState{
		class: class, node: -1, ordinal: ordinal, zone: c.zone, gen: e.pods[p].gen + 1, name: -1, state: podPending, uid: e.rng.Uint64(), cpu: c.asks[cpu], memory: c.asks[memory],
		created: e.scenario.Start.Unix() + e.now/int64(time.Second), inLoad: int32(len(load.pods)),
	}
	if z := e.World.loads[l].zones; ordinal >= 0 && int(ordinal) < len(z) {
		e.pods[p].zone = z[ordinal]
	}
	load.pods = append(load.pods, p)
	load.active++
	if load.watched >= 0 {
		w := &e.run.Workloads[load.watched]
		w.Surge = max(w.Surge, len(load.pods))
	}
	if load.down && !slices.ContainsFunc(load.pods, func(q int32) bool { return e.pods[q].stuck }) {
		e.pods[p].stuck = true
	}
	e.pods[p].stuck = e.pods[p].stuck || load.hopeless || ordinal >= 0 && slices.Contains(load.failing, ordinal)
	e.pods[p].revision = load.rollout != nil && e.World.loads[l].kind == ordered
	e.recount(c, 0, 1)
	e.pods[p].cause = e.podEvent(PodMade, p, cause)
	return p
}

// bind puts a pod on a node, where it starts.
func (e *engine) bind(p, n int32) {
	x := &e.pods[p]
	c := &e.classes[x.class]
	x.state, x.unschedulable, x.started = podRunning, false, e.now
	e.unclaim(p)
	e.settleOn(p, n)
	x.cause = e.podEvent(PodBound, p, x.cause)
	if !x.stuck {
		d := time.Duration(e.loads[c.load].podReady)
		e.after(d+e.between(20*time.Millisecond, 300*time.Millisecond), doReady, p, 0, x.gen)
	}
	e.reblock(p)
	e.freeLater(p)
	e.touch()
}

// settleOn counts a pod in on a node.
func (e *engine) settleOn(p, n int32) {
	x := &e.pods[p]
	c := &e.classes[x.class]
	node := &e.nodes[n]
	x.node, x.onNode = n, int32(len(node.pods))
	node.pods = append(node.pods, p)
	node.loads = append(node.loads, c.load)
	node.free.sub(&c.asks)
	e.stir(n, c)
	e.moved(n)
	live := int32(1)
	if x.state == podLeaving {
		live = 0
	}
	e.tally(c, n, live, 1)
	e.podCame(n, p)
}

// terminate takes a pod away: it is not ready from now on, and gone when it
// has stopped.
func (e *engine) terminate(p int32, grace time.Duration, cause int32) {
	x := &e.pods[p]
	if x.state == podLeaving {
		return
	}
	c := &e.classes[x.class]
	l := &e.loads[c.load]
	wasReady := x.ready
	if x.waiting {
		e.catchUp(p, e.now)
	}
	x.evicting, x.waiting = false, false
	x.cause = cause
	pending := x.state == podPending
	x.state = podLeaving
	if wasReady {
		e.setReady(p, false, cause)
		e.recount(c, -1, 1)
	}
	l.active--
	e.reblock(p)
	if pending {
		e.gone(p)
	} else {
		e.tally(c, x.node, -1, 0)
		e.stir(x.node, c)
		if e.World.loads[c.load].kind != ordered {
			e.podWent(x.node, p)
		} else { // its successor waits until it is gone, and no budget holds it now
			e.refile(x.node)
		}
		stop := min(time.Duration(l.podStop), grace)
		x.leaves = e.now + int64(stop+e.between(0, 60*time.Millisecond))
		e.at(x.leaves, doGone, p, 0, x.gen)
	}
	e.needControl(c.load, cause)
}

// dismiss takes a pod away because its controller wants it no more.
func (e *engine) dismiss(p int32, why string, cause int32) {
	x := &e.pods[p]
	if e.recording {
		cause = e.event(Event{Kind: Killed, Node: x.node, Pod: p, Workload: e.classes[x.class].load, Cause: cause, Detail: why})
	}
	e.terminate(p, e.classes[x.class].grace, cause)
}

// gone takes a pod that has stopped out of the world.
func (e *engine) gone(p int32) {
	x := &e.pods[p]
	c := &e.classes[x.class]
	l := &e.loads[c.load]
	cause := e.podEvent(PodGone, p, x.cause)
	n := x.node
	e.unclaim(p)
	if n >= 0 {
		node := &e.nodes[n]
		last := node.pods[len(node.pods)-1]
		node.pods[x.onNode], node.loads[x.onNode] = last, node.loads[len(node.loads)-1]
		e.pods[last].onNode = x.onNode
		node.pods, node.loads = node.pods[:len(node.pods)-1], node.loads[:len(node.loads)-1]
		node.free.add(&c.asks)
		e.moved(n)
		e.tally(c, n, 0, -1)
		e.podWent(n, p)
	}
	last := l.pods[len(l.pods)-1]
	l.pods[x.inLoad] = last
	e.pods[last].inLoad = x.inLoad
	l.pods = l.pods[:len(l.pods)-1]
	e.recount(c, 0, -1)
	if x.stuck && x.ordinal >= 0 && !slices.Contains(l.failing, x.ordinal) {
		l.failing = append(l.failing, x.ordinal) // it has the same volume and name again
	}
	x.gen++
	x.state, x.node = podNone, -1
	e.freePods = append(e.freePods, p)
	switch kind := e.World.loads[c.load].kind; {
	case kind == ordered || l.rollout != nil:
		e.needControl(c.load, cause)
	}
	if n < 0 {
		return
	}
	if e.nodes[n].state == nodeDraining {
		e.lookSoon(n)
	}
	e.touch()
	if len(e.pending) > 0 && (e.nodes[n].state == nodeActive || len(c.member) > 0) {
		e.roomMade()
	}
}

// evict asks for the eviction of a pod.
func (e *engine) evict(p int32) {
	x := &e.pods[p]
	if x.state != podRunning {
		x.evicting = false
		return
	}
	n := x.node
	if d := e.decide(p); d.Evicts() {
		e.run.Evicted++
		cause := int32(-1)
		if e.recording {
			cause = e.event(Event{Kind: Evicted, Node: n, Pod: p, Workload: e.classes[x.class].load, Cause: e.nodes[n].cause, Number: int32(x.tries + 1)})
		}
		e.terminate(p, e.graceOf(p, n), cause)
		return
	}
	x.tries++
	e.run.Refused++
	if x.tries == 1 && e.recording {
		e.event(Event{Kind: Refused, Node: n, Pod: p, Workload: e.classes[x.class].load, Cause: e.nodes[n].cause, Detail: e.refusal(p)})
	}
	x.next = e.now + int64(e.backoff(p)(int(x.tries))+e.between(5*time.Millisecond, 25*time.Millisecond))
	x.waiting = true
	if c := &e.classes[x.class]; len(c.guards) == 1 {
		g := &e.guards[c.guards[0].guard]
		g.waiters = append(g.waiters, p)
	}
}

// refusal says in words why a pod is not evicted.
func (e *engine) refusal(p int32) string {
	c := &e.classes[e.pods[p].class]
	if len(c.guards) > 1 {
		return "several budgets select it, and the API server then refuses every eviction"
	}
	g := c.guards[0].guard
	return "budget " + e.World.guards[g].Name + " allows none now"
}

func (e *engine) backoff(p int32) disruption.Backoff {
	if n := e.pods[p].node; n >= 0 && e.nodes[n].policy != nil && !e.nodes[n].policy.Karpenter {
		return disruption.KubectlBackoff
	}
	return disruption.KarpenterBackoff
}

// graceOf is the grace that a pod gets on a node.
func (e *engine) graceOf(p, n int32) time.Duration {
	own := e.classes[e.pods[p].class].grace
	if policy := e.nodes[n].policy; policy != nil {
		return policy.Deadline.Grace(own)
	}
	return own
}

// protected reports whether a pod's do-not-disrupt annotation holds now.
func (e *engine) protected(p int32) bool {
	x := &e.pods[p]
	d := e.classes[x.class].drain
	if x.started != never {
		d.Started = e.scenario.Start.Add(time.Duration(x.started))
	}
	return d.Protected(e.clock())
}

// freeLater has a pod's node become one that may be chosen when the pod's
// do-not-disrupt ends.
func (e *engine) freeLater(p int32) {
	x := &e.pods[p]
	c := &e.classes[x.class]
	if c.drain.DoNotDisrupt == "" || x.state != podRunning || x.started == never {
		return
	}
	d := c.drain
	d.Started = e.scenario.Start.Add(time.Duration(x.started))
	if end, ok := d.Until(); ok && end.After(e.clock()) {
		e.at(int64(end.Sub(e.scenario.Start)), doFree, p, 0, x.gen)
	}
}
