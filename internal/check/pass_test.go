package check_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/check/table"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
)

// alone runs one toy check, all others silent, on an estate whose things run in
// some places.
func alone(t *testing.T, c *responsibility.Catalog, toy check.Check, e *kubernetes.Estate, places locate.Places) check.Result {
	t.Helper()
	toy.ID, toy.Axis = workloadOwned.ID, workloadOwned.Axis
	quiet := table.All()
	for i := range quiet {
		quiet[i].Run, quiet[i].Subjects, quiet[i].ByContract = func(*check.Pass) {}, check.Subjects{}, false
	}
	result, err := check.Run(t.Context(), append(quiet, toy), c, &estate.Estate{Kubernetes: e}, places)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func quietly(*check.Pass) {}

// withoutContract is an offering of which no contract is written down.
func withoutContract(c *responsibility.Catalog) *responsibility.Offering {
	o := *c.Offering("eks-auto-mode")
	o.Contract = nil
	return &o
}

// Files and builds that could not be read are evidence one by one, up to three;
// of more than that their number is. What the cluster did not let be read is
// told in any case.
func TestEvidenceOfWhatWasNotRead(t *testing.T) {
	file := func(n int) origin.Unread {
		return origin.Unread{Of: fmt.Sprintf("file-%d.yaml", n), Reason: "it is cut off"}
	}
	var all []origin.Unread
	for n := range 6 {
		evidence := check.Unread(all)
		var texts []string
		for _, x := range evidence {
			texts = append(texts, x.Text)
		}
		var want []string
		for k := range min(n, 3) {
			want = append(want, fmt.Sprintf("file-%d.yaml could not be read: it is cut off", k))
		}
		if n > 3 {
			want = append(want, fmt.Sprintf("and %d more that could not be read", n-3))
		}
		if !slices.Equal(texts, want) {
			t.Errorf("of %d files the evidence is %q, wants %q", n, texts, want)
		}
		all = append(all, file(n))
	}
	for n := range 5 { // after them
		all = append(all, origin.Unread{Resource: fmt.Sprint("resource-", n), Kind: fmt.Sprint("Kind", n), Reason: "forbidden"})
	}
	evidence := check.Unread(all)
	if len(evidence) != 3+5+1 || evidence[3].Unread != "resource-0" || evidence[8].Text != "and 3 more that could not be read" {
		t.Errorf("the evidence is %+v", evidence)
	}
}

// What holds objects of one namespace or directory takes away verdicts on those
// alone, and is told once, however many needs name it.
func TestUnreadCountsWhereItIs(t *testing.T) {
	c := toyCatalog(t)
	at := locate.Place{Offering: c.Offering("eks-auto-mode"), Basis: locate.Asked}
	needs := check.Needs{Held: []check.Need{check.Kinds(origin.Kinds{"Secret"}), check.Kinds(origin.Kinds{"Secret", "Node"})}}
	for name, x := range map[string]struct {
		scope origin.Scope
		want  finding.Verdict
	}{
		"everywhere":        {origin.Scope{}, finding.Unknown},
		"its namespace":     {origin.Scope{Namespace: "shop"}, finding.Unknown},
		"another namespace": {origin.Scope{Namespace: "bank"}, finding.Held},
		"its directory":     {origin.Scope{Directory: "base"}, finding.Unknown},
		"another directory": {origin.Scope{Directory: "overlay"}, finding.Held},
		"its name":          {origin.Scope{Name: "web"}, finding.Unknown},
		"another name":      {origin.Scope{Name: "api"}, finding.Held},
	} {
		e := &kubernetes.Estate{Unread: []origin.Unread{{Kind: "Secret", Of: "a file", Scope: x.scope}, {Kind: "Pod", Of: "another"}}}
		j := check.Judgement{
			Subject: finding.Subject{Namespace: "shop", Kind: "Deployment", Name: "web"}, Place: at, Verdict: finding.Held, Message: "m",
			Position: origin.Position{File: "base/web.yaml", Line: 3},
		}
		f := alone(t, c, check.Check{Needs: needs, Run: func(p *check.Pass) { p.Report(j) }}, e, locate.Places{}).Findings[0]
		if f.Verdict != x.want || f.Verdict == finding.Unknown && len(f.Evidence) != 1 {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// Where subjects could not be read, that is a finding of its own: on the place
// where the obligation is the customer's, and none where it is nobody's.
func TestSubjectsThatWereNotRead(t *testing.T) {
	c := toyCatalog(t)
	auto, kops, atlas := c.Offering("eks-auto-mode"), c.Offering("kops"), c.Offering("mongodb-atlas")
	for name, x := range map[string]struct {
		fallback   locate.Place
		nodes      []locate.Place
		byContract bool
		offering   string // empty for no finding
		basis      string
	}{
		"where everything runs": {locate.Place{Offering: auto, Basis: locate.Asked}, nil, false, "eks-auto-mode", "asked"},
		"the fallback before the others": {locate.Place{Offering: auto, Basis: locate.Asked}, []locate.Place{{Offering: kops}}, false,
			"eks-auto-mode", "asked"},
		"one of those where things run": {locate.Place{}, []locate.Place{{Offering: atlas}, {Offering: kops, Basis: locate.Proof}}, false,
			"kops", "only"},
		"it is nobody's where things run": {locate.Place{Offering: atlas, Basis: locate.Asked}, []locate.Place{{Offering: atlas}},
			false, "", ""},
		"nobody knows where":              {locate.Place{}, nil, false, "", ""},
		"by a contract":                   {locate.Place{Offering: auto, Basis: locate.Asked}, nil, true, "eks-auto-mode", "asked"},
		"by a contract that nobody wrote": {locate.Place{Offering: withoutContract(c), Basis: locate.Asked}, nil, true, "", ""},
		"no contract written, and none used": {locate.Place{Offering: withoutContract(c), Basis: locate.Asked}, nil, false,
			"eks-auto-mode", "asked"},
	} {
		toy := check.Check{
			ByContract: x.byContract, Run: quietly,
			Subjects: check.Subjects{Unread: func(p *check.Pass) []origin.Unread { return p.Estate.Kubernetes.Lacks(origin.Kinds{"Deployment"}) }},
		}
		e := &kubernetes.Estate{
			Unread: []origin.Unread{{Resource: "deployments.apps", Kind: "Deployment", Cause: origin.Forbidden, Reason: "forbidden"}},
		}
		found := alone(t, c, toy, e, locate.Places{Fallback: x.fallback, Nodes: x.nodes}).Findings
		if x.offering == "" {
			if len(found) > 0 {
				t.Errorf("%s: %+v", name, found)
			}
			continue
		}
		if len(found) != 1 {
			t.Errorf("%s: %+v", name, found)
			continue
		}
		f := found[0]
		if f.Offering != x.offering || f.Basis != x.basis || f.Verdict != finding.Unknown || f.Subject != (finding.Subject{Kind: "Deployment"}) {
			t.Errorf("%s: %+v", name, f)
		}
		if f.Message != "Deployments could not be read, so this was not checked on them" || len(f.Evidence) != 1 ||
			f.Evidence[0].Unread != "deployments.apps" {
			t.Errorf("%s: %q, %+v", name, f.Message, f.Evidence)
		}
		e.Unread = nil
		if found = alone(t, c, toy, e, locate.Places{Fallback: x.fallback, Nodes: x.nodes}).Findings; len(found) > 0 {
			t.Errorf("%s: with everything read: %+v", name, found)
		}
	}
}

// A kind that was not read is needed by its name or by its resource, of which several have one name.
func TestKindsThatAreNeeded(t *testing.T) {
	pool := origin.Unread{Kind: "NodePool", Resource: "nodepools.karpenter.sh"}
	for need, want := range map[string]int{"NodePool": 1, "nodepools.karpenter.sh": 1, "nodepools.hypershift.openshift.io": 0, "Node": 0} {
		e := &estate.Estate{Kubernetes: &kubernetes.Estate{Unread: []origin.Unread{pool}}}
		if got := check.Kinds(origin.Kinds{need})(&check.Pass{Estate: e}, nil); len(got) != want {
			t.Errorf("%s: %v, want %d", need, got, want)
		}
	}
}

// Obligations of the customer that nobody looked at are listed: those without
// subjects, and those that follow from a contract where none is written down.
func TestWhatWasNotLookedAt(t *testing.T) {
	c := toyCatalog(t)
	at := locate.Places{Nodes: []locate.Place{{Offering: c.Offering("eks-auto-mode")}}}
	bare := locate.Places{Nodes: []locate.Place{{Offering: withoutContract(c)}}}
	both := locate.Places{Nodes: slices.Concat(at.Nodes, bare.Nodes)}
	elsewhere := locate.Places{Nodes: []locate.Place{{Offering: c.Offering("mongodb-atlas")}}}
	there := func(is bool) check.Subjects { return check.Subjects{There: func(*check.Pass) bool { return is }} }
	untold := func(is bool) check.Subjects { return check.Subjects{Untold: func(*check.Pass) bool { return is }} }
	on := func(id string) check.Subjects {
		return check.Subjects{Offerings: func(*check.Pass) []*responsibility.Offering {
			return []*responsibility.Offering{nil, c.Offering(id)}[1:]
		}}
	}
	for name, x := range map[string]struct {
		toy    check.Check
		places locate.Places
		listed bool
	}{
		"looked at":                      {check.Check{}, at, false},
		"there are subjects":             {check.Check{Subjects: there(true)}, at, false},
		"there are none":                 {check.Check{Subjects: there(false)}, at, true},
		"all of them are told of":        {check.Check{Subjects: untold(false)}, at, false},
		"some are not told of":           {check.Check{Subjects: untold(true)}, at, true},
		"none, and it is nobody's":       {check.Check{Subjects: there(false)}, elsewhere, false},
		"nothing runs anywhere":          {check.Check{Subjects: there(false)}, locate.Places{}, false},
		"by a contract":                  {check.Check{ByContract: true}, at, false},
		"by a contract nobody wrote":     {check.Check{ByContract: true}, bare, true},
		"by a contract written for some": {check.Check{ByContract: true}, both, true},
		"no contract needed":             {check.Check{}, bare, false},
		"its subjects run elsewhere":     {check.Check{Subjects: on("mongodb-atlas")}, locate.Places{}, false},
	} {
		toy := x.toy
		toy.Run = quietly
		result := alone(t, c, toy, &kubernetes.Estate{}, x.places)
		if got := slices.Contains(result.NotLookedAt, workloadOwned.ID); got != x.listed {
			t.Errorf("%s: listed %v among %v", name, got, result.NotLookedAt)
		}
	}
}

// A check learns of its pass which obligation it is about, and shares with
// others what is joined once.
func TestChecksKnowWhatTheyAreAbout(t *testing.T) {
	c := toyCatalog(t)
	type joined struct{ n int }
	for _, byContract := range []bool{false, true} {
		ran, joins := false, 0
		alone(t, c, check.Check{ByContract: byContract, Run: func(p *check.Pass) {
			ran = true
			if p.ID() != workloadOwned.ID || p.Obligation() != c.Obligation(workloadOwned.ID) || p.ByContract() != byContract {
				t.Errorf("%s, %v, by contract %v", p.ID(), p.Obligation(), p.ByContract())
			}
			for range 3 {
				if x := check.Shared(p, func(*check.Pass) *joined { joins++; return &joined{joins} }); x.n != 1 {
					t.Errorf("the value was joined %d times", x.n)
				}
			}
		}}, &kubernetes.Estate{}, locate.Places{})
		if !ran || joins != 1 {
			t.Errorf("ran %v, joined %d times", ran, joins)
		}
	}
}

// A finding names the offerings that its subject may run on, whether the
// obligation bears load there, and the severity of the judgement before that of
// the catalog.
func TestFindingTellsWhatTheCatalogSays(t *testing.T) {
	c := toyCatalog(t)
	one := *c.Offering("eks-auto-mode")
	one.Candidates = []*responsibility.Offering{c.Offering("kops"), c.Offering("aks")}
	for name, x := range map[string]struct {
		offering   *responsibility.Offering
		severity   string
		want       string
		candidates []string
	}{
		"as the catalog has it": {c.Offering("kops"), "", "low", nil},
		"its own severity":      {c.Offering("kops"), "high", "high", nil},
		"one of two":            {&one, "", "low", []string{"kops", "aks"}},
	} {
		j := check.Judgement{Verdict: finding.Broken, Message: "m", Severity: x.severity,
			Place: locate.Place{Offering: x.offering, Basis: locate.Proof}}
		found := alone(t, c, check.Check{Outcome: true, Run: func(p *check.Pass) { p.Report(j) }}, &kubernetes.Estate{}, locate.Places{}).Findings
		if len(found) != 1 || found[0].Severity != x.want || !slices.Equal(found[0].Candidates, x.candidates) || !found[0].Outcome ||
			found[0].LoadBearing {
			t.Errorf("%s: %+v", name, found)
		}
	}
	j := check.Judgement{Verdict: finding.Broken, Message: "m",
		Place: locate.Place{Offering: c.Offering("mongodb-atlas"), Basis: locate.Proof}}
	for _, o := range []*responsibility.Offering{nil, c.Offering("mongodb-atlas")} {
		j.Place.Offering = o
		if found := alone(t, c, check.Check{Run: func(p *check.Pass) { p.Report(j) }}, &kubernetes.Estate{},
			locate.Places{}).Findings; len(found) > 0 {
			t.Errorf("where the obligation is not the customer's: %+v", found)
		}
	}
}

// An obligation that claims to be checked is without a check only where nothing
// checks its axis.
func TestClaimsWithoutACheck(t *testing.T) {
	c := catalogWith(t, fstest.MapFS{"obligations/workload-owned.yaml": {Data: []byte(toyObligation)}})
	if err := check.Validate(table.All(), c); err == nil ||
		err.Error() != "mine/obligations/workload-owned.yaml:8: checked: "+
			"the obligation workload-owned claims to be checked, and no check is for it" {
		t.Error(err)
	}
	if err := check.Validate(nil, c); err != nil {
		t.Error(err)
	}
	if err := check.Validate(withToy(), c); err != nil {
		t.Error(err)
	}
}
