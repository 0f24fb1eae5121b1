package kubernetes

import (
	"reflect"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// What a StatefulSet makes for each pod is not what all of them mount.
func TestInferredClaims(t *testing.T) {
	p := pod("s-0", "StatefulSet", "s")
	p.VolumeClaims = []string{"data-s-0", "shared", "log-s-0", "s-0"}
	p.Template.VolumeClaims = p.VolumeClaims
	e := Link(&Raw{Pods: []RawPod{p}})
	w := e.Workloads[0]
	if !reflect.DeepEqual(w.VolumeClaimTemplates, []string{"data", "log"}) ||
		!reflect.DeepEqual(w.Template.VolumeClaims, []string{"shared", "s-0"}) {
		t.Errorf("templates %q, claims %q", w.VolumeClaimTemplates, w.Template.VolumeClaims)
	}
	if len(e.Pods[0].VolumeClaims) != 4 {
		t.Errorf("the pod's: %q", e.Pods[0].VolumeClaims)
	}
}

// A pod that nobody made is a hook where it says so; one of a controller is not told by the
// annotations that it was given.
func TestInferredHooks(t *testing.T) {
	for kind, want := range map[string]string{"": "helm.sh/hook: test", "Job": ""} {
		p := pod("p", kind, "j")
		p.Template.Annotations = map[string]string{"helm.sh/hook": "test"}
		if got := Link(&Raw{Pods: []RawPod{p}}).Workloads[0].Hook; got != want {
			t.Errorf("of %q: %q, want %q", kind, got, want)
		}
	}
}

// A DaemonSet's pod is made for its node, its workload for all of them.
func TestInferredDaemonSets(t *testing.T) {
	pin := func() *corev1.NodeSelector {
		return &corev1.NodeSelector{
			NodeSelectorTerms: []corev1.NodeSelectorTerm{
				{MatchFields: []corev1.NodeSelectorRequirement{{Key: "metadata.name", Operator: corev1.NodeSelectorOpIn, Values: []string{"n1"}}}},
			},
		}
	}
	byLabel := &corev1.NodeSelector{
		NodeSelectorTerms: []corev1.NodeSelectorTerm{
			{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: "arch", Operator: corev1.NodeSelectorOpExists}}},
		},
	}
	field := func(key, value string) *corev1.NodeSelector {
		s := pin()
		s.NodeSelectorTerms[0].MatchFields = []corev1.NodeSelectorRequirement{
			{Key: key, Operator: corev1.NodeSelectorOpIn, Values: []string{value}},
		}
		return s
	}
	required := func(s *corev1.NodeSelector) *corev1.Affinity {
		return &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: s}}
	}
	both := pin()
	both.NodeSelectorTerms[0].MatchExpressions = byLabel.NodeSelectorTerms[0].MatchExpressions
	preferred := []corev1.PreferredSchedulingTerm{{Weight: 1}}
	apart := &corev1.PodAntiAffinity{}
	for _, c := range []struct {
		name     string
		in, want *corev1.Affinity
	}{
		{"none", nil, nil},
		{"of pods", &corev1.Affinity{PodAntiAffinity: apart}, &corev1.Affinity{PodAntiAffinity: apart}},
		{"its node", &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: pin()}}, nil},
		{"its node, and what it prefers",
			&corev1.Affinity{
				NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: pin(),
					PreferredDuringSchedulingIgnoredDuringExecution: preferred},
			},
			&corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{PreferredDuringSchedulingIgnoredDuringExecution: preferred}}},
		{"its node, and apart from others",
			&corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: pin()}, PodAntiAffinity: apart},
			&corev1.Affinity{PodAntiAffinity: apart}},
		{"only what it prefers", &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{PreferredDuringSchedulingIgnoredDuringExecution: preferred}},
			&corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{PreferredDuringSchedulingIgnoredDuringExecution: preferred}}},
		{"another field", required(field("metadata.namespace", "ns")), required(field("metadata.namespace", "ns"))},
		{"a node and labels, which somebody wrote", required(both), required(both)},
		{"labels", &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: byLabel}},
			&corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: byLabel}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := pod("d-x", "DaemonSet", "d")
			p.Template.Affinity = c.in
			before := c.in.DeepCopy()
			e := Link(&Raw{Pods: []RawPod{p}})
			if got := e.Workloads[0].Template.Affinity; !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %v\nwant %v", got, c.want)
			}
			if !reflect.DeepEqual(c.in, before) {
				t.Errorf("the pod's own is changed: %v", c.in)
			}
		})
	}
	p := pod("w-x", "StatefulSet", "w")
	p.Template.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: pin()}}
	e := Link(&Raw{Pods: []RawPod{p}})
	if e.Workloads[0].Template.Affinity == nil {
		t.Error("of another kind somebody wrote it")
	}
}
