package check

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

// Renditions are the results of units side by side, in which what is said of one object
// that several units state in different ways, such as a chart and plain manifests of it,
// is said once: where it is gravest. It names the other units.
func Renditions(results []Result, units []*estate.Unit) []Result {
	if len(units) < 2 {
		return results
	}
	r := renditions{units: units, by: map[statement][]*told{}}
	for i := range results {
		for k := range results[i].Findings {
			r.add(&results[i].Findings[k], i)
		}
	}
	all := slices.Clone(results)
	for i := range all {
		var kept []finding.Finding
		for k := range all[i].Findings {
			f := all[i].Findings[k]
			if t, ok := r.of[&results[i].Findings[k]]; ok {
				if t.kept(units) != &results[i].Findings[k] {
					continue
				}
				t.name(&f, units)
			}
			kept = append(kept, f)
		}
		all[i].Findings = kept
	}
	return all
}

// renditions is the work of Renditions.
type renditions struct {
	units []*estate.Unit
	by    map[statement][]*told
	of    map[*finding.Finding]*told
}

// told is what several units say.
type told struct {
	findings []*finding.Finding
	units    []int
}

// add puts a finding to those that say the same of the same thing; those of what is held
// stay.
func (r *renditions) add(f *finding.Finding, unit int) {
	if f.Position.File == "" || f.Verdict != finding.Broken && f.Verdict != finding.Unknown {
		return
	}
	if r.of == nil {
		r.of = map[*finding.Finding]*told{}
	}
	s := stated(f, true)
	s.namespace = "" // of plain files nobody knows it
	here := s        // of one file the units that hold each other say the same wherever they run
	here.offering, here.at = "", f.Position
	for _, t := range slices.Concat(r.by[s], r.by[here]) {
		if !slices.Contains(t.units, unit) && r.same(t.findings[0], t.units[0], f, unit) {
			t.findings, t.units = append(t.findings, f), append(t.units, unit)
			r.of[f] = t
			return
		}
	}
	t := &told{[]*finding.Finding{f}, []int{unit}}
	r.by[s], r.by[here], r.of[f] = append(r.by[s], t), append(r.by[here], t), t
}

// same reports whether findings of two units are about one thing that both state.
func (r *renditions) same(a *finding.Finding, in int, b *finding.Finding, of int) bool {
	u, o := r.units[in], r.units[of]
	if keptAs(u, a, o) || keptAs(o, b, u) {
		return true
	}
	if !u.Renders(o, a.Position.File, b.Position.File) && !(a.Position == b.Position && nested(u.Path, o.Path)) {
		return false
	}
	x, y := workload(u, a.Subject), workload(o, b.Subject)
	if x == nil || y == nil {
		return x == y && a.Subject.Kind == "PodDisruptionBudget"
	}
	return estate.Same(x, y)
}

// keptAs reports whether what a finding is about is kept in plain files as another unit makes it.
func keptAs(u *estate.Unit, f *finding.Finding, of *estate.Unit) bool {
	w := workload(u, f.Subject)
	return w != nil && slices.Contains(u.Copies[w.Ref], of)
}

// nested reports whether one of two folders lies in the other, such as that of an
// application in that of the one which applies it.
func nested(a, b string) bool {
	a, b = filepath.ToSlash(filepath.Clean(a))+"/", filepath.ToSlash(filepath.Clean(b))+"/"
	return a != b && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a))
}

// workload is the one of a unit that a finding is about; nil for none.
func workload(u *estate.Unit, s finding.Subject) *kubernetes.Workload {
	for i := range u.Kubernetes.Workloads {
		if w := &u.Kubernetes.Workloads[i]; w.Kind == s.Kind && w.Name == s.Name && w.Namespace == s.Namespace {
			return w
		}
	}
	return nil
}

// kept is the one that stands for the others: the first of those with the highest
// severity, of a unit that something builds before plain files, which that may have made.
func (t *told) kept(units []*estate.Unit) *finding.Finding {
	rank := func(i int) (severity, plain int) {
		if units[t.units[i]].Kind == estate.Files {
			plain = 1
		}
		return slices.Index(finding.Severities, t.findings[i].Severity), plain
	}
	best := 0
	for i := range t.findings {
		severity, plain := rank(i)
		if s, p := rank(best); severity < s || severity == s && plain < p {
			best = i
		}
	}
	return t.findings[best]
}

// name has a finding say in which other units it stands.
func (t *told) name(f *finding.Finding, units []*estate.Unit) {
	kept := t.kept(units)
	f.Evidence = slices.Clone(f.Evidence)
	for i, o := range t.findings {
		if o == kept {
			continue
		}
		unit := cmp.Or(units[t.units[i]].Name, estate.Files)
		f.AlsoIn = append(f.AlsoIn, finding.Also{Unit: unit, Fingerprint: o.Fingerprint, Position: o.Position})
		said := "also in " + unit + ", which states the same in another way"
		if o.Position == kept.Position {
			said = "also in " + unit + ", which applies the same file"
		}
		f.Evidence = append(f.Evidence, finding.Evidence{Text: said, Position: o.Position})
	}
}
