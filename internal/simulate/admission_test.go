package simulate_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/simulate"
)

// gate has pods of one workload answer for the API server.
func (c *cluster) gate(of string) *kubernetes.Webhook {
	c.Services = append(c.Services, kubernetes.Service{Namespace: "default", Name: of, Selector: map[string]string{"app": of}})
	c.Webhooks = append(c.Webhooks, kubernetes.Webhook{
		Name: of + ".example.io", In: kubernetes.Ref{Kind: "ValidatingWebhookConfiguration", Name: of}, Creates: true,
		Namespaces: labels.Everything(), Objects: labels.Everything(), ServiceNamespace: "default", Service: of,
	})
	return &c.Webhooks[len(c.Webhooks)-1]
}

func notIn(key string, values ...string) labels.Selector {
	s, err := metav1.LabelSelectorAsSelector(&metav1.LabelSelector{
		MatchExpressions: []metav1.LabelSelectorRequirement{{Key: key, Operator: metav1.LabelSelectorOpNotIn, Values: values}},
	})
	if err != nil {
		panic(err)
	}
	return s
}

// deleted is a scenario in which somebody deletes nodes, one after the other.
func deleted(horizon time.Duration, nodes ...string) simulate.Scenario {
	s := drift(horizon)
	s.Triggers = nil
	for i, n := range nodes {
		s.Triggers = append(s.Triggers, simulate.Trigger{At: time.Duration(i) * 30 * time.Second, Kind: contract.Delete, Nodes: []string{n}})
	}
	return s
}

// While no pod behind a webhook is ready, no pod that it is asked about is made:
// none of its own, too, unless those are left out.
func TestPodsAreNotMadeWithoutAnAnswer(t *testing.T) {
	type run = func(gate, front, apart *simulate.WorkloadRun) bool
	never := func(r *simulate.WorkloadRun) bool { return r.BelowFloor > 50*time.Minute }
	for name, test := range map[string]struct {
		gate func(c *cluster, w *kubernetes.Webhook)
		on   []int // nodes of the pods that answer
		some bool  // it is so in some runs: in others the first is back before the last goes
		want run
	}{
		"it never comes back, nor does what went after it": {nil, []int{0}, false, func(gate, front, apart *simulate.WorkloadRun) bool {
			return never(gate) && front.MinReady == 1 && never(apart)
		}},
		"a second pod on another node answers": {nil, []int{0, 2}, false, func(gate, front, apart *simulate.WorkloadRun) bool {
			return gate.MinReady == 1 && front.MinReady > 0 && !never(apart)
		}},
		"two on one node do not": {nil, []int{0, 0}, true, func(gate, front, apart *simulate.WorkloadRun) bool {
			return never(gate) && never(apart)
		}},
		"its own pods are not asked about": {func(_ *cluster, w *kubernetes.Webhook) { w.Objects = notIn("app", "gate") }, []int{0}, false,
			func(gate, front, apart *simulate.WorkloadRun) bool {
				return gate.BelowFloor > 0 && !never(gate) && !never(apart)
			}},
		"only namespaces of a name are": {func(_ *cluster, w *kubernetes.Webhook) {
			w.Namespaces = notIn("kubernetes.io/metadata.name", "default")
		}, []int{0}, false, func(gate, front, apart *simulate.WorkloadRun) bool {
			return !never(gate) && !never(apart)
		}},
		"only namespaces with a label that this one has": {func(c *cluster, w *kubernetes.Webhook) {
			c.Namespaces = []kubernetes.Namespace{{Name: "default", Labels: map[string]string{"gated": "yes"}}}
			w.Namespaces = labels.SelectorFromSet(labels.Set{"gated": "yes"})
		}, []int{0}, false, func(gate, front, apart *simulate.WorkloadRun) bool { return never(gate) && never(apart) }},
		"or that it may have": {func(_ *cluster, w *kubernetes.Webhook) {
			w.Namespaces = labels.SelectorFromSet(labels.Set{"gated": "yes"})
		}, []int{0}, false, func(gate, front, apart *simulate.WorkloadRun) bool { return !never(gate) && !never(apart) }},
		"nobody knows which": {func(_ *cluster, w *kubernetes.Webhook) { w.Conditional = true }, []int{0}, false,
			func(gate, front, apart *simulate.WorkloadRun) bool {
				return !never(gate) && !never(apart)
			}},
		"its pods are elsewhere": {func(_ *cluster, w *kubernetes.Webhook) { w.Service = "other" }, []int{0}, false,
			func(gate, front, apart *simulate.WorkloadRun) bool {
				return !never(gate) && !never(apart)
			}},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(4, disruption.NodeBudget{Nodes: "1"})
			c.runs("Deployment", "apart", 1)
			c.runs("Deployment", "front", 1, 2, 3)
			c.runs("Deployment", "gate", test.on...)
			w := c.gate("gate")
			if test.gate != nil {
				test.gate(c, w)
			}
			s := deleted(time.Hour, "node-0", "node-1", "node-2")
			s.Triggers[2].At = 20 * time.Minute
			sim := c.tell(t, "karpenter", s)
			want := func(r *simulate.Run) bool { return test.want(&r.Workloads[2], &r.Workloads[1], &r.Workloads[0]) }
			if !test.some {
				every(t, sim, name, want)
			} else if !slices.ContainsFunc(sim.Runs, func(r simulate.Run) bool { return want(&r) }) {
				t.Errorf("in no run: %+v", sim.Runs)
			}
		})
	}
}

