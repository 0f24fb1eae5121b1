// Package waive takes out of what fails a run what somebody accepts, for a reason
// and until a date.
package waive

import (
	"slices"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// Waiver accepts the findings of one obligation on some subjects.
type Waiver struct {
	Obligation string
	Reason     string
	Until      string // the last day on which it counts, 2027-01-31; empty for no end
	By         string // where it stands, in words: annotation of Deployment shop/web
	Position   origin.Position
	// On reports whether it is about a subject that stands somewhere.
	On func(s finding.Subject, at origin.Position) bool
	// Findings are how many it waived.
	Findings int
}

// Ignored is what was told to onus and does not count, and why.
type Ignored struct {
	Text     string
	Reason   string
	Hint     string // the way out, or empty
	By       string
	Position origin.Position
}

// Apply waives findings that are not held. What a waived one leads to is accepted
// with it, as far as the waiver is about its subject: the rest has no other one that
// it is told with, and is a finding of its own, which may be waived by itself.
func Apply(all []finding.Finding, outcomes finding.Explained, waivers []*Waiver) []finding.Finding {
	if len(waivers) == 0 {
		return all
	}
	of := map[string][]*Waiver{}
	for _, w := range waivers {
		of[w.Obligation] = append(of[w.Obligation], w)
	}
	var told []finding.Finding
	for left := slices.Clone(all); len(left) > 0; left = left[1:] {
		x := left[0]
		w := accepts(of[x.Obligation], &x)
		if w == nil {
			told = append(told, x)
			continue
		}
		w.Findings++
		x.Waiver = &finding.Waiver{Was: x.Verdict, Reason: w.Reason, Until: w.Until, By: w.By, Position: w.Position}
		x.Verdict = finding.Waived
		with := []finding.Outcome{}
		for _, o := range x.LeadsTo {
			alone, ok := outcomes.Alone(&o, &x, "waived")
			if ok && !w.On(bare(alone.Subject), alone.Position) {
				left = append(left, alone)
				continue
			}
			with = append(with, o)
		}
		x.LeadsTo = with
		told = append(told, x)
	}
	return told
}

// accepts is the waiver of a finding, among those of its obligation; nil where none is
// about it.
func accepts(waivers []*Waiver, x *finding.Finding) *Waiver {
	if x.Verdict != finding.Broken && x.Verdict != finding.Unknown || x.Subject.Name == "" {
		return nil
	}
	for _, w := range waivers {
		if w.On(bare(x.Subject), x.Position) {
			return w
		}
	}
	return nil
}

// bare is a subject without its unit, as objects are known within one.
func bare(s finding.Subject) finding.Subject {
	s.Unit = ""
	return s
}
