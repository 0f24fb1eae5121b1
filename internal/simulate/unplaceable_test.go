package simulate_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/simulate"
)

// manifest is an estate of one Deployment, three pods of half a core, and
// nothing else.
func manifestOf(change func(e *kubernetes.Estate, t *kubernetes.PodTemplate)) *kubernetes.Estate {
	app := map[string]string{"app": "web"}
	e := &kubernetes.Estate{Workloads: []kubernetes.Workload{{
		Ref: kubernetes.Ref{Namespace: "default", Kind: "Deployment", Name: "web"}, Replicas: 3, ReplicasSet: true, Scaled: true, Evictable: true,
		Lasting: true,
		Template: kubernetes.PodTemplate{
			Labels: app, Requests: kubernetes.Resources{CPU: 500, Memory: 512 << 20, Pods: 1}, Grace: 30 * time.Second,
		},
	}}}
	change(e, &e.Workloads[0].Template)
	return e
}

func affinityTo(app, key string) *corev1.Affinity {
	return &corev1.Affinity{PodAffinity: &corev1.PodAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{
		{LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": app}}, TopologyKey: key},
	}}}
}

func antiAffinityTo(app, key string) *corev1.Affinity {
	near := affinityTo(app, key).PodAffinity.RequiredDuringSchedulingIgnoredDuringExecution
	return &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: near}}
}

func spreadOver(key string, maxSkew int32) []corev1.TopologySpreadConstraint {
	return []corev1.TopologySpreadConstraint{{
		MaxSkew: maxSkew, TopologyKey: key, WhenUnsatisfiable: corev1.DoNotSchedule,
		LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}},
	}}
}

func limitedPool(limits kubernetes.Resources, closed bool) []kubernetes.Pool {
	return []kubernetes.Pool{{
		API: "karpenter.sh/NodePool", Name: "default", NodeClass: "karpenter.k8s.aws/EC2NodeClass", Limits: limits, Closed: closed,
	}}
}

