package simulate

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/locate"
)

// A node is repaired once it has been unhealthy for as long as its contract says, and at
// once where it has been by then, or nobody knows since when.
func TestRepairWaits(t *testing.T) {
	for name, test := range map[string]struct {
		on    string
		since time.Time // zero where nobody says
		goes  time.Duration
		noted bool
		at    time.Duration
	}{
		"ten of thirty minutes": {"karpenter", noon.Add(-10 * time.Minute), 20 * time.Minute, true, 0},
		"of ten":                {"gke-standard", noon.Add(-10 * time.Minute), 0, false, 0},
		"an hour":               {"karpenter", noon.Add(-time.Hour), 0, false, 0},
		"nobody knows":          {"karpenter", time.Time{}, 0, false, 0},
		"nobody says how long":  {"cluster-api", noon.Add(-time.Minute), 0, false, 0},
		"as the scenario says":  {"karpenter", noon.Add(-time.Minute), time.Minute, true, time.Minute},
		"not within the time":   {"karpenter", noon.Add(2 * time.Hour), -1, true, 0},
	} {
		c := clusterOf(6)
		c.Pools = nil
		for i := range c.Nodes {
			c.Nodes[i].Labels = map[string]string{zone: "zone-0", "karpenter.sh/nodepool": "default"}
		}
		c.Nodes[0].NotReady, c.Nodes[0].NotReadySince = true, test.since
		c.with("Deployment", "web", 1, 2)
		k := Knowledge(t)
		w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering(test.on), nil), true)
		if err != nil {
			t.Fatal(err)
		}
		s := Scenario{Start: noon, Horizon: 2 * time.Hour, Runs: 1, Seed: 1, Triggers: []Trigger{{Kind: contract.Repair, At: test.at}},
			Timings: Timings{NodeReady: time.Minute, PodReady: time.Second, PodStop: time.Second}}
		sim, err := Play(t.Context(), w, s, nil)
		if err != nil {
			t.Fatal(err)
		}
		run := &sim.Runs[0]
		if first := run.FirstDrain; first < test.goes || test.goes >= 0 && first > test.goes+time.Minute || test.goes < 0 && first != None {
			t.Errorf("%s: its drain begins after %v, want %v", name, first, test.goes)
		}
		says := func(n string) bool { return strings.Contains(n, "node-0 is not ready since") }
		if slices.ContainsFunc(sim.Notes, says) != test.noted {
			t.Errorf("%s: notes %q", name, sim.Notes)
		}
		m, err := w.Model(&s)
		if err != nil {
			t.Fatal(err)
		}
		if stays := m.Nodes[0].Group == bound.Stays; stays != (test.goes < 0) {
			t.Errorf("%s: a bound has it stay: %v", name, stays)
		}
	}
}
