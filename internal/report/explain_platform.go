package report

import (
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

func platformPage(v published.PlatformExplained) page {
	p := opening(v.Explained)
	var offerings pairs
	for _, o := range v.Offerings {
		offerings = append(offerings, [2]string{o.ID, o.Title})
	}
	which := "it may be any of"
	if v.SideBySide {
		which += ", or several side by side in one cluster"
	}
	p = append(p, section{which, []block{offerings}})
	for _, line := range v.Line {
		p = append(p, section{"who holds what: " + line.Axis + ", from the bottom up", []block{platformLineGrid(v.Offerings, line)}})
	}
	if len(v.Moves) > 0 {
		name := func(m published.OfferingMove) string { return m.Offering.Title + ": " + moveTitle(m.Trigger, m.Name) }
		p = append(p, section{"how nodes are replaced as a routine, under each", []block{movesGrid(v.Moves, name)}})
	}
	p = append(p, yours(v.Obligations)...)
	return append(p, section{"how onus recognises it", []block{rules(v.Evidence)}}, sourcesSection(v.Sources), platformSteps(v))
}

// platformLineGrid shows a party where all offerings agree, and else which of
// them decide for whom.
func platformLineGrid(offerings []published.Offering, line published.PlatformLine) block {
	g := grid{head: []string{"Layer", "held by", "under which"}, paint: func(row, col int) text.Colors {
		if parties := line.Layers[row].Parties; col == 1 && len(parties) == 1 {
			return colourOf(published.Cell{Party: parties[0].Party})
		}
		return nil
	}}
	for _, l := range line.Layers {
		row := []string{l.Title, "it depends", ""}
		if len(l.Parties) == 1 {
			row[1] = holder(sharedBy(offerings, l.Parties[0].Offerings), l.Parties[0].Party)
		} else {
			row[2] = underWhich(offerings, l.Parties)
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// underWhich says of each party under which offerings it holds a layer.
func underWhich(offerings []published.Offering, parties []published.PlatformParty) string {
	says := make([]string, len(parties))
	for i, x := range parties {
		says[i] = holder(sharedBy(offerings, x.Offerings), x.Party) + ": " + words.And(x.Offerings)
	}
	return strings.Join(says, "; ")
}

// sharedBy stands for some offerings, and has a provider's name where it is the
// same for all.
func sharedBy(offerings []published.Offering, ids []string) published.Offering {
	var shared published.Offering
	for _, o := range offerings {
		switch {
		case !slices.Contains(ids, o.ID):
		case shared.Provider == "":
			shared.Provider = o.Provider
		case shared.Provider != o.Provider:
			return published.Offering{Provider: string(published.Provider)}
		}
	}
	return shared
}

// platformSteps lead to the offerings: into one of them, side by side while a
// screen can show them, and to what is found if it is that one.
func platformSteps(v published.PlatformExplained) block {
	const sideBySide = 4
	first := v.Offerings[0].ID
	next := steps{"onus explain " + first}
	if len(v.Offerings) <= sideBySide {
		ids := make([]string, len(v.Offerings))
		for i, o := range v.Offerings {
			ids[i] = o.ID
		}
		next = append(next, "onus ladder "+strings.Join(ids, " "))
	}
	return append(next, "onus check --as "+first+" PATH")
}
