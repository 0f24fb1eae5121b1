package simulate

import (
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/locate"
)

// A pod that should have stopped long ago holds up the drains that wait for pods to be gone,
// and no drain of Karpenter's.
func TestOverduePods(t *testing.T) {
	hold := []string{"example.com/hold"}
	for name, test := range map[string]struct {
		offering, trigger, kind string
		since                   time.Duration // how long ago its grace was over
		finalizers              []string
		stays                   bool
		why                     string
	}{
		"kubectl drain":            {"kops", Drain, "Deployment", 48 * time.Hour, hold, true, "its finalizer example.com/hold keeps it"},
		"by nothing that was read": {"kops", contract.Upgrade, "Deployment", time.Hour, nil, true, "nothing that was read says why"},
		"a member":                 {"kops", contract.Upgrade, "StatefulSet", time.Hour, nil, true, "pod web-0 should have stopped by 2026-"},
		"of the Cluster API":       {"cluster-api", contract.Upgrade, "Deployment", time.Hour, nil, true, "nothing that was read says why"},
		"at a deadline that fails": {"aks", contract.Upgrade, "Deployment", time.Hour, nil, true, "given up at its deadline: pod web-0"},
		"one that forces":          {"gke-standard", contract.Upgrade, "Deployment", time.Hour, nil, false, ""},
		"a DaemonSet":              {"kops", contract.Upgrade, "DaemonSet", time.Hour, nil, false, ""},
		"still within its grace":   {"kops", contract.Upgrade, "Deployment", -10 * time.Second, nil, false, ""},
		"just over it":             {"kops", contract.Upgrade, "Deployment", time.Minute, nil, false, ""},
		"Karpenter, drift":         {"karpenter", contract.Drift, "Deployment", time.Hour, nil, false, ""},
		"Karpenter, expiry":        {"karpenter", contract.Expiry, "Deployment", time.Hour, nil, false, ""},
	} {
		c := clusterOf(2)
		if test.offering != "karpenter" {
			c.Pools = nil
			for i := range c.Nodes {
				c.Nodes[i].Labels = map[string]string{zone: "zone-0"}
			}
		}
		w := c.with(test.kind, "web", 0, 1)
		w.Replicas = 1
		c.Pods[0].Deleted, c.Pods[0].Ready, c.Pods[0].Finalizers = noon.Add(-test.since), false, test.finalizers
		c.with("Deployment", "other", 0)
		k := Knowledge(t)
		world, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering(test.offering), nil), false)
		if err != nil {
			t.Fatal(err)
		}
		s := Scenario{Start: noon, Horizon: 6 * time.Hour, Runs: 1, Seed: 1,
			Triggers: []Trigger{{Kind: test.trigger, Nodes: []string{"node-0"}}},
			Timings:  Timings{NodeReady: 10 * time.Second, PodReady: 15 * time.Second, PodStop: 25 * time.Second}}
		if m, err := world.Model(&s); test.offering == "karpenter" {
			if err != nil {
				t.Fatal(err)
			}
			wants(t, name+": why its drain waits", (boundModel{world}).awaited(m, &world.pods[0]), "")
		}
		run := RunWithEvents(world, s, 1)
		if stays := run.Unreplaced > 0; stays != test.stays {
			t.Errorf("%s: it stays: %v, want %v (%+v)", name, stays, test.stays, run.Stays)
		}
		told := func(s Stay) bool { return s.Cause == ByOverdue && s.Stuck && strings.Contains(s.Why, test.why) }
		if test.stays && (len(run.Stays) != 1 || !told(run.Stays[0])) {
			t.Errorf("%s: it stays, as %+v", name, run.Stays)
		}
	}
}
