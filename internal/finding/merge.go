package finding

import (
	"encoding/json"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// Merge sets in an object what edits say, as a merge patch has it (RFC 7386): what is taken
// away is null.
func Merge(object map[string]any, edits []Edit) {
	for _, e := range edits {
		merge(object, slices.Collect(jsontext.Pointer(e.Path).Tokens()), e.After)
	}
}

func merge(in map[string]any, keys []string, value Data) {
	key := keys[0]
	if len(keys) == 1 {
		if in[key] = json.RawMessage("null"); len(value) > 0 {
			in[key] = json.RawMessage(value)
		}
		return
	}
	next, ok := in[key].(map[string]any)
	if !ok {
		next = map[string]any{}
		in[key] = next
	}
	merge(next, keys[1:], value)
}

// At is a field of an object by its JSON pointer (RFC 6901), without those of lists; nil where it is not there.
func At(object any, path string) any {
	for key := range jsontext.Pointer(path).Tokens() {
		fields, ok := object.(map[string]any)
		if !ok {
			return nil
		}
		object = fields[key]
	}
	return object
}
