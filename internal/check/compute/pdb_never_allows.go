package compute

import (
	"slices"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/finding"
)

// PDBNeverAllows looks for budgets that never allow an eviction. What their
// arithmetic rests on is part of the judgement: it differs by budget.
var PDBNeverAllows = check.Check{
	ID: "pdb-never-allows", Axis: Axis, Subjects: budgets,
	Needs: check.Needs{Held: []check.Need{secondBudgets}},
	Run:   eachCovered(neverAllows),
}

// neverAllows looks at the arithmetic of each budget over a workload. Where
// there are several, any one that never allows is enough.
func neverAllows(p *check.Pass, i int) {
	e := p.Estate.Kubernetes
	coverage, strictness := coverageOf(p), strictnessOf(p)
	budgets, overlapping := coverage.covered[i], len(coverage.together(i)) > 0
	w := &e.Workloads[i]
	worst := budgets[0]
	for _, b := range budgets {
		if rank(strictness.of(b).Verdict) < rank(strictness.of(worst).Verdict) {
			worst = b
		}
	}
	j := *strictness.of(worst)
	if j.Verdict == finding.Held && overlapping {
		return // each allows, but together they never do: that is for pdb-overlap
	}
	if !w.Lasting && slices.ContainsFunc(coverage.covers[worst], func(r match) bool { return e.Workloads[r.workload].Lasting }) {
		return // said of the workload that lasts
	}
	if e.Budgets[worst].Unserved {
		return // it stands in no cluster; pdb-missing says so
	}
	switch {
	case j.Verdict == finding.Broken && guardsRuns(e, &e.Budgets[worst], coverage.covers[worst]):
		j.Consequence = "While a run is on, a drain of its node waits for its end, or for the deadline that the platform has."
	case j.Verdict == finding.Broken:
		j.Consequence = consequencesOf(p).of(i).blocked(w.AtLeast())
	}
	ofWorkload(p, i, sure(p, j, i, budgets))
}

// rank orders verdicts, the worst first.
func rank(v finding.Verdict) int {
	return slices.Index([]finding.Verdict{finding.Broken, finding.Unknown, finding.Held}, v)
}
