package estate

import (
	"slices"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
)

// What sections share is told of all of them, and nothing of what nobody read.
func TestWhatSectionsShare(t *testing.T) {
	e := Estate{Kubernetes: &kubernetes.Estate{}}
	if e.Checked() || e.Simulated() || e.Objects() != 0 || len(e.Unread()) != 0 || !e.Newest().IsZero() || len(e.Contexts()) != 0 {
		t.Errorf("an empty one: %+v", e.Accounts())
	}
	now := time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)
	e.Kubernetes = &kubernetes.Estate{Newest: now, Contexts: []string{"prod"}, Unread: []origin.Unread{{Kind: "Pod"}},
		Hidden: []origin.Unread{{Of: "a.yaml"}}, Seen: kubernetes.Seen{Objects: 3}}
	if e.Objects() != 3 || !e.Newest().Equal(now) || !slices.Equal(e.Contexts(), []string{"prod"}) || e.Unread()[0].Kind != "Pod" ||
		len(e.Hidden()) != 1 || e.Hidden()[0].Of != "a.yaml" {
		t.Errorf("%+v", e.Accounts())
	}
}

// A database is something to check, and nothing to simulate.
func TestDatabases(t *testing.T) {
	e := Estate{Kubernetes: &kubernetes.Estate{Seen: kubernetes.Seen{Objects: 3}},
		Database: database.Estate{Instances: []database.Instance{{Name: "a"}, {Name: "b"}}}}
	if !e.Checked() || e.Simulated() || e.Objects() != 5 {
		t.Errorf("%+v", e.Accounts())
	}
}

// What can be checked and what can be simulated is not the same.
func TestWhatSectionsHold(t *testing.T) {
	for _, c := range []struct {
		name               string
		of                 kubernetes.Estate
		checked, simulated bool
	}{
		{"a workload", kubernetes.Estate{Workloads: []kubernetes.Workload{{Ref: kubernetes.Ref{Kind: "Deployment"}}}}, true, true},
		{"static pods", kubernetes.Estate{Workloads: []kubernetes.Workload{{Ref: kubernetes.Ref{Kind: kubernetes.Static}}}}, true, false},
		{"a budget", kubernetes.Estate{Budgets: []kubernetes.Budget{{}}}, true, false},
		{"a pool of Karpenter", kubernetes.Estate{Pools: []kubernetes.Pool{
			{API: "cluster.x-k8s.io/MachineDeployment"},
			{API: "karpenter.sh/NodePool"},
		}}, true, false},
		{"a pool of something else", kubernetes.Estate{Pools: []kubernetes.Pool{{API: "hypershift.openshift.io/NodePool"}}}, false, false},
		{"a NodeClaim and a Service", kubernetes.Estate{NodeClaims: []kubernetes.NodeClaim{{}}, Services: []kubernetes.Service{{}}},
			false, false},
	} {
		e := Estate{Kubernetes: &c.of}
		if e.Checked() != c.checked || e.Simulated() != c.simulated {
			t.Errorf("%s: checked %t, simulated %t", c.name, e.Checked(), e.Simulated())
		}
	}
}
