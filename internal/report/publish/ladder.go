package publish

import (
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
)

// Ladder is that of offerings that have a line on an axis.
func Ladder(c *responsibility.Catalog, axis *responsibility.Axis, offerings []*responsibility.Offering) published.Ladder {
	l := published.Ladder{Head: published.Head{Schema: published.LadderSchema}, Axis: axis.ID,
		Offerings: []published.Offering{}, Layers: []published.Rung{}}
	for _, o := range offerings {
		l.Offerings = append(l.Offerings, offering(o))
	}
	var cited []string
	for _, layer := range axis.Layers {
		rung := published.Rung{ID: layer.ID, Title: layer.Title, Cells: map[string]published.Cell{}}
		for _, o := range offerings {
			of := o.Line[axis.ID][layer.ID]
			rung.Cells[o.ID] = cell(of)
			cited = append(cited, cellSources(of)...)
		}
		l.Layers = append(l.Layers, rung)
	}
	l.Sources = sources(c, cited)
	return l
}
