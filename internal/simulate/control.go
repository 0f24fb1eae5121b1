package simulate

import (
	"cmp"
	"slices"
	"time"
)

// needControl has the controller of a workload look soon.
func (e *engine) needControl(l int32, cause int32) {
	x := &e.loads[l]
	x.cause = cause
	if x.making {
		return
	}
	x.making = true
	e.after(e.between(10*time.Millisecond, 60*time.Millisecond), doMake, l, 0, 0)
}

// control is one look of a workload's controller.
func (e *engine) control(l int32) {
	x := &e.loads[l]
	if x.rollout != nil {
		e.rollOut(l)
	}
	switch e.World.loads[l].kind {
	case replicated, job:
		for x.rollout == nil && x.active+int32(len(x.orphans)) < x.replicas {
			e.wait(e.newPod(l, e.World.loads[l].class, -1, x.cause))
		}
		if surplus := x.active + int32(len(x.orphans)) - x.replicas; x.rollout == nil && surplus > 0 {
			e.shrink(l, int(surplus))
		}
	case ordered:
		e.order(l)
	}
}

// order is what the controller of a StatefulSet does: it makes pods by their
// numbers, the next one only when those before are ready, and one anew only
// when the old one of that name is gone.
//
// Source: updateStatefulSet and processReplica in
// pkg/controller/statefulset/stateful_set_control.go of Kubernetes 1.36.
func (e *engine) order(l int32) {
	x, w := &e.loads[l], &e.World.loads[l]
	byOrdinal := make([]int32, x.replicas)
	for i := range byOrdinal {
		byOrdinal[i] = -1
	}
	highest := int32(-1)
	for _, p := range x.pods {
		o := e.pods[p].ordinal
		switch {
		case o >= 0 && o < x.replicas:
			byOrdinal[o] = p
		case o >= x.replicas && e.pods[p].state != podLeaving:
			if highest < 0 || o > e.pods[highest].ordinal {
				highest = p
			}
		}
	}
	for o, p := range byOrdinal {
		if p < 0 && slices.Contains(x.orphans, int32(o)) { // its name is taken
			if !w.parallel {
				return
			}
			continue
		}
		if p < 0 {
			p = e.newPod(l, w.classOf(int32(o)), int32(o), x.cause)
			e.wait(p)
		}
		if !w.parallel && !e.available(p) {
			return
		}
	}
	if highest >= 0 {
		e.dismiss(highest, "scaled down", x.cause)
	}
}

// shrink takes surplus pods away, those first that are worth least.
//
// Source: ActivePodsWithRanks in pkg/controller/controller_utils.go: not
// placed before placed, not ready before ready, more on one node before
// fewer, younger before older.
func (e *engine) shrink(l int32, surplus int) {
	x := &e.loads[l]
	var active []int32
	onNode := map[int32]int{}
	for _, p := range x.pods {
		if s := e.pods[p].state; s == podPending || s == podRunning {
			active = append(active, p)
			onNode[e.pods[p].node]++
		}
	}
	slices.SortFunc(active, func(a, b int32) int {
		p, q := &e.pods[a], &e.pods[b]
		return cmp.Or(boolean(p.node >= 0)-boolean(q.node >= 0), boolean(p.ready)-boolean(q.ready), onNode[q.node]-onNode[p.node], cmp.Compare(q.created, p.created), cmp.Compare(p.uid, q.uid))
	})
	for _, p := range active[:min(surplus, len(active))] {
		e.dismiss(p, "scaled down", x.cause)
	}
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}
