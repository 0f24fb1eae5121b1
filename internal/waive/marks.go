package waive

import (
	"slices"
	"strconv"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/subject"
	"github.com/onus-project/onus/internal/words"
)

// The keys of marks that onus knows.
const (
	waiveKey = "waive"
	ownerKey = subject.OwnerKey
	floorKey = kubernetes.FloorKey
)

// Marks are the waivers that objects of an estate carry, and what of their marks
// does not count.
func Marks(e *kubernetes.Estate, rules Rules) (waivers []*Waiver, ignored []Ignored) {
	for _, m := range e.Marks {
		by := "annotation of " + subject.OfRef(m.Object).Words()
		switch m.Key {
		case waiveKey:
			on := about(e, m.Object)
			found, wrong := Parse(m.Text, rules)
			for _, w := range found {
				w.By, w.Position, w.On = by, m.Position, on
				waivers = append(waivers, &w)
			}
			for _, x := range wrong {
				x.By, x.Position = by, m.Position
				ignored = append(ignored, x)
			}
		case floorKey:
			if n, err := strconv.Atoi(m.Text); err != nil || n < 0 {
				ignored = append(ignored, Ignored{
					Text: kubernetes.MarkPrefix + floorKey + ": " + m.Text, Reason: "it is no number of ready pods", By: by, Position: m.Position,
				})
			}
		case ownerKey:
		default:
			x := Ignored{Text: kubernetes.MarkPrefix + m.Key, Reason: "onus knows no such annotation", By: by, Position: m.Position}
			keys := []string{floorKey, ownerKey, waiveKey}
			x.Hint = "there is " + kubernetes.MarkPrefix + strings.Join(keys, ", "+kubernetes.MarkPrefix)
			if near := responsibility.Nearest(m.Key, keys); len(near) > 0 {
				x.Hint = "did you mean " + kubernetes.MarkPrefix + words.Or(near) + "?"
			}
			ignored = append(ignored, x)
		}
	}
	return waivers, ignored
}

// about says on what a mark on an object is: on that; of a budget, on the workloads
// that it covers as well; of a namespace, on what is in it; of a custom resource, on
// what its operator makes of it.
func about(e *kubernetes.Estate, r kubernetes.Ref) func(finding.Subject, origin.Position) bool {
	if r.Kind == "Namespace" && r.Namespace == "" {
		return func(s finding.Subject, _ origin.Position) bool { return s.Namespace == r.Name }
	}
	on := []finding.Subject{subject.OfRef(r)}
	switch i := slices.IndexFunc(kubernetes.Kinds, func(k kubernetes.Kind) bool { return k.Name == r.Kind }); {
	case i < 0:
		on = append(on, madeOf(e, r)...)
	case kubernetes.Kinds[i].Set == kubernetes.Budgets:
		on = append(on, coveredBy(e, r)...)
	}
	return func(s finding.Subject, _ origin.Position) bool { return slices.Contains(on, s) }
}

// coveredBy are the workloads that a budget covers.
func coveredBy(e *kubernetes.Estate, budget kubernetes.Ref) []finding.Subject {
	var all []finding.Subject
	i := slices.IndexFunc(e.Budgets, func(b kubernetes.Budget) bool { return b.Ref() == budget })
	for k := range e.Workloads {
		if w := &e.Workloads[k]; i >= 0 && subject.Covers(e, &e.Budgets[i], w) {
			all = append(all, subject.OfRef(w.Ref))
		}
	}
	return all
}

// madeOf are the workloads and budgets that an operator makes of a custom resource.
func madeOf(e *kubernetes.Estate, r kubernetes.Ref) []finding.Subject {
	var all []finding.Subject
	for i := range e.Workloads {
		if w := &e.Workloads[i]; w.MadeBy != nil && w.MadeBy.Ref == r {
			all = append(all, subject.OfRef(w.Ref))
		}
	}
	for i := range e.Budgets {
		if b := &e.Budgets[i]; b.MadeBy != nil && b.MadeBy.Ref == r {
			all = append(all, subject.OfRef(b.Ref()))
		}
	}
	return all
}
