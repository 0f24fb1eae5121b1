package compute

import (
	"fmt"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/finding"
)

// members is how many pods a workload has that are all members of one quorum by its program;
// 0 for others: what has fellows in other workloads is not counted by its own pods.
func (x *programs) members(i int) int {
	w, prog := &x.estate.Workloads[i], x.of(i)
	if _, fellows, _ := x.fellows(i); prog == nil || !prog.Quorum || len(fellows) > 0 || w.AtLeast() < 3 {
		return 0
	}
	return w.AtLeast()
}

// quorumGoes is the budget over the members of a quorum by which the fewest go, and how
// many: more than may be away while most of them stay. False where some budget keeps most, and
// where pods are under two, of which none goes.
func quorumGoes(p *check.Pass, i int) (budget, allowed int, ok bool) {
	members, coverage, arithmetic := programsOf(p).members(i), coverageOf(p), arithmeticOf(p)
	bare := coverage.matcher.uncovered(&p.Estate.Kubernetes.Workloads[i], coverage.covered[i])
	if members == 0 || bare > 0 || len(coverage.together(i)) > 0 {
		return 0, 0, false
	}
	for _, b := range coverage.covered[i] {
		for k, r := range coverage.covers[b] {
			if r.workload != i {
				continue
			}
			if r.partly || len(p.Estate.Kubernetes.Budgets[b].Beyond) > 0 {
				return 0, 0, false
			}
			goes := min(arithmetic.falls(&p.Estate.Kubernetes.Budgets[b], coverage.covers[b])[k].allowed, members)
			if !ok || goes < allowed {
				budget, allowed, ok = b, goes, true
			}
		}
	}
	return budget, allowed, ok && allowed > (members-1)/2
}

// quorumLost says that the budget over the members of a quorum lets so many go at a time that
// those which stay are no quorum.
func quorumLost(p *check.Pass, i, b, allowed int) {
	e := p.Estate.Kubernetes
	w, budget, prog := &e.Workloads[i], &e.Budgets[b], programsOf(p).of(i)
	n := w.AtLeast()
	j := check.Judgement{
		Verdict: finding.Broken, Position: budget.Spec, Evidence: []finding.Evidence{size(w)},
		Message: fmt.Sprintf("PDB %s allows %d of %d pods to be evicted at once, and %s goes on only while most of its members are there",
			budget.Name, allowed, n, prog.Title),
		Consequence: fmt.Sprintf("When nodes drain together, %d of %d members may be left, which are no quorum.", n-allowed, n),
		Fix:         &finding.Fix{Summary: fmt.Sprintf("give %s %s a PDB of its own with maxUnavailable 1", w.Kind, w.Name)},
	}
	if coverageOf(p).owns(i, b) {
		j.Fix = fixesOf(p).void(b)
	}
	if prog.Unless != "" {
		j.Verdict = finding.Unknown
		j.DoubtedBy("it is so unless " + prog.Unless)
	}
	ofWorkload(p, i, sure(p, j, i, []int{b}))
}
