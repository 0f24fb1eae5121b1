package helm

import (
	"regexp"
	"slices"

	"github.com/onus-project/onus/internal/source/unit"
)

// fillsIn reports whether a chart that Helm refuses by its defaults only asks for values, of
// which no template was left out for want, and one of some files for tests gives them: whoever
// installs it gives such, and the rest is as its defaults say.
func (c *chartUnits) fillsIn(plain *Release, trials []string) bool {
	if plain.Refused == nil || plain.Refused.leftOut > 0 {
		return false
	}
	return slices.ContainsFunc(trials, func(file string) bool {
		r, err := Render(c.ctx, c.in, c.dir, Options{Values: []string{file}})
		return err == nil && r.Refused == nil
	})
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
