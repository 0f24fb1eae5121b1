package nodes

import (
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// stepOf is a step of a plan.
func stepOf(t *testing.T, p *plan.Plan, id string) *plan.Step {
	t.Helper()
	i := slices.IndexFunc(p.Steps, func(s plan.Step) bool { return s.ID == id })
	if i < 0 {
		t.Fatalf("there is no step %s", id)
	}
	return &p.Steps[i]
}

// Each drain keeps the floors of all that the plan moves, and says what goes without one; that a
// node was named is said, since annotations do not keep it then.
func TestWhatDrainsKeep(t *testing.T) {
	c := clusterOf(4)
	c.with("Deployment", "web", 0, 2, 3)
	c.with("Deployment", "api", 1, 2, 3)
	c.with("Kafka", "broker", 1)
	p := made(t, asked(c, "nodes=node-00,node-01"))
	for _, node := range []string{"node-00", "node-01"} {
		s := stepOf(t, p, "drain/"+node)
		var floors []string
		for _, g := range s.Guards {
			if g.Kind == step.Floor {
				floors = append(floors, g.With[step.Name]+g.With[step.Arrives])
			}
		}
		want := map[string]string{"node-00": "web apitrue", "node-01": "api webtrue"}[node]
		if strings.Join(floors, " ") != want || s.Action.With[step.Free] != "default/Kafka/broker" || s.Action.With[step.Named] == "" {
			t.Errorf("%s keeps %v, want %s; %v", node, floors, want, s.Action.With)
		}
	}
	if s := stepOf(t, made(t, asked(c, "version=1.36")), "drain/node-00"); s.Action.With[step.Named] != "" {
		t.Error("nobody named node-00")
	}
}

// What is lost, or stays, without an eviction being held is said.
func TestWhatIsAssumedOfPods(t *testing.T) {
	c := clusterOf(3)
	c.with("Deployment", "cache", 0, 1).Template.EmptyDir = true
	c.with("Deployment", "typha", 0, 1).Template.Tolerations = []kubernetes.Toleration{{Operator: "Exists"}}
	said := strings.Join(made(t, asked(c, "nodes=node-00")).Prediction.Assumes, "\n")
	for _, want := range []string{"in an emptyDir is gone once they are evicted: of default/Deployment/cache",
		"and go with their node: of default/Deployment/typha"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not said: %s", want, said)
		}
	}
}

// A Machine's pool is told by what its nodes carry, and not by a value that others carry too.
func TestPoolOfAMachine(t *testing.T) {
	for want, change := range map[string]func(n *kubernetes.Node){
		"karpenter.sh/nodepool default":          func(*kubernetes.Node) {},
		"cluster.x-k8s.io/owner-name workers-7f": func(n *kubernetes.Node) { n.Labels = nil },
		"kops.k8s.io/instancegroup blue": func(n *kubernetes.Node) {
			n.Labels = map[string]string{"kops.k8s.io/instancegroup": "blue", "example.com/ip-pool": "blue"}
		},
	} {
		c := clusterOf(2)
		c.with("Deployment", "web", 0, 1)
		c.Machines = []kubernetes.Machine{{API: "cluster.x-k8s.io/Machine", Namespace: "infra", Name: "m1", UID: "machine-1"}}
		for i := range c.Nodes {
			c.Nodes[i].NodeClaim = nil
		}
		c.Nodes[0].Annotations = map[string]string{"cluster.x-k8s.io/machine": "m1", "cluster.x-k8s.io/cluster-namespace": "infra",
			"cluster.x-k8s.io/owner-name": "workers-7f"}
		change(&c.Nodes[0])
		with := stepOf(t, made(t, asked(c, "nodes=node-00")), "replace/node-00").Action.With
		if got := with[step.PoolKey] + " " + with[step.Pool]; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
