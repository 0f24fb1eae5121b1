package kubernetes

import (
	"reflect"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
)

func TestTermsOfPools(t *testing.T) {
	for _, c := range []struct {
		in                 Pool
		grace, consolidate time.Duration
		consolidates       bool
	}{
		{Pool{}, 0, 0, true},
		{Pool{Grace: "1h30m", ConsolidateAfter: "30s"}, 90 * time.Minute, 30 * time.Second, true},
		{Pool{Grace: "soon", ConsolidateAfter: "Never"}, 0, 0, false},
	} {
		d, does := c.in.ConsolidatesAfter()
		if got := c.in.GracePeriod(); got != c.grace || d != c.consolidate || does != c.consolidates {
			t.Errorf("%+v: grace %s, consolidates %t after %s", c.in, got, does, d)
		}
	}
	if (&Pool{ExpireAfter: "Never"}).Expires() != contract.NeverExpires || (&Pool{ExpireAfter: "24h"}).Expires() != contract.ExpiresAfter(24*time.Hour) || (&Pool{}).Expires() != (contract.ExpireAfter{}) {
		t.Error("expireAfter of a pool")
	}
	var none *NodeClaim
	if (&NodeClaim{}).Expires() != (contract.ExpireAfter{}) || (&NodeClaim{ExpireAfter: 1}).Expires() != contract.ExpiresAfter(1) {
		t.Error("a claim of which the age is not known, or the shortest that there is")
	}
	if none.Expires() != (contract.ExpireAfter{}) || (&NodeClaim{ExpireAfter: Never}).Expires() != contract.NeverExpires || (&NodeClaim{ExpireAfter: time.Hour}).Expires() != contract.ExpiresAfter(time.Hour) {
		t.Error("expireAfter of a claim")
	}
}

// A pool that says nothing has the default; one that says none has none.
func TestNodeBudgetsOfPools(t *testing.T) {
	for _, c := range []struct {
		in   []NodeBudget
		want []disruption.NodeBudget
	}{
		{nil, disruption.DefaultNodeBudgets},
		{[]NodeBudget{}, []disruption.NodeBudget{}},
		{[]NodeBudget{{Nodes: "1", Schedule: "0 2 * * 6", Duration: "1h30m", Reasons: []string{"Drifted"}}, {Nodes: "50%"}},
			[]disruption.NodeBudget{{Nodes: "1", Schedule: "0 2 * * 6", Duration: 90 * time.Minute, Reasons: []string{"Drifted"}}, {Nodes: "50%"}}},
	} {
		if got := (&Pool{Budgets: c.in}).NodeBudgets(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%+v: %+v, want %+v", c.in, got, c.want)
		}
	}
	if disruption.ParseNodeBudgets((&Pool{Budgets: []NodeBudget{{Nodes: "0", Schedule: "0 24 * * *", Duration: "8h"}}}).NodeBudgets()).Err() == nil {
		t.Error("a schedule that cron cannot parse is no fault")
	}
}

// The fewest and the most pods of a workload, as its kind and its scaler have it.
func TestFewestAndMostPods(t *testing.T) {
	hpa, keda := &Scaler{Ref: Ref{Kind: "HorizontalPodAutoscaler"}, Min: 2, Max: 5}, &Scaler{Ref: Ref{Kind: "ScaledObject"}, Min: 1, Max: 4, ToZero: true}
	of := func(kind string, replicas int, set bool, s *Scaler, pods ...int) *Workload {
		return &Workload{Ref: Ref{Kind: kind}, Replicas: replicas, ReplicasSet: set, Scaler: s, Pods: pods}
	}
	for _, c := range []struct {
		name        string
		w           *Workload
		least, most int
		off, idles  bool
	}{
		{"as written", of("Deployment", 3, true, nil), 3, 3, false, false},
		{"not written", of("Deployment", 1, false, nil), 1, 1, false, false},
		{"an autoscaler", of("Deployment", 3, true, hpa), 2, 5, false, false},
		{"switched off", of("Deployment", 0, true, nil), 0, 0, true, false},
		{"switched off in spite of an autoscaler", of("Deployment", 0, true, hpa), 0, 0, true, false},
		{"none written", of("Deployment", 0, false, nil), 0, 0, false, false},
		{"KEDA starts it from none", of("Deployment", 0, true, keda), 1, 4, false, true},
		{"a DaemonSet as it was seen", of("DaemonSet", 1, false, nil, 0, 1, 2), 3, 3, false, false},
		{"a DaemonSet that was not", of("DaemonSet", 1, false, nil), 1, 1, false, false},
	} {
		if c.w.AtLeast() != c.least || c.w.AtMost() != c.most || c.w.Off() != c.off || c.w.ScalesToZero() != c.idles {
			t.Errorf("%s: %d to %d, off %t, to none %t", c.name, c.w.AtLeast(), c.w.AtMost(), c.w.Off(), c.w.ScalesToZero())
		}
	}
}
