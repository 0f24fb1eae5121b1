package compute

import (
	"fmt"
	"strings"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

// PDBOverlapID is the obligation that PDBOverlap is for.
const PDBOverlapID = "pdb-overlap"

// PDBOverlap looks for pods that more than one budget covers.
var PDBOverlap = check.Check{
	ID: PDBOverlapID, Axis: Axis, Subjects: budgets,
	Needs: check.Needs{Held: []check.Need{secondBudgets, ownObject, ordinals, podLabels}, Broken: []check.Need{ownName, ordinals, podLabels}},
	Run:   eachCovered(overlap),
}

// overlap looks for pods under more than one budget. Several budgets over
// different pods of one workload are fine, as operators of databases set them.
func overlap(p *check.Pass, i int) {
	if dodges(p, i) {
		return
	}
	e := p.Estate.Kubernetes
	coverage, fixes := coverageOf(p), fixesOf(p)
	budgets, together := coverage.covered[i], coverage.together(i)
	w := &e.Workloads[i]
	j := check.Judgement{Verdict: finding.Held, Message: "none of its pods is under two PDBs", Position: w.Position}
	list := budgets
	if len(together) > 0 {
		list = together
		names := make([]string, 0, 4)
		for _, b := range together[:min(len(together), 4)] {
			names = append(names, e.Budgets[b].Name)
		}
		if more := len(together) - len(names); more > 0 {
			names = append(names, fmt.Sprintf("%d more", more))
		}
		j.Verdict = finding.Broken
		j.Message = fmt.Sprintf("%d PDBs (%s) cover its pods; the eviction API refuses every eviction of a pod with more than one",
			len(together), strings.Join(names, ", "))
		j.Consequence = consequencesOf(p).of(i).blocked(p.Estate.Kubernetes.Workloads[i].AtLeast())
		keep := fixes.keeper(together)
		for _, b := range together {
			if b != keep {
				j.Position = e.Budgets[b].Position
				break
			}
		}
		j.Fix = fixes.overlap(together, keep)
	}
	for _, b := range list[:min(len(list), 4)] {
		budget := &e.Budgets[b]
		said := fmt.Sprintf("PodDisruptionBudget %s%s selects %s", budget.Name, ofUnit(budget.Unit), selected(budget))
		j.Evidence = append(j.Evidence, finding.Evidence{Text: said, Position: budget.Position})
	}
	ofWorkload(p, i, sure(p, j, i, budgets))
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
