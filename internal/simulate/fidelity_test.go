package simulate_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/estate/manifest"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/scenario"
	"github.com/onus-project/onus/internal/simulate"
)

const runs = "../../testdata/runs"

// knowledge is the built-in catalog.
func knowledge(t testing.TB) *responsibility.Catalog {
	t.Helper()
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// recorded is what a repetition of a run on the real thing showed.
type recorded struct {
	Workloads map[string]struct {
		MinReady          int
		MinReadyAtSeconds *float64
	}
	Nodes struct {
		Drained, Gone, MaxConcurrentlyDraining int
		FirstDrainAtSeconds, LastGoneAtSeconds *float64
	}
}

// load reads a recorded run.
func load(t testing.TB, dir string) (*simulate.World, simulate.Scenario, []recorded) {
	t.Helper()
	e, err := manifest.Read([]string{filepath.Join(dir, "estate.json")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	places := locate.Locate(knowledge(t), e, nil, nil)
	w, err := simulate.Prepare(e, places, false)
	if err != nil {
		t.Fatal(err)
	}
	file, err := scenario.Read(filepath.Join(dir, "scenario.yaml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := file.Scenario(scenario.Of(e, w, scenario.Contracts(e, &places)), scenario.Given{Start: e.Newest})
	if err != nil {
		t.Fatal(err)
	}
	var seen []recorded
	data, err := os.ReadFile(filepath.Join(dir, "observed.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &seen); err != nil {
		t.Fatal(err)
	}
	return w, s, seen
}

// measure is one thing compared: what the runs of the simulator gave, and
// what the real thing showed.
type measure struct {
	name      string
	simulated []float64
	observed  []float64
	seconds   bool
}

func span(all []float64) (least, middle, most float64) {
	s := slices.Clone(all)
	slices.Sort(s)
	return s[0], s[(len(s)-1)/2], s[len(s)-1]
}

// covered reports whether the simulator's runs cover what was observed:
// counts exactly, times within 20 % or 15 s.
func (m *measure) covered() bool {
	if len(m.simulated) == 0 || len(m.observed) == 0 {
		return len(m.simulated) == len(m.observed)
	}
	least, _, most := span(m.simulated)
	for _, o := range m.observed {
		slack := 0.0
		if m.seconds {
			slack = max(15, 0.2*o)
		}
		if o < least-slack || o > most+slack {
			return false
		}
	}
	return true
}

func (m *measure) row() string {
	words := func(all []float64) string {
		if len(all) == 0 {
			return "-"
		}
		a, b, c := span(all)
		if a == c {
			return fmt.Sprintf("%g", a)
		}
		return fmt.Sprintf("%.4g %.4g %.4g", a, b, c)
	}
	verdict := "covered"
	if !m.covered() {
		verdict = "MISSED"
	}
	return fmt.Sprintf("  %-34s %-22s %-18s %s", m.name, words(m.simulated), words(m.observed), verdict)
}

// TestFidelity holds the simulator against the recorded runs of the real thing.
func TestFidelity(t *testing.T) {
	dirs, err := filepath.Glob(filepath.Join(runs, "*", "estate.json"))
	if err != nil || len(dirs) < 7 {
		t.Fatal("no recorded runs", err)
	}
	var table strings.Builder
	for _, file := range dirs {
		dir := filepath.Dir(file)
		w, s, seen := load(t, dir)
		sim, err := simulate.Play(w, s, nil)
		if err != nil {
			t.Fatalf("%s: %v", dir, err)
		}
		fmt.Fprintf(&table, "%s (%d runs; simulated: least, middle, most)\n", filepath.Base(dir), s.Runs)
		for _, m := range measures(sim, seen) {
			fmt.Fprintln(&table, m.row())
			if !m.covered() {
				t.Errorf("%s: %s is not covered", filepath.Base(dir), m.name)
			}
		}
	}
	t.Log("\n" + table.String())
}

func measures(sim *simulate.Simulation, seen []recorded) []measure {
	var all []measure
	for k, wl := range sim.Workloads {
		least := measure{name: wl.Name + " min ready"}
		at := measure{name: wl.Name + " min ready at", seconds: true}
		for _, r := range sim.Runs {
			least.simulated = append(least.simulated, float64(r.Workloads[k].MinReady))
			if r.Workloads[k].MinAt != simulate.None {
				at.simulated = append(at.simulated, r.Workloads[k].MinAt.Seconds())
			}
		}
		for _, o := range seen {
			x := o.Workloads[wl.Name]
			least.observed = append(least.observed, float64(x.MinReady))
			if x.MinReadyAtSeconds != nil {
				at.observed = append(at.observed, *x.MinReadyAtSeconds)
			}
		}
		all = append(all, least, at)
	}
	counts := []struct {
		name    string
		sim     func(*simulate.Run) int
		seen    func(*recorded) int
		seconds bool
	}{
		{"drained", func(r *simulate.Run) int { return r.Drained }, func(o *recorded) int { return o.Nodes.Drained }, false},
		{"gone", func(r *simulate.Run) int { return r.Gone }, func(o *recorded) int { return o.Nodes.Gone }, false},
		{"draining at once", func(r *simulate.Run) int { return r.Draining }, func(o *recorded) int { return o.Nodes.MaxConcurrentlyDraining }, false},
	}
	for _, c := range counts {
		m := measure{name: "nodes " + c.name}
		for i := range sim.Runs {
			m.simulated = append(m.simulated, float64(c.sim(&sim.Runs[i])))
		}
		for i := range seen {
			m.observed = append(m.observed, float64(c.seen(&seen[i])))
		}
		all = append(all, m)
	}
	first, last := measure{name: "first drain at", seconds: true}, measure{name: "last gone at", seconds: true}
	for _, r := range sim.Runs {
		if r.FirstDrain != simulate.None {
			first.simulated = append(first.simulated, r.FirstDrain.Seconds())
		}
		if r.LastGone != simulate.None {
			last.simulated = append(last.simulated, r.LastGone.Seconds())
		}
	}
	for _, o := range seen {
		if o.Nodes.FirstDrainAtSeconds != nil {
			first.observed = append(first.observed, *o.Nodes.FirstDrainAtSeconds)
		}
		if o.Nodes.LastGoneAtSeconds != nil {
			last.observed = append(last.observed, *o.Nodes.LastGoneAtSeconds)
		}
	}
	return append(all, first, last)
}
