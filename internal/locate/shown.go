package locate

import (
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// platformRule is a rule of a platform, with its offerings.
type platformRule struct {
	offerings []*responsibility.Offering
	responsibility.Rule
}

// tell is one piece of evidence: it runs on one of some offerings.
type tell struct {
	offerings []*responsibility.Offering
	basis     Basis // Proof or Hint
	evidence  string
}

func strength(r responsibility.Rule) Basis {
	if r.Strength == "hint" {
		return Hint
	}
	return Proof
}

// platformTells is what the rules of platforms see in something.
func (l *locator) platformTells(on string, f fields) []tell {
	var tells []tell
	for _, r := range l.platforms[on] {
		if evidence, ok := f.match(r.Rule); ok {
			tells = append(tells, tell{r.offerings, strength(r.Rule), evidence})
		}
	}
	return tells
}

// resolve finds where something stands that all of some evidence is about: on
// what the proofs have in common, narrowed down by the hints that fit. Proofs
// that have nothing in common are a conflict, and such hints tell nothing.
func (l *locator) resolve(tells []tell) Place {
	var proofs, hints []tell
	for _, t := range tells {
		if t.basis == Proof {
			proofs = append(proofs, t)
		} else {
			hints = append(hints, t)
		}
	}
	set, evidence := shared(proofs)
	p := Place{Basis: Proof}
	switch {
	case len(proofs) == 0:
		if set, evidence = shared(hints); len(set) == 0 {
			return Place{}
		}
		p.Basis = Hint
	case len(set) == 0:
		p.Basis = Conflict
		for _, t := range proofs {
			set = append(set, t.offerings...)
		}
	default:
		fit := slices.DeleteFunc(hints, func(t tell) bool {
			return !slices.ContainsFunc(t.offerings, func(o *responsibility.Offering) bool { return slices.Contains(set, o) })
		})
		if more, also := shared(append([]tell{{offerings: set}}, fit...)); len(more) > 0 && len(more) < len(set) {
			set, p.Basis = more, Hint
			evidence = append(evidence, also...)
		}
	}
	p.Offering, p.Evidence = l.oneOf(set), few(evidence)
	return p
}

// shared are the offerings that all of some evidence has in common, and the
// evidence that each narrowed it down.
func shared(tells []tell) (set []*responsibility.Offering, evidence []string) {
	for i, t := range tells {
		both := t.offerings
		if i > 0 {
			both = slices.DeleteFunc(slices.Clone(set), func(o *responsibility.Offering) bool { return !slices.Contains(t.offerings, o) })
		}
		if (i == 0 || len(both) < len(set)) && t.evidence != "" {
			evidence = append(evidence, t.evidence)
		}
		if set = both; len(set) == 0 {
			return nil, evidence
		}
	}
	return set, evidence
}

// few are the first of several pieces of evidence.
func few(evidence []string) string { return strings.Join(evidence[:min(len(evidence), 3)], "; ") }

// oneOf stands for one of some offerings, always the same value for the same.
func (l *locator) oneOf(offerings []*responsibility.Offering) *responsibility.Offering {
	sorted := responsibility.HardestFirst(offerings)
	key := ids(sorted)
	if l.several[key] == nil {
		l.several[key] = l.catalog.OneOf(sorted)
	}
	return l.several[key]
}

// narrowed is a place of which something else that is known leaves fewer
// offerings; itself where the two have nothing in common, or know as much.
func (l *locator) narrowed(p, by Place) Place {
	switch {
	case by.Offering == nil || by.Basis == Unknown || by.Basis == Conflict:
		return p
	case p.Offering == nil:
		return by
	}
	mine := each([]*responsibility.Offering{p.Offering})
	set, _ := shared([]tell{{offerings: mine}, {offerings: each(append([]*responsibility.Offering{by.Offering}, by.Also...))}})
	if len(set) == 0 || len(set) == len(mine) {
		return p
	}
	return Place{Offering: l.oneOf(set), Basis: Hint, Evidence: p.Evidence + "; " + by.Evidence}
}

// shown is what the objects of an estate, and what its workloads ask for, show
// of the cluster that they are for.
func (l *locator) shown(e *kubernetes.Estate, own []Place) Place {
	var tells []tell
	var singles []*responsibility.Offering // that the cluster has
	var evidence []string
	add := func(t tell) {
		if !slices.ContainsFunc(tells, func(x tell) bool { return x.basis == t.basis && slices.Equal(x.offerings, t.offerings) }) {
			tells = append(tells, t)
		}
	}
	for i := range e.Objects {
		f := objectFields(&e.Objects[i])
		for _, p := range l.matches("object", f) {
			if !slices.Contains(singles, p.Offering) {
				singles, evidence = append(singles, p.Offering), append(evidence, p.Evidence)
			}
			add(tell{l.besides(p.Offering), p.Basis, p.Evidence})
		}
		for _, t := range l.platformTells("object", f) {
			add(t)
		}
	}
	for i := range own {
		if p := own[i]; p.Offering != nil && p.Basis != Conflict {
			add(tell{l.besides(p.Offering), p.Basis, e.Workloads[i].Kind + " " + e.Workloads[i].Name + " has " + p.Evidence})
		}
	}
	p := l.resolve(tells)
	if len(singles) > 0 && p.Basis != Conflict {
		p = l.narrowed(p, Place{Offering: l.oneOf(singles), Basis: Hint, Evidence: few(evidence)})
	}
	return p
}

// besides are the offerings that can stand in one cluster with an offering, or
// with one of those that it stands for.
func (l *locator) besides(o *responsibility.Offering) []*responsibility.Offering {
	var all []*responsibility.Offering
	for _, x := range each([]*responsibility.Offering{o}) {
		all = append(all, x)
		for _, p := range l.catalog.Platforms {
			if p.SideBySide && slices.Contains(p.Offerings, x.ID) {
				all = append(all, l.catalog.OfferingsOf(p)...)
			}
		}
	}
	return responsibility.HardestFirst(all)
}

// common is what several places have in common: a hint for what stands beside
// them. Where they name several that can stand in one cluster it is one of those
// that can, and where they contradict each other it has no Offering.
func (l *locator) common(places []Place) Place {
	var tells, wider []tell
	for _, p := range places {
		if p.Offering != nil && p.Basis != Conflict && p.Basis != Unknown {
			t := tell{each(append([]*responsibility.Offering{p.Offering}, p.Also...)), Hint, "beside it " + p.Evidence}
			tells = append(tells, t)
			t.offerings = nil
			for _, o := range tells[len(tells)-1].offerings {
				t.offerings = append(t.offerings, l.besides(o)...)
			}
			wider = append(wider, t)
		}
	}
	if p := l.resolve(tells); p.Offering != nil {
		return p
	}
	return l.resolve(wider)
}
