package compute

import (
	"slices"

	"github.com/onus-project/onus/internal/check"
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
	e := p.Estate.Kubernetes
	return append(e.Lacks(kubernetes.BudgetKinds), e.Hides(kubernetes.BudgetKinds)...)
}

// secondBudgets: the same, where a second budget over pods would be an error. What
// holds nobody knows what, such as a chart that is not here, has budgets over its
// own pods; what is known to hold or to make budgets may have one over these, and so may
// a file or a folder of which nothing could be looked at.
func secondBudgets(p *check.Pass, j *check.Judgement) []origin.Unread {
	return slices.DeleteFunc(otherBudgets(p, j), func(u origin.Unread) bool { return u.Of != "" && u.Kind == "" && !u.Unseen })
}

// budgetsBeside: there are no budgets beside those that were read, where a workload needs
// one. Over one that lets all its pods go, a second one would be an error.
func budgetsBeside(p *check.Pass, j *check.Judgement) []origin.Unread {
	if _, ok := arithmeticOf(p).void(j.Index); ok {
		return secondBudgets(p, j)
	}
	return otherBudgets(p, j)
}

// unguarded: no budget that was not read covers the workload, where none that
// was read does.
func unguarded(p *check.Pass, j *check.Judgement) []origin.Unread {
	if len(coverageOf(p).covered[j.Index]) == 0 {
		return p.Estate.Kubernetes.Hides(kubernetes.BudgetKinds)
	}
	return nil
}

// ownObject: the workload's own object, where it is inferred.
func ownObject(p *check.Pass, j *check.Judgement) []origin.Unread {
	return lacksOf(p).own(j.Index)
}

// ownName: the same, where its pods may be those of another workload.
func ownName(p *check.Pass, j *check.Judgement) []origin.Unread {
	switch p.Estate.Kubernetes.Workloads[j.Index].Kind {
	case "ReplicaSet", "ReplicationController", "Job", "CronJob":
		return lacksOf(p).own(j.Index)
	}
	return lacksOf(p).switched(j.Index)
}

// ownSize: how few pods the workload may have.
func ownSize(p *check.Pass, j *check.Judgement) []origin.Unread {
	return lacksOf(p).size(j.Index)
}

// sizeThatIsKept: the same, where a budget over it would let all its pods go if
// they were fewer.
func sizeThatIsKept(p *check.Pass, j *check.Judgement) []origin.Unread {
	if arithmeticOf(p).mayBeVoid(j.Index) {
		return lacksOf(p).size(j.Index)
	}
	return nil
}

// quorumThatIsKept: the same of members of a quorum, and of all that a budget over them is
// over: by more or fewer that it counts, others of them may go at once. Whether others that run
// the same program are members as well depends on the Services that they stand behind.
func quorumThatIsKept(p *check.Pass, j *check.Judgement) []origin.Unread {
	if prog := programsOf(p).of(j.Index); prog == nil || !prog.Quorum {
		return nil
	}
	lacks := lacksOf(p).size(j.Index)
	if len(programsOf(p).peers(j.Index)) > 0 {
		lacks = slices.Concat(lacks, p.Estate.Kubernetes.Lacks(kubernetes.ServiceKinds), p.Estate.Kubernetes.Hides(kubernetes.ServiceKinds))
	}
	for _, b := range coverageOf(p).covered[j.Index] {
		lacks = slices.Concat(lacks, lacksOf(p).underArithmetic(b), lacksOf(p).sizes(b))
	}
	return lacks
}

// onlyUnderVoid: a budget that lets all pods of the workload go selects nothing
// else, of which it would count as many as it keeps.
func onlyUnderVoid(p *check.Pass, j *check.Judgement) []origin.Unread {
	if b, ok := arithmeticOf(p).void(j.Index); ok {
		return lacksOf(p).under(b)
	}
	return nil
}

// ordinals: the same as ownSize, where budgets tell its pods apart by number.
func ordinals(p *check.Pass, j *check.Judgement) []origin.Unread {
	if len(p.Estate.Kubernetes.Workloads[j.Index].Pods) == 0 && coverageOf(p).numbered(j.Index) {
		return lacksOf(p).size(j.Index)
	}
	return nil
}

// podLabels: that the pods of a workload have the labels of their template.
func podLabels(p *check.Pass, j *check.Judgement) []origin.Unread {
	e := p.Estate.Kubernetes
	if !coverageOf(p).numbered(j.Index) && lacksOf(p).accounted(e.Workloads[j.Index].Namespace) {
		return nil
	}
	return e.Lacks(kubernetes.PodKinds)
}

// labelsUnderBudget: that the pods under a budget have the labels of their templates.
func labelsUnderBudget(p *check.Pass, j *check.Judgement) []origin.Unread {
	if len(lacksOf(p).under(j.Index)) == 0 {
		return nil
	}
	return p.Estate.Kubernetes.Lacks(kubernetes.PodKinds)
}

