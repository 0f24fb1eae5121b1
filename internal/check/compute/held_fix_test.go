package compute

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/simulate"
)

// Each kind of thing that may hold a node has a fix of its own, and none is told where
// it does not help.
func TestFixesOfWhatHolds(t *testing.T) {
	seen := map[string]simulate.Cause{}
	for _, c := range []simulate.Cause{simulate.ByStrictPDB, simulate.BySeveralPDBs, simulate.ByUnplaced, simulate.ByUncreated,
		simulate.ByUnready, simulate.ByUsedUp, simulate.ByUncounted, simulate.ByAnnotation, simulate.ByWebhook, simulate.ByRule,
		simulate.ByGrace, simulate.ByVolume,
		simulate.ByTiedVolume, simulate.ByPlace, simulate.ByLimit, simulate.ByPause, simulate.ByDownNodes} {
		fix := FixOf(&simulate.Stay{Cause: c}, "in general")
		if other, known := seen[fix]; known || fix == "in general" {
			t.Errorf("%s is ended as %q is: %s", c, other, fix)
		}
		seen[fix] = c
	}
	if fix := FixOf(&simulate.Stay{}, "in general"); fix != "in general" {
		t.Errorf("of no cause: %s", fix)
	}
}

// A pod that filters keep off all nodes gets a place by what gives way, and not by room.
func TestFixesOfPodsWithoutAPlace(t *testing.T) {
	for _, x := range []struct {
		filters []simulate.Filter
		want    string // empty for the general one
	}{
		{nil, ""},
		{[]simulate.Filter{simulate.OffCapacity}, ""},
		{[]simulate.Filter{simulate.OffAside, simulate.OffUnready}, ""},
		{[]simulate.Filter{simulate.OffSpread}, "Give the pod a place: let its topology spread give way"},
		{[]simulate.Filter{simulate.OffVolume, simulate.OffSpread}, "Give the pod a place: move its data to where another node is or let its"},
		{[]simulate.Filter{simulate.OffAnti, simulate.OffCapacity}, "or give up its host port or free capacity for it."},
	} {
		for _, by := range []simulate.Cause{simulate.ByPlace, simulate.ByUnplaced} {
			fix := FixOf(&simulate.Stay{Cause: by, Filters: x.filters}, "")
			if general := FixOf(&simulate.Stay{Cause: by}, ""); (fix == general) != (x.want == "") || !strings.Contains(fix, x.want) {
				t.Errorf("%v: %s", x.filters, fix)
			}
		}
	}
}
