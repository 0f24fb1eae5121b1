package simulate

import (
	"fmt"
	"slices"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/responsibility"
)

// checkTerms reports what is set of pools none of which has it, so that it would do
// nothing.
func (w scenarioCheck) checkTerms(s *Scenario) error {
	for i := range s.Terms {
		t := &s.Terms[i]
		offerings := contractTerms{w.World}.offeringsOf(t.Pool)
		for _, x := range []struct {
			name  string
			set   bool
			takes func(*contract.Contract) bool
			why   string
		}{
			{"maxSurge", t.Surge != nil, (*contract.Contract).Rolls, "node budgets say how many nodes go at once"},
			{"maxUnavailable", t.Unavailable != nil, (*contract.Contract).Rolls, "node budgets say how many nodes go at once"},
			{"soak", t.Soak != nil, (*contract.Contract).Rolls, "node budgets say when the next node goes"},
			{"drainTimeout", t.Drain != nil, (*contract.Contract).SetsDrain, "the provider fixes how long a drain waits"},
		} {
			takes := func(o *responsibility.Offering) bool { return o.Contract == nil || x.takes(o.Contract) }
			if x.set && len(offerings) > 0 && !slices.ContainsFunc(offerings, takes) {
				return fmt.Errorf("terms[%d]: %s cannot be set of %s: %s", i, x.name, poolWords(t.Pool), x.why)
			}
		}
	}
	return nil
}

func poolWords(name string) string {
	if name == "" {
		return "any pool here"
	}
	return fmt.Sprintf("pool %q", name)
}
