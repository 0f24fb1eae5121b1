package compute

import (
	"fmt"

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
	falls, most := falling(p, i, serving)
	over := fmt.Sprintf("covers %d workloads", len(serving))
	switch {
	case len(falls) == 0 && arithmetic.counts[i].Reason != disruption.Allows:
		j.Message = over + " and allows no eviction, so takes none of them down"
	case len(falls) == 0:
		j.Message = over + " and allows " + words.Count(most, "pod") + " to be evicted, too few to take any of them down"
	default:
		j.Verdict = finding.Broken
		j.Message = over + " together and allows " + words.Count(most, "pod") + " to be evicted, which may be " + anyOf(e, falls)
		first := &e.Workloads[falls[0]]
		at = p.Places.Workloads[falls[0]]
		j.Consequence = consequencesOf(p).of(falls[0]).sharedAway(first.Name, first.AtLeast())
		j.Fix = fixesOf(p).shared(i, serving)
		j.Causes = singles(e, falls)
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
	arithmetic, e := arithmeticOf(p), p.Estate.Kubernetes
	rest := arithmetic.others(i)
	for _, r := range serving {
		w := &e.Workloads[r.workload]
		allowed := allow(&e.Budgets[i], append(rest(r), arithmetic.group(r, (*kubernetes.Workload).AtLeast))).Allowed
		most = max(most, allowed)
		if allowed >= w.AtLeast() && !w.ScalesToZero() { // its floor is one ready pod
			falls = append(falls, r.workload)
		}
	}
	return falls, most
}

// anyOf names the first of some workloads, each with all of its pods.
func anyOf(e *kubernetes.Estate, all []int) string {
	const shown = 4
	var names []string
	for _, i := range all[:min(shown, len(all))] {
		names = append(names, whole(e.Workloads[i].Name, e.Workloads[i].AtLeast()))
	}
	if len(all) > shown {
		names = append(names, fmt.Sprintf("%d more", len(all)-shown))
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
