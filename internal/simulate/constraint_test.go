package simulate

import (
	"fmt"
	"math"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// requiring is an affinity to nodes for which one of some terms is so.
func requiring(terms ...corev1.NodeSelectorTerm) *corev1.Affinity {
	return &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
		RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: terms},
	}}
}

func label(key string, operator corev1.NodeSelectorOperator, values ...string) corev1.NodeSelectorTerm {
	return corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: key, Operator: operator, Values: values}}}
}

func field(key string, operator corev1.NodeSelectorOperator, values ...string) corev1.NodeSelectorTerm {
	return corev1.NodeSelectorTerm{MatchFields: []corev1.NodeSelectorRequirement{{Key: key, Operator: operator, Values: values}}}
}

// A node suits where one of the terms is so, and all that a term says; a term of nothing,
// and one that cannot be parsed, is never so. By its fields a node is told by its name alone.
//
// Source: NewLazyErrorNodeSelector and nodeSelectorRequirementsAsFieldSelector in
// component-helpers/scheduling/corev1/nodeaffinity of Kubernetes 1.36.
func TestTermsOfNodeAffinity(t *testing.T) {
	const gen = "example.com/generation"
	both := func(a, b corev1.NodeSelectorTerm) corev1.NodeSelectorTerm {
		return corev1.NodeSelectorTerm{MatchExpressions: append(a.MatchExpressions, b.MatchExpressions...),
			MatchFields: append(a.MatchFields, b.MatchFields...)}
	}
	in, notIn := corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn
	type all = []corev1.NodeSelectorTerm
	for name, x := range map[string]struct {
		terms all
		want  [3]bool // by node: of generation 5, of 7, and of none
	}{
		"In":                      {all{label(gen, in, "5")}, [3]bool{true, false, false}},
		"NotIn":                   {all{label(gen, notIn, "5")}, [3]bool{false, true, true}},
		"Exists":                  {all{label(gen, corev1.NodeSelectorOpExists)}, [3]bool{true, true, false}},
		"DoesNotExist":            {all{label(gen, corev1.NodeSelectorOpDoesNotExist)}, [3]bool{false, false, true}},
		"Gt":                      {all{label(gen, corev1.NodeSelectorOpGt, "5")}, [3]bool{false, true, false}},
		"Lt":                      {all{label(gen, corev1.NodeSelectorOpLt, "7")}, [3]bool{true, false, false}},
		"no such operator":        {all{label(gen, "Near", "5")}, [3]bool{}},
		"a number that is none":   {all{label(gen, corev1.NodeSelectorOpGt, "x")}, [3]bool{}},
		"a term of nothing":       {all{{}}, [3]bool{}},
		"no term":                 {nil, [3]bool{}},
		"one of two":              {all{label(gen, in, "5"), label(gen, in, "7")}, [3]bool{true, true, false}},
		"one of two, one unread":  {all{label(gen, "Near", "5"), label(gen, in, "7")}, [3]bool{false, true, false}},
		"both of one":             {all{both(label(gen, notIn, "7"), label(zone, in, "zone-0"))}, [3]bool{true, false, true}},
		"a name":                  {all{field("metadata.name", in, "node-1")}, [3]bool{false, true, false}},
		"any but a name":          {all{field("metadata.name", notIn, "node-1")}, [3]bool{true, false, true}},
		"any but none":            {all{field("metadata.name", notIn)}, [3]bool{}},
		"another field":           {all{field("metadata.namespace", in, "node-1")}, [3]bool{}},
		"another way to ask":      {all{field("metadata.name", corev1.NodeSelectorOpExists, "node-1")}, [3]bool{}},
		"a name, and a label":     {all{both(field("metadata.name", in, "node-1"), label(gen, in, "7"))}, [3]bool{false, true, false}},
		"a name, and another's":   {all{both(field("metadata.name", in, "node-1"), label(gen, in, "5"))}, [3]bool{}},
		"a label or any but name": {all{label(gen, in, "7"), field("metadata.name", notIn, "node-1")}, [3]bool{true, true, true}},
	} {
		c := clusterOf(3)
		c.Nodes[0].Labels[gen], c.Nodes[1].Labels[gen] = "5", "7"
		c.with("Deployment", "web", -1).Template.Affinity = requiring(x.terms...)
		e := c.engine(t)
		for n, want := range x.want {
			wants(t, fmt.Sprintf("%s, node %d", name, n), e.suits(&e.classes[e.pods[0].class], untied, int32(n), false), want)
		}
	}
}

