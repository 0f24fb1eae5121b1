package simulate

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
)

const (
	scaleDownDisabled = "cluster-autoscaler.kubernetes.io/scale-down-disabled"
	safeToEvict       = "cluster-autoscaler.kubernetes.io/safe-to-evict"
	safeVolumes       = "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes"
	systemNamespace   = "kube-system"
)

// The cluster autoscaler leaves nodes that are annotated so, and those of pods that it may
// not evict; who deletes a node asks nobody.
func TestWhatTheAutoscalerLeaves(t *testing.T) {
	safe := func(as string) func(c *ruleCluster) {
		return func(c *ruleCluster) { c.Workloads[0].Template.Annotations = map[string]string{safeToEvict: as} }
	}
	system := func(c *ruleCluster) { c.Workloads[0].Namespace, c.Pods[0].Namespace = systemNamespace, systemNamespace }
	pod := func(c *ruleCluster) { c.Pods[0].Annotated = &map[string]string{safeToEvict: "false"} }
	node := func(c *ruleCluster) { c.Nodes[0].Annotations = map[string]string{scaleDownDisabled: "true"} }
	for name, test := range map[string]struct {
		kind, trigger string
		change        func(c *ruleCluster)
		left          string
	}{
		"as any other":           {"Deployment", contract.ScaleDown, func(*ruleCluster) {}, ""},
		"not safe to evict":      {"Deployment", contract.ScaleDown, safe("false"), "pod web-0 is annotated"},
		"safe to evict":          {"Deployment", contract.ScaleDown, safe("true"), ""},
		"a DaemonSet's pod":      {"DaemonSet", contract.ScaleDown, safe("false"), ""},
		"one that was annotated": {"Deployment", contract.ScaleDown, pod, "web-0"},
		"a pod of no controller": {"Pod", contract.ScaleDown, func(*ruleCluster) {}, "pod web-0 is kept by no controller"},
		"but safe to evict":      {"Pod", contract.ScaleDown, safe("true"), ""},
		"of the system":          {"Deployment", contract.ScaleDown, system, "of kube-system"},
		"the node":               {"Deployment", contract.ScaleDown, node, scaleDownDisabled},
		"on its way out": {"Deployment", contract.ScaleDown, func(c *ruleCluster) {
			c.Workloads[0].Template.Annotations, c.Nodes[0].Deleted = map[string]string{safeToEvict: "false"}, noon
		}, ""},
		"somebody deletes it":     {"Deployment", contract.Delete, safe("false"), ""},
		"an upgrade asks nothing": {"Deployment", contract.Upgrade, safe("false"), ""},
	} {
		c := clusterOf(2)
		c.Pools = nil
		for i := range c.Nodes {
			c.Nodes[i].Labels = map[string]string{zone: "zone-0"}
		}
		c.with(test.kind, "web", 0)
		c.with("Deployment", "other", 1)
		test.change(c)
		k := Knowledge(t)
		w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering("gke-standard"), nil), false)
		if err != nil {
			t.Fatal(err)
		}
		s := Scenario{Start: noon, Horizon: 6 * time.Hour, Runs: 1, Seed: 1, Triggers: []Trigger{{Kind: test.trigger, Nodes: []string{"node-0"}}},
			Timings: Timings{NodeReady: 10 * time.Second, PodReady: 15 * time.Second, PodStop: 25 * time.Second}}
		sim, err := Play(t.Context(), w, s, nil)
		if err != nil {
			t.Fatal(err)
		}
		said := slices.ContainsFunc(sim.Notes, func(n string) bool {
			return strings.Contains(n, "does not remove node node-0") && strings.Contains(n, test.left)
		})
		if gone := sim.Runs[0].Gone == 1; gone != (test.left == "") || said == gone {
			t.Errorf("%s: gone: %v, notes %q", name, gone, sim.Notes)
		}
		m, err := w.Model(&s)
		if err != nil {
			t.Fatal(err)
		}
		if stays := m.Nodes[0].Group < 0; stays != (test.left != "") {
			t.Errorf("%s: a bound has it stay: %v", name, stays)
		}
	}
}

// An autoscaler that runs in the cluster itself removes nodes by rules of its own, where
// their platform knows of none: it leaves those with local storage, unless it is told not to.
func TestAnAutoscalerOfTheCluster(t *testing.T) {
	annotated := func(key, value string) func(c *ruleCluster) {
		return func(c *ruleCluster) { c.Workloads[0].Template.Annotations = map[string]string{key: value} }
	}
	system := func(c *ruleCluster) {
		c.Workloads[0].Namespace, c.Pods[0].Namespace, c.Workloads[0].Template.Local = systemNamespace, systemNamespace, nil
	}
	for name, test := range map[string]struct {
		on     string
		told   *kubernetes.Autoscaler
		change func(c *ruleCluster)
		left   bool
	}{
		"local storage":                     {"kops", &kubernetes.Autoscaler{LocalStorage: true, SystemPods: true}, nil, true},
		"on managed node groups":            {"eks-managed-nodegroup", &kubernetes.Autoscaler{LocalStorage: true, SystemPods: true}, nil, true},
		"on machines":                       {"cluster-api", &kubernetes.Autoscaler{LocalStorage: true, SystemPods: true}, nil, true},
		"told not to mind":                  {"kops", &kubernetes.Autoscaler{SystemPods: true}, nil, false},
		"no autoscaler":                     {"kops", nil, nil, false},
		"safe to evict":                     {"kops", &kubernetes.Autoscaler{LocalStorage: true}, annotated(safeToEvict, "true"), false},
		"its volume is":                     {"kops", &kubernetes.Autoscaler{LocalStorage: true}, annotated(safeVolumes, "a,scratch"), false},
		"another volume is":                 {"kops", &kubernetes.Autoscaler{LocalStorage: true}, annotated(safeVolumes, "a"), true},
		"of the system":                     {"kops", &kubernetes.Autoscaler{LocalStorage: true, SystemPods: true}, system, true},
		"of the system, told not to mind":   {"kops", &kubernetes.Autoscaler{LocalStorage: true}, system, false},
		"no local storage, and none to ask": {"kops", nil, system, false},
	} {
		c := clusterOf(2)
		c.Pools = nil
		for i := range c.Nodes {
			c.Nodes[i].Labels = map[string]string{zone: "zone-0"}
		}
		c.with("Deployment", "web", 0)
		c.Workloads[0].Template.Local = []string{"scratch"}
		c.with("Deployment", "autoscaler", 1).Template.Autoscaler = test.told
		if test.change != nil {
			test.change(c)
		}
		k := Knowledge(t)
		w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering(test.on), nil), false)
		if err != nil {
			t.Fatal(err)
		}
		s := Scenario{Start: noon, Horizon: 6 * time.Hour, Runs: 1, Seed: 1,
			Triggers: []Trigger{{Kind: contract.ScaleDown, Nodes: []string{"node-0"}}},
			Timings:  Timings{NodeReady: 10 * time.Second, PodReady: 15 * time.Second, PodStop: 25 * time.Second}}
		if run := One(w, &s, 1); (run.Gone == 0) != test.left {
			t.Errorf("%s: %d gone", name, run.Gone)
		}
	}
}

