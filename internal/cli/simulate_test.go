package cli

import (
	"bytes"
	"encoding/json"
	"math"
	"path/filepath"
	"testing"

	"github.com/onus-project/onus/internal/fidelity"
)

// What the JSON says of each recorded run covers what was observed: the part of
// it that others script against, through the whole of the program.
func TestSimulateRecordedRuns(t *testing.T) {
	dirs, err := filepath.Glob("../../testdata/runs/*/observed.json")
	if err != nil || len(dirs) == 0 {
		t.Fatal(err, dirs)
	}
	type spread struct{ Min, Median, Max float64 }
	for _, file := range dirs {
		dir := filepath.Dir(file)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			observed, err := fidelity.ReadObserved(dir)
			if err != nil {
				t.Fatal(err)
			}
			known, err := fidelity.ReadKnown(dir)
			if err != nil {
				t.Fatal(err)
			}
			if len(known) > 0 {
				t.Skip("it is known to differ, see docs/fidelity.md")
			}
			var out, errs bytes.Buffer
			status := Main([]string{"simulate", filepath.Join(dir, "estate.json"), "--scenario", filepath.Join(dir, "scenario.yaml"), "-o", "json"}, nil, &out, &errs)
			var got struct {
				Schema, Verdict string
				Workloads       []struct {
					Name, Verdict     string
					Replicas          int
					MinReady          spread
					MinReadyAtSeconds *spread
				}
				Nodes struct {
					Drained, MaxConcurrentlyDraining spread
					FirstDrainAtSeconds              *spread
				}
			}
			if err := json.Unmarshal(out.Bytes(), &got); err != nil || errs.Len() > 0 {
				t.Fatal(err, errs.String())
			}
			if want := map[string]int{"held": exitHeld, "broken": exitBroken}[got.Verdict]; got.Schema != "onus.simulation/v1" || status != want {
				t.Errorf("schema %q, verdict %q, exit status %d", got.Schema, got.Verdict, status)
			}
			within := func(what string, x float64, s spread) {
				if x < s.Min || x > s.Max {
					t.Errorf("%s: observed %g, played %g to %g", what, x, s.Min, s.Max)
				}
			}
			about := func(what string, x *float64, s *spread) {
				switch {
				case (x == nil) != (s == nil):
					t.Errorf("%s: observed %v, played %v", what, x, s)
				case x != nil:
					slack := math.Max(15, *x/5)
					within(what, *x, spread{Min: s.Min - slack, Max: s.Max + slack})
				}
			}
			for _, o := range observed {
				if len(o.Workloads) != len(got.Workloads) {
					t.Errorf("%d workloads, observed %d", len(got.Workloads), len(o.Workloads))
				}
				for _, w := range got.Workloads {
					seen := o.Workloads[w.Name]
					within(w.Name+" minReady", float64(seen.MinReady), w.MinReady)
					about(w.Name+" minReadyAtSeconds", seen.MinReadyAtSeconds, w.MinReadyAtSeconds)
					if w.Replicas != seen.Replicas {
						t.Errorf("%s: %d replicas, observed %d", w.Name, w.Replicas, seen.Replicas)
					}
				}
				within("drained", float64(o.Nodes.Drained), got.Nodes.Drained)
				within("maxConcurrentlyDraining", float64(o.Nodes.MaxConcurrentlyDraining), got.Nodes.MaxConcurrentlyDraining)
				about("firstDrainAtSeconds", o.Nodes.FirstDrainAtSeconds, got.Nodes.FirstDrainAtSeconds)
			}
		})
	}
}
