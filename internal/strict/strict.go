// Package strict decodes what people write for onus itself: a field that does not
// stand where it was written is a fault, which names those that do.
package strict

import (
	"errors"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// Decode fills into, a pointer to a struct, with a document. Faults are
// *document.Error, with line and field.
func Decode(file string, doc *document.Document, into any) error {
	written, err := doc.JSON()
	if err != nil {
		return document.In(file, err)
	}
	if err := doc.DecodePart("", written, into, json.RejectUnknownMembers(true)); err != nil {
		return document.In(file, meant(err, reflect.TypeOf(into)))
	}
	return nil
}

// meant adds to the fault of a field that does not stand where it was written
// those that do.
func meant(err error, form reflect.Type) error {
	var fault *document.Error
	if !errors.As(err, &fault) || fault.Kind != document.UnknownField {
		return err
	}
	path := strings.FieldsFunc(fault.Field, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
	if len(path) == 0 { // its name is empty
		return err
	}
	names := fieldsAt(form, path[:len(path)-1])
	if near := responsibility.Nearest(path[len(path)-1], names); len(near) > 0 {
		fault.Hint = "did you mean " + words.Or(near) + "?"
	} else if len(names) > 0 {
		fault.Hint = "these do: " + strings.Join(names, ", ")
	}
	return err
}

// fieldsAt are the names of the fields that stand where a path leads. Keys of
// maps may have dots, so a path through one ends at its values.
func fieldsAt(t reflect.Type, path []string) []string {
	for {
		switch t.Kind() {
		case reflect.Pointer:
			t = t.Elem()
			continue
		case reflect.Slice:
			t = t.Elem()
			if len(path) > 0 {
				path = path[1:]
			}
			continue
		case reflect.Map:
			t, path = t.Elem(), nil
			continue
		case reflect.Struct:
			fields := fieldsOf(t)
			if len(path) == 0 {
				var names []string
				for _, f := range fields {
					names = append(names, f.Tag.Get("json"))
				}
				return names
			}
			next := reflect.Type(nil)
			for _, f := range fields {
				if f.Tag.Get("json") == path[0] {
					next = f.Type
				}
			}
			if next == nil {
				return nil
			}
			t, path = next, path[1:]
			continue
		}
		return nil
	}
}

// fieldsOf are the fields of a struct, with those of what is embedded in it.
func fieldsOf(t reflect.Type) []reflect.StructField {
	var all []reflect.StructField
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous {
			all = append(all, fieldsOf(f.Type)...)
		} else if f.Tag.Get("json") != "" {
			all = append(all, f)
		}
	}
	return all
}
