package words

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCount(t *testing.T) {
	for _, c := range []struct {
		n      int
		thing  string
		plural []string
		want   string
	}{
		{0, "node", nil, "0 nodes"},
		{1, "node", nil, "1 node"},
		{3, "node", nil, "3 nodes"},
		{1, "try", nil, "1 try"},
		{2, "try", nil, "2 tries"},
		{2, "day", nil, "2 days"},
		{4, "more workload", nil, "4 more workloads"},
		{1, "file or document", []string{"files or documents"}, "1 file or document"},
		{7, "file or document", []string{"files or documents"}, "7 files or documents"},
	} {
		if got := Count(c.n, c.thing, c.plural...); got != c.want {
			t.Errorf("%d %s: %q, want %q", c.n, c.thing, got, c.want)
		}
	}
}

// A verb goes by a number.
func TestAgree(t *testing.T) {
	for n, want := range map[int]string{0: "were", 1: "was", 2: "were"} {
		if got := Agree(n, "was", "were"); got != want {
			t.Errorf("%d %s", n, got)
		}
	}
}

// TestPlural has every kind whose plural onus prints, and each rule once.
func TestPlural(t *testing.T) {
	for noun, want := range map[string]string{
		"": "", "Pod": "Pods", "PodDisruptionBudget": "PodDisruptionBudgets", "Ingress": "Ingresses", "StorageClass": "StorageClasses",
		"NetworkPolicy": "NetworkPolicies", "EC2NodeClass": "EC2NodeClasses", "NodePool": "NodePools", "box": "boxes", "quartz": "quartzes",
		"batch": "batches", "push": "pushes", "way": "ways", "key": "keys", "convoy": "convoys", "guy": "guys", "y": "ies",
	} {
		if got := Plural(noun); got != want {
			t.Errorf("%s: %q, want %q", noun, got, want)
		}
	}
}

func TestLists(t *testing.T) {
	for _, c := range []struct{ names, and, or, few string }{
		{"", "", "", ""},
		{"a", "a", "a", "a"},
		{"a b", "a and b", "a or b", "a and b"},
		{"a b c", "a, b and c", "a, b or c", "a, b and c"},
		{"a b c d", "a, b, c and d", "a, b, c or d", "a, b, c and d"},
		{"a b c d e", "a, b, c, d and e", "a, b, c, d or e", "a, b, c and 2 more"},
	} {
		names := strings.Fields(c.names)
		if and, or, few := And(names), Or(names), Few(names); and != c.and || or != c.or || few != c.few {
			t.Errorf("%v: %q, %q, %q, want %q, %q, %q", names, and, or, few, c.and, c.or, c.few)
		}
	}
}

// TestFewCountsAll: the names shown and the number of the others make all.
func TestFewCountsAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOf(rapid.StringMatching(`[a-z]{1,5}`)).Draw(t, "names")
		got := Few(names)
		var more int
		before, counted, some := strings.Cut(got, " more")
		if some {
			at := strings.LastIndex(before, " and ")
			if _, err := fmt.Sscanf(before[at:], " and %d", &more); err != nil || counted != "" {
				t.Fatalf("%q: %v", got, err)
			}
			got = before[:at]
		}
		shown := 0
		if got != "" {
			shown = len(strings.Split(strings.ReplaceAll(got, " and ", ", "), ", "))
		}
		if shown+more != len(names) || more == 1 {
			t.Fatalf("%d names: %q", len(names), Few(names))
		}
	})
}

// The first names of many are told, and the others counted.
func TestFirst(t *testing.T) {
	for want, names := range map[string][]string{
		"": nil, "a": {"a"}, "a, b": {"a", "b"}, "a, b and 1 more": {"a", "b", "c"}, "a, b and 2 more": {"a", "b", "c", "d"},
	} {
		if got := First(names, 2); got != want {
			t.Errorf("%q: %q, want %q", names, got, want)
		}
	}
}
