package publish

import (
	"maps"
	"slices"

	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
)

func explained(kind, id, title, about string) published.Explained {
	return published.Explained{Head: published.Head{Schema: published.ExplainSchema}, Kind: kind, ID: id, Title: title, About: about}
}

// standing lists the obligations that the customer of an offering has, of
// those that are asked for. What they rest on is on the page of each: they are of
// all platforms, and so are their sources.
func standing(c *responsibility.Catalog, of *responsibility.Offering,
	which func(*responsibility.Obligation) bool) []published.ObligationStanding {
	list := []published.ObligationStanding{}
	for _, o := range c.Obligations {
		if !which(o) || !o.AppliesTo(of) {
			continue
		}
		list = append(list, published.ObligationStanding{ID: o.ID, Title: o.Title, Statement: o.Statement, Axis: o.Axis, Layer: o.Layer,
			Severity: o.Severity, Stands: published.Standing(o.Stands(of)), LoadBearing: o.LoadBearingIn(of)})
	}
	return list
}

// Axis is an axis: its layers, bottom to top, and the offerings with a line on
// it.
func Axis(c *responsibility.Catalog, a *responsibility.Axis) published.AxisExplained {
	v := published.AxisExplained{Explained: explained("axis", a.ID, a.Title, a.About), Offerings: []published.Offering{}}
	for _, l := range a.Layers {
		v.Layers = append(v.Layers, layer(l))
	}
	for _, o := range c.On(a.ID) {
		v.Offerings = append(v.Offerings, offering(o))
	}
	return v
}

// Cell is the cell of a layer under an offering whose line has it.
func Cell(c *responsibility.Catalog, o *responsibility.Offering, axis *responsibility.Axis,
	of *responsibility.Layer) published.CellExplained {
	at := o.Line[axis.ID][of.ID]
	v := published.CellExplained{Explained: explained("cell", o.ID+" "+of.ID, o.Title+", "+of.Title, of.About),
		Offering: offering(o), Axis: axis.ID, Layer: layer(*of), Cell: cell(at)}
	v.Obligations = standing(c, o, func(ob *responsibility.Obligation) bool { return ob.Axis == axis.ID && ob.Layer == of.ID })
	v.Sources = sources(c, cellSources(at))
	return v
}

// Layer is a layer of an axis and who holds it under each offering.
func Layer(c *responsibility.Catalog, axis *responsibility.Axis, of *responsibility.Layer) published.LayerExplained {
	v := published.LayerExplained{Explained: explained("layer", of.ID, of.Title, of.About), Axis: axis.ID, Cells: []published.OfferingCell{}}
	var cited []string
	for _, o := range c.On(axis.ID) {
		at := o.Line[axis.ID][of.ID]
		v.Cells = append(v.Cells, published.OfferingCell{Offering: offering(o), Cell: cell(at)})
		cited = append(cited, cellSources(at)...)
	}
	v.Sources = sources(c, cited)
	return v
}

// Moves are those that an offering's contract has for a trigger.
func Moves(c *responsibility.Catalog, o *responsibility.Offering, t *responsibility.Trigger) published.MovesExplained {
	v := published.MovesExplained{Explained: explained("move", o.ID+" "+t.ID, o.Title+", "+t.Title, t.About),
		Offering: offering(o), Moves: []published.Move{}}
	var cited []string
	for _, m := range o.Facts.Triggers {
		if m.Trigger == t.ID {
			v.Moves = append(v.Moves, move(o, m))
			cited = append(cited, moveSources(m)...)
		}
	}
	v.Obligations = standing(c, o, func(ob *responsibility.Obligation) bool { return slices.Contains(ob.Trigger, t.ID) })
	v.Sources = sources(c, cited)
	return v
}

// Obligation is an obligation and where the customer has it.
func Obligation(c *responsibility.Catalog, o *responsibility.Obligation) published.ObligationExplained {
	v := published.ObligationExplained{Explained: explained("obligation", o.ID, o.Title, ""), Axis: o.Axis, Layer: o.Layer,
		Severity:    o.Severity,
		LoadBearing: o.LoadBearing, Statement: o.Statement, Why: o.Why, Held: o.Held, Fix: o.Fix, Triggers: o.Trigger,
		Where: []published.Where{}, Sources: sources(c, o.From)}
	for _, of := range c.On(o.Axis) {
		v.Where = append(v.Where, published.Where{Offering: offering(of), Stands: published.Standing(o.Stands(of)),
			LoadBearing: o.LoadBearingIn(of)})
	}
	return v
}

// Trigger is a trigger and what each contract makes of it.
func Trigger(c *responsibility.Catalog, t *responsibility.Trigger) published.TriggerExplained {
	v := published.TriggerExplained{Explained: explained("trigger", t.ID, t.Title, t.About), Moves: []published.OfferingMove{}}
	cited := slices.Clone(t.From)
	for _, o := range c.Offerings {
		if o.Facts == nil {
			continue
		}
		for _, m := range o.Facts.Triggers {
			if m.Trigger == t.ID {
				v.Moves = append(v.Moves, published.OfferingMove{Offering: offering(o), Move: move(o, m)})
				cited = append(cited, moveSources(m)...)
			}
		}
	}
	v.Sources = sources(c, cited)
	return v
}

// Index lists the catalog.
func Index(c *responsibility.Catalog) published.Index {
	v := published.Index{
		Explained: explained("index", "", "", ""),
		Axes:      []published.IndexAxis{}, Platforms: []published.Named{}, Obligations: []published.Named{},
		Triggers: []published.Named{}, Sources: []published.Named{},
	}
	named := func(id, title string) published.Named { return published.Named{ID: id, Title: title} }
	for _, a := range c.Axes {
		axis := published.IndexAxis{Named: named(a.ID, a.Title), Layers: []published.Named{}, Offerings: []published.Named{}}
		for _, l := range a.Layers {
			axis.Layers = append(axis.Layers, named(l.ID, l.Title))
		}
		for _, o := range c.On(a.ID) {
			axis.Offerings = append(axis.Offerings, named(o.ID, o.Title))
		}
		v.Axes = append(v.Axes, axis)
	}
	for _, p := range c.Platforms {
		v.Platforms = append(v.Platforms, named(p.ID, p.Title))
	}
	for _, o := range c.Obligations {
		v.Obligations = append(v.Obligations, named(o.ID, o.Title))
	}
	for _, t := range c.Triggers {
		v.Triggers = append(v.Triggers, named(t.ID, t.Title))
	}
	for _, id := range slices.Sorted(maps.Keys(c.Sources)) {
		v.Sources = append(v.Sources, named(id, c.Sources[id].Title))
	}
	return v
}
