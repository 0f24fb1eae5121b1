package scenario

import (
	"errors"
	"reflect"
	"strings"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// meant adds to the fault of a field that does not stand where it was written
// those that do.
func meant(err error) error {
	var fault *document.Error
	if !errors.As(err, &fault) || fault.Msg != "is not a field that stands here" {
		return err
	}
	path := strings.FieldsFunc(fault.Field, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
	if len(path) == 0 { // its name is empty
		return err
	}
	names := fieldsAt(reflect.TypeFor[form](), path[:len(path)-1])
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
			if len(path) == 0 {
				return fieldNames(t)
			}
			field, ok := fieldNamed(t, path[0])
			if !ok {
				return nil
			}
			t, path = field.Type, path[1:]
			continue
		}
		return nil
	}
}

func fieldNames(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		names = append(names, t.Field(i).Tag.Get("json"))
	}
	return names
}

func fieldNamed(t reflect.Type, name string) (reflect.StructField, bool) {
	for i := range t.NumField() {
		if t.Field(i).Tag.Get("json") == name {
			return t.Field(i), true
		}
	}
	return reflect.StructField{}, false
}
