package edit

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
)

// replaced is a text in which another value stands at a place: a scalar for a scalar where
// it is, what is in flow style in flow style, and else all lines of the entry anew.
func (d document) replaced(text []byte, at place, want any) ([]byte, error) {
	if at.value == d.root {
		return nil, ErrForm
	}
	l := linesOf(text)
	inFlow := at.flow || !block(at.value) && len(at.value.Content) > 0
	words, several := want.(string) // which stands on lines of its own
	several = several && strings.Contains(words, "\n")
	if end := l.end(at.value); end > 0 && (isScalar(want) && !several && !isBlock(at.value) || inFlow) {
		if inline, ok := d.inline(want); ok {
			start := l.offset(at.value.Line, at.value.Column)
			return slices.Concat(text[:start], inline, text[end:]), nil
		}
	}
	if at.flow {
		return nil, ErrForm
	}
	key := ""
	if at.key != nil {
		key = at.key.Value
	}
	return d.entry(text, at, key, want), nil
}

// entry is a text in which the lines of a place say something else: a key and its value,
// or an item. What stands before it on its line stays.
func (d document) entry(text []byte, at place, key string, value any) []byte {
	l, begins := linesOf(text), at.value
	if at.key != nil {
		begins = at.key
	}
	written := d.written(key, value, begins.Column-1)
	if rest := l.remark(at.value); rest != "" && len(written) == 1 {
		written[0] += rest
	}
	before := text[l.starts[begins.Line-1]:l.offset(begins.Line, begins.Column)]
	written[0] = string(before) + strings.TrimLeft(written[0], " ")
	return l.cut(begins.Line, d.last(at)).insert(begins.Line-1, written).text
}

func isScalar(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return false
	}
	return true
}

// isBlock reports whether a value stands on lines of its own, or on none.
func isBlock(n *yaml.Node) bool {
	return n.Kind != yaml.ScalarNode || n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 || n.Value == "" && n.Style == 0
}

// inline is a value on one line, as JSON where the document is JSON or written like it, or
// where YAML takes more lines than one; false where it is none.
func (d document) inline(v any) ([]byte, bool) {
	if !block(d.root) {
		out, err := json.Marshal(v)
		return out, err == nil
	}
	var n yaml.Node
	if n.Encode(v) != nil {
		return nil, false
	}
	if n.Kind != yaml.ScalarNode {
		n.Style = yaml.FlowStyle
	}
	out, err := yaml.Marshal(&n)
	if out = bytes.TrimSpace(out); err == nil && bytes.ContainsRune(out, '\n') {
		out, err = json.Marshal(v)
	}
	return out, err == nil
}

// member is a key with its value as a mapping in flow style has it.
func (d document) member(key string, value any) ([]byte, bool) {
	name, ok := d.inline(key)
	out, fits := d.inline(value)
	return slices.Concat(name, []byte(": "), out), ok && fits
}

// written is a value behind a key as lines in block style, each indented; without a key
// it is the value alone. Sequences are indented as those of the document are.
func (d document) written(key string, value any, indent int) []string {
	v := value
	if key != "" {
		v = map[string]any{key: value}
	}
	n, err := ordered(v)
	if err != nil {
		return []string{""}
	}
	out, err := kyaml.MarshalWithOptions(n, &kyaml.EncoderOptions{SeqIndent: d.sequences()})
	if err != nil {
		return []string{""}
	}
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	for i := range lines {
		if lines[i] != "" {
			lines[i] = strings.Repeat(" ", indent) + lines[i]
		}
	}
	return lines
}

// first are keys in the order in which people write them, before all others.
var first = []string{"apiVersion", "kind", "metadata", "name", "namespace", "spec", "nodes", "reasons", "schedule", "duration"}

// ordered is a value as a node, with the keys of mappings in the order in which people
// write them.
func ordered(v any) (*kyaml.Node, error) {
	var n kyaml.Node
	if err := n.Encode(v); err != nil {
		return nil, err
	}
	order(&n)
	return &n, nil
}

// rank sorts keys as people write them.
func rank(key string) int {
	if i := slices.Index(first, key); i >= 0 {
		return i
	}
	return len(first)
}

