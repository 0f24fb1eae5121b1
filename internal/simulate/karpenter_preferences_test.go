package simulate

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"

	"github.com/onus-project/onus/internal/estate/kubernetes"
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
			PreferredDuringSchedulingIgnoredDuringExecution: []corev1.PreferredSchedulingTerm{in(1, "zone-0"), in(10, "zone-1")}}}, claims: 1,
			zone: "zone-1"},
		"a zone above one that there is not": {affinity: corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			PreferredDuringSchedulingIgnoredDuringExecution: []corev1.PreferredSchedulingTerm{in(10, "zone-7"), in(1, "zone-1")}}}, claims: 1,
			zone: "zone-1"},
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

// A pod for which a node would be made fits on a ready one of its kind, so that
// none is made for it time and again: here by nodes that have no zone.
func TestKarpenterUsesTheNodesItMade(t *testing.T) {
	for name, how := range map[string]corev1.UnsatisfiableConstraintAction{"may": corev1.ScheduleAnyway, "must": corev1.DoNotSchedule} {
		c := clusterOf(2)
		c.Nodes[0].Labels, c.Nodes[1].Labels = without(c.Nodes[0].Labels, zone), without(c.Nodes[1].Labels, zone)
		w := c.with("Deployment", "web", 0)
		for _, key := range []string{zone, hostname} {
			w.Template.Spread = append(w.Template.Spread, corev1.TopologySpreadConstraint{
				MaxSkew: 1, TopologyKey: key, WhenUnsatisfiable: how,
				LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}},
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

// What Karpenter drops first is a required term of nodes while there is another; then
// the heaviest of what a pod prefers, kind by kind: pods to be near, pods to be apart
// from, nodes, then spreads, in whose place the last of all comes. At last it
// tolerates taints that only prefer to have no pods.
func TestWishesDropTheHeaviestFirst(t *testing.T) {
	in := func(zones ...string) constraint {
		r, _ := labels.NewRequirement(zone, selection.In, zones)
		return constraint{terms: [][]labels.Requirement{{*r}}, names: [][]string{nil}}
	}
	soft := func(group int32, at int) preference {
		return preference{group: group, weight: -1, spreads: true, maxSkew: 1, at: at}
	}
	a, b := in("a", "b", "t"), in("b", "c", "t")
	w := &World{}
	for _, z := range []string{"a", "b", "c"} {
		w.shapes = append(w.shapes, shape{labels: map[string]string{zone: z}})
	}
	w.shapes = append(w.shapes,
		shape{labels: map[string]string{zone: "t"}, taints: []kubernetes.Taint{{Key: "k", Effect: "PreferNoSchedule"}}})
	w.fits = [][]bool{{true, true, true, true}}
	asked := []constraint{{terms: append(a.terms, b.terms...), names: [][]string{nil, nil}}}
	build := nodeFits{&builder{World: w, constraints: &nodeConstraints{asked: asked}}}
	c := class{spreads: 4, spread: []spread{{9, 1}}, prefers: []preference{
		{group: 1, weight: 2}, {group: 2, weight: 9}, {group: 3, weight: -1}, {group: 4, weight: -8}, soft(5, 0), soft(6, 1), soft(7, 3),
	}, preferred: []preferredNodes{{in("c"), 1}, {in("b"), 5}}}
	var got []string
	for _, x := range build.wishesOf(&c, &rowsOfFits{at: map[string]int32{}, lenient: true}) {
		where := ""
		for s, fits := range w.fits[x.constraint] {
			if fits {
				where += w.shapes[s].labels[zone]
			}
		}
		var over []int32
		for _, s := range x.spread {
			over = append(over, s.group)
		}
		got = append(got, fmt.Sprint(where, x.near, x.anti, over))
	}
	want := []string{
		"b[2 1] [4 3] [9 5 7 6]", "b[2 1] [4 3] [9 5 7 6]", "b[1] [4 3] [9 5 7 6]", "b[] [4 3] [9 5 7 6]", "b[] [3] [9 5 7 6]",
		"b[] [] [9 5 7 6]",
		"c[] [] [9 5 7 6]", "bc[] [] [9 5 7 6]", "bc[] [] [9 7 6]", "bc[] [] [9 6]", "bc[] [] [9]", "bct[] [] [9]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Where several terms say on which nodes a pod may run, Karpenter asks for the first
// alone before it asks for the next; and it counts taints that only prefer to have no
// pods, as long as there is another node.
func TestKarpenterAsksForOneTermAtATime(t *testing.T) {
	terms := func(zones ...string) *corev1.Affinity {
		var all []corev1.NodeSelectorTerm
		for _, z := range zones {
			all = append(all, corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: zone,
				Operator: corev1.NodeSelectorOpIn, Values: []string{z}}}})
		}
		return &corev1.Affinity{
			NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: all}},
		}
	}
	taint := []kubernetes.Taint{{Key: "spot", Effect: "PreferNoSchedule"}}
	for name, x := range map[string]struct {
		affinity             *corev1.Affinity
		nodeTaint, tolerated bool
		poolTaint            bool
		claims               int
		zone                 string
	}{
		"the first, which is full":          {affinity: terms("zone-1", "zone-0"), claims: 1, zone: "zone-1"},
		"the first, where it fits":          {affinity: terms("zone-0", "zone-1")},
		"the next, of a zone that there is": {affinity: terms("zone-7", "zone-0")},
		"one":                               {affinity: terms("zone-0")},
		"none":                              {},
		"a taint that prefers no pods":      {nodeTaint: true, claims: 1},
		"a taint that is tolerated":         {nodeTaint: true, tolerated: true},
		"a taint that all nodes would have": {nodeTaint: true, poolTaint: true},
	} {
		c := clusterOf(2)
		c.with("Deployment", "full", 1, 1, 1, 1)
		w := c.with("Deployment", "web", -1)
		w.Template.Affinity = x.affinity
		if x.nodeTaint {
			c.Nodes[0].Taints = taint
		}
		if x.tolerated {
			w.Template.Tolerations = []kubernetes.Toleration{{Key: "spot", Operator: "Exists"}}
		}
		if x.poolTaint {
			c.Pools[0].Taints, c.Nodes[1].Taints = taint, taint
		}
		e := c.engine(t)
		claims, _ := e.solver.solve([]int32{4}, nil, false)
		if wants(t, name, len(claims), x.claims); x.zone != "" && len(claims) > 0 {
			wants(t, name+": zone", e.shapes[claims[0].options[0]].labels[zone], x.zone)
		}
	}
}

