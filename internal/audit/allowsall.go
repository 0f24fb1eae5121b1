package audit

import (
	"fmt"
	"slices"
)

// allowsAll looks for a budget of a workload's own that lets every pod of it
// go at once. A budget over several workloads is for pdb-shared.
func (a *auditor) allowsAll(i int, budgets []int) {
	w := &a.estate.Workloads[i]
	n := w.AtLeast()
	own := slices.DeleteFunc(slices.Clone(budgets), func(b int) bool { return !a.owns(i, b) })
	if len(own) == 0 || n < 2 {
		return
	}
	void := max(0, slices.IndexFunc(own, func(b int) bool { return a.counts[b].Allowed >= n }))
	b, count := &a.estate.Budgets[own[void]], a.counts[own[void]]
	j := judgement{verdict: Held, message: fmt.Sprintf("budget %s keeps %d of %s", b.Name, max(0, n-count.Allowed), countPods(n)), position: b.Spec, evidence: a.strict(own[void]).evidence}
	switch {
	case count.Allowed < n:
	case w.IdlesAt0():
		j.message = "scales to zero, so its owner accepts that no pod is ready"
	default:
		j.verdict = Broken
		j.message = fmt.Sprintf("budget %s lets all %d pods go at once, and so protects nothing", b.Name, n)
		j.consequence = a.consequence(i).unprotected(n)
		j.fix = &Fix{Summary: "let one pod go at a time", Changes: []Change{oneOf(b).change(Replace, b.Namespace, at(b.Position))}}
	}
	a.find("pdb-allows-all", w.Ref, a.places.Workloads[i], a.sure(j, i, budgets))
}

// owns reports whether a budget covers all pods of one workload and no others.
func (a *auditor) owns(i, budget int) bool {
	for _, r := range a.covers[budget] {
		if r.pods > 0 && r.workload != i || r.partly {
			return false
		}
	}
	return true
}
