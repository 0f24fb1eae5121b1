package publish

import (
	"maps"
	"slices"
	"testing"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/responsibility"
)

// A ladder cites what its cells rest on, and so does the page of an offering's
// trigger what its own terms state: nothing of obligations, which are of all
// platforms.
func TestLaddersAndMovesCiteTheirOwnSources(t *testing.T) {
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, axis := range c.Axes {
		for _, o := range c.On(axis.ID) {
			own := map[string]bool{}
			for _, layer := range axis.Layers {
				for _, id := range cellSources(o.Line[axis.ID][layer.ID]) {
					own[id] = true
				}
			}
			got := slices.Sorted(maps.Keys(Ladder(c, &axis, []*responsibility.Offering{o}).Sources))
			if want := slices.Sorted(maps.Keys(own)); !slices.Equal(got, want) {
				t.Errorf("the ladder of %s cites %q, want %q", o.ID, got, want)
			}
			for i := range c.Triggers {
				if o.Contract == nil {
					continue
				}
				own := map[string]bool{}
				for _, m := range o.Facts.Triggers {
					for _, id := range moveSources(m) {
						own[id] = own[id] || m.Trigger == c.Triggers[i].ID
					}
				}
				for id := range Moves(c, o, &c.Triggers[i]).Sources {
					if !own[id] {
						t.Errorf("%s %s cites %s, which states none of it", o.ID, c.Triggers[i].ID, id)
					}
				}
			}
		}
	}
}

// Every source says what rests on it.
func TestEverySourceIsCitedBySomething(t *testing.T) {
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	for id, s := range c.Sources {
		if len(Source(c, s).CitedBy) == 0 {
			t.Errorf("nothing rests on %s", id)
		}
	}
}

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
