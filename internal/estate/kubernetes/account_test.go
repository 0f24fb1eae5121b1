package kubernetes

import (
	"reflect"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/origin"
)

// What there is to check, and what to simulate: a green report of anything else
// would be one of nothing.
func TestAccount(t *testing.T) {
	workloads := func(kinds ...string) (all []Workload) {
		for _, k := range kinds {
			all = append(all, Workload{Ref: Ref{Kind: k}})
		}
		return all
	}
	for _, c := range []struct {
		name               string
		of                 Estate
		checked, simulated bool
	}{
		{"nothing", Estate{}, false, false},
		{"one workload", Estate{Workloads: workloads("Deployment")}, true, true},
		{"as many workloads as budgets", Estate{Workloads: workloads("Deployment"), Budgets: make([]Budget, 1)}, true, true},
		{"static pods", Estate{Workloads: workloads(Static)}, true, false},
		{"static pods and a workload", Estate{Workloads: workloads(Static, "Job")}, true, true},
		{"one budget", Estate{Budgets: make([]Budget, 1)}, true, false},
		{"a pool of Karpenter", Estate{Pools: []Pool{{API: "cluster.x-k8s.io/MachineDeployment"}, {API: KarpenterPool}}}, true, false},
		{"a pool of something else", Estate{Pools: []Pool{{API: "hypershift.openshift.io/NodePool"}}}, false, false},
		{"services and claims", Estate{Services: make([]Service, 1), NodeClaims: make([]NodeClaim, 1)}, false, false},
	} {
		if a := c.of.Account(); a.Checked != c.checked || a.Simulated != c.simulated {
			t.Errorf("%s: checked %t, simulated %t", c.name, a.Checked, a.Simulated)
		}
	}
}

// Every count of one part of the input is in the sum.
func TestSeenAddsEveryCount(t *testing.T) {
	var sum, part Seen
	v := reflect.ValueOf(&part).Elem()
	for i := range v.NumField() {
		v.Field(i).SetInt(int64(i + 1))
	}
	sum.Add(part)
	sum.Add(part)
	for i := range v.NumField() {
		if got := reflect.ValueOf(sum).Field(i).Int(); got != int64(2*(i+1)) {
			t.Errorf("%s: %d", v.Type().Field(i).Name, got)
		}
	}
}

// Two parts of an input are live if one of them is, and as new as the newer one.
func TestAppendOfLiveAndNewest(t *testing.T) {
	then, now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name         string
		first, other Raw
		live         bool
		newest       time.Time
	}{
		{"neither live", Raw{}, Raw{}, false, time.Time{}},
		{"the first is", Raw{Live: true, Newest: now}, Raw{Newest: then}, true, now},
		{"the other is", Raw{Newest: then}, Raw{Live: true, Newest: now}, true, now},
	} {
		c.first.Append(&c.other)
		if c.first.Live != c.live || !c.first.Newest.Equal(c.newest) {
			t.Errorf("%s: live %t, newest %s", c.name, c.first.Live, c.first.Newest)
		}
	}
}

// A file that could not be read may hold anything that is not known to be
// something else; what an operator makes is of its kind alone.
func TestHidden(t *testing.T) {
	hides := func(kind string) origin.Unread { return origin.Unread{Of: "what makes " + kind, Kind: kind} }
	e := &Estate{Hidden: []origin.Unread{hides(""), hides("PodDisruptionBudget"), hides("Deployment"), hides("Pod"), hides("Service"),
		hides("Database")}}
	kinds := func(all []origin.Unread) []string {
		names := []string{}
		for _, u := range all {
			names = append(names, u.Kind)
		}
		return names
	}
	for _, c := range []struct {
		name string
		got  []origin.Unread
		want []string
	}{
		{"budgets", e.Hides(BudgetKinds), []string{"", "PodDisruptionBudget"}},
		{"budgets and services", e.Hides(BudgetKinds, ServiceKinds), []string{"", "PodDisruptionBudget", "Service"}},
		{"nodes", e.Hides(NodeKinds), []string{""}},
		{"no kind", e.Hides(), []string{}},
		{"pods", e.HidesPods(), []string{"", "Deployment", "Pod", "Database"}},
	} {
		if got := kinds(c.got); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
