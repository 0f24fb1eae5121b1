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
	d, err := read(text)
	if err != nil {
		return nil, err
	}
	at, err := d.find(path)
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
		if has, ok := is.(map[string]any); ok && len(has) > 0 && len(wanted) > 0 && inBlock(at.value, yaml.MappingNode) {
			return towardMapping(text, path, has, wanted)
		}
	case []any:
		if has, ok := is.([]any); ok && len(has) == len(wanted) && inBlock(at.value, yaml.SequenceNode) {
			for i := range wanted {
				if text, err = toward(text, append(slices.Clone(path), strconv.Itoa(i)), wanted[i]); err != nil {
					return nil, err
				}
			}
			return text, nil
		}
	}
	return d.replaced(text, at, want)
}

// inBlock reports whether a value is of a kind and written in block style.
func inBlock(n *yaml.Node, kind yaml.Kind) bool { return n.Kind == kind && n.Style&yaml.FlowStyle == 0 }

// towardMapping changes what is other, puts what is new in place of what goes, and the
// rest of what is new behind all others. It takes out the rest of what goes last: a
// mapping that holds nothing for a moment would be none.
func towardMapping(text []byte, path []string, is, want map[string]any) ([]byte, error) {
	goes, comes := missing(is, want), missing(want, is)
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
	d, err := read(text)
	if err != nil {
		return nil, err
	}
	at, err := d.find(path)
	if err != nil {
		return nil, err
	}
	return d.entry(text, at, key, value), nil
}

// cut takes out what stands at a path, with its key.
func cut(text []byte, path []string) ([]byte, error) {
	d, err := read(text)
	if err != nil {
		return nil, err
	}
	at, err := d.find(path)
	if err != nil {
		return nil, err
	}
	return linesOf(text).cut(at.key.Line, d.last(at)).text, nil
}

// added puts a key behind the others of a mapping in block style.
func added(text []byte, path []string, key string, value any) ([]byte, error) {
	d, err := read(text)
	if err != nil {
		return nil, err
	}
	in, err := d.find(path)
	if err != nil {
		return nil, err
	}
	n := len(in.value.Content)
	if n == 0 {
		return nil, ErrForm
	}
	first, end := in.value.Content[0], place{key: in.value.Content[n-2], value: in.value.Content[n-1]}
	return linesOf(text).insert(d.last(end), d.written(key, value, first.Column-1)).text, nil
}

// place is where a value stands: behind a key, or as an item of a sequence.
type place struct {
	key   *yaml.Node // nil for an item, and for the document
	value *yaml.Node
}

// find is what stands at a path.
func (d document) find(path []string) (place, error) {
	at := place{value: d.root}
	for _, token := range path {
		switch content := at.value.Content; at.value.Kind {
		case yaml.MappingNode:
			k := 0
			for k < len(content) && content[k].Value != token {
				k += 2
			}
			if k >= len(content) {
				return place{}, ErrForm
			}
			at = place{content[k], content[k+1]}
		case yaml.SequenceNode:
			k := index(token, len(content))
			if k < 0 {
				return place{}, ErrForm
			}
			at = place{value: content[k]}
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
