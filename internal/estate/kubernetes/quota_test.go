package kubernetes

import (
	"fmt"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// Containers that do not say what they ask for get it from the LimitRanges of
// their namespace, of which the last that says something counts.
func TestLimitRanges(t *testing.T) {
	limits := func(namespace, name string, requests, most Resources) LimitRange {
		return LimitRange{Namespace: namespace, Name: name, Requests: requests, Limits: most}
	}
	template := PodTemplate{
		Requests: Resources{CPU: 100, Memory: 1000}, Limits: Resources{CPU: 200, Memory: 2000}, Unstated: Stated{CPU: 2, Memory: 3},
		Unlimited: Stated{CPU: 4, Memory: 5},
	}
	for _, c := range []struct {
		name   string
		ranges []LimitRange
		want   string // requests and limits, and how many containers are without
	}{
		{"none", nil, "100 1000 200 2000 {2 3} {4 5}"},
		{"of another namespace", []LimitRange{limits("other", "l", Resources{CPU: 10}, Resources{CPU: 10})}, "100 1000 200 2000 {2 3} {4 5}"},
		{"CPU", []LimitRange{limits("ns", "l", Resources{CPU: 10}, Resources{CPU: 20})}, "120 1000 280 2000 {0 3} {0 5}"},
		{"memory", []LimitRange{limits("ns", "l", Resources{Memory: 10}, Resources{Memory: 20})}, "100 1030 200 2100 {2 0} {4 0}"},
		{"one of each", []LimitRange{limits("ns", "l", Resources{CPU: 1, Memory: 1}, Resources{CPU: 1, Memory: 1})},
			"102 1003 204 2005 {0 0} {0 0}"},
		{"two that say different things", []LimitRange{limits("ns", "l", Resources{CPU: 10}, Resources{Memory: 20}),
			limits("ns", "m", Resources{Memory: 30}, Resources{CPU: 40})},
			"120 1090 360 2100 {0 0} {0 0}"},
		{"two that say the same", []LimitRange{limits("ns", "l", Resources{CPU: 10}, Resources{}),
			limits("ns", "m", Resources{CPU: 20}, Resources{})}, "140 1000 200 2000 {0 3} {4 5}"},
	} {
		e := Link(&Raw{Workloads: []RawWorkload{{Workload: Workload{Ref: Ref{"ns", "Deployment", "a"}, Template: template}}},
			LimitRanges: c.ranges})
		x := e.Workloads[0].Template
		if got := fmt.Sprint(x.Requests.CPU, x.Requests.Memory, x.Limits.CPU, x.Limits.Memory, x.Unstated, x.Unlimited); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// A quota with scopes counts the pods that all of them are about.
func TestQuotaScopes(t *testing.T) {
	scope := func(name corev1.ResourceQuotaScope, operator corev1.ScopeSelectorOperator,
		values ...string) corev1.ScopedResourceSelectorRequirement {
		return corev1.ScopedResourceSelectorRequirement{ScopeName: name, Operator: operator, Values: values}
	}
	const exists, in = corev1.ScopeSelectorOpExists, corev1.ScopeSelectorOpIn
	ends, stays := PodTemplate{Deadline: true}, PodTemplate{Requests: Resources{CPU: 1}, PriorityClass: "high"}
	none := &Estate{}
	standard := &Estate{PriorityClasses: []PriorityClass{
		{Name: "other", Value: 1}, {Name: "high", Value: 7, Default: true}, {Name: "low", Value: 5, Default: true},
		{Name: "late", Value: 5, Default: true}, {Name: "least"},
	}}
	for _, c := range []struct {
		name   string
		e      *Estate
		scopes []corev1.ScopedResourceSelectorRequirement
		ends   Answer // of pods that end by themselves and ask for nothing
		stays  Answer // of those that ask for CPU with the class high
	}{
		{"none", none, nil, Yes, Yes},
		{"ends", none, []corev1.ScopedResourceSelectorRequirement{scope(corev1.ResourceQuotaScopeTerminating, exists)}, Yes, No},
		{"does not end", none, []corev1.ScopedResourceSelectorRequirement{scope(corev1.ResourceQuotaScopeNotTerminating, exists)}, No, Yes},
		{"best effort", none, []corev1.ScopedResourceSelectorRequirement{scope(corev1.ResourceQuotaScopeBestEffort, exists)}, Yes, No},
		{"not best effort", none, []corev1.ScopedResourceSelectorRequirement{scope(corev1.ResourceQuotaScopeNotBestEffort, exists)}, No, Yes},
		{"affinity across namespaces", none,
			[]corev1.ScopedResourceSelectorRequirement{scope(corev1.ResourceQuotaScopeCrossNamespacePodAffinity, exists)}, Maybe, Maybe},
		{"two, of which one is not about it", none,
			[]corev1.ScopedResourceSelectorRequirement{scope(corev1.ResourceQuotaScopeCrossNamespacePodAffinity, exists),
				scope(corev1.ResourceQuotaScopeBestEffort, exists)}, Maybe, No},
		{"two, in the other order", none, []corev1.ScopedResourceSelectorRequirement{scope(corev1.ResourceQuotaScopeBestEffort, exists),
			scope(corev1.ResourceQuotaScopeCrossNamespacePodAffinity, exists)}, Maybe, No},
		{"a class", none, []corev1.ScopedResourceSelectorRequirement{scope(corev1.ResourceQuotaScopePriorityClass, in, "high", "low")}, No, Yes},
		{"not a class", none, []corev1.ScopedResourceSelectorRequirement{
			scope(corev1.ResourceQuotaScopePriorityClass, corev1.ScopeSelectorOpNotIn, "high"),
		}, Yes, No},
		{"any class", none, []corev1.ScopedResourceSelectorRequirement{scope(corev1.ResourceQuotaScopePriorityClass, exists)}, No, Yes},
		{"no class", none, []corev1.ScopedResourceSelectorRequirement{
			scope(corev1.ResourceQuotaScopePriorityClass, corev1.ScopeSelectorOpDoesNotExist),
		}, Yes, No},
		{"what is none", none, []corev1.ScopedResourceSelectorRequirement{scope(corev1.ResourceQuotaScopePriorityClass, "Like", "high")},
			Maybe, Maybe},
		{"a class where another is the default", standard,
			[]corev1.ScopedResourceSelectorRequirement{scope(corev1.ResourceQuotaScopePriorityClass, in, "low")}, Yes, No},
		{"the default that is not the lowest", standard,
			[]corev1.ScopedResourceSelectorRequirement{scope(corev1.ResourceQuotaScopePriorityClass, in, "high")}, No, Yes},
		{"any class where there is a default", standard,
			[]corev1.ScopedResourceSelectorRequirement{scope(corev1.ResourceQuotaScopePriorityClass, exists)}, Yes, Yes},
		{"the lowest default first", &Estate{PriorityClasses: []PriorityClass{
			{Name: "low", Value: 5, Default: true},
			{Name: "high", Value: 9, Default: true},
		}},
			[]corev1.ScopedResourceSelectorRequirement{scope(corev1.ResourceQuotaScopePriorityClass, in, "low")}, Yes, No},
		{"where classes are no defaults", &Estate{PriorityClasses: []PriorityClass{{Name: "high"}}},
			[]corev1.ScopedResourceSelectorRequirement{scope(corev1.ResourceQuotaScopePriorityClass, exists)}, No, Yes},
		{"where one class is the default", &Estate{PriorityClasses: []PriorityClass{{Name: "one", Default: true}}},
			[]corev1.ScopedResourceSelectorRequirement{scope(corev1.ResourceQuotaScopePriorityClass, in, "one")}, Yes, No},
	} {
		q := &Quota{Scopes: c.scopes}
		if a, b := c.e.Covers(q, &ends), c.e.Covers(q, &stays); a != c.ends || b != c.stays {
			t.Errorf("%s: %d and %d, want %d and %d", c.name, a, b, c.ends, c.stays)
		}
	}
}

// Pods are of best effort if they neither ask for CPU or memory nor limit it.
func TestBestEffort(t *testing.T) {
	for _, x := range []PodTemplate{{Requests: Resources{CPU: 1}}, {Requests: Resources{Memory: 1}}, {Limits: Resources{CPU: 1}},
		{Limits: Resources{Memory: 1}},
		{Requests: Resources{CPU: 1, Memory: 1}}, {Limits: Resources{CPU: 1, Memory: 1}},
		{Requests: Resources{CPU: 2}, Limits: Resources{CPU: 2}}} {
		if x.bestEffort() {
			t.Errorf("%+v", x)
		}
	}
	if x := (PodTemplate{Requests: Resources{Pods: 1}}); !x.bestEffort() {
		t.Error("pods that ask for nothing")
	}
}

// A quota refuses pods that do not say what they ask for of what it counts.
func TestQuotaWants(t *testing.T) {
	for resource, says := range map[string]func(int) PodTemplate{
		"requests.cpu":    func(n int) PodTemplate { return PodTemplate{Unstated: Stated{CPU: n}} },
		"requests.memory": func(n int) PodTemplate { return PodTemplate{Unstated: Stated{Memory: n}} },
		"limits.cpu":      func(n int) PodTemplate { return PodTemplate{Unlimited: Stated{CPU: n}} },
		"limits.memory":   func(n int) PodTemplate { return PodTemplate{Unlimited: Stated{Memory: n}} },
	} {
		one, none := says(1), says(0)
		counts, other := &Quota{Hard: map[string]int64{resource: 0}}, &Quota{Hard: map[string]int64{"pods": 1}}
		if !counts.Wants(&one) || counts.Wants(&none) || other.Wants(&one) || other.Wants(&none) {
			t.Errorf("%s: %t of one that says nothing, %t of one that does", resource, counts.Wants(&one), counts.Wants(&none))
		}
	}
	q := Quota{Hard: map[string]int64{"pods": 1, "limits.cpu": 2, "requests.cpu": 3}}
	if got := q.Resources(); !slices.Equal(got, []string{"limits.cpu", "pods", "requests.cpu"}) {
		t.Errorf("counts %q", got)
	}
}
