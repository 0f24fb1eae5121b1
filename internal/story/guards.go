package story

import (
	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// guards are the PodDisruptionBudgets of an estate and the labels that they
// look at, each found by where it stands.
type guards struct {
	budgets map[string][]*kubernetes.Budget // by namespace
	labels  map[kubernetes.Ref]labels.Set
	partly  bool // there may be others, which could not be read
}

func newGuards(e *kubernetes.Estate) guards {
	g := guards{map[string][]*kubernetes.Budget{}, map[kubernetes.Ref]labels.Set{}, len(e.Lacks(kubernetes.BudgetKinds)) > 0}
	for i := range e.Budgets {
		b := &e.Budgets[i]
		g.budgets[b.Namespace] = append(g.budgets[b.Namespace], b)
	}
	for i := range e.Workloads {
		g.labels[e.Workloads[i].Ref] = e.Workloads[i].Template.Labels
	}
	return g
}

// over are the names of those that select the pods of a workload.
func (g guards) over(ref kubernetes.Ref) []string {
	var names []string
	for _, b := range g.budgets[ref.Namespace] {
		if b.Selector != nil && b.Selector.Matches(g.labels[ref]) {
			names = append(names, b.Name)
		}
	}
	return names
}

// nodePools are the Karpenter pools of nodes that were read, and what their
// budgets say.
type nodePools struct {
	of      map[string]string   // the pool of a node
	budgets map[string][]string // of a pool, as written
}

func newNodePools(e *kubernetes.Estate) nodePools {
	p := nodePools{map[string]string{}, map[string][]string{}}
	for i := range e.Nodes {
		if name := e.Nodes[i].Labels["karpenter.sh/nodepool"]; name != "" {
			p.of[e.Nodes[i].Name] = name
		}
	}
	for i := range e.Pools {
		pool := &e.Pools[i]
		if pool.API != "karpenter.sh/NodePool" {
			continue
		}
		if pool.Budgets == nil {
			p.budgets[pool.Name] = []string{disruption.DefaultNodeBudgets[0].Nodes}
		}
		for _, b := range pool.Budgets {
			p.budgets[pool.Name] = append(p.budgets[pool.Name], b.Nodes)
		}
	}
	return p
}
