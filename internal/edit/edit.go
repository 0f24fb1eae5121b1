// Package edit changes YAML as people write it: one field at a time, and everything
// else stays byte for byte, with its comments, its order and its blank lines. What comes of
// a change is read again, and is what was asked for or an error: nothing is half changed.
package edit

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"

	"github.com/onus-project/onus/internal/finding"
)

// ErrForm is the error of YAML that is written in a form in which the change cannot be
// made: with anchors, as JSON, by a template.
var ErrForm = errors.New("is written in a form that onus does not change")

// ErrWhole is the error of taking out a document that is all that its file holds.
var ErrWhole = errors.New("is all that its file holds")

// Object makes changes in the fields of an object in a file. The object is that of a kind
// in the document which stands on a line (1-based), the document itself or, in a list,
// the item of that name.
func Object(text []byte, line int, of finding.Object, edits []finding.Edit) ([]byte, error) {
	p := At(text, line)
	changed, err := changed(p.Text, of, edits)
	if err != nil {
		return nil, err
	}
	return slices.Concat(text[:p.Start], changed, text[p.End:]), nil
}

// Values makes changes in the first document of a file that holds no object, such as
// values of a chart.
func Values(text []byte, edits []finding.Edit) ([]byte, error) {
	if p := At(text, 1); !p.holds() {
		var all any = map[string]any{}
		for _, e := range edits {
			var after any
			_ = yaml.Unmarshal(e.After, &after) // it is JSON
			all, _ = with(all, slices.Collect(jsontext.Pointer(e.Path).Tokens()), after, len(e.After) == 0)
		}
		return With(text, strings.Join(document{root: &yaml.Node{}}.written("", all, 0), "\n")+"\n")
	}
	return Object(text, 1, finding.Object{}, edits)
}

// Without takes out an object: the document that stands on a line, or an item of the list
// that this is. Comments that an empty line parts from the document stay.
func Without(text []byte, line int, of finding.Object) ([]byte, error) {
	all, p := Parts(text), At(text, line)
	if d, err := read(p.Text); err == nil {
		if at, ok := objectIn(d, of); ok && len(at) > 0 {
			return withoutItem(text, p, d, at)
		}
	}
	if !slices.ContainsFunc(all, func(o Part) bool { return o.Start != p.Start && o.holds() }) {
		return nil, ErrWhole
	}
	k := slices.IndexFunc(all, func(o Part) bool { return o.Start == p.Start })
	if p.marked || k+1 < len(all) && all[k+1].marked {
		return nil, fmt.Errorf("%w: it begins on the line of its ---", ErrForm)
	}
	kept := p.comments()
	if k+1 < len(all) { // with the line that ends it
		return slices.Concat(text[:p.Start], kept, text[all[k+1].Start:]), nil
	}
	if len(kept) > 0 {
		return slices.Concat(text[:p.Start], kept), nil
	}
	before := all[k-1]
	return slices.Clone(text[:before.End]), nil
}

// withoutItem takes an item out of a list, which is not its only one.
func withoutItem(text []byte, p Part, d document, at []string) ([]byte, error) {
	top, _ := d.value.(map[string]any)
	items, _ := top["items"].([]any)
	i := index(at[1], len(items))
	if len(items) < 2 || i < 0 {
		return nil, ErrWhole
	}
	want, _ := with(d.value, []string{"items"}, slices.Delete(slices.Clone(items), i, i+1), false)
	made, err := verified(p.Text, want)
	if err != nil {
		return nil, err
	}
	return slices.Concat(text[:p.Start], made, text[p.End:]), nil
}

// With puts a document behind those of a file, as a manifest in YAML.
func With(text []byte, manifest string) ([]byte, error) {
	ending := linesOf(text).ending
	out := slices.Clone(text)
	if len(out) > 0 && !bytes.HasSuffix(out, []byte("\n")) {
		out = append(out, ending...)
	}
	if all := Parts(text); all[len(all)-1].holds() {
		out = append(out, "---"+ending...)
	}
	out = append(out, strings.ReplaceAll(manifest, "\n", ending)...)
	for _, p := range Parts(out) {
		if err := yaml.Unmarshal(p.Text, new(yaml.Node)); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrForm, err)
		}
	}
	return out, nil
}

