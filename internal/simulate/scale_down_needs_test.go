package simulate

import (
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
)

// A cluster autoscaler takes the nodes alone whose pods have a place elsewhere, and leaves each
// group as many as it has to have.
func TestWhatAnAutoscalerNeeds(t *testing.T) {
	for name, test := range map[string]struct {
		offering, move string
		change         func(c *ruleCluster)
		gone           int
		why            string
	}{
		"pods that fit elsewhere": {"eks-managed-nodegroup", "", func(c *ruleCluster) { c.with("Deployment", "web", 0) }, 2, "has no place"},
		"a host port on each": {"eks-managed-nodegroup", "", func(c *ruleCluster) {
			c.with("Deployment", "typha", 0, 1, 2).Template.HostPorts = []string{"TCP 5473"}
		}, 0, "has no place"},
		"a host port on two": {"eks-managed-nodegroup", "", func(c *ruleCluster) {
			c.with("Deployment", "typha", 0, 1).Template.HostPorts = []string{"TCP 5473"}
		}, 1, "has no place"},
		"nodes that are full": {"eks-managed-nodegroup", "", func(c *ruleCluster) {
			c.with("Deployment", "big", 0, 1, 2).Template.Requests.CPU = 3000
		}, 0, "has no place"},
		"a DaemonSet alone":    {"eks-managed-nodegroup", "", func(c *ruleCluster) { c.with("DaemonSet", "log", 0, 1, 2) }, 2, "scaler"},
		"at its minimum":       {"cluster-api", "", func(c *ruleCluster) { c.least(3) }, 0, "minimum of 3"},
		"one above it":         {"cluster-api", "", func(c *ruleCluster) { c.least(2) }, 1, "minimum of 2"},
		"above none":           {"cluster-api", "", func(c *ruleCluster) { c.least(0) }, 2, "scaler"},
		"somebody lowers size": {"eks-managed-nodegroup", "desired-size", func(c *ruleCluster) { c.with("Deployment", "web", 0, 1, 2) }, 3, ""},
	} {
		c := clusterOf(3)
		if test.offering == "cluster-api" {
			c = machines(3, func(*kubernetes.Pool) {})
		}
		scaler := c.with("Deployment", "scaler")
		scaler.Replicas, scaler.Template.Autoscaler = 1, &kubernetes.Autoscaler{}
		test.change(c)
		k := Knowledge(t)
		w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering(test.offering), nil), false)
		if err != nil {
			t.Fatal(err)
		}
		s := Scenario{Start: noon, Horizon: 6 * time.Hour, Runs: 1, Seed: 1, Triggers: []Trigger{{Kind: contract.ScaleDown, Move: test.move}},
			Timings: Timings{NodeReady: 10 * time.Second, PodReady: 15 * time.Second, PodStop: 25 * time.Second}}
		run := RunWithEvents(w, s, 1)
		if run.Gone != test.gone {
			t.Errorf("%s: %d are gone, want %d: %+v", name, run.Gone, test.gone, run.Stays)
			continue
		}
		for _, x := range run.Stays {
			if x.Stuck || x.Cause != ByNeed || !strings.Contains(x.Why, test.why) {
				t.Errorf("%s: %+v", name, x)
			}
		}
		m, err := w.Model(&s)
		if err != nil {
			t.Fatal(err)
		}
		if f := bound.Finishes(m, 0)[0]; f.AtWorst < run.Unreplaced || f.Unpatched > run.Unreplaced {
			t.Errorf("%s: %d stay, and the bound has %d to %d", name, run.Unreplaced, f.Unpatched, f.AtWorst)
		}
	}
}

// least has the autoscaler leave so many nodes.
func (c *ruleCluster) least(n int) { c.Pools[0].Least = n }
