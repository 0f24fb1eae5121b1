package check

import (
	"slices"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// Distinct are the results of units side by side, in which those that are there
// for tests say only what no other unit says, and no test before them: the same
// of the same object, from the same place in its source. A variant of a chart that is tried in CI has most
// objects in common with the chart.
func Distinct(results []Result, trial func(i int) bool) []Result {
	said := map[statement]bool{}
	for i, r := range results {
		if trial(i) {
			continue
		}
		for k := range r.Findings {
			said[stated(&r.Findings[k])] = true
		}
	}
	all := slices.Clone(results)
	for i := range all {
		if !trial(i) {
			continue
		}
		all[i].Findings = slices.DeleteFunc(slices.Clone(all[i].Findings), func(f finding.Finding) bool { return f.Position.File != "" && said[stated(&f)] })
		for k := range all[i].Findings {
			said[stated(&all[i].Findings[k])] = true
		}
	}
	return all
}

// statement is what a finding says, and of what; in which namespace a test puts
// that does not matter.
type statement struct {
	obligation, message, kind, name string
	verdict                         finding.Verdict
	at                              origin.Position
}

func stated(f *finding.Finding) statement {
	return statement{f.Obligation, f.Message, f.Subject.Kind, f.Subject.Name, f.Verdict, f.Position}
}
