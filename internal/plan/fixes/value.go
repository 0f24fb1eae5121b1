package fixes

import (
	"maps"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/finding"
)

// fieldOf is a JSON pointer as facts write a path: spec.replicas; names with dots stand in brackets.
func fieldOf(path string) string {
	field := ""
	for key := range jsontext.Pointer(path).Tokens() {
		switch {
		case strings.ContainsAny(key, ".["):
			field += "[" + key + "]"
		case field == "":
			field = key
		default:
			field += "." + key
		}
	}
	return field
}

// read is what JSON says; nil for nothing.
func read(d finding.Data) (v any) {
	if len(d) == 0 || json.Unmarshal(d, &v) != nil {
		return nil
	}
	return v
}

// asWritten is an object without what the server has added: as somebody would make it anew.
func asWritten(is map[string]any) map[string]any {
	o := maps.Clone(is)
	delete(o, "status")
	if meta, ok := o["metadata"].(map[string]any); ok {
		meta = maps.Clone(meta)
		for _, field := range []string{"uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink",
			"deletionTimestamp", "deletionGracePeriodSeconds"} {
			delete(meta, field)
		}
		o["metadata"] = meta
	}
	return o
}

// inNamespace is an object that is made, with the namespace that it is made in.
func inNamespace(c *change) string {
	o, _ := read(c.Value).(map[string]any)
	meta, _ := o["metadata"].(map[string]any)
	if o != nil && meta != nil && c.Object.Namespace != "" {
		meta["namespace"] = c.Object.Namespace
	}
	return string(finding.DataOf(o))
}
