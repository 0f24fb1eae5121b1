package report

import (
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/responsibility"
)

// LayerExplained is a layer and who holds it under each offering.
type LayerExplained struct {
	Explained
	Axis    string            `json:"axis"`
	Cells   []OfferingCell    `json:"cells"`
	Sources map[string]Source `json:"sources"`
}

// OfferingCell is one offering's cell of a layer.
type OfferingCell struct {
	Offering Offering `json:"offering"`
	Cell     Cell     `json:"cell"`
}

// ExplainLayer prepares a layer of an axis.
func ExplainLayer(c *responsibility.Catalog, axis *responsibility.Axis, layer *responsibility.Layer) LayerExplained {
	v := LayerExplained{Explained: explained("layer", layer.ID, layer.Title, layer.About), Axis: axis.ID, Cells: []OfferingCell{}}
	var cited []string
	for _, o := range c.On(axis.ID) {
		cell := o.Line[axis.ID][layer.ID]
		v.Cells = append(v.Cells, OfferingCell{publishedOffering(o), publishedCell(cell)})
		cited = append(cited, cellSources(cell)...)
	}
	v.Sources = publishedSources(c, cited)
	return v
}

func (v LayerExplained) page() page {
	holders := grid{head: []string{"Offering", "held by", "note"}, paint: func(row, col int) text.Colors {
		if col == 1 {
			return v.Cells[row].Cell.colour()
		}
		return nil
	}}
	var splits, disagreements []block
	for _, oc := range v.Cells {
		holders.rows = append(holders.rows, []string{oc.Offering.Title, oc.Offering.shown(oc.Cell), oc.Cell.Note})
		told := section{oc.Offering.Title + ": " + oc.Offering.holder(oc.Cell.Party), oc.Offering.story(oc.Cell)}
		switch {
		case oc.Cell.disputed():
			disagreements = append(disagreements, told)
		case oc.Cell.Party == responsibility.Split:
			told.body = told.body[:1] // who does what; that every source agrees needs no telling
			splits = append(splits, told)
		}
	}
	return append(v.opening(),
		section{"who holds it (axis " + v.Axis + ")", []block{holders}},
		section{"where sources disagree", disagreements},
		section{"where it is split", splits},
		sourcesSection(v.Sources),
	)
}
