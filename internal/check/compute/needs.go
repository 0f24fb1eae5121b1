package compute

import (
	"slices"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/simulate"
)

// What verdicts of this axis rest on beside the subject itself. A Need takes the
// index of the subject for that of a workload, or of a budget where its name
// says so.

// otherBudgets: there are no budgets beside those that were read.
func otherBudgets(p *check.Pass, j *check.Judgement) []origin.Unread {
	e := of(p).estate
	return append(e.Lacks(kubernetes.BudgetKinds), e.Hides(kubernetes.BudgetKinds)...)
}

// unguarded: no budget that was not read covers the workload, where none that
// was read does.
func unguarded(p *check.Pass, j *check.Judgement) []origin.Unread {
	if a := of(p); len(a.covered[j.Index]) == 0 {
		return a.estate.Hides(kubernetes.BudgetKinds)
	}
	return nil
}

// ownObject: the workload's own object, where it is inferred.
func ownObject(p *check.Pass, j *check.Judgement) []origin.Unread {
	return of(p).lacksOwn(j.Index)
}

// ownName: the same, where its pods may be those of another workload.
func ownName(p *check.Pass, j *check.Judgement) []origin.Unread {
	a := of(p)
	switch a.estate.Workloads[j.Index].Kind {
	case "ReplicaSet", "ReplicationController", "Job", "CronJob":
		return a.lacksOwn(j.Index)
	}
	return a.lacksSwitch(j.Index)
}

// ownSize: how few pods the workload may have.
func ownSize(p *check.Pass, j *check.Judgement) []origin.Unread {
	return of(p).lacksSize(j.Index)
}

// ordinals: the same, where budgets tell its pods apart by number.
func ordinals(p *check.Pass, j *check.Judgement) []origin.Unread {
	if a := of(p); len(a.estate.Workloads[j.Index].Pods) == 0 && a.numbered(j.Index) {
		return a.lacksSize(j.Index)
	}
	return nil
}

// podLabels: that the pods of a workload have the labels of their template.
func podLabels(p *check.Pass, j *check.Judgement) []origin.Unread {
	a := of(p)
	if !a.numbered(j.Index) && a.accounted(a.estate.Workloads[j.Index].Namespace) {
		return nil
	}
	return a.estate.Lacks(kubernetes.PodKinds)
}

// labelsUnderBudget: that the pods under a budget have the labels of their templates.
func labelsUnderBudget(p *check.Pass, j *check.Judgement) []origin.Unread {
	a := of(p)
	if len(a.lacksUnder(j.Index)) == 0 {
		return nil
	}
	return a.estate.Lacks(kubernetes.PodKinds)
}

// underBudget: which pods a budget selects, and how many they may be.
func underBudget(p *check.Pass, j *check.Judgement) []origin.Unread {
	a := of(p)
	return append(a.lacksUnder(j.Index), a.lacksSizes(j.Index)...)
}

// nothingElse: there is nothing beside what was read that a budget selects.
func nothingElse(p *check.Pass, j *check.Judgement) []origin.Unread {
	e := of(p).estate
	return slices.Concat(e.LacksControllers(), e.Lacks(kubernetes.PodKinds), e.HidesPods())
}

// servingUnderBudget: which bare pods under a budget serve.
func servingUnderBudget(p *check.Pass, j *check.Judgement) []origin.Unread {
	a := of(p)
	if slices.ContainsFunc(a.covers[j.Index], func(r match) bool { return a.estate.Workloads[r.workload].Bare }) {
		return a.estate.Lacks(kubernetes.ServiceKinds)
	}
	return nil
}

// place: under which contract the subject runs.
func place(p *check.Pass, j *check.Judgement) []origin.Unread {
	switch j.Place.Basis {
	case locate.Asked, locate.Proof, locate.Only:
		return nil
	}
	return of(p).estate.Lacks(kubernetes.NodeKinds, kubernetes.PoolKinds, kubernetes.PodKinds)
}

// everythingPlayed: all that moves pods, since it is played. Volumes are apart:
// what is proved holds wherever pods find a node.
func everythingPlayed(p *check.Pass, j *check.Judgement) []origin.Unread {
	e := of(p).estate
	if len(e.Unread) == 0 {
		return nil // without going through all workloads for each of them
	}
	return slices.DeleteFunc(simulate.Lacks(e), func(u origin.Unread) bool { return slices.Contains(kubernetes.VolumeKinds, u.Kind) })
}

// ownVolumes: in which zones the volumes are that the workload mounts.
func ownVolumes(p *check.Pass, j *check.Judgement) []origin.Unread {
	e := of(p).estate
	if w := &e.Workloads[j.Index]; len(w.Template.VolumeClaims)+len(w.VolumeClaimTemplates) > 0 {
		return e.Lacks(kubernetes.VolumeKinds)
	}
	return nil
}

