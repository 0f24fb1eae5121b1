package patching

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/advisory"
	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/source"
)

// judging is on 30 November 2026, where a patch may take three weeks: of the flaws F-0 and so on
// each was public as many days before, NEVER nobody knows when, and F-22 is known to be used.
func judging(t *testing.T) *judgements {
	t.Helper()
	today := time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)
	set := flaws(t)
	for _, days := range []int{0, 10, 21, 22} {
		record := fmt.Sprintf(`{"id":"F-%d","published":%q,"modified":"2026-11-30T00:00:00Z","affected":[{"package":`+
			`{"ecosystem":"Bitnami","name":"mongodb"},"ranges":[{"type":"SEMVER","events":[{"introduced":"7.0.0"},{"fixed":"7.0.28"}]}]}]}`,
			days, today.AddDate(0, 0, -days).Format(time.RFC3339))
		if f := set.Read("record", []byte(record)); f != nil {
			t.Fatal(f)
		}
	}
	const used = `{"catalogVersion":"1","vulnerabilities":[{"cveID":"F-22","dateAdded":"2026-11-12"}]}`
	if f := set.Read("used", []byte(used)); f != nil {
		t.Fatal(f)
	}
	e := &estate.Estate{Kubernetes: &kubernetes.Estate{}, Flaws: set, Today: today, PatchTarget: 21 * 24 * time.Hour}
	return newJudgements(&check.Pass{Context: t.Context(), Estate: e})
}

// A flaw is there for too long once it was public for longer than a patch may take; what is said
// of it is what the sources say, since when it is public, and since when it is used.
func TestFlawsOfABuild(t *testing.T) {
	x := judging(t)
	for _, c := range []struct {
		flaw   string
		state  advisory.State
		differ bool
		want   string // late, early and unclear, whether its branch is lost, and what is said
	}{
		{"F-22", advisory.Exposed, false, "[F-22] [] [] false w; public since 8 November 2026; known to be used since 12 November 2026"},
		{"F-21", advisory.Exposed, false, "[] [F-21] [] false w; public since 9 November 2026"},
		{"F-10", advisory.Exposed, true,
			"[] [F-10] [] false w (they disagree, and what any of them calls affected counts); public since 20 November 2026"},
		{"F-22", advisory.Lost, false, "[F-22] [] [] true w; public since 8 November 2026; known to be used since 12 November 2026"},
		{"F-10", advisory.Unknown, false, "[] [] [F-10] false w; public since 20 November 2026"},
		{"NEVER", advisory.Exposed, false, "[] [NEVER] [] false w"}, {"F-22", advisory.Mended, false, "[] [] [] false "},
		{"F-22", advisory.Other, false, "[] [] [] false "},
	} {
		f := found{said: map[string]string{}}
		f.add(x, c.flaw, advisory.Standing{State: c.state, Why: []string{"w"}, Differ: c.differ})
		if got := fmt.Sprint(f.late, f.early, f.unclear, f.lost, " ", f.said[c.flaw]); got != c.want {
			t.Errorf("%s: %s, want %s", c.flaw, got, c.want)
		}
	}
	f := found{said: map[string]string{}}
	f.add(x, "F-22", advisory.Standing{State: advisory.Lost, Why: []string{"a", "b"}})
	f.add(x, "F-21", advisory.Standing{State: advisory.Exposed, Why: []string{"w"}})
	if !f.lost || !strings.HasPrefix(f.said["F-22"], "a; b; public") {
		t.Errorf("%+v", f)
	}
}

