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
		Inventory []map[string]string `json:"inventory"`
	}
	if err := d.DecodePart("", raw, &read, json.RejectUnknownMembers(true)); err != nil {
		var fault *document.Error
		if errors.As(err, &fault) && strings.HasSuffix(fault.Msg, "wants a string") {
			fault.Hint = "put it in quotes"
		}
		return document.In(name, err)
	}
	for k, fields := range read.Inventory {
		at := jsontext.Pointer(fmt.Sprintf("/inventory/%d", k))
		place := func(at jsontext.Pointer, fault *document.Error) error {
			fault.File, fault.Line, fault.Field = name, d.Line(at), document.Field(at)
			return fault
		}
		i := database.Instance{Position: origin.Position{File: name, Line: d.Line(at)}}
		for _, key := range slices.Sorted(maps.Keys(fields)) {
			c, fault := named(key)
			if fault != nil {
				return place(at.AppendToken(key), fault)
			}
			*c.of(&i) = strings.TrimSpace(fields[key])
		}
		if fault := complete(&i); fault != nil {
			return place(at.AppendToken(fault.Field), fault)
		}
		into.Instances = append(into.Instances, i)
	}
	if len(read.Inventory) == 0 {
		return &document.Error{File: name, Field: "inventory", Msg: "lists no instance", Hint: "add an entry for each database instance"}
	}
	return nil
}
