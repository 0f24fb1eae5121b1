package locate

import (
	"slices"

	"github.com/onus-project/onus/internal/fields"
	"github.com/onus-project/onus/internal/responsibility"
)

// rule is a rule of an offering.
type rule struct {
	offering *responsibility.Offering
	responsibility.Rule
}

// place finds where something stands by the rules of offerings, and where those
// leave it open by the rules of platforms.
func (l *locator) place(on string, f fields.Fields) Place {
	p, of := l.placeByOfferings(on, f), l.resolve(l.platformTells(on, f))
	switch {
	case p.Offering == nil:
		return of
	case p.Basis == Hint && of.Basis == Proof && !slices.Contains(each([]*responsibility.Offering{of.Offering}), p.Offering):
		return of
	}
	return p
}

// placeByOfferings finds the offering whose rules match: proofs go before hints,
// and one that refines others before those. What is left beside it is a conflict.
func (l *locator) placeByOfferings(on string, f fields.Fields) Place {
	found := l.matches(on, f)
	if slices.ContainsFunc(found, func(p Place) bool { return p.Basis == Proof }) {
		found = slices.DeleteFunc(found, func(p Place) bool { return p.Basis == Hint })
	}
	all := slices.Clone(found)
	found = slices.DeleteFunc(found, func(p Place) bool {
		return slices.ContainsFunc(all, func(q Place) bool { return l.refines(q.Offering, p.Offering) })
	})
	switch len(found) {
	case 0:
		return Place{}
	case 1:
		return found[0]
	}
	conflict := Place{Basis: Conflict}
	var offerings []*responsibility.Offering
	for _, p := range found {
		offerings = append(offerings, p.Offering)
		conflict.Evidence = append(conflict.Evidence, p.Evidence...)
	}
	conflict.on(offerings...)
	return conflict
}

// matches are the offerings whose rules match, each once, by a proof where there
// is one.
func (l *locator) matches(on string, f fields.Fields) []Place {
	var found []Place
	for _, r := range l.rules[on] {
		evidence, ok := f.Match(r.Rule)
		if !ok {
			continue
		}
		p := Place{Offering: r.offering, Basis: Proof, Evidence: Seen(evidence)}
		if r.Strength == "hint" {
			p.Basis = Hint
		}
		i := slices.IndexFunc(found, func(q Place) bool { return q.Offering == p.Offering })
		switch {
		case i < 0:
			found = append(found, p)
		case found[i].Basis == Hint:
			found[i] = p
		}
	}
	return found
}

// refines reports whether a is a special case of b, at any remove.
func (l *locator) refines(a, b *responsibility.Offering) bool {
	for range l.catalog.Offerings { // a chain is no longer than this
		if a == nil || a.Refines == "" {
			return false
		}
		if a.Refines == b.ID {
			return true
		}
		a = l.catalog.Offering(a.Refines)
	}
	return false
}
