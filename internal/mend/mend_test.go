package mend

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/unit"
)

// world is a folder, and checks of its files: each finds something while its file lacks a text.
type world struct {
	dir   string
	rules []rule
}

// rule finds something in a file that lacks one text and holds another.
type rule struct {
	id, file, lacks, holds string
	fix                    *finding.Fix
	hides                  string // with which its file cannot be read
	opens, lightens        string // with which it is unknown, or less severe
}

func (w *world) look(_ context.Context, texts map[string][]byte) (Seen, error) {
	all := Seen{Lighter: map[string]bool{}, Open: map[string]bool{}}
	for _, r := range w.rules {
		file := filepath.Join(w.dir, r.file)
		text, ok := texts[unit.Real(file)]
		if !ok {
			text, _ = os.ReadFile(file)
		}
		if r.hides != "" && strings.Contains(string(text), r.hides) {
			all.Faults = append(all.Faults, origin.Fault{File: file, Reason: "is none"})
			continue
		}
		if r.opens != "" && strings.Contains(string(text), r.opens) {
			all.Open[r.id] = true
			continue
		}
		if r.lightens != "" && strings.Contains(string(text), r.lightens) {
			all.Lighter[r.id] = true
			continue
		}
		if strings.Contains(string(text), r.lacks) || !strings.Contains(string(text), r.holds) {
			continue
		}
		all.Broken = append(all.Broken, Found{
			Finding: finding.Finding{
				Fingerprint: r.id, Obligation: r.id, Verdict: finding.Broken, Fix: r.fix,
				Subject: finding.Subject{Kind: "Deployment", Name: "web"}, Position: origin.Position{File: file, Line: 1},
			},
			Unit: &estate.Unit{Estate: &estate.Estate{}},
		})
	}
	return all, nil
}

