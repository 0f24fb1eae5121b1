package disruption

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/intstr"
	"pgregory.net/rapid"
)

// The cases of TestEviction and TestEvictionIgnorePDB in
// pkg/registry/core/pod/storage/eviction_test.go of Kubernetes 1.36, but for
// those about conflicts between writers and names in URLs.
func TestDecide(t *testing.T) {
	const (
		ifHealthy = iota
		always
		either
	)
	status := func(allowed, healthy, desired int) []BudgetState {
		return []BudgetState{{BudgetStatus: BudgetStatus{Allowed: allowed, Healthy: healthy, Desired: desired, Observed: true}}}
	}
	running := PodState{Phase: "Running"}
	ready := PodState{Phase: "Running", Ready: true}
	tests := []struct {
		name    string
		pod     PodState
		budgets []BudgetState
		policy  int
		want    Decision
	}{
		// TestEvictionIgnorePDB
		{"matching pdbs with no disruptions allowed, pod running", running, status(0, 0, 0), ifHealthy, TooManyRequests},
		{"matching pdbs with no disruptions allowed, pod pending", PodState{Phase: "Pending"}, status(0, 0, 0), either, GrantedIgnoringBudget},
		{"matching pdbs with no disruptions allowed, pod succeeded", PodState{Phase: "Succeeded"}, status(0, 0, 0), either,
			GrantedIgnoringBudget},
		{"matching pdbs with no disruptions allowed, pod failed", PodState{Phase: "Failed"}, status(0, 0, 0), either, GrantedIgnoringBudget},
		{"matching pdbs with disruptions allowed", PodState{Phase: "Pending"}, status(1, 0, 0), either, GrantedIgnoringBudget},
		{"non-matching pdbs", ready, nil, either, Granted},
		// TestEviction
		{"pod terminating", PodState{Phase: "Running", Terminating: true}, status(0, 0, 0), either, GrantedIgnoringBudget},
		{"no disruptions allowed, pod running, pod healthy, unhealthy pod not ours", ready, status(0, 2, 2), either, TooManyRequests},
		{"disruptions allowed, pod running, pod healthy, deletes pod by honoring the PDB", ready, status(1, 3, 3), either, Granted},
		{"no disruptions allowed, pod running, pod unhealthy, unhealthy pod ours", running, status(0, 2, 2), either, GrantedIgnoringBudget},
		{"no disruptions allowed, pod unhealthy, skips the PDB check and deletes", running, status(0, 0, 0), always, GrantedIgnoringBudget},
		{"no disruptions allowed, pod running, pod healthy, honoring the PDB", ready, status(0, 3, 3), either, TooManyRequests},
		{"the error includes the reason: more healthy than wanted, and nothing allowed", ready, status(0, 4, 3), either, TooManyRequests},
		// Not upstream's.
		{"pod unhealthy, the one that is wanted is healthy", running, status(0, 1, 1), ifHealthy, GrantedIgnoringBudget},
		{"pod unhealthy, one healthy too few", running, status(0, 1, 2), ifHealthy, TooManyRequests},
		{"pod unhealthy, one healthy too few, always", running, status(0, 1, 2), always, GrantedIgnoringBudget},
		{"pod unhealthy, none wanted, disruptions allowed", running, status(1, 1, 0), ifHealthy, Granted},
		{"phase unknown is guarded", PodState{Phase: "Unknown", Ready: true}, status(0, 2, 2), either, TooManyRequests},
		{"two budgets, both would allow", ready, append(status(5, 5, 0), status(5, 5, 0)...), either, Refused},
		{"two budgets, pod unhealthy", running, append(status(5, 5, 0), status(5, 5, 0)...), either, Refused},
		{"two budgets, pod pending", PodState{Phase: "Pending"}, append(status(0, 0, 0), status(0, 0, 0)...), either, GrantedIgnoringBudget},
		{"budget not observed", ready, []BudgetState{{BudgetStatus: BudgetStatus{Allowed: 3}}}, either, TooManyRequests},
		{"budget not observed, pod unhealthy, as many healthy as were wanted", running,
			[]BudgetState{{BudgetStatus: BudgetStatus{Healthy: 2, Desired: 2}}}, either, GrantedIgnoringBudget},
		{"negative", ready, status(-1, 0, 0), either, Forbidden},
	}
	for _, test := range tests {
		for _, policy := range []int{ifHealthy, always} {
			if test.policy != either && test.policy != policy {
				continue
			}
			t.Run(fmt.Sprintf("%s, policy %d", test.name, policy), func(t *testing.T) {
				for i := range test.budgets {
					test.budgets[i].AlwaysAllow = policy == always
				}
				if got := Decide(test.pod, test.budgets); got != test.want {
					t.Errorf("%s, want %s", got, test.want)
				}
			})
		}
	}
}

