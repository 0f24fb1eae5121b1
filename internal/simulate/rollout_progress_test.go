package simulate_test

import (
	"math"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/simulate"
)

// A release that does not get on counts as failed after its progress deadline; one that still
// does, or has no time, does not.
//
// Source: DeploymentTimedOut in pkg/controller/deployment/util/deployment_util.go of
// Kubernetes 1.36.
func TestReleasesThatFail(t *testing.T) {
	for name, x := range map[string]struct {
		kind               string
		apart              bool
		progress, minReady time.Duration
		horizon            time.Duration
		unfinished, failed bool
	}{
		"through":                       {"Deployment", false, 10 * time.Minute, 0, time.Hour, false, false},
		"it finds no place":             {"Deployment", true, 10 * time.Minute, 0, time.Hour, true, true},
		"and has no time to find out":   {"Deployment", true, 10 * time.Minute, 0, 9 * time.Minute, true, false},
		"a longer deadline":             {"Deployment", true, 2 * time.Hour, 0, time.Hour, true, false},
		"none":                          {"Deployment", true, math.MaxInt32 * time.Second, 0, time.Hour, true, false},
		"slow, and gets on":             {"Deployment", false, 10 * time.Minute, 8 * time.Minute, 12 * time.Minute, true, false},
		"slower than its deadline":      {"Deployment", false, 10 * time.Minute, 40 * time.Minute, 30 * time.Minute, true, true},
		"a StatefulSet":                 {"StatefulSet", false, 0, 0, time.Hour, false, false},
		"a slow StatefulSet":            {"StatefulSet", false, 0, 15 * time.Minute, 20 * time.Minute, true, false},
		"a DaemonSet, each for a while": {"DaemonSet", false, 0, 15 * time.Minute, 20 * time.Minute, true, false},
		"a DaemonSet that gets through": {"DaemonSet", false, 0, time.Minute, time.Hour, false, false},
	} {
		c := newCluster(2)
		c.Pools = nil
		c.runs("Deployment", "web", 0, 1)
		w := c.runs(x.kind, "x", 0, 1)
		w.Rollout.Progress, w.Rollout.MinReady = x.progress, x.minReady
		for i := range c.Nodes {
			c.Nodes[i].Labels["kubernetes.io/hostname"] = c.Nodes[i].Name
		}
		if x.apart {
			w.Template.Affinity = apart("x")
		}
		s := drift(x.horizon)
		s.Triggers = []simulate.Trigger{{Kind: simulate.Rollout, Workload: w.Ref}}
		world := mustPrepare(t, c, "kops").For(&s)
		sim, err := simulate.Play(t.Context(), world, s, nil)
		if err != nil {
			t.Fatal(name, err)
		}
		every(t, sim, name, func(r *simulate.Run) bool {
			if len(r.Rollouts) == 0 || !x.unfinished {
				return len(r.Rollouts) == 0 && !x.unfinished
			}
			return r.Rollouts[0].Workload == w.Ref && r.Rollouts[0].Failed() == x.failed
		})
	}
}
