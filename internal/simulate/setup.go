package simulate

import (
	"cmp"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/contract"
)

// start puts a run in the state in which its world was found.
type start struct{ *engine }

func (e start) setCounts() {
	for i := range e.groups {
		key := e.groups[i].key
		e.zonal = e.zonal || key != 0
		if key == 0 {
			e.counts[i].nodeLive, e.counts[i].nodeAll = map[int32]int32{}, map[int32]int32{}
		} else {
			e.counts[i].live, e.counts[i].all = make([]int32, e.domainSizes[key]), make([]int32, e.domainSizes[key])
		}
	}
	for i := range e.World.pdbs {
		e.pdbs[i].groups = slices.Clone(e.World.pdbs[i].groups)
	}
	e.nodeClaims.byWeight = make([]int32, len(e.World.pools))
	for i := range e.nodeClaims.byWeight {
		e.nodeClaims.byWeight[i] = int32(i)
		e.provisioner.provisions = e.provisioner.provisions || e.World.pools[i].managed
	}
	slices.SortStableFunc(e.nodeClaims.byWeight, func(a, b int32) int {
		return cmp.Or(cmp.Compare(e.World.pools[b].weight, e.World.pools[a].weight), cmp.Compare(e.World.pools[a].name, e.World.pools[b].name))
	})
}

func (e start) setWorkloads() {
	s := e.scenario
	for i := range e.World.workloads {
		l := &e.World.workloads[i]
		x := &e.workloads[i]
		own := s.timingsOf(l)
		crashes, ok := s.Crashes[l.Namespace+"/"+l.Name]
		if !ok {
			crashes = s.Crashes[l.Namespace+"/"+l.Kind+"/"+l.Name]
		}
		*x = workloadState{
			replicas: int32(l.replicas), floor: int32(s.floor(l)), watched: -1,
			crashes:  crashes,
			podReady: int64(s.slowed(cmp.Or(own.PodReady, s.Timings.PodReady))), podStop: int64(cmp.Or(own.PodStop, s.Timings.PodStop)),
		}
		e.scheduler.lowest = min(e.scheduler.lowest, e.classes[l.class].priority)
	}
	watched := e.watchlist()
	for k, l := range watched {
		e.workloads[l].watched = int32(k)
	}
	e.run.Workloads = make([]WorkloadRun, len(watched))
}

// nodesByName are the nodes there are, in the order of their names.
func (w *World) nodesByName() []int32 {
	if w.nodeOrder != nil {
		return w.nodeOrder
	}
	order := make([]int32, len(w.nodes))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(w.nodes[a].name, w.nodes[b].name) })
	return order
}

func (e start) setNodes() {
	order := e.nodesByName()
	e.byPos = make([]int32, 2*len(order)+16)
	pos := make([]int32, len(order))
	for i := range e.byPos {
		if i/2 < len(order) && i&1 == 1 {
			e.byPos[i], pos[order[i/2]] = order[i/2], int32(i)
		} else {
			e.byPos[i] = -1
			e.nodeLifecycle.freePos = append(e.nodeLifecycle.freePos, int32(i))
		}
	}
	for i := range e.World.nodes {
		n := &e.World.nodes[i]
		s := &e.shapes[n.shape]
		x := &e.nodes[i]
		*x = nodeState{
			pos: pos[i], free: s.capacity, shape: n.shape, pool: s.pool, freeBucket: -1, state: nodeActive,
			cordoned: n.cordoned, kept: n.kept != "", unready: !n.ready, unreachable: n.unreachable, upgrade: -1, name: -1, initial: int32(i),
			cause: -1, expires: never, deadline: never, grace: int64(n.grace)}
		if n.life < contract.Forever && !n.created.IsZero() {
			x.expires = int64(n.created.Add(n.life).Sub(e.start))
		}
		switch {
		case !n.lastPodEvent.IsZero():
			x.lastPodEvent, x.hadPods = int64(n.lastPodEvent.Sub(e.start)), true
		case !n.created.IsZero():
			x.lastPodEvent = int64(n.created.Sub(e.start))
		}
		if n.assumed && n.life < contract.Forever {
			x.expires = int64(n.life)
		}
		e.alive[n.shape]++
		p := &e.pools[s.pool]
		p.total += boolean(e.budgeted(int32(i)))
		p.going += boolean(x.unready && e.budgeted(int32(i)))
		p.used.add(&s.size)
	}
}

// setPods puts the pods where they are, and then has everybody look at them.
func (e start) setPods() {
	for i := range e.World.pods {
		e.setPod(int32(i))
	}
	e.attacher.begin()
	e.stayDown()
	if e.scenario.Fault.OneDown {
		e.takeOneDown()
	}
	for i := range e.pdbs {
		e.pdbController.update(int32(i))
	}
	for i := range e.pods {
		e.pdbController.updateBlocked(int32(i))
		e.pdbController.unblockLater(int32(i))
		if e.pods[i].state == podPending {
			e.scheduler.pending = append(e.scheduler.pending, int32(i))
		}
	}
	for i := range e.nodes {
		e.open(int32(i))
	}
	for i := range e.workloads {
		x := &e.workloads[i]
		x.min, x.minCounted = x.ready, x.ready
		if x.watched >= 0 {
			ready := int(x.ready)
			e.run.Workloads[x.watched] = WorkloadRun{
				MinReady: ready, MinAt: None, MinCounted: ready, CountedAt: None, MinEvent: -1, Surge: len(x.pods),
			}
		}
		if x.active < x.replicas {
			e.controllers.wake(int32(i), -1)
		}
	}
	for i := range e.World.nodes {
		if e.World.nodes[i].deleted {
			e.drainer.goOn(int32(i))
		}
	}
	e.scheduler.wake()
	if len(e.scheduler.pending) > 0 {
		e.provisioner.wake()
	}
}

