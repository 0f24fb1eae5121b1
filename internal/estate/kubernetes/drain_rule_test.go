package kubernetes

import (
	"testing"

	"k8s.io/apimachinery/pkg/labels"
)

// The first rule by name counts that is about the machine and the pod; the label
// of the pod goes over all, and what cannot be told is said.
func TestDrainRules(t *testing.T) {
	set := func(k, v string) labels.Selector { return labels.SelectorFromSet(labels.Set{k: v}) }
	rule := func(name, behavior string, order int) DrainRule {
		return DrainRule{Namespace: "m", Name: name, Behavior: behavior, Order: order}
	}
	of := func(r DrainRule, machines labels.Selector, cluster labels.Selector, pods labels.Selector, namespaces labels.Selector) DrainRule {
		if machines != nil || cluster != nil {
			r.Machines = []DrainRuleMachines{{machines, cluster}}
		}
		if pods != nil || namespaces != nil {
			r.Pods = []DrainRulePods{{pods, namespaces}}
		}
		return r
	}
	pool := Machines{Namespace: "m", Labels: map[string]string{"os": "linux"}}
	for name, test := range map[string]struct {
		rules []DrainRule
		pool  Machines
		own   map[string]string
		want  DrainTreatment
	}{
		"none":                 {nil, pool, nil, DrainTreatment{}},
		"of all":               {[]DrainRule{rule("a", "Skip", 0)}, pool, nil, DrainTreatment{Skipped: true, By: "MachineDrainRule a"}},
		"of another namespace": {[]DrainRule{rule("a", "Skip", 0)}, Machines{Namespace: "n"}, nil, DrainTreatment{}},
		"of a pool that is not read": {[]DrainRule{rule("a", "WaitCompleted", 0)}, Machines{Namespace: "m", Unread: true}, nil,
			DrainTreatment{Awaited: true, By: "MachineDrainRule a"}},
		"of a pool that is not read, in another namespace": {[]DrainRule{rule("a", "WaitCompleted", 0)}, Machines{Namespace: "n", Unread: true},
			nil, DrainTreatment{}},
		"of a pool that is not read, in any namespace": {[]DrainRule{rule("a", "WaitCompleted", 0)}, Machines{Unread: true}, nil,
			DrainTreatment{Unsure: true, By: "MachineDrainRule a"}},
		"machines that are not read": {[]DrainRule{of(rule("a", "Skip", 0), set("os", "linux"), nil, nil, nil)},
			Machines{Namespace: "m", Unread: true}, nil,
			DrainTreatment{Unsure: true, By: "MachineDrainRule a"}},
		"the first by name": {[]DrainRule{rule("b", "Skip", 0), rule("a", "Drain", 7)}, pool, nil,
			DrainTreatment{Order: 7, By: "MachineDrainRule a"}},
		"the label": {[]DrainRule{rule("a", "Skip", 0)}, pool, map[string]string{drainLabel: "wait-completed"},
			DrainTreatment{Awaited: true, By: "label cluster.x-k8s.io/drain"}},
		"a label that says nothing": {nil, pool, map[string]string{drainLabel: "later"}, DrainTreatment{}},
		"machines it is about": {[]DrainRule{of(rule("a", "Skip", 0), set("os", "linux"), nil, nil, nil)}, pool, nil,
			DrainTreatment{Skipped: true, By: "MachineDrainRule a"}},
		"machines it is not about": {[]DrainRule{of(rule("a", "Skip", 0), set("os", "windows"), nil, nil, nil)}, pool, nil, DrainTreatment{}},
		"control planes": {[]DrainRule{of(rule("a", "Skip", 0), set("cluster.x-k8s.io/control-plane", ""), nil, nil, nil)}, pool, nil,
			DrainTreatment{}},
		"a cluster that is not known": {[]DrainRule{of(rule("a", "Skip", 0), nil, set("stage", "prod"), nil, nil)}, pool, nil,
			DrainTreatment{Unsure: true, By: "MachineDrainRule a"}},
		"a cluster that changes nothing": {[]DrainRule{of(rule("a", "Drain", 0), nil, set("stage", "prod"), nil, nil)}, pool, nil,
			DrainTreatment{}},
		"pods it is about": {[]DrainRule{of(rule("a", "Skip", 0), nil, nil, set("app", "x"), nil)}, pool,
			map[string]string{"app": "x"}, DrainTreatment{Skipped: true, By: "MachineDrainRule a"}},
		"pods it is not about": {[]DrainRule{of(rule("a", "Skip", 0), nil, nil, set("app", "x"), nil)}, pool, nil, DrainTreatment{}},
		"a namespace by name": {[]DrainRule{of(rule("a", "Skip", 0), nil, nil, nil, set("kubernetes.io/metadata.name", "d"))}, pool, nil,
			DrainTreatment{Skipped: true, By: "MachineDrainRule a"}},
		"a namespace that is not read": {[]DrainRule{of(rule("a", "Skip", 0), nil, nil, nil, set("team", "d"))}, pool, nil,
			DrainTreatment{Unsure: true, By: "MachineDrainRule a"}},
	} {
		e := &Estate{DrainRules: test.rules}
		if got := e.Drains(test.pool).Treat("d", test.own); got != test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}
