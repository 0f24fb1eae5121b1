package simulate

import (
	"cmp"
	"slices"
)

// solver finds places for pods as Karpenter's scheduler does, and changes
// nothing by it.
type solver struct {
	*engine
	base           []int32 // scratch: the pods that are to find a place in every trial
	undo           undoLog
	cursors        cursors
	nominating     bool // the trial is the provisioner's: its nodes are kept for the pods
	launchForecast launchForecast
}

// mayRunOn reports whether such a pod may be on a node.
func (sv *solver) mayRunOn(p *kindOfPod, n int32) bool {
	return sv.fits[p.constraint][sv.nodes[n].shape] && sv.tied(p.tie, n, true)
}

func (sv *solver) readyNodeFits(p *kindOfPod) bool {
	any := sv.kindsThatFit[p.constraint]
	for at := sv.firstFit.first(0, &p.asks, any); at >= 0; at = sv.firstFit.first(at+1, &p.asks, any) {
		if n := sv.byPos[at]; sv.nodes[n].free.holds(&p.asks) && sv.mayRunOn(p, n) {
			return true
		}
	}
	return false
}

// undoLog remembers what a trial run of the scheduler changed.
type undoLog struct {
	placed []placed
	zones  []zoneCount
}

type placed struct{ class, node, tie int32 }

// zoneCount is a change to a group's count in a domain.
type zoneCount struct {
	group, domain, by int32
}

// before orders pods as Karpenter's scheduler takes them: by CPU and
// memory, then age, then UID.
//
// Source: byCPUAndMemoryDescending in
// pkg/controllers/provisioning/scheduling/queue.go of Karpenter 1.14.
func (sv *solver) before(a, b int32) int {
	x, y := &sv.pods[a], &sv.pods[b]
	switch {
	case x.cpu != y.cpu:
		return cmp.Compare(y.cpu, x.cpu)
	case x.memory != y.memory:
		return cmp.Compare(y.memory, x.memory)
	case x.created != y.created:
		return cmp.Compare(x.created, y.created)
	case x.uid != y.uid:
		return cmp.Compare(x.uid, y.uid)
	}
	return cmp.Compare(a, b)
}

// reschedulable are the pods that Karpenter sees to: those that no node takes, and
// those on nodes that are on their way out, as far as they can leave at all.
//
// Source: Provisioner.Schedule and GetPendingPods, and
// Limits.IsCurrentlyReschedulable, of Karpenter 1.14.
func (sv *solver) reschedulable(into []int32) []int32 {
	for _, p := range sv.scheduler.pending {
		if x := &sv.pods[p]; x.state == podPending && x.unschedulable && !sv.classes[x.class].drain.DaemonSet {
			into = append(into, p)
		}
	}
	kept := sv.marked[:0]
	for _, n := range sv.marked {
		x := &sv.nodes[n]
		if x.state != nodeMarked && x.state != nodeDraining {
			continue
		}
		kept = append(kept, n)
		if sv.World.pools[x.pool].managed {
			into = sv.movable(n, into)
		}
	}
	sv.marked = kept
	slices.SortFunc(into, sv.before)
	return into
}

// movable adds a node's pods that can be scheduled elsewhere.
func (sv *solver) movable(n int32, into []int32) []int32 {
	for _, p := range sv.nodes[n].pods {
		x := &sv.pods[p]
		c := &sv.classes[x.class]
		if c.ofNode {
			continue
		}
		active := x.state == podRunning
		if !active && sv.World.workloads[c.workload].kind != ordered {
			continue
		}
		if active && (!c.toleratesDrain && (c.blocked || len(c.pdbs) > 1) || c.protected && sv.pdbController.protected(p)) {
			continue
		}
		into = append(into, p)
	}
	return into
}

// bare reports whether a node is empty to drift: it has no pods but those that go
// with it. One whose pods may not be moved now is not empty.
//
// Source: IsReschedulable in pkg/utils/pod/scheduling.go of Karpenter 1.14.
func (sv *solver) bare(n int32) bool {
	for _, p := range sv.nodes[n].pods {
		c := &sv.classes[sv.pods[p].class]
		if c.ofNode {
			continue
		}
		if sv.pods[p].state == podRunning || sv.World.workloads[c.workload].kind == ordered {
			return false
		}
	}
	return true
}

