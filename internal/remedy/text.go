package remedy

import (
	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"

	"github.com/onus-project/onus/internal/edit"
	"github.com/onus-project/onus/internal/finding"
)

// edited is a file in which a change is made of the object that the change names.
func edited(text []byte, c finding.Change) (after []byte, ok bool) {
	var err error
	if c.Action == finding.Delete {
		after, err = edit.Without(text, c.Position.Line, c.Object)
	} else {
		after, err = edit.Object(text, c.Position.Line, c.Object, c.Edits)
	}
	return after, err == nil
}

func memberOf(mapping *yaml.Node, key string) *yaml.Node {
	if mapping.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}

// textAt is the scalar that stands at some keys of a document; empty for none.
func textAt(d *yaml.Node, keys ...string) string {
	if at := valueAt(d, keys...); at != nil {
		return at.Value
	}
	return ""
}

// valueAt is what stands below some keys; nil for nothing.
func valueAt(d *yaml.Node, keys ...string) *yaml.Node {
	at := d
	for _, key := range keys {
		if at = memberOf(at, key); at == nil {
			return nil
		}
	}
	return at
}

// hasField reports whether a document says something at a path.
func hasField(d *yaml.Node, path string) bool {
	at := d
	for token := range jsontext.Pointer(path).Tokens() {
		if at = memberOf(at, token); at == nil {
			return false
		}
	}
	return true
}
