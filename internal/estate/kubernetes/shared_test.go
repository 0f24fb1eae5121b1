package kubernetes

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// Pods that mount one claim, which is for one node at a time, run on one node,
// unless ready ones show otherwise.
func TestShared(t *testing.T) {
	claims := map[string]*VolumeClaim{"once": {Name: "once", Once: true}, "many": {Name: "many"}}
	find := func(namespace, name string) *VolumeClaim {
		if namespace != "ns" {
			return nil
		}
		return claims[name]
	}
	on := func(ready bool, node string) Pod { return Pod{Ready: ready, Node: node} }
	for _, c := range []struct {
		name   string
		claims []string
		pods   []Pod
		change func(*Workload)
		want   string
	}{
		{"one node at a time", []string{"once"}, nil, nil, "once"},
		{"among others", []string{"many", "unread", "once"}, nil, nil, "once"},
		{"many nodes", []string{"many"}, nil, nil, ""},
		{"a claim that was not read", []string{"unread"}, nil, nil, ""},
		{"none", nil, nil, nil, ""},
		{"one pod", []string{"once"}, nil, func(w *Workload) { w.Replicas = 1 }, ""},
		{"a pod on its own", []string{"once"}, nil, func(w *Workload) { w.Bare = true }, ""},
		{"one pod at least, and two now", []string{"once"}, nil, func(w *Workload) { w.Scaler = &Scaler{Min: 1, Max: 2} }, "once"},
		{"one now, and two at least", []string{"once"}, nil, func(w *Workload) { w.Replicas, w.Scaler = 1, &Scaler{Min: 2, Max: 2} }, "once"},
		{"another namespace", []string{"once"}, nil, func(w *Workload) { w.Namespace = "other" }, ""},
		{"ready on one node", []string{"once"}, []Pod{on(true, "a"), on(true, "a")}, nil, "once"},
		{"ready on two nodes", []string{"once"}, []Pod{on(true, "a"), on(true, "b")}, nil, ""},
		{"ready on two of three nodes", []string{"once"}, []Pod{on(true, "a"), on(true, "a"), on(false, "c"), on(true, "b")}, nil, ""},
		{"not ready on the other", []string{"once"}, []Pod{on(true, "a"), on(false, "b")}, nil, "once"},
		{"not ready on any", []string{"once"}, []Pod{on(false, "a"), on(false, "b")}, nil, "once"},
		{"ready on none that is known", []string{"once"}, []Pod{on(true, "a"), on(true, ""), on(true, "a")}, nil, "once"},
	} {
		w := &Workload{Ref: Ref{"ns", "Deployment", "w"}, Replicas: 2, Template: PodTemplate{VolumeClaims: c.claims}}
		for i := range c.pods {
			w.Pods = append(w.Pods, i)
		}
		if c.change != nil {
			c.change(w)
		}
		got := ""
		if claim := (&Estate{Pods: c.pods}).Shared(w, find); claim != nil {
			got = claim.Name
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// Labels that no node may have are those that every term of the affinity rules out.
func TestWithout(t *testing.T) {
	term := func(keys ...string) corev1.NodeSelectorTerm {
		terms := corev1.NodeSelectorTerm{
			MatchExpressions: []corev1.NodeSelectorRequirement{{Key: "there", Operator: corev1.NodeSelectorOpExists}},
		}
		for _, k := range keys {
			terms.MatchExpressions = append(terms.MatchExpressions,
				corev1.NodeSelectorRequirement{Key: k, Operator: corev1.NodeSelectorOpDoesNotExist})
		}
		return terms
	}
	of := func(terms ...corev1.NodeSelectorTerm) *corev1.Affinity {
		return &corev1.Affinity{
			NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: terms}},
		}
	}
	for _, c := range []struct {
		name     string
		affinity *corev1.Affinity
		want     string
	}{
		{"none", nil, ""},
		{"of pods alone", &corev1.Affinity{}, ""},
		{"preferred alone", &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{}}, ""},
		{"one term", of(term("a", "b")), "a b "},
		{"two terms", of(term("a", "b"), term("b", "c")), "b "},
		{"three terms", of(term("a", "b"), term("a", "b"), term("a")), "a "},
		{"terms with nothing in common", of(term("a"), term("b")), ""},
		{"a term that rules out nothing", of(term("a"), term()), ""},
	} {
		got := ""
		for _, key := range (&PodTemplate{Affinity: c.affinity}).Without() {
			got += key + " "
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// All ports of all containers are declared, as far as somebody asks for them.
func TestPorts(t *testing.T) {
	x := &PodTemplate{Containers: []Container{{Ports: []ContainerPort{{"a", 1}, {"b", 2}}}, {}, {Ports: []ContainerPort{{"c", 3}}}}}
	sum := 0
	for p := range x.Ports() {
		sum = sum*10 + int(p.Number)
	}
	first := 0
	for p := range x.Ports() {
		first = int(p.Number)
		break
	}
	if sum != 123 || first != 1 {
		t.Errorf("ports %d, the first %d", sum, first)
	}
}

// What is gone soon after it ends delays no drain, as long as none of it runs.
func TestPassingAndExpendable(t *testing.T) {
	for _, c := range []struct {
		w    Workload
		want bool
	}{
		{Workload{Transient: true}, true}, {Workload{Transient: true, Pods: []int{0}}, false}, {Workload{}, false},
		{Workload{Pods: []int{0}}, false},
	} {
		if got := c.w.Passing(); got != c.want {
			t.Errorf("%+v passes: %t", c.w, got)
		}
	}
	for priority, want := range map[int32]bool{-1: true, -10: true, 0: false, 1: false} {
		if got := (&Workload{Template: PodTemplate{Priority: &priority}}).Expendable(); got != want {
			t.Errorf("priority %d is expendable: %t", priority, got)
		}
	}
	if (&Workload{}).Expendable() {
		t.Error("a priority that is not known")
	}
}