// changed is a document in which fields of an object are changed.
func changed(text []byte, of finding.Object, edits []finding.Edit) ([]byte, error) {
	before, err := read(text)
	if err != nil {
		return nil, err
	}
	at, ok := objectIn(before, of)
	if !ok {
		return nil, fmt.Errorf("%w: there is no %s in it", ErrForm, of)
	}
	want := before.value
	for _, e := range edits {
		path := append(slices.Clone(at), slices.Collect(jsontext.Pointer(e.Path).Tokens())...)
		var after any
		if len(e.After) > 0 && yaml.Unmarshal(e.After, &after) != nil {
			return nil, fmt.Errorf("%w: %s", ErrForm, e.After)
		}
		if want, ok = with(want, path, after, len(e.After) == 0); !ok {
			return nil, fmt.Errorf("%w: %s leads to no field", ErrForm, e.Path)
		}
	}
	return verified(text, want)
}

// verified is a document that holds what is wanted, or an error.
func verified(text []byte, want any) ([]byte, error) {
	made, err := toward(text, nil, want)
	if err != nil {
		return nil, err
	}
	is, err := read(made)
	if err != nil || !reflect.DeepEqual(is.value, want) {
		return nil, ErrForm
	}
	return made, nil
}

// document is a parsed document: its nodes, and what they hold.
type document struct {
	lines lines
	root  *yaml.Node
	value any
}

// read parses a document that holds a mapping, or nothing.
func read(text []byte) (document, error) {
	var n yaml.Node
	if err := yaml.Unmarshal(text, &n); err != nil {
		return document{}, fmt.Errorf("%w: %w", ErrForm, err)
	}
	if len(n.Content) != 1 || n.Content[0].Kind != yaml.MappingNode {
		return document{}, fmt.Errorf("%w: it holds no mapping", ErrForm)
	}
	d := document{root: n.Content[0], lines: linesOf(text)}
	if err := n.Decode(&d.value); err != nil {
		return document{}, fmt.Errorf("%w: %w", ErrForm, err)
	}
	return d, nil
}

// objectIn is the path of an object in a document: empty for the document itself, or of an
// item of a list.
func objectIn(d document, of finding.Object) (path []string, ok bool) {
	top, _ := d.value.(map[string]any)
	if of.Kind == "" || top["kind"] == of.Kind {
		return nil, true
	}
	items, _ := top["items"].([]any)
	for i, item := range items {
		o, _ := item.(map[string]any)
		meta, _ := o["metadata"].(map[string]any)
		elsewhere := meta["namespace"] != nil && of.Namespace != "" && meta["namespace"] != of.Namespace
		if o["kind"] == of.Kind && meta["name"] == of.Name && !elsewhere {
			return []string{"items", fmt.Sprint(i)}, true
		}
	}
	return nil, false
}

// with is a value in which what stands at a path is another, or is gone. It is false where
// the path leads through what is no mapping.
func with(v any, path []string, after any, gone bool) (any, bool) {
	switch in := v.(type) {
	case nil:
		if gone {
			return v, true
		}
		return with(map[string]any{}, path, after, gone)
	case map[string]any:
		out := make(map[string]any, len(in)+1)
		for k, x := range in {
			out[k] = x
		}
		if len(path) == 1 {
			if delete(out, path[0]); !gone {
				out[path[0]] = after
			}
			return out, true
		}
		if _, has := in[path[0]]; gone && !has {
			return v, true
		}
		inner, ok := with(in[path[0]], path[1:], after, gone)
		out[path[0]] = inner
		return out, ok
	case []any:
		i := index(path[0], len(in))
		if i < 0 || len(path) == 1 {
			return nil, false
		}
		inner, ok := with(in[i], path[1:], after, gone)
		out := slices.Clone(in)
		out[i] = inner
		return out, ok
	}
	return nil, false
}
