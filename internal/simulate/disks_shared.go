package simulate

import (
	"slices"
	"time"
)

// findShared finds which volumes several workloads mount, and which several nodes have, so
// that nothing keeps them from it.
func (b *volumeTies) findShared() {
	on, by := make([]int32, len(b.disks)), make([]int32, len(b.disks))
	for d := range b.disks {
		on[d], by[d] = nowhere, nowhere
	}
	for i := range b.pods {
		p := &b.pods[i]
		tie := p.tie
		if tie == untied { // what it mounts was not read, and so is what its template says
			tie = b.classes[p.class].tie
		}
		if tie == untied || p.node < 0 || !p.ready {
			continue
		}
		for _, d := range b.ties[tie].disks {
			if on[d] != nowhere && on[d] != p.node { // as pods show that are ready
				b.disks[d].once = false
			}
			on[d] = p.node
		}
	}
	for i := range b.pods {
		b.mountedBy(by, b.classes[b.pods[i].class].workload, b.pods[i].tie)
	}
	for l := range b.workloads {
		w := &b.workloads[l]
		for _, tie := range append(slices.Clone(w.ties), b.classes[w.class].tie) {
			b.mountedBy(by, int32(l), tie)
		}
		b.amongItself(w)
		if d, known := b.diskOf[w.Namespace+"/"+w.shares]; w.shares != "" && (!known || d < 0 || !b.disks[d].once) {
			b.note("the pods of %s mount one volume that is for one node at a time (claim %s): they are played as if each node could have it",
				w.Name, w.shares)
		}
	}
}

// amongItself notes that pods of one workload contend for a volume that one pod at a time can
// have: while one of them has it no other gets a node.
func (b *volumeTies) amongItself(w *workload) {
	tie := b.classes[w.class].tie
	if w.replicas < 2 || tie == untied {
		return
	}
	for _, d := range b.ties[tie].disks {
		if b.disks[d].onePod {
			w.contends = b.disks[d].claim
		}
	}
}

// mountedBy notes that a workload mounts volumes, and that it contends with others for them.
func (b *volumeTies) mountedBy(by []int32, l, tie int32) {
	if tie == untied {
		return
	}
	for _, d := range b.ties[tie].disks {
		b.workloads[l].attaches = b.workloads[l].attaches || b.disks[d].once
		switch x := &b.disks[d]; {
		case by[d] == nowhere:
			by[d] = l
		case by[d] != l && (x.once || x.onePod):
			b.workloads[l].contends, b.workloads[by[d]].contends = x.claim, x.claim
		}
	}
}

// pickyVolume reports whether volumes of some tie keep a pod off nodes with enough capacity.
func (w *World) pickyVolume(tie int32) bool {
	return tie != untied && (w.ties[tie].places() || w.ties[tie].onePod ||
		slices.ContainsFunc(w.ties[tie].disks, func(d int32) bool { return w.disks[d].driver != noDriver }))
}

// reattaches is how long it takes at most until another node can have the volumes of a
// workload's pods whose node went with them.
func (w *workload) reattaches() time.Duration {
	if !w.attaches {
		return 0
	}
	return quarantine + collectorInterval + collectorDeletes.to + unmountedAfter
}
