package report

import "github.com/onus-project/onus/internal/responsibility"

// AxisExplained is an axis: its layers, bottom to top, and who stands on it.
type AxisExplained struct {
	Explained
	Layers    []responsibility.Layer `json:"layers"`
	Offerings []Offering             `json:"offerings"`
}

// ExplainAxis prepares an axis.
func ExplainAxis(c *responsibility.Catalog, a *responsibility.Axis) AxisExplained {
	v := AxisExplained{Explained: explained("axis", a.ID, a.Title, a.About), Layers: a.Layers, Offerings: []Offering{}}
	for _, o := range c.On(a.ID) {
		v.Offerings = append(v.Offerings, publishedOffering(o))
	}
	return v
}

func (v AxisExplained) page() page {
	var layers, offerings pairs
	for _, l := range v.Layers {
		layers = append(layers, [2]string{l.ID, l.Title + ": " + l.About})
	}
	for _, o := range v.Offerings {
		offerings = append(offerings, [2]string{o.ID, o.Title})
	}
	return append(v.opening(), section{"layers, from the bottom up", []block{layers}}, section{"offerings", []block{offerings}},
		steps{"onus ladder --axis " + v.ID})
}
