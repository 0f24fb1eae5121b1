package helm

import (
	"strings"

	"github.com/onus-project/onus/internal/source/unit"
)

// Flipped are values of a chart, at paths as --set has them, that are an answer by default: each is the other one. What it
// makes with them is what it makes where somebody switches all of these.
func Flipped(in *unit.Tree, dir string, paths []string) map[string]any {
	c, err := load(in, dir)
	if err != nil {
		return nil // which the rendering tells
	}
	var all map[string]any
	for _, p := range paths {
		path := strings.Split(p, ".")
		is, answer := at(c.root.Values, path).(bool)
		if !answer {
			continue
		}
		var v any = !is
		for i := len(path) - 1; i >= 0; i-- {
			v = map[string]any{path[i]: v}
		}
		all = Merge(all, v.(map[string]any))
	}
	return all
}
