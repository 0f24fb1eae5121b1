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
// that did something, which takes a second because its view of the cluster has
// to catch up with the node it asked for.
type loop struct {
	wanted      []int32 // nodes that a trigger means and that were not chosen yet
	shrink      *Policy // consolidation, where it is played
	shrinkCause int32
	proposed    int32 // what consolidation will remove if it still can
	anchor      int64 // some time at which it polled
	due         bool
	on          bool // something is to be done by it
	base        pods
	trial       pods
	list        pods
	ahead       ahead
}

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
	l.due = false
	if e.drift() || e.consolidate() {
		l.due = true
		e.after(e.between(1020*time.Millisecond, 1150*time.Millisecond), doPass, 0, 0, 0)
		return
	}
	l.anchor = e.now
	if len(l.wanted) > 0 || l.shrink != nil {
		e.wakeForBudgets()
	}
}

// wakeForBudgets looks again when the budgets of some pool change.
func (e *engine) wakeForBudgets() {
	first := never
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
	order := e.shuffled(l.wanted)
	tried := 0
	for _, empty := range []bool{true, false} {
		for k := range len(l.wanted) {
			n := l.wanted[order(k)]
			if left[e.nodes[n].pool] == 0 || !e.candidate(n) {
				continue
			}
			if l.trial = e.movable(n, l.trial[:0]); (len(l.trial) == 0) != empty {
				continue
			}
			slices.SortFunc(l.trial, e.byKarpenter)
			if len(l.trial) > 0 && l.ahead.blocks(e, l.trial[0]) {
				continue
			}
			if tried++; tried > mostTried {
				return false
			}
			l.list = e.merge(l.base, l.trial, l.list[:0])
			claims, ok := e.solve(l.list, n)
			if !ok {
				continue
			}
			l.wanted = slices.Delete(l.wanted, order(k), order(k)+1)
			e.start(n, claims, left[e.nodes[n].pool]-1)
			return true
		}
	}
	return false
}

// mostTried is how many candidates are tried in full in one pass. Karpenter
// has no such limit; a pass that gets to it takes minutes there.
const mostTried = 200

// shuffled is a random order: of a few nodes any, of many one that starts
// anywhere.
func (e *engine) shuffled(of []int32) func(int) int {
	n := len(of)
	if n <= 128 {
		order := e.rng.Perm(n)
		return func(i int) int { return order[i] }
	}
	from := e.rng.IntN(n)
	return func(i int) int { return (from + i) % n }
}

// candidate reports whether a node may be chosen now.
//
// Source: NewCandidate in pkg/controllers/disruption/types.go.
func (e *engine) candidate(n int32) bool {
	x := &e.nodes[n]
	if x.state != nodeActive || x.unready || x.nominated > e.now {
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

// merge joins two sorted lists.
func (e *engine) merge(a, b, into []int32) []int32 {
	for len(a) > 0 && len(b) > 0 {
		if e.byKarpenter(a[0], b[0]) <= 0 {
			into, a = append(into, a[0]), a[1:]
		} else {
			into, b = append(into, b[0]), b[1:]
		}
	}
	return append(append(into, a...), b...)
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
	k := kindOfPod{c.asks, c.constraint, x.zone}
	turn, ok := a.known[k]
	if !ok {
		turn = a.turn(e, c, x.zone)
		a.known[k] = turn
	}
	switch {
	case turn == 0:
		return false
	case int(turn) > len(a.base):
		return true
	}
	return e.byKarpenter(p, a.base[turn-1]) < 0 // it comes before that pod
}

// turn is after how many of the base a launching node has no room left for
// such a pod: 0 where one that is ready has room, or no launching one ever has;
// one more than the base where there is room to the last.
func (a *ahead) turn(e *engine, c *class, zone int32) int32 {
	if e.readyRoom(c, zone) {
		return 0
	}
	if !a.fresh {
		a.walk(e)
	}
	for i, rooms := range a.rooms {
		room := false
		for k, n := range e.launching {
			s := e.nodes[n].shape
			room = room || rooms[k].holds(&c.asks) && e.fits[c.constraint][s] && (zone < 0 || e.shapes[s].domains[e.zoned] == zone) && e.alone(c, n)
		}
		if !room {
			return int32(i)
		}
	}
	return int32(len(a.rooms))
}

// alone reports that no pod on a node, and no rule, keeps a pod of a class off.
func (e *engine) alone(c *class, n int32) bool { return e.suits(c, -1, n, true) }

func (e *engine) readyRoom(c *class, zone int32) bool {
	for at := e.firstFit.first(0, &c.asks); at >= 0; at = e.firstFit.first(at+1, &c.asks) {
		s := e.nodes[e.byPos[at]].shape
		if e.fits[c.constraint][s] && (zone < 0 || e.shapes[s].domains[e.zoned] == zone) {
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

// command is nodes to be taken, and those that have to be ready before.
type command struct {
	nodes        []int32
	replacements []int32
	gens         []uint32
	began        int64
	done         bool
}

// start begins a command: the nodes take no new pods from now on, and
// replacements are asked for.
//
// Source: Queue.StartCommand in pkg/controllers/disruption/queue.go.
func (e *engine) start(n int32, claims []claim, left int) {
	x := &e.nodes[n]
	p := &e.World.pools[x.pool]
	x.cause = e.event(Event{Kind: Chosen, Node: n, Pod: -1, Workload: -1, Cause: x.cause, Number: int32(min(left, 1<<30)), Detail: e.allowance(p, disruption.Drifted)})
	e.mark(n)
	c := command{nodes: []int32{n}, began: e.now}
	for i := range claims {
		r := e.launch(claims[i].pool, e.shapeOf(&claims[i]), x.cause)
		c.replacements, c.gens = append(c.replacements, r), append(c.gens, e.nodes[r].gen)
	}
	x.command = int32(len(e.commands))
	e.commands = append(e.commands, c)
	e.provisionSoon()
	e.after(e.between(20*time.Millisecond, 120*time.Millisecond), doCommand, x.command, 0, 0)
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
	ready := true
	for k, r := range c.replacements {
		ready = ready && (e.nodes[r].gen != c.gens[k] || e.nodes[r].state != nodeLaunching)
	}
	switch {
	case ready:
		c.done = true
		for _, n := range c.nodes {
			if e.nodes[n].state == nodeMarked {
				e.beginDrain(n, e.nodes[n].cause)
			}
		}
	case e.now-c.began > int64(10*time.Minute):
		c.done = true
		for _, n := range c.nodes {
			if e.nodes[n].state == nodeMarked {
				e.unmark(n)
				e.loop.wanted = append(e.loop.wanted, n)
			}
		}
		e.touch()
	default:
		e.after(e.between(1002*time.Millisecond, 1020*time.Millisecond), doCommand, i, 0, 0)
	}
}
