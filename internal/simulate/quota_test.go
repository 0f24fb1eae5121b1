package simulate_test

import (
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/simulate"
)

// A pod that stops counts until it is gone: where a quota allows none beside it,
// the one in its place comes later.
func TestQuotasCountPodsThatStop(t *testing.T) {
	scope := func(name corev1.ResourceQuotaScope, operator corev1.ScopeSelectorOperator,
		values ...string) []corev1.ScopedResourceSelectorRequirement {
		return []corev1.ScopedResourceSelectorRequirement{{ScopeName: name, Operator: operator, Values: values}}
	}
	for name, test := range map[string]struct {
		quota  kubernetes.Quota
		late   bool
		detail string
	}{
		"no quota": {kubernetes.Quota{}, false, ""},
		"as many pods as there are": {kubernetes.Quota{Hard: map[string]int64{"pods": 2}}, true,
			"ResourceQuota default/q allows no further pod: pods"},
		"one more": {kubernetes.Quota{Hard: map[string]int64{"pods": 3}}, false, ""},
		"as much CPU": {kubernetes.Quota{Hard: map[string]int64{"requests.cpu": 2000}}, true,
			"ResourceQuota default/q allows no further pod: requests.cpu"},
		"more CPU": {kubernetes.Quota{Hard: map[string]int64{"requests.cpu": 3000}}, false, ""},
		"as much memory": {kubernetes.Quota{Hard: map[string]int64{"requests.memory": 3<<30 - 1}}, true,
			"ResourceQuota default/q allows no further pod: requests.memory"},
		"limits of memory": {kubernetes.Quota{Hard: map[string]int64{"limits.memory": 4 << 30}}, true,
			"ResourceQuota default/q allows no further pod: limits.memory"},
		"limits of CPU":        {kubernetes.Quota{Hard: map[string]int64{"limits.cpu": 6000}}, false, ""},
		"of another namespace": {kubernetes.Quota{Namespace: "other", Hard: map[string]int64{"pods": 2}}, false, ""},
		"of what does not end": {
			kubernetes.Quota{Hard: map[string]int64{"pods": 2}, Scopes: scope(corev1.ResourceQuotaScopeNotTerminating,
				corev1.ScopeSelectorOpExists)}, true, "ResourceQuota default/q allows no further pod: pods"},
		"of what does": {
			kubernetes.Quota{Hard: map[string]int64{"pods": 2}, Scopes: scope(corev1.ResourceQuotaScopeTerminating, corev1.ScopeSelectorOpExists)},
			false, ""},
		"of what asks for nothing": {
			kubernetes.Quota{Hard: map[string]int64{"pods": 2}, Scopes: scope(corev1.ResourceQuotaScopeBestEffort, corev1.ScopeSelectorOpExists)},
			false, ""},
		"of a class that its pods do not have": {
			kubernetes.Quota{Hard: map[string]int64{"pods": 2}, Scopes: scope(corev1.ResourceQuotaScopePriorityClass, corev1.ScopeSelectorOpIn,
				"high")}, false, ""},
		"of all others": {
			kubernetes.Quota{Hard: map[string]int64{"pods": 2}, Scopes: scope(corev1.ResourceQuotaScopePriorityClass, corev1.ScopeSelectorOpNotIn,
				"high")}, true, "ResourceQuota default/q allows no further pod: pods"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(2, disruption.NodeBudget{Nodes: "1"})
			w := c.runs("Deployment", "api", 0, 1)
			w.Template.Limits = kubernetes.Resources{CPU: 2000, Memory: 2 << 30}
			if q := test.quota; q.Hard != nil {
				if q.Name = "q"; q.Namespace == "" {
					q.Namespace = "default"
				}
				c.Quotas = append(c.Quotas, q)
			}
			s := deleted(20*time.Minute, "node-0")
			s.WorkloadTimings = map[string]simulate.Timings{"default/api": {PodStop: 25 * time.Second}}
			sim := c.tell(t, "karpenter", s)
			said := ""
			var gone, made time.Duration
			for _, ev := range sim.Story.Events {
				switch ev.Kind {
				case simulate.NotCreated:
					said = ev.Detail
				case simulate.PodGone:
					gone = ev.At
				case simulate.PodCreated:
					made = ev.At
				}
			}
			if said != test.detail || made == 0 || (made > gone) != test.late {
				t.Errorf("%q, gone after %s, made after %s", said, gone, made)
			}
		})
	}
}

// A rollout that first makes a pod more than there are gets nowhere where a quota
// does not allow that.
func TestQuotasStopRollouts(t *testing.T) {
	for _, test := range []struct {
		pods int64
		done bool
	}{{2, false}, {3, true}} {
		c := newCluster(2, disruption.NodeBudget{Nodes: "1"})
		w := c.runs("Deployment", "api", 0, 1)
		w.Rollout.MaxSurge, w.Rollout.MaxUnavailable = new(intstr.FromInt32(1)), new(intstr.FromInt32(0))
		c.Quotas = []kubernetes.Quota{{Namespace: "default", Name: "q", Hard: map[string]int64{"pods": test.pods}}}
		s := drift(30 * time.Minute)
		s.Triggers = []simulate.Trigger{{Kind: simulate.Rollout, Workload: kubernetes.Ref{Namespace: "default", Kind: "Deployment", Name: "api"}}}
		sim := c.tell(t, "karpenter", s)
		gone := 0
		for _, ev := range sim.Story.Events {
			gone += map[bool]int{true: 1}[ev.Kind == simulate.PodGone]
		}
		if (gone == 2) != test.done || sim.Story.Workloads[0].MinReady < 2 {
			t.Errorf("of %d pods: %d of 2 are replaced", test.pods, gone)
		}
	}
}

// A quota that allows all pods twice never refuses one; any other may.
func TestQuotasInBounds(t *testing.T) {
	for _, test := range []struct {
		hard map[string]int64
		name string
	}{
		{map[string]int64{"pods": 4}, ""}, {map[string]int64{"pods": 3}, "ResourceQuota default/q"}, {map[string]int64{"limits.cpu": 1}, ""},
		{map[string]int64{"requests.cpu": 3999}, "ResourceQuota default/q"},
		{map[string]int64{"requests.cpu": 4000, "requests.memory": 4 << 30}, ""},
	} {
		c := newCluster(3, disruption.NodeBudget{Nodes: "1"})
		c.runs("Deployment", "api", 0, 1)
		c.Quotas = []kubernetes.Quota{{Namespace: "default", Name: "q", Hard: test.hard}}
		k := knowledge(t)
		w, err := simulate.Prepare(c.Estate, locate.Locate(k, c.Estate, k.Offering("karpenter"), nil), false)
		if err != nil {
			t.Fatal(err)
		}
		s := drift(time.Hour)
		m, err := w.Model(&s)
		if err != nil {
			t.Fatal(err)
		}
		var by []string
		if test.name != "" {
			by = []string{test.name}
		}
		if got := m.Workloads[0].NotCreatedBy; !slices.Equal(got, by) || bound.Bounds(m)[0].Least != 0 {
			t.Errorf("%v: %q, want %q", test.hard, got, test.name)
		}
	}
}
