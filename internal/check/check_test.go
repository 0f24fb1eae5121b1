package check_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/check/table"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
)

// The recipe of docs/architecture.md, followed: the file of the catalog,
const toyObligation = `id: workload-owned
title: Every workload says who owns it
axis: compute
layer: workload
severity: low
loadBearing: false
checked: true
statement: Every workload has the label team.
applies:
  - {layer: disruption-controls, party: [customer, split]}
why: Somebody has to be asked.
held: The workload has the label.
fix: Label it.
from: [seed]
`

// the file of the check,
var workloadOwned = check.Check{
	ID: "workload-owned", Axis: "compute",
	Subjects: check.Subjects{Unread: func(p *check.Pass) []origin.Unread { return p.Estate.Kubernetes.Lacks(origin.Kinds{"Deployment"}) }},
	Needs:    check.Needs{Broken: []check.Need{check.Kinds(origin.Kinds{"Namespace"})}}, // which may be labelled in its place
	Run: func(p *check.Pass) {
		for i := range p.Estate.Kubernetes.Workloads {
			w := &p.Estate.Kubernetes.Workloads[i]
			j := check.Judgement{
				Subject: finding.Subject{Namespace: w.Namespace, Kind: w.Kind, Name: w.Name}, Index: i, Place: p.Places.Workloads[i],
				Verdict: finding.Held, Message: "has an owner",
			}
			if w.Labels["team"] == "" {
				j.Verdict, j.Message, j.Consequence = finding.Broken, "has no owner", "Nobody is asked."
				j.Fix = &finding.Fix{Summary: "label it"}
			}
			p.Report(j)
		}
	},
}

// and the line of the table.
func withToy() []check.Check { return append(table.All(), workloadOwned) }

func catalogWith(t *testing.T, files fstest.MapFS) *responsibility.Catalog {
	t.Helper()
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true}, responsibility.Files{FS: files, Name: "mine"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func toyCatalog(t *testing.T) *responsibility.Catalog {
	return catalogWith(t, fstest.MapFS{"obligations/workload-owned.yaml": {Data: []byte(toyObligation)}})
}

func workload(name string, labels map[string]string) kubernetes.Workload {
	return kubernetes.Workload{Ref: kubernetes.Ref{Namespace: "shop", Kind: "Deployment", Name: name}, Labels: labels}
}

func looked(t *testing.T, c *responsibility.Catalog, e *kubernetes.Estate) map[string]finding.Finding {
	t.Helper()
	all := &estate.Estate{Kubernetes: e}
	result, err := check.Run(t.Context(), withToy(), c, all, locate.Locate(c, e, c.Offering("eks-auto-mode"), nil))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]finding.Finding{}
	for _, f := range result.Findings {
		if f.Obligation == workloadOwned.ID {
			found[f.Subject.Name] = f
		}
	}
	if slices.Contains(result.NotLookedAt, workloadOwned.ID) {
		t.Error("an obligation that a check is for is told of as not looked at")
	}
	return found
}

