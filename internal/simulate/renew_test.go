package simulate

import (
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
)

func onlyOn(term corev1.NodeSelectorTerm) func(*kubernetes.PodTemplate) {
	return func(t *kubernetes.PodTemplate) {
		t.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{
			NodeSelectorTerms: []corev1.NodeSelectorTerm{term},
		}}}
	}
}

func byField(name string) corev1.NodeSelectorTerm {
	return corev1.NodeSelectorTerm{MatchFields: []corev1.NodeSelectorRequirement{{Key: nodeName, Operator: "In", Values: []string{name}}}}
}

func byHostname(op corev1.NodeSelectorOperator, names ...string) func(*kubernetes.PodTemplate) {
	return onlyOn(corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: hostname, Operator: op, Values: names}}})
}

// Another machine has a name of its own, so that pods which ask for one by its name wait for
// good; where the same machine comes back they do, too.
func TestNodesByTheirNames(t *testing.T) {
	for name, ask := range map[string]struct {
		template func(*kubernetes.PodTemplate)
		waits    bool
	}{
		"a selector":       {func(t *kubernetes.PodTemplate) { t.NodeSelector = map[string]string{hostname: "node-0"} }, true},
		"affinity, In":     {byHostname(corev1.NodeSelectorOpIn, "node-0", "gone-long-ago"), true},
		"affinity, all":    {byHostname(corev1.NodeSelectorOpIn, "node-0", "node-1"), true},
		"affinity, field":  {onlyOn(byField("node-0")), true},
		"nodeName":         {func(t *kubernetes.PodTemplate) { t.NodeName = "node-0" }, true},
		"affinity, NotIn":  {byHostname(corev1.NodeSelectorOpNotIn, "node-1"), false},
		"affinity, Exists": {byHostname(corev1.NodeSelectorOpExists), false},
		"nothing":          {func(*kubernetes.PodTemplate) {}, false},
	} {
		for offering, keeps := range map[string]bool{
			"eks-managed-nodegroup": false, "kops": false, "cluster-api": false, "gke-standard": false, "aks": true, "openshift": true,
		} {
			c := clusterOf(2)
			for i := range c.Nodes {
				c.Nodes[i].Labels = map[string]string{zone: "zone-0", hostname: c.Nodes[i].Name}
			}
			c.Pools = nil
			ask.template(&c.with("Deployment", "web", 0).Template)
			k := Knowledge(t)
			w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering(offering), nil), false)
			if err != nil {
				t.Fatal(err)
			}
			s := Scenario{Start: noon, Horizon: 24 * time.Hour, Runs: 1, Seed: 1, Triggers: []Trigger{{Kind: contract.Upgrade}},
				Timings: Timings{NodeReady: 10 * time.Second, PodReady: 15 * time.Second, PodStop: 25 * time.Second}}
			run := RunWithEvents(w, s, 1)
			if want := boolean(ask.waits && !keeps); run.Gone != 2 || run.Pending != want {
				t.Errorf("%s on %s: %d nodes gone, %d pods wait, want %d", name, offering, run.Gone, run.Pending, want)
			}
			if run.Pending == 1 && !strings.Contains(run.Waits[0].Why, "of another name than it asks for (") {
				t.Errorf("%s on %s: it waits, as %q", name, offering, run.Waits[0].Why)
			}
			m, err := w.Model(&s)
			if err != nil {
				t.Fatal(err)
			}
			if lost := ask.waits && offering != "openshift"; m.Workloads[0].Lost != lost {
				t.Errorf("%s on %s: it may be lost: %v, want %v", name, offering, !lost, lost)
			}
		}
	}
}

// Karpenter knows that it can start no node of a name, and does not begin the one that has it.
func TestKarpenterAndNodesByTheirNames(t *testing.T) {
	for kind, want := range map[string]int{contract.Drift: 1, contract.Expiry: 2} {
		c := clusterOf(2)
		for i := range c.Nodes {
			c.Nodes[i].Labels[hostname] = c.Nodes[i].Name
		}
		c.with("Deployment", "web", 0).Template.NodeSelector = map[string]string{hostname: "node-0"}
		c.with("Deployment", "other", 1)
		k := Knowledge(t)
		w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering("karpenter"), nil), false)
		if err != nil {
			t.Fatal(err)
		}
		run := RunWithEvents(w, Scenario{Start: noon, Horizon: 2 * time.Hour, Runs: 1, Seed: 1,
			Triggers: []Trigger{{Kind: kind, Nodes: []string{"node-0", "node-1"}}}}, 1)
		if run.Gone != want || run.Pending != want-1 {
			t.Errorf("%s: %d nodes gone, %d pods wait", kind, run.Gone, run.Pending)
		}
		told := func(s Stay) bool { return s.Node == "node-0" && s.Stuck && strings.Contains(s.Why, "web-0") }
		if kind == contract.Drift && !slices.ContainsFunc(run.Stays, told) {
			t.Errorf("nobody says why node-0 stays: %+v", run.Stays)
		}
	}
}

// Of a name there is one node, also among those that are made up.
func TestMadeUpNodesHaveOneName(t *testing.T) {
	for name, template := range map[string]func(*kubernetes.PodTemplate){
		"a selector": func(t *kubernetes.PodTemplate) { t.NodeSelector = map[string]string{hostname: "node-0"} },
		"nodeName":   func(t *kubernetes.PodTemplate) { t.NodeName = "node-0" },
	} {
		c := clusterOf(0)
		c.Live, c.Pools = false, nil
		w := c.with("Deployment", "web")
		w.Replicas = 1
		template(&w.Template)
		k := Knowledge(t)
		world, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering("kops"), nil), false)
		if err != nil {
			t.Fatal(err)
		}
		s := Scenario{Start: noon, Horizon: 24 * time.Hour, Runs: 1, Seed: 1, Triggers: []Trigger{{Kind: contract.Upgrade}}}
		run := RunWithEvents(world, s, 1)
		if len(world.nodes) != 1 || run.Gone != 1 || run.Pending != 1 {
			t.Errorf("%s: of %d nodes %d are gone, and %d pods wait", name, len(world.nodes), run.Gone, run.Pending)
		}
	}
}
