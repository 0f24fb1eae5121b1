package story

import (
	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// pdbs are the PodDisruptionBudgets of an estate and the labels that they
// look at, each found by where it stands.
type pdbs struct {
	budgets map[string][]*kubernetes.Budget // by namespace
	labels  map[kubernetes.Ref]labels.Set
	partly  bool // there may be others, which could not be read
}

func newPDBs(e *kubernetes.Estate) pdbs {
	p := pdbs{map[string][]*kubernetes.Budget{}, map[kubernetes.Ref]labels.Set{}, len(e.Lacks(kubernetes.BudgetKinds)) > 0}
	for i := range e.Budgets {
		b := &e.Budgets[i]
		p.budgets[b.Namespace] = append(p.budgets[b.Namespace], b)
	}
	for i := range e.Workloads {
		p.labels[e.Workloads[i].Ref] = e.Workloads[i].PodLabels()
	}
	return p
}

// over are the names of those that select the pods of a workload.
func (p pdbs) over(ref kubernetes.Ref) []string {
	var names []string
	for _, b := range p.budgets[ref.Namespace] {
		if b.Selector != nil && b.Selector.Matches(p.labels[ref]) {
			names = append(names, b.Name)
		}
	}
	return names
}
