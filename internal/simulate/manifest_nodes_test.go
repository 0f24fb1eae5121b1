package simulate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/simulate"
)

// madeUp prepares an estate that has no nodes, as if it were to run on Karpenter.
func madeUp(t *testing.T, e *kubernetes.Estate) (*simulate.World, error) {
	t.Helper()
	k := knowledge(t)
	return simulate.Prepare(e, locate.Locate(k, e, k.Offering("karpenter"), nil), true)
}

func another(e *kubernetes.Estate, name string) *kubernetes.Workload {
	w := e.Workloads[0]
	w.Name, w.Template.Labels = name, map[string]string{"app": name}
	e.Workloads = append(e.Workloads, w)
	return &e.Workloads[len(e.Workloads)-1]
}

func requires(terms ...corev1.NodeSelectorRequirement) *corev1.Affinity {
	return &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{
		NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchExpressions: terms}},
	}}}
}

// Where no pool was read, there is one for each set of labels that workloads
// ask nodes for; what every node has makes none.
func TestPoolsAreMadeUpForWhatWorkloadsAsk(t *testing.T) {
	for name, x := range map[string]struct {
		change func(t *kubernetes.PodTemplate)
		pool   string
	}{
		"nothing":           {func(*kubernetes.PodTemplate) {}, "default"},
		"a label":           {func(t *kubernetes.PodTemplate) { t.NodeSelector = map[string]string{"disk": "ssd"} }, "disk=ssd"},
		"two labels":        {func(t *kubernetes.PodTemplate) { t.NodeSelector = map[string]string{"disk": "ssd", "a": "b"} }, "a=b,disk=ssd"},
		"a zone":            {func(t *kubernetes.PodTemplate) { t.NodeSelector = map[string]string{zoneLabel: "eu-1"} }, "default"},
		"an architecture":   {func(t *kubernetes.PodTemplate) { t.NodeSelector = map[string]string{corev1.LabelArchStable: "amd64"} }, "default"},
		"one of two values": {func(t *kubernetes.PodTemplate) { t.Affinity = requires(req("disk", "In", "nvme", "ssd")) }, "disk=nvme"},
		"a label, whatever": {func(t *kubernetes.PodTemplate) { t.Affinity = requires(req("gpu", "Exists")) }, "gpu="},
		"not a label":       {func(t *kubernetes.PodTemplate) { t.Affinity = requires(req("disk", "NotIn", "hdd")) }, "default"},
		"both ways of asking": {func(t *kubernetes.PodTemplate) {
			t.NodeSelector, t.Affinity = map[string]string{"disk": "ssd"}, requires(req("disk", "In", "nvme", "ssd"))
		}, "disk=ssd"},
	} {
		e := manifestOf(func(_ *kubernetes.Estate, t *kubernetes.PodTemplate) { x.change(t) })
		another(e, "other").Template = e.Workloads[0].Template
		w, err := madeUp(t, e)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := w.Pools(); !slices.Equal(got, []string{x.pool}) {
			t.Errorf("%s: the pools are %q, wants %q", name, got, x.pool)
		}
		if nodes := w.Nodes(); len(nodes) < 3 || !strings.HasPrefix(nodes[0], x.pool+"-") {
			t.Errorf("%s: the nodes are %q", name, nodes)
		}
	}
	e := manifestOf(func(*kubernetes.Estate, *kubernetes.PodTemplate) {})
	another(e, "fast").Template.NodeSelector = map[string]string{"disk": "ssd"}
	w, err := madeUp(t, e)
	if err != nil {
		t.Fatal(err)
	}
	if got := w.Pools(); !slices.Equal(got, []string{"default", "disk=ssd"}) {
		t.Errorf("the pools are %q", got)
	}
}

const zoneLabel = "topology.kubernetes.io/zone"

func req(key string, o corev1.NodeSelectorOperator, values ...string) corev1.NodeSelectorRequirement {
	return corev1.NodeSelectorRequirement{Key: key, Operator: o, Values: values}
}

