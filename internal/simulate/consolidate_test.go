package simulate_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/simulate"
)

func consolidation(horizon time.Duration) simulate.Scenario {
	s := drift(horizon)
	s.Triggers[0].Kind = contract.Consolidation
	return s
}

// A node whose pods fit elsewhere is removed, unless its pool says never.
func TestConsolidation(t *testing.T) {
	c := newCluster(3, disruption.NodeBudget{Nodes: "1"})
	c.runs("Deployment", "web", 0, 1, 2)
	every(t, c.tell(t, "karpenter", consolidation(10*time.Minute)), "two of three go, one at a time",
		func(r *simulate.Run) bool { return r.Gone == 2 && r.Draining == 1 && r.Pending == 0 })
	c.Pools[0].ConsolidateAfter = kubernetes.Never
	every(t, c.tell(t, "karpenter", consolidation(10*time.Minute)), "none goes", func(r *simulate.Run) bool { return r.Gone == 0 })
}

// As many as fit onto the rest go together, where the budget lets them; their
// pods are then evicted at the same time.
func TestConsolidationOfSeveral(t *testing.T) {
	c := newCluster(6, disruption.NodeBudget{Nodes: "100%"})
	c.runs("Deployment", "web", 0, 1, 2, 3, 4, 5).Template.Requests.CPU = 1900
	every(t, c.tell(t, "karpenter", consolidation(10*time.Minute)), "half of them go at once", func(r *simulate.Run) bool {
		return r.Gone == 3 && r.Draining == 3 && r.Pending == 0 && r.Workloads[0].MinReady == 3
	})
}

// Empty nodes go together, by the budget for their reason, and even where
// nothing else may be consolidated.
func TestEmptyNodes(t *testing.T) {
	c := newCluster(6, disruption.NodeBudget{Nodes: "3", Reasons: []string{"Empty"}},
		disruption.NodeBudget{Nodes: "0", Reasons: []string{"Underutilized"}})
	c.Pools[0].WhenEmpty = true
	c.runs("Deployment", "web", 0)
	every(t, c.tell(t, "karpenter", consolidation(10*time.Minute)), "three go at once, then two", func(r *simulate.Run) bool {
		return r.Gone == 5 && r.Draining == 3 && r.Workloads[0].MinReady == 1
	})
}

// A node goes no sooner than its pool says after the last pod came or went,
// and Karpenter looks again 15 s later.
func TestNodesComeToRest(t *testing.T) {
	c := newCluster(2, disruption.NodeBudget{Nodes: "1"})
	c.Pools[0].ConsolidateAfter = 10 * time.Minute
	c.claims(kubernetes.NodeClaim{LastPodEvent: clusterCreated.Add(-4 * time.Minute)})
	c.runs("Deployment", "web", 0, 1)
	every(t, c.tell(t, "karpenter", consolidation(time.Hour)), "six minutes, a poll and the second look", func(r *simulate.Run) bool {
		return r.Gone == 1 && r.FirstDrain > 6*time.Minute+15*time.Second && r.FirstDrain < 6*time.Minute+27*time.Second
	})
}

// What Karpenter means to remove it looks at once more: a pod that came
// meanwhile keeps its node, for as long as the pool says.
func TestConsolidationLooksAgain(t *testing.T) {
	c := newCluster(2, disruption.NodeBudget{Nodes: "1"})
	c.Pools[0].ConsolidateAfter = 5 * time.Minute
	c.claims(kubernetes.NodeClaim{LastPodEvent: clusterCreated.Add(-time.Hour)})
	c.runs("Deployment", "web", 0, 1).Template.Affinity = apart("web")
	w := c.runs("Deployment", "batch", 0)
	w.Template.Requests.CPU = 2500
	s := consolidation(4 * time.Minute)
	c.Nodes = append(c.Nodes, c.Nodes[1])
	c.Nodes[2].Name = "node-2"
	// The third node is empty, and chosen within ten seconds; then it is needed.
	s.Triggers = append(s.Triggers, simulate.Trigger{At: 12 * time.Second, Kind: simulate.Scale, Workload: w.Ref, Replicas: 3})
	every(t, c.tell(t, "karpenter", s), "none goes", func(r *simulate.Run) bool { return r.Gone == 0 && r.Pending == 0 })
}

// Where a pool may have nodes of several types they may also be traded, which
// the reader is told is not played.
func TestNodesAreNotTraded(t *testing.T) {
	c := newCluster(2)
	c.runs("Deployment", "web", 0, 1)
	if notes := fmt.Sprint(c.tell(t, "karpenter", consolidation(time.Minute)).Notes); !strings.Contains(notes,
		"pool default may be of several instance types") {
		t.Error(notes)
	}
	if notes := fmt.Sprint(c.tell(t, "karpenter", drift(time.Minute)).Notes); strings.Contains(notes, "instance types") {
		t.Error(notes)
	}
	c.Pools[0].Requirements = []corev1.NodeSelectorRequirement{
		{Key: "node.kubernetes.io/instance-type", Operator: "In", Values: []string{"m7g.large"}},
	}
	if notes := fmt.Sprint(c.tell(t, "karpenter", consolidation(time.Minute)).Notes); strings.Contains(notes, "instance types") {
		t.Error(notes)
	}
}
