package kubernetes

import (
	"testing"

	"github.com/onus-project/onus/internal/origin"
)

func TestUnreadInWords(t *testing.T) {
	for _, c := range []struct {
		unread origin.Unread
		want   string
	}{
		{origin.Unread{Resource: "poddisruptionbudgets.policy", Kind: "PodDisruptionBudget", Cause: origin.Forbidden,
			Reason: `forbidden: User "onus" cannot list it`},
			`PodDisruptionBudgets could not be read: forbidden: User "onus" cannot list it; allow list on poddisruptionbudgets.policy`},
		{origin.Unread{Resource: "nodes", Kind: "Node", Reason: "the list was closed half-way"},
			"Nodes could not be read: the list was closed half-way"},
		{origin.Unread{Resource: "redis.example.com", Kind: "Redis", Reason: ""}, "Redises could not be read"},
		{origin.Unread{Resource: "pods", Kind: "", Reason: ""}, "pods could not be read"},
	} {
		if got := c.unread.Words(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
	if got := origin.Plurals([]origin.Unread{
		{Kind: "Pod"},
		{Kind: "Node"},
		{Kind: "Node"},
		{Kind: "Service"},
	}); got != "Pods, Nodes and Services" {
		t.Error(got)
	}
}

// A name that two groups have is told apart by its resource, and what is not
// known may keep pods.
func TestLacks(t *testing.T) {
	e := &Estate{Unread: []origin.Unread{
		{Resource: "nodepools.hypershift.openshift.io", Kind: "NodePool"},
		{Resource: "clusters.postgresql.cnpg.io", Kind: "Cluster"},
		{Resource: "pods", Kind: "Pod"},
	}}
	for name, c := range map[string]struct {
		got  []origin.Unread
		want int
	}{
		"pools": {e.Lacks(PoolKinds), 1}, "Karpenter's": {e.Lacks(KarpenterPools), 0}, "nodes": {e.Lacks(NodeKinds), 0},
		"pods and pools": {e.Lacks(PodKinds, PoolKinds), 2}, "controllers": {e.LacksControllers(), 1},
	} {
		if len(c.got) != c.want {
			t.Errorf("%s: %v", name, c.got)
		}
	}
}

// What could not be read for one cause is told together.
func TestByCause(t *testing.T) {
	all := []origin.Unread{
		{Kind: "Node", Cause: origin.Forbidden, Reason: `forbidden: User "a" cannot list it`},
		{Kind: "Pod", Cause: origin.TimedOut, Reason: "timed out: no answer in time"},
		{Kind: "Service", Cause: origin.Forbidden, Reason: `forbidden: User "a" cannot list it`}, {Kind: "Job"},
	}
	if got, want := origin.ByCause(all, origin.Plurals), "Nodes and Services (forbidden); Pods (timed out); Jobs"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
