package simulate_test

import (
	"testing"
	"time"

	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/source/manifest"
)

// From manifests alone the workloads are placed first, and that is said.
func TestManifestsAreDeployedFirst(t *testing.T) {
	c := knowledge(t)
	e, err := manifest.Read([]string{"../../examples/insurer"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	as := c.Offering("eks-auto-mode")
	w, err := simulate.Prepare(e, locate.Locate(c, e, as, nil), true)
	if err != nil {
		t.Fatal(err)
	}
	s := simulate.Scenario{Start: born, Horizon: time.Hour, Runs: 5, Seed: 1, Timings: simulate.Timings{NodeReady: 45 * time.Second, PodReady: 30 * time.Second, PodStop: 5 * time.Second}, Triggers: []simulate.Trigger{{Kind: simulate.Drift}}}
	sim, err := simulate.Play(w, s, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(sim.Notes, sim.Placed, sim.Made)
	for i, wl := range sim.Workloads {
		t.Log(wl.Ref, wl.Replicas, wl.Ready, sim.Runs[0].Workloads[i].MinReady, sim.Runs[0].Workloads[i].MinAt)
	}
	r := sim.Runs[0]
	t.Log(r.Drained, r.Gone, r.Draining, r.FirstDrain, r.LastGone, r.Evicted, r.Refused, r.Left, r.Asked, r.Pending)
}