// solve finds a place for pods, in their order, as Karpenter's scheduler does:
// on nodes there are, the ready ones first, then on nodes that are being
// started, then on new ones. It changes nothing.
//
// List and moves are both in that order. Moves are the pods of nodes that are
// to be chosen: they must all find a place, and not on a node that is being
// started. Those of other nodes on their way out must find one, too, so that
// nothing is chosen while they do not. Else ok is false, and the work is cut
// short.
//
// Source: Scheduler.add in scheduler.go with Results.AllNonPendingPodsScheduled,
// SimulateScheduling in pkg/controllers/disruption/helpers.go of Karpenter 1.14.
func (sv *solver) solve(list, moves []int32, choosing bool) (claims []nodeClaim, ok bool) {
	sv.lift(list)
	sv.lift(moves)
	defer sv.restore()
	sv.cursors.clear()
	for len(list)+len(moves) > 0 {
		own := len(list) == 0 || len(moves) > 0 && sv.before(moves[0], list[0]) < 0
		from := &list
		if own {
			from = &moves
		}
		p := (*from)[0]
		*from = (*from)[1:]
		x := &sv.pods[p]
		placed, ok := sv.placePod(x, own, &claims)
		if !ok || !placed && choosing && x.node >= 0 {
			return nil, false
		}
	}
	return claims, true
}

// lift takes the pods out of the counts of the zones they are in: they are to
// be placed anew.
func (sv *solver) lift(list []int32) {
	if !sv.zonal {
		return
	}
	for _, p := range list {
		x := &sv.pods[p]
		if x.node < 0 {
			continue
		}
		for _, g := range sv.classes[x.class].member {
			if d, byNode := sv.domainOf(g, x.node); !byNode && d >= 0 {
				sv.zoneCount(g, d, -1)
			}
		}
	}
}

func (sv *solver) zoneCount(g, d, by int32) {
	sv.counts[g].live[d] += by
	sv.counts[g].all[d] += by
	sv.undo.zones = append(sv.undo.zones, zoneCount{g, d, by})
}

// tryPlace puts a pod of a class on a node until the trial is over. What is free there is
// put down in the tree once somebody looks in vain: mostly more pods go to the same node.
func (sv *solver) tryPlace(p *podState, n int32) {
	class := p.class
	c := &sv.classes[class]
	x := &sv.nodes[n]
	x.free.sub(&c.asks)
	sv.tally(c, n, 1, 1)
	sv.mount(p.tie, n, 1)
	if sv.nominating {
		sv.provisioner.nominees = append(sv.provisioner.nominees, n)
	}
	sv.undo.placed = append(sv.undo.placed, placed{class, n, p.tie})
}

// restore undoes what a trial changed.
func (sv *solver) restore() {
	for i := len(sv.undo.placed) - 1; i >= 0; i-- {
		p := sv.undo.placed[i]
		c := &sv.classes[p.class]
		x := &sv.nodes[p.node]
		x.free.add(&c.asks)
		sv.tally(c, p.node, -1, -1)
		sv.mount(p.tie, p.node, -1)
	}
	for _, p := range sv.undo.placed {
		if x := &sv.nodes[p.node]; x.freeBucket >= 0 {
			sv.firstFit.set(x.pos, &x.free, sv.kindOfShape[x.shape])
		}
	}
	for _, z := range sv.undo.zones {
		sv.counts[z.group].live[z.domain] -= z.by
		sv.counts[z.group].all[z.domain] -= z.by
	}
	sv.undo.placed, sv.undo.zones = sv.undo.placed[:0], sv.undo.zones[:0]
}

// readyNode is the place of the first ready node from some place on that takes
// a pod, or -1.
func (sv *solver) readyNode(c *class, tie, from int32) int32 {
	any := sv.kindsThatFit[c.constraint]
	for at := sv.firstFit.first(from, &c.asks, any); at >= 0; at = sv.firstFit.first(at+1, &c.asks, any) {
		n := sv.byPos[at]
		x := &sv.nodes[n]
		switch {
		case !x.free.holds(&c.asks):
			sv.firstFit.set(at, &x.free, sv.kindOfShape[x.shape])
		case sv.suits(c, tie, n, true):
			return at
		}
	}
	return -1
}

// launchingNode is the first node being started that will take a pod, or -1.
func (sv *solver) launchingNode(c *class, tie int32) int32 {
	for _, n := range sv.launching {
		x := &sv.nodes[n]
		if x.state == nodeLaunching && x.free.holds(&c.asks) && sv.suits(c, tie, n, true) {
			return n
		}
	}
	return -1
}
