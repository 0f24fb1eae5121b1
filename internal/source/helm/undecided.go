package helm

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/unit"
)

// Undecided are the values that a chart is given of which all that is known is the mark of that, and on
// which it may depend what it makes: its own value is no text, or what it makes with the mark are
// other objects than without. Of the others only a text is not known.
func Undecided(ctx context.Context, in *unit.Tree, dir string, o Options) []string {
	given, err := values(in, o)
	if err != nil {
		return nil // which the rendering tells
	}
	marked := marks(given, nil)
	if len(marked) == 0 {
		return nil
	}
	c, err := load(in, dir)
	if err != nil {
		return nil
	}
	var all, texts []string
	for _, path := range marked {
		called := strings.Join(path, ".")
		_, list := at(given, path).([]any) // of which how many it has is known
		_, text := at(c.root.Values, path).(string)
		if list || text || at(c.root.Values, path) == nil {
			texts = append(texts, called)
		} else {
			all = append(all, called)
		}
		take(given, path)
	}
	with, err := Render(ctx, in, dir, o)
	if err != nil {
		return all
	}
	without, err := Render(ctx, in, dir, Options{Release: o.Release, Namespace: o.Namespace, Inline: given})
	if err != nil || fmt.Sprint(kindsMade(with)) != fmt.Sprint(kindsMade(without)) {
		all = append(all, texts...)
	}
	return all
}

// kindsMade are the kinds of the objects that a chart was rendered to, of those that are looked at, sorted.
func kindsMade(r *Release) []string {
	var all []string
	for _, d := range r.Documents {
		if kind := topValue(strings.Split(string(d.Data), "\n"), "kind"); looked[kind] {
			all = append(all, kind)
		}
	}
	slices.Sort(all)
	return all
}

// marks are the paths of the values that hold the mark of what is not known; of a list all that it holds is one value.
func marks(values map[string]any, above []string) (all [][]string) {
	for key, v := range values {
		path := append(slices.Clone(above), key)
		if below, is := asMap(v); is {
			all = append(all, marks(below, path)...)
		} else if strings.Contains(fmt.Sprint(v), origin.NotKnown) {
			all = append(all, path)
		}
	}
	slices.SortFunc(all, slices.Compare)
	return all
}

// at is the value at a path; nil for none.
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
