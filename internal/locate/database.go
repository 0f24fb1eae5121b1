package locate

import (
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// Instances places database instances on the offerings that their inventory
// names, parallel to them. An instance of an offering that the catalog lacks is
// a fault of the inventory; it is left out of the estate.
func Instances(c *responsibility.Catalog, e *database.Estate) (places []Place, faults []*document.Error) {
	e.Join()
	var placed []database.Instance
	for _, i := range e.Instances {
		on := c.Offering(i.Offering)
		if on == nil {
			faults = append(faults, noOffering(c, &i))
			continue
		}
		placed = append(placed, i)
		places = append(places, Place{Offering: on, Basis: Proof, Evidence: Seen(toldBy(&i))})
	}
	e.Instances = placed
	return places, faults
}

// toldBy says how the offering of an instance is known.
func toldBy(i *database.Instance) string {
	if i.By != "" {
		return i.By + " lists it"
	}
	return "its inventory says so"
}

func noOffering(c *responsibility.Catalog, i *database.Instance) *document.Error {
	var names []string
	for _, o := range c.Offerings {
		names = append(names, o.ID)
	}
	fault := &document.Error{
		File: i.Position.File, Line: i.Position.Line, Field: "offering", Msg: "the catalog has no " + i.Offering,
		Hint: "onus ladder --axis patching lists those of databases",
	}
	if near := responsibility.Nearest(i.Offering, names); len(near) > 0 {
		fault.Hint = "it has " + words.And(near)
	}
	return fault
}