// ordinalsUnderBudget: how many pods there may be, where a budget tells them apart by
// number.
func ordinalsUnderBudget(p *check.Pass, j *check.Judgement) []origin.Unread {
	if requirements, _ := p.Estate.Kubernetes.Budgets[j.Index].Selector.Requirements(); !byOrdinal(requirements) {
		return nil
	}
	return lacksOf(p).sizes(j.Index)
}

// underBudget: which pods a budget selects, and how many they may be.
func underBudget(p *check.Pass, j *check.Judgement) []origin.Unread {
	l := lacksOf(p)
	return append(l.under(j.Index), l.sizes(j.Index)...)
}

// underOwnBudgets: the same of the budgets over a workload, by which it is told how many of
// its pods may go.
func underOwnBudgets(p *check.Pass, j *check.Judgement) (all []origin.Unread) {
	l := lacksOf(p)
	for _, b := range coverageOf(p).covered[j.Index] {
		all = slices.Concat(all, l.under(b), l.sizes(b))
	}
	return all
}

// nothingElse: there is nothing beside what was read that a budget selects.
func nothingElse(p *check.Pass, j *check.Judgement) []origin.Unread {
	e := p.Estate.Kubernetes
	hidden := selectable(e, &e.Budgets[j.Index], e.HidesPods())
	words := selectedValues(&e.Budgets[j.Index])
	for i := range hidden {
		if e.Glimpses.Mentions(hidden[i].Of, words) {
			hidden[i].Scope.Directory = ""
		}
		hidden[i].Scope.Chart = "" // a budget may be for pods of a chart without its name
	}
	lacks := slices.Concat(e.LacksControllers(), e.Lacks(kubernetes.PodKinds), hidden)
	if requirements, _ := e.Budgets[j.Index].Selector.Requirements(); byOrdinal(requirements) { // pods that an autoscaler may add
		lacks = slices.Concat(lacks, e.Lacks(kubernetes.ScalerKinds), e.Hides(kubernetes.ScalerKinds))
	}
	return lacks
}

// selectedValues are the values of the labels that a budget selects.
func selectedValues(b *kubernetes.Budget) (values []string) {
	requirements, _ := b.Selector.Requirements()
	for _, r := range requirements {
		if set := r.Values().UnsortedList(); len(set) == 1 {
			values = append(values, set[0])
		}
	}
	return values
}

// servingUnderBudget: which bare pods under a budget serve.
func servingUnderBudget(p *check.Pass, j *check.Judgement) []origin.Unread {
	e := p.Estate.Kubernetes
	if slices.ContainsFunc(coverageOf(p).covers[j.Index], func(r match) bool { return e.Workloads[r.workload].Bare }) {
		return e.Lacks(kubernetes.ServiceKinds)
	}
	return nil
}

// place: under which contract the subject runs.
func place(p *check.Pass, j *check.Judgement) []origin.Unread {
	switch j.Place.Basis {
	case locate.Asked, locate.Proof, locate.Only:
		return nil
	}
	return p.Estate.Kubernetes.Lacks(kubernetes.NodeKinds, kubernetes.PoolKinds, kubernetes.PodKinds)
}

// everythingPlayed: all that moves pods, since it is played. Volumes are apart:
// what is proved holds wherever pods find a node.
func everythingPlayed(p *check.Pass, j *check.Judgement) []origin.Unread {
	e := p.Estate.Kubernetes
	if len(e.Unread) == 0 {
		return nil // without going through all workloads for each of them
	}
	return slices.DeleteFunc(simulate.Lacks(e), func(u origin.Unread) bool { return slices.Contains(kubernetes.MountKinds, u.Kind) })
}

// ownVolumes: in which zones the volumes are that the workload mounts, and how many nodes take.
func ownVolumes(p *check.Pass, j *check.Judgement) []origin.Unread {
	e := p.Estate.Kubernetes
	if w := &e.Workloads[j.Index]; len(w.Template.VolumeClaims)+len(w.VolumeClaimTemplates) > 0 {
		return e.Lacks(kubernetes.MountKinds)
	}
	return nil
}

// apartByVolume: that no volume which all pods of the workload mount is for one
// node at a time.
func apartByVolume(p *check.Pass, j *check.Judgement) []origin.Unread {
	f := fixesOf(p)
	w := &p.Estate.Kubernetes.Workloads[j.Index]
	if w.AtLeast() < 2 || f.sharedVolume(j.Index) != nil || !slices.ContainsFunc(w.Template.VolumeClaims, func(name string) bool {
		return f.claims[w.Namespace+"/"+name] == nil
	}) {
		return nil
	}
	return p.Estate.Kubernetes.Lacks(origin.Kinds{"PersistentVolumeClaim"})
}

// oneByVolume: that pods of a workload are not on several nodes all the same,
// where a volume says that they cannot be.
func oneByVolume(p *check.Pass, j *check.Judgement) []origin.Unread {
	if fixesOf(p).sharedVolume(j.Index) == nil {
		return nil
	}
	return p.Estate.Kubernetes.Lacks(kubernetes.PodKinds)
}
