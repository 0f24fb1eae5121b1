package simulate

import (
	"testing"
	"time"
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