func TestDecideTooManyDisrupted(t *testing.T) {
	b := BudgetState{BudgetStatus: BudgetStatus{Observed: true, Allowed: 5000}}
	for i := range 2001 {
		b.Take(fmt.Sprint(i), utc("2026-11-22 00:00"))
	}
	if got := Decide(PodState{Phase: "Running", Ready: true}, []BudgetState{b}); got != Forbidden {
		t.Error(got)
	}
	delete(b.Disrupted, "0")
	if got := Decide(PodState{Phase: "Running", Ready: true}, []BudgetState{b}); got != Granted {
		t.Errorf("with 2000 %s", got)
	}
}

// What the API server answers, and what goes by it.
func TestDecisions(t *testing.T) {
	for d, want := range map[Decision]struct {
		code  int
		evict bool
		says  string
	}{
		Granted:               {201, true, "granted"},
		GrantedIgnoringBudget: {201, true, "ignoring"},
		TooManyRequests:       {429, false, "429"},
		Forbidden:             {403, false, "403"},
		Refused:               {500, false, "500"},
	} {
		if d.Code() != want.code || d.Evicts() != want.evict || !strings.Contains(d.String(), want.says) {
			t.Errorf("%s: %d, evicts %t; want %+v", d, d.Code(), d.Evicts(), want)
		}
	}
}

// The controller counts again when the first of the evicted pods that did not
// go is given up, whichever comes first in the list.
func TestRecheck(t *testing.T) {
	now := utc("2026-11-22 12:00")
	for _, order := range [][]string{{"a", "b", "c"}, {"b", "a", "c"}, {"c", "b", "a"}} {
		before := BudgetStatus{Disrupted: map[string]time.Time{"a": now.Add(-time.Minute), "b": now.Add(-90 * time.Second), "c": now}}
		s, err := Status(Budget{MinAvailable: value("1")}, []Group{{Pods: 3, Scale: 3, Scaled: true}}, ready(order...), before, now)
		if err != nil || !s.Recheck.Equal(now.Add(30*time.Second)) {
			t.Errorf("%v: at %v, %v", order, s.Recheck, err)
		}
	}
	if s, _ := Status(Budget{MinAvailable: value("1")}, []Group{{Pods: 1, Scale: 1, Scaled: true}}, ready("a"), BudgetStatus{},
		now); !s.Recheck.IsZero() {
		t.Errorf("nothing was evicted, and it counts again at %v", s.Recheck)
	}
}

func ready(names ...string) (pods []PodState) {
	for _, n := range names {
		pods = append(pods, PodState{Name: n, Phase: "Running", Ready: true})
	}
	return pods
}