// What pods prefer of nodes is worth its weight on each node of which it is so: a term of
// nothing, and one of no weight, is worth nothing.
//
// Source: NewPreferredSchedulingTerms in component-helpers/scheduling/corev1/nodeaffinity of
// Kubernetes 1.36.
func TestPreferredTermsOfNodeAffinity(t *testing.T) {
	preferring := func(weight int32, term corev1.NodeSelectorTerm) corev1.PreferredSchedulingTerm {
		return corev1.PreferredSchedulingTerm{Weight: weight, Preference: term}
	}
	inZone, in, notIn := label(zone, corev1.NodeSelectorOpIn, "zone-1"), corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn
	type all = []corev1.PreferredSchedulingTerm
	for name, x := range map[string]struct {
		terms all
		want  string // by node, of which the second lies in zone-1
	}{
		"a zone":            {all{preferring(5, inZone)}, "[0 5]"},
		"a zone, twice":     {all{preferring(5, inZone), preferring(2, inZone)}, "[0 7]"},
		"of no weight":      {all{preferring(0, inZone)}, "[]"},
		"nothing":           {all{preferring(5, corev1.NodeSelectorTerm{})}, "[]"},
		"a name":            {all{preferring(3, field("metadata.name", in, "node-0"))}, "[3 0]"},
		"any but a name":    {all{preferring(3, field("metadata.name", notIn, "node-0"))}, "[0 3]"},
		"each node, or one": {all{preferring(1, label(zone, corev1.NodeSelectorOpExists)), preferring(4, inZone)}, "[1 5]"},
	} {
		c := clusterOf(2)
		c.with("Deployment", "web", -1).Template.Affinity = &corev1.Affinity{
			NodeAffinity: &corev1.NodeAffinity{PreferredDuringSchedulingIgnoredDuringExecution: x.terms},
		}
		e := c.engine(t)
		worth := e.classes[e.pods[0].class].worth
		if worth != nil {
			worth = []int32{worth[e.nodes[0].shape], worth[e.nodes[1].shape]}
		}
		wants(t, name, fmt.Sprint(worth), x.want)
	}
}

// A pod that is bound to its node without a scheduler goes there, whatever its taints, and
// nowhere else.
func TestPodsBoundByName(t *testing.T) {
	c := clusterOf(2)
	c.Nodes[1].Taints = []kubernetes.Taint{{Key: "team", Effect: "NoSchedule"}}
	c.with("Deployment", "web", -1).Template.NodeName = "node-1"
	e := c.engine(t)
	for n, want := range []bool{false, true} {
		wants(t, fmt.Sprint("node ", n), e.suits(&e.classes[e.pods[0].class], untied, int32(n), false), want)
	}
}

// Each trial of Karpenter's scheduler begins at the first node, also the one after which
// the trials are counted anew.
func TestTrialsBeginAtTheFirstNode(t *testing.T) {
	for _, trial := range []uint32{0, 7, math.MaxUint32 - 1, math.MaxUint32} {
		c := cursors{trial: trial, free: make([]cursor, 2), tied: map[[2]int32]int32{}}
		c.free[1] = cursor{trial: 1, at: 9} // as it was left long ago
		for range 2 {
			c.clear()
			wants(t, fmt.Sprint("a trial after ", trial), c.of(0, untied), 0)
			wants(t, fmt.Sprint("of a volume after ", trial), c.of(0, 3), 0)
			c.set(0, untied, 4)
			c.set(0, 3, 5)
			wants(t, fmt.Sprint("where it was left after ", trial), c.of(0, untied), 4)
			wants(t, fmt.Sprint("where that of a volume was left after ", trial), c.of(0, 3), 5)
			if trial != 0 { // when 1 has its turn once more
				wants(t, fmt.Sprint("another class after ", trial), c.of(1, untied), 0)
			}
		}
	}
}
