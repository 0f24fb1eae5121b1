package report

import (
	"reflect"
	"strings"
)

// legible is a value of which each string is one line that shows as it reads, or the
// value itself where all of them are. Text is laid out by lines, and a name of a file
// that holds a line end would make one of its own.
func legible[T any](v T) T {
	if !misleading(reflect.ValueOf(v)) {
		return v
	}
	own := reflect.New(reflect.TypeFor[T]()).Elem()
	own.Set(reflect.ValueOf(v))
	inLines(own)
	return own.Interface().(T)
}

// misleading reports whether a string in a value would be obeyed, and not shown.
func misleading(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String:
		return strings.ContainsFunc(v.String(), obeyed)
	case reflect.Pointer, reflect.Interface:
		return !v.IsNil() && misleading(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && misleading(v.Field(i)) {
				return true
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return false // what is pasted has a quoting of its own
		}
		for i := range v.Len() {
			if misleading(v.Index(i)) {
				return true
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			if misleading(it.Key()) || misleading(it.Value()) {
				return true
			}
		}
	}
	return false
}

// inLines puts the strings of a value that can be set into one line each. What others
// hold too is copied first.
func inLines(v reflect.Value) {
	if !misleading(v) {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(inOneLine(v.String()))
	case reflect.Pointer:
		own := reflect.New(v.Type().Elem())
		own.Elem().Set(v.Elem())
		inLines(own.Elem())
		v.Set(own)
	case reflect.Interface:
		own := reflect.New(v.Elem().Type()).Elem()
		own.Set(v.Elem())
		inLines(own)
		v.Set(own)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				inLines(v.Field(i))
			}
		}
	case reflect.Slice:
		own := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(own, v)
		for i := range own.Len() {
			inLines(own.Index(i))
		}
		v.Set(own)
	case reflect.Map:
		own := reflect.MakeMapWithSize(v.Type(), v.Len())
		for it := v.MapRange(); it.Next(); {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			key.Set(it.Key())
			value.Set(it.Value())
			inLines(key)
			inLines(value)
			own.SetMapIndex(key, value)
		}
		v.Set(own)
	}
}
