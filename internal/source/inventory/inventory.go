// Package inventory reads onus's own list of database instances: a table as
// CSV, or the same rows as YAML or JSON under the key inventory.
package inventory

import (
	"errors"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// column is one that an inventory may have: a field of YAML or JSON.
type column struct {
	name string
	of   func(*database.Instance) *string
}

var columns = []column{
	{"name", func(i *database.Instance) *string { return &i.Name }},
	{"product", func(i *database.Instance) *string { return &i.Product }},
	{"version", func(i *database.Instance) *string { return &i.Version }},
	{"edition", func(i *database.Instance) *string { return &i.Edition }},
	{"deployment", func(i *database.Instance) *string { return &i.Deployment }},
	{"role", func(i *database.Instance) *string { return &i.Role }},
	{"offering", func(i *database.Instance) *string { return &i.Offering }},
	{"account", func(i *database.Instance) *string { return &i.Account }},
	{"region", func(i *database.Instance) *string { return &i.Region }},
	{"zone", func(i *database.Instance) *string { return &i.Zone }},
	{"window", func(i *database.Instance) *string { return &i.Window }},
	{"protected", func(i *database.Instance) *string { return &i.Protected }},
	{"deferrals", func(i *database.Instance) *string { return &i.Deferrals }},
	{"controls", func(i *database.Instance) *string { return &i.Controls }},
}

// named is the column of a name, or the fault that there is none.
func named(name string) (column, *document.Error) {
	var all []string
	for _, c := range columns {
		if c.name == name {
			return c, nil
		}
		all = append(all, c.name)
	}
	fault := &document.Error{Field: name, Msg: "an inventory has no such column", Hint: "it may have " + words.And(all)}
	if near := responsibility.Nearest(name, all); len(near) > 0 {
		fault.Hint = "it has " + words.And(near)
	}
	return column{}, fault
}

// complete is the fault of an instance that lacks what decides whose it is. A
// version is not among that: which are not known is for a check to say.
func complete(i *database.Instance) *document.Error {
	switch {
	case i.Product == "":
		return &document.Error{Field: "product", Msg: "is empty", Hint: "name the product, such as mongodb or postgresql"}
	case i.Offering == "":
		return &document.Error{Field: "offering", Msg: "is empty",
			Hint: "say how it is bought, such as mongodb-community or rds; onus ladder --axis patching lists them"}
	case i.Name == "" && i.Deployment == "":
		return &document.Error{Field: "name", Msg: "is empty, and so is deployment", Hint: "name the instance, or what it is a member of"}
	}
	return nil
}

// joined is one fault as it is, and several as errors.Join does.
func joined(faults []error) error {
	if len(faults) == 1 {
		return faults[0]
	}
	return errors.Join(faults...)
}
