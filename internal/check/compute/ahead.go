package compute

import (
	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/forecast"
)

// ahead is what the contracts have for the estate, or why that is not known.
type ahead struct {
	*forecast.Outlook
	why    string
	traced int // findings that tell step by step what led to them
}

// aheadOf is that of the estate that a pass is over.
func aheadOf(p *check.Pass) *ahead {
	return check.Shared(p, func(p *check.Pass) *ahead {
		a, x := of(p), &ahead{}
		var err error
		x.Outlook, err = forecast.Look(p, a.estate, a.places, scheduleEpoch, func(i int) bool { return a.drained(i) && a.serves(i) })
		if err != nil {
			x.why = err.Error()
		}
		return x
	})
}
