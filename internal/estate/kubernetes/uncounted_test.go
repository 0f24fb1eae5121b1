package kubernetes

import (
	"testing"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// A cluster that expects none of the pods that a budget selects could not count them: their
// kind has no scale.
func TestKindsThatAClusterCannotCount(t *testing.T) {
	one, half := intstr.FromInt32(1), intstr.FromString("50%")
	zero := &BudgetStatus{}
	rename := func(r *Raw, kind string) {
		for i := range r.Pods {
			r.Pods[i].Owner.Kind = kind
		}
	}
	for name, x := range map[string]struct {
		change func(b *Budget, r *Raw)
		scaled bool
	}{
		"maxUnavailable":            {func(*Budget, *Raw) {}, false},
		"a percentage":              {func(b *Budget, _ *Raw) { b.MaxUnavailable, b.MinAvailable = nil, &half }, false},
		"a number":                  {func(b *Budget, _ *Raw) { b.MaxUnavailable, b.MinAvailable = nil, &one }, true},
		"one that is counted":       {func(b *Budget, _ *Raw) { b.Status = &BudgetStatus{Expected: 2, Healthy: 2, Desired: 2} }, true},
		"one without a status":      {func(b *Budget, _ *Raw) { b.Status = nil }, true},
		"one that allows some":      {func(b *Budget, _ *Raw) { b.Status = &BudgetStatus{Allowed: 1} }, true},
		"one without a selector":    {func(b *Budget, _ *Raw) { b.Selector = nil }, true},
		"neither number":            {func(b *Budget, _ *Raw) { b.MaxUnavailable = nil }, true},
		"pods of a machine's name":  {func(_ *Budget, r *Raw) { rename(r, "Machine") }, false},
		"another namespace":         {func(b *Budget, _ *Raw) { b.Namespace = "other" }, true},
		"other pods":                {func(b *Budget, _ *Raw) { b.Selector = labels.SelectorFromSet(labels.Set{"app": "other"}) }, true},
		"pods that have run":        {func(_ *Budget, r *Raw) { r.Pods[0].Phase, r.Pods[1].Phase = "Succeeded", "Failed" }, true},
		"pods of a known kind":      {func(_ *Budget, r *Raw) { r.Pods[0].Owner.Kind = "Deployment" }, true},
		"pods of another kind, too": {func(_ *Budget, r *Raw) { r.Pods[0].Owner.Kind = "Cache" }, true},
		"one that is scaled": {func(_ *Budget, r *Raw) {
			r.Scalers = []Scaler{{Ref: Ref{"ns", "HorizontalPodAutoscaler", "h"}, Target: Ref{"ns", "Database", "db"}, Min: 2, Max: 3}}
		}, true},
	} {
		r := &Raw{}
		for _, name := range []string{"db-0", "db-1"} {
			r.Pods = append(r.Pods, RawPod{
				Pod:   Pod{Namespace: "ns", Name: name, Labels: map[string]string{"app": "db"}, Phase: "Running"},
				Owner: &Owner{API: "example.com/v1", Kind: "Database", Name: "db"}, Template: &PodTemplate{Labels: map[string]string{"app": "db"}},
			})
		}
		b := Budget{Namespace: "ns", Name: "db", MaxUnavailable: &one, Status: zero, Selector: labels.SelectorFromSet(labels.Set{"app": "db"})}
		x.change(&b, r)
		r.Budgets = []Budget{b}
		for _, w := range Link(r).Workloads {
			if (w.Kind == "Database" || w.Kind == "Machine") && w.Scaled != x.scaled {
				t.Errorf("%s: scaled is %t", name, w.Scaled)
			}
		}
	}
}
