package simulate

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/disruption"
)

// loop is Karpenter's disruption loop.
//
// Source: Controller.Reconcile in pkg/controllers/disruption/controller.go of
// Karpenter 1.14: it polls every 10 s, and starts over at once after a pass
// that did something, which takes a second where its view of the cluster has to
// catch up with a node it asked for.
type loop struct {
	wanted        []int32 // nodes that a trigger means and that were not chosen yet
	consolidation consolidation
	again         int64 // when a node may be chosen that may not now, because of a pod that came or is to come
	anchor        int64 // some time at which it polled
	due           bool
	catchesUp     bool // nodes were asked for in this pass
	on            bool // something is to be done by it
	base, trial   []int32
	ahead         ahead
	many          many
}

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

const (
	poll = 10 * time.Second
	// overhead of a pass that found nothing, on top of the poll.
	pollSlip = 60 * time.Millisecond
)

// touch tells the loop that something has changed, so that its next poll is
// worth playing. Polls lie on a grid, and those with nothing new to see are
// left out.
func (e *engine) touch() {
	e.changed = true
	for _, r := range e.rolls {
		if r.waits {
			r.waits = false
			r.soon(e)
		}
	}
	l := &e.loop
	if !l.on || l.due {
		return
	}
	l.due = true
	step := int64(poll + pollSlip)
	next := l.anchor
	if next <= e.now {
		next += ((e.now-next)/step + 1) * step
	}
	e.at(next, doPass, 0, 0, 0)
}

// pass is one pass of the loop: the first method that finds something to do
// does it.
func (e *engine) pass() {
	l := &e.loop
	l.due, l.again, l.catchesUp = false, never, false
	switch e.disrupt() {
	case acted:
		l.due = true
		if l.catchesUp {
			e.after(e.between(1060*time.Millisecond, 1220*time.Millisecond), doPass, 0, 0, 0)
		} else {
			e.after(e.between(60*time.Millisecond, 300*time.Millisecond), doPass, 0, 0, 0)
		}
		return
	case waiting:
		l.due = true
		e.after(validation+e.between(0, 20*time.Millisecond), doPass, 0, 0, 0)
		return
	}
	l.anchor = e.now
	if len(l.wanted) > 0 || l.consolidation.policy != nil {
		e.wakeForBudgets()
	}
}

// disrupt asks the methods in their order. One that looks again holds up those
// that come after it, and where it then does nothing they have their turn.
func (e *engine) disrupt() outcome {
	c := &e.loop.consolidation
	last := c.proposed.method
	if last != noMethod {
		c.proposed.method = noMethod
		if e.confirm(&proposal{last, c.proposed.nodes, c.proposed.gens}) == acted {
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
			did = e.proposeEmpty()
		case drifted:
			if e.drift() {
				did = acted
			}
		case together:
			did = e.proposeTogether()
		case single:
			did = e.proposeOne()
		}
		if did != nothing {
			return did
		}
	}
	return nothing
}

// wakeForBudgets looks again when the budgets of some pool change, or a node
// is no longer kept for a pod.
func (e *engine) wakeForBudgets() {
	first := e.loop.again
	for i := range e.World.pools {
		if t, ok := e.World.pools[i].budgets.NextChange(e.clock()); ok {
			first = min(first, int64(t.Sub(e.scenario.Start)))
		}
	}
	if first < never && !e.loop.due {
		step := int64(poll + pollSlip)
		next := e.loop.anchor + ((first-e.loop.anchor)/step+1)*step
		if next <= e.horizon {
			e.loop.due = true
			e.at(next, doPass, 0, 0, 0)
		}
	}
}

// remaining is how many more nodes of each pool the budgets let go now for a
// reason, and whether any.
func (e *engine) remaining(reason string) ([]int, bool) {
	any := false
	now := e.clock()
	for i := range e.World.pools {
		s := &e.pools[i]
		e.left[i] = e.World.pools[i].budgets.Remaining(now, s.total, s.going, reason)
		any = any || e.left[i] > 0
	}
	return e.left, any
}

// drift replaces one drifted node. A command has one node; empty ones come
// first, and of the others those that drifted first, which here all did.
//
// Source: Drift.ComputeCommands in pkg/controllers/disruption/drift.go.
func (e *engine) drift() bool {
	l := &e.loop
	if len(l.wanted) == 0 {
		return false
	}
	left, any := e.remaining(disruption.Drifted)
	if !any {
		return false
	}
	l.base = e.homeless(l.base[:0])
	l.ahead.begin(e, l.base)
	l.many.begin(e)
	if len(l.wanted) > few {
		return e.driftMany(left)
	}
	order := e.permutation(len(l.wanted))
	for _, empty := range []bool{true, false} {
		for _, k := range order {
			n := l.wanted[k]
			if left[e.nodes[n].pool] == 0 || !e.candidate(n) {
				continue
			}
			moves := e.nodes[n].moves
			if (len(moves) == 0) != empty || !empty && l.ahead.blocks(e, moves[0]) {
				continue
			}
			if e.tryDrift(n, moves, left) {
				return true
			}
		}
	}
	return false
}

