package check

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// What a unit for tests says is left out where another unit says it of the same
// object from the same place.
func TestDistinct(t *testing.T) {
	at := func(file string, line int) origin.Position { return origin.Position{File: file, Line: line} }
	web := finding.Finding{Obligation: "pdb-missing", Verdict: finding.Broken, Message: "no PDB",
		Subject: finding.Subject{Kind: "Deployment", Namespace: "a", Name: "web"}, Position: at("web.yaml", 3)}
	change := func(f func(*finding.Finding)) finding.Finding {
		other := web
		f(&other)
		return other
	}
	for name, test := range map[string]struct {
		of    finding.Finding
		trial string // the units that are for tests
		want  string // findings of each unit
	}{
		"the same":                   {web, "01", "10"},
		"in another namespace":       {change(func(f *finding.Finding) { f.Subject.Namespace = "test" }), "01", "10"},
		"in another environment":     {web, "00", "11"},
		"both for tests":             {web, "11", "10"},
		"the first one for tests":    {web, "10", "01"},
		"another message":            {change(func(f *finding.Finding) { f.Message = "PDB of 0" }), "01", "11"},
		"another verdict":            {change(func(f *finding.Finding) { f.Verdict = finding.Held }), "01", "11"},
		"another obligation":         {change(func(f *finding.Finding) { f.Obligation = "single-replica" }), "01", "11"},
		"another object":             {change(func(f *finding.Finding) { f.Subject.Name = "api" }), "01", "11"},
		"an object of another file":  {change(func(f *finding.Finding) { f.Position.File = "other.yaml" }), "01", "11"},
		"an object of another place": {change(func(f *finding.Finding) { f.Position.Line = 20 }), "01", "11"},
	} {
		t.Run(name, func(t *testing.T) {
			results := []Result{{Findings: []finding.Finding{web}}, {Findings: []finding.Finding{test.of}}}
			var got strings.Builder
			for _, r := range Distinct(results, []*estate.Unit{{Trial: test.trial[0] == '1'}, {Trial: test.trial[1] == '1'}}) {
				got.WriteByte("01"[len(r.Findings)])
			}
			if got.String() != test.want {
				t.Errorf("%s, want %s", got.String(), test.want)
			}
			if len(results[0].Findings)+len(results[1].Findings) != 2 {
				t.Error("what was given has changed")
			}
		})
	}
	nowhere := change(func(f *finding.Finding) { f.Position = origin.Position{} })
	if all := Distinct([]Result{{Findings: []finding.Finding{nowhere}}, {Findings: []finding.Finding{nowhere}}},
		[]*estate.Unit{{}, {Trial: true}}); len(all[1].Findings) != 1 {
		t.Error("objects of which it is not known where they stand are taken for one")
	}
}

// What is said of each of several alternatives is said once, and names the others.
func TestAlternatives(t *testing.T) {
	at := func(file string) finding.Finding {
		return finding.Finding{Obligation: "pdb-missing", Message: "no PDB", Subject: finding.Subject{Kind: "Deployment", Name: "web"},
			Position: origin.Position{File: file, Line: 1}}
	}
	other := at("c.yaml")
	other.Message = "PDB of 0"
	results := []Result{
		{Findings: []finding.Finding{at("a.yaml")}},
		{Findings: []finding.Finding{at("b.yaml")}},
		{Findings: []finding.Finding{other}},
		{Findings: []finding.Finding{at("d.yaml")}},
		{Findings: []finding.Finding{at("e.yaml")}},
	}
	all := Distinct(results, []*estate.Unit{{Alternative: true}, {Alternative: true}, {Alternative: true}, {}, {}})
	for i, want := range []int{1, 0, 1, 1, 1} {
		if len(all[i].Findings) != want {
			t.Errorf("%d findings of %d", len(all[i].Findings), i)
		}
	}
	if e := all[0].Findings[0].Evidence; len(e) != 1 || e[0].Position.File != "b.yaml" {
		t.Errorf("%v", e)
	}
}

// Of alternatives the gravest says it: what sends requests to an object may stand
// in one of several files.
func TestTheGravestAlternative(t *testing.T) {
	at := func(file, severity string) finding.Finding {
		return finding.Finding{Obligation: "pdb-missing", Severity: severity, Message: "no PDB",
			Subject: finding.Subject{Kind: "Deployment", Name: "web"}, Position: origin.Position{File: file, Line: 1}}
	}
	results := []Result{
		{Findings: []finding.Finding{at("a.yaml", "low")}},
		{Findings: []finding.Finding{at("b.yaml", "high")}},
		{Findings: []finding.Finding{at("b.yaml", "medium")}},
	}
	all := Distinct(results, []*estate.Unit{{Alternative: true}, {Alternative: true}, {Alternative: true}})
	if len(all[0].Findings)+len(all[2].Findings) > 0 || len(all[1].Findings) != 1 {
		t.Fatalf("%+v", all)
	}
	results[0].Findings[0].Offering = "openshift"
	if all := Distinct(results, []*estate.Unit{{Alternative: true}, {Alternative: true}, {Alternative: true}}); len(all[0].Findings) != 1 ||
		len(all[1].Findings) != 1 {
		t.Errorf("for another platform: %+v", all)
	}
	if f := all[1].Findings[0]; f.Severity != "high" || len(f.Evidence) != 1 || f.Evidence[0].Position.File != "a.yaml" {
		t.Errorf("%+v", f)
	}
}
