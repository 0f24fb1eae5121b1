package simulate

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/words"
)

// Waves are nodes that somebody empties as a plan has it: those of a wave at the same time,
// and those of the next one once all of the last are done. A node is done once its pods are
// gone, what comes after it is there, and the workloads whose pods it had are ready as before.
type Waves struct {
	Nodes  [][]Going
	Soak   time.Duration     // after each wave
	Window disruption.Window // nothing is begun, and no eviction asked for, while it is closed
	Settle time.Duration     // how long workloads may take to be ready again: else no other wave begins
	// Floors are how many ready pods of a workload there are at the least after an eviction,
	// by namespace/kind/name: before it, one more is ready.
	Floors map[string]int
	// CordonFirst: all nodes are cordoned before the first wave, so that no pod moves to one
	// whose turn is to come.
	CordonFirst bool
}

// Going is one node of a plan.
type Going struct {
	Node    string
	Then    Then
	Timeout time.Duration // of its drain, in time in which the window is open; above zero
	// Restarts are Deployments that are rolled out anew before the drain, where a pod of theirs is
	// on the node: another one is ready elsewhere before it goes.
	Restarts []kubernetes.Ref
	// Escalation is what is done once its drain has taken longer than its timeout; nil where it is given up then.
	Escalation *Escalation
}

// Then is what comes once a node is empty.
type Then uint8

const (
	Remains  Then = iota // nothing: it stays as it is
	Replaced             // it goes, and its pool makes another
	Removed              // it goes, and Karpenter makes others where pods need them
	Returns              // it restarts, and takes pods again
)

// WaveRun is one wave in one run.
type WaveRun struct {
	Began, Done time.Duration // None where it did not, or was not
	Nodes       []GoingRun
}

// GoingRun is one node of a wave in one run: when it was empty, when what comes after it was
// there, and when its workloads were ready again; None where they were not.
type GoingRun struct {
	Node                       string
	Restarted                  time.Duration // when what is restarted before its drain was; 0 where nothing is
	Drained, Replaced, Settled time.Duration
	Stuck                      *Stay // it did not drain in its time; nil where it did
	Forced                     []PastPDB
}

// plannedWaves carries out waves.
type plannedWaves struct {
	*engine
	plan    *Waves
	cause   int32
	wave    int            // which is under way
	going   []goingNode    // of that wave
	ready   []int32        // by workload: as many as were ready when the plan began
	planned map[int32]bool // nodes whose turn has not come
	floors  []int32        // by workload; none where it is below 0
	halted  bool
	last    int64 // the look before

	forced     bool // some pod was deleted past its PDB
	lastForced int64
}

// goingNode is a node of the wave under way.
type goingNode struct {
	Going
	node   int32
	gen    uint32
	phase  goingPhase
	spent  int64   // on its drain while the window was open, or since it was escalated
	since  int64   // of the phase
	moved  []int32 // workloads whose pods it had
	rolled []int32 // of these, those that are restarted first
	goes   int64   // when it is gone, once it is empty
	fresh  int32   // the node that comes after it

	escalated bool
	listed    []listedPod
	outcome   *GoingRun
}

type goingPhase uint8

const (
	goingRestarts goingPhase = iota
	goingDrains
	goingAway
	goingReplaced
	goingSettles
	goingDone
)

// begin carries out the waves of a trigger.
func (pw *plannedWaves) begin(w *Waves, cause int32) {
	pw.plan, pw.cause, pw.planned = w, cause, map[int32]bool{}
	for l := range pw.workloads {
		pw.ready = append(pw.ready, min(pw.workloads[l].ready, pw.workloads[l].replicas))
		floor := int32(-1)
		if f, ok := w.Floors[pw.World.workloads[l].Ref.String()]; ok {
			floor = int32(f)
		}
		pw.floors = append(pw.floors, floor)
	}
	for _, wave := range w.Nodes {
		for _, g := range wave {
			n := pw.named(g.Node)
			if n < 0 {
				continue
			}
			x := &pw.nodes[n]
			pw.planned[n] = true
			x.targeted, x.asked = true, pw.now
			pw.run.Asked++
			pw.run.Unreplaced++
			if w.CordonFirst {
				pw.close(n)
				x.cordoned = true
			}
		}
	}
	pw.next(0)
}

// named is a node that was there at the start and is still in use; -1 where it is not.
func (pw *plannedWaves) named(name string) int32 {
	return int32(slices.IndexFunc(pw.nodes, func(x nodeState) bool {
		return x.initial >= 0 && pw.World.nodes[x.initial].name == name && x.state == nodeActive && !x.byHand
	}))
}