// permutation is a random order.
func (e *engine) permutation(n int) []int32 {
	order := e.turns[:0]
	for i := range n {
		order = append(order, int32(i))
	}
	e.rng.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
	e.turns = order
	return order
}

// tryDrift starts a node if the pods on it, in Karpenter's order, find a place.
// What the node itself has does not count against the limits of its pool.
func (e *engine) tryDrift(n int32, moves []int32, left []int) bool {
	l := &e.loop
	x := &e.nodes[n]
	over := e.overLimits()
	used := &e.pools[x.pool].used
	used.sub(&e.shapes[x.shape].size)
	claims, ok := e.solve(l.base, moves, true)
	used.add(&e.shapes[x.shape].size)
	if !ok || slices.ContainsFunc(claims, func(k claim) bool { return over[k.pool] }) {
		return false
	}
	l.unwant(e, n)
	e.start(n, claims, left[x.pool]-1, disruption.Drifted)
	return true
}

// candidate reports whether a node may be chosen now.
//
// Source: NewCandidate in pkg/controllers/disruption/types.go.
func (e *engine) candidate(n int32) bool {
	x := &e.nodes[n]
	if x.state != nodeActive || x.unready {
		return false
	}
	if x.nominated > e.now {
		e.loop.again = min(e.loop.again, x.nominated)
		return false
	}
	if x.blocks > 0 && (x.policy == nil || x.policy.SkipBlocked) {
		if e.recording && !x.stands {
			x.stands = true // said once
			e.event(Event{Kind: PassedOver, Node: n, Pod: -1, Workload: -1, Cause: x.cause, Number: x.blocks, Detail: "pods on it may not be evicted now"})
		}
		return false
	}
	return true
}

// ahead answers in a moment, for most candidates that will fail, that they do:
// their largest pod would land on a node that is being started. It knows how
// much room those nodes have left after each of the pods that come before.
type ahead struct {
	base  []int32
	rooms [][]amount // of the launching nodes, after so many of base
	known map[kindOfPod]int32
	fresh bool
}

type kindOfPod struct {
	asks       amount
	constraint int32
	zone       int32
}

func (a *ahead) begin(e *engine, base []int32) {
	a.base, a.fresh = base, false
	clear(a.known)
	if a.known == nil {
		a.known = map[kindOfPod]int32{}
	}
	live := e.launching[:0]
	for _, n := range e.launching {
		if e.nodes[n].state == nodeLaunching {
			live = append(live, n)
		}
	}
	e.launching = live
}

// blocks reports whether a pod, as the first of its node, is sure to land on a
// launching node. It is never wrong when it says so.
func (a *ahead) blocks(e *engine, p int32) bool {
	if len(e.launching) == 0 {
		return false
	}
	x := &e.pods[p]
	c := &e.classes[x.class]
	if len(c.anti)+len(c.near)+len(c.spread) > 0 && len(a.base) > 0 {
		return false // other pods matter, too: it has to be tried
	}
	switch turn := a.turnOf(e, kindOfPod{c.asks, c.constraint, x.zone}); {
	case turn == 0:
		return false
	case int(turn) > len(a.base):
		return true
	default:
		return e.byKarpenter(p, a.base[turn-1]) < 0 // it comes before that pod
	}
}

func (a *ahead) turnOf(e *engine, k kindOfPod) int32 {
	if len(e.launching) == 0 {
		return 0
	}
	turn, ok := a.known[k]
	if !ok {
		turn = a.turn(e, &k)
		a.known[k] = turn
	}
	return turn
}

// turn is after how many of the base a launching node has no room left for
// such a pod: 0 where one that is ready has room, or no launching one ever has;
// one more than the base where there is room to the last.
func (a *ahead) turn(e *engine, p *kindOfPod) int32 {
	if e.readyRoom(p) {
		return 0
	}
	if !a.fresh {
		a.walk(e)
	}
	for i, rooms := range a.rooms {
		room := false
		for k, n := range e.launching {
			room = room || rooms[k].holds(&p.asks) && e.mayLieOn(p, e.nodes[n].shape)
		}
		if !room {
			return int32(i)
		}
	}
	return int32(len(a.rooms))
}