// numbered reports whether budgets over a workload tell its pods apart by number.
func (a *facts) numbered(i int) bool {
	return a.estate.Workloads[i].Kind == "StatefulSet" && slices.ContainsFunc(a.covered[i], func(b int) bool {
		requirements, _ := a.estate.Budgets[b].Selector.Requirements()
		return byOrdinal(requirements)
	})
}

// accounted reports whether the disruption controller counts under each budget
// of a namespace as many pods as were found for it.
func (a *facts) accounted(namespace string) bool {
	if a.strays == nil {
		a.strays = map[string]bool{}
		for i := range a.estate.Budgets {
			if len(a.lacksUnder(i)) > 0 {
				a.strays[a.estate.Budgets[i].Namespace] = true
			}
		}
	}
	return !a.strays[namespace]
}

// lacksOwn is a workload's kind, where its pods or revisions were read and it
// was not; or that of another one whose template it uses.
func (a *facts) lacksOwn(i int) []origin.Unread {
	switch w := &a.estate.Workloads[i]; {
	case w.Inferred:
		return a.estate.Lacks(origin.Kinds{w.Kind})
	case w.TemplateOf != nil:
		return a.estate.Lacks(origin.Kinds{w.TemplateOf.Kind})
	}
	return a.lacksSwitch(i)
}

// lacksSwitch is what decides whether a workload that has no replicas now is
// switched off, or is started when there is work.
func (a *facts) lacksSwitch(i int) []origin.Unread {
	if w := &a.estate.Workloads[i]; w.ReplicasSet && w.Replicas == 0 {
		return a.estate.Lacks(kubernetes.ScalerKinds)
	}
	return nil
}

// lacksSize is what may say that a workload has another size: itself, or an
// autoscaler.
func (a *facts) lacksSize(i int) []origin.Unread {
	w := &a.estate.Workloads[i]
	if !w.Scaled || w.Bare {
		return a.lacksOwn(i)
	}
	return append(a.lacksOwn(i), a.estate.Lacks(kubernetes.ScalerKinds)...)
}

// lacksUnder is what may be under a budget and was not read. That the
// disruption controller counts as many pods as were found settles it.
func (a *facts) lacksUnder(budget int) []origin.Unread {
	lacks := append(a.estate.LacksControllers(), a.estate.Lacks(kubernetes.PodKinds)...)
	if len(lacks) == 0 {
		return nil
	}
	b := &a.estate.Budgets[budget]
	now := a.count(b, a.covers[budget], func(w *kubernetes.Workload) int {
		if w.Kind == "DaemonSet" {
			return w.AtLeast()
		}
		return w.Replicas
	})
	if b.Status != nil && b.Status.Expected == now.Expected && (now.Expected > 0 || len(a.covers[budget]) == 0) {
		return nil
	}
	return lacks
}

// lacksSizes is what may say that workloads under a budget have other sizes.
func (a *facts) lacksSizes(budget int) []origin.Unread {
	var lacks []origin.Unread
	for _, r := range a.covers[budget] {
		for _, u := range a.lacksSize(r.workload) {
			if !slices.Contains(lacks, u) {
				lacks = append(lacks, u)
			}
		}
	}
	return lacks
}

// large is a size beyond which no workload matters.
const large = 1 << 20

// budgetRests is what the arithmetic of a budget rests on and was not read.
// Sizes do not matter where it comes out the same for the smallest and for the
// largest there are: with the number of pods grows what it allows, and shrinks
// where it covers workloads in part only.
func (a *facts) budgetRests(budget int) []origin.Unread {
	if len(a.estate.Unread) == 0 {
		return nil
	}
	lacks := a.lacksUnder(budget)
	sizes := a.lacksSizes(budget)
	if len(sizes) == 0 {
		return lacks
	}
	// One that is scaled to nothing now may be meant to run, and one that runs to
	// its end may be gone soon after.
	moot := func(r match) bool {
		return (r.pods == 0 || !a.estate.Workloads[r.workload].Lasting) && len(a.lacksSize(r.workload)) > 0
	}
	if slices.ContainsFunc(a.covers[budget], moot) || !a.sizeless(budget, func(i int) bool { return len(a.lacksSize(i)) > 0 }) {
		return append(lacks, sizes...)
	}
	return lacks
}

// sizeless reports whether the arithmetic of a budget comes out the same
// whatever the size of some workloads under it.
func (a *facts) sizeless(budget int, varies func(workload int) bool) bool {
	extreme := func(whole, part int) disruption.Reason {
		var groups []disruption.Group
		for _, r := range a.covers[budget] {
			n := whole
			if r.partly {
				n = part
			}
			groups = append(groups, a.group(r, func(w *kubernetes.Workload) int {
				if varies(r.workload) {
					return n
				}
				return w.AtLeast()
			}))
		}
		return allow(&a.estate.Budgets[budget], groups).Reason
	}
	return extreme(1, large) == extreme(large, 1)
}
