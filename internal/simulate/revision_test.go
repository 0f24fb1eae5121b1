package simulate

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// The API server merges matchLabelKeys and mismatchLabelKeys into the selector of a
// term, with the values that the pod has: by the label that its controller gives to
// each revision, old pods and new ones are told apart.
//
// Source: applyMatchLabelKeysAndMismatchLabelKeys in
// pkg/registry/core/pod/strategy.go of Kubernetes 1.36.
func TestKeysOfRevisions(t *testing.T) {
	const hash, revision = "pod-template-hash", "controller-revision-hash"
	web := &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}
	apart := func(same, other []string) func(p *kubernetes.PodTemplate) {
		return func(p *kubernetes.PodTemplate) {
			p.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{
				RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{
					{LabelSelector: web, TopologyKey: hostname, MatchLabelKeys: same, MismatchLabelKeys: other}}}}
		}
	}
	beside := func(same, other []string) func(p *kubernetes.PodTemplate) {
		return func(p *kubernetes.PodTemplate) {
			p.Affinity = &corev1.Affinity{PodAffinity: &corev1.PodAffinity{
				RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{
					{LabelSelector: web, TopologyKey: hostname, MatchLabelKeys: same, MismatchLabelKeys: other}}}}
		}
	}
	spread := func(keys ...string) func(p *kubernetes.PodTemplate) {
		return func(p *kubernetes.PodTemplate) {
			p.Spread = []corev1.TopologySpreadConstraint{{MaxSkew: 1, TopologyKey: hostname, WhenUnsatisfiable: corev1.DoNotSchedule,
				LabelSelector: web, MatchLabelKeys: keys}}
		}
	}
	for name, x := range map[string]struct {
		kind     string
		set      func(p *kubernetes.PodTemplate)
		old, new bool // may stand on node 0, where an old one stands; node 1 has none
	}{
		"apart":                                   {"Deployment", apart(nil, nil), false, false},
		"apart from the same revision":            {"Deployment", apart([]string{hash}, nil), false, true},
		"apart from others":                       {"Deployment", apart(nil, []string{hash}), true, false},
		"apart by a label that all have":          {"Deployment", apart([]string{"app"}, nil), false, false},
		"apart from those without it":             {"Deployment", apart(nil, []string{"app"}), true, true},
		"apart by a label that none has":          {"Deployment", apart([]string{"version"}, []string{"track"}), false, false},
		"by the label of another controller":      {"Deployment", apart([]string{revision}, nil), false, false},
		"members apart from the same revision":    {"StatefulSet", apart([]string{revision}, nil), false, true},
		"beside the same revision":                {"Deployment", beside([]string{hash}, nil), true, true}, // the first of its like
		"beside others":                           {"Deployment", beside(nil, []string{hash}), false, true},
		"spread":                                  {"Deployment", spread(), false, false},
		"spread over those of the same revision":  {"Deployment", spread(hash), false, true},
		"spread by the label of another":          {"Deployment", spread(revision), false, false},
		"spread of a bare set, without the label": {"ReplicaSet", spread(hash), false, false},
	} {
		c := clusterOf(2)
		x.set(&c.with(x.kind, "web", 0).Template)
		e := c.engine(t)
		old := e.pods[0].class
		wants(t, name+", old", e.suits(&e.classes[old], untied, 0, false), x.old)
		wants(t, name+", new", e.suits(&e.classes[e.ofRevision(old, 1)], untied, 0, false), x.new || e.ofRevision(old, 1) == old && x.old)
	}
}

// A rollout on as many nodes as there are replicas ends where only pods of the same
// revision have to be apart, and does not where all have to be.
func TestRolloutsWithKeysOfRevisions(t *testing.T) {
	for name, x := range map[string]struct {
		keys    []string
		pending int32
	}{"all apart": {nil, 1}, "by revision": {[]string{"pod-template-hash"}, 0}} {
		c := clusterOf(2)
		w := c.with("Deployment", "web", 0, 1)
		w.Template.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{{TopologyKey: hostname, MatchLabelKeys: x.keys,
				LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}}}}}
		e := c.engine(t)
		e.scenario.Fault.NoCapacity = true
		for round := range 2 { // the second brings back the first
			e.rollouts.begin(0, -1)
			e.runUntil(time.Duration(round+1) * 10 * time.Minute)
			pending := int32(0)
			for _, p := range e.workloads[0].pods {
				pending += int32(boolean(e.pods[p].state == podPending))
			}
			wants(t, name, pending, x.pending)
			wants(t, name+", all ready", e.workloads[0].ready, 2)
		}
	}
}
