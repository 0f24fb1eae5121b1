package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/report/published"
)

// opening is the head of an explanation: what it is called, and what it is.
func opening(e published.Explained) page {
	return page{title(e.Title + " (" + e.ID + ", " + e.Kind + ")"), prose(e.About)}
}

func indexPage(v published.Index) page {
	p := page{title("What can be explained")}
	for _, a := range v.Axes {
		p = append(p,
			section{"offerings on the axis " + a.ID, []block{namesAndTitles(a.Offerings)}},
			section{"layers of " + a.ID + ", from the bottom up", []block{namesAndTitles(a.Layers)}})
	}
	return append(p,
		section{"platforms, as findings name what runs on one and whose offering is not known yet", []block{namesAndTitles(v.Platforms)}},
		section{"obligations", []block{namesAndTitles(v.Obligations)}},
		section{"triggers", []block{namesAndTitles(v.Triggers)}},
		prose(fmt.Sprintf("and %d sources by their ids, as other explanations cite them", len(v.Sources))),
		steps{"onus explain eks-auto-mode", "onus explain eks-auto-mode cluster-upgrades"},
	)
}

func namesAndTitles(names []published.Named) block {
	var l pairs
	for _, n := range names {
		l = append(l, [2]string{n.ID, n.Title})
	}
	return l
}

func axisPage(v published.AxisExplained) page {
	var layers, offerings pairs
	for _, l := range v.Layers {
		layers = append(layers, [2]string{l.ID, l.Title + ": " + l.About})
	}
	for _, o := range v.Offerings {
		offerings = append(offerings, [2]string{o.ID, o.Title})
	}
	return append(opening(v.Explained), section{"layers, from the bottom up", []block{layers}}, section{"offerings", []block{offerings}},
		steps{"onus ladder --axis " + v.ID})
}

func layerPage(v published.LayerExplained) page {
	holders := grid{head: []string{"Offering", "held by", "note"}, paint: func(row, col int) text.Colors {
		if col == 1 {
			return colourOf(v.Cells[row].Cell)
		}
		return nil
	}}
	var splits, disagreements []block
	for _, oc := range v.Cells {
		o, c := oc.Offering, oc.Cell
		holders.rows = append(holders.rows, []string{o.Title, shown(o, c), c.Note})
		head := o.Title + ": " + holder(o, c.Party)
		switch {
		case disputed(c):
			disagreements = append(disagreements, section{head, append([]block{dutiesOf(o, c)}, claimsOf(o, c, v.Sources)...)})
		case c.Party == published.Split: // that every source agrees needs no telling
			splits = append(splits, section{head, []block{dutiesOf(o, c)}})
		}
	}
	return append(opening(v.Explained),
		section{"who holds it (axis " + v.Axis + ")", []block{holders}},
		section{"where sources disagree", disagreements},
		section{"where it is split", splits},
		sourcesSection(v.Sources),
	)
}

func cellPage(v published.CellExplained) page {
	held := holder(v.Offering, v.Cell.Party)
	if v.Cell.LoadBearing {
		held += ", load-bearing: a service goes down if the customer does not do it"
	}
	about := pairs{{"held by", held}}
	if v.Cell.Note != "" {
		about = append(about, [2]string{"note", v.Cell.Note})
	}
	if v.Cell.Secondary != "" {
		about = append(about, [2]string{"rests on", "secondary sources only: " + v.Cell.Secondary})
	}
	p := page{title(v.Title), prose(v.About), about,
		section{"who does what", []block{dutiesOf(v.Offering, v.Cell)}},
		section{"what the sources say", claimsOf(v.Offering, v.Cell, v.Sources)}}
	return append(append(p, yours(v.Obligations)...), sourcesSection(v.Sources))
}

func obligationPage(v published.ObligationExplained) page {
	under := func(which func(published.Where) bool) []block { return []block{offeringsWhere(v.Where, which)} }
	stands := func(as published.Standing) func(published.Where) bool {
		return func(w published.Where) bool { return w.Stands == as && !w.LoadBearing }
	}
	return append(opening(v.Explained),
		prose(v.Statement),
		pairs{
			{"why", v.Why},
			{"held when", v.Held},
			{"fix", v.Fix},
			{"severity", v.Severity},
			{"layer", v.Axis + " / " + v.Layer},
		},
		section{"a service goes down without it under", under(func(w published.Where) bool { return w.LoadBearing })},
		section{"yours because of what others took over, under", under(stands(published.Induced))},
		section{"yours in any case under", under(stands(published.Yours))},
		section{"not yours under", under(stands(published.NotYours))},
		sourcesSection(v.Sources),
	)
}

func offeringsWhere(all []published.Where, which func(published.Where) bool) block {
	var names []string
	for _, w := range all {
		if which(w) {
			names = append(names, w.Offering.Title)
		}
	}
	return prose(strings.Join(names, "; "))
}

func sourcePage(v published.SourceExplained) page {
	var cited bullets
	for _, c := range v.CitedBy {
		cited = append(cited, c.Kind+" "+c.ID)
	}
	p := opening(v.Explained)
	for _, line := range sourceLines(published.Source{Title: v.Title, URL: v.URL, Read: v.Read, Secondary: v.Secondary, Note: v.Note}) {
		p = append(p, prose(line))
	}
	return append(p, section{"what rests on it", []block{cited}})
}

// sourcesSection lists documents with their addresses.
func sourcesSection(sources map[string]published.Source) section {
	var list entries
	for _, id := range slices.Sorted(maps.Keys(sources)) {
		src := sources[id]
		list = append(list, entry{name: id, beside: src.Title, under: sourceLines(src)})
	}
	return section{"sources", []block{list}}
}

func sourceLines(src published.Source) []string {
	read := "read " + src.Read
	if src.Secondary {
		read += ", a secondary source"
	}
	if src.Note != "" {
		read += ": " + src.Note
	}
	return []string{src.URL, read}
}

// yours shows obligations: those that the provider's part created first.
func yours(all []published.ObligationStanding) []block {
	var induced, own entries
	for _, o := range all {
		e := entry{marked: o.LoadBearing, name: o.ID, under: []string{o.Statement}}
		if o.Stands == published.Induced {
			induced = append(induced, e)
		} else {
			own = append(own, e)
		}
	}
	return []block{
		section{"yours because of what others took over (! load-bearing)", []block{induced}},
		section{"yours in any case", []block{own}},
	}
}

// dutiesOf says who does which part of a cell.
func dutiesOf(o published.Offering, c published.Cell) block { return bullets(whoDoesWhat(o, c.Duties)) }

// claimsOf are every claim about a cell, and why onus goes with one of them.
func claimsOf(o published.Offering, c published.Cell, cited sources) []block {
	var claims bullets
	for _, cl := range c.Statements {
		said := cited.titles([]string{cl.Source}) + " says " + holder(o, cl.Party)
		if disputed(c) && cl.Holds {
			said += " (onus goes with this)"
		}
		if cl.Says != "" {
			said += ": " + cl.Says
		}
		claims = append(claims, said)
	}
	why := prose("")
	if c.Because != "" {
		why = prose("why it holds: " + c.Because)
	}
	return []block{claims, why}
}
