package check

import (
	"slices"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// Distinct are the results of units side by side, in which some say only what no
// other unit says, and none like them before. Those that are there for tests: a
// variant of a chart that is tried in CI has most objects in common with the chart.
// Alternatives: what is said of each of several files is said once, and names the
// others.
func Distinct(results []Result, units []*estate.Unit) []Result {
	d := distinct{said: map[statement]place{}, all: slices.Clone(results)}
	for i := range d.all {
		d.all[i].Findings = slices.Clone(d.all[i].Findings)
	}
	for _, trials := range []bool{false, true} {
		for i, u := range units {
			if u.Trial == trials {
				d.unit(i, u)
			}
		}
	}
	return d.all
}

// distinct is the work of Distinct.
type distinct struct {
	said map[statement]place
	all  []Result
}

// place is that of a finding among the results.
type place struct{ result, finding int }

func (d *distinct) unit(i int, u *estate.Unit) {
	var kept []finding.Finding
	for _, f := range d.all[i].Findings {
		s := stated(&f, u.Alternative)
		at, said := d.said[s]
		switch {
		case !said || f.Position.File == "":
		case u.Trial:
			continue
		case u.Alternative:
			first := &d.all[at.result].Findings[at.finding]
			first.Evidence = append(first.Evidence, finding.Evidence{Text: "another of this name, to which the same applies", Position: f.Position})
			continue
		}
		if !said {
			d.said[s] = place{i, len(kept)}
		}
		kept = append(kept, f)
	}
	d.all[i].Findings = kept
}

// statement is what a finding says, and of what; in which namespace a test puts
// that does not matter, and of alternatives not in which file it stands.
type statement struct {
	obligation, message, kind, name, namespace string
	alternative                                bool
	verdict                                    finding.Verdict
	at                                         origin.Position
}

func stated(f *finding.Finding, alternative bool) statement {
	s := statement{obligation: f.Obligation, message: f.Message, kind: f.Subject.Kind, name: f.Subject.Name, verdict: f.Verdict}
	if alternative {
		s.alternative, s.namespace = true, f.Subject.Namespace
		return s
	}
	s.at = f.Position
	return s
}
