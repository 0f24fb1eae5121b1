package compute

import (
	"fmt"
	"slices"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// PDBShared looks for budgets over several workloads, any of which they let fall.
var PDBShared = check.Check{
	ID: "pdb-shared", Axis: Axis, Subjects: budgets,
	Needs: check.Needs{Held: []check.Need{underBudget, servingUnderBudget}, Broken: []check.Need{underBudget}},
	Run:   eachBudget(shared),
}

// eachBudget calls a judge for each budget.
func eachBudget(judge func(p *check.Pass, i int)) func(*check.Pass) {
	return func(p *check.Pass) {
		for i := range p.Estate.Kubernetes.Budgets {
			judge(p, i)
		}
	}
}

// servingUnder are the workloads under a budget that serve, and that drains evict.
func servingUnder(p *check.Pass, i int) []match {
	var serving []match
	for _, r := range coverageOf(p).covers[i] {
		if w := &p.Estate.Kubernetes.Workloads[r.workload]; r.pods > 0 && w.Evictable && servingOf(p).serves(r.workload) {
			serving = append(serving, r)
		}
	}
	return serving
}

// sizesOf are the sizes of the first of some workloads.
func sizesOf(e *kubernetes.Estate, all []match) []finding.Evidence {
	const shown = 8
	var sizes []finding.Evidence
	for _, r := range all[:min(shown, len(all))] {
		w := &e.Workloads[r.workload]
		s := size(w)
		s.Text = w.Kind + " " + w.Name + ": " + s.Text
		sizes = append(sizes, s)
	}
	return sizes
}

// shared looks at a budget over several workloads that serve: what it allows
// may all be taken from one of them.
func shared(p *check.Pass, i int) {
	e := p.Estate.Kubernetes
	arithmetic, coverage := arithmeticOf(p), coverageOf(p)
	if len(coverage.covers[i]) == 0 {
		return // said of by pdb-orphan
	}
	at, b := p.Places.Workloads[coverage.covers[i][0].workload], &e.Budgets[i]
	serving := servingUnder(p, i)
	if len(serving) < 2 {
		return // the obligation is about several
	}
	j := check.Judgement{Verdict: finding.Held, Position: b.Position, Evidence: sizesOf(e, serving)}
	var falls []string
	var single []check.Cause // of those that fall, what is wrong with one that has a single pod anyway
	most := 0
	rest := arithmetic.others(i)
	for _, r := range serving {
		w := &e.Workloads[r.workload]
		n := w.AtLeast()
		// This one at its floor while the others are as large as they may be.
		allowed := allow(b, append(rest(r), arithmetic.group(r, (*kubernetes.Workload).AtLeast))).Allowed
		most = max(most, allowed)
		scalesToZero := w.ScalesToZero()
		if allowed >= n && !scalesToZero { // its floor is one ready pod
			falls = append(falls, whole(w.Name, n))
			if n == 1 {
				single = append(single, check.Cause{Obligation: SingleReplica.ID, Subject: subject(w.Ref)})
			}
			if len(falls) == 1 {
				at = p.Places.Workloads[r.workload]
				j.Consequence = consequencesOf(p).of(r.workload).sharedAway(w.Name, n)
			}
		}
	}
	if len(falls) == 0 {
		j.Message = fmt.Sprintf("covers %d workloads and allows %s to be evicted, too few to take any of them down", len(serving), words.Count(most, "pod"))
		if arithmetic.counts[i].Reason != disruption.Allows {
			j.Message = fmt.Sprintf("covers %d workloads and allows no eviction, so takes none of them down", len(serving))
		}
	} else {
		j.Verdict = finding.Broken
		names := falls
		if len(names) > 4 {
			names = append(slices.Clone(names[:4]), fmt.Sprintf("%d more", len(falls)-4))
		}
		j.Message = fmt.Sprintf("covers %d workloads together and allows %s to be evicted, which may be %s", len(serving), words.Count(most, "pod"), words.Or(names))
		j.Fix = fixesOf(p).shared(i, serving)
		if len(single) == len(falls) { // a budget of its own keeps up none of them
			j.Causes = single
		}
	}
	if j.Verdict == finding.Held && b.ConflictsAt != nil {
		j.Verdict = finding.Unknown
		j.Message += "; but it is defined in two places that differ, and only one can be applied"
		j.Evidence = append(j.Evidence, finding.Evidence{Text: "the one that was not used", Position: *b.ConflictsAt})
	}
	ofBudget(p, i, at, j)
}
