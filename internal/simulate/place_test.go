package simulate_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/source"
)

// From manifests alone the workloads are placed first, and that is said.
func TestManifestsAreDeployedFirst(t *testing.T) {
	c := knowledge(t)
	e, err := source.Kubernetes(context.Background(), source.Input{Paths: []string{"../../examples/insurer"}})
	if err != nil {
		t.Fatal(err)
	}
	as := c.Offering("eks-auto-mode")
	w, err := simulate.Prepare(e, locate.Locate(c, e, as, nil), true)
	if err != nil {
		t.Fatal(err)
	}
	s := simulate.Scenario{Start: clusterCreated, Horizon: time.Hour, Runs: 5, Seed: 1, Timings: simulate.Timings{NodeReady: 45 * time.Second,
		PodReady: 30 * time.Second, PodStop: 5 * time.Second}, Triggers: []simulate.Trigger{{Kind: contract.Drift}}}
	sim, err := simulate.Play(t.Context(), w, s, nil)
	if err != nil {
		t.Fatal(err)
	}
	if sim.Placed == 0 || sim.Made < 3 {
		t.Errorf("%d pods are placed on %d nodes", sim.Placed, sim.Made)
	}
	for _, x := range sim.Workloads {
		if x.Ready != x.Replicas {
			t.Errorf("%s begins with %d of %d ready", x.Ref, x.Ready, x.Replicas)
		}
	}
	if len(sim.Notes) == 0 || !strings.Contains(strings.Join(sim.Notes, "; "), "made-up nodes") {
		t.Errorf("the notes do not say that the nodes are made up: %q", sim.Notes)
	}
}
