package bound

import (
	"testing"
	"time"

	"github.com/onus-project/onus/internal/disruption"
)

// Pods that a deadline takes leave as their budget allows before it passes, where
// the budget ever allows it; that counts only where deadlines are paced.
func TestAsks(t *testing.T) {
	forced := Disruption{Karpenter: true, Deadline: after(time.Hour, disruption.Force)}
	for name, x := range map[string]struct {
		budget       disruption.Budget
		how          Disruption
		always, late bool
	}{
		"no deadline":                         {maxUnavailable(1), Disruption{Karpenter: true}, true, true},
		"a deadline":                          {maxUnavailable(1), forced, false, true},
		"a deadline, and no eviction":         {maxUnavailable(0), forced, false, false},
		"no deadline, and no eviction either": {maxUnavailable(0), Disruption{Karpenter: true}, false, false},
	} {
		m := web(x.budget, x.how)
		m.Timings = nil // nothing is gone in time
		s := leastOf(m)
		if always, late := s.asks(0, false), s.asks(0, true); always != x.always || late != x.late {
			t.Errorf("%s: asks %t, and %t where deadlines are paced", name, always, late)
		}
		m.Workloads[0].Partly = true // of which nothing is known for sure
		if s := leastOf(m); s.asks(0, false) || s.asks(0, true) {
			t.Errorf("%s, of some of its pods: asks", name)
		}
	}
}

// Of pods that a budget selects only in part nothing is counted for sure.
func TestUnderOfPart(t *testing.T) {
	m := web(maxUnavailable(1), Disruption{Karpenter: true})
	m.Workloads = append(m.Workloads, Workload{Name: "default/other", Replicas: 2, Scaled: true, Budgets: []int32{0}, Partly: true,
		Pods: []Pods{{Ready: 2}}})
	s := pdbCounts{look(m).survey}
	r := s.budgets[0]
	if c := s.under(&r); !c.partly || len(c.groups) != 1 || len(c.scaled) != 1 || c.groups[0].Pods != 6 {
		t.Errorf("%+v", c)
	}
}
