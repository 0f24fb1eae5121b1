package kubernetes

import (
	"slices"

	"github.com/onus-project/onus/internal/origin"
)

// Account is what the section says of itself. Pools that only name themselves,
// as those of Cluster API do, give nothing to check: there are no budgets and
// no terms on them.
func (e *Estate) Account() origin.Account {
	pools := slices.ContainsFunc(e.Pools, func(p Pool) bool { return p.API == KarpenterPool })
	return origin.Account{
		Contexts: e.Contexts, Newest: e.Newest, Unread: e.Unread, Hidden: e.Hidden, Objects: e.Seen.Objects, Object: "Kubernetes object",
		Checked: len(e.Workloads)+len(e.Budgets) > 0 || pools, ToCheck: "a workload, a PodDisruptionBudget or a Karpenter NodePool",
		Simulated:  slices.ContainsFunc(e.Workloads, func(w Workload) bool { return w.Kind != Static }),
		ToSimulate: "a workload",
	}
}
