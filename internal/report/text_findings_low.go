package report

import (
	"fmt"
	"maps"
	"slices"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// setLowAside takes what is broken or unknown and of low severity out of what is told, and
// counts it by obligation; but for where there is nothing else to tell.
func (f *findingsWriter) setLowAside() map[string]int {
	low := map[string]int{}
	told := func(x finding.Finding) bool { return x.Verdict == finding.Unknown || x.Verdict == finding.Broken }
	if !slices.ContainsFunc(f.told, func(x finding.Finding) bool { return told(x) && x.Severity != "low" }) {
		return low
	}
	f.told = slices.DeleteFunc(slices.Clone(f.told), func(x finding.Finding) bool {
		aside := told(x) && x.Severity == "low"
		if aside {
			low[x.Obligation]++
		}
		return aside
	})
	return low
}

// onlyLow reports whether all that is broken or unknown is of low severity.
func (f *findingsWriter) onlyLow() bool {
	return !slices.ContainsFunc(f.told, func(x finding.Finding) bool {
		return (x.Verdict == finding.Unknown || x.Verdict == finding.Broken) && x.Severity != "low"
	})
}

// names shows what is broken or unknown and of low severity by name and place alone: there
// is nothing that has to be mended at once.
func (f *findingsWriter) names() {
	f.line(f.s.wrap(0, "Nothing of high or medium severity. What there is, each with its evidence and fix: -v.") + "\n")
	by := map[string][]finding.Finding{}
	for _, x := range f.told {
		if x.Verdict == finding.Unknown || x.Verdict == finding.Broken {
			head := string(x.Verdict) + "  " + x.Obligation
			by[head] = append(by[head], x)
		}
	}
	for _, head := range slices.Sorted(maps.Keys(by)) {
		folded := variants(by[head])
		f.line(head + "  low" + f.s.paint(faint, "  on "+counted(folded)))
		for _, of := range folded[:min(len(folded), mostNamed)] {
			f.named(of[0], kindOfTrouble{verdict: finding.Unknown}, len(of)-1, "", "")
		}
		if more := len(folded) - mostNamed; more > 0 {
			f.line(f.s.paint(faint, fmt.Sprintf("  - and %d more", more)))
		}
		f.line("")
	}
}

// lowOnes counts what is broken or unknown and of low severity.
func (f *findingsWriter) lowOnes(low map[string]int) {
	if len(low) == 0 {
		return
	}
	var said []string
	for _, obligation := range slices.Sorted(maps.Keys(low)) {
		said = append(said, fmt.Sprintf("%d %s", low[obligation], obligation))
	}
	f.line(f.s.wrap(0, "Of low severity, with -v: "+words.And(said)+".") + "\n")
}