// What is refused is tried again later each time: after as long again as it took
// the webhook to come back, at the most.
func TestRefusedPodsAreMadeLater(t *testing.T) {
	c := newCluster(3, disruption.NodeBudget{Nodes: "1"})
	c.runs("Deployment", "apart", 1)
	c.runs("StatefulSet", "db", 1, 2)
	c.runs("Deployment", "gate", 0)
	c.gate("gate").Objects = notIn("app", "gate")
	s := deleted(time.Hour, "node-0", "node-1")
	s.Triggers[1].At = 6 * time.Second
	s.WorkloadTimings = map[string]simulate.Timings{"default/gate": {PodReady: 4 * time.Minute}}
	sim := c.tell(t, "karpenter", s)
	longer := 0
	every(t, sim, "they come back within the back-off", func(r *simulate.Run) bool {
		down := r.Workloads[0].BelowFloor
		longer += map[bool]int{true: 1}[down > 5*time.Minute+10*time.Second]
		return down > 3*time.Minute && down < 12*time.Minute && r.Pending == 0
	})
	if longer == 0 {
		t.Error("they come back as soon as the webhook does")
	}
	if k := slices.IndexFunc(sim.Story.Events, func(ev simulate.Event) bool { return ev.Kind == simulate.NotCreated }); k < 0 ||
		sim.Story.Events[k].Detail != "webhook gate.example.io of ValidatingWebhookConfiguration/gate (failurePolicy Fail) has no ready pod" {
		t.Errorf("%+v", sim.Story.Events)
	}
}

// A webhook that is asked about evictions keeps pods where they are.
func TestEvictionsAreRefusedWithoutAnAnswer(t *testing.T) {
	c := newCluster(2, disruption.NodeBudget{Nodes: "1"})
	c.runs("Deployment", "apart", 1)
	c.runs("Deployment", "gate", 0)
	w := c.gate("gate")
	w.Evicts = true
	s := deleted(30*time.Minute, "node-0", "node-1")
	sim := c.tell(t, "karpenter", s)
	every(t, sim, "the second node stays", func(r *simulate.Run) bool {
		return r.Workloads[0].MinReady == 1 && r.Gone == 1 && r.Refused > 10 && len(r.Stays) == 1 &&
			r.Stays[0].Why == "pod apart-0 cannot be evicted: webhook gate.example.io of ValidatingWebhookConfiguration/gate (failurePolicy "+
				"Fail) has no ready pod"
	})
}

// What is not played because it is not known is said, and nothing is promised that
// it could break.
func TestNothingIsPromisedThatAWebhookCouldBreak(t *testing.T) {
	for name, test := range map[string]struct {
		gate   func(c *cluster, w *kubernetes.Webhook)
		proved bool
		note   string
	}{
		"no webhook":     {nil, true, ""},
		"none that asks": {func(_ *cluster, w *kubernetes.Webhook) { w.Objects = labels.Nothing() }, true, ""},
		"one that answers in any order of events": {func(c *cluster, w *kubernetes.Webhook) { w.Service = "kept" }, true, ""},
		"one that does not":                       {func(_ *cluster, w *kubernetes.Webhook) {}, false, ""},
		"one that is asked about evictions alone": {func(_ *cluster, w *kubernetes.Webhook) { w.Creates, w.Evicts = false, true }, false,
			"may refuse to let pods of api, gate and kept go"},
		"one with conditions": {func(_ *cluster, w *kubernetes.Webhook) { w.Conditional = true }, false,
			"which pods webhook gate.example.io is asked about was not read in full: it is played as if the API server did not ask it about those"},
		"one that nobody read the pods of": {func(_ *cluster, w *kubernetes.Webhook) { w.Service = "" }, true,
			"the pods behind webhook gate.example.io were not read: it is taken that the API server always gets an answer"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(3, disruption.NodeBudget{Nodes: "1"})
			c.Pools[0].Grace = 24 * time.Hour
			c.runs("Deployment", "api", 0, 1, 2)
			c.pdb("api", "max", "1")
			c.runs("Deployment", "gate", 0)
			c.Pools = append(c.Pools, kubernetes.Pool{API: "karpenter.sh/NodePool", Name: "other", NodeClass: "karpenter.k8s.aws/EC2NodeClass"})
			c.Nodes = append(c.Nodes, kubernetes.Node{Name: "apart", Created: clusterCreated,
				Labels: map[string]string{"karpenter.sh/nodepool": "other"}, Allocatable: kubernetes.Resources{CPU: 4000, Memory: 8 << 30, Pods: 20}})
			c.runs("Deployment", "kept", 3)
			c.Pods[len(c.Pods)-1].Node = "apart"
			c.Services = append(c.Services, kubernetes.Service{Namespace: "default", Name: "kept", Selector: map[string]string{"app": "kept"}})
			if test.gate != nil {
				test.gate(c, c.gate("gate"))
			}
			s := drift(72 * time.Hour)
			k := knowledge(t)
			w, err := simulate.Prepare(c.Estate, locate.Locate(k, c.Estate, k.Offering("karpenter"), nil), false)
			if err != nil {
				t.Fatal(err)
			}
			s.Triggers = []simulate.Trigger{{Kind: contract.Drift, Pool: c.Pools[0].Name}}
			m, err := w.Model(&s)
			if err != nil {
				t.Fatal(err)
			}
			b := bound.Bounds(m)[w.At()[0]]
			if (b.Least > 0) != test.proved {
				t.Errorf("%+v", b)
			}
			sim := c.tell(t, "karpenter", s)
			if said := strings.Join(sim.Notes, "; "); test.note == "" && strings.Contains(said, "webhook") || !strings.Contains(said, test.note) {
				t.Errorf("%q, want %q", said, test.note)
			}
		})
	}
}
