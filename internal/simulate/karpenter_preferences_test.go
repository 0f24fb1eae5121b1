package simulate

import (
	"maps"
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

// A pod for which a node would be made finds room on a ready one of its kind, so that
// none is made for it time and again: here by nodes that have no zone.
func TestKarpenterUsesTheNodesItMade(t *testing.T) {
	for name, how := range map[string]corev1.UnsatisfiableConstraintAction{"may": corev1.ScheduleAnyway, "must": corev1.DoNotSchedule} {
		c := clusterOf(2)
		c.Nodes[0].Labels, c.Nodes[1].Labels = without(c.Nodes[0].Labels, zone), without(c.Nodes[1].Labels, zone)
		w := c.with("Deployment", "web", 0)
		for _, key := range []string{zone, hostname} {
			w.Template.Spread = append(w.Template.Spread, corev1.TopologySpreadConstraint{
				MaxSkew: 1, TopologyKey: key, WhenUnsatisfiable: how, LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}},
			})
		}
		e := c.engine(t)
		e.solver.launchForecast.begin(e, nil)
		if claims, _ := e.solver.solve([]int32{0}, nil, false); len(claims) > 0 {
			t.Errorf("a pod that %s be spread: %d nodes are made, and one is empty", name, len(claims))
		}
	}
}

func without(m map[string]string, key string) map[string]string {
	m = maps.Clone(m)
	delete(m, key)
	return m
}
