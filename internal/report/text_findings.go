package report

import (
	"io"
	"strings"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/report/published"
)

// findingsText writes the findings for a person: the line above them, then what
// is broken, the worst first, grouped by what it is about; then what is
// unknown; what is held only where the screen asks for it.
func findingsText(w io.Writer, v published.Findings, s Screen) error {
	if s.Quiet {
		f := findingsWriter{Findings: v, s: s, told: v.Findings}
		f.counts()
		f.next()
		return s.print(w, f.b.String())
	}
	f := findingsWriter{Findings: v, s: s, told: v.Findings, shown: map[string]bool{}}
	if !s.full() {
		f.told, f.also = withoutCopies(v.Findings)
	}
	f.header()
	low := map[string]int{}
	asked := v.Filter != nil && v.Filter.MinSeverity == "low"
	if !s.full() && f.toMend() > mostWithLow && !asked {
		low = f.setLowAside()
	}
	switch {
	case !s.full() && f.toMend() > mostWithLow && f.onlyLow() && !asked:
		f.names()
	case !f.inFull():
		f.together = true
		f.brief()
	}
	f.lowOnes(low)
	f.footer()
	return s.print(w, f.b.String())
}

// inFull writes each finding with its evidence and its fix, where these are few
// enough to be read; and else nothing.
func (f *findingsWriter) inFull() bool {
	if !f.s.full() && f.toMend() > mostInFull {
		return false
	}
	full := *f
	full.b, full.shown = strings.Builder{}, map[string]bool{}
	for _, verdict := range []finding.Verdict{finding.Broken, finding.Unknown, finding.Known, finding.Waived, finding.Held} {
		if verdict != finding.Broken && verdict != finding.Unknown && !f.s.Held {
			continue
		}
		for _, group := range full.grouped(verdict) {
			full.group(group)
		}
	}
	if !f.s.full() && f.toMend() > mostWithLow && strings.Count(full.b.String(), "\n") > mostLines {
		return false
	}
	f.b.WriteString(full.b.String())
	return true
}

// findingsWriter is a text on its way.
type findingsWriter struct {
	published.Findings
	s     Screen
	b     strings.Builder
	told  []finding.Finding // one for each object that is written down, or all
	also  map[string]int    // by fingerprint, how many more units have it
	shown map[string]bool   // changes and unread kinds that need not be shown again
	// together says that those which say the same are shown together.
	together bool
	last     string // what follows of the kind of trouble before
	patterns int    // fixes of objects that were written out
	kinds    int    // kinds of trouble that are shown
}

// toMend is how many of those told are not held.
func (f *findingsWriter) toMend() int {
	n := 0
	for i := range f.told {
		if v := f.told[i].Verdict; v == finding.Broken || v == finding.Unknown {
			n++
		}
	}
	return n
}

func (f *findingsWriter) line(words string) { f.b.WriteString(words + "\n") }
