package compute

import (
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