// Made-up nodes are as large as the largest pod needs, in powers of two and
// beside what the system takes, and no smaller than 4 CPUs and 16 GiB; what a
// pool and its nodes are called is told.
func TestMadeUpNodesHoldTheLargestPod(t *testing.T) {
	for _, x := range []struct {
		cpu, memory int64
		size        string
	}{
		{500, 1 << 29, "4 CPUs and 15 GiB each"}, {3600, 1 << 29, "4 CPUs and 15 GiB each"}, {3801, 1 << 29, "8 CPUs and 31 GiB each"},
		{500, 15 << 30, "4 CPUs and 15 GiB each"}, {500, 15<<30 + 1, "8 CPUs and 31 GiB each"},
		{500, 16 << 30, "8 CPUs and 31 GiB each"}, {20000, 1 << 30, "32 CPUs and 127 GiB each"},
	} {
		e := manifestOf(func(_ *kubernetes.Estate, t *kubernetes.PodTemplate) {
			t.Requests.CPU, t.Requests.Memory = x.cpu, x.memory
		})
		w, err := madeUp(t, e)
		if err != nil {
			t.Errorf("%d CPU, %d memory: %v", x.cpu, x.memory, err)
			continue
		}
		sim, err := simulate.Play(t.Context(), w, drift(time.Minute), nil)
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf("the workloads were placed first, since no running pods were read: on %d made-up nodes (%s, in three zones)",
			w.Made(), x.size)
		if !slices.Contains(sim.Notes, want) {
			t.Errorf("%d CPU, %d memory: the notes are %q, wants %q", x.cpu, x.memory, sim.Notes, want)
		}
		if sim.Placed != 3 || sim.Made != w.Made() || sim.Made != len(w.Nodes()) {
			t.Errorf("%d pods are placed on %d nodes", sim.Placed, sim.Made)
		}
	}
}

