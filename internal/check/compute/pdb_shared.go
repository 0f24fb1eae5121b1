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
	falls, spared := falling(p, i, serving)
	over := fmt.Sprintf("covers %d workloads", len(serving)+len(b.Beyond))
	allows := " and allows " + words.Count(falls.most, "pod") + " to be evicted, "
	switch {
	case !falls.none():
		j.Verdict = finding.Broken
		j.Message = over + " together" + allows + "which may be " + falls.names(e)
		j.Fix = fixesOf(p).shared(i, serving)
		if len(falls.own) == 0 {
			break
		}
		first := &e.Workloads[falls.own[0]]
		at = p.Places.Workloads[falls.own[0]]
		j.Consequence = consequencesOf(p).of(falls.own[0]).sharedAway(first.Name, first.AtLeast())
		j.Causes = singles(e, falls.own)
	case !spared.none():
		j.Message = over + " together" + allows + "which may be " + spared.sparedBy(e)
	case arithmetic.counts[i].Reason != disruption.Allows:
		j.Message = over + " and allows no eviction, so takes none of them down"
	default:
		j.Message = over + allows + "too few to take any of them down"
	}
	if j.Verdict == finding.Held && b.ConflictsAt != nil {
		j.Verdict = finding.Unknown
		j.DoubtedBy("it is defined in two places that differ, and only one can be applied")
		j.Evidence = append(j.Evidence, finding.Evidence{Text: "the one that was not used", Position: *b.ConflictsAt})
	}
	ofBudget(p, i, at, j)
}

// fallen are the workloads that serve under a budget of which it may take all pods.
type fallen struct {
	own    []int                // of its unit
	beyond []*kubernetes.Beyond // of other units
	most   int                  // the most that it allows with any of them at its floor
}

// names are those of the first of them, each with all of its pods.
func (f *fallen) names(e *kubernetes.Estate) string { return anyOf(e, f.own, f.beyond) }

func (f *fallen) none() bool { return len(f.own)+len(f.beyond) == 0 }

// falling are those of some workloads under a budget, and of those of other units, of which
// it may take all pods; and those that another budget spares, as a pod under two never goes.
func falling(p *check.Pass, i int, serving []match) (falls, spared fallen) {
	coverage, b := coverageOf(p), &p.Estate.Kubernetes.Budgets[i]
	covers := coverage.covers[i]
	all := arithmeticOf(p).falls(b, covers)
	for k, r := range covers {
		if !slices.Contains(serving, r) {
			continue
		}
		falls.most = max(falls.most, all[k].allowed)
		switch {
		case all[k].allowed <= len(stakesOf(p).siblings(r.workload)): // another replica is left
		case all[k].all && len(coverage.together(r.workload)) > 0:
			spared.own = append(spared.own, r.workload)
		case all[k].all:
			falls.own = append(falls.own, r.workload)
		}
	}
	for k := range b.Beyond {
		w, f := &b.Beyond[k], all[len(covers)+k]
		if !w.Lasting || !w.Evictable {
			continue
		}
		falls.most = max(falls.most, f.allowed)
		switch {
		case !f.all:
		case w.Kept:
			spared.beyond = append(spared.beyond, w)
		default:
			falls.beyond = append(falls.beyond, w)
		}
	}
	return falls, spared
}

// sparedBy says of workloads that would fall why they do not.
func (f *fallen) sparedBy(e *kubernetes.Estate) string {
	only := len(f.own) == 1 && e.Workloads[f.own[0]].AtLeast() == 1 && len(f.beyond) == 0 ||
		len(f.own) == 0 && len(f.beyond) == 1 && f.beyond[0].AtLeast() == 1
	if only {
		return f.names(e) + ", but that is under another PDB as well, so it cannot be evicted"
	}
	return f.names(e) + ", but those are under another PDB as well, so none of them can be evicted"
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
