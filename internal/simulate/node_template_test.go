package simulate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// New nodes of a Karpenter pool are as its template has them by now: a node is replaced for
// drift only where its pods fit on these, and a node that goes all the same leaves them without
// a place.
func TestNewNodesAreAsTheTemplateSays(t *testing.T) {
	require := func(key string, operator corev1.NodeSelectorOperator, values ...string) func(*kubernetes.Pool) {
		return func(p *kubernetes.Pool) {
			p.Requirements = []corev1.NodeSelectorRequirement{{Key: key, Operator: operator, Values: values}}
		}
	}
	selects := func(key, value string) func(*kubernetes.PodTemplate) {
		return func(t *kubernetes.PodTemplate) { t.NodeSelector = map[string]string{key: value} }
	}
	taint := kubernetes.Taint{Key: "team", Value: "ml", Effect: "NoSchedule"}
	bears := func(t *kubernetes.PodTemplate) { t.Tolerations = []kubernetes.Toleration{{Operator: "Exists"}} }
	tainted := func(p *kubernetes.Pool) { p.Taints = []kubernetes.Taint{taint} }
	for name, test := range map[string]struct {
		pool  func(*kubernetes.Pool)
		pods  func(*kubernetes.PodTemplate)
		old   []kubernetes.Taint // of the node that is there
		why   string             // it stays; empty where it goes
		kinds int                // of new nodes
	}{
		"as before":       {func(*kubernetes.Pool) {}, nil, nil, "", 1},
		"a taint more":    {tainted, nil, nil, "have the taint team=ml:NoSchedule", 1},
		"which they bear": {tainted, bears, nil, "", 1},
		"a taint less":    {func(*kubernetes.Pool) {}, nil, []kubernetes.Taint{taint}, "", 1},
		"another architecture": {require("arch", corev1.NodeSelectorOpIn, "arm64"), selects("arch", "amd64"), nil,
			"have arch=arm64 and not amd64", 1},
		"one more architecture": {require("arch", corev1.NodeSelectorOpIn, "arm64", "amd64"), selects("arch", "amd64"), nil, "", 1},
		"not that architecture": {require("arch", corev1.NodeSelectorOpNotIn, "amd64"), selects("arch", "amd64"), nil,
			"never have arch=amd64", 1},
		"other zones":          {require(zone, corev1.NodeSelectorOpIn, "zone-8", "zone-9"), selects(zone, "zone-0"), nil, "have " + zone, 2},
		"other zones, any pod": {require(zone, corev1.NodeSelectorOpIn, "zone-8", "zone-9"), nil, nil, "", 2},
		"another label": {func(p *kubernetes.Pool) { p.NodeLabels = map[string]string{"arch": "arm64"} }, selects("arch", "amd64"), nil,
			"have arch=arm64 and not amd64", 1},
	} {
		c := clusterOf(1)
		c.Nodes[0].Labels["arch"], c.Nodes[0].Taints = "amd64", test.old
		test.pool(&c.Pools[0])
		w := c.with("Deployment", "web", 0)
		if test.pods != nil {
			test.pods(&w.Template)
		}
		run, _, _ := c.waitsFor(t, "karpenter", contract.Drift, false)
		stays := ""
		if run.Unreplaced > 0 {
			stays = strings.Join(run.Stays[0].Evidence, "; ")
		}
		if (run.Unreplaced > 0) != (test.why != "") || !strings.Contains(stays, test.why) {
			t.Errorf("%s: %d stay, %q", name, run.Unreplaced, stays)
		}
		if kinds := len(c.engine(t).World.pools[0].shapes); kinds != test.kinds {
			t.Errorf("%s: %d kinds of new nodes", name, kinds)
		}
		run, _, _ = c.waitsFor(t, "karpenter", contract.Delete, false)
		if (run.Workloads[0].MinReady > 0 || len(run.Waits) == 0) && test.why != "" {
			t.Errorf("%s, deleted: %+v", name, run.Waits)
		}
	}
}

// Where a template does not say which value of a label new nodes have, or allows more than are
// told apart, nobody knows that no node takes a pod.
func TestLabelsThatTemplatesLeaveOpen(t *testing.T) {
	var types []string
	for i := range 12 {
		types = append(types, fmt.Sprintf("m%02d", i))
	}
	selects := func(key, value string) func(*kubernetes.PodTemplate) {
		return func(t *kubernetes.PodTemplate) { t.NodeSelector = map[string]string{key: value} }
	}
	not := func(key string, values ...string) func(*kubernetes.PodTemplate) {
		return func(t *kubernetes.PodTemplate) {
			t.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
				RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
					MatchExpressions: []corev1.NodeSelectorRequirement{{Key: key, Operator: corev1.NodeSelectorOpNotIn, Values: values}, {
						Key: key, Operator: corev1.NodeSelectorOpExists}}}}}}}
		}
	}
	spread := func(t *kubernetes.PodTemplate) {
		t.Spread = []corev1.TopologySpreadConstraint{{MaxSkew: 1, TopologyKey: zone, WhenUnsatisfiable: corev1.DoNotSchedule,
			LabelSelector: &metav1.LabelSelector{MatchLabels: t.Labels}}}
	}
	for name, test := range map[string]struct {
		key      string
		operator corev1.NodeSelectorOperator
		values   []string
		pods     func(*kubernetes.PodTemplate)
		stay     int
		unsure   bool
	}{
		"spread by a zone that is left": {zone, corev1.NodeSelectorOpNotIn, []string{"zone-0"}, spread, 1, true},
		"any other type":                {"type", corev1.NodeSelectorOpNotIn, []string{"old"}, not("type", "m03"), 1, true},
		"the type that is left":         {"type", corev1.NodeSelectorOpNotIn, []string{"old"}, selects("type", "old"), 1, false},
		"the tenth of twelve types":     {"type", corev1.NodeSelectorOpIn, types, selects("type", "m09"), 0, false},
		"none of the first":             {"type", corev1.NodeSelectorOpIn, types, not("type", types[:8]...), 1, true},
		"none of them":                  {"type", corev1.NodeSelectorOpIn, types, not("type", types...), 1, false},
		"a type that is not allowed":    {"type", corev1.NodeSelectorOpIn, types, selects("type", "old"), 1, false},
		"any pod":                       {"type", corev1.NodeSelectorOpIn, types, nil, 0, false},
	} {
		c := clusterOf(1)
		c.Nodes[0].Labels["type"] = "old"
		c.Pools[0].Requirements = []corev1.NodeSelectorRequirement{{Key: test.key, Operator: test.operator, Values: test.values}}
		w := c.with("Deployment", "web", 0)
		if test.pods != nil {
			test.pods(&w.Template)
		}
		run, f, notes := c.waitsFor(t, "karpenter", contract.Drift, false)
		if run.Unreplaced != test.stay {
			t.Errorf("%s: %d stay: %+v", name, run.Unreplaced, run.Stays)
			continue
		}
		noted := slices.ContainsFunc(notes, func(n string) bool {
			return strings.Contains(n, "does not say which type") || strings.Contains(n, "does not say which "+zone)
		})
		if test.stay > 0 && run.Stays[0].Unsure != test.unsure || test.unsure != noted {
			t.Errorf("%s: %+v, %+v, %q", name, run.Stays, f, notes)
		}
	}
}
