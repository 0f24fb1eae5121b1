package compute

import (
	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/forecast"
)

// ExpiryCohortID is the obligation that ExpiryCohort is for.
const ExpiryCohortID = "expiry-cohort"

// ExpiryCohort looks at expiry, which has timers in place of a pace.
var ExpiryCohort = check.Check{
	ID: ExpiryCohortID, Axis: Axis, Subjects: workloads, Outcome: true, ByContract: true,
	Needs: check.Needs{
		Held:   []check.Need{everythingPlayed, place, apartByVolume},
		Broken: []check.Need{everythingPlayed, place, ownVolumes, ownSize, unguarded},
	},
	Run: eachServing(false, expiryCohort),
}

// expiryCohort looks at expiry alone: it has timers in place of a pace. A single
// pod has no company to go with; what becomes of it is said of every move.
func expiryCohort(p *check.Pass, i int) {
	at := p.Places.Workloads[i]
	if at.Offering == nil || at.Offering.Contract == nil || p.Estate.Kubernetes.Workloads[i].AtLeast() < 2 {
		return
	}
	if m, ok := at.Offering.Contract.First(contract.Expiry); ok && m.Cadence.Kind == contract.ByTimer {
		outcomesOf(p).foretell(p, i, func(c *forecast.Case) bool { return c.Expires() })
	}
}
