package fidelity

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Counts are covered by the range, times by a fifth or 15 s around it, and
// nothing only by nothing.
func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		name string
		m    Measure
		want Verdict
	}{
		{"a count within", Measure{Simulated: []float64{2, 4}, Observed: []float64{3, 2}}, Covered},
		{"a count beside", Measure{Simulated: []float64{2, 4}, Observed: []float64{5}}, Missed},
		{"one of two beside", Measure{Simulated: []float64{2, 4}, Observed: []float64{1, 2}}, Missed},
		{"one of three beside", Measure{Simulated: []float64{2, 4}, Observed: []float64{2, 1, 2}}, Noise},
		{"a time 15 s off", Measure{Seconds: true, Simulated: []float64{20, 30}, Observed: []float64{45, 5}}, Covered},
		{"a time 16 s off", Measure{Seconds: true, Simulated: []float64{20, 30}, Observed: []float64{46}}, Missed},
		{"a late time a fifth off", Measure{Seconds: true, Simulated: []float64{160}, Observed: []float64{200}}, Covered},
		{"a late time more than a fifth off", Measure{Seconds: true, Simulated: []float64{159}, Observed: []float64{200}}, Missed},
		{"nothing on both sides", Measure{Seconds: true}, Covered},
		{"it happened on the real thing only", Measure{Seconds: true, Observed: []float64{1}}, Missed},
		{"it happened in the simulator only", Measure{Seconds: true, Simulated: []float64{1}, neverObserved: 1}, Missed},
		{"in some runs only, and not on the real thing", Measure{Seconds: true, Simulated: []float64{1}, neverSimulated: 1,
			neverObserved: 1}, Covered},
		{"in all runs, and on the real thing once in two", Measure{Seconds: true, Simulated: []float64{1, 2}, Observed: []float64{1},
			neverObserved: 1}, Missed},
		{"it differs, and it is known", Measure{Simulated: []float64{2}, Observed: []float64{3}, Why: "so"}, Explained},
		{"it is said to differ and does not", Measure{Simulated: []float64{3}, Observed: []float64{3}, Why: "so"}, Stale},
	} {
		if got := c.m.Verdict(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// What is written about known differences is never half understood.
func TestKnown(t *testing.T) {
	dir := t.TempDir()
	if all, err := ReadKnown(dir); all != nil || err != nil {
		t.Error(all, err)
	}
	for text, want := range map[string]string{
		"- {measure: nodes gone, why: it is slower}": "",
		"- {measure: nodes gone}":                    "has a measure and a why",
		"- {measures: nodes gone, why: so}":          "unknown field",
	} {
		if err := os.WriteFile(filepath.Join(dir, "known.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		all, err := ReadKnown(dir)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) || err == nil && len(all) != 1 {
			t.Errorf("%s: %v, %v", text, all, err)
		}
	}
	c := &Compared{Run: &Run{Known: []Known{{"nodes lost", "so"}}}, Measures: []Measure{{Name: "nodes gone"}}}
	if err := c.explain(); err == nil {
		t.Error("a measure that there is not is explained")
	}
}
