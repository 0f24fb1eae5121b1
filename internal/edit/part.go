package edit

import (
	"bytes"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Part is one document of a file as it is written: the others may be large, and are left
// as they are.
type Part struct {
	Text       []byte
	Start, End int  // in the file
	Line       int  // that it begins on
	marked     bool // it begins on the line of its own marker: --- {kind: X}
}

// Parts are the documents of a file, one at the least.
func Parts(text []byte) []Part {
	var all []Part
	start, first, line, at, marked := 0, 1, 1, 0, false
	for l := range bytes.Lines(text) {
		if rest, ok := bytes.CutPrefix(l, []byte("---")); ok {
			all = append(all, Part{text[start:at], start, at, first, marked})
			start, first, marked = at+len(l), line+1, false
			if rest = bytes.TrimSpace(rest); len(rest) > 0 && rest[0] != '#' {
				start, first, marked = at+len("---"), line, true
			}
		}
		at += len(l)
		line++
	}
	return append(all, Part{text[start:], start, len(text), first, marked})
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

// comments are those of a document that an empty line parts from what it holds: the head of
// a file, and what speaks of something else.
func (p Part) comments() []byte {
	all := bytes.SplitAfter(p.Text, []byte("\n"))
	bare := func(l []byte) bool { l = bytes.TrimSpace(l); return len(l) == 0 || l[0] == '#' }
	empty := func(l []byte) bool { return len(bytes.TrimSpace(l)) == 0 }
	first := slices.IndexFunc(all, func(l []byte) bool { return !bare(l) })
	if first < 0 {
		return p.Text
	}
	last := len(all)
	for bare(all[last-1]) {
		last--
	}
	head := first
	for head > 0 && !empty(all[head-1]) {
		head--
	}
	tail := last
	for tail < len(all) && !empty(all[tail]) {
		tail++
	}
	kept := slices.Concat(bytes.Join(all[:head], nil), bytes.TrimLeft(bytes.Join(all[tail:], nil), "\r\n"))
	if len(bytes.TrimSpace(kept)) == 0 {
		return nil
	}
	return kept
}
