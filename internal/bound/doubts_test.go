package bound

import (
	"slices"
	"strings"
	"testing"
)

// Where pods may go, or stay away, in ways that no order of events which is made up counts on,
// no bound is said to be reached: of other workloads' pods, too.
func TestBoundsThatNobodyReaches(t *testing.T) {
	for name, x := range map[string]struct {
		change func(*Workload)
		exact  bool
	}{
		"nothing of it":               {func(*Workload) {}, true},
		"more of them than wanted":    {func(w *Workload) { w.Shrinks = true }, false},
		"a lost disk":                 {func(w *Workload) { w.Lost = true }, false},
		"a rule of drains about them": {func(w *Workload) { w.Treatments = []Treatment{{By: "rule", Skipped: true}} }, false},
		"a rule about another pool":   {func(w *Workload) { w.Treatments = []Treatment{{By: "rule", Pool: 1, Skipped: true}} }, true},
		"those who push others out":   {func(w *Workload) { w.PreemptedBy = []int32{0} }, false},
	} {
		m := web(maxUnavailable(1), Disruption{Title: "upgrade"})
		m.Pools = append(m.Pools, Pool{Name: "other", Nodes: 1, AtOnce: 1})
		other := Workload{Name: "default/api", Replicas: 1, Scaled: true, Pods: []Pods{{Node: 0, Ready: 1}}}
		x.change(&other)
		m.Workloads = append(m.Workloads, other)
		if b := Bounds(m)[0]; b.Exact != x.exact || b.Least != 5 {
			t.Errorf("%s: at least %d, exact %t: %q", name, b.Least, b.Exact, b.Because)
		}
	}
}

// A rule by which drains leave pods alone, or may, is told; one that says only in which order
// they go is not.
func TestDrainsThatMayLeavePods(t *testing.T) {
	for name, x := range map[string]struct {
		rule Treatment
		told bool
	}{
		"leave them":             {Treatment{By: "rule r", Skipped: true}, true},
		"may leave them":         {Treatment{By: "rule r", Unsure: true}, true},
		"evict them in an order": {Treatment{By: "rule r", Order: 3}, false},
		"leave others":           {Treatment{By: "rule r", Pool: 1, Skipped: true}, false},
	} {
		m := web(maxUnavailable(1), Disruption{Title: "upgrade"})
		m.Pools = append(m.Pools, Pool{Name: "other", Nodes: 1, AtOnce: 1})
		m.Workloads[0].Treatments = []Treatment{x.rule}
		b := Bounds(m)[0]
		told := slices.ContainsFunc(b.Because, func(s string) bool { return strings.HasPrefix(s, "rule r may have drains leave its pods") })
		if told != x.told || told != (b.Least == 0) {
			t.Errorf("drains that %s: at least %d: %q", name, b.Least, b.Because)
		}
	}
}
