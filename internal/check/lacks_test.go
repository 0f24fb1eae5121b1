package check_test

import (
	"slices"
	"testing"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/check/table"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
)

// What a verdict needs is asked for where anything could not be read, of clusters or of files, or
// where the judgement itself lacks something.
func TestNeedsAreAskedFor(t *testing.T) {
	c := toyCatalog(t)
	at := locate.Place{Offering: c.Offering("eks-auto-mode"), Basis: locate.Asked}
	lacked := origin.Unread{Of: "a.yaml", Cause: origin.Unreadable, Reason: "is no YAML"}
	need := func(*check.Pass, *check.Judgement) []origin.Unread { return []origin.Unread{lacked} }
	other := origin.Unread{Resource: "nodes", Kind: "Node"}
	for name, x := range map[string]struct {
		e     kubernetes.Estate
		lacks []origin.Unread
		want  int // pieces of evidence
	}{
		"everything was read":    {kubernetes.Estate{}, nil, 0},
		"a file was not":         {kubernetes.Estate{Hidden: []origin.Unread{lacked}}, nil, 1},
		"a kind was not":         {kubernetes.Estate{Unread: []origin.Unread{other}}, nil, 1},
		"it lacks something":     {kubernetes.Estate{}, []origin.Unread{other}, 2},
		"it lacks the same file": {kubernetes.Estate{}, []origin.Unread{lacked}, 1},
	} {
		web := finding.Subject{Kind: "Deployment", Name: "web"}
		j := check.Judgement{Subject: web, Place: at, Verdict: finding.Held, Message: "m", Lacks: x.lacks}
		toy := check.Check{Needs: check.Needs{Held: []check.Need{need}}, Run: func(p *check.Pass) { p.Report(j) }}
		f := alone(t, c, toy, &x.e, locate.Places{}).Findings[0]
		if len(f.Evidence) != x.want || (f.Verdict == finding.Held) != (x.want == 0) {
			t.Errorf("%s: %s with %+v", name, f.Verdict, f.Evidence)
		}
	}
}

// Of subjects that could not be read it is said in one sentence, whatever else was not; of files
// that may hold any kind it is told elsewhere.
func TestKindsOfSubjectsAlone(t *testing.T) {
	c := toyCatalog(t)
	kind, file := origin.Unread{Resource: "deployments", Kind: "Deployment"}, origin.Unread{Of: "a.yaml", Reason: "is no YAML"}
	toy := check.Check{
		Subjects: check.Subjects{Unread: func(*check.Pass) []origin.Unread { return []origin.Unread{file, kind} }}, Run: quietly,
		Needs: check.Needs{Held: []check.Need{func(*check.Pass, *check.Judgement) []origin.Unread { return []origin.Unread{file} }}},
	}
	e := &kubernetes.Estate{Unread: []origin.Unread{kind}, Hidden: []origin.Unread{file}}
	atlas, kops := locate.Place{Offering: c.Offering("mongodb-atlas")}, locate.Place{Offering: c.Offering("kops")}
	places := locate.Places{Fallback: atlas, Nodes: []locate.Place{kops}}
	found := alone(t, c, toy, e, places).Findings
	if len(found) != 1 || found[0].Message != "Deployments could not be read, so this was not checked on them" || found[0].Offering != "kops" {
		t.Errorf("%+v", found)
	}
}

// What nobody looks at is told for the axes that something was checked of, wherever a check stands
// in the table; the subjects of each say where they run.
func TestAxesThatWereLookedAt(t *testing.T) {
	c := toyCatalog(t)
	toy := check.Check{ID: workloadOwned.ID, Axis: workloadOwned.Axis, Run: quietly}
	on := toy
	on.Subjects = check.Subjects{There: func(*check.Pass) bool { return false }, Offerings: func(*check.Pass) []*responsibility.Offering {
		return []*responsibility.Offering{c.Offering("eks-auto-mode")}
	}}
	var quiet []check.Check // of one axis
	for _, x := range table.All() {
		if x.Axis == toy.Axis {
			quiet = append(quiet, check.Check{ID: x.ID, Axis: x.Axis, Run: quietly})
		}
	}
	places := locate.Places{Nodes: []locate.Place{
		{Offering: c.Offering("eks-auto-mode")}, {Offering: c.Offering("ecs-managed-instances")}, {Offering: c.Offering("mongodb-community")},
	}}
	for name, x := range map[string]struct {
		table  []check.Check
		places locate.Places
		listed bool
	}{
		"the first of the table":    {append([]check.Check{toy}, quiet...), places, false},
		"the last of the table":     {append(slices.Clone(quiet), toy), places, false},
		"subjects of its own":       {append([]check.Check{on}, quiet...), locate.Places{}, true},
		"subjects that run nowhere": {append([]check.Check{toy}, quiet...), locate.Places{}, false},
	} {
		result, err := check.Run(t.Context(), x.table, c, &estate.Estate{Kubernetes: &kubernetes.Estate{}}, x.places)
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.Contains(result.NotLookedAt, workloadOwned.ID); got != x.listed {
			t.Errorf("%s: listed %t", name, got)
		}
		axes := map[string]bool{}
		for _, id := range result.NotLookedAt {
			axes[c.Obligation(id).Axis] = true
		}
		if len(x.places.Nodes) > 0 && (!axes["compute"] || axes["patching"]) {
			t.Errorf("%s: of the axes %v", name, axes)
		}
	}
}

// A finding says why it weighs less than its obligation does.
func TestFindingSaysWhyItWeighsLess(t *testing.T) {
	at := check.Judgement{Verdict: finding.Broken, Message: "m", Severity: "low", Because: "it is so"}
	for _, f := range causeAndOutcome(t, "", at, check.Judgement{Verdict: finding.Held, Message: "m"}) {
		if f.Obligation == "pdb-missing" && f.SeverityBecause != "it is so" {
			t.Errorf("%+v", f)
		}
	}
}
