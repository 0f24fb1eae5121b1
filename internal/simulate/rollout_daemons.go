package simulate

import "slices"

// onNode are the pods of a DaemonSet on a node, in the middle of a rollout: nowhere for none.
type onNode struct {
	node       int32
	gen        uint32
	old, fresh int32
	leaves     bool // one still stops
}

// nodesOfDaemons are the nodes on which a DaemonSet has pods when its rollout begins.
func (ro *rollouts) nodesOfDaemons(l int32) []onNode {
	var all []onNode
	for _, p := range ro.workloads[l].pods {
		n := ro.pods[p].node
		if n >= 0 && !slices.ContainsFunc(all, func(x onNode) bool { return x.node == n }) {
			all = append(all, onNode{node: n, gen: ro.nodes[n].gen})
		}
	}
	slices.SortFunc(all, func(a, b onNode) int { return int(a.node - b.node) })
	return all
}

// syncDaemonSet replaces a DaemonSet's pods: so many are taken at once, and each comes back
// to its node when the old one is gone; or so many nodes have another one until that is
// available. No PDB is asked.
//
// Source: rollingUpdate in pkg/controller/daemon/update.go of Kubernetes 1.36.
func (ro *rollouts) syncDaemonSet(l int32, r *rollout) {
	r.nodes = slices.DeleteFunc(r.nodes, func(x onNode) bool { return ro.nodes[x.node].gen != x.gen || ro.nodes[x.node].state == nodeGone })
	ro.findDaemons(l, r)
	old, away, surging, through := ro.daemonsInTurn(l, r)
	for _, x := range old {
		down := !ro.available(x.old)
		switch {
		case r.surge > 0 && (down || surging < r.surge):
			if surging += int32(boolean(!down)); !ro.daemonOn(l, x.node, r) {
				return // it is tried again when something changes
			}
		case r.surge == 0 && (down || away < r.unavailable):
			away += int32(boolean(!down))
			ro.controllers.delete(x.old, "replaced by its rollout", r.cause)
		}
	}
	if through {
		ro.workloads[l].rollout = nil
	}
}

// daemonsInTurn are the nodes with an old pod alone, those first on which it is down; on how
// many nodes none is available, on how many a new one is to come beside the old one, and
// whether all is done. Nodes without a pod get one, and old ones go that have another beside
// them.
func (ro *rollouts) daemonsInTurn(l int32, r *rollout) (old []*onNode, away, surging int32, through bool) {
	through = true
	var up []*onNode
	for i := range r.nodes {
		x := &r.nodes[i]
		through = through && x.old == nowhere && x.fresh != nowhere && ro.available(x.fresh)
		switch {
		case x.old == nowhere && x.fresh == nowhere:
			if away++; !x.leaves {
				ro.daemonOn(l, x.node, r)
			}
		case x.fresh == nowhere && ro.available(x.old):
			up = append(up, x)
		case x.fresh == nowhere:
			away++
			old = append(old, x)
		case !ro.available(x.fresh):
			away++
			surging += int32(boolean(x.old != nowhere))
		case x.old != nowhere:
			ro.controllers.delete(x.old, "replaced by its rollout", r.cause)
		}
	}
	return append(old, up...), away, surging, through
}

// findDaemons finds the pods of each node.
func (ro *rollouts) findDaemons(l int32, r *rollout) {
	for i := range r.nodes {
		x := &r.nodes[i]
		x.old, x.fresh, x.leaves = nowhere, nowhere, false
		for _, p := range ro.nodes[x.node].pods {
			y := &ro.pods[p]
			switch {
			case ro.classes[y.class].workload != l:
			case y.state == podLeaving:
				x.leaves = true
			case y.revision:
				x.fresh = p
			default:
				x.old = p
			}
		}
	}
}

// daemonOn makes a pod of the new revision on a node; false where that has no room for it.
func (ro *rollouts) daemonOn(l, n int32, r *rollout) bool {
	class := ro.ofRevision(ro.World.workloads[l].class, ro.workloads[l].revision)
	if !ro.nodes[n].free.holds(&ro.classes[class].asks) || ro.admission.refuses(l) {
		return false
	}
	p := ro.controllers.create(l, class, -1, r.cause)
	ro.kubelet.bind(p, n)
	return true
}

// For is the world as a scenario has it watched: DaemonSets are not, as no drain takes their
// pods, but those are to which it gives a new revision.
func (w *World) For(s *Scenario) *World {
	rolled := map[int32]bool{}
	for i := range s.Triggers {
		t := &s.Triggers[i]
		if t.Kind != Rollout {
			continue
		}
		if l := w.workloadNamed(t.Workload); l >= 0 && w.workloads[l].kind == daemon && w.unrolled(l) == "" {
			rolled[l] = true
		}
	}
	if len(rolled) == 0 {
		return w
	}
	own := *w
	own.workloads, own.watching = slices.Clone(w.workloads), nil
	for l := range rolled {
		own.workloads[l].watched = true
	}
	own.watching = own.watchlist()
	return &own
}
