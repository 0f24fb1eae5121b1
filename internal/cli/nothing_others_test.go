package cli

import (
	"testing"

	"github.com/onus-project/onus/internal/origin"
)

// The reason that is told is one of which there are most, and how many more there are.
func TestOthers(t *testing.T) {
	chart := func(file string) origin.Fault {
		return origin.Fault{File: file, Reason: "depends on the chart " + file, Lacks: origin.Lack{What: origin.LackingChart, Name: file}}
	}
	fork := origin.Fault{File: "fork", Reason: "applies a folder", Lacks: origin.Lack{What: origin.LackingApplied}}
	for want, all := range map[string][]origin.Fault{
		"a: depends on the chart a; and 2 more": {fork, chart("a"), chart("b")},
		"fork: applies a folder; and 1 more":    {fork, chart("a")},
		"fork: applies a folder":                {fork},
		"x: is a template; and 2 more":          {fork, {File: "x", Reason: "is a template"}, {File: "y", Reason: "is a template"}},
		"x: is no YAML; and 1 more":             {{File: "x", Reason: "is no YAML"}, {File: "y", Reason: "is a template"}},
	} {
		if got := others(all); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
