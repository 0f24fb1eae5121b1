// Package subject finds the objects that findings are about: what is written on
// them, and which budgets cover which workloads.
package subject

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

// Name is a subject as people name it: NAME, KIND/NAME, NAMESPACE/NAME or
// NAMESPACE/KIND/NAME. Which of two words before a name is a kind and which a
// namespace shows only beside an object.
type Name string

// shorter are the names by which kubectl knows kinds.
var shorter = map[string]string{
	"deploy": "Deployment", "sts": "StatefulSet", "ds": "DaemonSet", "rs": "ReplicaSet", "rc": "ReplicationController", "cj": "CronJob",
	"po": "Pod", "pdb": "PodDisruptionBudget", "dc": "DeploymentConfig", "ro": "Rollout",
}

// Valid reports whether it is written as a name is.
func (n Name) Valid() bool {
	parts := strings.Split(string(n), "/")
	return len(parts) <= 3 && !slices.Contains(parts, "")
}

// Is reports whether a subject is one of the name.
func (n Name) Is(s finding.Subject) bool {
	parts := strings.Split(string(n), "/")
	last := len(parts) - 1
	if parts[last] != s.Name || s.Name == "" {
		return false
	}
	switch last {
	case 0:
		return true
	case 1:
		return isKind(parts[0], s.Kind) || parts[0] == s.Namespace
	case 2:
		return parts[0] == s.Namespace && isKind(parts[1], s.Kind)
	}
	return false
}

// isKind reports whether a word names a kind: Deployment, deployments, deploy.
func isKind(word, kind string) bool {
	word = strings.ToLower(word)
	if strings.EqualFold(word, kind) || strings.EqualFold(word, kind+"s") || strings.EqualFold(shorter[word], kind) {
		return true
	}
	return slices.ContainsFunc(kubernetes.Kinds, func(k kubernetes.Kind) bool { return k.Name == kind && k.Resource == word })
}

// OfRef is an object as a subject.
func OfRef(r kubernetes.Ref) finding.Subject {
	return finding.Subject{Namespace: r.Namespace, Kind: r.Kind, Name: r.Name}
}

// Covers reports whether a budget selects pods of a workload.
func Covers(e *kubernetes.Estate, b *kubernetes.Budget, w *kubernetes.Workload) bool {
	if b.Namespace != w.Namespace || b.Selector == nil || b.Selector.Empty() && b.LabelSelector == nil {
		return false
	}
	if b.Selector.Matches(w.PodLabels()) {
		return true
	}
	return slices.ContainsFunc(w.Pods, func(p int) bool { return b.Selector.Matches(labels.Set(e.Pods[p].Labels)) })
}
