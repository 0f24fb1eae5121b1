package compute

import (
	"fmt"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

// missing looks for a workload whose pods no budget covers.
func (a *auditor) missing(i int, budgets []int) {
	w := &a.estate.Workloads[i]
	n := w.AtLeast()
	if w.Bare || n < 2 && len(a.lacksSize(i)) == 0 {
		return // a budget could only forbid or do nothing
	}
	bare := a.matcher.uncovered(w, budgets)
	if n < 2 && bare > 0 {
		a.onWorkload("pdb-missing", i, judgement{verdict: finding.Unknown, message: "no PodDisruptionBudget covers it, and whether it may have more than one pod is not known", evidence: []finding.Evidence{size(w)}, position: w.Position})
		return
	}
	if len(budgets) > 0 && bare < 2 {
		j := judgement{verdict: finding.Held, message: "a budget covers its pods", position: w.Position}
		if bare > 0 {
			j.message = fmt.Sprintf("budgets cover %d of its %d pods", n-bare, n)
		}
		for _, b := range budgets[:min(len(budgets), 4)] {
			budget := &a.estate.Budgets[b]
			j.evidence = append(j.evidence, finding.Evidence{Text: "PodDisruptionBudget " + budget.Name, Position: budget.Position})
		}
		a.onWorkload("pdb-missing", i, a.sure(j, i, budgets))
		return
	}
	if len(budgets) > 0 {
		a.onWorkload("pdb-missing", i, judgement{
			verdict: finding.Broken, message: fmt.Sprintf("no PodDisruptionBudget covers %d of its %d pods", bare, n),
			consequence: a.consequence(i).unprotected(bare), position: w.Position, evidence: []finding.Evidence{size(w)},
			fix: &finding.Fix{Summary: "select all its pods with one budget"},
		})
		return
	}
	j := judgement{
		verdict: finding.Broken, message: fmt.Sprintf("no PodDisruptionBudget covers its %d pods", n),
		consequence: a.consequence(i).unprotected(n), position: w.Position, evidence: []finding.Evidence{size(w)},
	}
	routed, ok := a.routed(i)
	j.evidence = append(j.evidence, routed)
	if !ok {
		j.severity = "medium"
	}
	if len(a.estate.Budgets) == 0 && len(a.estate.Lacks(kubernetes.BudgetKinds)) == 0 {
		j.evidence = append(j.evidence, finding.Evidence{Text: "no PodDisruptionBudget was read at all; if the dump did not ask for them, add pdb to it"})
	}
	j.fix = a.fixMissing(i)
	a.onWorkload("pdb-missing", i, j)
}
