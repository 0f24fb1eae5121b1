package helm

import (
	"regexp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/source/unit"
)

// filledIn is a chart that Helm refuses by its defaults because it asks for values, with those
// values of a file for tests: whoever installs it gives such, and the rest is as its defaults say.
// Where it does not tell which values these are, it is what could be rendered without, if a file
// makes the same objects. It is nil where none of some files gives them.
func (c *chartUnits) filledIn(plain *Release, trials []string) (*Release, Options) {
	for _, file := range trials {
		values, o := valuesIn(c.in, file), Options{}
		for _, path := range plain.asked {
			o.Inline = Merge(o.Inline, only(values, strings.Split(path, ".")))
		}
		r, err := Render(c.ctx, c.in, c.dir, o)
		if err == nil && r.Refused == nil {
			return r, o
		}
		if plain.Refused.leftOut > 0 {
			continue
		}
		r, err = Render(c.ctx, c.in, c.dir, Options{Values: []string{file}})
		if err == nil && r.Refused == nil && r.objects() == plain.objects() {
			plain.Refused = nil
			return plain, Options{}
		}
	}
	return nil, Options{}
}

// only is the value at a path, and nothing else.
func only(values map[string]any, path []string) map[string]any {
	v, there := values[path[0]]
	switch below, is := asMap(v); {
	case !there:
		return map[string]any{}
	case len(path) == 1:
		return map[string]any{path[0]: v}
	case is:
		return map[string]any{path[0]: only(below, path[1:])}
	}
	return map[string]any{}
}

// ofSize are keys of values by which a file says more than what a chart asks for: how many pods
// there are, how they are replaced, and who reaches them.
var ofSize = regexp.MustCompile(`(?i)replica|scal|^hpa$|strateg|pdb|disruption|affinity|ingress|^service$|route|gateway|balancer`)

// sizes reports whether a file of values has such a key at any depth.
func sizes(in *unit.Tree, file string) bool {
	var has func(v any) bool
	has = func(v any) bool {
		switch v := v.(type) {
		case map[string]any:
			for key, below := range v {
				if ofSize.MatchString(key) || has(below) {
					return true
				}
			}
		case []any:
			return slices.ContainsFunc(v, has)
		}
		return false
	}
	return has(map[string]any(valuesIn(in, file)))
}
