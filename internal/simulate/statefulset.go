package simulate

import "slices"

// syncStatefulSet is what the controller of a StatefulSet does: it makes pods by their
// numbers, the next one only when those before are ready, and one anew only
// when the old one of that name is gone. What it has too many goes from the highest
// number on, the next one when the one before is gone.
//
// Source: updateStatefulSet, processReplica and processCondemned in
// pkg/controller/statefulset/stateful_set_control.go of Kubernetes 1.36.
func (cm *controllers) syncStatefulSet(l int32) {
	x, w := &cm.workloads[l], &cm.World.workloads[l]
	byOrdinal, highest, stops := cm.ordinals(x)
	for o, p := range byOrdinal {
		if p < 0 && slices.Contains(x.orphans, int32(o)) { // its name is taken
			if !w.parallel {
				return
			}
			continue
		}
		if p < 0 && cm.admission.refuses(l) {
			return
		}
		if p < 0 {
			p = cm.create(l, cm.ofRevision(w.classOf(int32(o)), x.revision), int32(o), x.cause)
			cm.scheduler.enqueue(p)
		}
		if !w.parallel && !cm.available(p) {
			return
		}
	}
	if highest >= 0 && (w.parallel || !stops) {
		cm.delete(highest, "scaled down", x.cause)
	}
}

// ordinals are the pods of a StatefulSet by their numbers, -1 where there is none, the one with
// the highest number of those that are too many, and whether one of these stops.
func (cm *controllers) ordinals(x *workloadState) (byOrdinal []int32, highest int32, stops bool) {
	byOrdinal, highest = make([]int32, x.replicas), -1
	for i := range byOrdinal {
		byOrdinal[i] = -1
	}
	for _, p := range x.pods {
		o := cm.pods[p].ordinal
		switch {
		case o >= 0 && o < x.replicas:
			byOrdinal[o] = p
		case o >= x.replicas && cm.pods[p].state == podLeaving:
			stops = true
		case o >= x.replicas:
			if highest < 0 || o > cm.pods[highest].ordinal {
				highest = p
			}
		}
	}
	return byOrdinal, highest, stops
}
