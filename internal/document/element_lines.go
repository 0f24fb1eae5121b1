package document

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"
)

// Lines are the lines of the elements of the sequence that a JSON pointer names, as Line
// gives them one by one: together they are found in one pass. It is nil where no sequence
// is there.
func (d *Document) Lines(pointer jsontext.Pointer) []int {
	if d.plain != nil && !d.unique() {
		d.toNodes()
	}
	if d.root != nil {
		n := d.node(pointer)
		if n == nil || n.Kind != yaml.SequenceNode {
			return nil
		}
		all := make([]int, len(n.Content))
		for i, element := range n.Content {
			all[i] = d.first + element.Line - 1
		}
		return all
	}
	var all []int
	line, counted := d.first, 0
	for _, end := range elementsAt(d.raw, pointer) {
		if d.plain != nil {
			line = d.plainLine(end)
		} else {
			line += bytes.Count(d.raw[counted:end], []byte("\n"))
			counted = end
		}
		all = append(all, line)
	}
	return all
}

// elementsAt are the ends of the first token of each element of the array that a pointer
// names in valid JSON.
func elementsAt(raw []byte, pointer jsontext.Pointer) (ends []int) {
	dec := lenient(raw)
	for {
		token, err := dec.ReadToken()
		if err != nil {
			return nil
		}
		if token.Kind() == '[' && dec.StackPointer() == pointer {
			break
		}
	}
	for depth := dec.StackDepth(); ; {
		token, err := dec.ReadToken()
		if err != nil || dec.StackDepth() < depth {
			return ends
		}
		ends = append(ends, int(dec.InputOffset()))
		if k := token.Kind(); k != '{' && k != '[' {
			continue
		}
		for dec.StackDepth() > depth {
			if _, err := dec.ReadToken(); err != nil {
				return ends
			}
		}
	}
}
