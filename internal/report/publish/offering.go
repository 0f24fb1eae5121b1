package publish

import (
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
)

func offering(o *responsibility.Offering) published.Offering {
	return published.Offering{ID: o.ID, Title: o.Title, Provider: o.Provider, Partner: o.Partner}
}

func layer(l responsibility.Layer) published.Layer { return published.Layer(l) }

func cell(c responsibility.Cell) published.Cell {
	statements := make([]published.Statement, len(c.Statements))
	for i, cl := range c.Statements {
		statements[i] = published.Statement{Source: cl.From, Party: published.Party(cl.Party), Holds: cl.Holds(c), Says: cl.Says}
		if cl.Party == "" {
			statements[i].Party = published.Party(c.Party)
		}
	}
	return published.Cell{Party: published.Party(c.Party), LoadBearing: c.LoadBearing, Note: c.Note,
		Duties: duties(c.Duties), Statements: statements, Secondary: c.Secondary, Because: c.Because}
}

func duties(all []responsibility.Duty) []published.Duty {
	var out []published.Duty
	for _, d := range all {
		x := published.Duty{Title: d.Title, Party: published.Party(d.Party), By: d.By}
		for path, party := range d.Paths {
			if x.Paths == nil {
				x.Paths = map[string]published.Party{}
			}
			x.Paths[path] = published.Party(party)
		}
		out = append(out, x)
	}
	return out
}

func limits(all []responsibility.Limit) []published.Limit {
	out := []published.Limit{}
	for _, l := range all {
		out = append(out, published.Limit{Is: l.Is, Sources: l.From})
	}
	return out
}

// sources are documents by their ids, each once.
func sources(c *responsibility.Catalog, ids []string) map[string]published.Source {
	out := map[string]published.Source{}
	for _, s := range c.Cite(ids) {
		out[s.ID] = published.Source{Title: s.Title, URL: s.URL, Read: s.Read, Secondary: s.Secondary, Note: s.Note}
	}
	return out
}

// cellSources are the ids of what a cell and its duties rest on.
func cellSources(c responsibility.Cell) []string {
	var ids []string
	for _, cl := range c.Statements {
		ids = append(ids, cl.From)
	}
	for _, d := range c.Duties {
		ids = append(ids, d.From...)
	}
	return ids
}
