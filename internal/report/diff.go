package report

import (
	"slices"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/report/published"
)

func diffPage(d published.Diff) page {
	if d.Estate != nil {
		return diffEstatePage(legible(d))
	}
	p := page{title(d.From.Title + " → " + d.To.Title)}
	if len(d.Layers)+len(d.Gained)+len(d.Lost)+len(d.Limits)+len(d.LimitsGone)+len(d.Terms)+len(d.Moves) == 0 {
		return append(p, prose("nothing differs"))
	}
	is := func(want published.Standing) func(published.ObligationDiff) bool {
		return func(o published.ObligationDiff) bool { return o.Is == want }
	}
	started := func(by published.Party) func(published.MoveDiff) bool {
		return func(m published.MoveDiff) bool { return m.To != nil && m.To.Initiator == string(by) }
	}
	return append(p,
		section{"moves", []block{changedLayers(d), newDuties(d)}},
		section{"now yours because of it", []block{obligations(d.Gained, is(published.Induced))}},
		section{"now yours as well", []block{obligations(d.Gained, is(published.Yours))}},
		section{"no longer yours", []block{obligations(d.Lost, is(published.NotYours))}},
		section{"still yours, but no longer because of the provider", []block{obligations(d.Lost, is(published.Yours))}},
		section{"what you can no longer do", []block{sentences(d.Limits)}},
		section{"limits that no longer apply", []block{sentences(d.LimitsGone)}},
		section{"what the provider may now do", []block{changedMoves(d, started(published.Provider))}},
		section{"what follows now when you start it", []block{changedMoves(d, started(published.Customer))}},
		section{"what the contract no longer names", []block{goneMoves(d)}},
		section{"terms", []block{changedTerms(d)}},
		diffLegend(d.Layers, slices.Concat(d.Gained, d.Lost)),
		diffSteps(d),
	)
}

func changedLayers(d published.Diff) block {
	g := grid{head: []string{"Layer", "from", "to", "note"}, paint: func(row, col int) text.Colors {
		switch col {
		case 1:
			return colourOf(d.Layers[row].From)
		case 2:
			return colourOf(d.Layers[row].To)
		}
		return nil
	}}
	for _, l := range d.Layers {
		g.rows = append(g.rows, []string{l.Title, shown(d.From, l.From), shown(d.To, l.To), l.To.Note})
	}
	return g
}

// newDuties tells the layers that come out split apart.
func newDuties(d published.Diff) block {
	var list entries
	for _, l := range d.Layers {
		if len(l.Duties) > 0 {
			list = append(list, entry{name: l.Title, under: whoDoesWhat(d.To, l.Duties)})
		}
	}
	return list
}

func obligations(all []published.ObligationDiff, which func(published.ObligationDiff) bool) block {
	var list entries
	for _, o := range all {
		if !which(o) {
			continue
		}
		beside := ""
		if o.Is == published.Induced && o.Was == published.Yours {
			beside = "(good practice before)"
		}
		list = append(list, entry{marked: o.LoadBearing && o.Is == published.Induced, name: o.ID, beside: beside, under: []string{o.Statement}})
	}
	return list
}

func sentences(limits []published.Limit) block {
	var list bullets
	for _, l := range limits {
		list = append(list, l.Is)
	}
	return list
}

func changedMoves(d published.Diff, which func(published.MoveDiff) bool) block {
	var list entries
	for _, m := range d.Moves {
		if !which(m) {
			continue
		}
		e := entry{name: moveTitle(m.Trigger, m.Name), under: []string{m.To.Words}}
		if m.From != nil {
			e.under = append(e.under, "before: "+m.From.Words)
		}
		list = append(list, e)
	}
	return list
}

func goneMoves(d published.Diff) block {
	var list bullets
	for _, m := range d.Moves {
		if m.To == nil {
			list = append(list, moveTitle(m.Trigger, m.Name)+": "+m.From.Words)
		}
	}
	return list
}

func changedTerms(d published.Diff) block {
	var list entries
	for _, t := range d.Terms {
		e := entry{name: factName(t.Field), beside: termIn(t.From) + " → " + termIn(t.To)}
		if t.Field == "override" { // a sentence on each side: only where it leads
			e.beside, e.under = "", []string{termIn(t.To)}
		} else if t.To != nil && factDetails(*t.To) != "" {
			e.under = []string{factDetails(*t.To)}
		}
		list = append(list, e)
	}
	return list
}

func termIn(f *published.Fact) string {
	if f == nil {
		return "no contract"
	}
	return inWords(f.Is)
}

// diffLegend says what the mark of some layers and obligations means, where one has it.
func diffLegend(layers []published.LayerDiff, marked []published.ObligationDiff) block {
	if slices.ContainsFunc(marked, func(o published.ObligationDiff) bool { return o.LoadBearing }) ||
		slices.ContainsFunc(layers, func(l published.LayerDiff) bool { return l.From.LoadBearing || l.To.LoadBearing }) {
		return prose(loadMark + " load-bearing: a service goes down if the customer does not do it")
	}
	return prose("")
}

func diffSteps(d published.Diff) block {
	var next steps
	if len(d.Gained) > 0 {
		next = append(next, "onus explain "+d.Gained[0].ID)
	}
	return append(next, "onus check --as "+d.To.ID+" PATH")
}
