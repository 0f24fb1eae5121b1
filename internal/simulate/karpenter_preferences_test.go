package simulate

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Karpenter makes nodes for what pods prefer, as long as it can be had, and packs
// them where it cannot.
func TestKarpenterAsksForWhatPodsPrefer(t *testing.T) {
	alike := corev1.PodAffinityTerm{TopologyKey: hostname, LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}}
	in := func(weight int32, values ...string) corev1.PreferredSchedulingTerm {
		return corev1.PreferredSchedulingTerm{Weight: weight, Preference: corev1.NodeSelectorTerm{
			MatchExpressions: []corev1.NodeSelectorRequirement{{Key: zone, Operator: corev1.NodeSelectorOpIn, Values: values}},
		}}
	}
	for name, x := range map[string]struct {
		affinity corev1.Affinity
		spread   []corev1.TopologySpreadConstraint
		claims   int
		zone     string // where they all lie
	}{
		"nothing": {claims: 1},
		"to be apart": {affinity: corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{
			PreferredDuringSchedulingIgnoredDuringExecution: []corev1.WeightedPodAffinityTerm{{Weight: 1, PodAffinityTerm: alike}}}}, claims: 2},
		"to be spread": {spread: []corev1.TopologySpreadConstraint{{MaxSkew: 1, TopologyKey: zone, WhenUnsatisfiable: corev1.ScheduleAnyway,
			LabelSelector: alike.LabelSelector}}, claims: 2},
		"a zone": {affinity: corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			PreferredDuringSchedulingIgnoredDuringExecution: []corev1.PreferredSchedulingTerm{in(10, "zone-1")}}}, claims: 1, zone: "zone-1"},
		"a zone that there is not": {affinity: corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			PreferredDuringSchedulingIgnoredDuringExecution: []corev1.PreferredSchedulingTerm{in(10, "zone-7")}}}, claims: 1},
		"one of two zones": {affinity: corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			PreferredDuringSchedulingIgnoredDuringExecution: []corev1.PreferredSchedulingTerm{in(1, "zone-0"), in(10, "zone-1")}}}, claims: 1, zone: "zone-1"},
		"a zone above one that there is not": {affinity: corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			PreferredDuringSchedulingIgnoredDuringExecution: []corev1.PreferredSchedulingTerm{in(10, "zone-7"), in(1, "zone-1")}}}, claims: 1, zone: "zone-1"},
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
		if x.zone != "" && (len(claims[0].options) != 1 || e.shapes[claims[0].options[0]].labels[zone] != x.zone) {
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

// What Karpenter drops first is the heaviest of what a pod prefers, kind by kind:
// pods to be near, pods to be apart from, then spreads.
func TestWishesDropTheHeaviestFirst(t *testing.T) {
	c := class{prefers: []preference{
		{group: 1, weight: 2}, {group: 2, weight: 9}, {group: 3, weight: -1}, {group: 4, weight: -8}, {group: 5, spreads: true, maxSkew: 1},
	}}
	var got []string
	for _, w := range (&builder{}).wishesOf(&c) {
		got = append(got, fmt.Sprint(w.near, w.anti, w.spread))
	}
	want := []string{"[2 1] [4 3] [{5 1}]", "[1] [4 3] [{5 1}]", "[] [4 3] [{5 1}]", "[] [3] [{5 1}]", "[] [] [{5 1}]"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// A pod finds a ready node wherever it stands among the others, where it is one
// that the pod may run on and has room.
func TestReadyNodesThatFit(t *testing.T) {
	for name, x := range map[string]struct {
		full []int
		want bool
	}{
		"room on the first":  {[]int{1, 1, 1, 1}, true},
		"room on the second": {[]int{0, 0, 0, 0}, true},
		"room on none":       {[]int{0, 0, 0, 0, 1, 1, 1, 1}, false},
	} {
		c := clusterOf(2)
		c.with("Deployment", "full", x.full...)
		c.with("Deployment", "web", -1)
		e := c.engine(t)
		p := &e.pods[len(x.full)]
		k := &e.classes[p.class]
		if got := e.solver.readyNodeFits(&kindOfPod{k.asks, k.constraint, p.tie}); got != x.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
