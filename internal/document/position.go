package document

import (
	"bytes"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"
)

// Line returns the line of the value that a JSON pointer names, or of the
// nearest value above it that exists. For a mapping entry it is the line of
// the key.
func (d *Document) Line(pointer jsontext.Pointer) int { return d.lineOf(pointer, 0) }

// lineOf is Line, for the last key of pointer after passing over so many of
// the same name.
func (d *Document) lineOf(pointer jsontext.Pointer, over int) int {
	if d.plain != nil && !d.unique() {
		d.toNodes() // which of two keys is meant, it knows
	}
	if d.root == nil {
		before := offsetOf(d.raw, pointer, over)
		if d.plain != nil {
			return d.plainLine(before)
		}
		return d.first + bytes.Count(d.raw[:before], []byte("\n"))
	}
	n, line := d.root, d.root.Line
	tokens := slices.Collect(pointer.Tokens())
	for i, token := range tokens {
		n = resolve(n)
		switch n.Kind {
		case yaml.MappingNode:
			passing := 0
			if i == len(tokens)-1 {
				passing = over
			}
			key, value := entry(n, token, passing)
			if value == nil {
				return d.first + line - 1
			}
			n, line = value, key.Line
		case yaml.SequenceNode:
			at, err := strconv.Atoi(token)
			if err != nil || at < 0 || at >= len(n.Content) {
				return d.first + line - 1
			}
			n = n.Content[at]
			line = n.Line
		default:
			return d.first + line - 1
		}
	}
	return d.first + line - 1
}

// Points reports whether a member of an object is there to which a JSON pointer
// points, and not null.
func (d *Document) Points(pointer jsontext.Pointer) bool {
	data, err := d.JSON()
	if err != nil {
		return false
	}
	dec := lenient(data)
	for {
		if _, err := dec.ReadToken(); err != nil {
			return false
		}
		if dec.StackPointer() == pointer { // behind the name of the value
			return dec.PeekKind() != 'n'
		}
	}
}

// node returns the value that a JSON pointer names, or nil.
func (d *Document) node(pointer jsontext.Pointer) *yaml.Node {
	n := d.root
	if n == nil {
		return nil
	}
	for token := range pointer.Tokens() {
		if n = resolve(n); n.Kind == yaml.SequenceNode {
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(n.Content) {
				return nil
			}
			n = n.Content[i]
			continue
		}
		if _, n = entry(n, token, 0); n == nil {
			return nil
		}
	}
	return resolve(n)
}

// offsetOf is where what pointer names stands in raw, which is valid JSON; for
// what is not there, where the nearest value above it does.
func offsetOf(raw []byte, pointer jsontext.Pointer, over int) int {
	dec := lenient(raw)
	nearest, depth, repeated := int64(0), 0, over > 0
	for {
		kind := dec.PeekKind()
		if _, err := dec.ReadToken(); err != nil {
			break
		}
		at := dec.StackPointer()
		if at == pointer {
			// After a name, and not after its value, an object's count is odd.
			in, count := dec.StackIndex(dec.StackDepth())
			if repeated && !(in == '{' && kind == '"' && count%2 == 1) {
				continue
			}
			nearest = dec.InputOffset()
			if over == 0 {
				break
			}
			over--
			continue
		}
		if len(at) > depth && at.Contains(pointer) {
			nearest, depth = dec.InputOffset(), len(at)
		}
	}
	return int(nearest)
}

func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

func child(n *yaml.Node, key string) *yaml.Node {
	_, v := entry(resolve(n), key, 0)
	if v == nil {
		return nil
	}
	return resolve(v)
}

// entry finds a key of a mapping, after passing over so many of the same
// name, or of its merge keys where the mapping itself has none.
func entry(n *yaml.Node, key string, over int) (k, v *yaml.Node) {
	return find(n, key, over, nil)
}

func find(n *yaml.Node, key string, over int, seen map[*yaml.Node]bool) (k, v *yaml.Node) {
	if n.Kind != yaml.MappingNode || seen[n] {
		return nil, nil
	}
	merges := false
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := resolve(n.Content[i])
		switch {
		case isMerge(k):
			merges = true
		case k.Kind == yaml.ScalarNode && k.Value == key:
			if over == 0 {
				return n.Content[i], n.Content[i+1]
			}
			over--
		}
	}
	if !merges {
		return nil, nil
	}
	if seen == nil {
		seen = map[*yaml.Node]bool{}
	}
	seen[n] = true // a merge key may lead back here
	for i := 0; i+1 < len(n.Content); i += 2 {
		if !isMerge(resolve(n.Content[i])) {
			continue
		}
		from := resolve(n.Content[i+1])
		sources := []*yaml.Node{from}
		if from.Kind == yaml.SequenceNode {
			sources = from.Content
		}
		for _, s := range sources {
			if k, v := find(resolve(s), key, over, seen); v != nil {
				return k, v
			}
		}
	}
	return nil, nil
}

func isMerge(key *yaml.Node) bool {
	return key.Kind == yaml.ScalarNode && key.Value == "<<" && key.ShortTag() == "!!merge"
}
