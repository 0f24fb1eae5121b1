package remedy

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"

	"github.com/onus-project/onus/internal/finding"
)

// part is one document of a file as it is written: the others may be large, and
// are left as they are.
type part struct {
	text       []byte
	start, end int // in the file
	line       int // that it begins on
}

// parts are the documents of a file.
func parts(text []byte) []part {
	var all []part
	start, first, line, at := 0, 1, 1, 0
	for l := range bytes.Lines(text) {
		if bytes.HasPrefix(l, []byte("---")) {
			all = append(all, part{text[start:at], start, at, first})
			start, first = at+len(l), line+1
		}
		at += len(l)
		line++
	}
	return append(all, part{text[start:], start, len(text), first})
}

// partAt is the document of a file that stands on a line.
func partAt(text []byte, line int) (found part) {
	for _, p := range parts(text) {
		if p.line <= max(line, 1) {
			found = p
		}
	}
	return found
}

// node is a document parsed; ok is false where it is no mapping.
func (p part) node() (d *yaml.Node, ok bool) {
	var n yaml.Node
	if yaml.Unmarshal(p.text, &n) != nil || len(n.Content) != 1 || n.Content[0].Kind != yaml.MappingNode {
		return nil, false
	}
	return (*yaml.Node)(n.Content[0]), true
}

// edited is a file in which a change is made of the object that the change names.
func edited(text []byte, c finding.Change) (after []byte, ok bool) {
	p := partAt(text, c.Position.Line)
	var made []byte
	if c.Action != finding.Delete {
		d, ok := p.node()
		if !ok {
			return nil, false
		}
		for _, e := range c.Edits {
			if !setField(d, e) {
				return nil, false
			}
		}
		var err error
		if made, err = yaml.Marshal(d); err != nil {
			return nil, false
		}
	}
	return slices.Concat(text[:p.start], made, []byte("\n"), text[p.end:]), true
}

// setField makes one edit in a document. A field that goes becomes null, which
// takes it out of what a patch is for as well.
func setField(d *yaml.Node, e finding.Edit) bool {
	var value yaml.Node
	if yaml.Unmarshal(orNull(e.After), &value) != nil || len(value.Content) != 1 {
		return false
	}
	at := d
	tokens := slices.Collect(jsontext.Pointer(e.Path).Tokens())
	for i, token := range tokens {
		if at.Kind != yaml.MappingNode {
			return false
		}
		next := memberOf(at, token)
		if i == len(tokens)-1 {
			if next == nil {
				at.Content = append(at.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: token}, value.Content[0])
			} else {
				*next = *value.Content[0]
			}
			return true
		}
		if next == nil {
			next = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
			at.Content = append(at.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: token}, next)
		}
		at = next
	}
	return false
}

func orNull(d finding.Data) []byte {
	if len(d) == 0 {
		return []byte("null")
	}
	return d
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
	at := d
	for _, key := range keys {
		if at = memberOf(at, key); at == nil {
			return ""
		}
	}
	return at.Value
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

// put sets what stands at some keys of an object.
func put(in map[string]any, keys []string, value finding.Data) {
	key := keys[0]
	if len(keys) == 1 {
		in[key] = json.RawMessage(orNull(value))
		return
	}
	next, ok := in[key].(map[string]any)
	if !ok {
		next = map[string]any{}
		in[key] = next
	}
	put(next, keys[1:], value)
}