// One file and one line make an obligation: it is judged, it says what it found
// in the catalog's words, and what is unread makes it unknown without a word in
// the check.
func TestToyObligation(t *testing.T) {
	c := toyCatalog(t)
	e := &kubernetes.Estate{Workloads: []kubernetes.Workload{workload("owned", map[string]string{"team": "a"}), workload("lost", nil)}}
	found := looked(t, c, e)
	if f := found["owned"]; f.Verdict != finding.Held || f.Fix != nil || f.Consequence != "" {
		t.Errorf("%+v", f)
	}
	f := found["lost"]
	if f.Verdict != finding.Broken || f.Consequence == "" || f.Fix == nil || f.Severity != "low" || f.Layer != "workload" || f.Offering != "eks-auto-mode" || !slices.Equal(f.Sources, []string{"seed"}) {
		t.Errorf("%+v", f)
	}
	if want := finding.Fingerprint(workloadOwned.ID, f.Subject); f.Fingerprint != want {
		t.Errorf("its fingerprint is %s, want %s", f.Fingerprint, want)
	}

	// Namespaces were not read: what is held stays, what is broken does not.
	e.Unread = []origin.Unread{{Resource: "namespaces", Kind: "Namespace", Reason: "forbidden"}}
	found = looked(t, c, e)
	if found["owned"].Verdict != finding.Held {
		t.Errorf("%+v", found["owned"])
	}
	f = found["lost"]
	if f.Verdict != finding.Unknown || f.Fix != nil || f.Consequence != "" || !strings.Contains(f.Message, "Namespaces could not be read") || len(f.Evidence) != 1 || f.Evidence[0].Unread != "namespaces" {
		t.Errorf("%+v", f)
	}

	// Of subjects that were not read there is a finding, too.
	e.Unread = []origin.Unread{{Resource: "deployments.apps", Kind: "Deployment", Reason: "forbidden"}}
	if f = looked(t, c, e)[""]; f.Verdict != finding.Unknown || f.Subject.Kind != "Deployment" {
		t.Errorf("%+v", f)
	}
}

// Without the line the obligation is the customer's, and said not to be looked
// at; unless it claims to be checked.
func TestWithoutTheLine(t *testing.T) {
	c := catalogWith(t, fstest.MapFS{"obligations/workload-owned.yaml": {Data: []byte(strings.ReplaceAll(toyObligation, "checked: true\n", ""))}})
	e := &kubernetes.Estate{Workloads: []kubernetes.Workload{workload("lost", nil)}}
	result, err := check.Run(t.Context(), table.All(), c, &estate.Estate{Kubernetes: e}, locate.Locate(c, e, c.Offering("eks-auto-mode"), nil))
	if err != nil || !slices.Contains(result.NotLookedAt, workloadOwned.ID) {
		t.Errorf("%v, %v", err, result.NotLookedAt)
	}
}

// The table and the built-in catalog say the same of what is checked.
func TestTableFitsCatalog(t *testing.T) {
	c := catalogWith(t, nil)
	if err := check.Validate(table.All(), c); err != nil {
		t.Error(err)
	}
	for _, x := range table.All() {
		if !c.Obligation(x.ID).Checked {
			t.Errorf("%s has a check, and its file in the catalog does not say so", x.ID)
		}
	}
}

// A table that does not fit the catalog does not start.
func TestTableThatDoesNotFit(t *testing.T) {
	run := func(*check.Pass) {}
	for want, x := range map[string]check.Check{
		"the check nothing-such is for no obligation of the catalog":                       {ID: "nothing-such", Axis: "compute", Run: run},
		"the check test-restores is of the axis compute, and its obligation of resilience": {ID: "test-restores", Axis: "compute", Run: run},
		"two checks are for pdb-missing":                                                   {ID: "pdb-missing", Axis: "compute", Run: run},
		"the check launch-allowed runs nothing":                                            {ID: "launch-allowed", Axis: "compute"},
	} {
		c := catalogWith(t, nil)
		if _, err := check.Run(t.Context(), append(table.All(), x), c, &estate.Estate{Kubernetes: &kubernetes.Estate{}}, locate.Places{}); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if err := check.Validate(table.All(), toyCatalog(t)); err == nil || err.Error() != "the obligation workload-owned claims to be checked, and no check is for it" {
		t.Error(err)
	}
}

// A look that is cancelled ends with the check that is at it.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	runs := 0
	all := table.All()
	for i := range all {
		all[i].Run = func(*check.Pass) { runs++; cancel() }
	}
	e := &kubernetes.Estate{}
	c := catalogWith(t, nil)
	if _, err := check.Run(ctx, all, c, &estate.Estate{Kubernetes: e}, locate.Locate(c, e, nil, nil)); !errors.Is(err, context.Canceled) || runs != 1 {
		t.Errorf("%v after %d checks", err, runs)
	}
}
