package compute

import (
	"fmt"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

// PDBMissing looks for workloads whose pods no budget covers.
var PDBMissing = check.Check{
	ID: "pdb-missing", Axis: Axis, Subjects: workloads,
	Needs: check.Needs{Held: []check.Need{ordinals, podLabels}, Broken: []check.Need{otherBudgets, ownObject, ownSize, podLabels}},
	Run:   serving(false, (*facts).missing),
}

// missing looks for a workload whose pods no budget covers.
func (a *facts) missing(p *check.Pass, i int) {
	budgets := a.covered[i]
	w := &a.estate.Workloads[i]
	n := w.AtLeast()
	if w.Bare || n < 2 && len(a.lacksSize(i)) == 0 {
		return // a budget could only forbid or do nothing
	}
	bare := a.matcher.uncovered(w, budgets)
	if n < 2 && bare > 0 {
		a.ofWorkload(p, i, check.Judgement{Verdict: finding.Unknown, Message: "no PodDisruptionBudget covers it, and whether it may have more than one pod is not known", Evidence: []finding.Evidence{size(w)}, Position: w.Position})
		return
	}
	if len(budgets) > 0 && bare < 2 {
		j := check.Judgement{Verdict: finding.Held, Message: "a PDB covers its pods", Position: w.Position}
		if bare > 0 {
			j.Message = fmt.Sprintf("PDBs cover %d of its %d pods", n-bare, n)
		}
		for _, b := range budgets[:min(len(budgets), 4)] {
			budget := &a.estate.Budgets[b]
			j.Evidence = append(j.Evidence, finding.Evidence{Text: "PodDisruptionBudget " + budget.Name, Position: budget.Position})
		}
		a.ofWorkload(p, i, a.sure(j, i, budgets))
		return
	}
	if len(budgets) > 0 {
		a.ofWorkload(p, i, check.Judgement{
			Verdict: finding.Broken, Message: fmt.Sprintf("no PodDisruptionBudget covers %d of its %d pods", bare, n),
			Consequence: a.consequence(i).unprotected(bare), Position: w.Position, Evidence: []finding.Evidence{size(w)},
			Fix: &finding.Fix{Summary: "select all its pods with one PDB"},
		})
		return
	}
	j := check.Judgement{
		Verdict: finding.Broken, Message: fmt.Sprintf("no PodDisruptionBudget covers its %d pods", n),
		Consequence: a.consequence(i).unprotected(n), Position: w.Position, Evidence: []finding.Evidence{size(w)},
	}
	routed, ok := a.routed(i)
	j.Evidence = append(j.Evidence, routed)
	if !ok {
		j.Severity = "medium"
	}
	if len(a.estate.Budgets) == 0 && len(a.estate.Lacks(kubernetes.BudgetKinds)) == 0 {
		j.Evidence = append(j.Evidence, finding.Evidence{Text: "no PodDisruptionBudget was read at all; if the dump left them out, add pdb to it"})
	}
	j.Fix = a.fixMissing(i)
	a.ofWorkload(p, i, j)
}
