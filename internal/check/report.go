package check

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
)

// assumed is why what rests on something that nobody saw weighs less.
const assumed = "it rests on what is assumed, and nobody saw"

// Report makes a finding of a judgement, if the customer has the obligation
// where the subject runs. A verdict that something unread may change is unknown,
// and so is a broken one that rests on an assumption.
func (p *Pass) Report(j Judgement) {
	o := p.Catalog.Obligation(p.check.ID)
	if j.Place.Offering == nil || !o.AppliesTo(j.Place.Offering) {
		return
	}
	j.Subject.Unit = p.Estate.Name
	j = j.WithDoubt(p.Lacks(&j)).asRisk(p.ByContract())
	basis := j.Place.Basis
	if j.Assumed {
		basis = locate.Assumed
	}
	f := finding.Finding{
		Obligation: o.ID, Verdict: j.Verdict, LoadBearing: o.LoadBearingIn(j.Place.Offering),
		Severity: weighed(cmp.Or(j.Severity, o.Severity), basis),
		Subject:  j.Subject, Offering: j.Place.Offering.ID, Basis: string(basis), Layer: o.Layer,
		Party: string(j.Place.Offering.Line[o.Axis][o.Layer].Party), Message: j.Message, Doubt: j.Doubt, Undoubted: j.Undoubted,
		Evidence: append([]finding.Evidence{}, j.Evidence...), Sources: o.From, Position: j.Position,
		Fingerprint: finding.Fingerprint(o.ID, j.Subject), Outcome: p.check.Outcome, BlocksNodes: o.BlocksNodes,
	}
	f.SeverityBecause = lighter(&f, o.Severity, &j)
	if j.Verdict == finding.Broken {
		f.Consequence, f.Wanted = j.Consequence, j.Wanted
	}
	if j.Verdict != finding.Held {
		f.Fix = j.Fix
	}
	for _, on := range j.Place.Offering.Candidates {
		f.Candidates = append(f.Candidates, on.ID)
	}
	// Where everything runs in one place the lines above the findings say so.
	if j.Verdict != finding.Held && !slices.Contains([]locate.Basis{locate.Only, locate.Asked, locate.Unknown}, j.Place.Basis) {
		f.Evidence = append(f.Evidence, finding.Evidence{Text: j.Place.Words(), Short: j.Place.Short()})
	}
	causes := slices.Clone(j.Causes)
	for i := range causes {
		causes[i].Subject.Unit = p.Estate.Name
	}
	p.look.findings = append(p.look.findings, &reported{f, causes})
}

// Lacks is what a judgement rests on and could not be read. What holds objects
// somewhere counts for the subjects that are in its scope.
func (p *Pass) Lacks(j *Judgement) []origin.Unread {
	if j.Settled || len(j.Lacks) == 0 && p.look.complete {
		return nil
	}
	needs := p.check.Needs.Held
	switch j.Verdict {
	case finding.Broken:
		needs = p.check.Needs.Broken
	case finding.Unknown:
		needs = slices.Concat(needs, p.check.Needs.Broken)
	}
	lacks := slices.Clone(j.Lacks)
	for _, need := range needs {
		for _, u := range need(p, j) {
			if u.Scope.Holds(j.Subject.Namespace, j.Subject.Name, j.Position) && !slices.ContainsFunc(lacks, u.Says) {
				lacks = append(lacks, u)
			}
		}
	}
	return lacks
}

// WithDoubt takes a verdict back that may be another one with what was not read,
// and says so. What would put it right may do harm then, and is left out.
func (j Judgement) WithDoubt(lacks []origin.Unread) Judgement {
	lacks = j.notDoubtedYet(lacks)
	if len(lacks) == 0 {
		return j
	}
	if j.Verdict == finding.Unknown {
		j.add("; and " + origin.Lacks(lacks))
	} else {
		j.DoubtedBy(origin.Doubt(lacks))
	}
	j.Verdict, j.Consequence, j.Fix = finding.Unknown, "", nil
	j.Evidence = append(slices.Clone(j.Evidence), Unread(lacks)...)
	j.doubts = slices.Concat(j.doubts, lacks)
	return j
}