// closed is when the window opens next, where it is closed now: never, where it does not.
func (pw *plannedWaves) closed() (until int64, is bool) {
	w := &pw.plan.Window
	if w.Days.Every == disruption.Never || w.Contains(pw.timeOfDay(), false) {
		return 0, false
	}
	next, ok := w.Next(pw.timeOfDay())
	if !ok {
		return never, true
	}
	return int64(next.From.Sub(pw.start)), true
}

// next begins a wave, once the window is open.
func (pw *plannedWaves) next(wave int) {
	if wave == len(pw.plan.Nodes) {
		return
	}
	pw.wave = wave
	if until, closed := pw.closed(); closed {
		pw.at(until, doWave, int32(wave), 0, 0)
		return
	}
	pw.run.Waves = append(pw.run.Waves, WaveRun{Began: time.Duration(pw.now), Done: None})
	run := &pw.run.Waves[len(pw.run.Waves)-1]
	run.Nodes = make([]GoingRun, len(pw.plan.Nodes[wave]))
	pw.going = pw.going[:0]
	for i, g := range pw.plan.Nodes[wave] {
		run.Nodes[i] = GoingRun{Node: g.Node, Drained: None, Replaced: None, Settled: None}
		if n := pw.named(g.Node); n >= 0 && pw.planned[n] {
			pw.cordon(goingNode{Going: g, node: n, fresh: -1, outcome: &run.Nodes[i]})
		}
	}
	pw.run.Draining = max(pw.run.Draining, pw.drainer.draining+len(pw.going))
	pw.last = pw.now
	pw.look()
}

// cordon begins a node.
func (pw *plannedWaves) cordon(g goingNode) {
	x := &pw.nodes[g.node]
	delete(pw.planned, g.node)
	pw.close(g.node)
	x.cordoned, x.byHand, x.began = true, true, pw.now
	pw.handDrains.open++
	g.gen = x.gen
	pw.drainer.countDrain()
	x.cause = pw.event(Event{Kind: DrainBegan, Node: g.node, Pod: -1, Workload: -1, Cause: pw.cause})
	g.listed = pw.handDrains.list(g.node)
	for _, p := range g.listed {
		if l := pw.classes[pw.pods[p.pod].class].workload; !slices.Contains(g.moved, l) {
			g.moved = append(g.moved, l)
		}
	}
	for _, l := range g.moved {
		if !slices.Contains(g.Restarts, pw.World.workloads[l].Ref) {
			continue
		}
		g.rolled = append(g.rolled, l)
		if pw.workloads[l].rollout == nil {
			pw.rollouts.begin(l, pw.event(Event{Kind: RolledOut, Node: -1, Pod: -1, Workload: l, Cause: x.cause}))
		}
	}
	pw.going = append(pw.going, g)
}

// restarts goes on with a node whose pods are to be elsewhere before its drain.
func (pw *plannedWaves) restarts(g *goingNode) {
	x := &pw.nodes[g.node]
	if x.gen != g.gen || !x.byHand || !slices.ContainsFunc(g.rolled, func(l int32) bool { return pw.workloads[l].rollout != nil }) {
		if len(g.rolled) > 0 {
			g.outcome.Restarted = time.Duration(pw.now)
		}
		pw.enter(g, goingDrains)
		return
	}
	if g.spent += pw.now - pw.last; g.spent > int64(g.Timeout) {
		pw.giveUp(g)
	}
}

// look goes on with the wave.
func (pw *plannedWaves) look() {
	if pw.halted {
		return
	}
	until, closed := pw.closed()
	left, drains := 0, 0
	for i := range pw.going {
		g := &pw.going[i]
		pw.advance(g, closed)
		left += boolean(g.phase != goingDone)
		drains += boolean(g.phase == goingDrains)
	}
	pw.last = pw.now
	switch {
	case pw.halted:
	case left == 0:
		pw.run.Waves[len(pw.run.Waves)-1].Done = time.Duration(pw.now)
		pw.after(pw.plan.Soak, doWave, int32(pw.wave+1), 0, 0)
	case closed && left == drains:
		pw.last = until
		pw.at(until, doWaveLook, 0, 0, 0)
	default:
		pw.after(drainPoll, doWaveLook, 0, 0, 0)
	}
}

