package simulate

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// leastWorth puts the pods of a workload in the order in which its controller takes
// them away.
//
// Source: ActivePodsWithRanks.Less in pkg/controller/controller_utils.go of
// Kubernetes 1.36: not placed before placed, not ready before ready, more on one
// node before fewer, then those that got ready later, and those made later. How
// late is told by powers of two, and within one the UIDs decide. Those that got ready
// in one second, and were made in one, come in any order, as they do from the
// controller's cache: it compares no UIDs of these. The annotation
// controller.kubernetes.io/pod-deletion-cost, which comes after readiness there, is
// left out.
func (cm *controllers) leastWorth(l int32, pods []int32) {
	onNode := map[int32]int{}
	for _, p := range cm.workloads[l].pods {
		if s := cm.pods[p].state; s == podPending || s == podRunning {
			onNode[cm.pods[p].node]++
		}
	}
	cm.rng.Shuffle(len(pods), func(i, j int) { pods[i], pods[j] = pods[j], pods[i] })
	slices.SortFunc(pods, func(a, b int32) int {
		p, q := &cm.pods[a], &cm.pods[b]
		if c := cmp.Or(boolean(p.node >= 0)-boolean(q.node >= 0), boolean(p.ready)-boolean(q.ready), onNode[q.node]-onNode[p.node]); c != 0 {
			return c
		}
		if since := p.since / int64(time.Second); p.ready && since != q.since/int64(time.Second) {
			return cmp.Or(cmp.Compare(magnitude(cm.now-p.since), magnitude(cm.now-q.since)), cmp.Compare(p.uid, q.uid))
		}
		age := func(created int64) int64 { return cm.now - int64(time.Unix(created, 0).Sub(cm.start)) }
		if p.created != q.created {
			return cmp.Or(cmp.Compare(magnitude(age(p.created)), magnitude(age(q.created))), cmp.Compare(p.uid, q.uid))
		}
		return 0
	})
}

// magnitude is the power of two of an age, by which controllers tell ages apart.
//
// Source: logarithmicRankDiff in pkg/controller/controller_utils.go.
func magnitude(age int64) int64 {
	if age <= 0 {
		return -1
	}
	return int64(math.Log2(float64(age)))
}

// scaleDown takes surplus pods away, those first that are worth least.
func (cm *controllers) scaleDown(l int32, surplus int) {
	x := &cm.workloads[l]
	var active []int32
	for _, p := range x.pods {
		if s := cm.pods[p].state; s == podPending || s == podRunning {
			active = append(active, p)
		}
	}
	cm.leastWorth(l, active)
	for _, p := range active[:min(surplus, len(active))] {
		cm.delete(p, "scaled down", x.cause)
	}
}
