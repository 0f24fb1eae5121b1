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
}

// reported is a finding and what may explain it.
type reported struct {
	finding.Finding
	causes []Cause
}

// explained are the findings with one entry a cause: an outcome that a broken
// finding explains is told with that one, and is no finding of its own.
func explained(all []reported) []finding.Finding {
	broken := map[string]int{}
	for i := range all {
		if f := &all[i]; f.Verdict == finding.Broken && !f.Outcome {
			broken[f.Fingerprint] = i
		}
	}
	var findings []finding.Finding
	own := make([]bool, len(all))
	for i := range all {
		x := &all[i]
		at := slices.IndexFunc(x.causes, func(c Cause) bool {
			_, is := broken[finding.Fingerprint(c.Obligation, c.Subject)]
			return is && x.Verdict != finding.Held
		})
		if own[i] = at < 0; own[i] {
			continue
		}
		cause := &all[broken[finding.Fingerprint(x.causes[at].Obligation, x.causes[at].Subject)]]
		cause.LeadsTo = append(cause.LeadsTo, x.Told())
	}
	for i := range all {
		if own[i] {
			findings = append(findings, all[i].Finding)
		}
	}
	return findings
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
