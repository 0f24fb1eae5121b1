// Package inventory reads onus's own list of database instances: a table as
// CSV, or the same rows as YAML or JSON under the key inventory.
package inventory

import (
	"errors"
	"fmt"

	"github.com/onus-project/onus/internal/connection"
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// column is one that an inventory may have: a field of YAML or JSON.
type column struct {
	name string
	// set reads a value that is not empty.
	set func(*database.Instance, string) *document.Error
}

var columns = []column{
	text("name", func(i *database.Instance) *string { return &i.Name }),
	text("product", func(i *database.Instance) *string { return &i.Product }),
	text("version", func(i *database.Instance) *string { return &i.Version }),
	text("edition", func(i *database.Instance) *string { return &i.Edition }),
	text("deployment", func(i *database.Instance) *string { return &i.Deployment }),
	text("role", func(i *database.Instance) *string { return &i.Role }),
	text("offering", func(i *database.Instance) *string { return &i.Offering }),
	text("account", func(i *database.Instance) *string { return &i.Account }),
	text("region", func(i *database.Instance) *string { return &i.Region }),
	text("zone", func(i *database.Instance) *string { return &i.Zone }),
	{"window", window},
	text("protected", func(i *database.Instance) *string { return &i.Protected }),
	text("deferrals", func(i *database.Instance) *string { return &i.Deferrals }),
	{"controls", controls},
	{"connection", connects},
	moment("patched", func(i *database.Instance) *database.Moment { return &i.Patched }),
	moment("rotated", func(i *database.Instance) *database.Moment { return &i.Rotated }),
	moment("tested", func(i *database.Instance) *database.Moment { return &i.Tested }),
}

func text(name string, of func(*database.Instance) *string) column {
	return column{name, func(i *database.Instance, value string) *document.Error {
		*of(i) = value
		return nil
	}}
}

func connects(i *database.Instance, value string) *document.Error {
	c, ok := connection.Parse(value)
	if !ok {
		return &document.Error{Field: "connection", Msg: "is no connection string of MongoDB",
			Hint: "write one such as mongodb+srv://claims.ab1cd.mongodb.net/?w=majority, and leave out who logs in"}
	}
	c.From = "connection"
	i.Connection = &c
	return nil
}

func moment(name string, of func(*database.Instance) *database.Moment) column {
	return column{name, func(i *database.Instance, value string) *document.Error {
		at, ok := database.ParseMoment(value)
		if !ok {
			return &document.Error{Field: name, Msg: fmt.Sprintf("is %q, which is no day", value), Hint: "write 2025-12-22 or 2025-12-22T14:00:00Z"}
		}
		*of(i) = at
		return nil
	}}
}

// fill reads a value into an instance; one that is empty tells nothing.
func (c *column) fill(i *database.Instance, value string) *document.Error {
	if value == "" {
		return nil
	}
	return c.set(i, value)
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
