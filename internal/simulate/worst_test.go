package simulate

import (
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
)

// The run that is told is the one in which most is below its floor; where nothing is,
// the one that left most nodes, and then the one that came closest to a floor.
func TestWorstRun(t *testing.T) {
	run := func(ready, left int, below time.Duration) Run {
		return Run{Workloads: []WorkloadRun{{MinReady: ready, BelowFloor: below}}, Unreplaced: left}
	}
	for name, x := range map[string]struct{ worse, other Run }{
		"below its floor":                   {run(0, 0, time.Second), run(1, 3, 0)},
		"for longer":                        {run(0, 0, time.Minute), run(0, 3, time.Second)},
		"with more nodes left":              {run(0, 2, time.Second), run(0, 1, time.Second)},
		"above, with more nodes left":       {run(2, 3, 0), run(2, 0, 0)},
		"which counts more than how close":  {run(3, 1, 0), run(1, 0, 0)},
		"and of as many how close it comes": {run(1, 1, 0), run(2, 1, 0)},
	} {
		s := &Simulation{Workloads: []Watched{{Floor: 1}}, Runs: []Run{x.worse, x.other}}
		if !s.worse(0, 1) || s.worse(1, 0) {
			t.Errorf("%s: it is not worse", name)
		}
	}
}

// The run that is told is the worst one that was played, whichever it is.
func TestTheWorstRunIsTold(t *testing.T) {
	c := clusterOf(3)
	c.with("Deployment", "web", 0, 1, 2)
	w := c.engine(t).World
	second := 0
	for seed := range int64(8) {
		sim, err := Play(t.Context(), w, Scenario{
			Start: noon, Horizon: 2 * time.Hour, Runs: 2, Seed: seed + 1, Triggers: []Trigger{{Kind: contract.Drift}},
			Timings: Timings{NodeReady: 10 * time.Second, PodReady: 15 * time.Second, PodStop: 5 * time.Second},
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		worst := boolean(sim.worse(1, 0))
		second += worst
		wants(t, "the seed that is told", sim.Story.Seed, sim.Runs[worst].Seed)
	}
	if second == 0 {
		t.Error("the second run is never the worst one")
	}
}
