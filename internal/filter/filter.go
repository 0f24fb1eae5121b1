// Package filter chooses among findings, and counts what it leaves out: silence
// about the rest is not held.
package filter

import (
	"slices"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/subject"
)

// Filter is what was asked for. What is empty leaves nothing out.
type Filter struct {
	Only, Skip  []string // obligations
	MinSeverity string
	Namespaces  []string
	Workloads   []subject.Name
	Selector    labels.Selector // of workloads; nil for every one
}

// Empty reports whether it leaves nothing out.
func (f *Filter) Empty() bool {
	return len(f.Only)+len(f.Skip) == 0 && f.MinSeverity == "" && !f.Subjects()
}

// Subjects reports whether it is about what findings are about.
func (f *Filter) Subjects() bool { return len(f.Namespaces)+len(f.Workloads) > 0 || f.Selector != nil }

// Obligation reports whether findings of an obligation are asked for.
func (f *Filter) Obligation(id string) bool {
	return (len(f.Only) == 0 || slices.Contains(f.Only, id)) && !slices.Contains(f.Skip, id)
}

// Severity reports whether a severity is as high as is asked for.
func (f *Filter) Severity(of string) bool { return AtLeast(of, f.MinSeverity) }

// AtLeast reports whether a severity is as high as another one, or higher; of no
// other one it always is.
func AtLeast(severity, least string) bool {
	return least == "" || slices.Index(finding.Severities, severity) <= slices.Index(finding.Severities, least)
}

// About are the findings of a unit that are of the obligations and about the
// subjects that are asked for, and those that are left out. An outcome is told with
// what explains it: where that is left out and the outcome is asked for, it is a
// finding of its own.
func (f *Filter) About(u *estate.Unit, all []finding.Finding, outcomes finding.Explained) (kept, left []finding.Finding) {
	if len(f.Only)+len(f.Skip) == 0 && !f.Subjects() {
		return all, nil
	}
	of := f.subjects(u)
	return split(all, outcomes, func(obligation, _ string, s finding.Subject) bool { return f.Obligation(obligation) && of.holds(s) })
}

// Weighty are the findings of the severity that is asked for, and those below it.
func (f *Filter) Weighty(all []finding.Finding, outcomes finding.Explained) (kept, left []finding.Finding) {
	if f.MinSeverity == "" {
		return all, nil
	}
	return split(all, outcomes, func(_, severity string, _ finding.Subject) bool { return f.Severity(severity) })
}

func split(
	all []finding.Finding, outcomes finding.Explained, wanted func(obligation, severity string, s finding.Subject) bool,
) (kept, left []finding.Finding) {
	for i := range all {
		x := &all[i]
		if wanted(x.Obligation, x.Severity, x.Subject) {
			kept = append(kept, *x)
			continue
		}
		left = append(left, *x)
		for k := range x.LeadsTo {
			alone, ok := outcomes.Alone(&x.LeadsTo[k], x, "left out")
			if ok && wanted(alone.Obligation, alone.Severity, alone.Subject) {
				kept = append(kept, alone)
			}
		}
	}
	return kept, left
}
