package compare

import (
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/fidelity"
)

// tried is an outcome of tries that showed so many ready pods where the
// simulator says 2 to 3.
func tried(why string, ready ...float64) *Outcome {
	o := &Outcome{Name: "drift", Real: time.Duration(len(ready)) * 200 * time.Second,
		Virtual: time.Duration(len(ready)) * 30 * time.Millisecond}
	for _, n := range ready {
		r := &fidelity.Run{Name: "drift", Observed: make([]fidelity.Observed, 1)}
		r.Scenario.Runs, r.Scenario.Horizon = 30, 200*time.Second
		o.Tries = append(o.Tries, &fidelity.Compared{Run: r, Took: 30 * time.Millisecond, Measures: []fidelity.Measure{
			{Name: "web min ready", Simulated: []float64{2, 3}, Observed: []float64{n}, Why: why},
			{Name: "nodes gone", Simulated: []float64{6}, Observed: []float64{6}},
		}})
	}
	return o
}

// What most tries miss is a difference, what fewer do is noise, and what is
// explained is neither.
func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		name, why string
		ready     []float64
		want      fidelity.Verdict
		missed    string
	}{
		{"as it should be", "", []float64{2}, fidelity.Covered, ""},
		{"missed once, in the only try", "", []float64{1}, fidelity.Missed, "web min ready"},
		{"missed in one of two", "", []float64{1, 2}, fidelity.Missed, "web min ready"},
		{"missed in one of three", "", []float64{1, 2, 3}, fidelity.Noise, ""},
		{"missed in two of three", "", []float64{1, 2, 4}, fidelity.Missed, "web min ready"},
		{"explained", "because", []float64{1}, fidelity.Explained, ""},
	} {
		o := tried(c.why, c.ready...)
		if got := o.Verdict(); got != c.want || strings.Join(o.Missed(), ", ") != c.missed {
			t.Errorf("%s: %s, %q missed", c.name, got, o.Missed())
		}
	}
}

func TestRatio(t *testing.T) {
	if got := tried("", 2).Ratio(); got < 199_999 || got > 200_001 {
		t.Errorf("200 s against 1 ms a run: %g times", got)
	}
	if got := tried("", 1, 2, 2).Ratio(); got < 199_999 || got > 200_001 {
		t.Errorf("the same, three times: %g times", got)
	}
	if got := tried("", 1).Summary(); !strings.Contains(got, "MISSED") || !strings.Contains(got, "web min ready, in 1 of 1") ||
		!strings.Contains(got, "a run in the simulator 1 ms") {
		t.Error(got)
	}
}
