package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/report/published"
)

// many are findings of a repository: the same of many workloads, a few budgets
// that hold up nodes, and some that hardly matter.
func many() published.Findings {
	var f published.Findings
	add := func(n int, x finding.Finding) {
		for i := range n {
			x.Subject = finding.Subject{Namespace: "shop", Kind: "Deployment", Name: fmt.Sprintf("%s-%d", x.Obligation, i)}
			x.Fix = &finding.Fix{Summary: "mend " + x.Obligation}
			x.Fingerprint = x.Subject.Name
			f.Findings = append(f.Findings, x)
		}
	}
	add(200, finding.Finding{Obligation: "single-replica", Verdict: finding.Broken, Severity: "high", Message: "runs on a single pod", Consequence: "An outage."})
	add(3, finding.Finding{Obligation: "pdb-never-allows", BlocksNodes: true, Verdict: finding.Broken, Severity: "medium", Message: "allows nothing"})
	add(40, finding.Finding{Obligation: "pdb-missing", Verdict: finding.Broken, Severity: "low", Message: "no budget"})
	add(30, finding.Finding{Obligation: "survives-replacement", Verdict: finding.Unknown, Severity: "high", Message: "may fall"})
	f.Summary = finding.Count(f.Findings)
	return f
}

func briefly(t *testing.T, f published.Findings, s Screen) string {
	t.Helper()
	var b strings.Builder
	if err := findingsText(&b, f, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Hundreds of findings are read in half a minute: what holds up nodes first, the
// same said once with how many and the first names, low ones as a count.
func TestManyFindingsAreShownTogether(t *testing.T) {
	text := briefly(t, many(), Screen{Width: 80})
	if n := strings.Count(text, "\n"); n > 60 {
		t.Errorf("%d lines:\n%s", n, text)
	}
	last := 0
	for _, want := range []string{
		"broken  pdb-never-allows  medium  on 3", "broken  single-replica  high  on 200", "Runs on a single pod.", "An outage.",
		"- shop/single-replica-0 Deployment", "- and 194 more", "fix: mend single-replica", "unknown  survives-replacement  on 30",
		"Of low severity, with --all: 40 pdb-missing.", "243 broken, 30 unknown",
	} {
		at := strings.Index(text, want)
		if at < last {
			t.Errorf("%q is missing or comes too early:\n%s", want, text)
		}
		last = max(at, last)
	}
}

// With --all each has its own entry, and so have a few.
func TestFewFindingsAreShownInFull(t *testing.T) {
	if text := briefly(t, many(), Screen{Width: 80, Held: true}); strings.Count(text, "broken  ") != 243 {
		t.Errorf("--all leaves some out")
	}
	few := many()
	few.Findings = few.Findings[:mostInFull]
	few.Summary = finding.Count(few.Findings)
	if text := briefly(t, few, Screen{Width: 80}); strings.Count(text, "broken  single-replica") != mostInFull {
		t.Errorf("not each is shown:\n%s", text)
	}
}

// One object that several units build is one entry, under the gravest of them;
// what has another cure has another entry, or names its own.
func TestCopiesAreToldOnce(t *testing.T) {
	f := published.Findings{Units: []published.Unit{{Name: "base"}, {Name: "live"}, {Name: "test"}}}
	add := func(name, unit, severity, fix string, line int) {
		f.Findings = append(f.Findings, finding.Finding{
			Obligation: "single-replica", Verdict: finding.Broken, Severity: severity, Message: "runs on a single pod", Consequence: "An outage.",
			Subject:  finding.Subject{Unit: unit, Kind: "Deployment", Name: name},
			Position: origin.Position{File: "web.yaml", Line: line}, Fix: &finding.Fix{Summary: fix}, Fingerprint: name + unit,
		})
	}
	for i := range 13 {
		add(fmt.Sprintf("a-%d", i), "base", "medium", "run two", i+1)
	}
	add("a-0", "live", "high", "run two", 1)
	add("a-0", "test", "low", "run two", 1)
	add("one", "base", "medium", "move it", 21)
	add("two", "base", "medium", "replicate it", 22)
	add("a-0-worker", "base", "medium", "run two", 1) // of a template that loops
	f.Summary = finding.Count(f.Findings)
	text := briefly(t, f, Screen{Width: 100})
	for _, want := range []string{
		"single-replica  high  on 1", "- a-0 Deployment in live and 2 more units  web.yaml:1", "single-replica  medium  on 13", "single-replica  medium  on 2",
		"- one Deployment in base  web.yaml:21\n    fix: move it", "fix: replicate it",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing:\n%s", want, text)
		}
	}
	if n := strings.Count(text, "An outage."); n != 1 {
		t.Errorf("what follows is told %d times:\n%s", n, text)
	}
}
