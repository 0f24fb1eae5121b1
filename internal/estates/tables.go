package main

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/onus-project/onus/internal/finding"
)

// writeTables writes what came of each repository, and of each obligation in all
// of them, as Markdown.
func writeTables(w io.Writer, looks []look) {
	fmt.Fprintln(w, "| repository | exit | units | objects | unreadable | high | medium | low | unknown | held | lines | s | MB |")
	fmt.Fprintln(w, "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
	for _, l := range looks {
		fmt.Fprintf(w, "| %s | %d | %d | %d | %d |", l.name, l.exit, len(l.findings.Units), l.findings.Read.Objects, len(l.findings.Unreadable))
		for _, s := range finding.Severities {
			fmt.Fprintf(w, " %d |", count(l, func(f *finding.Finding) bool { return broken(f) && f.Severity == s }))
		}
		fmt.Fprintf(w, " %d | %d | %d | %.1f | %d |", l.findings.Summary.Unknown, l.findings.Summary.Held, l.lines, l.took.Seconds(), l.peak>>20)
		if l.why != "" {
			fmt.Fprintf(w, " %s |", l.why)
		}
		fmt.Fprintln(w)
	}
	writeObligations(w, looks)
}

// broken reports whether a finding is, and counts for a cause of its own.
func broken(f *finding.Finding) bool { return f.Verdict == finding.Broken && f.CopyOf == "" }

func count(l look, is func(*finding.Finding) bool) int {
	n := 0
	for i := range l.findings.Findings {
		if is(&l.findings.Findings[i]) {
			n++
		}
	}
	return n
}

// writeObligations writes how often each obligation is broken, by severity.
func writeObligations(w io.Writer, looks []look) {
	by := map[string]map[string]int{}
	for _, l := range looks {
		for i := range l.findings.Findings {
			f := &l.findings.Findings[i]
			if !broken(f) {
				continue
			}
			if by[f.Obligation] == nil {
				by[f.Obligation] = map[string]int{}
			}
			by[f.Obligation][f.Severity]++
		}
	}
	fmt.Fprint(w, "\n| broken |")
	for _, s := range finding.Severities {
		fmt.Fprintf(w, " %s |", s)
	}
	fmt.Fprintln(w, "\n| --- | --- | --- | --- |")
	for _, o := range slices.Sorted(maps.Keys(by)) {
		fmt.Fprintf(w, "| %s |", o)
		for _, s := range finding.Severities {
			fmt.Fprintf(w, " %d |", by[o][s])
		}
		fmt.Fprintln(w)
	}
}