// Of the flaws of a build the worst is named, the first few are told one by one, and the rest are counted.
func TestMessageOfABuild(t *testing.T) {
	x := judging(t)
	i := &database.Instance{Product: "mongodb", Version: "7.0.20"}
	product, ok := i.Versions()
	if !ok {
		t.Fatal("mongodb has no versions")
	}
	many := []string{"A", "B", "C", "D", "E"}
	for name, c := range map[string]struct {
		f       found
		verdict finding.Verdict
		message string
		said    int
		used    bool
	}{
		"one": {found{late: []string{"F-22"}}, finding.Broken, "mongodb 7.0.20, which has F-22, public since 8 November 2026 (22 days)", 1, true},
		"two": {found{late: []string{"F-22"}, early: []string{"F-10"}}, finding.Broken,
			"mongodb 7.0.20, which has F-22, public since 8 November 2026 (22 days), and 1 other flaw", 2, true},
		"one in time": {found{early: []string{"F-10"}}, finding.Unknown,
			"mongodb 7.0.20, which has F-10, public for 10 days; a patch may take 21 days", 1, false},
		"one of no day": {found{early: []string{"NEVER"}}, finding.Unknown,
			"mongodb 7.0.20, which has NEVER, and since when that is public is not known; a patch may take 21 days", 1, false},
		"one that is not known": {found{unclear: []string{"F-22"}}, finding.Unknown, "whether mongodb 7.0.20 has F-22 cannot be told", 1, false},
		"many that are not":     {found{unclear: many}, finding.Unknown, "whether mongodb 7.0.20 has A, B, C or 2 more cannot be told", 5, false},
		"four": {found{unclear: many[:4]}, finding.Unknown,
			"whether mongodb 7.0.20 has A, B, C or 1 more cannot be told", 4, false},
		"none": {found{}, finding.Held, "what runs has none of the 7 flaws of mongodb that the advisories tell of", 1, false},
	} {
		x.fixes = map[string]*advisory.Fixes{}
		b := c.f.build(x, product, i, 7)
		if b.verdict != c.verdict || b.message != c.message || len(b.said) != c.said || b.used != c.used ||
			b.runs != (len(c.f.late)+len(c.f.early) > 0) || (b.fix == "") != (c.verdict == finding.Held) {
			t.Errorf("%s: %+v", name, b)
		}
	}
	b := (&found{unclear: many}).build(x, product, i, 7)
	if last := b.said[len(b.said)-1]; last != "mongodb 7.0.20: 1 more flaw that it has, or may have" {
		t.Error(last)
	}
	for names, want := range map[string]string{"A": "A", "A B": "A or B", "A B C": "A, B or C", "A B C D E": "A, B, C or 2 more"} {
		if got := named(strings.Fields(names)); got != want {
			t.Errorf("%s: %s", names, got)
		}
	}
}

// How many of a database's instances run a build is said where there are several, and what runs is
// no more than its flaws where these are not known.
func TestInstancesOfABuild(t *testing.T) {
	runs, unknown := &build{message: "m 1", runs: true}, &build{message: "who knows"}
	for _, c := range []struct {
		b      *build
		n, all int
		want   string
	}{
		{runs, 1, 1, "it runs m 1"}, {unknown, 1, 1, "who knows"}, {runs, 1, 3, "1 of its 3 instances runs m 1"},
		{runs, 2, 3, "2 of its 3 instances run m 1"}, {runs, 3, 3, "all of its 3 instances run m 1"},
		{unknown, 3, 3, "all of its 3 instances: who knows"}, {unknown, 1, 2, "1 of its 2 instances: who knows"},
	} {
		if got := c.b.of(c.n, c.all); got != c.want {
			t.Errorf("%d of %d: %s, want %s", c.n, c.all, got, c.want)
		}
	}
	order := []*build{
		{verdict: finding.Broken, used: true}, {verdict: finding.Broken}, {verdict: finding.Unknown, used: true}, {verdict: finding.Unknown},
		{verdict: finding.Held},
	}
	for i := range order[1:] {
		if rank(order[i]) >= rank(order[i+1]) {
			t.Errorf("%+v comes after %+v", order[i], order[i+1])
		}
	}
}

