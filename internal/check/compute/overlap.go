package compute

import (
	"fmt"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

// overlap looks for pods under more than one budget. Several budgets over
// different pods of one workload are fine, as operators of databases set them.
func (a *auditor) overlap(i int, budgets, together []int) {
	w := &a.estate.Workloads[i]
	j := judgement{verdict: finding.Held, message: "no pod of it is under two budgets", position: w.Position}
	list := budgets
	if len(together) > 0 {
		list = together
		names := make([]string, 0, 4)
		for _, b := range together[:min(len(together), 4)] {
			names = append(names, a.estate.Budgets[b].Name)
		}
		if more := len(together) - len(names); more > 0 {
			names = append(names, fmt.Sprintf("%d more", more))
		}
		j.verdict = finding.Broken
		j.message = fmt.Sprintf("%d budgets (%s) cover its pods, and the eviction API answers 500 where there is more than one", len(together), strings.Join(names, ", "))
		j.consequence = a.consequence(i).blocked()
		keep := a.keeper(together)
		for _, b := range together {
			if b != keep {
				j.position = a.estate.Budgets[b].Position
				break
			}
		}
		j.fix = a.fixOverlap(together, keep)
	}
	for _, b := range list[:min(len(list), 4)] {
		budget := &a.estate.Budgets[b]
		j.evidence = append(j.evidence, finding.Evidence{Text: fmt.Sprintf("PodDisruptionBudget %s selects %s", budget.Name, selected(budget)), Position: budget.Position})
	}
	if !w.Lasting {
		j.severity = "low"
	}
	a.onWorkload("pdb-overlap", i, a.sure(j, i, budgets))
}

// selected says what a budget's selector is, for people.
func selected(b *kubernetes.Budget) string {
	if _, selectable := b.Selector.Requirements(); !selectable {
		return "no pod (in policy/v1beta1 an empty selector means none)"
	}
	if s := b.Selector.String(); s != "" {
		return s
	}
	return "every pod of the namespace"
}