// plan is made by what a first look sees.
func (w *world) plan(t *testing.T, read func(string) ([]byte, error)) *Plan {
	t.Helper()
	first, err := w.look(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := Make(t.Context(), Settings{Look: w.look, Read: read}, first)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

const web = "kind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 1\n"

func (w *world) set(path, value string) *finding.Fix {
	return &finding.Fix{Summary: "set " + path, Changes: []finding.Change{{
		Action: finding.Patch, Object: finding.Object{Kind: "Deployment", Name: "web"},
		Position: &origin.Position{File: filepath.Join(w.dir, "web.yaml"), Line: 1},
		Edits:    []finding.Edit{{Path: path, After: finding.Data(value)}},
	}}}
}

func TestMake(t *testing.T) {
	w := &world{dir: t.TempDir()}
	budget := &finding.Fix{Summary: "add a budget", Changes: []finding.Change{{
		Action: finding.Create, Object: finding.Object{Kind: "PodDisruptionBudget", Name: "web"},
		Value: finding.Data(`{"kind":"PodDisruptionBudget","metadata":{"name":"web"}}`),
	}}}
	for _, c := range []struct {
		name  string
		rules []rule
		want  string // the file with the edits, edits, what is cured, what is left and why
	}{
		{"nothing", nil, "as it was, 0 edits, cured, left"},
		{"one edit for two", []rule{
			{id: "a", file: "web.yaml", lacks: "replicas: 2", fix: w.set("/spec/replicas", "2")},
			{id: "b", file: "web.yaml", lacks: "replicas: 2", fix: w.set("/spec/replicas", "2")},
		}, "replicas: 2, 1 edits, cured a b, left"},
		{"what comes of an edit", []rule{
			{id: "a", file: "web.yaml", lacks: "replicas: 2", fix: w.set("/spec/replicas", "2")},
			{id: "b", file: "web.yaml", lacks: "PodDisruptionBudget", holds: "replicas: 2", fix: budget},
		}, "replicas: 2 --- PodDisruptionBudget, 2 edits, cured a, left"},
		{"an edit that mends nothing", []rule{
			{id: "a", file: "web.yaml", lacks: "replicas: 3", fix: w.set("/spec/replicas", "2")},
			{id: "b", file: "web.yaml", lacks: "paused", fix: w.set("/spec/paused", "true")},
		}, "replicas: 1 paused, 1 edits, cured b, left a (with this edit it is still found, or not known)"},
		{"two that contradict each other", []rule{
			{id: "a", file: "web.yaml", lacks: "replicas: 2", fix: w.set("/spec/replicas", "2")},
			{id: "b", file: "web.yaml", lacks: "replicas: 3", holds: "replicas: 1", fix: w.set("/spec/replicas", "3")},
		}, "replicas: 2, 1 edits, cured a b, left"},
		{"no end of it", []rule{
			{id: "a", file: "web.yaml", lacks: "replicas: 2", fix: w.set("/spec/replicas", "2")},
			{id: "b", file: "web.yaml", lacks: "replicas: 1", fix: w.set("/spec/replicas", "1")},
		}, "replicas: 2, 1 edits, cured a, left b (what mends it undoes what mends another)"},
		{"an edit that hides something", []rule{
			{id: "a", file: "web.yaml", lacks: "replicas: 2", fix: w.set("/spec/replicas", "2")},
			{id: "b", file: "web.yaml", lacks: "paused", fix: w.set("/spec/paused", "true"), hides: "paused"},
		}, "replicas: 2, 1 edits, cured a, left b (with it this could not be read or built: web.yaml is none)"},
		{"an edit after which it is unknown", []rule{
			{id: "a", file: "web.yaml", lacks: "never", fix: w.set("/spec/paused", "true"), opens: "paused"},
		}, "as it was, 0 edits, cured, left a (with this edit it is still found, or not known)"},
		{"another's edit after which it is unknown, or less severe", []rule{
			{id: "a", file: "web.yaml", lacks: "replicas: 2", fix: w.set("/spec/replicas", "2")},
			{id: "b", file: "web.yaml", lacks: "never", opens: "replicas: 2"}, {id: "c", file: "web.yaml", lacks: "never", lightens: "replicas: 2"},
		}, "replicas: 2, 1 edits, cured a, left b (with the edits it is not known whether it is so) " +
			"c (with the edits it is less severe than what was asked for)"},
		{"no fix", []rule{
			{id: "a", file: "web.yaml", lacks: "never", fix: nil},
			{id: "b", file: "web.yaml", lacks: "never", fix: &finding.Fix{AcceptOnly: true}},
			{id: "c", file: "web.yaml", lacks: "never", fix: &finding.Fix{Summary: "think"}}}, "as it was, 0 edits, cured, left " +
			"a (it has no fix that can be told from the input) b (nothing that can be edited ends it) " +
			"c (its fix says what to do, and which edit does it is yours to decide)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(w.dir, "web.yaml")
			if err := os.WriteFile(file, []byte(web), 0o600); err != nil {
				t.Fatal(err)
			}
			w.rules = c.rules
			plan := w.plan(t, os.ReadFile)
			if got := told(plan); got != c.want {
				t.Errorf("is\n%s, want\n%s", got, c.want)
			}
			if is, _ := os.ReadFile(file); string(is) != web {
				t.Errorf("the file was written: %s", is)
			}
		})
	}
}

// told is a plan in words.
func told(p *Plan) string {
	text := "as it was"
	for _, f := range p.Files {
		var holds []string
		for _, word := range []string{"replicas: 1", "replicas: 2", "replicas: 3", "paused", "---", "PodDisruptionBudget"} {
			if strings.Contains(string(f.After), word) {
				holds = append(holds, word)
			}
		}
		text = strings.Join(holds, " ")
	}
	text += fmt.Sprintf(", %d edits, cured", len(p.Edits))
	for _, f := range p.Cured {
		text += " " + f.Fingerprint
	}
	text += ", left"
	for _, l := range p.Left {
		text += " " + l.Fingerprint + " (" + regexp.MustCompile(`/\S*/`).ReplaceAllString(l.Why, "") + ")"
	}
	return text
}

func TestValues(t *testing.T) {
	dir := t.TempDir()
	chart := &estate.Unit{Path: dir, Chart: &estate.Chart{}, Estate: &estate.Estate{}}
	found := func(u *estate.Unit) *Found {
		fix := &finding.Fix{Values: []string{`pdb.create=true`, `pdb.labels.a\.b/c=x`}}
		return &Found{Unit: u, Finding: finding.Finding{Fingerprint: "a", Fix: fix}}
	}
	for _, c := range []struct {
		name string
		with Settings
		of   estate.Unit
		file string
		why  string
	}{
		{"its own", Settings{}, *chart, "values.yaml", ""},
		{"a variant", Settings{}, estate.Unit{Path: "prod.yaml", Chart: &estate.Chart{}}, "prod.yaml", ""},
		{"given", Settings{Values: "mine.yaml"}, *chart, "mine.yaml", ""},
		{"set", Settings{Set: true}, *chart, "", "its values are given by --set"},
		{"packaged", Settings{}, estate.Unit{Path: "web.tgz", Chart: &estate.Chart{}}, "",
			"its chart is packaged: give the values in a file of your own"},
		{"applied", Settings{}, estate.Unit{By: "release.yaml", Chart: &estate.Chart{}}, "",
			"its values stand where it is applied from: release.yaml"},
		{"no chart", Settings{}, estate.Unit{}, "", "it is made by a chart that another tool renders: set the values there"},
	} {
		t.Run(c.name, func(t *testing.T) {
			edits, why := (&planner{Settings: c.with}).editsOf(found(&c.of))
			if why != c.why {
				t.Fatalf("why %q, want %q", why, c.why)
			}
			if why != "" {
				return
			}
			if got := filepath.Base(edits[0].File); got != c.file {
				t.Errorf("edits %s, want %s", got, c.file)
			}
			made, err := edits[0].made([]byte("# mine\npdb:\n  create: false # none\n"))
			if want := "# mine\npdb:\n  create: true # none\n  labels:\n    a.b/c: x\n"; err != nil || string(made) != want {
				t.Errorf("makes %q, %v, want %q", made, err, want)
			}
		})
	}
}

func TestCommands(t *testing.T) {
	in := finding.Object{Namespace: "shop", Kind: "PodDisruptionBudget", Name: "web"}
	change := func(c finding.Change) Found {
		unit := &estate.Unit{Estate: &estate.Estate{}}
		return Found{Finding: finding.Finding{Fingerprint: "a", Fix: &finding.Fix{Changes: []finding.Change{c}}}, Unit: unit}
	}
	for want, c := range map[string]finding.Change{
		"kubectl delete poddisruptionbudget web -n shop": {Action: finding.Delete, Object: in},
		`kubectl patch poddisruptionbudget web -n shop --type merge -p '{"spec":{"maxUnavailable":1,"minAvailable":null}}'`: {
			Action: finding.Replace, Object: in,
			Edits: []finding.Edit{{Path: "/spec/maxUnavailable", After: finding.Data("1")}, {Path: "/spec/minAvailable"}}},
		"kubectl create -n shop -f - <<'EOF'\nkind: PodDisruptionBudget\nEOF": {
			Action: finding.Create, Object: in, Value: finding.Data(`{"kind":"PodDisruptionBudget"}`)},
	} {
		p := Commands(Seen{Broken: []Found{change(c), change(c)}})
		if len(p.Commands) != 1 || p.Commands[0] != want || len(p.Cured) != 2 || len(p.Left) != 0 {
			t.Errorf("%q, want %q", p.Commands, want)
		}
	}
	gone := change(finding.Change{Action: finding.Delete, Object: in})
	other := change(finding.Change{
		Action: finding.Patch, Object: in, Edits: []finding.Edit{{Path: "/spec/minAvailable", After: finding.Data("1")}},
	})
	if p := Commands(Seen{Broken: []Found{gone, other}}); len(p.Commands) != 1 || len(p.Cured) != 1 || len(p.Left) != 1 {
		t.Errorf("%q of two that contradict each other", p.Commands)
	}
	in.Name = "-x; rm"
	hostile := change(finding.Change{Action: finding.Delete, Object: in})
	if p := Commands(Seen{Broken: []Found{hostile}}); len(p.Commands) != 0 || len(p.Left) != 1 {
		t.Errorf("%q of a name that is none", p.Commands)
	}
}

// What cannot be read again is an error, and no half of a plan.
func TestUnreadable(t *testing.T) {
	w := &world{dir: t.TempDir()}
	w.rules = []rule{{id: "a", file: "web.yaml", lacks: "replicas: 2", fix: w.set("/spec/replicas", "2")}}
	plan := w.plan(t, func(string) ([]byte, error) { return nil, fs.ErrPermission })
	if len(plan.Files) != 0 || len(plan.Left) != 1 || !strings.Contains(plan.Left[0].Why, "permission") {
		t.Error(told(plan))
	}
}

// What was read from a record of a cluster is not edited there.
func TestRecorded(t *testing.T) {
	of := &estate.Unit{Estate: &estate.Estate{Kubernetes: &kubernetes.Estate{Live: true}}}
	f := Found{Unit: of, Finding: finding.Finding{Fix: &finding.Fix{Changes: []finding.Change{{Action: finding.Delete}}}}}
	if edits, why := (&planner{}).editsOf(&f); len(edits) > 0 || why == "" {
		t.Errorf("%v, %s", edits, why)
	}
	if seen := (&Seen{Broken: []Found{f}}); !seen.Recorded() || (&Seen{}).Recorded() {
		t.Error("what was read of a record is taken for a file, or nothing for a record")
	}
}
