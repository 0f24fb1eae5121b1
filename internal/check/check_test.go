package check_test

import (
	"cmp"
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
blocksNodes: true
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
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true},
		responsibility.Files{FS: files, Name: "mine"})
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
	if f.Verdict != finding.Broken || f.Consequence == "" || f.Fix == nil || f.Severity != "low" || !f.BlocksNodes || f.Layer != "workload" ||
		f.Offering != "eks-auto-mode" || !slices.Equal(f.Sources, []string{"seed"}) {
		t.Errorf("%+v", f)
	}
	if want := finding.Fingerprint(workloadOwned.ID, f.Subject); f.Fingerprint != want {
		t.Errorf("its fingerprint is %s, want %s", f.Fingerprint, want)
	}

	// Namespaces were not read: what is held stays, what is broken does not.
	e.Unread = []origin.Unread{{Resource: "namespaces", Kind: "Namespace", Cause: origin.Forbidden, Reason: "forbidden"}}
	found = looked(t, c, e)
	if found["owned"].Verdict != finding.Held {
		t.Errorf("%+v", found["owned"])
	}
	f = found["lost"]
	if f.Verdict != finding.Unknown || f.Fix != nil || f.Consequence != "" || !strings.Contains(f.Message, "Namespaces could not be read") ||
		len(f.Evidence) != 1 || f.Evidence[0].Unread != "namespaces" {
		t.Errorf("%+v", f)
	}

	// Of subjects that were not read there is a finding, too.
	e.Unread = []origin.Unread{{Resource: "deployments.apps", Kind: "Deployment", Cause: origin.Forbidden, Reason: "forbidden"}}
	if f = looked(t, c, e)[""]; f.Verdict != finding.Unknown || f.Subject.Kind != "Deployment" {
		t.Errorf("%+v", f)
	}
}

