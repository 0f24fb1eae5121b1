package simulate_test

import (
	"testing"
	"time"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/simulate"
)

// Pods that tolerate the taint of a cordon may be bound to a node that is cordoned: where
// no other is, they come back. kubectl has listed the pods before, and ends all the same.
func TestPodsThatTolerateACordonComeBack(t *testing.T) {
	const taint = "node.kubernetes.io/unschedulable"
	for name, test := range map[string]struct {
		toleration *kubernetes.Toleration
		back       bool
	}{
		"none":                      {nil, false},
		"another taint":             {&kubernetes.Toleration{Key: "dedicated", Operator: "Exists"}, false},
		"no effect but NoExecute":   {&kubernetes.Toleration{Operator: "Exists", Effect: "NoExecute"}, false},
		"the cordon":                {&kubernetes.Toleration{Key: taint, Operator: "Exists", Effect: "NoSchedule"}, true},
		"every NoSchedule":          {&kubernetes.Toleration{Operator: "Exists", Effect: "NoSchedule"}, true},
		"everything":                {&kubernetes.Toleration{Operator: "Exists"}, true},
		"the cordon with a value":   {&kubernetes.Toleration{Key: taint, Value: "true"}, false},
		"the cordon, without value": {&kubernetes.Toleration{Key: taint}, true},
	} {
		for _, kind := range []string{"Deployment", "StatefulSet"} { // whose pods have the names of those before them
			c := newCluster(1)
			w := c.runs(kind, "agent", 0)
			if test.toleration != nil {
				w.Template.Tolerations = []kubernetes.Toleration{*test.toleration}
			}
			c.Pools, c.Nodes[0].Labels = nil, nil
			s := drift(time.Hour)
			s.Triggers = []simulate.Trigger{{Kind: simulate.Drain}}
			sim := c.tell(t, "", s)
			every(t, sim, kind+", "+name, func(r *simulate.Run) bool {
				return r.Evicted == 1 && (r.Pending == 0) == test.back && (len(r.Waits) == 0) == test.back && len(r.Stays) == 0
			})
		}
	}
}

// Karpenter keeps pods off a node that it is about to take by its taint alone: pods that
// tolerate that are bound to the node as to any other, and go with it.
func TestPodsThatTolerateKarpentersTaintComeToNodesThatGo(t *testing.T) {
	const taint = "karpenter.sh/disrupted"
	for name, test := range map[string]struct {
		toleration *kubernetes.Toleration
		lost       bool // both pods are on the second node when that goes, in some run
	}{
		"none":                        {nil, false},
		"another taint":               {&kubernetes.Toleration{Key: "dedicated", Operator: "Exists"}, false},
		"the cordon alone":            {&kubernetes.Toleration{Key: "node.kubernetes.io/unschedulable", Operator: "Exists"}, false},
		"no effect but NoExecute":     {&kubernetes.Toleration{Operator: "Exists", Effect: "NoExecute"}, false},
		"the taint with a value":      {&kubernetes.Toleration{Key: taint, Value: "true"}, false},
		"the taint, in every form":    {&kubernetes.Toleration{Key: taint, Operator: "Exists", Effect: "NoSchedule"}, true},
		"every NoSchedule":            {&kubernetes.Toleration{Operator: "Exists", Effect: "NoSchedule"}, true},
		"everything":                  {&kubernetes.Toleration{Operator: "Exists"}, true},
		"the taint, as it is written": {&kubernetes.Toleration{Key: taint}, true},
	} {
		c := newCluster(2)
		agent := c.runs("Deployment", "agent", 0, 1)
		if test.toleration != nil {
			agent.Template.Tolerations = []kubernetes.Toleration{*test.toleration}
		}
		c.runs("Deployment", "web", 0, 1)
		c.pdb("agent", "max", "1")
		c.pdb("web", "max", "1")
		sim := c.tell(t, "karpenter", drift(12*time.Hour))
		least := 2
		for _, r := range sim.Runs {
			least = min(least, r.Workloads[0].MinReady)
		}
		if lost := least == 0; lost != test.lost {
			t.Errorf("%s: at least %d of 2 ready", name, least)
		}
	}
}

// A managed drain asks again for the pods that come back, and goes on for as long as they
// do: no bound says that it is done.
func TestManagedDrainsOfPodsThatComeBack(t *testing.T) {
	for name, tolerates := range map[string]bool{"tolerates": true, "does not": false} {
		m := managed(t, "Deployment", tolerates)
		if f := bound.Finishes(m, 0); len(f) != 1 || f[0].ComesBack != tolerates || f[0].AtWorst > 0 != tolerates {
			t.Errorf("%s: finishes %+v", name, f)
		}
		if b := bound.Bounds(m); len(b) != 2 || b[1].Least > 0 == tolerates {
			t.Errorf("%s: bounds %+v", name, b)
		}
	}
}

// Pods of a Job come back as others do: they are made anew until enough have ended.
func TestPodsOfJobsComeBack(t *testing.T) {
	for name, tolerates := range map[string]bool{"tolerates": true, "does not": false} {
		if f := bound.Finishes(managed(t, "Job", tolerates), 0); len(f) != 1 || f[0].ComesBack != tolerates || f[0].AtWorst > 0 != tolerates {
			t.Errorf("%s: finishes %+v", name, f)
		}
	}
}

// managed is a node group of two nodes that is upgraded, with a service and another workload
// of a kind, which may tolerate the taint of a cordon.
func managed(t *testing.T, kind string, tolerates bool) *bound.Model {
	t.Helper()
	c := newCluster(2)
	c.Pools = nil
	for i := range c.Nodes {
		c.Nodes[i].Labels = map[string]string{"eks.amazonaws.com/nodegroup": "np1"}
	}
	c.runs("Deployment", "web", 0, 1)
	w := c.runs(kind, "agent", 0, 1)
	if kind == "Deployment" {
		c.pdb("agent", "max", "1")
	}
	if tolerates {
		w.Template.Tolerations = []kubernetes.Toleration{{Operator: "Exists", Effect: "NoSchedule"}}
	}
	s := drift(12 * time.Hour)
	s.Triggers = []simulate.Trigger{{Kind: contract.Upgrade}}
	m, err := mustPrepare(t, c, "eks-managed-nodegroup").Model(&s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
