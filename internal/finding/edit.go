package finding

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Edits are the fields in which two objects differ, in the order of their
// paths. Lists are compared whole: their entries have no names to tell them by.
// Both must encode to JSON objects, as Change.Value does.
func Edits(before, after any) []Edit {
	return edits(nil, "", generic(before), generic(after))
}

func edits(all []Edit, path string, before, after any) []Edit {
	x, isObject := before.(map[string]any)
	y, alsoObject := after.(map[string]any)
	if !isObject || !alsoObject {
		if !reflect.DeepEqual(before, after) {
			all = append(all, Edit{path, some(before), some(after)})
		}
		return all
	}
	keys := maps.Clone(x)
	maps.Copy(keys, y)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		all = edits(all, Below(path, key), x[key], y[key])
	}
	return all
}

// Below is the path of a key below another path, escaped as RFC 6901 does in section 3.
func Below(path, key string) string {
	return path + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
}

// some is a value as data, where there is one.
func some(v any) Data {
	if v == nil {
		return nil
	}
	return DataOf(v)
}

// generic is a value as JSON has it: maps, lists and scalars.
func generic(v any) any {
	var g any
	if err := json.Unmarshal(DataOf(v), &g); err != nil {
		panic(fmt.Sprintf("JSON does not read what it wrote: %v", err))
	}
	return g
}