// setPod puts one pod where it is.
func (e start) setPod(i int32) {
	p := &e.World.pods[i]
	c := &e.classes[p.class]
	l := &e.workloads[c.workload]
	x := &e.pods[i]
	*x = podState{
		class: p.class, node: -1, ordinal: p.ordinal, tie: p.tie, cause: -1, name: -1, ready: p.ready, stuck: p.stuck,
		created: max(p.created, 0), uid: p.uid, cpu: c.asks[cpu], memory: c.asks[memory],
		state: podPending, started: never, inWorkload: int32(len(l.pods)),
	}
	switch {
	case p.ranFor > 0:
		x.started = -int64(p.ranFor)
	case !p.started.IsZero():
		x.started = int64(p.started.Sub(e.start))
	}
	if x.since = -never; !p.changed.IsZero() {
		x.since = int64(p.changed.Sub(e.start))
	}
	l.pods = append(l.pods, i)
	switch {
	case !p.deleted.IsZero() && p.node >= 0:
		x.state, x.ready = podLeaving, false
		if x.leaves = int64(p.deleted.Sub(e.start)); !e.World.nodes[p.node].unreachable && !p.overdue {
			if x.leaves = min(max(x.leaves, 0), l.podStop); e.World.nodes[p.node].outOfService {
				x.leaves = int64(e.between(collects))
			}
			e.at(x.leaves, doGone, i, 0, 0)
		}
	case p.node >= 0:
		x.state = podRunning
		l.active++
		e.awaitReady(i, l)
	default:
		l.active++
		x.unschedulable = true
	}
	if p.node >= 0 {
		e.setOnNode(i, p.node, c)
	}
	if x.ready {
		l.ready++
		e.controllers.availableLater(c.workload, x.since)
	}
	for _, at := range c.pdbs {
		if x.ready && x.state == podRunning {
			e.pdbs[at.pdb].groups[at.group].Pods++
		} else {
			e.pdbs[at.pdb].groups[at.group].Down++
		}
	}
}

// setOnNode counts a pod in on the node it is on.
func (e start) setOnNode(i, n int32, c *class) {
	x, node := &e.pods[i], &e.nodes[n]
	x.node, x.onNode = n, int32(len(node.pods))
	node.pods = append(node.pods, i)
	node.workloads = append(node.workloads, c.workload)
	node.free.sub(&c.asks)
	read := !e.World.nodes[n].lastPodEvent.IsZero()
	if !read && !c.drain.DaemonSet && x.started != never && (!node.hadPods || x.started > node.lastPodEvent) {
		node.lastPodEvent, node.hadPods = x.started, true // as the pods have it
	}
	e.tally(c, n, int32(boolean(x.state == podRunning)), 1)
	e.mount(x.tie, n, 1)
}

// awaitReady has a pod that started before the scenario get ready in its time.
// One that should have been for long will not be.
func (e start) awaitReady(p int32, l *workloadState) {
	x := &e.pods[p]
	if l.crashes.After > 0 {
		e.kubelet.goOnCrashing(p, e.World.pods[p].changed)
		return
	}
	if n := &e.World.nodes[e.World.pods[p].node]; !n.evictsFrom.IsZero() || n.outOfService { // it does not get ready there
		e.taintEvicter.evictLater(p)
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
		e.at(max(left, int64(readySoonest)), doReady, p, 0, 0)
	}
}

// stayDown notes the workloads none of whose pods gets ready: neither will
// those that come after them.
func (e start) stayDown() {
	for i := range e.workloads {
		l := &e.workloads[i]
		l.hopeless = len(l.pods) > 0
		for _, p := range l.pods {
			l.hopeless = l.hopeless && e.pods[p].stuck
		}
	}
}

// takeOneDown makes one pod of every workload one that is not ready, and stays so.
func (e start) takeOneDown() {
	for i := range e.workloads {
		l := &e.workloads[i]
		if l.watched < 0 || len(l.pods) == 0 || l.ready < int32(len(l.pods)) {
			continue
		}
		p := l.pods[e.rng.IntN(len(l.pods))]
		x := &e.pods[p]
		x.ready, x.stuck, l.down = false, true, true
		l.ready--
		for _, at := range e.classes[x.class].pdbs {
			e.pdbs[at.pdb].groups[at.group].Pods--
			e.pdbs[at.pdb].groups[at.group].Down++
		}
	}
}

// finish adds up what goes on at the horizon.
func (e *engine) finish() {
	for i := range e.workloads {
		l := &e.workloads[i]
		if l.watched >= 0 && l.ready < l.floor {
			e.run.Workloads[l.watched].BelowFloor += time.Duration(e.now - l.since)
		}
	}
	e.run.Rollouts = e.rollouts.standing()
	if e.run.Unreplaced > 0 {
		e.run.Stays = whyStays{e}.all()
	}
	for i := range e.pods {
		switch x := &e.pods[i]; {
		case x.state == podPending:
			e.run.Pending++
			if x.unschedulable && len(e.run.Waits) < mostWaits {
				if w := (whyPending{e}).wait(int32(i)); w.Why != "" {
					e.run.Waits = append(e.run.Waits, w)
				}
			}
		case x.state == podRunning && x.waiting:
			e.evictor.countRetries(int32(i), e.now)
		}
	}
}
