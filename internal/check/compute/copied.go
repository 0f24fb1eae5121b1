package compute

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

// ofTheCopied names the budgets over the workload of which an operator made this one, to serve
// in its place.
func ofTheCopied(p *check.Pass, i int) []finding.Evidence {
	e := p.Estate.Kubernetes
	by := e.Workloads[i].MadeBy
	if by == nil {
		return nil
	}
	of := slices.IndexFunc(e.Workloads, func(w kubernetes.Workload) bool { return w.Ref == by.Ref })
	if of < 0 || !e.Workloads[of].Off() {
		return nil
	}
	var all []finding.Evidence
	for b := range e.Budgets {
		x := &e.Budgets[b]
		if x.Namespace == by.Namespace && x.Selector != nil && x.Selector.Matches(labels.Set(e.Workloads[of].Template.Labels)) {
			text := fmt.Sprintf("PDB %s covers %s %s alone, which %s keeps at 0 replicas", x.Name, by.Kind, by.Name, by.Operator)
			all = append(all, finding.Evidence{Text: text, Position: x.Position})
		}
	}
	return all
}
