package compute

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/source"
)

var update = flag.Bool("update", false, "write testdata/findings.txt anew")

// Everything that is said of the truth table, word for word: what a change to a
// check does to what people read is seen in the diff of one file.
func TestFindingsInFull(t *testing.T) {
	c := knowledge(t)
	var all strings.Builder
	files, _ := filepath.Glob("testdata/*/*.yaml")
	for _, file := range files {
		read, err := source.One(t.Context(), source.Input{Paths: []string{file}})
		if err != nil {
			t.Fatal(err)
		}
		obligation := filepath.Base(filepath.Dir(file))
		fmt.Fprintf(&all, "== %s/%s\n", obligation, filepath.Base(file))
		for _, f := range withOutcomes(look(t, c, placedOn(obligation), read.Kubernetes)) {
			if f.Obligation == obligation {
				inFull(&all, f)
			}
			saysWhyLighter(t, file, &f)
		}
	}
	for _, run := range []string{"expiry-storm", "pdb-too-strict"} { // clusters, whose nodes tell when they expire
		read, err := source.One(t.Context(), source.Input{Paths: []string{"../../../testdata/runs/" + run + "/estate.json"}})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "== %s\n", run)
		for _, f := range ran(t, c, read.Kubernetes, locate.Locate(c, read.Kubernetes, nil, nil)).Findings {
			inFull(&all, f)
		}
	}
	const golden = "testdata/findings.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(all.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	was, is := strings.Split(string(want), "== "), strings.Split(all.String(), "== ")
	for i := range max(len(was), len(is)) {
		if i >= len(was) || i >= len(is) || was[i] != is[i] {
			t.Fatalf("the first that differs; go test ./internal/check/compute -run InFull -update writes it anew\nis:\n%s\nwas:\n%s",
				orNothing(is, i), orNothing(was, i))
		}
	}
}

// saysWhyLighter holds that a finding which weighs less than its obligation may says why,
// and no other one does; and that it is a reason, and not what is to be done.
func saysWhyLighter(t *testing.T, of string, f *finding.Finding) {
	t.Helper()
	rank := func(severity string) int { return slices.Index(finding.Severities, severity) }
	lighter := f.Verdict != finding.Held && rank(f.Severity) > rank(knowledge(t).Obligation(f.Obligation).Severity)
	if lighter != (f.SeverityBecause != "") {
		t.Errorf("%s: %s of %s is %s because %q", of, f.Obligation, f.Subject.Name, f.Severity, f.SeverityBecause)
	}
	if f.Fix != nil && f.SeverityBecause == f.Fix.Summary {
		t.Errorf("%s: %s of %s is %s because of its fix: %s", of, f.Obligation, f.Subject.Name, f.Severity, f.Fix.Summary)
	}
}

func orNothing(all []string, i int) string {
	if i < len(all) {
		return all[i]
	}
	return "nothing"
}

func inFull(b *strings.Builder, f finding.Finding) {
	fmt.Fprintf(b, "%s %s %s/%s %s, %s, line %d\n  %s\n", f.Verdict, f.Severity, f.Subject.Namespace, f.Subject.Kind, f.Subject.Name, f.Basis,
		f.Position.Line, f.Message)
	if f.Consequence != "" {
		fmt.Fprintf(b, "  %s\n", f.Consequence)
	}
	for _, e := range f.Evidence {
		fmt.Fprintf(b, "  - %s (%d)\n", e.Text, e.Line)
	}
	for _, o := range f.LeadsTo {
		fmt.Fprintf(b, "  leads to: %s %s of %s %s, %s: %s\n", o.Verdict, o.Obligation, o.Subject.Kind, o.Subject.Name, o.Basis, o.Message)
	}
	if f.Fix == nil {
		return
	}
	fmt.Fprintf(b, "  fix: %s\n", f.Fix.Summary)
	for _, change := range f.Fix.Changes {
		fmt.Fprintf(b, "    %s %s\n", change.Action, change.Object)
		for _, e := range change.Edits {
			fmt.Fprintf(b, "    %s: %s -> %s\n", e.Path, e.Before, e.After)
		}
		for line := range strings.Lines(change.Manifest()) {
			b.WriteString("      " + line)
		}
	}
}