// What is the same of many nodes is said once, and names a few of them.
func TestOneNoteOfManyNodes(t *testing.T) {
	const nodes = 6
	for name, test := range map[string]struct {
		change func(c *ruleCluster)
		want   []string
	}{
		"nothing keeps it off": {func(*ruleCluster) {}, nil},
		"pods": {func(c *ruleCluster) { c.Workloads[0].Template.Annotations = map[string]string{safeToEvict: "false"} },
			[]string{"nodes node-0, node-1, node-2 and 3 more: pods web-0, web-1, web-2 and 3 more are annotated " + safeToEvict + `: "false"`}},
		"one pod": {func(c *ruleCluster) { c.Pods[1].Annotated = &map[string]string{safeToEvict: "false"} },
			[]string{"node node-1: pod web-1 is annotated " + safeToEvict + `: "false"`}},
		"nodes, and one by a pod": {func(c *ruleCluster) {
			c.Pods[1].Annotated = &map[string]string{safeToEvict: "false"}
			c.Nodes[0].Annotations = map[string]string{scaleDownDisabled: "true"}
			c.Nodes[2].Annotations = c.Nodes[0].Annotations
		}, []string{"node node-1: pod web-1 is annotated " + safeToEvict + `: "false"`,
			"nodes node-0 and node-2: they are annotated " + scaleDownDisabled}},
	} {
		c := clusterOf(nodes)
		c.Pools = nil
		for i := range c.Nodes {
			c.Nodes[i].Labels = map[string]string{zone: "zone-0"}
		}
		c.with("Deployment", "web", 0, 1, 2, 3, 4, 5)
		test.change(c)
		k := Knowledge(t)
		w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering("gke-standard"), nil), false)
		if err != nil {
			t.Fatal(err)
		}
		s := Scenario{Start: noon, Horizon: time.Hour, Runs: 1, Seed: 1, Triggers: []Trigger{{Kind: contract.ScaleDown}},
			Timings: Timings{NodeReady: 10 * time.Second, PodReady: 15 * time.Second, PodStop: 25 * time.Second}}
		sim, err := Play(t.Context(), w, s, nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, n := range sim.Notes {
			if n, is := strings.CutPrefix(n, "the cluster autoscaler does not remove "); is {
				got = append(got, strings.TrimSuffix(n, " (kind: delete is played whoever does it)"))
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// What an autoscaler has evicted it waits for, as long as it honours a grace: its deadline is
// for evictions alone.
func TestAnAutoscalerWaitsForWhatStops(t *testing.T) {
	for name, test := range map[string]struct {
		on          string
		grace, stop time.Duration
		gone        time.Duration // about how long after its drain began; 0 where it stays
		never       bool          // a PDB lets nothing go
	}{
		"within the deadline":        {"aks", time.Minute, 50 * time.Second, 50 * time.Second, false},
		"after it":                   {"gke-standard", 9 * time.Minute, 8 * time.Minute, 8 * time.Minute, false},
		"longer than it is honoured": {"aks", time.Hour, 30 * time.Minute, 10 * time.Minute, false},
		"never evicted":              {"aks", time.Minute, 50 * time.Second, 0, true},
	} {
		c := clusterOf(3)
		c.Pools = nil
		for i := range c.Nodes {
			c.Nodes[i].Labels = map[string]string{zone: "zone-0"}
		}
		c.with("Deployment", "web", 0).Template.Grace = test.grace
		if test.never {
			c.pdb("web", "0")
		}
		k := Knowledge(t)
		w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering(test.on), nil), false)
		if err != nil {
			t.Fatal(err)
		}
		s := Scenario{Start: noon, Horizon: 2 * time.Hour, Runs: 1, Seed: 1,
			Triggers: []Trigger{{Kind: contract.ScaleDown, Nodes: []string{"node-0"}}},
			Timings:  Timings{NodeReady: 10 * time.Second, PodReady: 15 * time.Second, PodStop: test.stop}}
		run := One(w, &s, 1)
		took := run.LastGone - run.FirstDrain
		if test.gone == 0 && run.Gone > 0 || test.gone > 0 && (took < test.gone || took > test.gone+time.Minute) {
			t.Errorf("%s: gone %v after its drain began, want %v", name, took, test.gone)
		}
	}
}
