package simulate

import (
	"testing"
	"time"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
)

// A drift takes the time that a node needs to come only where pods have no room on others:
// Karpenter replaces no node whose pods fit onto those that there are. Whoever is sure to
// need one needs it once, as it may be large enough for all.
func TestDriftWaitsOnlyForNodesThatAreNeeded(t *testing.T) {
	three := func(c *ruleCluster) { c.with("Deployment", "web", 0, 0, 0, 1, 1, 1) }
	for name, x := range map[string]struct {
		nodes int
		set   func(c *ruleCluster)
		waits bool
	}{
		"one pod on each":            {2, func(c *ruleCluster) { c.with("Deployment", "web", 0, 1) }, false},
		"three of four on each":      {2, three, true},
		"and a third node with none": {3, three, false},
		"which is full of a Job":     {3, func(c *ruleCluster) { three(c); c.with("Job", "batch", 2, 2, 2, 2) }, false},
		"which is full of others":    {3, func(c *ruleCluster) { three(c); c.with("Deployment", "api", 2, 2, 2, 2) }, true},
		"and of a DaemonSet":         {3, func(c *ruleCluster) { three(c); c.with("DaemonSet", "agent", 2, 2, 2, 2) }, true},
		"another pool goes, too": {2, func(c *ruleCluster) {
			three(c)
			other := c.Pools[0]
			other.Name = "other"
			c.Pools = append(c.Pools, other)
			c.Nodes[1].Labels["karpenter.sh/nodepool"] = "other"
		}, false},
		"pods of a Job that may end": {2, func(c *ruleCluster) {
			c.with("Job", "batch", 0, 0, 0, 1, 1, 1)
			c.with("Deployment", "web", 0)
		}, false},
		"one pod waits already": {2, func(c *ruleCluster) {
			three(c)
			c.with("Deployment", "api", -1)
		}, false},
		"of a static pool, each": {2, func(c *ruleCluster) {
			c.with("Deployment", "web", 0, 1)
			c.Pools[0].Static, c.Pools[0].Replicas = true, 2
		}, true},
		"which has more than it wants": {2, func(c *ruleCluster) {
			c.with("Deployment", "web", 0, 1)
			c.Pools[0].Static, c.Pools[0].Replicas = true, 1
		}, false},
	} {
		c := clusterOf(x.nodes)
		c.Pools[0].Budgets = budgetsOf(disruption.NodeBudget{Nodes: "100%"})
		x.set(c)
		w := c.engine(t).World
		s := Scenario{
			Start: noon, Horizon: 2 * time.Hour, Runs: 1, Seed: 1, Triggers: []Trigger{{Kind: contract.Drift}},
			Timings: Timings{NodeReady: 10 * time.Minute, PodReady: time.Second, PodStop: time.Second},
		}
		m, err := w.Model(&s)
		if err != nil {
			t.Fatal(err)
		}
		f := bound.Finishes(m, 0)[0]
		if wants(t, name, f.Takes >= 9*time.Minute, x.waits); f.Takes > 10*time.Minute {
			t.Errorf("%s: takes %s", name, f.Takes)
		}
		for seed := range int64(5) {
			if run := RunWithEvents(w, s, seed); run.Gone == x.nodes && run.LastGone < f.Takes {
				t.Errorf("%s: all are gone after %s, and that takes at least %s", name, run.LastGone, f.Takes)
			}
		}
	}
}

// Pods of one workload that mount a volume for one pod at a time cannot all come back.
func TestOnePodAtATimeOfSeveral(t *testing.T) {
	for name, x := range map[string]struct {
		replicas int
		onePod   bool
		of       string
	}{"one": {1, true, ""}, "two": {2, true, "web-data0"}, "two, of any volume": {2, false, ""}} {
		c := clusterOf(1)
		w := c.with("Deployment", "web", 0)
		w.Replicas = x.replicas
		c.mounting(w, ebs)
		c.VolumeClaims[0].OncePod = x.onePod
		wants(t, name, c.engine(t).World.workloads[0].contends, x.of)
	}
}

// Nodes that are not repaired, since too many are unhealthy, still go as another trigger
// has it.
func TestRepairThatDoesNotComeChangesNothing(t *testing.T) {
	for name, kinds := range map[string][]string{
		"after":  {contract.UrgentPatch, contract.Repair},
		"before": {contract.Repair, contract.UrgentPatch},
	} {
		c := clusterOf(2)
		c.Nodes[0].NotReady, c.Nodes[1].NotReady = true, true
		c.with("Deployment", "web", 0)
		e := c.engine(t)
		for i, k := range kinds {
			e.scenario.Triggers = append(e.scenario.Triggers, Trigger{Kind: k})
			e.at(int64(i), doTrigger, int32(i), 0, 0)
		}
		e.runUntil(time.Millisecond)
		x := &e.nodes[0]
		wants(t, name, x.policy != nil && x.policy.Trigger == contract.UrgentPatch && !x.unrepaired, true)
	}
}
