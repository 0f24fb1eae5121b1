package report

import "github.com/onus-project/onus/internal/responsibility"

// CellExplained is one layer under one offering, with every claim about it.
type CellExplained struct {
	Explained
	Offering    Offering             `json:"offering"`
	Axis        string               `json:"axis"`
	Layer       responsibility.Layer `json:"layer"`
	Cell        Cell                 `json:"cell"`
	Obligations []ObligationStanding `json:"obligations"`
	Sources     map[string]Source    `json:"sources"`
}

// ExplainCell prepares the cell of a layer under an offering whose line has it.
func ExplainCell(c *responsibility.Catalog, o *responsibility.Offering, axis *responsibility.Axis, layer *responsibility.Layer) CellExplained {
	cell := o.Line[axis.ID][layer.ID]
	v := CellExplained{Explained: explained("cell", o.ID+" "+layer.ID, o.Title+", "+layer.Title, layer.About),
		Offering: publishedOffering(o), Axis: axis.ID, Layer: *layer, Cell: publishedCell(cell)}
	obligations, from := standing(c, o, func(ob *responsibility.Obligation) bool { return ob.Axis == axis.ID && ob.Layer == layer.ID })
	v.Obligations = obligations
	v.Sources = publishedSources(c, append(cellSources(cell), from...))
	return v
}

func (v CellExplained) page() page {
	held := v.Offering.holder(v.Cell.Party)
	if v.Cell.LoadBearing {
		held += ", load-bearing: a service falls when the customer does not hold it"
	}
	about := pairs{{"held by", held}}
	if v.Cell.Note != "" {
		about = append(about, [2]string{"note", v.Cell.Note})
	}
	p := page{title(v.Title), prose(v.About), about}
	told := v.Offering.story(v.Cell)
	p = append(p, section{"who does what", told[:1]}, section{"what the sources say", told[1:]})
	for _, b := range yours(v.Obligations) {
		p = append(p, b)
	}
	return append(p, sourcesSection(v.Sources))
}
