package simulate_test

import (
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/simulate"
)

// Nodes on their way out do not count against the limits of their pool, so one
// that has reached them can still be rolled.
func TestLimitsLetNodesBeReplaced(t *testing.T) {
	c := newCluster(3, disruption.NodeBudget{Nodes: "2"})
	c.Pools[0].Limits = kubernetes.Resources{CPU: 12000}
	c.runs("Deployment", "web", 0, 1, 2).Template.Requests.CPU = 3000
	every(t, c.tell(t, "karpenter", drift(10*time.Minute)), "all are replaced", func(r *simulate.Run) bool {
		return r.Gone == 3 && r.Unreplaced == 0 && r.Pending == 0
	})
	for i := range c.Nodes { // the system keeps some of what a node has
		c.Nodes[i].Capacity = kubernetes.Resources{CPU: 4100}
	}
	every(t, c.tell(t, "karpenter", drift(10*time.Minute)), "with more than they allow none is started",
		func(r *simulate.Run) bool { return r.Gone == 0 && r.Unreplaced == 3 })
}

// While the pods of a node on its way out would have nowhere to go, Karpenter
// chooses no other node, not even an empty one.
func TestNothingIsChosenWhilePodsHaveNowhereToGo(t *testing.T) {
	c := newCluster(3, disruption.NodeBudget{Nodes: "3"})
	c.runs("Deployment", "web", 0, 1).Template.Requests.CPU = 3000
	c.pdb("web", "min", "2")
	s := drift(10 * time.Minute)
	s.Triggers[0].At = 30 * time.Second
	s.Triggers = append(s.Triggers, simulate.Trigger{Kind: contract.Delete, Nodes: []string{"node-0"}})
	every(t, c.tell(t, "karpenter", s), "a third node takes them, and goes when it has drifted",
		func(r *simulate.Run) bool { return r.Gone == 1 && r.Drained == 2 })
	c.Pools[0].Closed = true
	c.Nodes[2].Allocatable.CPU = 2000
	every(t, c.tell(t, "karpenter", s), "one drains, and no other is chosen", func(r *simulate.Run) bool {
		return r.Gone == 0 && r.Drained == 1
	})
}

// Of a static pool with a limit the nodes that go at the start free the limit when they are
// gone: a bound does not count on its others staying.
func TestBoundsOfStaticPoolsWithNodesOnTheirWayOut(t *testing.T) {
	for name, test := range map[string]struct {
		deleted bool
		least   int
	}{"none": {false, 2}, "one": {true, 0}} {
		c := newCluster(2, disruption.NodeBudget{Nodes: "1"})
		c.Pools[0].Static, c.Pools[0].Replicas = true, 2
		c.Pools[0].Limits = kubernetes.Resources{Other: map[string]int64{"nodes": 2}}
		c.runs("Deployment", "web", 0, 0)
		if test.deleted {
			c.Nodes[1].Deleted = clusterCreated
		}
		s := drift(time.Hour)
		w := mustPrepare(t, c, "karpenter")
		m, err := w.Model(&s)
		if err != nil {
			t.Fatal(err)
		}
		if got := bound.Bounds(m)[0].Least; got != test.least {
			t.Errorf("%s: at least %d, wants %d", name, got, test.least)
		}
	}
}

// A DaemonSet has a pod on each node that comes, which may be all that a PDB over it and
// others wants.
func TestBoundsOfPDBsOverDaemonSets(t *testing.T) {
	for kind, least := range map[string]int{"Deployment": 1, "DaemonSet": 0} {
		c := newCluster(2, disruption.NodeBudget{Nodes: "1"})
		c.runs("Deployment", "web", 0, 0, 1)
		c.runs(kind, "agent", 1)
		all, two := &metav1.LabelSelector{}, intstr.FromInt32(2)
		c.Budgets = append(c.Budgets, kubernetes.Budget{Namespace: "default", Name: "all", Selector: labels.Everything(), LabelSelector: all,
			MinAvailable: &two})
		s := drift(time.Hour)
		m, err := mustPrepare(t, c, "karpenter").Model(&s)
		if err != nil {
			t.Fatal(err)
		}
		if got := bound.Bounds(m)[0].Least; got != least {
			t.Errorf("beside a %s: at least %d, wants %d", kind, got, least)
		}
	}
}

// Of a DaemonSet one pod comes with each node. Those that wait beside them take capacity, and
// may push others out when it runs short.
func TestBoundsLookAtWaitingPodsOfDaemonSets(t *testing.T) {
	for waiting, least := range map[int]int{0: 2, 1: 2, 2: 2, 3: 0} {
		c := newCluster(3)
		c.runs("Deployment", "web", 0, 1)
		agents := c.runs("DaemonSet", "agent", slices.Concat([]int{0, 1, 2}, slices.Repeat([]int{0}, waiting))...)
		agents.Template.Preempts = true
		for n, i := range agents.Pods {
			c.Pods[i].Priority = 1000
			if n > 2 {
				c.Pods[i].Node, c.Pods[i].Phase, c.Pods[i].Ready = "", "Pending", false
			}
		}
		s := drift(time.Hour)
		s.Triggers = []simulate.Trigger{{Kind: contract.Delete, Nodes: []string{"node-2"}}}
		m, err := mustPrepare(t, c, "karpenter").Model(&s)
		if err != nil {
			t.Fatal(err)
		}
		if got := bound.Bounds(m)[0].Least; got != least {
			t.Errorf("%d wait: at least %d, wants %d", waiting, got, least)
		}
	}
}

// Pods that are still to be made bring nodes, which a later trigger meets, too.
func TestBoundsLookAtPodsToBeMade(t *testing.T) {
	for replicas, fails := range map[int]bool{1: false, 2: true} {
		c := newCluster(2, disruption.NodeBudget{Nodes: "1"})
		c.runs("Deployment", "web", 0).Replicas = replicas
		s := drift(time.Hour)
		s.Triggers[0].At = 2 * time.Second
		if _, err := mustPrepare(t, c, "karpenter").Model(&s); (err != nil) != fails {
			t.Errorf("%d replicas and one pod: %v", replicas, err)
		}
	}
}
