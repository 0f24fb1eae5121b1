package simulate

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/onus-project/onus/internal/contract"
)

// Play plays a scenario in all its runs, on all cores, and then the worst of
// them once more with its events. Progress, where it is not nil, is told how
// many runs are done; it may be called from several goroutines.
//
// A scenario that does not fit the world is an error that says what is wrong.
// When the context ends, so does the play, after the runs that have begun; the
// error is then the context's.
func Play(ctx context.Context, w *World, s Scenario, progress func(done, of int)) (*Simulation, error) {
	if err := w.Check(&s); err != nil {
		return nil, err
	}
	sim := &Simulation{Scenario: s, Placed: w.placed, Made: w.made, Notes: slices.Clone(w.notes)}
	for _, l := range w.watchlist() {
		sim.Workloads = append(sim.Workloads, Watched{Ref: w.loads[l].Ref, Replicas: w.loads[l].replicas, Floor: s.floor(&w.loads[l])})
	}
	if sim.Runs = playAll(ctx, w, &s, progress); ctx.Err() != nil {
		return nil, ctx.Err()
	}
	worst := 0
	for i := range sim.Runs {
		if sim.worse(i, worst) {
			worst = i
		}
	}
	e := newEngine(w, &s, sim.Runs[worst].Seed, true)
	for i, l := range w.watchlist() {
		sim.Workloads[i].Ready = int(e.loads[l].ready)
	}
	e.play()
	sim.Story = e.run
	sim.Notes = append(sim.Notes, e.assumed()...)
	sim.Notes = append(sim.Notes, e.untraded()...)
	if e.run.Cut > 0 {
		sim.Notes = append(sim.Notes, fmt.Sprintf("the story ends after %s, because more happened than could be kept; the numbers are of all of it", e.run.Cut.Truncate(time.Second)))
	}
	return sim, nil
}

// playAll plays all runs, on all cores. Runs that had not begun when the context
// ended are not played.
func playAll(ctx context.Context, w *World, s *Scenario, progress func(done, of int)) []Run {
	runs := make([]Run, s.Runs)
	var next, done atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), s.Runs) {
		workers.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= s.Runs || ctx.Err() != nil {
					return
				}
				e := newEngine(w, s, s.Seed+int64(i), false)
				e.play()
				runs[i] = e.run
				if progress != nil {
					progress(int(done.Add(1)), s.Runs)
				}
			}
		})
	}
	workers.Wait()
	return runs
}

// One plays a single run, without its events.
func One(w *World, s *Scenario, seed int64) Run {
	e := newEngine(w, s, seed, false)
	e.play()
	return e.run
}

func (s *Scenario) floor(l *load) int {
	for _, name := range []string{l.Namespace + "/" + l.Name, l.Namespace + "/" + l.Kind + "/" + l.Name} {
		if f, ok := s.Floors[name]; ok {
			return f
		}
	}
	return 1
}

// worse reports whether run i is worse than run j: more of it below the
// floors, then closer to them, then for longer.
func (s *Simulation) worse(i, j int) bool {
	score := func(r *Run) (below, slack int, long time.Duration) {
		slack = 1 << 30
		for k := range r.Workloads {
			short := s.Workloads[k].Floor - r.Workloads[k].MinReady
			below += max(0, short)
			slack = min(slack, -short)
			long += r.Workloads[k].BelowFloor
		}
		return
	}
	b1, s1, l1 := score(&s.Runs[i])
	b2, s2, l2 := score(&s.Runs[j])
	return cmp.Or(cmp.Compare(b2, b1), cmp.Compare(s1, s2), cmp.Compare(l2, l1)) < 0
}

// assumed are what the policies of a run took for what is not published.
func (e *engine) assumed() []string {
	var notes []string
	for key, p := range e.policies {
		if p == nil {
			continue
		}
		for _, u := range p.Unstated {
			notes = append(notes, fmt.Sprintf("%s does not publish this of %s: %s", key.offering, p.Title, u))
		}
	}
	slices.Sort(notes)
	return slices.Compact(notes)
}

// newEngine sets a run up.
func newEngine(w *World, s *Scenario, seed int64, recording bool) *engine {
	e := &engine{
		World: w, scenario: s, rng: rand.New(rand.NewPCG(uint64(seed), 0x6f6e7573)), horizon: int64(s.Horizon), recording: recording,
		nodes: make([]nodeState, len(w.nodes), len(w.nodes)+len(w.nodes)/4+16), pods: make([]podState, len(w.pods), len(w.pods)+len(w.pods)/8+64),
		loads: make([]loadState, len(w.loads)), guards: make([]guardState, len(w.guards)), counts: make([]groupCount, len(w.groups)), pools: make([]poolState, len(w.pools)),
		alive: make([]int, len(w.shapes)), left: make([]int, len(w.pools)), over: make([]bool, len(w.pools)), firstFit: newTree(2*len(w.nodes) + 64), cursor: map[[2]int32]int32{}, policies: map[policyKey]*contract.Policy{}, lowest: 1 << 30,
	}
	e.run = Run{Seed: seed, FirstDrain: None, LastGone: None}
	e.loop.anchor = -e.rng.Int64N(int64(poll + pollSlip))
	e.setCounts()
	e.setLoads()
	e.setNodes()
	e.setPods()
	for i := range s.Triggers {
		e.at(int64(s.Triggers[i].At), doTrigger, int32(i), 0, 0)
	}
	return e
}

