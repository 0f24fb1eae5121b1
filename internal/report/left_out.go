package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// limits say what of a result is not told, or fails no run: without them no
// format may say that nothing is broken.
func limits(f *published.Findings) []string {
	var all []string
	for _, said := range []string{leftOutWords(f), baselineWords(f), failWords(f)} {
		if said != "" {
			all = append(all, said)
		}
	}
	return all
}

// leftOutWords count what a filter left out; empty without one.
func leftOutWords(f *published.Findings) string {
	n := f.Summary.LeftOut
	if n == nil || f.Filter == nil {
		return ""
	}
	return "Left out by " + words.And(filterFlags(f.Filter)) + ": " + countsOf(finding.Summary{
		Held: n.Held, Broken: n.Broken, Unknown: n.Unknown, Waived: n.Waived, Known: n.Known,
	}) + "."
}

// filterFlags are the flags that ask for it.
func filterFlags(x *published.Filter) []string {
	var flags []string
	for _, of := range []struct{ flag, value string }{
		{"--only", strings.Join(x.Only, ",")}, {"--skip", strings.Join(x.Skip, ",")}, {"--min-severity", x.MinSeverity},
		{"--namespace", strings.Join(x.Namespaces, ",")}, {"--workload", strings.Join(x.Workloads, ",")}, {"--selector", x.Selector},
	} {
		if of.value != "" {
			flags = append(flags, of.flag+" "+inOneLine(of.value))
		}
	}
	return flags
}

// failWords say how many of those that are broken fail the run, where not all do.
func failWords(f *published.Findings) string {
	if f.FailOn == "" || f.Summary.Broken == 0 {
		return ""
	}
	fail := 0
	for i := range f.Findings {
		x := &f.Findings[i]
		if x.Verdict == finding.Broken && severe(x.Severity, f.FailOn) {
			fail++
		}
	}
	if fail == f.Summary.Broken {
		return ""
	}
	how := map[int]string{0: "nothing fails", 1: "1 fails"}[fail]
	if how == "" {
		how = fmt.Sprintf("%d fail", fail)
	}
	return fmt.Sprintf("Of what is broken, %s the run (--fail-on %s).", how, f.FailOn)
}

// severe reports whether a severity is one that --fail-on asks for.
func severe(severity, from string) bool {
	least := slices.Index(finding.Severities, from) // -1 for never
	return slices.Index(finding.Severities, severity) <= least
}

// baselineWords say what became of a baseline; empty without one.
func baselineWords(f *published.Findings) string {
	if f.Baseline == nil {
		return ""
	}
	said := fmt.Sprintf("Of the baseline %s: %d known, %d cured", inOneLine(f.Baseline.File), f.Summary.Known, f.Summary.Cured)
	if f.Summary.Gone > 0 {
		said += fmt.Sprintf(", %d not found any more", f.Summary.Gone)
	}
	return said + "."
}
