package report

import (
	"fmt"
	"maps"
	"slices"

	"github.com/onus-project/onus/internal/responsibility"
)

// Index is everything that can be explained, grouped.
type Index struct {
	Explained
	Axes        []IndexAxis `json:"axes"`
	Obligations []Named     `json:"obligations"`
	Triggers    []Named     `json:"triggers"`
	Sources     []Named     `json:"sources"`
}

// IndexAxis is an axis with what stands on it.
type IndexAxis struct {
	Named
	Layers    []Named `json:"layers"`
	Offerings []Named `json:"offerings"`
}

// Named is an id and what it stands for.
type Named struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// ExplainIndex lists the catalog.
func ExplainIndex(c *responsibility.Catalog) Index {
	v := Index{Explained: explained("index", "", "", ""), Axes: []IndexAxis{}, Obligations: []Named{}, Triggers: []Named{}, Sources: []Named{}}
	for _, a := range c.Axes {
		axis := IndexAxis{Named: Named{a.ID, a.Title}, Layers: []Named{}, Offerings: []Named{}}
		for _, l := range a.Layers {
			axis.Layers = append(axis.Layers, Named{l.ID, l.Title})
		}
		for _, o := range c.On(a.ID) {
			axis.Offerings = append(axis.Offerings, Named{o.ID, o.Title})
		}
		v.Axes = append(v.Axes, axis)
	}
	for _, o := range c.Obligations {
		v.Obligations = append(v.Obligations, Named{o.ID, o.Title})
	}
	for _, t := range c.Triggers {
		v.Triggers = append(v.Triggers, Named{t.ID, t.Title})
	}
	for _, id := range slices.Sorted(maps.Keys(c.Sources)) {
		v.Sources = append(v.Sources, Named{id, c.Sources[id].Title})
	}
	return v
}

func (v Index) page() page {
	p := page{title("What can be explained")}
	for _, a := range v.Axes {
		p = append(p,
			section{"offerings on the axis " + a.ID, []block{list(a.Offerings)}},
			section{"layers of " + a.ID + ", from the bottom up", []block{list(a.Layers)}})
	}
	return append(p,
		section{"obligations", []block{list(v.Obligations)}},
		section{"triggers", []block{list(v.Triggers)}},
		prose(fmt.Sprintf("and %d sources by their ids, as other explanations cite them", len(v.Sources))),
		steps{"onus explain eks-auto-mode", "onus explain eks-auto-mode cluster-upgrades"},
	)
}

func list(names []Named) block {
	var l pairs
	for _, n := range names {
		l = append(l, [2]string{n.ID, n.Title})
	}
	return l
}