func (e *engine) setCounts() {
	for i := range e.groups {
		key := e.groups[i].key
		e.zonal = e.zonal || key != 0
		if key == 0 {
			e.counts[i].nodeLive, e.counts[i].nodeAll = map[int32]int32{}, map[int32]int32{}
		} else {
			e.counts[i].live, e.counts[i].all = make([]int32, e.domainSizes[key]), make([]int32, e.domainSizes[key])
		}
	}
	for i := range e.World.guards {
		e.guards[i].groups = slices.Clone(e.World.guards[i].groups)
	}
	e.byWeight = make([]int32, len(e.World.pools))
	for i := range e.byWeight {
		e.byWeight[i] = int32(i)
		e.provisions = e.provisions || e.World.pools[i].managed
	}
	slices.SortStableFunc(e.byWeight, func(a, b int32) int {
		return cmp.Or(cmp.Compare(e.World.pools[b].weight, e.World.pools[a].weight), cmp.Compare(e.World.pools[a].name, e.World.pools[b].name))
	})
}

func (e *engine) setLoads() {
	s := e.scenario
	slow := s.Mishap.Slow
	if slow == 0 {
		slow = 1
	}
	for i := range e.World.loads {
		l := &e.World.loads[i]
		x := &e.loads[i]
		own, ok := s.Own[l.Namespace+"/"+l.Name]
		if !ok {
			own = s.Own[l.Namespace+"/"+l.Kind+"/"+l.Name]
		}
		crashes, ok := s.Crashes[l.Namespace+"/"+l.Name]
		if !ok {
			crashes = s.Crashes[l.Namespace+"/"+l.Kind+"/"+l.Name]
		}
		*x = loadState{
			replicas: int32(l.replicas), floor: int32(s.floor(l)), watched: -1,
			crashes:  crashes,
			podReady: int64(float64(cmp.Or(own.PodReady, s.Timings.PodReady)) * slow), podStop: int64(cmp.Or(own.PodStop, s.Timings.PodStop)),
		}
		e.lowest = min(e.lowest, e.classes[l.class].priority)
	}
	for k, l := range e.watchlist() {
		e.loads[l].watched = int32(k)
	}
	e.run.Workloads = make([]WorkloadRun, len(e.watchlist()))
}

func (e *engine) setNodes() {
	order := make([]int32, len(e.World.nodes))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(e.World.nodes[a].name, e.World.nodes[b].name) })
	e.byPos = make([]int32, 2*len(order)+16)
	pos := make([]int32, len(order))
	for i := range e.byPos {
		if i/2 < len(order) && i&1 == 1 {
			e.byPos[i], pos[order[i/2]] = order[i/2], int32(i)
		} else {
			e.byPos[i] = -1
			e.freePos = append(e.freePos, int32(i))
		}
	}
	for i := range e.World.nodes {
		n := &e.World.nodes[i]
		s := &e.shapes[n.shape]
		x := &e.nodes[i]
		*x = nodeState{pos: pos[i], free: s.capacity, shape: n.shape, pool: s.pool, room: -1, state: nodeActive, cordoned: n.cordoned, unready: !n.ready, roll: -1, name: -1, initial: int32(i),
			cause: -1, expires: never, deadline: never, grace: int64(n.grace)}
		if n.life < contract.Forever && !n.created.IsZero() {
			x.expires = int64(n.created.Add(n.life).Sub(e.scenario.Start))
		}
		switch {
		case !n.stirred.IsZero():
			x.stirred, x.hadPods = int64(n.stirred.Sub(e.scenario.Start)), true
		case !n.created.IsZero():
			x.stirred = int64(n.created.Sub(e.scenario.Start))
		}
		if n.born && n.life < contract.Forever {
			x.expires = int64(n.life)
		}
		e.alive[n.shape]++
		p := &e.pools[s.pool]
		p.total++
		p.going += boolean(x.unready)
		p.used.add(&s.size)
	}
}

