package check

import (
	"slices"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
)

// Cause is a finding that may explain an outcome: that of an obligation on a
// subject.
type Cause struct {
	Obligation string
	Subject    finding.Subject
	// Says that it says itself what comes of it: that a single pod is away while it is
	// replaced, say.
	Says bool
	// Same says that it is no cause, but that one edit mends both: what is broken is told with
	// it, unless it weighs more.
	Same bool
}

// reported is a finding and what may explain it.
type reported struct {
	finding.Finding
	causes []Cause
}

// explained are the findings with one entry a cause: what a broken finding
// explains is told with that one, and is no finding of its own. Where it is not
// known whether the cause is there, nor is what comes of it, and that is one
// thing to find out. Outcomes are those that are told with others, as they are by themselves.
func explained(all []*reported) (findings []finding.Finding, outcomes finding.Explained) {
	broken, unknown := map[string]int{}, map[string]int{}
	for i := range all {
		switch f := all[i]; {
		case f.Outcome:
		case f.Verdict == finding.Broken:
			broken[f.Fingerprint] = i
		case f.Verdict == finding.Unknown:
			unknown[f.Fingerprint] = i
		}
	}
	among := func(i int, causes map[string]int) (cause int, by Cause, is bool) {
		for _, c := range all[i].causes {
			k, is := causes[finding.Fingerprint(c.Obligation, c.Subject)]
			if is && k != i && !(c.Same && apart(&all[i].Finding, &all[k].Finding)) {
				return k, c, true
			}
		}
		return 0, Cause{}, false
	}
	nearest := func(i int) (cause int, by Cause, is bool) {
		if all[i].Verdict == finding.Held {
			return 0, Cause{}, false
		}
		cause, by, is = among(i, broken)
		if !is && all[i].Outcome && all[i].Verdict == finding.Unknown {
			cause, by, is = among(i, unknown)
		}
		return cause, by, is
	}
	outcomes = finding.Explained{}
	own := make([]bool, len(all))
	for i := range all {
		cause, by, ok := nearest(i)
		if own[i] = !ok; own[i] {
			continue
		}
		for range all { // a cause may be explained by another one itself
			further, _, ok := nearest(cause)
			if !ok {
				break
			}
			cause, by = further, Cause{}
		}
		told := all[i].Told()
		told.Said, told.Also = by.Says, by.Same
		all[cause].LeadsTo = append(all[cause].LeadsTo, told)
		outcomes[all[i].Fingerprint] = all[i].Finding
	}
	findings = make([]finding.Finding, 0, len(all)-len(outcomes))
	for i := range all {
		if own[i] {
			findings = append(findings, all[i].Finding)
		}
	}
	return findings, outcomes
}

// apart reports whether a finding is told by itself, though one edit mends it with another that
// is broken: it weighs more, or it is not known whether it is so.
func apart(x, with *finding.Finding) bool {
	graver := slices.Index(finding.Severities, x.Severity) < slices.Index(finding.Severities, with.Severity)
	return graver || x.Verdict != finding.Broken
}

// asRisk takes back what rests on an assumption: where the verdict does, it is
// unknown; where only what follows from it does, it is not of high severity.
func (j Judgement) asRisk(byContract bool) Judgement {
	if j.Verdict != finding.Broken {
		return j
	}
	if j.Assumed || byContract && j.Place.Basis == locate.Assumed {
		j.Verdict, j.Assumed = finding.Unknown, true
		if j.Consequence != "" {
			j.Evidence = append(slices.Clone(j.Evidence), finding.Evidence{Text: j.Consequence})
		}
		j.Consequence = ""
	}
	return j
}

// weighed is a severity, at most medium where what follows rests on an assumption.
func weighed(severity string, basis locate.Basis) string {
	if severity == "high" && basis == locate.Assumed {
		return "medium"
	}
	return severity
}