// A pod finds a ready node wherever it stands among the others, where it is one
// that the pod may run on and that has enough free capacity.
func TestReadyNodesThatFit(t *testing.T) {
	for name, x := range map[string]struct {
		full []int
		want bool
	}{
		"it fits on the first":  {[]int{1, 1, 1, 1}, true},
		"it fits on the second": {[]int{0, 0, 0, 0}, true},
		"it fits on none":       {[]int{0, 0, 0, 0, 1, 1, 1, 1}, false},
	} {
		c := clusterOf(2)
		c.with("Deployment", "full", x.full...)
		c.with("Deployment", "web", -1)
		e := c.engine(t)
		p := &e.pods[len(x.full)]
		k := &e.classes[p.class]
		if got := e.solver.readyNodeFits(&kindOfPod{k.asks, k.constraint, p.tie, k.choosy()}); got != x.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// BenchmarkWishes finds places for two pods for each node of a cluster that has free capacity
// for them all, where they would rather be apart.
func BenchmarkWishes(b *testing.B) {
	for _, nodes := range []int{500, 1000, 2000} {
		b.Run(fmt.Sprint(nodes), func(b *testing.B) {
			c := clusterOf(nodes)
			waiting := make([]int, 2*nodes)
			for i := range waiting {
				waiting[i] = -1
			}
			w := c.with("Deployment", "web", waiting...)
			w.Template.Affinity = ratherApart(w.Template.Labels)
			c.Pools[0].Limits = kubernetes.Resources{CPU: 1} // nor more nodes
			e := c.engine(b)
			list := make([]int32, len(waiting))
			for i := range list {
				list[i] = int32(i)
			}
			for b.Loop() {
				e.solver.solve(list, nil, false)
			}
		})
	}
}

// ratherApart is to be on another node than pods with some labels, if there is one.
func ratherApart(from map[string]string) *corev1.Affinity {
	return &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{
		PreferredDuringSchedulingIgnoredDuringExecution: []corev1.WeightedPodAffinityTerm{{Weight: 1, PodAffinityTerm: corev1.PodAffinityTerm{
			TopologyKey: hostname, LabelSelector: &metav1.LabelSelector{MatchLabels: from},
		}}},
	}}
}
