package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const fixture = "testdata/fixture"

func list(t *testing.T, lines ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "equivalent.txt")
	if err := os.WriteFile(name, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

// What the fixture's tests notice is caught, an endless loop included; what
// they do not notice survives; what does not compile or is listed as equivalent
// is not counted.
func TestSurvivors(t *testing.T) {
	before, err := os.ReadFile(fixture + "/limits.go")
	if err != nil {
		t.Fatal(err)
	}
	equivalent := list(t, "# why", "limits.go Loose: 1000 -> 1001", "    nobody counts that far", "limits.go Loose: 7 -> 8", "    gone")
	var b bytes.Buffer
	o := options{dir: fixture, patterns: []string{"."}, seed: 1, share: 50, workers: 2, patience: 500 * time.Millisecond,
		equivalent: equivalent}
	enough, err := mutate(t.Context(), o, &b, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	out := b.String()
	_, survivors, _ := strings.Cut(out, "survivors\n")
	survivors, stale, _ := strings.Cut(survivors, "names what is not there\n")
	if !strings.Contains(survivors, "limits.go:15 Loose: n < 1000 -> n <= 1000\n") {
		t.Errorf("the bound of Loose is not tested, and should survive:\n%s", out)
	}
	for _, caught := range []string{" Limit:", " Count:", "max(d", "1000 -> 1001"} {
		if strings.Contains(survivors, caught) {
			t.Errorf("%q should not be among the survivors:\n%s", caught, out)
		}
	}
	for _, line := range strings.Split(strings.TrimSpace(survivors), "\n") {
		if strings.HasPrefix(line, "limits.go") && strings.Contains(line, "Forgotten:") != strings.Contains(line, "no test gets there") {
			t.Errorf("%q: only Forgotten is not tested", line)
		}
	}
	if stale != "limits.go Loose: 7 -> 8\n" || enough {
		t.Errorf("an entry for nothing is to fail, and alone: %q", stale)
	}
	if after, _ := os.ReadFile(fixture + "/limits.go"); !bytes.Equal(before, after) {
		t.Error("the tree was changed")
	}
}

// Every package has to reach the share, and not only all together.
func TestShareWanted(t *testing.T) {
	tallies := []tally{{path: "good", made: 100, caught: 99}, {path: "bad", made: 20, caught: 16}}
	for share, want := range map[float64]bool{80: true, 80.1: false, 96: false} {
		var out bytes.Buffer
		if got := report(&out, options{share: share}, tallies, nil, nil); got != want {
			t.Errorf("%v %%: %t\n%s", share, got, &out)
		}
	}
}

func TestEquivalentsThatCannotBeRead(t *testing.T) {
	for _, lines := range [][]string{
		{"limits.go Loose: 1 -> 2"},
		{"    a reason"},
		{"a: 1 -> 2", "b: 1 -> 2", "    why"},
		{"a: 1 -> 2", "  x", "a: 1 -> 2", "  y"},
	} {
		if _, err := readEquivalents(list(t, lines...)); err == nil {
			t.Errorf("%q was read", lines)
		}
	}
}

func mutants(t *testing.T) []*Mutant {
	t.Helper()
	packages, err := load(context.Background(), fixture, []string{"."})
	if err != nil {
		t.Fatal(err)
	}
	return find(packages[0])
}

func whats(mutants []*Mutant) []string {
	var all []string
	for _, m := range mutants {
		all = append(all, m.What())
	}
	return all
}

// Each sort of change is made.
func TestFind(t *testing.T) {
	got := whats(mutants(t))
	for _, want := range []string{
		"limits.go Limit: n < 10 -> n <= 10",
		"limits.go Limit: 10 -> 11",
		"limits.go Limit: n < 10 -> *new(bool)",
		"limits.go Wait: ErrNegative -> *new(error)",
		"limits.go Wait: 3*time.Second -> 4*time.Second",
		"limits.go Wait: max(d, 3*time.Second) -> min(d, 3*time.Second)",
		"limits.go Wait: time.Duration(n) * time.Second -> time.Duration(n) / time.Second",
		"limits.go Wait: d += time.Second -> d -= time.Second",
		"limits.go Wait: d += time.Second -> (left out)",
		"limits.go Count: i++ -> i--",
		"limits.go Count: i++ -> (left out)",
		"limits.go Forgotten: a && !b -> a || !b",
		"limits.go Forgotten: a && !b -> a",
		"limits.go Forgotten: a && !b -> !b",
		"limits.go Forgotten: !b -> b",
		"limits.go Forgotten: a -> !a",
		"limits.go Boxes: []box{{n}, {2}} -> *new([]box)",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is not among\n%s", want, strings.Join(got, "\n"))
		}
	}
}

// What is returned beside an error nobody looks at.
func TestFindLeavesWhatIsBesideErrors(t *testing.T) {
	for _, m := range mutants(t) {
		if m.Func == "Wait" && m.Before == "0" && m.Line == 20 {
			t.Errorf("%s", m.What())
		}
	}
}

// The same seed picks the same mutants, another one others; and a sample holds
// what a smaller one held.
func TestSample(t *testing.T) {
	pick := func(n int, seed uint64) []string { return whats(sample(mutants(t), n, seed)) }
	if !slices.Equal(pick(8, 1), pick(8, 1)) {
		t.Error("the same seed picks others")
	}
	if slices.Equal(pick(8, 1), pick(8, 2)) {
		t.Error("another seed picks the same")
	}
	large := pick(12, 1)
	for _, m := range pick(8, 1) {
		if !slices.Contains(large, m) {
			t.Errorf("%q is only in the smaller sample", m)
		}
	}
}

func TestShares(t *testing.T) {
	if got := shares([]int{900, 90, 30, 4}, 100); !slices.Equal(got, []int{88, 10, 10, 4}) {
		t.Error(got)
	}
	if got := shares([]int{9, 5}, 0); !slices.Equal(got, []int{9, 5}) {
		t.Error(got)
	}
}
