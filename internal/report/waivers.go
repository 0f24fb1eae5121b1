package report

import (
	"fmt"
	"strings"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/report/published"
)

// waiverWords are why a finding is accepted, and until when.
func waiverWords(w *finding.Waiver) string {
	if w == nil { // of a result that an earlier version saved
		return "waived"
	}
	said := w.Reason
	if w.Until != "" {
		said += "; until " + w.Until
	}
	return said
}

// ignoredWords say of what was told to onus that it does not count, and why.
func ignoredWords(x *published.Ignored) string {
	said := fmt.Sprintf("does not count: %s, in the %s: %s", inOneLine(x.Text), inOneLine(x.By), inOneLine(x.Reason))
	if x.Hint != "" {
		said += "; " + inOneLine(x.Hint)
	}
	return said
}

// waiver tells why a finding is accepted, and where that stands.
func (f *findingsWriter) waiver(w *finding.Waiver) {
	said := "waived: " + waiverWords(w)
	if w != nil {
		said += " (" + strings.TrimSpace(w.By+" "+w.Position.String()) + ")"
	}
	f.line(f.s.wrap(4, said))
}

// waivers tells what of waivers does not count, and where all is asked for, which of
// them wait for nothing.
func (f *findingsWriter) waivers() {
	for i := range f.Ignored {
		x := &f.Ignored[i]
		f.line(f.s.paint(warn, f.s.hang(0, "!", 2, atPlace(x.Position, ignoredWords(x)))))
	}
	if !f.s.Held || f.Filter != nil {
		return
	}
	for _, w := range f.Waivers {
		if w.Findings == 0 {
			f.line(f.s.hang(0, "-", 2, atPlace(w.Position, "waives nothing: "+w.Obligation+", in the "+w.By)))
		}
	}
}