// The nodes of a pool lie in the zones that it names, and in three where it
// names none; a pod that asks for another zone fits on none of them.
func TestMadeUpNodesLieInTheZonesOfTheirPool(t *testing.T) {
	for name, x := range map[string]struct {
		requirements []corev1.NodeSelectorRequirement
		asks         string
		fits         bool
	}{
		"a zone of the pool":         {[]corev1.NodeSelectorRequirement{req(zoneLabel, "In", "eu-1", "eu-2")}, "eu-2", true},
		"another zone":               {[]corev1.NodeSelectorRequirement{req(zoneLabel, "In", "eu-1", "eu-2")}, "eu-3", false},
		"any zone":                   {nil, "eu-3", true},
		"another than that excluded": {[]corev1.NodeSelectorRequirement{req(zoneLabel, "NotIn", "eu-1")}, "eu-3", true},
		"types, no zones": {[]corev1.NodeSelectorRequirement{req("node.kubernetes.io/instance-type", "In", "m7g.large", "c7g.large")},
			"eu-3", true},
	} {
		e := manifestOf(func(e *kubernetes.Estate, t *kubernetes.PodTemplate) {
			e.Pools = limitedPool(kubernetes.Resources{}, false)
			e.Pools[0].Requirements = x.requirements
			t.NodeSelector = map[string]string{zoneLabel: x.asks}
		})
		w, err := madeUp(t, e)
		if (err == nil) != x.fits {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err == nil && !strings.HasPrefix(w.Nodes()[0], "default-") {
			t.Errorf("%s: the nodes are %q", name, w.Nodes())
		}
	}
}

// Nodes are made up in three zones, to learn from more than one, but no more of
// them than the limits of their pool allow, of which two are as small as it takes.
func TestMadeUpNodesKeepTheLimitsOfTheirPool(t *testing.T) {
	for limit, nodes := range map[int64]int{0: 3, 900: 1, 3900: 2, 7799: 3, 7800: 2, 11700: 3, 100_000: 3} {
		e := manifestOf(func(e *kubernetes.Estate, t *kubernetes.PodTemplate) {
			e.Pools = limitedPool(kubernetes.Resources{CPU: limit}, false)
		})
		w, err := madeUp(t, e)
		if err != nil {
			t.Fatal(err)
		}
		if w.Made() != nodes {
			t.Errorf("with a limit of %d there are %d nodes, wants %d", limit, w.Made(), nodes)
		}
	}
}

// Taints of a pool keep those off that do not tolerate them, labels of its nodes
// let those on that ask for them.
func TestMadeUpNodesAreAsTheirPoolSays(t *testing.T) {
	for name, x := range map[string]struct {
		change func(p *kubernetes.Pool, t *kubernetes.PodTemplate)
		fits   bool
	}{
		"a taint":           {func(p *kubernetes.Pool, _ *kubernetes.PodTemplate) { p.Taints = payTaint }, false},
		"a taint tolerated": {func(p *kubernetes.Pool, t *kubernetes.PodTemplate) { p.Taints, t.Tolerations = payTaint, tolerateAll }, true},
		"a label": {func(p *kubernetes.Pool, t *kubernetes.PodTemplate) {
			p.NodeLabels, t.NodeSelector = map[string]string{"disk": "ssd"}, map[string]string{"disk": "ssd"}
		}, true},
		"another value": {func(p *kubernetes.Pool, t *kubernetes.PodTemplate) {
			p.NodeLabels, t.NodeSelector = map[string]string{"disk": "hdd"}, map[string]string{"disk": "ssd"}
		}, false},
		"no such label": {func(_ *kubernetes.Pool, t *kubernetes.PodTemplate) { t.NodeSelector = map[string]string{"disk": "ssd"} }, false},
		"the only value": {func(p *kubernetes.Pool, t *kubernetes.PodTemplate) {
			p.Requirements, t.NodeSelector = []corev1.NodeSelectorRequirement{req("disk", "In", "ssd")}, map[string]string{"disk": "ssd"}
		}, true},
		"one of two values": {func(p *kubernetes.Pool, t *kubernetes.PodTemplate) {
			p.Requirements, t.NodeSelector = []corev1.NodeSelectorRequirement{req("disk", "In", "ssd", "hdd")}, map[string]string{"disk": "ssd"}
		}, false},
		"the pool's name": {func(_ *kubernetes.Pool, t *kubernetes.PodTemplate) {
			t.NodeSelector = map[string]string{"karpenter.sh/nodepool": "default"}
		}, true},
		"on demand": {func(_ *kubernetes.Pool, t *kubernetes.PodTemplate) {
			t.NodeSelector = map[string]string{"karpenter.sh/capacity-type": "on-demand"}
		}, true},
		"spot": {func(_ *kubernetes.Pool, t *kubernetes.PodTemplate) {
			t.NodeSelector = map[string]string{"karpenter.sh/capacity-type": "spot"}
		}, false},
		"a limit it stays under": {func(p *kubernetes.Pool, _ *kubernetes.PodTemplate) { p.Limits.CPU = 4000 }, true},
		"a limit of memory":      {func(p *kubernetes.Pool, _ *kubernetes.PodTemplate) { p.Limits.Memory = 1 << 30 }, false},
	} {
		e := manifestOf(func(e *kubernetes.Estate, t *kubernetes.PodTemplate) {
			e.Pools = limitedPool(kubernetes.Resources{}, false)
			x.change(&e.Pools[0], t)
		})
		if _, err := madeUp(t, e); (err == nil) != x.fits {
			t.Errorf("%s: %v", name, err)
		}
	}
}

var (
	payTaint    = []kubernetes.Taint{{Key: "team", Value: "pay", Effect: "NoSchedule"}}
	tolerateAll = []kubernetes.Toleration{{Key: "team", Operator: "Exists"}}
)

// Of several workloads each that finds no node is named with the reason, and the
// others are played.
func TestOthersArePlayedWhereOneFitsNowhere(t *testing.T) {
	e := manifestOf(func(e *kubernetes.Estate, _ *kubernetes.PodTemplate) {
		e.Pools = limitedPool(kubernetes.Resources{CPU: 12000}, false)
	})
	another(e, "large").Template.Requests.CPU = 3500
	another(e, "elsewhere").Template.NodeSelector = map[string]string{"disk": "ssd"}
	w, err := madeUp(t, e)
	if err != nil {
		t.Fatal(err)
	}
	sim, err := simulate.Play(t.Context(), w, drift(time.Minute), nil)
	if err != nil {
		t.Fatal(err)
	}
	notes := strings.Join(sim.Notes, "\n")
	for _, want := range []string{"3 of 3 pods of default/Deployment/large fit on no node",
		"default/Deployment/elsewhere fits on no node of the pools that were read, and is left out"} {
		if !strings.Contains(notes, want) {
			t.Errorf("the notes do not say %q:\n%s", want, notes)
		}
	}
	for _, x := range sim.Workloads {
		if x.Name == "elsewhere" {
			t.Error("what fits on no node is watched")
		}
	}
}

// Nodes that were read take workloads whose pods were not; nothing is made up.
func TestWorkloadsArePlacedOnNodesThatWereRead(t *testing.T) {
	c := newCluster(3)
	e := manifestOf(func(*kubernetes.Estate, *kubernetes.PodTemplate) {})
	e.Nodes, e.Pools, e.Newest = c.Nodes, c.Pools, clusterCreated
	w, err := madeUp(t, e)
	if err != nil {
		t.Fatal(err)
	}
	sim, err := simulate.Play(t.Context(), w, drift(time.Minute), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(w.Nodes(), []string{"node-0", "node-1", "node-2"}) || sim.Made != 0 || sim.Placed != 3 || sim.Workloads[0].Ready != 3 {
		t.Errorf("nodes %q, %d made up, %d placed", w.Nodes(), sim.Made, sim.Placed)
	}
	if !slices.Contains(sim.Notes, "the workloads were placed first, since no running pods were read") {
		t.Errorf("the notes are %q", sim.Notes)
	}
}
