// Package basis is what of workloads and PDBs a plan rests on, as facts that are read anew before it is carried out.
package basis

import (
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/plan"
)

// Knows reports whether onus reads objects of a workload's kind, and read this one: its size
// can be looked at again.
func Knows(w *kubernetes.Workload) bool {
	return !w.Inferred && !w.Bare && slices.ContainsFunc(kubernetes.Kinds, func(k kubernetes.Kind) bool {
		return k.Set == kubernetes.Controllers && k.Name == w.Kind && k.Group == w.Group
	})
}

// Size is how many pods a workload is to have; false where that cannot be looked at again.
func Size(w *kubernetes.Workload) (plan.Fact, bool) {
	switch known := Knows(w); {
	case known && w.Scaler == nil:
		return plan.Fact{Object: w.Kind + " " + w.Namespace + "/" + w.Name, Field: "spec.replicas", Value: strconv.Itoa(w.Replicas)}, true
	case known && w.Scaler.Kind == "HorizontalPodAutoscaler": // which changes the number itself
		return plan.Fact{Object: w.Scaler.Kind + " " + w.Namespace + "/" + w.Scaler.Name, Field: "spec.minReplicas",
			Value: strconv.Itoa(w.Scaler.Min)}, true
	}
	return plan.Fact{}, false
}

// Over are the PDBs over pods of a workload.
func Over(e *kubernetes.Estate, w *kubernetes.Workload) []*kubernetes.Budget {
	var all []*kubernetes.Budget
	for i := range e.Budgets {
		b := &e.Budgets[i]
		if slices.ContainsFunc(w.Pods, func(k int) bool { return Selects(b, &e.Pods[k]) }) {
			all = append(all, b)
		}
	}
	return all
}

// Selects reports whether a PDB is over a pod.
func Selects(b *kubernetes.Budget, pod *kubernetes.Pod) bool {
	return b.Namespace == pod.Namespace && b.Selector != nil && b.Selector.Matches(labels.Set(pod.Labels))
}

// Budget is what decides what a PDB allows.
func Budget(b *kubernetes.Budget) []plan.Fact {
	object := "PodDisruptionBudget " + b.Namespace + "/" + b.Name
	all := []plan.Fact{{Object: object, Field: "metadata.uid", Value: b.UID}, {Object: object, Field: "spec.selector",
		Value: asJSON(b.LabelSelector)}}
	if b.MaxUnavailable != nil {
		all = append(all, plan.Fact{Object: object, Field: "spec.maxUnavailable", Value: b.MaxUnavailable.String()})
	}
	if b.MinAvailable != nil {
		all = append(all, plan.Fact{Object: object, Field: "spec.minAvailable", Value: b.MinAvailable.String()})
	}
	if b.Unhealthy != "" {
		all = append(all, plan.Fact{Object: object, Field: "spec.unhealthyPodEvictionPolicy", Value: b.Unhealthy})
	}
	return all
}

// asJSON is a selector as a cluster has it, with its fields in the order of their names.
func asJSON(s *metav1.LabelSelector) string {
	if s == nil {
		return ""
	}
	data, err := json.Marshal(s, jsonv1.DefaultOptionsV1())
	value := jsontext.Value(data)
	if err == nil {
		err = value.Canonicalize()
	}
	if err != nil {
		return ""
	}
	return string(value)
}