// advance goes on with a node as far as it gets.
func (pw *plannedWaves) advance(g *goingNode, closed bool) {
	x := &pw.nodes[g.node]
	if g.phase == goingRestarts {
		pw.restarts(g)
	}
	if g.phase == goingDrains {
		switch {
		case x.gen != g.gen || !x.byHand: // somebody else has taken it
			g.outcome.Drained = time.Duration(pw.now)
			pw.enter(g, goingSettles)
		case closed:
			pw.hold(g)
		case pw.empty(g):
			pw.emptied(g)
		default:
			g.spent += pw.now - pw.last
			pw.late(g)
		}
	}
	if g.phase == goingAway && pw.now >= g.goes {
		pw.away(g)
	}
	if g.phase == goingReplaced && pw.nodes[g.fresh].state == nodeActive {
		g.outcome.Replaced = time.Duration(pw.now)
		pw.enter(g, goingSettles)
	}
	if g.phase == goingSettles {
		pw.settle(g)
	}
}

func (pw *plannedWaves) enter(g *goingNode, phase goingPhase) { g.phase, g.since = phase, pw.now }

// empty asks for the evictions of a node's pods, as floors allow, and reports whether none is
// left that its drain waits for.
func (pw *plannedWaves) empty(g *goingNode) bool {
	kept := 0
	means := func(p int32) bool {
		switch {
		case !slices.Contains(g.listed, listedPod{p, pw.pods[p].gen}):
			return false
		case pw.keeps(p, g.node):
			kept++
			return false
		}
		return true
	}
	return pw.drainer.askAll(g.node, means) == 0 && kept == 0
}

// keeps reports whether the floor of its workload keeps a pod on a node for now.
func (pw *plannedWaves) keeps(p, n int32) bool {
	x := &pw.pods[p]
	return x.state == podRunning && x.ready && !x.evicting && !pw.drainer.drainLeaves(p, n) && pw.atFloor(pw.classes[x.class].workload)
}

// heldByFloor says which pod of a node the floor of its workload keeps.
func (pw *plannedWaves) heldByFloor(n int32) Stay {
	for _, p := range pw.nodes[n].pods {
		if l := pw.classes[pw.pods[p].class].workload; pw.keeps(p, n) {
			w := &pw.World.workloads[l]
			return Stay{Cause: ByFloor, Holder: w.Ref, Pod: pw.podNamed(p), Why: fmt.Sprintf(
				"the floor of %s keeps pod %s: %d of its pods are ready, and %d stay", w.Ref, pw.podNamed(p), pw.workloads[l].ready, pw.floors[l])}
		}
	}
	return Stay{}
}

// heldByRestart says which workload does not get through its restart.
func (pw *plannedWaves) heldByRestart(g *goingNode) Stay {
	for _, l := range g.rolled {
		if pw.workloads[l].rollout != nil {
			w := &pw.World.workloads[l]
			return Stay{Cause: ByRestart, Holder: w.Ref,
				Why: fmt.Sprintf("the restart of %s does not end: its new pod is not Ready elsewhere", w.Ref)}
		}
	}
	return Stay{}
}

// atFloor reports whether no ready pod of a workload may be asked to go: it would be below
// its floor once those are gone whose eviction was asked for.
func (pw *plannedWaves) atFloor(l int32) bool {
	if pw.floors[l] < 0 {
		return false
	}
	asked := int32(0)
	for _, p := range pw.workloads[l].pods {
		asked += int32(boolean(pw.pods[p].evicting && pw.pods[p].state == podRunning && pw.pods[p].ready))
	}
	return pw.workloads[l].ready-asked <= pw.floors[l]
}

// hold takes back evictions that were refused so far: while the window is closed nobody asks
// for them.
func (pw *plannedWaves) hold(g *goingNode) {
	if pw.nodes[g.node].state != nodeActive {
		return // whoever else drains it asks for them
	}
	for _, p := range pw.nodes[g.node].pods {
		y := &pw.pods[p]
		if y.waiting {
			pw.evictor.countRetries(p, pw.now)
		}
		y.evicting, y.waiting = false, false
	}
}

