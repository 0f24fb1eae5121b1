package story

import (
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// nodePoolLabel is the label by which a node names its Karpenter pool.
const nodePoolLabel = "karpenter.sh/nodepool"

// nodePools are the Karpenter pools of nodes that were read, and what their
// budgets say.
type nodePools struct {
	of      map[string]string   // the pool of a node
	budgets map[string][]string // of a pool, as written
}

func newNodePools(e *kubernetes.Estate) nodePools {
	p := nodePools{map[string]string{}, map[string][]string{}}
	for i := range e.Nodes {
		if name := e.Nodes[i].Labels[nodePoolLabel]; name != "" {
			p.of[e.Nodes[i].Name] = name
		}
	}
	for i := range e.Pools {
		pool := &e.Pools[i]
		if pool.API != kubernetes.KarpenterPool {
			continue
		}
		for _, b := range pool.NodeBudgets().Written() {
			p.budgets[pool.Name] = append(p.budgets[pool.Name], b.Nodes)
		}
	}
	return p
}
