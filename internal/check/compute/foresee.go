package compute

import (
	"context"
	"slices"

	"github.com/onus-project/onus/internal/forecast"
)

// The obligations that are looked at by playing what contracts have in store.
var foreseen = []string{"survives-replacement", "expiry-cohort", "expiry-unbounded"}

// Foreseen reports whether an obligation is looked at by playing: it is then
// about what comes of everything, and others are about why.
func Foreseen(obligation string) bool { return slices.Contains(foreseen, obligation) }

// foresight is what contracts have in store for an estate, or why that is not
// known.
type foresight struct {
	*forecast.Outlook
	why string
}

// foresee plays what is in store, once.
func (a *auditor) foresee() *foresight {
	if a.ahead != nil {
		return a.ahead
	}
	a.ahead = &foresight{}
	var err error
	if a.ahead.Outlook, err = forecast.Look(context.TODO(), a.estate, a.places, aMonday, a.stands); err != nil {
		a.ahead.why = err.Error()
	}
	return a.ahead
}

// stands reports whether a workload is looked at: drains evict its pods, and
// it is meant to be there all the time.
func (a *auditor) stands(i int) bool {
	w := &a.estate.Workloads[i]
	return w.Evictable && !w.Transient && w.AtLeast() > 0 && a.serves(i)
}
