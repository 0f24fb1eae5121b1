package fidelity_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/fidelity"
	"github.com/onus-project/onus/internal/responsibility"
)

var update = flag.Bool("update", false, "write docs/fidelity.md anew")

const (
	runs      = "../../testdata/runs"
	scenarios = "../../lab/scenarios"
	mixes     = "../../testdata/mixes"
	page      = "../../docs/fidelity.md"
)

// compared plays every recorded run.
func compared(t *testing.T) *fidelity.Page {
	t.Helper()
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	dirs, err := filepath.Glob(filepath.Join(runs, "*", "estate.json"))
	if err != nil || len(dirs) < 20 {
		t.Fatalf("%d recorded runs, %v", len(dirs), err)
	}
	var p fidelity.Page
	for _, file := range dirs {
		r, err := fidelity.Load(filepath.Dir(file), c)
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.Compare()
		if err != nil {
			t.Fatal(err)
		}
		about, err := fidelity.About(filepath.Join(scenarios, r.Name, "scenario.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		p.Runs = append(p.Runs, fidelity.Entry{Compared: got, About: about})
	}
	if p.Batches, err = fidelity.LoadMixes(mixes, t.TempDir(), c); err != nil {
		t.Fatal(err)
	}
	return &p
}

// The simulator is held against the recorded runs of the real thing, and
// docs/fidelity.md says how that came out.
func TestPage(t *testing.T) {
	p := compared(t)
	var table strings.Builder
	for _, e := range p.Runs {
		if err := e.Compared.Write(&table); err != nil {
			t.Fatal(err)
		}
		for i := range e.Measures {
			if m := &e.Measures[i]; m.Verdict() != fidelity.Covered && m.Verdict() != fidelity.Explained {
				t.Errorf("%s: %s: %s", e.Run.Name, m.Name, m.Verdict())
			}
		}
	}
	for _, b := range p.Batches {
		for _, c := range b.Mixes {
			if total := c.Total(); total[fidelity.Missed]+total[fidelity.Stale]+total[fidelity.Noise] > 0 {
				if err := c.Write(&table); err != nil {
					t.Fatal(err)
				}
				t.Errorf("%s: %s", c.Run.Name, total)
			}
		}
	}
	t.Log("\n" + table.String())
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(page, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if is, err := os.ReadFile(page); err != nil || !bytes.Equal(is, b.Bytes()) {
		t.Errorf("%s is not up to date (%v): go test ./internal/fidelity -run Page -update", page, err)
	}
}

// The simulator is not only right, it says something: over all measures its score
// is a small share of that of one who knows nothing. Whoever widens its ranges, or
// moves them away from what happened, has to say so here.
func TestSharpness(t *testing.T) {
	p := compared(t)
	for name, x := range map[string]struct {
		rows []fidelity.Sharp
		most float64
	}{"scenarios": {p.Sharpness(), 0.14}, "mixes": {p.SharpnessOfMixes(), 0.13}} {
		all := x.rows[len(x.rows)-1]
		if all.Relative > x.most {
			t.Errorf("%s: the score is %.1f %% of that of one who knows nothing, wants %.1f %% at the most", name, 100*all.Relative, 100*x.most)
		}
		t.Logf("%s: %.2f %% over %d measures", name, 100*all.Relative, all.Measures)
	}
}

// Every scenario of the lab was recorded, so that no test leaves one out.
func TestEveryScenarioIsRecorded(t *testing.T) {
	all, err := filepath.Glob(filepath.Join(scenarios, "*", "scenario.yaml"))
	if err != nil || len(all) == 0 {
		t.Fatal("no scenarios", err)
	}
	for _, file := range all {
		name := filepath.Base(filepath.Dir(file))
		if _, err := os.Stat(filepath.Join(runs, name, "observed.json")); err != nil {
			t.Error(err)
		}
	}
}