// emptied has what is to come after a node come.
func (pw *plannedWaves) emptied(g *goingNode) {
	n, x := g.node, &pw.nodes[g.node]
	g.outcome.Drained = time.Duration(pw.now)
	if g.Then == Remains || x.state != nodeActive { // or somebody else goes on with it
		pw.handDrains.done(n)
		pw.enter(g, goingSettles)
		return
	}
	x.byHand = false
	pw.handDrains.open--
	pw.nodeLifecycle.mark(n)
	switch g.Then {
	case Removed: // Karpenter keeps a node for a while from when its drain begins, empty or not
		g.goes = pw.now + int64(minDrain+pw.between(instanceDeleted))
	case Replaced:
		g.goes = pw.now + int64(pw.between(nodeDeleted))
	default:
		g.goes = pw.now
	}
	pw.enter(g, goingAway)
}

// away takes an empty node away, and has another come where one does.
func (pw *plannedWaves) away(g *goingNode) {
	n, x := g.node, &pw.nodes[g.node]
	if x.gen != g.gen || x.state != nodeMarked { // somebody else goes on with it
		pw.enter(g, goingSettles)
		return
	}
	pool, shape, cause, initial, name := x.pool, x.shape, x.cause, x.initial, x.name
	x.state = nodeDraining
	pw.drainer.draining++
	pw.nodeLifecycle.remove(n)
	switch {
	case g.Then == Removed || pw.scenario.Fault.NoCapacity:
		g.outcome.Replaced = time.Duration(pw.now)
		pw.enter(g, goingSettles)
		return
	case g.Then == Returns:
		g.fresh = pw.nodeLifecycle.relaunch(pool, shape, cause, initial, name)
	default:
		g.fresh = pw.nodeLifecycle.launch(pool, shape, cause)
	}
	pw.enter(g, goingReplaced)
}

// settle ends a node once its workloads are ready as they were when the plan began. Where
// they are not in time, the plan goes no further.
func (pw *plannedWaves) settle(g *goingNode) {
	for _, l := range g.moved {
		w := &pw.World.workloads[l]
		if w.kind != replicated && w.kind != ordered || pw.workloads[l].ready >= pw.ready[l] {
			continue
		}
		if pw.now-g.since > int64(pw.plan.Settle) {
			pw.halted = true
			pw.run.Halted = &Halt{Wave: pw.wave, Workload: w.Ref, Why: fmt.Sprintf("%d of %d pods of %s were ready %s after %s was done",
				pw.workloads[l].ready, pw.ready[l], w.Ref, words.Duration(pw.plan.Settle), g.Node)}
		}
		return
	}
	g.outcome.Settled = time.Duration(pw.now)
	g.phase = goingDone
}

// Halt is why a plan went no further in a run.
type Halt struct {
	Wave     int // counted from 0
	Workload kubernetes.Ref
	Why      string
}

// giveUp leaves a node that did not drain in its time, and takes it into use again.
func (pw *plannedWaves) giveUp(g *goingNode) {
	x := &pw.nodes[g.node]
	held := whyStays{pw.engine}.heldBy(g.node)
	switch {
	case g.phase == goingRestarts:
		held = pw.heldByRestart(g)
	case held.Why == "":
		held = pw.heldByFloor(g.node)
	}
	x.gaveUp, g.outcome.Stuck = &held, &held
	pw.hold(g)
	pw.event(Event{Kind: NodeGivenUp, Node: g.node, Pod: -1, Workload: -1, Cause: x.cause})
	x.byHand, x.cordoned = false, false
	pw.handDrains.open--
	if x.state == nodeActive {
		pw.open(g.node)
		pw.scheduler.capacityFreed()
	}
	pw.enter(g, goingSettles)
}

// checkWaves reports what is wrong with waves.
func (w *World) checkWaves(p *Waves) error {
	names, seen := w.Nodes(), map[string]bool{}
	if p.Soak < 0 || p.Settle <= 0 {
		return fmt.Errorf("soak is %s and settle %s, wants 0 and more than 0 at the least", p.Soak, p.Settle)
	}
	for _, wave := range p.Nodes {
		for _, g := range wave {
			switch {
			case !slices.Contains(names, g.Node):
				return fmt.Errorf("there is no node %q", g.Node)
			case seen[g.Node]:
				return fmt.Errorf("node %q is in two waves", g.Node)
			case g.Timeout <= 0:
				return fmt.Errorf("the timeout of node %q is %s, wants more than 0", g.Node, g.Timeout)
			case g.Escalation != nil && min(g.Escalation.Healthy, g.Escalation.Interval, g.Escalation.Timeout) <= 0:
				return fmt.Errorf("the escalation of node %q is %+v, wants times of more than 0", g.Node, *g.Escalation)
			}
			seen[g.Node] = true
		}
	}
	return nil
}
