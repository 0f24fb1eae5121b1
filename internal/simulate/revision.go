package simulate

import (
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// revisionMatch is of the pods that a term means, or does not mean, by the label that their
// controller gives to each revision: those of one workload and one revision.
//
// Source: applyMatchLabelKeysAndMismatchLabelKeys and applyMatchLabelKeys in
// pkg/registry/core/pod/strategy.go of Kubernetes 1.36: the API server merges the keys
// into the selector with the values of the labels that the pod has when it is made.
type revisionMatch struct {
	of       *kubernetes.Workload // nil where no such label is asked for
	revision uint8
	others   bool // all but those
}

// takes reports whether a term means pods of a workload and revision.
func (k *revisionMatch) takes(w *kubernetes.Workload, revision uint8) bool {
	return k.of == nil || (k.of == w && k.revision == revision) != k.others
}

// name tells the groups of such pods from others.
func (k *revisionMatch) name() string {
	if k.of == nil {
		return ""
	}
	return fmt.Sprint(" ", k.of.Ref, k.revision, k.others)
}

// takesAny reports whether it means some of them.
func (k *revisionMatch) takesAny(w *kubernetes.Workload) bool { return k.takes(w, 0) || k.takes(w, 1) }

// revisionLabel is the label by which a controller tells its revisions apart, or empty
// for one that has none.
func revisionLabel(w *kubernetes.Workload) string {
	switch w.Kind {
	case "Deployment":
		return appsv1.DefaultDeploymentUniqueLabelKey
	case "StatefulSet", "DaemonSet":
		return appsv1.ControllerRevisionHashLabelKey
	}
	return ""
}

// perRevision reports whether a template asks something of pods by that label.
func perRevision(w *kubernetes.Workload) bool {
	key := revisionLabel(w)
	if key == "" {
		return false
	}
	has := func(t corev1.PodAffinityTerm) bool {
		return slices.Contains(t.MatchLabelKeys, key) || slices.Contains(t.MismatchLabelKeys, key)
	}
	weighted := func(t corev1.WeightedPodAffinityTerm) bool { return has(t.PodAffinityTerm) }
	if slices.ContainsFunc(w.Template.Spread, func(s corev1.TopologySpreadConstraint) bool { return slices.Contains(s.MatchLabelKeys, key) }) {
		return true
	}
	a := w.Template.Affinity
	if a == nil {
		return false
	}
	if x := a.PodAffinity; x != nil && (slices.ContainsFunc(x.RequiredDuringSchedulingIgnoredDuringExecution, has) ||
		slices.ContainsFunc(x.PreferredDuringSchedulingIgnoredDuringExecution, weighted)) {
		return true
	}
	x := a.PodAntiAffinity
	return x != nil && (slices.ContainsFunc(x.RequiredDuringSchedulingIgnoredDuringExecution, has) ||
		slices.ContainsFunc(x.PreferredDuringSchedulingIgnoredDuringExecution, weighted))
}

// merge narrows a scope by the labels that a pod has under some keys, as far as it has
// them: to those with the same values, or to those without.
func (x *scope) merge(w *kubernetes.Workload, revision uint8, keys []string, same bool) {
	operator := selection.In
	if !same {
		operator = selection.NotIn
	}
	for _, k := range keys {
		v, ok := w.Template.Labels[k]
		if ok {
			if r, err := labels.NewRequirement(k, operator, []string{v}); err == nil {
				x.selector = x.selector.Add(*r)
			}
			continue
		}
		if k == revisionLabel(w) {
			x.revisions = revisionMatch{of: w, revision: revision, others: !same}
		}
	}
}

// scopeOfTerm is what a term of an affinity means for pods of a revision. A term
// without a selector means none, whatever its keys.
func scopeOfTerm(w *kubernetes.Workload, revision uint8, term *corev1.PodAffinityTerm, unread bool) scope {
	x := scopeOf(w, term.LabelSelector, term.Namespaces, term.NamespaceSelector, unread)
	if term.LabelSelector != nil {
		x.merge(w, revision, term.MatchLabelKeys, true)
		x.merge(w, revision, term.MismatchLabelKeys, false)
	}
	return x
}

// scopeOfSpread is the same of a topology spread, which counts nothing where its
// selector is empty.
func scopeOfSpread(w *kubernetes.Workload, revision uint8, selector *metav1.LabelSelector, keys []string) scope {
	x := scopeOf(w, selector, nil, nil, false)
	if x.selector.Empty() {
		x.selector = labels.Nothing()
	}
	x.merge(w, revision, keys, true)
	return x
}

// ofRevision is the class of pods that are like those of another but for their
// revision. A workload has two at a time: what is rolled out, and what was before.
func (w *World) ofRevision(class int32, revision uint8) int32 {
	if c := &w.classes[class]; c.revision != revision {
		return c.twin
	}
	return class
}
