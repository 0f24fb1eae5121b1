package compute

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// apart reports whether no node carries two pods of a workload: they may not stand
// beside each other, take a port of their node, or have to be spread over nodes of
// which there are enough.
//
// Source: kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node and
// .../topology-spread-constraints: with fewer domains than minDomains the fewest
// pods of one count as 0.
func apart(e *kubernetes.Estate, w *kubernetes.Workload) bool {
	t := &w.Template
	return len(t.HostPorts) > 0 || t.Affinity != nil && t.Affinity.PodAntiAffinity != nil &&
		slices.ContainsFunc(t.Affinity.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution, func(x corev1.PodAffinityTerm) bool {
			own := len(x.Namespaces) == 0 && x.NamespaceSelector == nil || slices.Contains(x.Namespaces, w.Namespace) ||
				x.NamespaceSelector != nil && len(x.NamespaceSelector.MatchLabels)+len(x.NamespaceSelector.MatchExpressions) == 0
			return x.TopologyKey == corev1.LabelHostname && own && selects(x.LabelSelector, t)
		}) ||
		slices.ContainsFunc(t.Spread, func(x corev1.TopologySpreadConstraint) bool {
			return x.TopologyKey == corev1.LabelHostname && x.WhenUnsatisfiable == corev1.DoNotSchedule && x.MaxSkew == 1 &&
				selects(x.LabelSelector, t) && (x.MinDomains != nil && int(*x.MinDomains) >= w.AtMost() || suited(e, t) >= w.AtMost())
		})
}

// selects reports whether a selector of pods takes those of a template; none takes
// nothing.
func selects(s *metav1.LabelSelector, t *kubernetes.PodTemplate) bool {
	selector, err := metav1.LabelSelectorAsSelector(s)
	return err == nil && selector.Matches(labels.Set(t.Labels))
}

// suited counts the nodes with all labels that a template asks for.
func suited(e *kubernetes.Estate, t *kubernetes.PodTemplate) int {
	asked, n := labels.SelectorFromSet(t.NodeSelector), 0
	for i := range e.Nodes {
		if asked.Matches(labels.Set(e.Nodes[i].Labels)) {
			n++
		}
	}
	return n
}
