package simulate

import (
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/locate"
)

// Where only Jobs run nobody counts on how many do, and their nodes go all the same: what
// becomes of the Jobs and of the nodes is told. Where none runs there is nothing to play.
func TestOnlyJobs(t *testing.T) {
	k := Knowledge(t)
	for name, x := range map[string]struct {
		kind string
		on   []int
		want bool
	}{
		"one runs":              {"Job", []int{0}, true},
		"two run on two nodes":  {"Job", []int{0, 1}, true},
		"one runs and one does": {"Job", []int{0, -1}, true},
		"one waits for a node":  {"Job", []int{-1}, false},
		"none has a pod":        {"Job", nil, false},
	} {
		c := clusterOf(2)
		c.with(x.kind, "batch", x.on...)
		w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering("karpenter"), nil), false)
		if (err == nil) != x.want {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil {
			continue
		}
		s := Scenario{
			Start: noon, Horizon: time.Hour, Runs: 1, Seed: 1, Triggers: []Trigger{{Kind: contract.Drift}},
			Timings: Timings{NodeReady: time.Minute, PodReady: time.Second, PodStop: time.Second},
		}
		sim, err := Play(t.Context(), w, s, nil)
		if err != nil {
			t.Fatal(err)
		}
		wants(t, name+": gone", sim.Runs[0].Gone, 2)
		wants(t, name+": said", strings.Contains(strings.Join(sim.Notes, ";"), "only Jobs have pods now (batch)"), true)
	}
}
