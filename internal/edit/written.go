package edit

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
)

// replaced is a text in which another value stands at a place: a scalar for a scalar where
// it is, what is in flow style in flow style, and else all lines of the entry anew.
func (d document) replaced(at place, want any) ([]byte, error) {
	if at.value == d.root {
		return nil, ErrForm
	}
	l, text := d.lines, d.lines.text
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
	return d.entry(at, key, want), nil
}

// entry is a text in which the lines of a place say something else: a key and its value,
// or an item. What stands before it on its line stays.
func (d document) entry(at place, key string, value any) []byte {
	l, begins := d.lines, at.value
	if at.key != nil {
		begins = at.key
	}
	written := d.written(key, value, begins.Column-1)
	if rest := l.remark(at.value); rest != "" && len(written) == 1 {
		written[0] += rest
	}
	before := l.text[l.starts[begins.Line-1]:l.offset(begins.Line, begins.Column)]
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
	if end := d.lines.lineOf(at.value); end > 0 {
		return max(end, begins.Line)
	}
	end := len(d.lines.starts) - 1
	if next != nil {
		end = next.Line - 1
	}
	for end > at.value.Line && !keepsEnd(at.value) && trails(d.lines.line(end), begins.Column) {
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
