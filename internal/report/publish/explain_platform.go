package publish

import (
	"slices"

	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
)

// Platform is what holds on a platform while it is not known which of its
// offerings something runs on. Its sources are its own; those of an offering
// are on that offering's page.
func Platform(c *responsibility.Catalog, p *responsibility.Platform) published.PlatformExplained {
	v := published.PlatformExplained{Explained: explained("platform", p.ID, p.Title, p.About), SideBySide: p.SideBySide,
		Offerings: []published.Offering{}, Line: []published.PlatformLine{}, Moves: []published.OfferingMove{}, Evidence: rules(p.Evidence)}
	offerings := c.OfferingsOf(p)
	for _, o := range offerings {
		v.Offerings = append(v.Offerings, offering(o))
		if o.Facts != nil {
			v.Moves = append(v.Moves, published.OfferingMove{Offering: offering(o), Move: move(o, o.Facts.Triggers[0])})
		}
	}
	for _, id := range c.Shared(offerings...) {
		line := published.PlatformLine{Axis: id}
		for _, layer := range c.Axis(id).Layers {
			line.Layers = append(line.Layers, published.PlatformLayer{ID: layer.ID, Title: layer.Title, Parties: holders(offerings, id, layer.ID)})
		}
		v.Line = append(v.Line, line)
	}
	v.Obligations = standing(c, c.OneOf(offerings), func(*responsibility.Obligation) bool { return true })
	v.Sources = sources(c, platformSources(p))
	return v
}

// platformSources are the ids of what a platform and its rules rest on.
func platformSources(p *responsibility.Platform) []string {
	return append(slices.Clone(p.From), ruleSources(p.Evidence)...)
}

// holders are the parties of one layer, in the order of the offerings.
func holders(offerings []*responsibility.Offering, axis, layer string) []published.PlatformParty {
	var all []published.PlatformParty
	for _, o := range offerings {
		party := published.Party(o.Line[axis][layer].Party)
		at := slices.IndexFunc(all, func(x published.PlatformParty) bool { return x.Party == party })
		if at < 0 {
			all = append(all, published.PlatformParty{Party: party})
			at = len(all) - 1
		}
		all[at].Offerings = append(all[at].Offerings, o.ID)
	}
	return all
}