// The cases of the tests named, in
// pkg/controller/disruption/disruption_test.go of Kubernetes 1.36.
func TestStatus(t *testing.T) {
	now := utc("2026-11-22 12:00")
	scaled := func(n, scale int) []Group { return []Group{{Pods: n, Scale: scale, Scaled: true}} }
	tests := []struct {
		name                                string
		min, max                            string
		groups                              []Group
		pods                                []PodState
		disrupted                           map[string]time.Duration // evicted how long ago
		allowed, healthy, desired, expected int
		left                                int // of disrupted
	}{
		{"TestNoSelector, no pods", "3", "", nil, nil, nil, 0, 0, 3, 0, 0},
		{"TestNoSelector, one pod", "3", "", []Group{{Pods: 1, Bare: true}}, ready("a"), nil, 0, 1, 3, 1, 0},
		{"TestUnavailable, four pods", "3", "", []Group{{Pods: 4, Bare: true}}, ready("a", "b", "c", "d"), nil, 1, 4, 3, 4, 0},
		{"TestUnavailable, one not ready", "3", "", []Group{{Pods: 4, Bare: true}},
			append(ready("a", "b", "c"), PodState{Name: "d", Phase: "Running"}), nil, 0, 3, 3, 4, 0},
		{"TestIntegerMaxUnavailable", "", "1", []Group{{Pods: 1, Bare: true}}, ready("naked"), nil, 0, 1, 0, 0, 0},
		{"TestIntegerMaxUnavailableWithScaling", "", "2", scaled(1, 7), ready("a"), nil, 0, 1, 5, 7, 0},
		{"TestIntegerMaxUnavailableWithScaling, scaled down", "", "2", scaled(1, 5), ready("a"), nil, 0, 1, 3, 5, 0},
		{"TestPercentageMaxUnavailableWithScaling", "", "30%", scaled(1, 7), ready("a"), nil, 0, 1, 4, 7, 0},
		{"TestPercentageMaxUnavailableWithScaling, scaled down", "", "30%", scaled(1, 3), ready("a"), nil, 0, 1, 2, 3, 0},
		{"TestNakedPod", "28%", "", []Group{{Pods: 1, Bare: true}}, ready("naked"), nil, 0, 1, 0, 0, 0},
		{"TestUpdateDisruptedPods", "1", "", []Group{{Pods: 3, Bare: true}},
			append(ready("p2", "p3"), PodState{Name: "p1", Phase: "Running", Ready: true, Terminating: true}), map[string]time.Duration{
				"p1":       0,
				"p2":       3 * time.Minute,
				"p3":       time.Minute,
				"notthere": 0,
			}, 0, 1, 1, 3, 1},
		// Not upstream's.
		{"at the very end it counts again, and is still listed", "1", "", scaled(2, 2), ready("p1", "p2"),
			map[string]time.Duration{"p1": 2 * time.Minute}, 1, 2, 1, 2, 1},
		{"terminating: off the list, and not healthy", "1", "", scaled(2, 2),
			append(ready("p2"), PodState{Name: "p1", Phase: "Running", Ready: true, Terminating: true}), map[string]time.Duration{"p1": time.Minute},
			0, 1, 1, 2, 0},
		{"finished pods are expected but not healthy", "1", "", scaled(2, 2), append(ready("a"), PodState{Name: "b", Phase: "Succeeded"}), nil,
			0, 1, 1, 2, 0},
		{"more pods than the scale, in a rollout", "", "1", scaled(5, 4), ready("a", "b", "c", "d", "e"), nil, 2, 5, 3, 4, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before := BudgetStatus{Disrupted: map[string]time.Time{}}
			for name, ago := range test.disrupted {
				before.Disrupted[name] = now.Add(-ago)
			}
			s, err := Status(Budget{value(test.min), value(test.max)}, test.groups, test.pods, before, now)
			if err != nil {
				t.Fatal(err)
			}
			if s.Allowed != test.allowed || s.Healthy != test.healthy || s.Desired != test.desired || s.Expected != test.expected ||
				len(s.Disrupted) != test.left || !s.Observed {
				t.Errorf("got %+v, want %d allowed, %d healthy, %d desired, %d expected, %d disrupted", s, test.allowed, test.healthy, test.desired,
					test.expected, test.left)
			}
		})
	}
}

func TestStatusThatCannotBeCounted(t *testing.T) {
	before := BudgetStatus{Healthy: 3, Desired: 1, Expected: 3, Allowed: 2, Observed: true}
	percent := intstr.FromString("50%")
	s, err := Status(Budget{MinAvailable: &percent}, []Group{{Pods: 3}}, ready("a", "b", "c"), before, utc("2026-11-22 12:00"))
	if err == nil || !s.SyncFailed || s.Allowed != 0 || s.Healthy != 3 || !s.Observed {
		t.Errorf("got %+v, %v", s, err)
	}
}

// However evictions and counts alternate, granted evictions never leave fewer
// healthy pods than the budget wants.
func TestEvictionsKeepThePromise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "pods")
		minimum := intstr.FromInt32(int32(rapid.IntRange(0, n).Draw(t, "minAvailable")))
		budget := Budget{MinAvailable: &minimum}
		pods, now := make([]PodState, n), utc("2026-11-22 12:00")
		for i := range pods {
			pods[i] = PodState{Name: fmt.Sprint(i), Phase: "Running", Ready: true}
		}
		var s BudgetStatus
		count := func() {
			var err error
			before := s
			before.Disrupted = maps.Clone(s.Disrupted)
			if s, err = Status(budget, []Group{{Pods: n, Scale: n, Scaled: true}}, pods, before, now); err != nil {
				t.Fatal(err)
			}
		}
		count()
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			i := rapid.IntRange(0, n-1).Draw(t, "pod")
			if rapid.Bool().Draw(t, "count") {
				now = now.Add(time.Second)
				count()
				continue
			}
			switch Decide(pods[i], []BudgetState{{BudgetStatus: s}}) {
			case Granted:
				s.Take(pods[i].Name, now)
				pods[i].Terminating = true
			case GrantedIgnoringBudget:
				if !pods[i].Terminating {
					t.Fatalf("pod %d went without being counted", i)
				}
			}
			left := 0
			for _, p := range pods {
				if p.Ready && !p.Terminating {
					left++
				}
			}
			if left < int(minimum.IntVal) {
				t.Fatalf("%d left of %d", left, minimum.IntVal)
			}
		}
	})
}
