package simulate

import (
	"fmt"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// How long pods have been ready is told by powers of two: 34 s to 69 s is one and
// the same, and the UID decides.
func TestScaleDownTellsAgesByPowersOfTwo(t *testing.T) {
	for _, x := range []struct {
		first, second time.Duration
		goes          int32
	}{
		{60 * time.Second, 40 * time.Second, 0}, // by their UIDs
		{60 * time.Second, 20 * time.Second, 1}, // the younger
		{20 * time.Second, 60 * time.Second, 0},
	} {
		c := clusterOf(2)
		c.with("Deployment", "web", 0, 1)
		c.Pods[0].Changed, c.Pods[1].Changed = noon.Add(-x.first), noon.Add(-x.second)
		e := c.engine(t)
		e.controllers.scaleDown(0, 1)
		wants(t, fmt.Sprint(x.first, " and ", x.second, ": the first goes"), e.pods[0].state == podLeaving, x.goes == 0)
		wants(t, fmt.Sprint(x.first, " and ", x.second, ": the second goes"), e.pods[1].state == podLeaving, x.goes == 1)
	}
}

// The power of two of an age is that of the time in nanoseconds; what has no age yet is
// below all.
func TestMagnitude(t *testing.T) {
	for age, want := range map[int64]int64{-5: -1, 0: -1, 1: 0, 2: 1, 3: 1, 1024: 10, int64(time.Minute): 35} {
		wants(t, fmt.Sprint("of ", age), magnitude(age), want)
	}
}

// Of pods that got ready in one second and were made in one any goes, whatever their
// UIDs.
func TestScaleDownTakesAnyOfAlikePods(t *testing.T) {
	c := clusterOf(3)
	c.with("Deployment", "web", 0, 1, 2)
	for i := range c.Pods {
		c.Pods[i].Changed = noon.Add(-time.Minute)
	}
	gone := map[int]bool{}
	for seed := range 40 {
		e := newEngine(c.engine(t).World, c.engine(t).scenario, int64(seed), false)
		e.controllers.scaleDown(0, 1)
		for p := range e.pods {
			if e.pods[p].state == podLeaving {
				gone[p] = true
			}
		}
	}
	wants(t, "pods of which each goes in some run", len(gone), 3)
}

// A StatefulSet lets go of one pod after the other, from the highest number on, and of
// all at once where it is Parallel.
func TestStatefulSetsScaleDownInOrder(t *testing.T) {
	for name, x := range map[string]struct {
		parallel bool
		stops    int // at once
	}{"OrderedReady": {false, 1}, "Parallel": {true, 3}} {
		c := clusterOf(3)
		c.with("StatefulSet", "db", 0, 1, 2).Rollout.Parallel = x.parallel
		e := c.engine(t)
		e.controllers.scale(0, 0, -1)
		most, last := 0, 3
		for at := time.Second; at < 30*time.Second; at += time.Second {
			e.runUntil(at)
			stopping := 0
			for _, p := range e.workloads[0].pods {
				stopping += boolean(e.pods[p].state == podLeaving)
				if e.pods[p].state == podLeaving && !x.parallel && int(e.pods[p].ordinal) > last {
					t.Errorf("%s: %d goes after %d", name, e.pods[p].ordinal, last)
				}
			}
			most = max(most, stopping)
			for _, p := range e.workloads[0].pods {
				if e.pods[p].state == podLeaving {
					last = int(e.pods[p].ordinal)
				}
			}
		}
		wants(t, name+": stop at once", most, x.stops)
		wants(t, name+": left", len(e.workloads[0].pods), 0)
	}
}

// A Deployment that is scaled in the middle of a rollout shares its new size
// among its revisions as they share the old one.
func TestScaledInTheMiddleOfARollout(t *testing.T) {
	for _, x := range []struct {
		old, fresh int32
		replicas   int
		surge      string
		toOld, to  int32
	}{
		{2, 2, 8, "25%", 4, 6},
		{3, 2, 8, "25%", 6, 4},
		{2, 2, 2, "25%", 1, 2}, // of two that are as large the older loses first
		{2, 2, 5, "0", 2, 3},   // and the newer gets what is added first, be it one pod
		{3, 1, 5, "0", 4, 1},
		{1, 3, 5, "0", 1, 4},
		{2, 2, 0, "25%", 0, 0},
		{4, 0, 2, "25%", 2, 0},
		{0, 4, 2, "25%", 0, 2},
		{3, 1, 2, "25%", 2, 1},
	} {
		c := clusterOf(3)
		w := c.with("Deployment", "web", 0, 0, 1, 2)
		surge, quarter := intstr.Parse(x.surge), intstr.FromString("25%")
		w.Rollout = kubernetes.Rollout{MaxSurge: &surge, MaxUnavailable: &quarter}
		e := c.engine(t)
		e.rollouts.begin(0, -1)
		r := e.workloads[0].rollout
		r.old, r.fresh = x.old, x.fresh
		e.controllers.scale(0, x.replicas, -1)
		wants(t, fmt.Sprint(x, " old"), r.old, x.toOld)
		wants(t, fmt.Sprint(x, " fresh"), r.fresh, x.to)
	}
	c := clusterOf(3)
	c.with("Deployment", "web", 0, 0, 1, 2)
	e := c.engine(t)
	e.rollouts.begin(0, -1)
	e.runUntil(10 * time.Second)
	e.controllers.scale(0, 0, -1)
	e.runUntil(5 * time.Minute)
	wants(t, "pods of a Deployment that is scaled to none in a rollout", len(e.workloads[0].pods), 0)
}

// Nodes that came after the scenario began expire by the terms of their own pool.
func TestLaterNodesExpireByTheirPool(t *testing.T) {
	c := clusterOf(2)
	c.with("Deployment", "web", 0, 1)
	e := c.engine(t)
	e.expirer.trigger = &Trigger{Kind: contract.Expiry}
	e.nodes[0].grace, e.nodes[1].grace = int64(time.Minute), int64(2*time.Minute)
	for n := range int32(2) {
		e.expirer.expire(n, 1)
		wants(t, fmt.Sprint("the deadline of node ", n), e.nodes[n].policy.Deadline.After, time.Duration(n+1)*time.Minute)
	}
}

// To drift a node is empty where nothing is on it but what goes with it, and not
// because its pods may not be moved.
func TestNodesWithPodsThatStayAreNotEmpty(t *testing.T) {
	c := clusterOf(3)
	c.with("Deployment", "kept", 0).Template.Annotations = map[string]string{"karpenter.sh/do-not-disrupt": "true"}
	c.with("DaemonSet", "agent", 0, 1)
	c.with("Deployment", "blocked", 2)
	c.pdb("blocked", "0")
	e := c.engine(t)
	for n, want := range []bool{false, true, false} {
		wants(t, fmt.Sprint("node ", n, " is empty"), e.solver.bare(int32(n)), want)
	}
}
