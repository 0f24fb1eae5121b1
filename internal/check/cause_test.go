package check_test

import (
	"testing"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
)

// causeAndOutcome runs two checks: a cause on the Deployment web, and an
// outcome that may be explained by it.
func causeAndOutcome(t *testing.T, unit string, cause, outcome check.Judgement) []finding.Finding {
	t.Helper()
	c := toyCatalog(t)
	at := locate.Place{Offering: c.Offering("eks-auto-mode"), Basis: locate.Proof}
	web := finding.Subject{Kind: "Deployment", Name: "web"}
	one := func(id string, isOutcome bool, j check.Judgement) check.Check {
		if j.Place.Offering == nil {
			j.Place = at
		}
		j.Subject = web
		return check.Check{ID: id, Axis: "compute", Outcome: isOutcome, ByContract: isOutcome, Run: func(p *check.Pass) { p.Report(j) }}
	}
	outcome.Causes = []check.Cause{{Obligation: "single-replica", Subject: web}, {Obligation: "pdb-missing", Subject: web}}
	table := []check.Check{one("survives-replacement", true, outcome), one("pdb-missing", false, cause)}
	for _, o := range c.Obligations {
		if o.Axis == "compute" && o.Checked && o.ID != "survives-replacement" && o.ID != "pdb-missing" {
			table = append(table, check.Check{ID: o.ID, Axis: "compute", Run: func(*check.Pass) {}})
		}
	}
	result, err := check.Run(t.Context(), table, c, &estate.Estate{Name: unit, Kubernetes: &kubernetes.Estate{}}, locate.Places{})
	if err != nil {
		t.Fatal(err)
	}
	return result.Findings
}

func TestOutcomeIsToldWithItsCause(t *testing.T) {
	broken := check.Judgement{Verdict: finding.Broken, Message: "m", Evidence: []finding.Evidence{{Text: "seen"}}}
	unknown, held := broken, broken
	unknown.Verdict, held.Verdict = finding.Unknown, finding.Held
	for _, x := range []struct {
		name, unit     string
		cause, outcome check.Judgement
		entries, told  int
	}{
		{"in a unit", "overlays/prod", broken, broken, 1, 1},
		{"both broken", "", broken, broken, 1, 1},
		{"not proven, and there is a cause", "", broken, unknown, 1, 1},
		{"the outcome is held: nothing is explained", "", broken, held, 2, 0},
		{"the cause is held", "", held, broken, 2, 0},
		{"whether there is a cause is not known", "", unknown, broken, 2, 0},
		{"neither is known: one thing to find out", "", unknown, unknown, 1, 1},
	} {
		findings := causeAndOutcome(t, x.unit, x.cause, x.outcome)
		told := 0
		for _, f := range findings {
			told += len(f.LeadsTo)
			for _, o := range f.LeadsTo {
				if o.Obligation != "survives-replacement" || o.Verdict != x.outcome.Verdict || o.Message != "m" || len(o.Evidence) == 0 ||
					o.Fingerprint != finding.Fingerprint(o.Obligation, o.Subject) {
					t.Errorf("%s: %+v", x.name, o)
				}
			}
		}
		if len(findings) != x.entries || told != x.told {
			t.Errorf("%s: %d entries and %d told with them: %+v", x.name, len(findings), told, findings)
		}
	}
}

// A broken verdict that rests on an assumption is a risk.
func TestAssumedIsARisk(t *testing.T) {
	c := toyCatalog(t)
	somewhere := locate.Place{Offering: c.Offering("eks-auto-mode"), Basis: locate.Assumed}
	fact := check.Judgement{Verdict: finding.Held}
	for _, x := range []struct {
		name    string
		j       check.Judgement
		verdict finding.Verdict
	}{
		{"on nodes that were made up", check.Judgement{Verdict: finding.Broken, Assumed: true, Consequence: "Down."}, finding.Unknown},
		{"by the contract of a platform that nothing tells", check.Judgement{Verdict: finding.Broken, Place: somewhere}, finding.Unknown},
		{"held stays", check.Judgement{Verdict: finding.Held, Assumed: false}, finding.Held},
	} {
		for _, f := range causeAndOutcome(t, "", fact, x.j) {
			if f.Obligation == "survives-replacement" &&
				(f.Verdict != x.verdict || x.verdict == finding.Unknown && (f.Basis != "assumed" || f.Consequence != "")) {
				t.Errorf("%s: %+v", x.name, f)
			}
		}
	}
	for basis, severity := range map[locate.Basis]string{locate.Assumed: "medium", locate.Proof: "high", locate.Possible: "high"} {
		at := locate.Place{Offering: somewhere.Offering, Basis: basis}
		for _, f := range causeAndOutcome(t, "", check.Judgement{Verdict: finding.Broken, Place: at}, fact) {
			if f.Obligation == "pdb-missing" && (f.Verdict != finding.Broken || f.Severity != severity) {
				t.Errorf("%s: %s", basis, f.Severity)
			}
		}
	}
}

// What one edit mends with another is told with that, unless it weighs more.
func TestWhatIsMendedTogetherIsToldOnce(t *testing.T) {
	for _, x := range []struct {
		name, severity, other string
		entries               int
	}{{"as grave", "medium", "medium", 1}, {"less grave", "medium", "low", 1}, {"graver", "low", "medium", 2}} {
		c := toyCatalog(t)
		at := locate.Place{Offering: c.Offering("eks-auto-mode"), Basis: locate.Proof}
		web := finding.Subject{Kind: "Deployment", Name: "web"}
		table := []check.Check{}
		for _, o := range c.Obligations {
			if o.Axis != "compute" || !o.Checked {
				continue
			}
			j := check.Judgement{Verdict: finding.Broken, Subject: web, Place: at, Message: "m", Because: "it is so"}
			run := func(*check.Pass) {}
			switch o.ID {
			case "pdb-missing":
				j.Severity = x.severity
				run = func(p *check.Pass) { p.Report(j) }
			case "single-replica":
				j.Severity, j.Causes = x.other, []check.Cause{{Obligation: "pdb-missing", Subject: web, Same: true}}
				run = func(p *check.Pass) { p.Report(j) }
			}
			table = append(table, check.Check{ID: o.ID, Axis: "compute", Run: run})
		}
		result, err := check.Run(t.Context(), table, c, &estate.Estate{Kubernetes: &kubernetes.Estate{}}, locate.Places{})
		if err != nil {
			t.Fatal(err)
		}
		also := false
		for _, f := range result.Findings {
			for _, o := range f.LeadsTo {
				also = also || o.Also
			}
		}
		if len(result.Findings) != x.entries || also != (x.entries == 1) {
			t.Errorf("%s: %d entries, one told with the other %t", x.name, len(result.Findings), also)
		}
	}
}
