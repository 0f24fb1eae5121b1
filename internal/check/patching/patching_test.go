package patching

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/advisory"
	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/source"
)

// look runs the check of versions over what is to read.
func look(t *testing.T, in source.Input) check.Result {
	t.Helper()
	return lookFor(t, in, FleetVersionsKnown, nil)
}

// lookFor runs the checks of this axis over what is to read, on 30 November 2026, and keeps what one of them says.
func lookFor(t *testing.T, in source.Input, one check.Check, flaws *advisory.Set) check.Result {
	t.Helper()
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	e, err := source.One(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	places := locate.Locate(c, e.Kubernetes, nil, c.Offering("eks-auto-mode"))
	var faults []*document.Error
	if places.Instances, faults = locate.Instances(c, &e.Database); len(faults) > 0 {
		t.Fatal(faults)
	}
	e.Flaws, e.Today, e.PatchTarget = flaws, time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC), 21*24*time.Hour
	result, err := check.Run(t.Context(), checks, c, e, places)
	if err != nil {
		t.Fatal(err)
	}
	result.Findings = slices.DeleteFunc(result.Findings, func(f finding.Finding) bool { return f.Obligation != one.ID })
	return result
}

func lookAt(t *testing.T, rows ...string) check.Result {
	t.Helper()
	const head = "name,product,version,deployment,offering,account,region\n"
	return look(t, source.Input{Paths: []string{source.Stdin}, Stdin: strings.NewReader(head + strings.Join(rows, "\n"))})
}

// The truth table: testdata/OBLIGATION/VERDICT-WHY.csv.
func TestTruthTable(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.csv")
	if err != nil || len(files) < 7 {
		t.Fatal("no truth table", err)
	}
	for _, file := range files {
		verdict, _, _ := strings.Cut(filepath.Base(file), "-")
		one := checks[slices.IndexFunc(checks, func(c check.Check) bool { return c.ID == filepath.Base(filepath.Dir(file)) })]
		findings := lookFor(t, source.Input{Paths: []string{file}}, one, flaws(t)).Findings
		if verdict == "none" {
			if len(findings) > 0 {
				t.Errorf("%s: %+v", file, findings)
			}
			continue
		}
		if len(findings) != 1 || string(findings[0].Verdict) != verdict {
			t.Errorf("%s: %+v", file, findings)
			continue
		}
		f := findings[0]
		if (f.Consequence != "") != (f.Verdict == finding.Broken) || (f.Fix != nil) != (f.Verdict != finding.Held) || f.Position.Line != 2 ||
			len(f.Evidence) == 0 || f.Evidence[0].Line == 0 {
			t.Errorf("%s: %+v", file, f)
		}
	}
}

// said is a finding as a line.
func said(f finding.Finding) string {
	s := fmt.Sprintf("%s %s/%s/%s %s: %s", f.Verdict, f.Subject.Account, f.Subject.Region, f.Subject.Name, f.Offering, f.Message)
	for _, e := range f.Evidence {
		s += fmt.Sprintf("; %s@%d", e.Text, e.Line)
	}
	if f.Fix != nil {
		s += "; fix " + f.Fix.Summary
	}
	return s
}