// DoubtedBy adds to what is said why that may not be so.
func (j *Judgement) DoubtedBy(why string) {
	if j.Doubt == "" {
		j.Doubt, j.Undoubted = why, j.Message
		j.Message += finding.But + why
		return
	}
	j.add(finding.But + why)
}

// add says more at the end of the message, which is that of its doubt where it has one.
func (j *Judgement) add(more string) {
	j.Message += more
	if j.Doubt != "" {
		j.Doubt += more
	}
}

// notDoubtedYet are those for which a judgement was not doubted before, each once. Of a kind
// that could not be read at all it is said each time what rests on it.
func (j Judgement) notDoubtedYet(lacks []origin.Unread) []origin.Unread {
	var all []origin.Unread
	for _, u := range lacks {
		doubted := u.Of != "" && slices.ContainsFunc(j.doubts, u.Says)
		if !doubted && !slices.ContainsFunc(all, u.Says) {
			all = append(all, u)
		}
	}
	return all
}

// shown is how many files and builds that could not be read are evidence of one
// finding.
const shown = 3

// Unread are what was not read, as evidence.
func Unread(lacks []origin.Unread) []finding.Evidence {
	var evidence []finding.Evidence
	holders := 0
	for _, u := range lacks {
		if u.Of != "" {
			if holders++; holders > shown {
				continue
			}
		}
		evidence = append(evidence, finding.Evidence{Text: u.Words(), Unread: u.Resource})
	}
	if holders > shown {
		evidence = append(evidence, finding.Evidence{Text: fmt.Sprintf("and %d more that could not be read", holders-shown)})
	}
	return evidence
}

// reportUnread says of the obligation that some of what it is about was not
// read.
func (p *Pass) reportUnread() {
	if p.check.Subjects.Unread == nil {
		return
	}
	at, ok := p.yours()
	if !ok {
		return
	}
	for _, u := range p.check.Subjects.Unread(p) {
		if u.Of != "" {
			continue // what it may be is as many kinds as there are: it is told once, where all is that could not be read
		}
		p.Report(Judgement{
			Subject: finding.Subject{Kind: u.Kind}, Place: at, Verdict: finding.Unknown, Settled: true,
			Message: u.Plural() + " could not be read, so this was not checked on them", Evidence: Unread([]origin.Unread{u}),
		})
	}
}

// yours is somewhere that the obligation is the customer's, among where things
// run, or may.
func (p *Pass) yours() (locate.Place, bool) {
	o := p.Catalog.Obligation(p.check.ID)
	at := p.Places.Fallback
	for _, on := range append([]*responsibility.Offering{at.Offering}, p.Places.Offerings()...) {
		if on != nil && o.AppliesTo(on) && (on.Contract != nil || !p.check.ByContract) {
			if on != at.Offering {
				at = locate.Place{Offering: on, Basis: locate.Only}
			}
			return at, true
		}
	}
	return locate.Place{}, false
}

// ID is the obligation that the pass is about.
func (p *Pass) ID() string { return p.check.ID }

// Obligation is what the catalog says of it.
func (p *Pass) Obligation() *responsibility.Obligation { return p.Catalog.Obligation(p.check.ID) }

// ByContract reports whether its verdicts follow from a contract.
func (p *Pass) ByContract() bool { return p.check.ByContract }

// lighter is why a finding that is not held is of a lower severity than its obligation;
// empty where it is not.
func lighter(f *finding.Finding, obligation string, j *Judgement) string {
	rank := func(severity string) int { return slices.Index(finding.Severities, severity) }
	switch {
	case f.Verdict == finding.Held || rank(f.Severity) <= rank(obligation):
		return ""
	case rank(f.Severity) > rank(cmp.Or(j.Severity, obligation)):
		return assumed
	}
	return j.Because
}
