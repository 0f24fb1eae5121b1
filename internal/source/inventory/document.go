package inventory

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/origin"
)

// ReadDocument adds the instances of one YAML or JSON document, which holds
// them as a list under inventory. Faults are *document.Error.
func ReadDocument(name string, in io.Reader, into *database.Estate) error {
	data, err := io.ReadAll(in)
	if err != nil {
		return document.PathError(name, err)
	}
	d, err := document.Parse(data, 1)
	if err != nil {
		return document.In(name, err)
	}
	if d == nil {
		return &document.Error{File: name, Msg: "is empty"}
	}
	raw, err := d.JSON()
	if err != nil {
		return document.In(name, err)
	}
	var read struct {
		Inventory []jsontext.Value `json:"inventory"`
	}
	if err := d.DecodePart("", raw, &read, json.RejectUnknownMembers(true)); err != nil {
		return document.In(name, err)
	}
	var faults []error
	for k, entry := range read.Inventory {
		at := jsontext.Pointer(fmt.Sprintf("/inventory/%d", k))
		var fields map[string]string
		if err := d.DecodePart(at, entry, &fields); err != nil {
			var fault *document.Error
			if errors.As(err, &fault) && fault.Kind == document.NoString {
				fault.Hint = "put it in quotes"
			}
			faults = append(faults, document.In(name, err))
			continue
		}
		i := database.Instance{Position: origin.Position{File: name, Line: d.Line(at)}}
		if in, fault := fill(&i, fields); fault != nil {
			at = at.AppendToken(in)
			fault.File, fault.Line, fault.Field = name, d.Line(at), document.Field(at)
			faults = append(faults, fault)
			continue
		}
		into.Instances = append(into.Instances, i)
	}
	if len(read.Inventory) == 0 {
		return &document.Error{File: name, Field: "inventory", Msg: "lists no instance", Hint: "add an entry for each database instance"}
	}
	return joined(faults)
}

// fill puts the fields of an entry into an instance; a fault comes with the one
// that it is in.
func fill(i *database.Instance, fields map[string]string) (field string, fault *document.Error) {
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		c, fault := named(key)
		if fault != nil {
			return key, fault
		}
		if fault := c.fill(i, strings.TrimSpace(fields[key])); fault != nil {
			return key, fault
		}
	}
	if fault := complete(i); fault != nil {
		return fault.Field, fault
	}
	return "", nil
}
