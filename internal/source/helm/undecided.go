package helm

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"text/template/parse"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/indifferent"
	"github.com/onus-project/onus/internal/source/unit"
)

// Undecided are the values that a chart is given of which all that is known is a mark, and on
// which it may depend what it makes: its own value is no text, or what it makes with the mark is
// something else than without or than with a text that its templates compare the value with. Of
// the others only a text is not known.
func Undecided(ctx context.Context, in *unit.Tree, dir string, o Options) []string {
	const mark = origin.NotKnown
	given, err := values(in, o)
	if err != nil {
		return nil // which the rendering tells
	}
	marked := marks(given, mark, nil)
	if len(marked) == 0 {
		return nil
	}
	c, err := load(in, dir)
	if err != nil {
		return nil
	}
	var all, texts []string
	var open [][]string
	for _, path := range marked {
		called := strings.Join(path, ".")
		_, list := at(given, path).([]any) // of which how many it has is known
		_, text := at(c.root.Values, path).(string)
		if list || text || at(c.root.Values, path) == nil {
			texts = append(texts, called)
			if !list {
				open = append(open, path)
			}
		} else {
			all = append(all, called)
		}
		take(given, path)
	}
	with, err := Render(ctx, in, dir, o)
	if err != nil {
		return all
	}
	same := func(o Options) bool {
		without, err := Render(ctx, in, dir, o)
		return err == nil && alike(objectsOf(with), objectsOf(without), mark)
	}
	o = Options{Release: o.Release, Namespace: o.Namespace, Inline: given}
	if !same(o) {
		return append(all, texts...)
	}
	for _, path := range open {
		if !c.sameWithAll(path, given, func(values map[string]any) bool {
			return same(Options{Release: o.Release, Namespace: o.Namespace, Inline: values})
		}) {
			all = append(all, strings.Join(path, "."))
		}
	}
	return all
}

// mostTried bounds how many texts a value is tried with.
const mostTried = 8

// sameWithAll reports whether a chart makes the same with each text that its templates compare a
// value with.
func (c *loaded) sameWithAll(path []string, given map[string]any, same func(values map[string]any) bool) bool {
	texts := c.comparedWith(path[len(path)-1])
	if len(texts) > mostTried {
		return false
	}
	for _, text := range texts {
		copied, err := copiedMap(given)
		if err != nil {
			return false
		}
		putIn(copied, path, text)
		if !same(copied) {
			return false
		}
	}
	return true
}

// comparing are the functions of templates that compare texts.
var comparing = []string{"eq", "ne", "has", "contains", "hasPrefix", "hasSuffix", "regexMatch", "list"}

// comparedWith are the texts that templates compare a value of a name with, sorted.
func (c *loaded) comparedWith(key string) (texts []string) {
	c.silent("") // which parses the templates
	for _, tree := range c.trees {
		pipes(tree.Root, func(p *parse.PipeNode) {
			var said []string
			compares, about := false, false
			nodes(p, func(n parse.Node) {
				switch n := n.(type) {
				case *parse.StringNode:
					said = append(said, n.Text)
				case *parse.IdentifierNode:
					compares = compares || slices.Contains(comparing, n.Ident)
				case *parse.FieldNode:
					about = about || n.Ident[len(n.Ident)-1] == key
				case *parse.VariableNode:
					about = about || n.Ident[len(n.Ident)-1] == key
				}
			})
			if compares && about {
				texts = append(texts, said...)
			}
		})
	}
	slices.Sort(texts)
	return slices.Compact(texts)
}

// nodes calls do for each part of a pipe.
func nodes(p *parse.PipeNode, do func(parse.Node)) {
	for _, cmd := range p.Cmds {
		for _, arg := range cmd.Args {
			do(arg)
			if below, is := arg.(*parse.PipeNode); is {
				nodes(below, do)
			}
		}
	}
}

// objectsOf are the objects that a chart was rendered to, of those that are looked at, in their order.
func objectsOf(r *Release) []any {
	all := []any{}
	for _, d := range r.Documents {
		if !looked[topValue(strings.Split(string(d.Data), "\n"), "kind")] {
			continue
		}
		var o map[string]any
		if yaml.Unmarshal(d.Data, &o) == nil {
			all = append(all, o)
		}
	}
	return all
}

// alike reports whether two values are the same but for texts that hold a mark in the first.
func alike(with, without any, mark string, above ...string) bool {
	switch of := with.(type) {
	case string:
		_, isMap := asMap(without)
		_, isList := without.([]any)
		return of == without || !isMap && !isList && strings.Contains(strings.ToLower(of), strings.ToLower(mark))
	case map[string]any:
		other, is := asMap(without)
		return (is || without == nil) && alikeInAll(of, other, mark, above)
	case []any:
		other, is := without.([]any)
		if !is && without != nil || len(other) != len(of) && is {
			return false
		}
		for i, v := range of {
			if !is || !alike(v, other[i], mark, above...) {
				return false
			}
		}
		return true
	}
	return reflect.DeepEqual(with, without)
}

// alikeInAll reports the same of two maps, but for what nothing rests on.
func alikeInAll(with, without map[string]any, mark string, above []string) bool {
	keys := maps.Clone(without)
	if keys == nil {
		keys = map[string]any{}
	}
	maps.Copy(keys, with)
	for key := range keys {
		if !indifferent.Whole(key, above) && !alike(with[key], without[key], mark, append(slices.Clone(above), key)...) {
			return false
		}
	}
	return true
}

// marks are the paths of the values that hold a mark; of a list all that it holds is one value.
func marks(values map[string]any, mark string, above []string) (all [][]string) {
	for key, v := range values {
		path := append(slices.Clone(above), key)
		if below, is := asMap(v); is {
			all = append(all, marks(below, mark, path)...)
		} else if strings.Contains(fmt.Sprint(v), mark) {
			all = append(all, path)
		}
	}
	slices.SortFunc(all, slices.Compare)
	return all
}

// at is the value at a path, or the first on the way to it that holds no others; nil for none.
func at(values map[string]any, path []string) any {
	for i, key := range path {
		v := values[key]
		below, is := asMap(v)
		if i == len(path)-1 || !is {
			return v
		}
		values = below
	}
	return nil
}

// take takes the value at a path out.
func take(values map[string]any, path []string) {
	for _, key := range path[:len(path)-1] {
		values, _ = asMap(values[key])
	}
	delete(values, path[len(path)-1])
}
