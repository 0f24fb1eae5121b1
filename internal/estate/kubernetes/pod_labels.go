package kubernetes

import (
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/labels"
)

// unknownValue stands for the value of a label that a controller makes up when it makes a
// pod: that the label is there is known, and no value that somebody writes is its own.
const unknownValue = "(made by its controller)"

// given are the labels that controllers give pods beside those of their template, with
// values that nothing but a cluster tells, by the kind of the controller.
//
// Source: setJobPodLabels and newControllerRevision of Kubernetes 1.36, with
// https://kubernetes.io/docs/reference/labels-annotations-taints/;
// DefaultRolloutUniqueLabelKey of Argo Rollouts.
var given = map[string][]string{
	"CronJob":          {"job-name", "batch.kubernetes.io/job-name", "controller-uid", "batch.kubernetes.io/controller-uid"},
	"Job":              {"job-name", "batch.kubernetes.io/job-name", "controller-uid", "batch.kubernetes.io/controller-uid"},
	"Deployment":       {"pod-template-hash"},
	"Rollout":          {"rollouts-pod-template-hash"},
	"StatefulSet":      {"controller-revision-hash"},
	"DaemonSet":        {"controller-revision-hash", "pod-template-generation"},
	"CloneSet":         {"controller-revision-hash"},
	"DeploymentConfig": {"deployment"},
}

// ofOnePod are labels with what tells a pod of a StatefulSet from the others.
var ofOnePod = []string{"apps.kubernetes.io/pod-index", "statefulset.kubernetes.io/pod-name"}

// MadeUpLabel reports whether some controller gives pods a label with a value that nothing but
// a cluster tells, and that does not last.
func MadeUpLabel(key string) bool {
	return slices.Contains(ofOnePod, key) || slices.ContainsFunc(slices.Collect(maps.Values(given)), func(keys []string) bool {
		return slices.Contains(keys, key)
	})
}

// MadeUp reports whether a workload's controller gives its pods a label with a value that
// nothing but a cluster tells.
func (w *Workload) MadeUp(key string) bool { return w.PodLabels()[key] == unknownValue }

// PodLabels are the labels of the pods that a workload's controller makes: those of its
// template, and those that it gives each pod.
func (w *Workload) PodLabels() labels.Set {
	keys := given[w.Kind]
	if len(keys) == 0 || w.Bare {
		return w.Template.Labels
	}
	all := make(labels.Set, len(w.Template.Labels)+len(keys))
	for _, key := range keys {
		all[key] = unknownValue
	}
	maps.Copy(all, w.Template.Labels)
	return all
}
