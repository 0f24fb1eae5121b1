package simulate

import (
	"cmp"
	"slices"

	"k8s.io/apimachinery/pkg/util/intstr"
)

// rollout is a new revision on its way through a workload.
type rollout struct {
	cause              int32
	old, fresh         int32 // how many pods its ReplicaSets want of each revision
	surge, unavailable int32
	recreate           bool
	partition          int32
}

// beginRollout gives a workload a new revision.
func (e *engine) beginRollout(l int32, cause int32) {
	x, w := &e.loads[l], &e.World.loads[l]
	if w.kind == daemon || w.kind == bare || w.kind == static || w.rollout.Strategy == "OnDelete" {
		return // nothing happens by itself
	}
	for _, p := range x.pods {
		e.pods[p].revision = false
	}
	r := &rollout{cause: cause, recreate: w.rollout.Strategy == "Recreate", partition: int32(w.rollout.Partition)}
	r.surge = share(w.rollout.MaxSurge, x.replicas, true)
	r.unavailable = share(w.rollout.MaxUnavailable, x.replicas, false)
	if r.surge == 0 && r.unavailable == 0 {
		r.unavailable = 1
	}
	if !r.recreate { // that wants none of them from the first moment
		r.old = x.active + int32(len(x.orphans))
	}
	x.rollout = r
	e.needControl(l, cause)
}

// share resolves a setting of a rolling update; the default is a quarter.
//
// Source: ResolveFenceposts in pkg/controller/deployment/util/deployment_util.go
// of Kubernetes 1.36: the surge is rounded up, what may be missing down.
func share(setting *intstr.IntOrString, replicas int32, up bool) int32 {
	if setting == nil {
		quarter := intstr.FromString("25%")
		setting = &quarter
	}
	n, err := intstr.GetScaledValueFromIntOrPercent(setting, int(replicas), up)
	if err != nil {
		return 0
	}
	return int32(n)
}

// rollOut is one look of a workload's controller at its rollout.
//
// Source: rolloutRolling, reconcileNewReplicaSet and reconcileOldReplicaSets in
// pkg/controller/deployment/rolling.go, rolloutRecreate beside it; for
// StatefulSets updateStatefulSet.
func (e *engine) rollOut(l int32) {
	x, w := &e.loads[l], &e.World.loads[l]
	r := x.rollout
	x.cause = r.cause
	if w.kind == ordered {
		e.rollOrdered(l, r)
		return
	}
	old, fresh := e.byRevision(l, r)
	switch {
	case r.recreate && len(old) > 0:
		for _, p := range old {
			e.dismiss(p, "replaced by its rollout", r.cause)
		}
		return // the new ones come when the old ones are gone
	case r.recreate && r.fresh == 0 && len(x.pods) > 0:
		return
	case r.recreate:
		r.fresh = x.replicas
	default:
		r.fresh += max(0, min(x.replicas+r.surge-r.old-r.fresh, x.replicas-r.fresh))
	}
	for range r.fresh - fresh {
		p := e.newPod(l, w.class, -1, r.cause)
		e.pods[p].revision = true
		e.wait(p)
	}
	available := e.availableOf(l)
	old, _ = e.byRevision(l, r)
	freshAvailable := available
	for _, p := range old {
		freshAvailable -= int32(boolean(e.available(p)))
	}
	least := x.replicas - r.unavailable
	spare := r.old + r.fresh - least - (r.fresh - freshAvailable)
	slices.SortStableFunc(old, func(a, b int32) int {
		return cmp.Or(boolean(e.available(a))-boolean(e.available(b)), cmp.Compare(e.pods[b].created, e.pods[a].created))
	})
	for _, p := range old {
		if spare <= 0 || e.available(p) && e.availableOf(l) <= least {
			break
		}
		spare--
		r.old--
		e.dismiss(p, "replaced by its rollout", r.cause)
	}
	if r.old == 0 && r.fresh == x.replicas && freshAvailable == r.fresh {
		x.rollout = nil
	}
}

// byRevision are the old pods of a workload, and how many new ones it has. Its
// ReplicaSets make up for those that others took, each with its own revision.
func (e *engine) byRevision(l int32, r *rollout) (old []int32, fresh int32) {
	x := &e.loads[l]
	for _, p := range x.pods {
		switch y := &e.pods[p]; {
		case y.state == podLeaving || y.state == podNone:
		case y.revision:
			fresh++
		default:
			old = append(old, p)
		}
	}
	for int32(len(old)+len(x.orphans)) < r.old {
		p := e.newPod(l, e.World.loads[l].class, -1, r.cause)
		e.wait(p)
		old = append(old, p)
	}
	return old, fresh
}

// rollOrdered replaces a StatefulSet's pods from the last to the first. Each
// goes when those after it are ready, and unless its pods are managed in
// parallel, when those before it are ready, too.
//
// Source: updateStatefulSet and processReplica in
// pkg/controller/statefulset/stateful_set_control.go of Kubernetes 1.36.
func (e *engine) rollOrdered(l int32, r *rollout) {
	x := &e.loads[l]
	byOrdinal := slices.Clone(x.pods)
	slices.SortFunc(byOrdinal, func(a, b int32) int { return cmp.Compare(e.pods[b].ordinal, e.pods[a].ordinal) })
	if len(byOrdinal) < int(x.replicas) || !e.World.loads[l].parallel && e.availableOf(l) < x.replicas {
		return
	}
	for _, p := range byOrdinal {
		switch y := &e.pods[p]; {
		case y.ordinal < r.partition:
			x.rollout = nil
			return
		case y.state == podLeaving:
			return
		case !y.revision:
			e.dismiss(p, "replaced by its rollout", r.cause)
			return
		case !e.available(p):
			return
		}
	}
	x.rollout = nil
}
