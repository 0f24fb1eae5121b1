package simulate

import (
	"slices"
	"time"
)

// controllers keep the number of pods of each workload.
type controllers struct {
	*engine
	freePods []int32 // slots of pods that are gone
}

// availableLater has the controller look again when a pod that got ready some
// time counts.
func (cm *controllers) availableLater(l int32, since int64) {
	if d := cm.World.workloads[l].rollout.MinReady; d > 0 && since+int64(d) > cm.now {
		cm.at(since+int64(d), doSync, l, 0, 0)
	}
}

// wake has the controller of a workload look soon.
func (cm *controllers) wake(l int32, cause int32) {
	x := &cm.workloads[l]
	x.cause = cause
	if x.syncDue {
		return
	}
	x.syncDue = true
	cm.after(cm.between(controllerReacts), doSync, l, 0, 0)
}

// sync is one look of a workload's controller.
func (cm *controllers) sync(l int32) {
	x := &cm.workloads[l]
	if x.rollout != nil {
		cm.rollouts.sync(l)
	}
	switch cm.World.workloads[l].kind {
	case replicated, job:
		for x.rollout == nil && x.active+int32(len(x.orphans)) < x.replicas && !cm.admission.refuses(l) {
			cm.scheduler.enqueue(cm.create(l, cm.ofRevision(cm.World.workloads[l].class, x.revision), -1, x.cause))
		}
		if surplus := x.active + int32(len(x.orphans)) - x.replicas; x.rollout == nil && surplus > 0 {
			cm.scaleDown(l, int(surplus))
		}
	case ordered:
		cm.syncStatefulSet(l)
	}
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// create makes a pod that waits for a node.
func (cm *controllers) create(l int32, class int32, ordinal int32, cause int32) int32 {
	var p int32
	if n := len(cm.freePods); n > 0 {
		p = cm.freePods[n-1]
		cm.freePods = cm.freePods[:n-1]
	} else {
		p = int32(len(cm.pods))
		cm.pods = append(cm.pods, podState{})
	}
	c := &cm.classes[class]
	workload := &cm.workloads[l]
	cm.pods[p] = podState{
		class: class, node: -1, ordinal: ordinal, tie: c.tie, gen: cm.pods[p].gen + 1, name: -1, state: podPending,
		uid: cm.rng.Uint64(), cpu: c.asks[cpu], memory: c.asks[memory],
		created: cm.start.Unix() + cm.now/int64(time.Second), inWorkload: int32(len(workload.pods)),
	}
	if t := cm.World.workloads[l].ties; ordinal >= 0 && int(ordinal) < len(t) {
		cm.pods[p].tie = t[ordinal]
	}
	workload.pods = append(workload.pods, p)
	workload.active++
	if workload.watched >= 0 {
		w := &cm.run.Workloads[workload.watched]
		w.Surge = max(w.Surge, len(workload.pods))
	}
	if workload.down && !slices.ContainsFunc(workload.pods, func(q int32) bool { return cm.pods[q].stuck }) {
		cm.pods[p].stuck = true
	}
	cm.pods[p].stuck = cm.pods[p].stuck || workload.hopeless || ordinal >= 0 && slices.Contains(workload.failing, ordinal)
	cm.pods[p].revision = workload.rollout != nil && (cm.World.workloads[l].kind == ordered || cm.World.workloads[l].kind == daemon)
	cm.pdbController.recount(c, 0, 1)
	cm.pods[p].cause = cm.podEvent(PodCreated, p, cause)
	return p
}

// delete takes a pod away because its controller wants it no more.
func (cm *controllers) delete(p int32, why string, cause int32) {
	x := &cm.pods[p]
	if cm.recording {
		cause = cm.event(Event{Kind: Deleted, Node: x.node, Pod: p, Workload: cm.classes[x.class].workload, Cause: cause, Detail: why})
	}
	cm.kubelet.terminate(p, cm.classes[x.class].grace, cause)
}

// scale sets a workload's replicas.
func (cm *controllers) scale(l int32, replicas int, cause int32) {
	x, w := &cm.workloads[l], &cm.World.workloads[l]
	if w.kind != replicated && w.kind != ordered {
		return
	}
	before := x.replicas
	x.replicas = int32(replicas)
	if x.rollout != nil && w.kind == replicated {
		cm.rollouts.scaled(l, before)
	}
	for _, g := range w.pdbs {
		state, spec := &cm.pdbs[g], &cm.World.pdbs[g]
		for k, other := range spec.workloads {
			if other == l {
				state.groups[k].Scale = replicas
			}
		}
		cm.pdbController.update(g)
	}
	cm.wake(l, cause)
}
