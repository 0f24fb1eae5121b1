package report

import (
	"fmt"
	"slices"
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
	add(200, finding.Finding{Obligation: "single-replica", Verdict: finding.Broken, Severity: "high", Message: "runs on a single pod",
		Consequence: "An outage."})
	add(3, finding.Finding{Obligation: "pdb-never-allows", BlocksNodes: true, Verdict: finding.Broken, Severity: "medium",
		Message: "allows nothing"})
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

// A few entries are shown in full, and what follows of each: all of it once, and then
// as one sentence; all of it each time where everything is asked for.
func TestWhatFollowsIsSaidOnce(t *testing.T) {
	f := many()
	f.Findings = f.Findings[:3]
	for i := range f.Findings {
		f.Findings[i].Consequence = "It is an outage. Nodes drift every week."
	}
	f.Summary = finding.Count(f.Findings)
	for _, held := range []bool{false, true} {
		text := briefly(t, f, Screen{Width: 80, Held: held})
		first, rest := strings.Count(text, "It is an outage."), strings.Count(text, "Nodes drift every week.")
		if want := map[bool]int{false: 1, true: 3}[held]; first != 3 || rest != want {
			t.Errorf("%d and %d times, want 3 and %d:\n%s", first, rest, want, text)
		}
	}
}

// Where all there is is of low severity, it is told and not only counted.
func TestLowOnesAloneAreNamed(t *testing.T) {
	f := many()
	f.Findings = slices.DeleteFunc(f.Findings, func(x finding.Finding) bool { return x.Severity != "low" })[:5]
	f.Summary = finding.Count(f.Findings)
	if text := briefly(t, f, Screen{Width: 80}); !strings.Contains(text, "pdb-missing-4") || strings.Contains(text, "with -v") {
		t.Error(text)
	}
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
		"- shop/single-replica-0 Deployment", "- and 194 more, with -v", "fix: mend single-replica", "unknown  survives-replacement  on 30",
		"Of low severity, with -v: 40 pdb-missing.", "243 broken (200 high, 3 medium, 40 low), 30 unknown",
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
	first := &f.Findings[13]
	for _, i := range []int{0, 14} {
		x := &f.Findings[i]
		x.CopyOf = first.Fingerprint
		first.Copies = append(first.Copies, finding.Copy{Subject: x.Subject, Fingerprint: x.Fingerprint, Position: x.Position})
	}
	add("one", "base", "medium", "move it", 21)
	add("two", "base", "medium", "replicate it", 22)
	add("a-0-worker", "base", "medium", "run two", 1) // of a template that loops
	f.Summary = finding.Count(f.Findings)
	text := briefly(t, f, Screen{Width: 100})
	for _, want := range []string{
		"single-replica  high  on 1", "- a-0 Deployment in live and 2 more units  web.yaml:1", "single-replica  medium  on 13",
		"single-replica  medium  on 2",
		"- one Deployment in base  web.yaml:21\n    fix: move it", "fix: replicate it", "18 broken (1 high, 16 medium, 1 low) of 16 causes,",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing:\n%s", want, text)
		}
	}
	if n, entries := strings.Count(text, "An outage."), strings.Count(text, "broken  "); n != entries {
		t.Errorf("what follows is told %d times of %d entries:\n%s", n, entries, text)
	}
}

// What is written in several places is one entry, its own consequence stands with
// it, a value of a chart is shown as it is set, and one fix is written out for all
// that are alike.
func TestEntriesSayTheSameOnce(t *testing.T) {
	var f published.Findings
	const outage, lost = "On GKE every replacement is an outage. It comes about every 7 days.",
		" MySQL keeps its data on an emptyDir: each eviction loses it."
	add := func(name, unit, message, consequence string, fix *finding.Fix) {
		f.Units = append(f.Units, published.Unit{Name: unit})
		f.Findings = append(f.Findings, finding.Finding{
			Obligation: "single-replica", Verdict: finding.Broken, Severity: "high", Message: message, Consequence: consequence, Fix: fix,
			Subject:  finding.Subject{Unit: unit, Kind: "Deployment", Name: name},
			Position: origin.Position{File: unit + ".yaml", Line: len(f.Findings) + 1}, Fingerprint: fmt.Sprint(name, unit),
		})
	}
	two := func(name string) *finding.Fix {
		return &finding.Fix{Summary: "run two",
			Changes: []finding.Change{
				{Action: finding.Patch, Object: finding.Object{Kind: "Deployment", Name: name}, Value: finding.DataOf(map[string]any{"of": name})},
			}}
	}
	for i := range 5 {
		for _, unit := range []string{"base", "live", "raw"} {
			name := fmt.Sprintf("web-%d", i)
			add(name, unit, "runs on a single pod", outage, two(name))
		}
	}
	add("db", "base", "runs on a single pod", outage+lost, two("db"))
	add("api", "chart", "runs on a single pod", outage, &finding.Fix{Summary: "run two", Values: []string{"api.replicas=2", "api.pdb=true"}})
	f.Summary = finding.Count(f.Findings)
	text := briefly(t, f, Screen{Width: 100})
	for _, want := range []string{
		"high  on 7, some in 3 variants", "- web-0 Deployment  base.yaml:1 and 2 more places\n", "- db Deployment in base  base.yaml:16\n" +
			"    MySQL keeps its data",
		"For web-0 Deployment, and the others alike:", "of: web-0",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing:\n%s", want, text)
		}
	}
	for _, once := range []string{"every replacement is an outage", "MySQL keeps", "of: "} {
		if n := strings.Count(text, once); n != 1 {
			t.Errorf("%q %d times:\n%s", once, n, text)
		}
	}
	f.Findings = append(f.Findings[15:], f.Findings[:12]...)
	pdb := finding.Change{Action: finding.Create, Object: finding.Object{Kind: "PodDisruptionBudget", Name: "api"},
		Value: finding.DataOf(map[string]any{"of": "api"})}
	with := f
	with.Findings = append(slices.Clone(f.Findings), f.Findings[0], f.Findings[0])
	for i, name := range []string{"api", "rpc"} {
		x := &with.Findings[len(with.Findings)-1-i]
		x.Subject.Name, x.Fingerprint, x.Obligation = name, name, fmt.Sprint("b-", i)
		x.Fix = &finding.Fix{Summary: "run two", Values: []string{name + ".replicas=2"}, Changes: []finding.Change{pdb}}
	}
	with.Summary = finding.Count(with.Findings)
	if text := briefly(t, with, Screen{Width: 100}); strings.Count(text, "of: api") != 1 ||
		!strings.Contains(text, "  And, beside the values, a new PodDisruptionBudget: -v shows it.\n") {
		t.Errorf("values look like all of the fix:\n%s", text)
	}
	if text := briefly(t, f, Screen{Width: 100}); !strings.Contains(text, "    --set api.replicas=2 --set api.pdb=true\n") {
		t.Errorf("no value is set:\n%s", text)
	}
}

