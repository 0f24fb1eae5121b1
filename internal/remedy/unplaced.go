package remedy

import (
	"encoding/json"
	"slices"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/source/unit"
)

// rendering is the namespace that charts are rendered for where nothing says which
// one they are installed in.
const rendering = "default"

// unplaced leaves the namespace out of new objects beside what a chart makes, where
// it is only what the chart was rendered for: who applies it knows.
func unplaced(u *estate.Unit, fix *finding.Fix) *finding.Fix {
	if fix == nil || u.Kind != string(unit.Chart) {
		return fix
	}
	placed := *fix
	placed.Changes = slices.Clone(fix.Changes)
	for i := range placed.Changes {
		c := &placed.Changes[i]
		var o map[string]any
		if c.Action != finding.Create || c.Object.Namespace != rendering || json.Unmarshal(c.Value, &o) != nil {
			continue
		}
		if metadata, ok := o["metadata"].(map[string]any); ok {
			delete(metadata, "namespace")
			c.Value = finding.DataOf(o)
		}
	}
	return &placed
}
