package forecast

import (
	"testing"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/simulate"
)

// A pool is broken where something holds a node for sure, held where an autoscaler needs what
// stays, and else nobody knows.
func TestVerdictOfWhatStays(t *testing.T) {
	stay := func(stuck, operated bool, cause simulate.Cause) simulate.Stay {
		return simulate.Stay{Pool: "p", Stuck: stuck, Unsure: operated, Cause: cause}
	}
	for name, test := range map[string]struct {
		stays []simulate.Stay
		want  finding.Verdict
	}{
		"a PDB":                      {[]simulate.Stay{stay(true, false, simulate.ByStrictPDB)}, finding.Broken},
		"what an operator may move":  {[]simulate.Stay{stay(true, true, simulate.ByStrictPDB)}, finding.Unknown},
		"and what waits for that":    {[]simulate.Stay{stay(true, true, ""), stay(true, false, simulate.ByOthers)}, finding.Unknown},
		"and a PDB beside it":        {[]simulate.Stay{stay(true, true, ""), stay(true, false, simulate.ByStrictPDB)}, finding.Broken},
		"what waits for others":      {[]simulate.Stay{stay(true, false, simulate.ByOthers)}, finding.Broken},
		"its turn":                   {[]simulate.Stay{stay(false, false, "")}, finding.Unknown},
		"what is needed":             {[]simulate.Stay{stay(false, false, simulate.ByNeed)}, finding.Held},
		"what is needed, and a turn": {[]simulate.Stay{stay(false, false, simulate.ByNeed), stay(false, false, "")}, finding.Unknown},
		"what is needed, and a PDB":  {[]simulate.Stay{stay(false, false, simulate.ByNeed), stay(true, false, "pdb")}, finding.Broken},
	} {
		if got := replaced([]simulate.Run{{Stays: test.stays}}, false)[0].Verdict; got != test.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}
