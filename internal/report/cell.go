package report

import (
	"maps"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/report/published"
)

// holder names a party the way a reader of this offering would.
func holder(o published.Offering, p published.Party) string {
	switch p {
	case published.Provider:
		return o.Provider
	case published.Partner:
		if o.Partner != "" {
			return o.Partner
		}
	case published.None:
		return "n/a"
	}
	return string(p)
}

// shown is a cell in a table: the holder, and a mark where it is load-bearing.
func shown(o published.Offering, c published.Cell) string {
	if c.LoadBearing {
		return holder(o, c.Party) + glue + loadMark
	}
	return holder(o, c.Party)
}

func disputed(c published.Cell) bool {
	return slices.ContainsFunc(c.Statements, func(cl published.Statement) bool { return !cl.Holds })
}

// colourOf tells at a glance what is left to the customer.
func colourOf(c published.Cell) text.Colors {
	switch {
	case c.LoadBearing:
		return bad
	case c.Party == published.Customer || c.Party == published.Split:
		return warn
	case c.Party == published.None:
		return faint
	}
	return good
}

// whoDoesWhat lists duties by who does them, one sentence a party.
func whoDoesWhat(o published.Offering, duties []published.Duty) []string {
	return doneBy(o, duties, func(p published.Party) string { return holder(o, p) })
}

// doneBy is that, by the names of parties.
func doneBy(o published.Offering, duties []published.Duty, name func(published.Party) string) []string {
	var order []string
	does := map[string][]string{}
	for _, d := range duties {
		who := name(d.Party)
		if len(d.Paths) > 0 {
			who = "by path or setting"
		}
		if _, ok := does[who]; !ok {
			order = append(order, who)
		}
		does[who] = append(does[who], dutyInWords(o, d))
	}
	sentences := make([]string, len(order))
	for i, who := range order {
		sentences[i] = who + ": " + strings.Join(does[who], "; ")
	}
	return sentences
}

func dutyInWords(o published.Offering, d published.Duty) string {
	var with []string
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		with = append(with, path+": "+holder(o, d.Paths[path]))
	}
	if d.By != "" {
		with = append(with, d.By)
	}
	if len(with) == 0 {
		return d.Title
	}
	return d.Title + " (" + strings.Join(with, ", ") + ")"
}

// disagreement says in one paragraph which source claims what, what holds, and
// why.
func disagreement(o published.Offering, c published.Cell, cited sources) string {
	var order []published.Party
	by := map[published.Party][]string{}
	for _, holds := range []bool{false, true} {
		for _, cl := range c.Statements {
			if cl.Holds != holds {
				continue
			}
			if len(by[cl.Party]) == 0 {
				order = append(order, cl.Party)
			}
			by[cl.Party] = append(by[cl.Party], cl.Source)
		}
	}
	var sides []string
	for _, p := range order {
		verb := " says "
		if len(by[p]) > 1 {
			verb = " say "
		}
		sides = append(sides, cited.titles(by[p])+verb+holder(o, p))
	}
	return "sources disagree: " + strings.Join(sides, "; ") + ". onus goes with " + holder(o, c.Party) + ". " + c.Because
}