// Everything it says, word for word.
func TestWords(t *testing.T) {
	var got []string
	for _, f := range lookAt(t,
		"a-1,mongodb,8.0.17,a,mongodb-community,shop,eu-1",
		"b,redis,7.2.11,,mongodb-community,shop,eu-1",
		"a-2,mongodb,,a,mongodb-community,shop,eu-2",
		"a-3,mongodb,8.0,a,mongodb-community,shop,eu-1",
		"a-4,redis,7,a,mongodb-community,shop,eu-1",
		"a-5,mongodb,8,a,mongodb-atlas,shop,eu-1",
		"b,redis,,,mongodb-community,shop,eu-2",
		",postgresql,16.4,b,mongodb-community,bank,eu-2",
		",postgresql,,b,mongodb-community,bank,eu-2",
		"b,cassandra,5.0.4,,mongodb-community,bank,",
	).Findings {
		got = append(got, said(f))
	}
	const on = "; runs on mongodb-community: its inventory says so@0"
	const fix = "; fix write into the inventory the version that each instance itself reports"
	want := []string{
		"unknown bank//b mongodb-community: its version is not known; b: whether 5.0.4 is a version of cassandra cannot be told; " +
			"onus knows those of " +
			"aurora-mysql, keydb, mongodb, percona-server-for-mongodb, postgresql, redis and valkey@11" + on + fix,
		"unknown bank/eu-2/b mongodb-community: the version of 1 of its 2 instances is not known; the inventory gives no version@10; " +
			"postgresql 16.4@9" + on +
			fix + ": SHOW server_version tells that of postgresql",
		"broken shop//a mongodb-community: the inventory names no build for 2 of its 4 instances; a-3: 8.0 names no build of mongodb, " +
			"as 8.0.17 does@5; " +
			"a-4: 7 names no build of redis, as 7.2.11 does@6; a-2: the inventory gives no version@4; a-1: mongodb 8.0.17@2" + on +
			fix + ": db.version() tells that of mongodb and INFO server tells that of redis",
		"held shop/eu-1/b mongodb-community: the inventory names the build of 1 instance; b: redis 7.2.11@3",
		"unknown shop/eu-2/b mongodb-community: its version is not known; b: the inventory gives no version@8" + on + fix +
			": INFO server tells that of redis",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// What nobody looks at is listed for the offerings of databases, and for
// nodes no obligation of this axis is.
func TestNotLookedAt(t *testing.T) {
	if ids := lookAt(t, "a,mongodb,8.0.17,,mongodb-community,,").NotLookedAt; !slices.Contains(ids, "exposure-closed") ||
		slices.Contains(ids, FleetVersionsKnown.ID) {
		t.Error(ids)
	}
	const node = "{apiVersion: v1, kind: Node, metadata: {name: node-1, labels: {eks.amazonaws.com/compute-type: auto}}}"
	result := look(t, source.Input{Paths: []string{source.Stdin}, Stdin: strings.NewReader(node)})
	if len(result.Findings) > 0 || slices.Contains(result.NotLookedAt, "exposure-closed") ||
		slices.Contains(result.NotLookedAt, FleetVersionsKnown.ID) {
		t.Errorf("%+v", result)
	}
}

func TestPositionsOfEvidence(t *testing.T) {
	f := lookAt(t, "a,mongodb,8.0.17,,mongodb-community,,").Findings[0]
	if want := (origin.Position{File: "<stdin>", Line: 2}); f.Evidence[0].Position != want || f.Position != want ||
		f.Subject.Kind != "Database" {
		t.Errorf("%+v", f)
	}
}

// How many of a database's instances are meant is said where there are several, and only
// those are asked whose version is not known.
func TestHowManyInstances(t *testing.T) {
	for _, x := range []struct {
		rows      []string
		says, fix string
	}{
		{[]string{"a,mongodb,8.0,,mongodb-community,,"}, "the inventory names no build", ": db.version() tells that of mongodb"},
		{[]string{"a,mongodb,8.0,d,mongodb-community,,", "b,redis,7.2.11,d,mongodb-community,,"},
			"the inventory names no build for 1 of its 2 instances", ": db.version() tells that of mongodb"},
		{[]string{"a,mongodb,,,mongodb-community,,"}, "its version is not known", ": db.version() tells that of mongodb"},
		{[]string{"a,mongodb,,d,mongodb-community,,", "b,redis,7.2.11,d,mongodb-community,,"},
			"the version of 1 of its 2 instances is not known", ": db.version() tells that of mongodb"},
	} {
		all := lookAt(t, x.rows...).Findings
		if len(all) != 1 || all[0].Message != x.says || !strings.HasSuffix(all[0].Fix.Summary, x.fix) ||
			strings.Contains(all[0].Fix.Summary, "redis") {
			t.Errorf("%q: %+v", x.rows, all)
		}
	}
}
