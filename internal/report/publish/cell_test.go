package publish

import (
	"maps"
	"slices"
	"testing"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/responsibility"
)

// A cell's page cites what its own claims and duties rest on, all of it, and
// nothing of other platforms.
func TestACellCitesItsOwnSources(t *testing.T) {
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, axis := range c.Axes {
		for _, o := range c.On(axis.ID) {
			for _, layer := range axis.Layers {
				own := map[string]bool{}
				at := o.Line[axis.ID][layer.ID]
				for _, claim := range at.Statements {
					own[claim.From] = true
				}
				for _, duty := range at.Duties {
					for _, id := range duty.From {
						own[id] = true
					}
				}
				got := slices.Sorted(maps.Keys(Cell(c, o, &axis, &layer).Sources))
				if want := slices.Sorted(maps.Keys(own)); !slices.Equal(got, want) {
					t.Errorf("%s %s cites %q, want %q", o.ID, layer.ID, got, want)
				}
			}
		}
	}
}
