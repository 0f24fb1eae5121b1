package simulate

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Karpenter makes nodes for what pods prefer, as long as it can be had, and packs
// them where it cannot.
func TestKarpenterAsksForWhatPodsPrefer(t *testing.T) {
	alike := corev1.PodAffinityTerm{TopologyKey: hostname, LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}}
	in := func(values ...string) corev1.PreferredSchedulingTerm {
		return corev1.PreferredSchedulingTerm{Weight: 10, Preference: corev1.NodeSelectorTerm{
			MatchExpressions: []corev1.NodeSelectorRequirement{{Key: zone, Operator: corev1.NodeSelectorOpIn, Values: values}},
		}}
	}
	for name, x := range map[string]struct {
		affinity corev1.Affinity
		spread   []corev1.TopologySpreadConstraint
		claims   int
	}{
		"nothing": {claims: 1},
		"to be apart": {affinity: corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{
			PreferredDuringSchedulingIgnoredDuringExecution: []corev1.WeightedPodAffinityTerm{{Weight: 1, PodAffinityTerm: alike}}}}, claims: 2},
		"to be spread": {spread: []corev1.TopologySpreadConstraint{{MaxSkew: 1, TopologyKey: zone, WhenUnsatisfiable: corev1.ScheduleAnyway,
			LabelSelector: alike.LabelSelector}}, claims: 2},
		"a zone": {affinity: corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			PreferredDuringSchedulingIgnoredDuringExecution: []corev1.PreferredSchedulingTerm{in("zone-1")}}}, claims: 1},
		"a zone that there is not": {affinity: corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			PreferredDuringSchedulingIgnoredDuringExecution: []corev1.PreferredSchedulingTerm{in("zone-7")}}}, claims: 1},
	} {
		c := clusterOf(2)
		c.with("Deployment", "full", 0, 0, 0, 0, 1, 1, 1, 1)
		w := c.with("Deployment", "web", -1, -1)
		w.Template.Affinity, w.Template.Spread = &x.affinity, x.spread
		e := c.engine(t)
		claims, ok := e.solver.solve([]int32{8, 9}, nil, false)
		if len(claims) != x.claims || !ok {
			t.Errorf("pods that prefer %s: %d nodes, %t, wants %d", name, len(claims), ok, x.claims)
		}
		if name == "a zone" && (len(claims[0].options) != 1 || e.shapes[claims[0].options[0]].labels[zone] != "zone-1") {
			t.Errorf("a node is made elsewhere than preferred: %+v", claims[0])
		}
	}
}
