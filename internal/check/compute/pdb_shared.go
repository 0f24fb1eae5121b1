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
	Needs: check.Needs{Held: []check.Need{underBudget, servingUnderBudget}, Broken: []check.Need{underBudget, secondBudgets}},
	Run:   eachBudget(shared),
}

// eachBudget calls a judge for each budget that is judged in this unit.
func eachBudget(judge func(p *check.Pass, i int)) func(*check.Pass) {
	return func(p *check.Pass) {
		for i := range p.Estate.Kubernetes.Budgets {
			if !p.Estate.Kubernetes.Budgets[i].Judged {
				judge(p, i)
			}
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
	if len(serving)+len(b.Beyond) < 2 || len(serving) == 0 {
		return // the obligation is about several
	}
	j := check.Judgement{Verdict: finding.Held, Position: b.Position, Evidence: append(sizesOf(e, serving), sizesBeyond(b)...)}
	falls, most := falling(p, i, serving)
	elsewhere := fallingBeyond(p, i)
	over := fmt.Sprintf("covers %d workloads", len(serving)+len(b.Beyond))
	switch {
	case len(falls)+len(elsewhere) > 0:
		j.Verdict = finding.Broken
		j.Message = over + " together and allows " + words.Count(most, "pod") + " to be evicted, which may be " + anyOf(e, falls, elsewhere)
		j.Fix = fixesOf(p).shared(i, serving)
		if len(falls) == 0 {
			break
		}
		first := &e.Workloads[falls[0]]
		at = p.Places.Workloads[falls[0]]
		j.Consequence = consequencesOf(p).of(falls[0]).sharedAway(first.Name, first.AtLeast())
		j.Causes = singles(e, falls)
	case sharedTwice(p, serving):
		j.Message = over + ", whose pods other PDBs cover as well, so none of those can be evicted at all"
	case arithmetic.counts[i].Reason != disruption.Allows:
		j.Message = over + " and allows no eviction, so takes none of them down"
	default:
		j.Message = over + " and allows " + words.Count(most, "pod") + " to be evicted, too few to take any of them down"
	}
	if j.Verdict == finding.Held && b.ConflictsAt != nil {
		j.Verdict = finding.Unknown
		j.DoubtedBy("it is defined in two places that differ, and only one can be applied")
		j.Evidence = append(j.Evidence, finding.Evidence{Text: "the one that was not used", Position: *b.ConflictsAt})
	}
	ofBudget(p, i, at, j)
}

// falling are those of some workloads under a budget of which it may take all
// pods, and the most that it allows: over each at its floor while the others are
// as large as they may be.
func falling(p *check.Pass, i int, serving []match) (falls []int, most int) {
	arithmetic := arithmeticOf(p)
	rest := arithmetic.others(i)
	for _, r := range serving {
		allowed := arithmetic.allowed(i, r, rest(r))
		most = max(most, allowed)
		if arithmetic.takes(i, r, rest(r)) && len(coverageOf(p).together(r.workload)) == 0 { // a pod under two never goes
			falls = append(falls, r.workload)
		}
	}
	return falls, most
}

// fallingBeyond are those of other units under a budget of which it may take all pods.
func fallingBeyond(p *check.Pass, i int) (falls []*kubernetes.Beyond) {
	b, arithmetic := &p.Estate.Kubernetes.Budgets[i], arithmeticOf(p)
	for k := range b.Beyond {
		w := &b.Beyond[k]
		if w.Kept || !w.Lasting || !w.Evictable || w.ScalesToZero() {
			continue
		}
		sized := func(x *kubernetes.Workload) int {
			if x == &w.Workload {
				return x.AtLeast()
			}
			return x.AtMost()
		}
		if n := w.AtLeast(); n > 0 && arithmetic.count(b, coverageOf(p).covers[i], sized).Allowed >= n {
			falls = append(falls, w)
		}
	}
	return falls
}

// sharedTwice reports whether each of some workloads has pods under another budget as well.
func sharedTwice(p *check.Pass, all []match) bool {
	return !slices.ContainsFunc(all, func(r match) bool { return len(coverageOf(p).together(r.workload)) == 0 })
}

// sizesBeyond are the sizes of the workloads of other units under a budget.
func sizesBeyond(b *kubernetes.Budget) []finding.Evidence {
	var sizes []finding.Evidence
	for i := range b.Beyond {
		w := &b.Beyond[i].Workload
		s := size(w)
		s.Text = w.Kind + " " + w.Name + " of unit " + b.Beyond[i].Unit + ": " + s.Text
		sizes = append(sizes, s)
	}
	return sizes
}

// anyOf names the first of some workloads, each with all of its pods, and then those of
// other units.
func anyOf(e *kubernetes.Estate, all []int, elsewhere []*kubernetes.Beyond) string {
	const shown = 4
	var names []string
	for _, i := range all {
		names = append(names, whole(e.Workloads[i].Name, e.Workloads[i].AtLeast()))
	}
	for _, w := range elsewhere {
		names = append(names, whole(w.Name, w.AtLeast())+" of unit "+w.Unit)
	}
	if more := len(names) - shown; more > 0 {
		names = append(names[:shown], fmt.Sprintf("%d more", more))
	}
	return words.Or(names)
}

// singles are the causes of what falls where each has a single pod anyway: a budget
// of its own keeps up none of them. Else there are none.
func singles(e *kubernetes.Estate, all []int) []check.Cause {
	var causes []check.Cause
	for _, i := range all {
		if e.Workloads[i].AtLeast() != 1 {
			return nil
		}
		causes = append(causes, check.Cause{Obligation: SingleReplica.ID, Subject: subject(e.Workloads[i].Ref)})
	}
	return causes
}
