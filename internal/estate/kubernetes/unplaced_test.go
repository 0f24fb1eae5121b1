package kubernetes

import (
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// What may be for pods and stands in a namespace that is not known hides what it does for them, and only
// then: not where both are known, where it is for others by its name or selector, or where another one is
// for them already.
func TestUnplaced(t *testing.T) {
	app := map[string]string{"app": "web"}
	workload := func(namespace string) RawWorkload {
		return RawWorkload{Workload: Workload{Ref: Ref{Namespace: namespace, Kind: "Deployment", Name: "web"}, Group: "apps",
			Scaled: true, Lasting: true, Replicas: 1, Template: PodTemplate{Labels: app}}}
	}
	scaler := func(namespace, name string) Scaler {
		return Scaler{Ref: Ref{Namespace: namespace, Kind: "HorizontalPodAutoscaler", Name: "h"}, Min: 2, Max: 3,
			Target: Ref{Namespace: namespace, Kind: "Deployment", Name: name}}
	}
	service := func(namespace string, selector map[string]string) Service {
		return Service{Namespace: namespace, Name: "s", Selector: selector}
	}
	budget := func(namespace string) Budget {
		return Budget{Namespace: namespace, Name: "b", LabelSelector: &metav1.LabelSelector{MatchLabels: app}}
	}
	for name, x := range map[string]struct {
		raw  Raw
		want []string
	}{
		"an autoscaler": {Raw{Workloads: []RawWorkload{workload("shop")}, Scalers: []Scaler{scaler("var.n", "web")}},
			[]string{"HorizontalPodAutoscaler"}},
		"an autoscaler of what is not placed": {Raw{Workloads: []RawWorkload{workload("var.n")}, Scalers: []Scaler{scaler("shop", "web")}},
			[]string{"HorizontalPodAutoscaler"}},
		"an autoscaler of both": {Raw{Workloads: []RawWorkload{workload("var.n")}, Scalers: []Scaler{scaler("var.m", "web")}},
			[]string{"HorizontalPodAutoscaler"}},
		"another's autoscaler": {Raw{Workloads: []RawWorkload{workload("shop")}, Scalers: []Scaler{scaler("var.n", "api")}}, nil},
		"an autoscaler that has its own": {Raw{Workloads: []RawWorkload{workload("shop"), workload("var.n")},
			Scalers: []Scaler{scaler("var.n", "web")}}, nil},
		"one that has an autoscaler": {Raw{Workloads: []RawWorkload{workload("shop")},
			Scalers: []Scaler{scaler("var.n", "web"), scaler("shop", "web")}}, nil},
		"an autoscaler elsewhere": {Raw{Workloads: []RawWorkload{workload("shop")}, Scalers: []Scaler{scaler("bank", "web")}}, nil},
		"a Service": {Raw{Workloads: []RawWorkload{workload("shop")}, Services: []Service{service("var.n", app)}},
			[]string{"Service"}},
		"a Service elsewhere": {Raw{Workloads: []RawWorkload{workload("shop")}, Services: []Service{service("bank", app)}}, nil},
		"a Service of none":   {Raw{Workloads: []RawWorkload{workload("shop")}, Services: []Service{service("var.n", nil)}}, nil},
		"one that has a Service": {Raw{Workloads: []RawWorkload{workload("shop")},
			Services: []Service{service("var.n", app), service("shop", app)}}, nil},
		"a budget": {Raw{Workloads: []RawWorkload{workload("shop")}, Budgets: []Budget{budget("var.n")}},
			[]string{"PodDisruptionBudget", "Deployment"}},
		"a budget elsewhere": {Raw{Workloads: []RawWorkload{workload("shop")}, Budgets: []Budget{budget("bank")}}, nil},
	} {
		var got []string
		for _, u := range Link(&x.raw).Hidden {
			got = append(got, u.Kind)
		}
		if !slices.Equal(got, x.want) {
			t.Errorf("%s: %v, want %v", name, got, x.want)
		}
	}
}
