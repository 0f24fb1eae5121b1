package helm

import (
	"encoding/json"
	"strings"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/unit"
)

// Varied are values of a chart, at paths as --set has them, that are other than by default: each alone, an answer the
// other one, a number one more, and what is neither not known; and all answers the other ones at once.
func Varied(in *unit.Tree, dir string, paths []string) []map[string]any {
	c, err := load(in, dir)
	if err != nil {
		return nil // which the rendering tells
	}
	var each []map[string]any
	var all map[string]any
	answers := 0
	for _, p := range paths {
		path := strings.Split(p, ".")
		var v any = origin.NotKnown
		_, answer := at(c.root.Values, path).(bool)
		switch n := at(c.root.Values, path).(type) {
		case bool:
			v = !n
		case float64:
			v = n + 1
		case int64:
			v = n + 1
		case int:
			v = n + 1
		case json.Number:
			v = n + "1"
		case map[string]any, []any:
			continue
		}
		for i := len(path) - 1; i >= 0; i-- {
			v = map[string]any{path[i]: v}
		}
		each = append(each, v.(map[string]any))
		if answer {
			all, answers = Merge(all, v.(map[string]any)), answers+1
		}
	}
	if answers > 1 {
		each = append(each, all)
	}
	return each
}