// Whatever a lone workload asks of nodes that nobody has seen, it is placed on
// nodes that have it, or the reason is given why that cannot be.
func TestEveryManifestIsPlacedOrItIsSaidWhyNot(t *testing.T) {
	const rack, zone, host = "example.com/rack", "topology.kubernetes.io/zone", "kubernetes.io/hostname"
	type change = func(e *kubernetes.Estate, t *kubernetes.PodTemplate)
	template := func(f func(t *kubernetes.PodTemplate)) change {
		return func(_ *kubernetes.Estate, t *kubernetes.PodTemplate) { f(t) }
	}
	pools := func(limits kubernetes.Resources, closed bool) change {
		return func(e *kubernetes.Estate, _ *kubernetes.PodTemplate) { e.Pools = limitedPool(limits, closed) }
	}
	for name, x := range map[string]struct {
		change change
		placed int
		why    string // of the error, where nothing is placed
	}{
		"nothing asked":               {template(func(*kubernetes.PodTemplate) {}), 3, ""},
		"affinity to itself, by zone": {template(func(t *kubernetes.PodTemplate) { t.Affinity = affinityTo("web", zone) }), 3, ""},
		"affinity to itself, by node": {template(func(t *kubernetes.PodTemplate) { t.Affinity = affinityTo("web", host) }), 3, ""},
		"affinity to itself, by rack": {template(func(t *kubernetes.PodTemplate) { t.Affinity = affinityTo("web", rack) }), 3, ""},
		"affinity to what is not there": {template(func(t *kubernetes.PodTemplate) { t.Affinity = affinityTo("other", zone) }), 0,
			"3 of 3 pods of default/Deployment/web fit on no node"},
		"apart by rack": {template(func(t *kubernetes.PodTemplate) { t.Affinity = antiAffinityTo("web", rack) }), 3, ""},
		"apart by node": {template(func(t *kubernetes.PodTemplate) { t.Affinity = antiAffinityTo("web", host) }), 3, ""},
		"apart by region": {template(func(t *kubernetes.PodTemplate) {
			t.Affinity = antiAffinityTo("web", corev1.LabelTopologyRegion)
		}), 1, ""},
		"spread over racks":          {template(func(t *kubernetes.PodTemplate) { t.Spread = spreadOver(rack, 1) }), 3, ""},
		"spread with no skew at all": {template(func(t *kubernetes.PodTemplate) { t.Spread = spreadOver(zone, 0) }), 0, "fit on no node"},
		"spread, skew below zero":    {template(func(t *kubernetes.PodTemplate) { t.Spread = spreadOver(host, -1) }), 0, "fit on no node"},
		"a zone by name": {template(func(t *kubernetes.PodTemplate) { t.NodeSelector = map[string]string{zone: "eu-west-1a"} }), 3,
			""},
		"a volume in a zone": {func(e *kubernetes.Estate, t *kubernetes.PodTemplate) {
			e.VolumeClaims = []kubernetes.VolumeClaim{{Namespace: "default", Name: "data", Zones: []string{"eu-west-1a"}}}
			t.VolumeClaims = []string{"data"}
		}, 3, ""},
		"a volume in a zone, under a pool": {func(e *kubernetes.Estate, t *kubernetes.PodTemplate) {
			e.Pools = limitedPool(kubernetes.Resources{CPU: 100_000}, false)
			e.VolumeClaims = []kubernetes.VolumeClaim{{Namespace: "default", Name: "data", Zones: []string{"eu-west-1a"}}}
			t.VolumeClaims = []string{"data"}
		}, 3, ""},
		"a pool that may have no nodes": {pools(kubernetes.Resources{}, true), 0, "the limits of pool default allow no node"},
		"a pool of one CPU":             {pools(kubernetes.Resources{CPU: 1000}, false), 1, ""},
		"a pool of half a CPU":          {pools(kubernetes.Resources{CPU: 500}, false), 0, "the limits of pool default allow no node"},
		"more than any node has":        {template(func(t *kubernetes.PodTemplate) { t.Requests.CPU = 1 << 50 }), 0, "fits on no node"},
		"more pods than can be placed": {func(e *kubernetes.Estate, _ *kubernetes.PodTemplate) { e.Workloads[0].Replicas = 1 << 31 }, 0,
			"more than can be placed"},
		"an affinity that nothing meets": {template(func(t *kubernetes.PodTemplate) {
			t.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{}}}
		}), 0, "fits on no node"},
	} {
		t.Run(name, func(t *testing.T) {
			e, k := manifestOf(x.change), knowledge(t)
			w, err := simulate.Prepare(e, locate.Locate(k, e, k.Offering("karpenter"), nil), true)
			switch {
			case x.why != "" && (err == nil || !strings.Contains(err.Error(), x.why)):
				t.Fatalf("the error is %v, wants one about %q", err, x.why)
			case err != nil:
				return
			}
			sim, err := simulate.Play(t.Context(), w, drift(time.Hour), nil)
			if err != nil {
				t.Fatal(err)
			}
			if x.placed > 0 && sim.Workloads[0].Ready != x.placed {
				t.Errorf("%d pods run, wants %d", sim.Workloads[0].Ready, x.placed)
			}
		})
	}
}

// An estate of which only the list of workloads was cut is an error, and is not
// played with the pods of others.
func TestAnEstateCutByHandIsAnError(t *testing.T) {
	c := newCluster(2)
	c.runs("Deployment", "web", 0, 1)
	c.runs("Deployment", "api", 0, 1)
	k := knowledge(t)
	for name, cut := range map[string]func(e *kubernetes.Estate){
		"the last is missing":  func(e *kubernetes.Estate) { e.Workloads = e.Workloads[:1] },
		"the first is missing": func(e *kubernetes.Estate) { e.Workloads = e.Workloads[1:] },
		"pods are missing":     func(e *kubernetes.Estate) { e.Pods = e.Pods[:1] },
		"pods were reordered":  func(e *kubernetes.Estate) { slices.Reverse(e.Pods) },
	} {
		e := *c.Estate
		e.Pods = slices.Clone(e.Pods)
		cut(&e)
		_, err := simulate.Prepare(&e, locate.Locate(k, &e, k.Offering("karpenter"), nil), false)
		if err == nil || !strings.Contains(err.Error(), "only a part of the estate") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