// All ways out of a database's flaws are told, each once, with the order for several members and with
// what no patch does.
func TestWaysOut(t *testing.T) {
	a, b, c := &build{fix: "roll out a", after: []string{"rotate"}}, &build{fix: "roll out b", after: []string{"rotate", "look"}},
		&build{fix: "ask"}
	for name, x := range map[string]struct {
		builds  []*build
		members int
		want    string
	}{
		"one":                {[]*build{a}, 1, "roll out a; then rotate"},
		"one of several":     {[]*build{a}, 2, "roll out a; one member after the other, the primary last; then rotate"},
		"two":                {[]*build{a, b}, 1, "roll out a; roll out b; then rotate and look"},
		"the same twice":     {[]*build{c, c}, 1, "ask"},
		"nothing to roll":    {[]*build{c}, 2, "ask"},
		"one of two":         {[]*build{{}, c}, 1, "ask"},
		"nothing to be done": {[]*build{{}}, 2, ""},
	} {
		got := ""
		if fix := fixOf(x.builds, x.members); fix != nil {
			got = fix.Summary
		}
		if got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}

// Whether something is not told of hangs on the advisories that were read, and on the day: by the few
// that onus brings nothing is held, and what has one of these flaws is told of.
func TestUntold(t *testing.T) {
	running := func(change func(*estate.Estate), versions ...string) *check.Pass {
		p := judging(t).p
		for _, v := range versions {
			p.Estate.Database.Instances = append(p.Estate.Database.Instances, database.Instance{Product: "mongodb", Version: v})
		}
		change(p.Estate)
		return p
	}
	few := func(e *estate.Estate) { e.Flaws.Few = true }
	for name, x := range map[string]struct {
		p    *check.Pass
		want bool
	}{
		"all that is published":   {running(func(*estate.Estate) {}, "7.0.28"), false},
		"nothing that is":         {running(func(e *estate.Estate) { e.Flaws = nil }, "7.0.20"), true},
		"on no day":               {running(func(e *estate.Estate) { e.Today = time.Time{} }, "7.0.20"), true},
		"a few, and none of them": {running(few, "7.0.28"), true},
		"a few, and one of them":  {running(few, "7.0.28", "7.0.20"), false},
		"a few, and no build":     {running(few, ""), true},
	} {
		if got := untold(x.p); got != x.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// What is said of each build names the instance that runs it, or counts them; what follows says
// whether the flaw is known to be used.
func TestEvidenceOfBuilds(t *testing.T) {
	set := flaws(t)
	const old = `{"id":"X-9","published":"2026-01-01T00:00:00Z","modified":"2026-01-01T00:00:00Z","affected":[
{"package":{"ecosystem":"Bitnami","name":"redis"},"ranges":[{"type":"SEMVER","events":[{"introduced":"7.0.0"},{"fixed":"7.2.3"}]}]}]}`
	if f := set.Read("old", []byte(old)); f != nil {
		t.Fatal(f)
	}
	const used, known = "It is known to be used, and these instances still have it.",
		"Whoever reads the advisory knows what to try, and these instances still have the flaw."
	for rows, want := range map[string][2]string{
		"a,mongodb,7.0.20,d,mongodb-community":                                       {"a: mongodb 7.0.20, CVE-2025-14847: ", used},
		",mongodb,7.0.20,d,mongodb-community":                                        {"mongodb 7.0.20, CVE-2025-14847: ", used},
		"a,mongodb,7.0.20,d,mongodb-community\nb,mongodb,7.0.20,d,mongodb-community": {"2 instances: mongodb 7.0.20, CVE-2025-14847: ", used},
		"a,redis,7.2.2,d,mongodb-community":                                          {"a: redis 7.2.2, X-9: ", known},
		"a,redis,7.2.11,d,mongodb-community":                                         {"a: redis 7.2.11", ""},
		"a,redis,7.2.2,d,mongodb-community\nb,mongodb,7.0.20,d,mongodb-community":    {"b: mongodb 7.0.20, CVE-2025-14847: ", used},
	} {
		in := source.Input{Paths: []string{source.Stdin}, Stdin: strings.NewReader("name,product,version,deployment,offering\n" + rows)}
		found := lookFor(t, in, RolloutWithinPatchTarget, set).Findings
		if len(found) != 1 || !strings.HasPrefix(found[0].Evidence[0].Text, want[0]) || found[0].Consequence != want[1] ||
			found[0].Evidence[0].Line == 0 {
			t.Errorf("%s: %+v", rows, found)
		}
	}
}