func order(n *kyaml.Node) {
	for _, c := range n.Content {
		order(c)
	}
	if n.Kind != kyaml.MappingNode {
		return
	}
	pairs := slices.Collect(slices.Chunk(n.Content, 2))
	slices.SortStableFunc(pairs, func(a, b []*kyaml.Node) int { return rank(a[0].Value) - rank(b[0].Value) })
	n.Content = slices.Concat(pairs...)
}

// sequences is how the document indents the first sequence below a key: deeper than that,
// or, as of nothing else, as far as it.
func (d document) sequences() kyaml.SequenceIndentStyle {
	style := kyaml.CompactSequenceStyle
	each(d.root, func(n *yaml.Node) bool {
		for i := 1; n.Kind == yaml.MappingNode && i < len(n.Content); i += 2 {
			if v := n.Content[i]; v.Kind == yaml.SequenceNode && v.Style&yaml.FlowStyle == 0 && v.Line > n.Content[i-1].Line {
				if v.Column > n.Content[i-1].Column {
					style = kyaml.WideSequenceStyle
				}
				return false
			}
		}
		return true
	})
	return style
}

// last is the line on which a value ends: that before what follows, without the comments
// and empty lines that are of that.
func (d document) last(at place) int {
	begins := at.value
	if at.key != nil {
		begins = at.key
	}
	var next *yaml.Node
	within := map[*yaml.Node]bool{}
	each(at.value, func(n *yaml.Node) bool { within[n] = true; return true })
	seen := false
	each(d.root, func(n *yaml.Node) bool {
		if seen && !within[n] {
			next = n
		}
		seen = seen || n == at.value
		return next == nil
	})
	if v := at.value; at.key != nil && v.Kind == yaml.ScalarNode && v.Value == "" && v.Style == 0 {
		return at.key.Line // nothing stands behind the key
	}
	if end := linesOf([]byte(strings.Join(d.lines, "\n"))).lineOf(at.value); end > 0 {
		return max(end, begins.Line)
	}
	end := len(d.lines)
	if next != nil {
		end = next.Line - 1
	}
	for end > at.value.Line && !keepsEnd(at.value) && trails(d.lines[end-1], begins.Column) {
		end--
	}
	return max(end, begins.Line)
}

// keepsEnd reports whether the empty lines behind a value are part of it.
func keepsEnd(n *yaml.Node) bool {
	for len(n.Content) > 0 {
		n = n.Content[len(n.Content)-1]
	}
	return n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 && strings.HasSuffix("\n"+n.Value, "\n\n")
}

// trails reports whether a line is empty, the end of a document, or a comment that stands
// no deeper than a column.
func trails(line string, column int) bool {
	text := strings.TrimSpace(line)
	return text == "" || text == "..." || strings.HasPrefix(text, "#") && strings.IndexByte(line, '#') < column
}

// each calls do for a node and those below it in the order in which they stand, until it
// returns false.
func each(n *yaml.Node, do func(*yaml.Node) bool) bool {
	if !do(n) {
		return false
	}
	for _, c := range n.Content {
		if !each(c, do) {
			return false
		}
	}
	return true
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

// column is the column (1-based) of what stands first on a line.
func (l lines) column(line int) int {
	text := l.text[l.starts[line-1]:l.starts[line]]
	return 1 + len(text) - len(bytes.TrimLeft(text, " "))
}

// above is the first line of the comments that stand directly above a line, in its column.
func (l lines) above(line, column int) int {
	for line > 1 && l.column(line-1) == column && l.text[l.starts[line-2]+column-1] == '#' {
		line--
	}
	return line
}

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

// cut takes out lines, the first and the last among them (1-based).
func (l lines) cut(first, last int) lines {
	last = min(last, len(l.starts)-1)
	return linesOf(bytes.Join([][]byte{l.text[:l.starts[first-1]], l.text[l.starts[last]:]}, nil)).as(l.ending)
}

// insert puts lines behind a line.
func (l lines) insert(after int, more []string) lines {
	at := l.starts[min(after, len(l.starts)-1)]
	before := l.text[:at]
	written := strings.Join(more, l.ending) + l.ending
	if at > 0 && l.text[at-1] != '\n' {
		written = l.ending + strings.TrimSuffix(written, l.ending)
	}
	return linesOf(bytes.Join([][]byte{before, []byte(written), l.text[at:]}, nil))
}

func (l lines) as(ending string) lines {
	l.ending = ending
	return l
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
