package simulate

import (
	"cmp"
	"math"
	"slices"

	"k8s.io/apimachinery/pkg/util/intstr"
)

// rollouts replace the pods of workloads by those of a new revision.
type rollouts struct{ *engine }

// rollout is a new revision on its way through a workload.
type rollout struct {
	cause              int32
	old, fresh         int32 // how many pods its ReplicaSets want of each revision
	surge, unavailable int32
	recreate           bool
	partition          int32
	nodes              []onNode // of a DaemonSet
	counts             [3]int32 // of its pods, when it last got on
	progressed         int64    // when that was
}

// begin gives a workload a new revision.
func (ro *rollouts) begin(l int32, cause int32) {
	x, w := &ro.workloads[l], &ro.World.workloads[l]
	if ro.World.unrolled(l) != "" {
		return
	}
	for _, p := range x.pods {
		ro.pods[p].revision = false
	}
	r := &rollout{cause: cause, progressed: ro.now, recreate: w.rollout.Strategy == "Recreate", partition: int32(w.rollout.Partition)}
	x.revision = 1 - x.revision
	r.surge = share(w.rollout.MaxSurge, x.replicas, true)
	r.unavailable = share(w.rollout.MaxUnavailable, x.replicas, false)
	if w.kind == daemon {
		r.surge, r.unavailable = w.daemonsAtOnce(x.replicas)
		r.nodes = ro.nodesOfDaemons(l)
	}
	if r.surge == 0 && r.unavailable == 0 {
		r.unavailable = 1
	}
	if !r.recreate { // that wants none of them from the first moment
		r.old = x.active + int32(len(x.orphans))
	}
	x.rollout = r
	ro.controllers.wake(l, cause)
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

// sync is one look of a workload's controller at its rollout.
//
// Source: rolloutRolling, reconcileNewReplicaSet and reconcileOldReplicaSets in
// pkg/controller/deployment/rolling.go, rolloutRecreate beside it; for
// StatefulSets updateStatefulSet.
func (ro *rollouts) sync(l int32) {
	x, w := &ro.workloads[l], &ro.World.workloads[l]
	r := x.rollout
	x.cause = r.cause
	ro.progress(l, r)
	defer ro.progress(l, r) // it makes pods, and takes some
	if w.kind == ordered {
		ro.syncStatefulSet(l, r)
		return
	}
	if w.kind == daemon {
		ro.syncDaemonSet(l, r)
		return
	}
	old, fresh := ro.byRevision(l, r)
	switch {
	case r.recreate && len(old) > 0:
		for _, p := range old {
			ro.controllers.delete(p, "replaced by its rollout", r.cause)
		}
		return // the new ones come when the old ones are gone
	case r.recreate && r.fresh == 0 && len(x.pods) > 0:
		return
	case r.recreate:
		r.fresh = x.replicas
	default:
		r.fresh += max(0, min(x.replicas+r.surge-r.old-r.fresh, x.replicas-r.fresh))
	}
	for range r.fresh - int32(len(fresh)) {
		if ro.admission.refuses(l) {
			break
		}
		p := ro.controllers.create(l, ro.ofRevision(w.class, x.revision), -1, r.cause)
		ro.pods[p].revision = true
		ro.scheduler.enqueue(p)
	}
	available := ro.availableOf(l)
	old, _ = ro.byRevision(l, r)
	freshAvailable := available
	for _, p := range old {
		freshAvailable -= int32(boolean(ro.available(p)))
	}
	least := x.replicas - r.unavailable
	spare := r.old + r.fresh - least - (r.fresh - freshAvailable)
	ro.controllers.leastWorth(l, old)
	slices.SortStableFunc(old, func(a, b int32) int { return boolean(ro.available(a)) - boolean(ro.available(b)) })
	for _, p := range old {
		if spare <= 0 || ro.available(p) && ro.availableOf(l) <= least {
			break
		}
		spare--
		r.old--
		ro.controllers.delete(p, "replaced by its rollout", r.cause)
	}
	if r.old == 0 && r.fresh == x.replicas && freshAvailable == r.fresh {
		x.rollout = nil
	}
}

// byRevision are the old pods of a workload, and how many new ones it has. Its
// ReplicaSets make up for those that others took, each with its own revision.
func (ro *rollouts) byRevision(l int32, r *rollout) (old, fresh []int32) {
	x := &ro.workloads[l]
	for _, p := range x.pods {
		switch y := &ro.pods[p]; {
		case y.state == podLeaving || y.state == podNone:
		case y.revision:
			fresh = append(fresh, p)
		default:
			old = append(old, p)
		}
	}
	if !r.recreate {
		old, fresh = ro.trim(l, old, r.old), ro.trim(l, fresh, r.fresh)
	}
	for int32(len(old)+len(x.orphans)) < r.old && !ro.admission.refuses(l) {
		p := ro.controllers.create(l, ro.ofRevision(ro.World.workloads[l].class, 1-x.revision), -1, r.cause)
		ro.scheduler.enqueue(p)
		old = append(old, p)
	}
	return old, fresh
}

// trim takes away those pods of a revision that are more than are wanted of it.
func (ro *rollouts) trim(l int32, pods []int32, wanted int32) []int32 {
	surplus := len(pods) - int(wanted)
	if surplus <= 0 {
		return pods
	}
	ro.controllers.leastWorth(l, pods)
	for _, p := range pods[:surplus] {
		ro.controllers.delete(p, "scaled down", ro.workloads[l].cause)
	}
	return pods[surplus:]
}

// scaled has a Deployment that is scaled in the middle of a rollout share its new
// size among its revisions as they share the old one.
//
// Source: DeploymentController.scale in pkg/controller/deployment/sync.go,
// GetReplicaSetProportion in its util.
func (ro *rollouts) scaled(l, before int32) {
	x, w := &ro.workloads[l], &ro.World.workloads[l]
	r := x.rollout
	if r.recreate {
		return // sync makes as many as there are to be
	}
	most, allowed := before+r.surge, int32(0)
	r.surge = share(w.rollout.MaxSurge, x.replicas, true)
	if r.unavailable = share(w.rollout.MaxUnavailable, x.replicas, false); r.surge == 0 && r.unavailable == 0 {
		r.unavailable = 1
	}
	switch {
	case r.old == 0:
		r.fresh = x.replicas
		return
	case r.fresh == 0:
		r.old = x.replicas
		return
	}
	if x.replicas > 0 {
		allowed = x.replicas + r.surge
	}
	add := allowed - r.old - r.fresh
	larger, smaller := &r.old, &r.fresh
	if r.fresh > r.old || r.fresh == r.old && add > 0 {
		larger, smaller = &r.fresh, &r.old
	}
	part := func(of, left int32) int32 {
		if left == 0 {
			return 0
		}
		n := -of
		if x.replicas > 0 {
			n += int32(math.Round(float64(of) * float64(x.replicas+r.surge) / float64(most)))
		}
		if add > 0 {
			return min(n, left)
		}
		return max(n, left)
	}
	first := part(*larger, add)
	second := part(*smaller, add-first)
	*larger, *smaller = max(0, *larger+add-second), *smaller+second
}

// syncStatefulSet replaces a StatefulSet's pods from the last to the first. Each
// goes when those after it are ready, and unless its pods are managed in
// parallel, when those before it are ready, too.
//
// Source: updateStatefulSet and processReplica in
// pkg/controller/statefulset/stateful_set_control.go of Kubernetes 1.36.
func (ro *rollouts) syncStatefulSet(l int32, r *rollout) {
	x := &ro.workloads[l]
	byOrdinal := slices.Clone(x.pods)
	slices.SortFunc(byOrdinal, func(a, b int32) int { return cmp.Compare(ro.pods[b].ordinal, ro.pods[a].ordinal) })
	if len(byOrdinal) < int(x.replicas) || !ro.World.workloads[l].parallel && ro.availableOf(l) < x.replicas {
		return
	}
	for _, p := range byOrdinal {
		switch y := &ro.pods[p]; {
		case y.ordinal < r.partition:
			x.rollout = nil
			return
		case y.state == podLeaving:
			return
		case !y.revision:
			ro.controllers.delete(p, "replaced by its rollout", r.cause)
			return
		case !ro.available(p):
			return
		}
	}
	x.rollout = nil
}
