package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/edit"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/mend"
	"github.com/onus-project/onus/internal/report/published"
)

// resultOf is what a command prints as JSON.
func resultOf[T any](t *testing.T, args ...string) T {
	t.Helper()
	var out, stderr bytes.Buffer
	if status := Main(append(args, "-o", "json"), strings.NewReader(""), &out, &stderr); status != exitHeld && status != exitBroken {
		t.Fatalf("%v: exit status %d, %s", args, status, stderr.String())
	}
	var v T
	if err := json.Unmarshal(out.Bytes(), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// Every edit of the insurer's estate is needed: without it something is broken. With all of
// them nothing is that is of medium severity or more.
func TestFixIsMinimal(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "insurer")
	if err := os.CopyFS(dir, os.DirFS("../../examples/insurer")); err != nil {
		t.Fatal(err)
	}
	args := []string{dir, "--as", "eks-auto-mode", "--min-severity", "medium"}
	plan := resultOf[published.Fixes](t, append([]string{"fix"}, args...)...)
	if len(plan.Edits) < 8 || len(plan.Left) > 0 {
		t.Fatalf("%d edits, %d findings left", len(plan.Edits), len(plan.Left))
	}
	broken := func(without int) []string {
		writeEdits(t, dir, "../../examples/insurer", plan.Edits, without)
		var all []string
		for _, f := range resultOf[published.Findings](t, append([]string{"check"}, args...)...).Findings {
			if f.Verdict == finding.Broken {
				all = append(all, f.Fingerprint)
			}
		}
		return all
	}
	if left := broken(-1); len(left) > 0 {
		t.Errorf("%d findings are left with all edits", len(left))
	}
	for i, e := range plan.Edits {
		if left := broken(i); len(left) == 0 {
			t.Errorf("%s: nothing is broken without the edit of %v", e.Position, e.Object)
		}
	}
}

// What the clusters of recorded runs were made of, and an example, is mended: with all edits nothing is broken but what fix says is left,
// fix has nothing more to make, and without any one of them more is broken.
func TestFixesOfRecordedRuns(t *testing.T) {
	runs, err := filepath.Glob("../../testdata/runs/*/objects.yaml")
	if err != nil || len(runs) < 40 {
		t.Fatal(runs, err)
	}
	made := 0
	for _, run := range append(runs, "../../examples/cockroachdb/cockroachdb.yaml") {
		dir, from := t.TempDir(), filepath.Dir(run)
		text, err := os.ReadFile(run)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(dir, filepath.Base(run))
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
		plan := resultOf[published.Fixes](t, "fix", dir, "--min-severity", "low")
		made += len(plan.Edits)
		broken := func(without int) map[string]bool {
			writeEdits(t, dir, from, plan.Edits, without)
			all := map[string]bool{}
			for _, f := range resultOf[published.Findings](t, "check", dir).Findings {
				if f.Verdict == finding.Broken {
					all[f.Fingerprint] = true
				}
			}
			return all
		}
		said := map[string]bool{}
		for _, f := range plan.Left {
			said[f.Fingerprint] = true
		}
		for i, e := range plan.Edits {
			left := broken(i)
			maps.DeleteFunc(left, func(f string, _ bool) bool { return said[f] })
			if len(left) == 0 {
				t.Errorf("%s: without the edit of %v at %s nothing is broken but what is left with it", run, e.Object, e.Position)
			}
		}
		if left := broken(-1); !maps.Equal(left, said) {
			t.Errorf("%s: broken with all edits: %v, and said to be left: %v", run, left, said)
		}
		if again := resultOf[published.Fixes](t, "fix", dir, "--min-severity", "low"); len(again.Edits) > 0 {
			t.Errorf("%s: %d edits more once all are made", run, len(again.Edits))
		}
	}
	if t.Logf("%d edits of %d", made, len(runs)); made < 40 {
		t.Error("too few")
	}
}

// writeEdits makes all edits but one in a copy of a folder, each file as it stands there.
func writeEdits(t *testing.T, dir, from string, edits []published.FileEdit, without int) {
	t.Helper()
	texts := map[string][]byte{}
	order := slices.Clone(edits)
	if without >= 0 {
		order = slices.Delete(order, without, without+1)
	}
	for _, e := range edits {
		name, _ := filepath.Rel(dir, e.File)
		text, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		texts[e.File] = text
	}
	slices.SortStableFunc(order, func(a, b published.FileEdit) int { return b.Line - a.Line })
	for _, action := range []finding.Action{finding.Create, finding.Patch, finding.Delete} {
		for _, e := range order {
			if e.Action != action {
				continue
			}
			text, err := texts[e.File], error(nil)
			switch action {
			case finding.Create:
				text, err = edit.With(text, finding.Change{Value: e.Value}.Manifest())
			case finding.Delete:
				text, err = edit.Without(text, e.Line, *e.Object)
			default:
				text, err = edit.Object(text, e.Line, *e.Object, e.Fields)
			}
			switch {
			case err == nil:
				texts[e.File] = text
			case without < 0 || !errors.Is(err, edit.ErrWhole): // what would take its place is left out
				t.Fatal(err)
			}
		}
	}
	for file, text := range texts {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// Nothing is written where one of the files has changed, or may not be written.
func TestWriteAllOrNone(t *testing.T) {
	for name, spoil := range map[string]func(file string) error{
		"changed":   func(file string) error { return os.WriteFile(file, []byte("b: 2\n"), 0o600) },
		"gone":      os.Remove,
		"read-only": func(file string) error { return os.Chmod(file, 0o400) },
	} {
		if name == "read-only" && os.Geteuid() == 0 {
			continue // who may write everything
		}
		dir := t.TempDir()
		one, two := filepath.Join(dir, "one.yaml"), filepath.Join(dir, "two.yaml")
		files := []mend.File{
			{Name: one, Before: []byte("a: 1\n"), After: []byte("a: 2\n")}, {Name: two, Before: []byte("b: 1\n"), After: []byte("b: 2\n")},
		}
		for _, f := range files {
			if err := os.WriteFile(f.Name, f.Before, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := spoil(two); err != nil {
			t.Fatal(err)
		}
		if err := writeAll(t.Context(), files); err == nil || !strings.Contains(err.Error(), "nothing is written") {
			t.Errorf("%s: %v", name, err)
		}
		if is, err := os.ReadFile(one); err != nil || string(is) != "a: 1\n" {
			t.Errorf("%s: the other file holds %q, %v", name, is, err)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, ".onus-*")); len(left) > 0 {
			t.Errorf("%s: %v are left", name, left)
		}
	}
}
