package document

import (
	"bytes"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// lines are the lines of a text by those that the YAML parser counts: to it three
// characters end a line that no editor counts as ends. Nil where it is the same.
type lines []int

// linesOf are those of a text.
func linesOf(data []byte) lines {
	if !bytes.ContainsAny(data, "\u0085\u2028\u2029") {
		return nil
	}
	at := 1
	all := lines{0, at}
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		i += size
		switch r {
		case '\r':
			if i < len(data) && data[i] == '\n' {
				continue
			}
			at++
		case '\n':
			at++
		case '\u0085', '\u2028', '\u2029':
		default:
			continue
		}
		all = append(all, at)
	}
	return all
}

// line is that of a text, of the parser's.
func (l lines) line(parsers int) int {
	switch {
	case l == nil:
		return parsers
	case parsers < len(l):
		return l[parsers]
	}
	return l[len(l)-1]
}

// tree puts the lines of a tree right.
func (l lines) tree(n *yaml.Node) {
	if l == nil {
		return
	}
	n.Line = l.line(n.Line)
	for _, c := range n.Content {
		l.tree(c)
	}
}
