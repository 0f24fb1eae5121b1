package edit

import (
	"maps"
	"reflect"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// toward is a text in which what stands at a path holds what is wanted, changed in as
// few places as that takes.
func toward(text []byte, path []string, want any) ([]byte, error) {
	d, at, err := found(text, path)
	if err != nil {
		return nil, err
	}
	var is any
	if err := at.value.Decode(&is); err != nil {
		return nil, ErrForm
	}
	if reflect.DeepEqual(is, want) {
		return text, nil
	}
	switch wanted := want.(type) {
	case map[string]any:
		has, ok := is.(map[string]any)
		onlyComes := len(missing(has, wanted)) <= len(missing(wanted, has)) // nothing is cut out of brackets
		if ok && len(has) > 0 && len(wanted) > 0 && at.value.Kind == yaml.MappingNode && (block(at.value) || onlyComes) {
			return towardMapping(text, path, has, wanted)
		}
	case []any:
		has, ok := is.([]any)
		switch {
		case !ok || len(has) == 0 || len(wanted) == 0 || at.value.Kind != yaml.SequenceNode:
		case block(at.value):
			return towardSequence(text, path, has, wanted)
		case len(has) == len(wanted):
			return itemByItem(text, path, wanted)
		}
	}
	return d.replaced(at, want)
}

// block reports whether a mapping or a sequence is written in block style.
func block(n *yaml.Node) bool { return n.Style&yaml.FlowStyle == 0 }

// towardMapping changes what is other, puts what is new in place of what goes, and the
// rest of what is new behind all others. It takes out the rest of what goes last: a
// mapping that holds nothing for a moment would be none.
func towardMapping(text []byte, path []string, is, want map[string]any) ([]byte, error) {
	goes, comes := missing(is, want), missing(want, is)
	slices.SortStableFunc(comes, func(a, b string) int { return rank(a) - rank(b) })
	swapped := min(len(goes), len(comes))
	var err error
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if _, has := is[key]; !has || err != nil {
			continue
		}
		text, err = toward(text, append(slices.Clone(path), key), want[key])
	}
	for i := 0; i < swapped && err == nil; i++ {
		text, err = instead(text, append(slices.Clone(path), goes[i]), comes[i], want[comes[i]])
	}
	for i := swapped; i < len(comes) && err == nil; i++ {
		text, err = added(text, path, comes[i], want[comes[i]])
	}
	for i := swapped; i < len(goes) && err == nil; i++ {
		text, err = cut(text, append(slices.Clone(path), goes[i]))
	}
	return text, err
}

// missing are the keys of a mapping that another one lacks.
func missing(of, in map[string]any) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(of)), func(key string) bool { _, has := in[key]; return has })
}

// instead puts another key with its value in place of what stands at a path.
func instead(text []byte, path []string, key string, value any) ([]byte, error) {
	d, at, err := found(text, path)
	if err != nil {
		return nil, err
	}
	if !at.flow {
		return d.entry(at, key, value), nil
	}
	more, ok := d.member(key, value)
	end := d.lines.end(at.value)
	if !ok || end == 0 {
		return nil, ErrForm
	}
	return slices.Concat(text[:d.lines.offset(at.key.Line, at.key.Column)], more, text[end:]), nil
}

// cut takes out what stands at a path, with its key.
func cut(text []byte, path []string) ([]byte, error) {
	d, at, err := found(text, path)
	if err != nil {
		return nil, err
	}
	return d.lines.cut(at.key.Line, d.last(at)).text, nil
}

// added puts a key into a mapping: a scalar behind the last scalar, or before all where
// there is none, and anything else behind all.
func added(text []byte, path []string, key string, value any) ([]byte, error) {
	d, in, err := found(text, path)
	if err != nil {
		return nil, err
	}
	content, l := in.value.Content, d.lines
	n := len(content)
	if n == 0 {
		return nil, ErrForm
	}
	if !block(in.value) {
		end := l.end(content[n-1])
		more, ok := d.member(key, value)
		if end == 0 || !ok {
			return nil, ErrForm
		}
		return slices.Concat(text[:end], []byte(", "), more, text[end:]), nil
	}
	written := d.written(key, value, content[0].Column-1)
	for i := n - 2; isScalar(value) && i >= 0; i -= 2 {
		if content[i+1].Kind == yaml.ScalarNode && !isBlock(content[i+1]) {
			n = i + 2
			break
		}
		if i == 0 && content[0].Line > 1 && l.column(content[0].Line) == content[0].Column {
			return l.insert(l.above(content[0].Line, content[0].Column)-1, written).text, nil
		}
	}
	return l.insert(d.last(place{key: content[n-2], value: content[n-1]}), written).text, nil
}

// place is where a value stands: behind a key, or as an item of a sequence.
type place struct {
	key   *yaml.Node // nil for an item, and for the document
	value *yaml.Node
	flow  bool // in brackets
}

// found is a text parsed, and what stands at a path of it.
func found(text []byte, path []string) (document, place, error) {
	d, err := read(text)
	if err != nil {
		return d, place{}, err
	}
	at, err := d.find(path)
	return d, at, err
}

// find is what stands at a path.
func (d document) find(path []string) (place, error) {
	at := place{value: d.root}
	for _, token := range path {
		flow := at.flow || !block(at.value)
		switch content := at.value.Content; at.value.Kind {
		case yaml.MappingNode:
			k := 0
			for k < len(content) && content[k].Value != token {
				k += 2
			}
			if k >= len(content) {
				return place{}, ErrForm
			}
			at = place{content[k], content[k+1], flow}
		case yaml.SequenceNode:
			k := index(token, len(content))
			if k < 0 {
				return place{}, ErrForm
			}
			at = place{value: content[k], flow: flow}
		default:
			return place{}, ErrForm
		}
	}
	return at, nil
}

// index is a token as the number of one of some items; -1 where it is none.
func index(token string, items int) int {
	i, err := strconv.Atoi(token)
	if err != nil || i < 0 || i >= items {
		return -1
	}
	return i
}
