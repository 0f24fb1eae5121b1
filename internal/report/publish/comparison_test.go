package publish

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/report/published"
)

func TestComparison(t *testing.T) {
	of := func(verdict finding.Verdict, name, owner string) finding.Finding {
		x := finding.Finding{Obligation: "pdb-missing", Verdict: verdict, Severity: "medium", Owner: owner, Fingerprint: name,
			Subject: finding.Subject{Kind: "Deployment", Name: name}}
		if verdict == finding.Known {
			x.Was = finding.Broken
		}
		return x
	}
	result := func(all ...finding.Finding) *published.Findings { return &published.Findings{Findings: all} }
	cause := of(finding.Broken, "cause", "")
	cause.LeadsTo = []finding.Outcome{{Fingerprint: "outcome"}}
	for name, x := range map[string]struct {
		old, new *published.Findings
		want     string
	}{
		"the same":             {result(of(finding.Broken, "web", "")), result(of(finding.Broken, "web", "")), "still web"},
		"new":                  {result(of(finding.Held, "web", "")), result(of(finding.Broken, "web", "")), "new web"},
		"was unknown":          {result(of(finding.Unknown, "web", "")), result(of(finding.Broken, "web", "")), "new web"},
		"was waived":           {result(of(finding.Waived, "web", "")), result(of(finding.Broken, "web", "")), "new web"},
		"cured":                {result(of(finding.Broken, "web", "")), result(of(finding.Held, "web", "")), "cured web"},
		"gone":                 {result(of(finding.Broken, "web", "")), result(), "gone web"},
		"waived":               {result(of(finding.Broken, "web", "")), result(of(finding.Waived, "web", "")), "waived web"},
		"undecided":            {result(of(finding.Broken, "web", "")), result(of(finding.Unknown, "web", "")), "undecided web"},
		"known":                {result(of(finding.Broken, "web", "")), result(of(finding.Known, "web", "")), "still web"},
		"was known":            {result(of(finding.Known, "web", "")), result(of(finding.Held, "web", "")), "cured web"},
		"told with its cause":  {result(of(finding.Broken, "outcome", "")), result(cause), "new cause, still outcome"},
		"told without it":      {result(cause), result(of(finding.Broken, "outcome", "")), "gone cause"},
		"nothing is the worst": {result(of(finding.Unknown, "web", "")), result(of(finding.Unknown, "web", "")), ""},
	} {
		c := Comparison("o", x.old, "n", x.new)
		var got []string
		for _, y := range c.Changes {
			got = append(got, y.Became+" "+y.Subject.Name)
		}
		if said := strings.Join(got, ", "); said != x.want || len(c.Owners) != 0 {
			t.Errorf("%s: %s, want %s (%+v)", name, said, x.want, c.Owners)
		}
	}
	c := Comparison("o", result(of(finding.Broken, "a", "us"), of(finding.Broken, "b", "them"), of(finding.Broken, "c", "")),
		"n", result(of(finding.Held, "a", "us"), of(finding.Broken, "b", "them"), of(finding.Broken, "d", "them")))
	if c.Summary != (published.Became{New: 1, Still: 1, Cured: 1, Gone: 1}) || len(c.Owners) != 3 || c.Owners[0].Owner != "them" ||
		c.Owners[0].New != 1 || c.Owners[0].Still != 1 || c.Owners[1].Owner != "" || c.Owners[2].Cured != 1 {
		t.Errorf("%+v %+v", c.Summary, c.Owners)
	}
	partial := result()
	partial.Filter, partial.Unreadable = &published.Filter{Only: []string{"x"}}, []origin.Fault{{}}
	if c := Comparison("o", partial, "n", result()); len(c.Notes) != 2 || !strings.HasPrefix(c.Notes[0], "o has not all") {
		t.Errorf("notes: %q", c.Notes)
	}
}
