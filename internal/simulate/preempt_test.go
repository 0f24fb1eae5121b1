package simulate_test

import (
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/simulate"
)

// A pod of a higher priority pushes out one of a lower.
func TestPriorityPushesOut(t *testing.T) {
	c := newCluster(2, disruption.NodeBudget{Nodes: "0"})
	c.runs("Deployment", "batch", 0, 0, 0, 0)
	w := c.runs("Deployment", "web", 1)
	w.Template.Preempts = true
	c.Pods[len(c.Pods)-1].Priority = 1000
	s := drift(5 * time.Minute)
	s.Fault.NoCapacity = true
	s.Triggers = []simulate.Trigger{{Kind: contract.Delete, Nodes: []string{"node-1"}}}
	sim := c.tell(t, "karpenter", s)
	every(t, sim, "web comes back in the place of a batch pod", func(r *simulate.Run) bool {
		return r.Workloads[0].MinReady == 3 && r.Pending == 1
	})
}

// The capacity that it freed is kept for it, until the last of those it pushed out
// has gone: others that matter less and wait, too, do not get in between.
func TestCapacityIsKeptForWhoFreedIt(t *testing.T) {
	c := newCluster(2, disruption.NodeBudget{Nodes: "1"})
	c.Pools[0].Closed = true
	c.runs("Deployment", "quick", 0).Template.Requests.CPU = 1800
	c.runs("Deployment", "slow", 0).Template.Requests.CPU = 1800
	w := c.runs("Deployment", "pay", 1)
	w.Template.Requests.CPU, w.Template.Preempts = 3500, true
	c.Pods[len(c.Pods)-1].Priority = 1000
	s := drift(5 * time.Minute)
	s.Triggers[0] = simulate.Trigger{Kind: contract.Delete, Nodes: []string{"node-1"}}
	s.WorkloadTimings = map[string]simulate.Timings{"default/slow": {PodStop: 20 * time.Second}}
	every(t, c.tell(t, "karpenter", s), "both wait for good, and it does not", func(r *simulate.Run) bool {
		return r.Workloads[0].BelowFloor < time.Minute && r.Workloads[1].MinReady == 0 && r.Workloads[2].MinReady == 0 && r.Pending == 2
	})
}
