package fidelity

import (
	"math"
	"testing"
)

// A forecast is the better the closer it is, and the narrower where it is close.
func TestScorePunishesMissesAndWidth(t *testing.T) {
	of := func(observed float64, simulated ...float64) float64 {
		return ScoreOf([]Measure{{Kind: minReadyAt, Seconds: true, Most: 100, Simulated: simulated, Observed: []float64{observed}}}).Relative
	}
	best := math.Inf(-1)
	for _, c := range []struct {
		name      string
		simulated []float64
	}{
		{"just so", []float64{50, 50, 50}},
		{"near", []float64{51, 52, 53}},
		{"wide", []float64{30, 40, 50, 60, 70}},
		{"beside it", []float64{75, 75, 75}},
		{"far", []float64{95, 96, 97}},
	} {
		got := of(50, c.simulated...)
		if got <= best {
			t.Errorf("%s scores %g, no worse than the one before", c.name, got)
		}
		best = got
	}
	if got := of(50, 50, 50); got != 0 {
		t.Errorf("a forecast of just what happened scores %g", got)
	}
	everything := make([]float64, 101)
	for i := range everything {
		everything[i] = float64(i)
	}
	if got := of(50, everything...); got < 0.95 || got > 1.05 {
		t.Errorf("a range that covers everything scores %g, and one who knows nothing 1", got)
	}
}

// Repetitions say how close anybody could come; what never happened is late.
func TestScoreBesideRepetitions(t *testing.T) {
	s := ScoreOf([]Measure{
		{Kind: nodesGone, Most: 6, Simulated: []float64{4, 6}, Observed: []float64{4, 6}},
		{Kind: nodesGone, Most: 6, Simulated: []float64{6, 6}, Observed: []float64{6}},
		{Kind: nodesGone, Simulated: []float64{0}, Observed: []float64{0}},
	})
	if s.Measures != 2 || s.Real != 2 || s.Best != 1 || s.Simulated != 1 {
		t.Errorf("%+v", s)
	}
	never := Measure{Kind: lastGoneAt, Seconds: true, Most: 200, neverSimulated: 2, neverObserved: 1}
	if s := ScoreOf([]Measure{never}); s.Score != 0 {
		t.Errorf("never, as it should be: %+v", s)
	}
	never.neverObserved, never.Observed = 0, []float64{50}
	if s := ScoreOf([]Measure{never}); s.Score != 150 {
		t.Errorf("never, where it was at 50 s: %+v", s)
	}
}