// What may change the verdict of all is said once.
func TestDoubtIsSaidOnce(t *testing.T) {
	var f published.Findings
	for i := range 14 {
		f.Findings = append(f.Findings, finding.Finding{
			Obligation: "pdb-missing", Verdict: finding.Unknown,
			Message: fmt.Sprintf("no PodDisruptionBudget covers its %d pods; but chart x may change that", i+2), Doubt: "chart x may change that",
			Undoubted: fmt.Sprintf("no PodDisruptionBudget covers its %d pods", i+2),
			Subject:   finding.Subject{Kind: "Deployment", Name: fmt.Sprint("web-", i)}, Fingerprint: fmt.Sprint(i),
		})
	}
	f.Summary = finding.Count(f.Findings)
	text := briefly(t, f, Screen{Width: 100})
	if n := strings.Count(text, "chart x may change that"); n != 1 || !strings.Contains(text, "covers its 2 pods\n") {
		t.Errorf("%d times:\n%s", n, text)
	}
}

// A few findings that fill more than three screens are shown together as well.
func TestFewLongFindingsAreShownTogether(t *testing.T) {
	f := many()
	f.Findings = f.Findings[:mostWithLow+4]
	for i := range f.Findings {
		for k := range 30 {
			f.Findings[i].Evidence = append(f.Findings[i].Evidence, finding.Evidence{Text: fmt.Sprintf("seen %d", k)})
		}
	}
	f.Summary = finding.Count(f.Findings)
	if text := briefly(t, f, Screen{Width: 80}); strings.Count(text, "\n") > mostLines || !strings.Contains(text, "on 7") {
		t.Errorf("it is long:\n%s", text)
	}
	if text := briefly(t, f, Screen{Width: 80, Held: true}); !strings.Contains(text, "seen 29") {
		t.Errorf("--all leaves evidence out")
	}
}

// Of one severity what can be mended comes before what can only be accepted, in few
// entries and in many; a higher severity comes first all the same.
func TestWhatCanOnlyBeAcceptedComesLast(t *testing.T) {
	entry := func(name, severity string, acceptOnly bool) finding.Finding {
		return finding.Finding{
			Obligation: "single-replica", Verdict: finding.Broken, Severity: severity, Message: "runs on a single pod", Fingerprint: name,
			Subject: finding.Subject{Namespace: "shop", Kind: "Deployment", Name: name},
			Fix:     &finding.Fix{Summary: "do for " + name, AcceptOnly: acceptOnly},
		}
	}
	few := published.Findings{Findings: []finding.Finding{
		entry("a-accepted", "medium", true), entry("b-mended", "medium", false), entry("c-public", "high", true),
	}}
	lots := few
	for i := range 2 * mostInFull {
		lots.Findings = append(slices.Clone(lots.Findings), entry(fmt.Sprintf("x-%d", i), "medium", i%2 == 0))
	}
	for _, f := range []published.Findings{few, lots} {
		f.Summary = finding.Count(f.Findings)
		text := briefly(t, f, Screen{Width: 80})
		public, mended, accepted := strings.Index(text, "c-public"), strings.Index(text, "b-mended"), strings.Index(text, "a-accepted")
		if public < 0 || public > mended || mended > accepted {
			t.Errorf("of %d: %d, %d, %d:\n%s", len(f.Findings), public, mended, accepted, text)
		}
	}
}

// Who asks for those of low severity sees them, and not how many there are.
func TestLowOnesThatAreAskedFor(t *testing.T) {
	f := many()
	f.Findings = f.Findings[:mostWithLow+4]
	for i := range f.Findings {
		f.Findings[i].Severity = "low"
	}
	f.Summary = finding.Count(f.Findings)
	f.Findings[0].Severity = "high"
	if text := briefly(t, f, Screen{Width: 80}); !strings.Contains(text, "Of low severity, with -v: ") {
		t.Errorf("they are not counted:\n%s", text)
	}
	f.Filter = &published.Filter{MinSeverity: "low"}
	text := briefly(t, f, Screen{Width: 80})
	if strings.Contains(text, "with -v: ") || !strings.Contains(text, f.Findings[3].Obligation+"  low") {
		t.Errorf("they are not shown:\n%s", text)
	}
}
