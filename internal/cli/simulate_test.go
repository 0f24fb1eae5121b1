package cli

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
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
	for n, file := range dirs {
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
			var out, errs bytes.Buffer
			v, status := shown(t.Context(), &out, &errs, "simulate", filepath.Join(dir, "estate.json"), "--scenario",
				filepath.Join(dir, "scenario.yaml"), "-o", "json")
			isMadeFromItsJSON(t, v, out.Bytes())
			widths := []int{1, 2, 7, 39, 40, 200}
			for i := range 6 {
				widths = append(widths, 3+(n*7+i*33)%197) // over all runs, every one
			}
			fitsScreens(t, v, widths...)
			var got recorded
			if err := json.Unmarshal(out.Bytes(), &got); err != nil || errs.Len() > 0 {
				t.Fatal(err, errs.String())
			}
			if want := map[string]int{"held": exitHeld, "broken": exitBroken}[got.Verdict]; got.Schema != "onus.simulation/v1" || status != want {
				t.Errorf("schema %q, verdict %q, exit status %d", got.Schema, got.Verdict, status)
			}
			for _, o := range observed {
				got.covers(t, &o, known)
			}
		})
	}
}

// recorded is the part of the JSON that others script against.
type recorded struct {
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

type spread struct{ Min, Median, Max float64 }

// covers compares a run with what was observed as docs/fidelity.md does it, with what is
// known to differ left out.
func (s *recorded) covers(t *testing.T, o *fidelity.Observed, known []fidelity.Known) {
	same := func(what string, seconds bool, observed *float64, played *spread) {
		m := fidelity.Measure{Name: what, Seconds: seconds}
		if observed != nil {
			m.Observed = []float64{*observed}
		}
		if played != nil {
			m.Simulated = []float64{played.Min, played.Max}
		}
		isKnown := slices.ContainsFunc(known, func(k fidelity.Known) bool { return k.Measure == what })
		if v := m.Verdict(); v != fidelity.Covered && !isKnown {
			t.Errorf("%s: %s: observed %v, played %v", what, v, m.Observed, m.Simulated)
		}
	}
	count := func(what string, observed int, played spread) { same(what, false, new(float64(observed)), &played) }
	if len(o.Workloads) != len(s.Workloads) {
		t.Errorf("%d workloads, observed %d", len(s.Workloads), len(o.Workloads))
	}
	for _, w := range s.Workloads {
		seen := o.Workloads[w.Name]
		count(w.Name+" min ready", seen.MinReady, w.MinReady)
		same(w.Name+" min ready at", true, seen.MinReadyAtSeconds, w.MinReadyAtSeconds)
		if w.Replicas != seen.Replicas {
			t.Errorf("%s: %d replicas, observed %d", w.Name, w.Replicas, seen.Replicas)
		}
	}
	count("nodes drained", o.Nodes.Drained, s.Nodes.Drained)
	count("nodes draining at once", o.Nodes.MaxConcurrentlyDraining, s.Nodes.MaxConcurrentlyDraining)
	same("first drain at", true, o.Nodes.FirstDrainAtSeconds, s.Nodes.FirstDrainAtSeconds)
}
