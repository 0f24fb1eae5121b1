package edit

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// lines are a text and where its lines start.
type lines struct {
	text   []byte
	starts []int // one more than there are lines
	ending string
}

func linesOf(text []byte) lines {
	l := lines{text: text, starts: []int{0}, ending: "\n"}
	for line := range bytes.Lines(text) {
		l.starts = append(l.starts, l.starts[len(l.starts)-1]+len(line))
		if len(l.starts) == 2 && bytes.HasSuffix(line, []byte("\r\n")) {
			l.ending = "\r\n"
		}
	}
	return l
}

// lineOf is the line on which a value ends whose last part is a scalar on one line, or stands
// in brackets; 0 for others. Comments below it are no part of it.
func (l lines) lineOf(n *yaml.Node) int {
	for len(n.Content) > 0 && block(n) {
		n = n.Content[len(n.Content)-1]
	}
	if n.Kind == yaml.ScalarNode && isBlock(n) {
		return 0
	}
	end := l.end(n)
	if end == 0 {
		return 0
	}
	return 1 + bytes.Count(l.text[:end], []byte("\n"))
}

// remark is the comment behind a value on its line, with the space before it; empty for none.
func (l lines) remark(n *yaml.Node) string {
	end := l.end(n)
	if end == 0 {
		return ""
	}
	rest, _, _ := strings.Cut(string(l.text[end:]), "\n")
	if rest = strings.TrimRight(rest, "\r"); !strings.HasPrefix(strings.TrimSpace(rest), "#") {
		return ""
	}
	return rest
}

// line is what stands on a line, with its end.
func (l lines) line(n int) string { return string(l.text[l.starts[n-1]:l.starts[n]]) }

// column is the column (1-based) of what stands first on a line.
func (l lines) column(line int) int {
	text := l.line(line)
	return 1 + len(text) - len(strings.TrimLeft(text, " "))
}

// above is the first line of the comments that stand directly above a line, in its column.
func (l lines) above(line, column int) int {
	for line > 1 && l.column(line-1) == column && l.text[l.starts[line-2]+column-1] == '#' {
		line--
	}
	return line
}

// cut takes out lines, the first and the last among them (1-based).
func (l lines) cut(first, last int) lines {
	cut := linesOf(slices.Concat(l.text[:l.starts[first-1]], l.text[l.starts[min(last, len(l.starts)-1)]:]))
	cut.ending = l.ending
	return cut
}

// insert puts lines behind a line.
func (l lines) insert(after int, more []string) lines {
	at := l.starts[min(after, len(l.starts)-1)]
	written := strings.Join(more, l.ending) + l.ending
	if at > 0 && l.text[at-1] != '\n' {
		written = l.ending + strings.TrimSuffix(written, l.ending)
	}
	return linesOf(slices.Concat(l.text[:at], []byte(written), l.text[at:]))
}

// offset is where a column of a line begins; both are 1-based, and columns count characters.
func (l lines) offset(line, column int) int {
	at := l.starts[line-1]
	for range column - 1 {
		_, n := utf8.DecodeRune(l.text[at:])
		at += n
	}
	return at
}

// end is where a value ends that stands on one line, or in brackets; 0 where that is not
// so, or not known.
func (l lines) end(n *yaml.Node) int {
	if n.Line < 1 || n.Line >= len(l.starts) {
		return 0
	}
	start := l.offset(n.Line, n.Column)
	switch {
	case n.Anchor != "" || n.Kind == yaml.AliasNode || n.Style&yaml.TaggedStyle != 0:
		return 0
	case n.Kind != yaml.ScalarNode:
		return closing(l.text, start)
	case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		return quoted(l.text, start)
	}
	plain := l.text[start:l.starts[n.Line]]
	if !bytes.HasPrefix(plain, []byte(n.Value)) {
		return 0
	}
	return start + len(n.Value)
}

// quoted is where what stands in quotes ends.
func quoted(text []byte, start int) int {
	if start >= len(text) {
		return 0
	}
	quote := text[start]
	for i := start + 1; i < len(text); i++ {
		switch {
		case quote == '"' && text[i] == '\\':
			i++
		case text[i] == quote && quote == '\'' && i+1 < len(text) && text[i+1] == quote:
			i++
		case text[i] == quote:
			return i + 1
		}
	}
	return 0
}

// closing is where the bracket that opens at a place is closed; comments within are not
// looked through.
func closing(text []byte, start int) int {
	depth := 0
	for i := start; i < len(text); i++ {
		switch text[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"', '\'':
			end := quoted(text, i)
			if end == 0 {
				return 0
			}
			i = end - 1
		case '#':
			return 0
		}
	}
	return 0
}
