package publish

import (
	"slices"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/support"
)

// Judged is an estate as it is judged under one offering: what the checks say, and what
// does not work there.
type Judged struct {
	Looked  Looked
	Support support.Found
}

// DiffWith is Diff, with what it means for an estate.
func DiffWith(c *responsibility.Catalog, d responsibility.Difference, before, after Judged) published.Diff {
	v := Diff(c, d)
	was, is := Findings(c, before.Looked), Findings(c, after.Looked)
	compared := Comparison(d.From.ID, &was, d.To.ID, &is)
	e := published.DiffEstate{
		Read: is.Read, Units: is.Units, Config: is.Config, Unread: is.Unread, Unreadable: is.Unreadable,
		Listed: len(c.UnsupportedOn(d.To)) > 0, DayOne: dayOne(before.Support, after.Support), Unknown: dayOneUnknown(after.Support),
		FirstRoll: published.FirstRoll{Before: was.Summary, After: is.Summary, Became: compared.Summary, Changes: compared.Changes},
		Edits:     []published.Edit{},
	}
	e.Edits = append(dayOneEdits(e.DayOne), edits(is.Findings)...)
	v.Estate = &e
	var cited []string
	for _, x := range e.DayOne {
		cited = append(cited, x.Sources...)
	}
	for _, x := range e.Unknown {
		cited = append(cited, x.Sources...)
	}
	for id, s := range sources(c, cited) {
		v.Sources[id] = s
	}
	return v
}

// dayOne are the things that do not work after the change, each with what needs it.
func dayOne(before, after support.Found) []published.DayOne {
	all := []published.DayOne{}
	for i, h := range after.Hits {
		if i == 0 || after.Hits[i-1].What != h.What {
			u := h.What
			all = append(all, published.DayOne{ID: u.ID, Is: u.Is, Then: u.Then, Cure: u.Cure, Sources: u.From})
		}
		of := &all[len(all)-1]
		already := slices.ContainsFunc(before.Hits, func(x support.Hit) bool { return x.What.ID == h.What.ID && x.Subject == h.Subject })
		of.On = append(of.On, published.DayOneOn{
			Subject: h.Subject, Evidence: h.Evidence, ByKind: h.ByKind, Position: h.Position, Already: already,
		})
	}
	return all
}

func dayOneUnknown(found support.Found) []published.DayOneUnknown {
	all := []published.DayOneUnknown{}
	for _, x := range found.Unknown {
		all = append(all, published.DayOneUnknown{
			ID: x.What.ID, Is: x.What.Is, Why: x.Why, On: append([]finding.Subject{}, x.On...), Sources: x.What.From,
		})
	}
	return all
}

// dayOneEdits are what mends the things that do not work.
func dayOneEdits(all []published.DayOne) []published.Edit {
	edits := []published.Edit{}
	for _, x := range all {
		e := published.Edit{Summary: x.Cure, For: x.ID, DayOne: true}
		for _, on := range x.On {
			e.Subjects = append(e.Subjects, on.Subject)
		}
		edits = append(edits, e)
	}
	return edits
}

// edits are what mends all that is broken, each once: the same to be done to several
// objects is one edit for each of them.
func edits(all []finding.Finding) []published.Edit {
	var edits []published.Edit
	seen := map[string]bool{}
	for i := range all {
		x := &all[i]
		if !isOpen(x) || x.Fix == nil {
			continue
		}
		key := x.Fix.Summary + "\x00" + x.Subject.Unit
		for _, c := range x.Fix.Changes {
			key += "\x00" + string(c.Action) + c.Object.Kind + "/" + c.Object.Namespace + "/" + c.Object.Name + "\x00" + c.Manifest()
		}
		if len(x.Fix.Changes) == 0 {
			key += "\x00" + x.Subject.Words()
		}
		if seen[key] {
			continue
		}
		seen[key] = true
		edits = append(edits, published.Edit{
			Summary: x.Fix.Summary, For: x.Obligation, Subjects: []finding.Subject{x.Subject}, Changes: x.Fix.Changes, Values: x.Fix.Values,
		})
	}
	return edits
}
