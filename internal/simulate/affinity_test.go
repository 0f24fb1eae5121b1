package simulate_test

import (
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/simulate"
)

// in moves the last workload and its pods into a namespace.
func (c *cluster) in(namespace string) {
	w := &c.Workloads[len(c.Workloads)-1]
	w.Namespace = namespace
	for _, p := range w.Pods {
		c.Pods[p].Namespace = namespace
	}
}

// A term means pods in the namespaces that it names and in those that its selector
// takes. Where the labels of one were not read, it keeps no pod from a node.
func TestAffinityAcrossNamespaces(t *testing.T) {
	const note = "the labels of namespace b were not read, by which the affinity of a/Deployment/api may mean its pods: " +
		"it is played as if it kept no pod from a node"
	read := []kubernetes.Namespace{{Name: "a"}, {Name: "b", Labels: map[string]string{"team": "blue"}}}
	blue := &metav1.LabelSelector{MatchLabels: map[string]string{"team": "blue"}}
	for name, test := range map[string]struct {
		among      *metav1.LabelSelector
		names      []string
		namespaces []kubernetes.Namespace
		apart      bool // from pods in namespace b
		note       bool
	}{
		"its own alone":          {nil, nil, nil, false, false},
		"one by name":            {nil, []string{"b"}, nil, true, false},
		"all":                    {&metav1.LabelSelector{}, nil, nil, true, false},
		"those with a label":     {blue, nil, read, true, false},
		"not those with another": {&metav1.LabelSelector{MatchLabels: map[string]string{"team": "red"}}, nil, read, false, false},
		"by the label of each": {&metav1.LabelSelector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": "b"}}, nil,
			nil, true, false},
		"those of unknown labels": {blue, nil, nil, false, true},
		"or one of these by name": {blue, []string{"b"}, nil, true, false},
		"a selector that is broken": {&metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "a", Operator: "Wants"}}},
			nil, read, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(2, disruption.NodeBudget{Nodes: "1"})
			c.Namespaces = test.namespaces
			c.runs("Deployment", "api", 0).Template.Affinity = awayFrom(corev1.PodAffinityTerm{
				LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "other"}}, TopologyKey: "kubernetes.io/hostname",
				Namespaces: test.names, NamespaceSelector: test.among,
			})
			c.in("a")
			c.runs("Deployment", "other", 1)
			c.in("b")
			s := deleted(20*time.Minute, "node-0")
			s.Fault.NoCapacity = true
			sim := c.tell(t, "karpenter", s)
			every(t, sim, "it fits beside the other only where it may", func(r *simulate.Run) bool { return (r.Pending == 1) == test.apart })
			if slices.Contains(sim.Notes, note) != test.note {
				t.Errorf("%q", sim.Notes)
			}
		})
	}
}

// Where it is not known which pods a term means, nothing that rests on it is
// proved: neither that its own pods stand apart, nor that others fit somewhere.
func TestNothingIsProvedOfUnknownNamespaces(t *testing.T) {
	for _, test := range []struct {
		read   bool
		proved bool
	}{{true, true}, {false, false}} {
		c := newCluster(4, disruption.NodeBudget{Nodes: "1"})
		if test.read {
			c.Namespaces = []kubernetes.Namespace{{Name: "default"}}
		}
		high := c.runs("Deployment", "high", 0)
		high.Template.Preempts, high.Template.Priority = true, new(int32(10))
		c.runs("Deployment", "low", 1, 2)
		c.pdb("low", "max", "1")
		c.runs("Deployment", "wide", 3).Template.Affinity = awayFrom(corev1.PodAffinityTerm{
			LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "high"}}, TopologyKey: "kubernetes.io/hostname",
			NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"team": "blue"}},
		})
		s := deleted(20*time.Minute, "node-0")
		k := knowledge(t)
		w, err := simulate.Prepare(c.Estate, locate.Locate(k, c.Estate, k.Offering("karpenter"), nil), false)
		if err != nil {
			t.Fatal(err)
		}
		m, err := w.Model(&s)
		if err != nil {
			t.Fatal(err)
		}
		if b := bound.Bounds(m)[w.At()[1]]; (b.Least > 0) != test.proved {
			t.Errorf("%+v", b)
		}
	}
}

// Of nodes that suit a pod the ones that it prefers by their labels are better, by
// weight, even if others are emptier.
func TestPreferredNodes(t *testing.T) {
	c := newCluster(3, disruption.NodeBudget{Nodes: "1"})
	c.Nodes[1].Labels["disk"] = "ssd"
	c.Nodes[1].Labels["rack"] = "a"
	c.Nodes[2].Labels["rack"] = "b"
	term := func(weight int32, key, value string) corev1.PreferredSchedulingTerm {
		return corev1.PreferredSchedulingTerm{Weight: weight,
			Preference: corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: key, Operator: corev1.NodeSelectorOpIn,
				Values: []string{value}}}}}
	}
	for name, test := range map[string]struct {
		terms []corev1.PreferredSchedulingTerm
		node  string
	}{
		"the emptiest":          {nil, "node-2"},
		"by a label":            {[]corev1.PreferredSchedulingTerm{term(1, "disk", "ssd")}, "node-1"},
		"by the greater weight": {[]corev1.PreferredSchedulingTerm{term(10, "disk", "ssd"), term(90, "rack", "b")}, "node-2"},
		"by the sum of weights": {[]corev1.PreferredSchedulingTerm{term(50, "disk", "ssd"), term(50, "rack", "a"),
			term(60, "rack", "b")}, "node-1"},
		"a term that is empty": {[]corev1.PreferredSchedulingTerm{{Weight: 100}}, "node-2"},
		"by name": {[]corev1.PreferredSchedulingTerm{{Weight: 1, Preference: corev1.NodeSelectorTerm{
			MatchFields: []corev1.NodeSelectorRequirement{{Key: "metadata.name", Operator: corev1.NodeSelectorOpIn, Values: []string{"node-1"}}}}}},
			"node-1"},
	} {
		t.Run(name, func(t *testing.T) {
			own := &cluster{new(*c.Estate)}
			own.Pools = slices.Clone(c.Pools)
			own.Pools[0].ConsolidateAfter = kubernetes.Never
			api := own.runs("Deployment", "api", 0)
			api.Template.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{PreferredDuringSchedulingIgnoredDuringExecution: test.terms}}
			own.runs("Deployment", "load", 1)
			sim := own.tell(t, "karpenter", deleted(10*time.Minute, "node-0"))
			at := ""
			for _, ev := range sim.Story.Events {
				if ev.Kind == simulate.PodBound && ev.Workload == 0 {
					at = sim.Story.Names.Nodes[ev.Node]
				}
			}
			if at != test.node {
				t.Errorf("it is bound to %q, want %q", at, test.node)
			}
		})
	}
}

// awayFrom is to be on no node where pods are that a term means.
func awayFrom(them corev1.PodAffinityTerm) *corev1.Affinity {
	return &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{
		RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{them},
	}}
}
