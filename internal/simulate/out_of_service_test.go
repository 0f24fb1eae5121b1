package simulate

import (
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Pods of a node that somebody has tainted out of service are deleted by force, those that
// wait to stop there as well, and others are made in their place at once.
func TestPodsOfNodesOutOfService(t *testing.T) {
	forever := []kubernetes.Toleration{{Operator: "Exists"}}
	for name, test := range map[string]struct {
		kind       string
		out        bool
		stopping   time.Duration // since when it should have stopped; 0 for not at all
		finalizers []string
		tolerates  []kubernetes.Toleration
		back       bool
	}{
		"one of a StatefulSet":   {"StatefulSet", true, 0, nil, nil, true},
		"that stops for long":    {"StatefulSet", true, time.Hour, nil, nil, true},
		"that stops since now":   {"StatefulSet", true, time.Second, nil, nil, true},
		"with a finalizer":       {"StatefulSet", true, time.Hour, []string{"example.com/x"}, nil, false},
		"one of a Deployment":    {"Deployment", true, 0, nil, nil, true},
		"that tolerates it":      {"Deployment", true, 0, nil, forever, false},
		"that tolerates it, but": {"StatefulSet", true, time.Hour, nil, forever, true},
		"without the taint":      {"StatefulSet", false, time.Hour, nil, nil, false},
	} {
		c := clusterOf(2)
		w := c.with(test.kind, "db", 0)
		w.Template.Tolerations = test.tolerates
		lose(&c.Estate, 0, 20*time.Minute, true)
		c.Nodes[0].OutOfService = test.out
		if test.stopping > 0 {
			c.Pods[0].Deleted, c.Pods[0].Finalizers = noon.Add(-test.stopping), test.finalizers
		}
		e := c.engine(t)
		s := Scenario{Start: noon, Horizon: time.Hour, Runs: 1, Seed: 1,
			Triggers: []Trigger{{Kind: contract.Delete, Nodes: []string{"node-0"}, At: 50 * time.Minute}},
			Timings:  Timings{NodeReady: 10 * time.Second, PodReady: 15 * time.Second, PodStop: 5 * time.Second}}
		run := RunWithEvents(e.World, s, 1)
		if back := run.Workloads[0].BelowFloor < 5*time.Minute; back != test.back {
			t.Errorf("%s: down for %s", name, run.Workloads[0].BelowFloor)
		}
	}
}
