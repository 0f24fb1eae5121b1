package compute

import (
	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/forecast"
)

// SurvivesReplacementID is the obligation that SurvivesReplacement is for.
const SurvivesReplacementID = "survives-replacement"

// SurvivesReplacement looks at whether a workload stays at its floor under every
// disruption but expiry.
var SurvivesReplacement = check.Check{
	ID: SurvivesReplacementID, Axis: Axis, Subjects: workloads, Outcome: true, ByContract: true,
	Needs: check.Needs{
		Held:   []check.Need{everythingPlayed, place, apartByVolume},
		Broken: []check.Need{everythingPlayed, place, ownVolumes, ownSize, unguarded},
	},
	Run: eachServing(true, func(p *check.Pass, i int) {
		if len(stakesOf(p).siblings(i)) > 0 {
			return // the service is that of all of them, of which one is away
		}
		outcomesOf(p).foretell(p, i, func(c *forecast.Case) bool { return !c.Expires() })
	}),
}