// Without the line the obligation is the customer's, and said not to be looked
// at; unless it claims to be checked.
func TestWithoutTheLine(t *testing.T) {
	c := catalogWith(t, fstest.MapFS{
		"obligations/workload-owned.yaml": {Data: []byte(strings.ReplaceAll(toyObligation, "checked: true\n", ""))},
	})
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
	axes := map[string]bool{}
	for _, x := range table.All() {
		axes[x.Axis] = true
	}
	for _, o := range c.Obligations {
		if o.Checked && !axes[o.Axis] {
			t.Errorf("%s claims to be checked, and the table has nothing of its axis", o.ID)
		}
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
		"the check tasks-survive-replacement runs nothing":                                 {ID: "tasks-survive-replacement", Axis: "compute"},
	} {
		c := catalogWith(t, nil)
		if _, err := check.Run(t.Context(), append(table.All(), x), c, &estate.Estate{Kubernetes: &kubernetes.Estate{}},
			locate.Places{}); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if err := check.Validate(table.All(), toyCatalog(t)); err == nil ||
		err.Error() != "mine/obligations/workload-owned.yaml:8: checked: "+
			"the obligation workload-owned claims to be checked, and no check is for it" {
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
	if _, err := check.Run(ctx, all, c, &estate.Estate{Kubernetes: e}, locate.Locate(c, e, nil, nil)); !errors.Is(err,
		context.Canceled) || runs != 1 {
		t.Errorf("%v after %d checks", err, runs)
	}
}

// judged runs one check that reports one judgement, and returns its finding.
func judged(t *testing.T, j check.Judgement, needs check.Needs, unread ...origin.Unread) finding.Finding {
	t.Helper()
	c := toyCatalog(t)
	e := &kubernetes.Estate{Unread: unread}
	j.Place.Offering = c.Offering("eks-auto-mode")
	toy := check.Check{ID: workloadOwned.ID, Axis: workloadOwned.Axis, Needs: needs, Run: func(p *check.Pass) { p.Report(j) }}
	quiet := table.All()
	for i := range quiet {
		quiet[i].Run, quiet[i].Subjects = func(*check.Pass) {}, check.Subjects{}
	}
	result, err := check.Run(t.Context(), append(quiet, toy), c, &estate.Estate{Kubernetes: e},
		locate.Locate(c, e, c.Offering("eks-auto-mode"), nil))
	if err != nil || len(result.Findings) != 1 {
		t.Fatal(err, result.Findings)
	}
	return result.Findings[0]
}

// A finding says where its subject runs unless that is said above it, or nothing
// is wrong.
func TestFindingSaysWhereItRuns(t *testing.T) {
	for _, x := range []struct {
		verdict finding.Verdict
		basis   locate.Basis
		says    bool
	}{
		{finding.Broken, locate.Proof, true}, {finding.Unknown, locate.Assumed, true},
		{finding.Broken, locate.Only, false}, {finding.Broken, locate.Asked, false}, {finding.Held, locate.Proof, false},
	} {
		f := judged(t, check.Judgement{Verdict: x.verdict, Message: "m", Place: locate.Place{Basis: x.basis, Evidence: locate.Seen("its label")}},
			check.Needs{})
		if says := len(f.Evidence) > 0 && strings.Contains(f.Evidence[0].Text, "eks-auto-mode: its label"); says != x.says || f.Evidence == nil {
			t.Errorf("%s, %s: %+v", x.verdict, x.basis, f.Evidence)
		}
	}
}

// What is unread takes away the verdicts that need it, and no other; an unknown
// one says that it lacks what either verdict would need.
func TestNeeds(t *testing.T) {
	secrets, nodes := origin.Unread{Resource: "secrets", Kind: "Secret"}, origin.Unread{Resource: "nodes", Kind: "Node"}
	needs := check.Needs{Held: []check.Need{check.Kinds(origin.Kinds{"Secret"})},
		Broken: []check.Need{check.Kinds(origin.Kinds{"Node"}), check.Kinds(origin.Kinds{"nodes"})}}
	for _, x := range []struct {
		verdict finding.Verdict
		settled bool
		lacks   []origin.Unread
		unread  []origin.Unread
		want    finding.Verdict
		says    string
	}{
		{finding.Held, false, nil, []origin.Unread{secrets}, finding.Unknown, "m; but Secrets could not be read, and may change that"},
		{finding.Held, false, nil, []origin.Unread{nodes}, finding.Held, "m"},
		{finding.Broken, false, nil, []origin.Unread{nodes}, finding.Unknown, "m; but Nodes could not be read, and may change that"},
		{finding.Broken, false, nil, []origin.Unread{secrets}, finding.Broken, "m"},
		{finding.Unknown, false, nil, []origin.Unread{secrets, nodes}, finding.Unknown, "m; and Secrets and Nodes could not be read"},
		{finding.Held, true, nil, []origin.Unread{secrets, nodes}, finding.Held, "m"},
		{finding.Broken, false, []origin.Unread{secrets}, []origin.Unread{secrets}, finding.Unknown,
			"m; but Secrets could not be read, and may change that"},
		{finding.Held, false, nil, nil, finding.Held, "m"},
	} {
		f := judged(t, check.Judgement{Verdict: x.verdict, Message: "m", Settled: x.settled, Lacks: x.lacks, Consequence: "c",
			Fix: &finding.Fix{}, Place: locate.Place{Basis: locate.Asked}}, needs, x.unread...)
		if f.Verdict != x.want || f.Message != x.says {
			t.Errorf("%s with %v unread: %s, %q; want %s, %q", x.verdict, x.unread, f.Verdict, f.Message, x.want, x.says)
		}
		if (f.Consequence != "") != (f.Verdict == finding.Broken) || f.Verdict == finding.Unknown && x.verdict != finding.Unknown &&
			f.Fix != nil {
			t.Errorf("%s: %+v", x.verdict, f)
		}
	}
}

// Findings stand in the order of their subjects and obligations, whatever the
// order of the table.
func TestOrder(t *testing.T) {
	c := toyCatalog(t)
	e := &kubernetes.Estate{Workloads: []kubernetes.Workload{workload("z", nil), workload("a", nil)}}
	e.Workloads[0].Replicas, e.Workloads[0].Evictable, e.Workloads[0].Lasting = 1, true, true
	checks := withToy()
	slices.Reverse(checks)
	result, err := check.Run(t.Context(), checks, c, &estate.Estate{Kubernetes: e}, locate.Locate(c, e, c.Offering("ec2-self-hosted"), nil))
	if err != nil || len(result.Findings) < 3 {
		t.Fatal(err, result.Findings)
	}
	if !slices.IsSortedFunc(result.Findings, func(x, y finding.Finding) int {
		return cmp.Or(x.Subject.Compare(y.Subject), strings.Compare(x.Obligation, y.Obligation))
	}) {
		t.Errorf("%+v", result.Findings)
	}
}