func (e *engine) setPods() {
	for i := range e.World.pods {
		p := &e.World.pods[i]
		c := &e.classes[p.class]
		l := &e.loads[c.load]
		x := &e.pods[i]
		*x = podState{class: p.class, node: -1, ordinal: p.ordinal, zone: max(p.zone, c.zone), cause: -1, name: -1, ready: p.ready, stuck: p.stuck, created: p.created, uid: p.uid, cpu: c.asks[cpu], memory: c.asks[memory],
			state: podPending, started: never, inLoad: int32(len(l.pods))}
		if x.created < 0 {
			x.created = 0
		}
		if !p.started.IsZero() {
			x.started = int64(p.started.Sub(e.scenario.Start))
		}
		if x.since = -never; !p.changed.IsZero() {
			x.since = int64(p.changed.Sub(e.scenario.Start))
		}
		l.pods = append(l.pods, int32(i))
		switch {
		case !p.deleted.IsZero() && p.node >= 0:
			x.state, x.ready = podLeaving, false
			x.leaves = min(max(int64(p.deleted.Sub(e.scenario.Start)), 0), l.podStop)
			e.at(x.leaves, doGone, int32(i), 0, 0)
		case p.node >= 0:
			x.state = podRunning
			l.active++
			e.awaitReady(int32(i), l)
		default:
			l.active++
			x.unschedulable = true
		}
		if p.node >= 0 {
			node := &e.nodes[p.node]
			x.node, x.onNode = p.node, int32(len(node.pods))
			node.pods = append(node.pods, int32(i))
			node.loads = append(node.loads, c.load)
			node.free.sub(&c.asks)
			if at := e.World.nodes[p.node].stirred; at.IsZero() && !c.drain.DaemonSet && x.started != never && (!node.hadPods || x.started > node.stirred) {
				node.stirred, node.hadPods = x.started, true // it was not read, so as the pods have it
			}
			e.tally(c, p.node, int32(boolean(x.state == podRunning)), 1)
		}
		if x.ready {
			l.ready++
			e.availableLater(c.load, x.since)
		}
		for _, at := range c.guards {
			if x.ready && x.state == podRunning {
				e.guards[at.guard].groups[at.group].Pods++
			} else {
				e.guards[at.guard].groups[at.group].Down++
			}
		}
	}
	e.stayDown()
	if e.scenario.Mishap.OneDown {
		e.takeOneDown()
	}
	for i := range e.guards {
		e.judgeGuard(int32(i))
	}
	for i := range e.pods {
		e.reblock(int32(i))
		e.freeLater(int32(i))
		if e.pods[i].state == podPending {
			e.pending = append(e.pending, int32(i))
		}
	}
	for i := range e.nodes {
		e.open(int32(i))
	}
	for i := range e.loads {
		x := &e.loads[i]
		x.min, x.minCounted = x.ready, x.ready
		if x.watched >= 0 {
			e.run.Workloads[x.watched] = WorkloadRun{MinReady: int(x.ready), MinAt: None, MinCounted: int(x.ready), CountedAt: None, MinEvent: -1, Surge: len(x.pods)}
		}
		if x.active < x.replicas {
			e.needControl(int32(i), -1)
		}
	}
	for i := range e.World.nodes {
		if e.World.nodes[i].deleted { // its drain is under way, as if somebody had deleted it
			e.nodes[i].policy = e.policy(&Trigger{Kind: Delete}, int32(i))
			e.beginDrain(int32(i), -1)
		}
	}
	e.needSchedule()
	if len(e.pending) > 0 {
		e.provisionSoon()
	}
}

// awaitReady has a pod that started before the scenario get ready in its time.
// One that should have been for long will not be.
func (e *engine) awaitReady(p int32, l *loadState) {
	x := &e.pods[p]
	if l.crashes.After > 0 {
		e.goOnCrashing(p, e.World.pods[p].changed)
		return
	}
	if x.ready || x.stuck {
		return
	}
	left := l.podReady
	if x.started != never {
		left += x.started // which lies before the start
	}
	if x.stuck = left < -l.podReady; !x.stuck {
		e.at(max(left, int64(time.Second)), doReady, p, 0, 0)
	}
}

// stayDown notes the workloads none of whose pods gets ready: neither will
// those that come after them.
func (e *engine) stayDown() {
	for i := range e.loads {
		l := &e.loads[i]
		l.hopeless = len(l.pods) > 0
		for _, p := range l.pods {
			l.hopeless = l.hopeless && e.pods[p].stuck
		}
	}
}

// takeOneDown makes one pod of every workload one that is not ready, and stays so.
func (e *engine) takeOneDown() {
	for i := range e.loads {
		l := &e.loads[i]
		if l.watched < 0 || len(l.pods) == 0 || l.ready < int32(len(l.pods)) {
			continue
		}
		p := l.pods[e.rng.IntN(len(l.pods))]
		x := &e.pods[p]
		x.ready, x.stuck, l.down = false, true, true
		l.ready--
		for _, at := range e.classes[x.class].guards {
			e.guards[at.guard].groups[at.group].Pods--
			e.guards[at.guard].groups[at.group].Down++
		}
	}
}

// finish adds up what goes on at the horizon.
func (e *engine) finish() {
	for i := range e.loads {
		l := &e.loads[i]
		if l.watched >= 0 && l.ready < l.floor {
			e.run.Workloads[l.watched].BelowFloor += time.Duration(e.now - l.since)
		}
	}
	for i := range e.pods {
		switch x := &e.pods[i]; {
		case x.state == podPending:
			e.run.Pending++
		case x.state == podRunning && x.waiting:
			e.catchUp(int32(i), e.now)
		}
	}
}
