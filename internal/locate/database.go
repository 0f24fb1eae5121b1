package locate

import (
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// Instances places database instances on the offerings that their inventory
// names, parallel to them. A name that the catalog lacks is a fault of the
// inventory, a *document.Error.
func Instances(c *responsibility.Catalog, e *database.Estate) ([]Place, error) {
	places := make([]Place, len(e.Instances))
	for k := range e.Instances {
		i := &e.Instances[k]
		on := c.Offering(i.Offering)
		if on == nil {
			return nil, noOffering(c, i)
		}
		places[k] = Place{Offering: on, Basis: Proof, Evidence: "its inventory says so"}
	}
	return places, nil
}

func noOffering(c *responsibility.Catalog, i *database.Instance) error {
	var names []string
	for _, o := range c.Offerings {
		names = append(names, o.ID)
	}
	fault := &document.Error{
		File: i.Position.File, Line: i.Position.Line, Field: "offering", Msg: "the catalog has no " + i.Offering, Hint: "onus ladder --axis patching lists those of databases",
	}
	if near := responsibility.Nearest(i.Offering, names); len(near) > 0 {
		fault.Hint = "it has " + words.And(near)
	}
	return fault
}
