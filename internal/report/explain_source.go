package report

import (
	"slices"

	"github.com/onus-project/onus/internal/responsibility"
)

// SourceExplained is a document, and what in the catalog rests on it.
type SourceExplained struct {
	Explained
	URL     string     `json:"url"`
	Read    string     `json:"read"`
	Note    string     `json:"note,omitempty"`
	CitedBy []Citation `json:"citedBy"`
}

// Citation is one thing that rests on a source.
type Citation struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
}

// ExplainSource prepares a source.
func ExplainSource(c *responsibility.Catalog, s responsibility.Source) SourceExplained {
	v := SourceExplained{Explained: explained("source", s.ID, s.Title, ""), URL: s.URL, Read: s.Read, Note: s.Note, CitedBy: []Citation{}}
	cite := func(kind, id string, from []string) {
		if slices.Contains(from, s.ID) {
			v.CitedBy = append(v.CitedBy, Citation{kind, id})
		}
	}
	for _, o := range c.Offerings {
		cite("offering", o.ID, offeringSources(o))
	}
	for _, o := range c.Obligations {
		cite("obligation", o.ID, o.From)
	}
	for _, t := range c.Triggers {
		cite("trigger", t.ID, t.From)
	}
	return v
}

func offeringSources(o *responsibility.Offering) []string {
	ids := slices.Clone(o.From)
	for _, line := range o.Line {
		for _, cell := range line {
			ids = append(ids, cellSources(cell)...)
		}
	}
	for _, l := range o.Limits {
		ids = append(ids, l.From...)
	}
	for _, r := range o.Evidence {
		ids = append(ids, r.From...)
	}
	if o.Contract != nil {
		ids = append(ids, contractSources(o.Contract)...)
	}
	return ids
}

func (v SourceExplained) page() page {
	var cited bullets
	for _, c := range v.CitedBy {
		cited = append(cited, c.Kind+" "+c.ID)
	}
	lines := Source{Title: v.Title, URL: v.URL, Read: v.Read, Note: v.Note}.lines()
	return append(v.opening(), prose(lines[0]), prose(lines[1]), section{"what rests on it", []block{cited}})
}
