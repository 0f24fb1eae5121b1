package publish

import (
	"slices"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
)

// Diff is what changes from one offering to another.
func Diff(c *responsibility.Catalog, d responsibility.Difference) published.Diff {
	v := published.Diff{Head: published.Head{Schema: published.DiffSchema}, From: offering(d.From), To: offering(d.To), Axes: d.Axes,
		Layers: []published.LayerDiff{}, Gained: []published.ObligationDiff{}, Lost: []published.ObligationDiff{},
		Limits: limits(d.Limits), LimitsGone: limits(d.LimitsGone), Terms: []published.TermDiff{}, Moves: []published.MoveDiff{}}
	var cited []string
	for _, l := range d.Layers {
		v.Layers = append(v.Layers, published.LayerDiff{Axis: l.Axis, ID: l.Layer.ID, Title: l.Layer.Title, Moves: l.Moves(),
			From: cell(l.From), To: cell(l.To), Duties: duties(l.Duties), DutiesGone: duties(l.DutiesGone)})
		cited = append(cited, slices.Concat(cellSources(l.From), cellSources(l.To))...)
	}
	for _, ch := range d.Obligations {
		o := obligationDiff(d, ch)
		if ch.To == responsibility.Induced || ch.From == responsibility.NotYours {
			v.Gained = append(v.Gained, o)
		} else {
			v.Lost = append(v.Lost, o)
		}
		cited = append(cited, o.Sources...)
	}
	for _, l := range slices.Concat(v.Limits, v.LimitsGone) {
		cited = append(cited, l.Sources...)
	}
	for _, t := range d.Terms {
		v.Terms = append(v.Terms, published.TermDiff{Field: t.Field, From: factOrNone(t.From), To: factOrNone(t.To)})
		cited = append(cited, slices.Concat(factSources(t.From), factSources(t.To))...)
	}
	for _, m := range d.Moves {
		v.Moves = append(v.Moves, moveDiff(d, m))
		for _, side := range []*contract.TermFacts{m.From, m.To} {
			if side != nil {
				side.All(func(_ string, f contract.Fact) { cited = append(cited, f.From...) })
			}
		}
	}
	v.Sources = sources(c, cited)
	return v
}

func obligationDiff(d responsibility.Difference, ch responsibility.ObligationChange) published.ObligationDiff {
	o := ch.Obligation
	return published.ObligationDiff{ID: o.ID, Title: o.Title, Statement: o.Statement, Axis: o.Axis, Layer: o.Layer, Severity: o.Severity,
		LoadBearing: o.LoadBearingIn(d.From) || o.LoadBearingIn(d.To),
		Was:         published.Standing(ch.From), Is: published.Standing(ch.To), Sources: o.From}
}

func moveDiff(d responsibility.Difference, m responsibility.MoveChange) published.MoveDiff {
	x := published.MoveDiff{Fields: m.Fields}
	if m.From != nil {
		x.Trigger, x.Name = m.From.Trigger, m.From.Name
		x.From = moveTerms(d.From, *m.From)
	}
	if m.To != nil {
		x.Trigger, x.Name = m.To.Trigger, m.To.Name
		x.To = moveTerms(d.To, *m.To)
	}
	return x
}

func moveTerms(o *responsibility.Offering, m contract.TermFacts) *published.MoveTerms {
	return &published.MoveTerms{Initiator: m.Initiator.Is, Cadence: m.Cadence.Is, Pace: m.Pace.Is, Windows: m.Windows.Is,
		Replacement: m.Replacement.Is, Deadline: m.Deadline.Is, OnDeadline: m.OnDeadline.Is, Words: inWords(o, m)}
}