// mayLieOn reports whether such a pod may be on nodes of a shape.
func (e *engine) mayLieOn(p *kindOfPod, s int32) bool {
	return e.fits[p.constraint][s] && (p.zone < 0 || e.shapes[s].domains[e.zoned] == p.zone)
}

func (e *engine) readyRoom(p *kindOfPod) bool {
	for at := e.firstFit.first(0, &p.asks); at >= 0; at = e.firstFit.first(at+1, &p.asks) {
		if x := &e.nodes[e.byPos[at]]; x.free.holds(&p.asks) && e.mayLieOn(p, x.shape) {
			return true
		}
	}
	return false
}

// walk places the base once and notes the room on launching nodes as it goes.
func (a *ahead) walk(e *engine) {
	a.fresh = true
	a.rooms = a.rooms[:0]
	note := func() {
		at := make([]amount, len(e.launching))
		for k, n := range e.launching {
			at[k] = e.nodes[n].free
		}
		a.rooms = append(a.rooms, at)
	}
	e.lift(a.base)
	var claims []claim
	note()
	for _, p := range a.base {
		x := &e.pods[p]
		c := &e.classes[x.class]
		if at := e.readyNode(c, x.zone, 0); at >= 0 {
			e.tryPlace(x.class, e.byPos[at])
		} else if n := e.launchingNode(c, x.zone); n >= 0 {
			e.tryPlace(x.class, n)
		} else {
			e.toClaim(&claims, x)
		}
		note()
	}
	e.restore()
}

// command is a node to be taken, and those that have to be ready before.
type command struct {
	node         int32
	gen          uint32
	replacements []int32
	gens         []uint32
	began        int64
	done         bool
}

// start begins a command: the nodes take no new pods from now on, and
// replacements are asked for.
//
// Source: Queue.StartCommand in pkg/controllers/disruption/queue.go.
func (e *engine) start(n int32, claims []claim, left int, reason string) {
	x := &e.nodes[n]
	p := &e.World.pools[x.pool]
	x.cause = e.event(Event{Kind: Chosen, Node: n, Pod: -1, Workload: -1, Cause: x.cause, Number: int32(min(left, 1<<30)), Detail: e.allowance(p, reason)})
	e.mark(n)
	cause := x.cause
	c := command{node: n, gen: x.gen, began: e.now}
	e.loop.catchesUp = e.loop.catchesUp || len(claims) > 0
	for i := range claims {
		r := e.launch(claims[i].pool, e.shapeOf(&claims[i]), cause)
		c.replacements, c.gens = append(c.replacements, r), append(c.gens, e.nodes[r].gen)
	}
	id := int32(len(e.commands))
	e.commands = append(e.commands, c)
	e.provisionSoon()
	e.after(e.between(20*time.Millisecond, 120*time.Millisecond), doCommand, id, 0, 0)
}

// allowance says in words what lets nodes of a pool go.
func (e *engine) allowance(p *pool, reason string) string {
	if !e.recording {
		return ""
	}
	allowed := p.budgets.Allowed(e.clock(), e.pools[e.indexOf(p)].total, reason)
	if allowed == disruption.Unlimited {
		return fmt.Sprintf("no node budget of pool %s counts now", p.name)
	}
	return fmt.Sprintf("the node budgets of pool %s allow %d at once", p.name, allowed)
}

func (e *engine) indexOf(p *pool) int {
	for i := range e.World.pools {
		if &e.World.pools[i] == p {
			return i
		}
	}
	return -1
}

// command looks whether a command's replacements are ready; every second,
// until they are or ten minutes have passed.
//
// Source: Queue.Reconcile and waitOrTerminate.
func (e *engine) command(i int32) {
	c := &e.commands[i]
	if c.done {
		return
	}
	x := &e.nodes[c.node]
	waits := x.gen == c.gen && x.state == nodeMarked // it may be gone by other means
	ready := true
	for k, r := range c.replacements {
		ready = ready && (e.nodes[r].gen != c.gens[k] || e.nodes[r].state != nodeLaunching)
	}
	switch {
	case ready:
		c.done = true
		if waits {
			e.beginDrain(c.node, x.cause)
		}
	case e.now-c.began > int64(10*time.Minute):
		c.done = true
		if waits {
			e.unmark(c.node)
			e.loop.want(e, c.node)
		}
		e.touch()
	default:
		e.after(e.between(1002*time.Millisecond, 1020*time.Millisecond), doCommand, i, 0, 0)
	}
}
