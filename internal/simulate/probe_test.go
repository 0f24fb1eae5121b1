package simulate_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/simulate"
)

// A pod is not ready before its probes ask, whatever the scenario takes for all;
// what it says of a workload counts.
func TestPodsAreNotReadyBeforeTheirProbesAsk(t *testing.T) {
	const said = "pods of default/api get ready after 3 min, since their probes ask no sooner"
	for _, test := range []struct {
		after, own  time.Duration
		least, most time.Duration
		noted       bool
	}{
		{0, 0, 0, time.Minute, false},
		{3 * time.Minute, 0, 3 * time.Minute, 4 * time.Minute, true},
		{3 * time.Minute, 100 * time.Second, 100 * time.Second, 2 * time.Minute, false},
		{time.Second, 0, 0, time.Minute, false},
	} {
		c := newCluster(2, disruption.NodeBudget{Nodes: "1"})
		c.runs("Deployment", "api", 0).Template.ReadyAfter = test.after
		s := deleted(20*time.Minute, "node-0")
		if test.own > 0 {
			s.WorkloadTimings = map[string]simulate.Timings{"default/api": {PodReady: test.own}}
		}
		sim := c.tell(t, "karpenter", s)
		every(t, sim, "it is down for as long", func(r *simulate.Run) bool {
			return r.Workloads[0].BelowFloor >= test.least && r.Workloads[0].BelowFloor < test.most
		})
		if slices.Contains(sim.Notes, said) != test.noted {
			t.Errorf("%q", sim.Notes)
		}
		k := knowledge(t)
		w, err := simulate.Prepare(c.Estate, locate.Locate(k, c.Estate, k.Offering("karpenter"), nil), false)
		if err != nil {
			t.Fatal(err)
		}
		m, err := w.Model(&s)
		if err != nil {
			t.Fatal(err)
		}
		want := max(test.own, 0)
		if test.noted {
			want = test.after
		}
		if got := m.Workloads[0].Timings.PodReady; got != want {
			t.Errorf("the bound takes %s, want %s", got, want)
		}
	}
}

// The next pod of a StatefulSet waits until the one before has been ready for
// minReadySeconds, which its bound counts.
func TestMembersFollowWhenTheyAreAvailable(t *testing.T) {
	for kind, want := range map[string]time.Duration{"StatefulSet": 40 * time.Second, "Deployment": 0} {
		c := newCluster(3, disruption.NodeBudget{Nodes: "1"})
		c.runs(kind, "db", 0, 1).Rollout.MinReady = 40 * time.Second
		k := knowledge(t)
		w, err := simulate.Prepare(c.Estate, locate.Locate(k, c.Estate, k.Offering("karpenter"), nil), false)
		if err != nil {
			t.Fatal(err)
		}
		s := drift(time.Hour)
		m, err := w.Model(&s)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Workloads[0].MinReady; got != want {
			t.Errorf("%s: %s, want %s", kind, got, want)
		}
	}
}

// A Deployment whose pods get no further within its progress deadline is reported as
// failed in each rollout.
//
// Source: DeploymentTimedOut in pkg/controller/deployment/util/deployment_util.go of
// Kubernetes 1.36.
func TestRolloutsWithinTheirProgressDeadline(t *testing.T) {
	for name, x := range map[string]struct {
		ready, available, deadline time.Duration
		kind                       string
		noted                      bool
	}{
		"in time":               {0, 0, 10 * time.Minute, "Deployment", false},
		"ready too late":        {3 * time.Minute, 0, 2 * time.Minute, "Deployment", true},
		"available too late":    {0, 5 * time.Minute, time.Minute, "Deployment", true},
		"each of the two alone": {time.Minute, 90 * time.Second, 2 * time.Minute, "Deployment", false},
		"not known":             {3 * time.Minute, 0, 0, "Deployment", false},
		"of a StatefulSet":      {3 * time.Minute, 0, 2 * time.Minute, "StatefulSet", false},
	} {
		c := newCluster(1)
		w := c.runs(x.kind, "api", 0)
		w.Template.ReadyAfter, w.Rollout.MinReady, w.Rollout.Progress = x.ready, x.available, x.deadline
		sim := c.tell(t, "karpenter", drift(time.Minute))
		got := slices.ContainsFunc(sim.Notes, func(n string) bool { return strings.Contains(n, "(ProgressDeadlineExceeded)") })
		if got != x.noted {
			t.Errorf("%s: noted is %t: %q", name, got, sim.Notes)
		}
	}
}
