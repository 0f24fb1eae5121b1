package kubernetes

import (
	"maps"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// Pods have the labels of their template, and those that their controller makes up; one that
// the template has is its own. Pods that nobody made have their own alone.
func TestPodLabels(t *testing.T) {
	const madeUp = unknownValue
	for name, x := range map[string]struct {
		w    Workload
		want map[string]string
	}{
		"of a Deployment": {Workload{Ref: Ref{Kind: "Deployment"}}, map[string]string{"app": "a", "pod-template-hash": madeUp}},
		"of a DaemonSet": {Workload{Ref: Ref{Kind: "DaemonSet"}},
			map[string]string{"app": "a", "controller-revision-hash": madeUp, "pod-template-generation": madeUp}},
		"of another kind":        {Workload{Ref: Ref{Kind: "Database"}}, map[string]string{"app": "a"}},
		"a pod that nobody made": {Workload{Ref: Ref{Kind: "Job"}, Bare: true}, map[string]string{"app": "a"}},
		"which the template has": {Workload{Ref: Ref{Kind: "DeploymentConfig"},
			Template: PodTemplate{Labels: map[string]string{"deployment": "x"}}},
			map[string]string{"app": "a", "deployment": "x"}},
	} {
		own := map[string]string{"app": "a"}
		maps.Copy(own, x.w.Template.Labels)
		x.w.Template.Labels = own
		if got := x.w.PodLabels(); !maps.Equal(got, x.want) {
			t.Errorf("%s: %v, want %v", name, got, x.want)
		}
		for _, key := range []string{"app", "pod-template-hash", "controller-revision-hash", "deployment", "job-name"} {
			if got := x.w.MadeUp(key); got != (x.want[key] == madeUp) {
				t.Errorf("%s: %s is made up: %t", name, key, got)
			}
		}
	}
	for key, want := range map[string]bool{
		"pod-template-hash": true, "job-name": true, "statefulset.kubernetes.io/pod-name": true, "app": false, "": false,
	} {
		if got := MadeUpLabel(key); got != want {
			t.Errorf("%s is made up: %t", key, got)
		}
	}
}

// Nodes of a pool may have what its labels and requirements leave open: a label with a prefix
// of which it says nothing may be the platform's.
func TestLabelsThatNodesOfAPoolMayHave(t *testing.T) {
	p := Pool{
		Name: "blue", NodeLabels: map[string]string{"team": "web"},
		Requirements: []corev1.NodeSelectorRequirement{
			{Key: "zone", Operator: corev1.NodeSelectorOpIn, Values: []string{"a", "b", "c"}},
			{Key: "zone", Operator: corev1.NodeSelectorOpNotIn, Values: []string{"b"}},
			{Key: "gpu", Operator: corev1.NodeSelectorOpDoesNotExist},
			{Key: "cpu", Operator: corev1.NodeSelectorOpExists},
		},
	}
	for _, x := range []struct {
		key, value, poolLabel string
		want                  bool
	}{
		{"team", "web", "", true}, {"team", "api", "", false},
		{"zone", "a", "", true}, {"zone", "b", "", false}, {"zone", "c", "", true}, {"zone", "d", "", false},
		{"gpu", "yes", "", false}, {"cpu", "8", "", true},
		{"example.com/rack", "1", "", true}, {"rack", "1", "", false},
		{"pool", "blue", "pool", true}, {"pool", "red", "pool", false}, {"pool", "blue", "", false}, {"", "blue", "", false},
	} {
		if got := p.MayHave(map[string]string{x.key: x.value}, x.poolLabel); got != x.want {
			t.Errorf("%s=%s, where pools are named by %q: %t", x.key, x.value, x.poolLabel, got)
		}
	}
	if !p.MayHave(nil, "") || p.MayHave(map[string]string{"team": "web", "zone": "b"}, "") {
		t.Error("all of a selector counts, and nothing asks for nothing")
	}
}
