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
	if !slices.ContainsFunc(units, func(u *estate.Unit) bool { return u.Trial || u.Alternative }) {
		return results
	}
	d := distinct{said: map[statement]bool{}, rivals: map[statement][]rival{}, all: slices.Clone(results)}
	for i := range d.all {
		d.all[i].Findings = slices.Clone(d.all[i].Findings)
		for _, f := range d.all[i].Findings {
			if s := stated(&f, true); units[i].Alternative && f.Position.File != "" {
				d.rivals[s] = append(d.rivals[s], rival{i, f.Severity, f.Position})
			}
		}
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
	said   map[statement]bool
	rivals map[statement][]rival
	all    []Result
}

// rival is where alternatives say the same: in which unit, how grave, and of what.
type rival struct {
	unit     int
	severity string
	at       origin.Position
}

// gravest is the first of those that say it with the highest severity: what sends
// requests to an object may stand in one of several files.
func gravest(all []rival) rival {
	return slices.MinFunc(all, func(a, b rival) int {
		return slices.Index(finding.Severities, a.severity) - slices.Index(finding.Severities, b.severity)
	})
}

func (d *distinct) unit(i int, u *estate.Unit) {
	var kept []finding.Finding
	for _, f := range d.all[i].Findings {
		s := stated(&f, u.Alternative)
		switch {
		case f.Position.File == "":
		case u.Alternative:
			said := d.rivals[s]
			if gravest(said).unit != i {
				continue
			}
			f.Evidence = append(slices.Clone(f.Evidence), others(said, i, f.Position)...)
		case u.Trial && d.said[s]:
			continue
		}
		d.said[s] = true
		kept = append(kept, f)
	}
	d.all[i].Findings = kept
}

// others are where alternatives other than that of one unit say the same.
func others(all []rival, unit int, at origin.Position) []finding.Evidence {
	var said []finding.Evidence
	for _, r := range all {
		if r.unit != unit && r.at != at {
			said = append(said, finding.Evidence{Text: "another of this name, to which the same applies", Position: r.at})
		}
	}
	return said
}

// statement is what a finding says, and of what; in which namespace a test puts
// that does not matter, and of alternatives not in which file it stands, but for
// which platform it is.
type statement struct {
	obligation, message, kind, name, namespace, offering string
	alternative                                          bool
	verdict                                              finding.Verdict
	at                                                   origin.Position
}

func stated(f *finding.Finding, alternative bool) statement {
	s := statement{obligation: f.Obligation, message: f.Message, kind: f.Subject.Kind, name: f.Subject.Name, verdict: f.Verdict}
	if alternative {
		s.alternative, s.namespace, s.offering = true, f.Subject.Namespace, f.Offering
		return s
	}
	s.at = f.Position
	return s
}
