package edit

import (
	"bytes"

	"go.yaml.in/yaml/v3"
)

// Part is one document of a file as it is written: the others may be large, and are left
// as they are.
type Part struct {
	Text       []byte
	Start, End int // in the file
	Line       int // that it begins on
}

// Parts are the documents of a file, one at the least.
func Parts(text []byte) []Part {
	var all []Part
	start, first, line, at := 0, 1, 1, 0
	for l := range bytes.Lines(text) {
		if bytes.HasPrefix(l, []byte("---")) {
			all = append(all, Part{text[start:at], start, at, first})
			start, first = at+len(l), line+1
		}
		at += len(l)
		line++
	}
	return append(all, Part{text[start:], start, len(text), first})
}

// At is the document of a file that stands on a line.
func At(text []byte, line int) (found Part) {
	for _, p := range Parts(text) {
		if p.Line <= max(line, 1) {
			found = p
		}
	}
	return found
}

// Mapping is a document parsed; false where it is no mapping.
func (p Part) Mapping() (*yaml.Node, bool) {
	d, err := read(p.Text)
	return d.root, err == nil
}

// holds reports whether it holds more than comments.
func (p Part) holds() bool {
	var n yaml.Node
	return yaml.Unmarshal(p.Text, &n) != nil || len(n.Content) > 0
}

// Holds reports whether all documents of a file are YAML: one can stand behind them.
func Holds(text []byte) bool {
	for _, p := range Parts(text) {
		if yaml.Unmarshal(p.Text, &yaml.Node{}) != nil {
			return false
		}
	}
	return true
}
