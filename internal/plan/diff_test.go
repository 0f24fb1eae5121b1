package plan

import (
	"slices"
	"testing"
)

// Of two plans what differs is told by name, and nothing where they say the same.
func TestDiff(t *testing.T) {
	old := planOf(step("a"), step("b", "a"))
	old.Facts = []Fact{{"Node a", "metadata.uid", "1"}}
	old.Left = []Left{{Group: "c", Why: "it never drains"}}
	same := planOf(step("a"), step("b", "a"))
	same.Facts, same.Left, same.ID, same.By = old.Facts, old.Left, "p2", "another build"
	if c := Diff(old, same); !c.None() {
		t.Errorf("the same: %+v", c)
	}
	now := planOf(step("a"), step("d"))
	now.Steps[0].Wave, now.Steps[0].Guards = 2, []Guard{{Kind: "floor", Says: "web keeps 2"}}
	now.Facts = []Fact{{"Node a", "metadata.uid", "2"}}
	now.Risks = []Risk{{"single-replica", "shop/db", "it is down"}}
	now.Prediction.Forced = 1
	c := Diff(old, now)
	want := []Change{
		{"step", "a guards", "none", "web keeps 2"},
		{"step", "a wave", "0", "2"},
		{"step", "b", ", in wave 0", ""},
		{"step", "d", "", ", in wave 0"},
		{"risk", "single-replica/shop/db", "", "it is down"},
		{"left", "c", "it never drains", ""},
		{"prediction", "forced", "0", "1"},
	}
	if !slices.Equal(c.Lines, want) {
		t.Errorf("got %+v", c.Lines)
	}
	if !slices.Equal(c.Facts, []Moved{{"Node a", "metadata.uid", "1", "2"}}) {
		t.Errorf("facts: %+v", c.Facts)
	}
}
