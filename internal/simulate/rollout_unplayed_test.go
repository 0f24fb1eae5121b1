package simulate

import (
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
)

// A rollout that does nothing, or that is not played, says so: nobody is to read that no pod
// was lost as a safe release.
func TestRolloutsThatDoNothing(t *testing.T) {
	half := intstr.FromString("50%")
	for name, test := range map[string]struct {
		kind    string
		rollout kubernetes.Rollout
		note    string
	}{
		"a Deployment": {"Deployment", kubernetes.Rollout{}, ""},
		"a paused one": {"Deployment", kubernetes.Rollout{Paused: true}, "Deployment default/x is paused"},
		"OnDelete": {"StatefulSet", kubernetes.Rollout{Strategy: "OnDelete"},
			"StatefulSet default/x replaces none of its pods by itself"},
		"a DaemonSet":         {"DaemonSet", kubernetes.Rollout{}, ""},
		"half of it":          {"DaemonSet", kubernetes.Rollout{MaxUnavailable: &half}, ""},
		"one that surges":     {"DaemonSet", kubernetes.Rollout{MaxSurge: &half}, ""},
		"OnDelete, on a node": {"DaemonSet", kubernetes.Rollout{Strategy: "OnDelete"}, "DaemonSet default/x replaces none of its pods by itself"},
		"a Job":               {"Job", kubernetes.Rollout{}, "Job default/x has no rollouts"},
	} {
		c := clusterOf(3)
		c.with("Deployment", "web", 0)
		x := c.with(test.kind, "x", 0, 1, 2)
		x.Rollout = test.rollout
		ref := x.Ref
		k := Knowledge(t)
		w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering("karpenter"), nil), false)
		if err != nil {
			t.Fatal(name, err)
		}
		sim, err := Play(t.Context(), w, Scenario{
			Start: noon, Horizon: time.Hour, Runs: 1, Seed: 1, Triggers: []Trigger{{Kind: Rollout, Workload: ref}},
			Timings: Timings{NodeReady: time.Minute, PodReady: 15 * time.Second, PodStop: 5 * time.Second},
		}, nil)
		if err != nil {
			t.Fatal(name, err)
		}
		deleted := 0
		for _, e := range sim.Story.Events {
			deleted += boolean(e.Kind == Deleted)
			if e.Kind == ForceDeleted {
				t.Errorf("%s: a controller force-deletes", name)
			}
		}
		said := strings.Join(sim.Notes, "; ")
		if (deleted > 0) != (test.note == "") || !strings.Contains(said, test.note) || test.note == "" && strings.Contains(said, "rollout") {
			t.Errorf("%s: %d are deleted; %q", name, deleted, said)
		}
	}
}
