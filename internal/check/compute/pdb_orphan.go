package compute

import (
	"fmt"
	"path/filepath"
	"slices"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/words"
)

// PDBOrphan looks for budgets that select nothing.
var PDBOrphan = check.Check{
	ID: "pdb-orphan", Axis: Axis, Subjects: budgets,
	Needs: check.Needs{Held: []check.Need{labelsUnderBudget, ordinalsUnderBudget}, Broken: []check.Need{nothingElse}},
	Run:   eachBudget(orphan),
}

// orphan reports a budget that selects nothing, or that what it may select
// was not read.
func orphan(p *check.Pass, i int) {
	e := p.Estate.Kubernetes
	coverage, orphans := coverageOf(p), orphansOf(p)
	b := &e.Budgets[i]
	if p.Estate.Unlisted {
		unlisted(p, i)
		return
	}
	if len(coverage.covers[i]) > 0 {
		said := "selects pods of " + coverage.covering(i) + from(b)
		at := p.Places.Workloads[coverage.covers[i][0].workload]
		ofBudget(p, i, at, check.Judgement{Verdict: finding.Held, Message: said, Position: b.Position})
		return
	}
	if w, ok := coverage.matcher.scaledUp(b.Namespace, b.Selector); ok {
		said := "selects pods that StatefulSet " + e.Workloads[w].Name + " has when it is scaled up"
		ofBudget(p, i, p.Places.Workloads[w], check.Judgement{Verdict: finding.Held, Message: said, Position: b.Position})
		return
	}
	if orphans.closedOverUnread(i) {
		return // whatever it selects, that it never allows an eviction is for pdb-never-allows
	}
	at := anywhere(p)
	j := check.Judgement{Verdict: finding.Broken, Position: b.Position}
	j.Message = fmt.Sprintf("selects %s in namespace %s, where no pod has such labels", selected(b), b.Namespace)
	if b.LabelSelector == nil {
		j.Message = "has no selector, so it selects nothing"
	}
	if !orphans.open(p, i, &j) {
		j.Consequence = "It protects nothing."
		if letsNone(b) && everSelects(b) {
			j.Consequence = "It protects nothing that was read; what gets its labels later can never be evicted."
		}
		j.Fix = fixesOf(p).orphan(i)
		if w, ok := orphans.writtenFor[i]; ok {
			at = p.Places.Workloads[w]
			writtenFor(&j, &e.Workloads[w])
		} else if p.Estate.Folders.Fetched(filepath.ToSlash(b.Position.File)) && !namesake(e, b) {
			j.Severity, j.Because = "low", "it comes with a chart that others publish, and nobody is known to miss it"
		}
	}
	remarks(p, b, &j)
	ofBudget(p, i, at, j)
}

// open says by what it is not known whether a budget that selects none of what was read selects
// anything; false where all that it may select was.
func (o *orphans) open(p *check.Pass, i int, j *check.Judgement) bool {
	e := p.Estate.Kubernetes
	b := &e.Budgets[i]
	custom := o.makers(b)
	mayBe, parameter := openWorkload(e, b)
	switch {
	case b.Status != nil && b.Status.Expected > 0:
		j.Message = fmt.Sprintf("the cluster counts %s under it, which were not read; read pods and their controllers as well",
			words.Count(b.Status.Expected, "pod"))
	case len(e.Workloads) == 0 && b.LabelSelector != nil && b.Status == nil:
		j.Message = "no workload was read that it could select; read those as well"
	case custom != "" && len(e.Pods) == 0:
		j.Message = fmt.Sprintf("its pods may be those %s; read the cluster's pods to know", custom)
	case mayBe != nil:
		j.Message = fmt.Sprintf("it may be for the pods of %s %s: %s", mayBe.Kind, mayBe.Name, byParameter(parameter))
	case len(e.Pods) == 0 && madeUp(e, b) != "":
		j.Message = "selects by " + madeUp(e, b) + ", whose values a controller makes up: whether pods have this one, only a cluster tells"
	case o.madeElsewhere(i, j):
	default:
		return false
	}
	j.Verdict = finding.Unknown
	return true
}

// madeUp is the label by whose value a budget selects pods of a workload, where its
// controller makes that up; empty where there is none.
func madeUp(e *kubernetes.Estate, b *kubernetes.Budget) string {
	requirements, _ := b.Selector.Requirements()
	for _, r := range requirements {
		if r.Values().Len() == 0 {
			continue
		}
		others := slices.DeleteFunc(slices.Clone(requirements), func(o labels.Requirement) bool { return o.Key() == r.Key() })
		rest := labels.NewSelector().Add(others...)
		if slices.ContainsFunc(e.Workloads, func(w kubernetes.Workload) bool {
			return w.Namespace == b.Namespace && w.MadeUp(r.Key()) && rest.Matches(w.PodLabels())
		}) {
			return r.Key()
		}
	}
	return ""
}

// remarks adds what else is known of a budget that selects nothing of what was read.
func remarks(p *check.Pass, b *kubernetes.Budget, j *check.Judgement) {
	e, coverage := p.Estate.Kubernetes, coverageOf(p)
	if why := letsFew(b); why != "" && j.Verdict == finding.Unknown && b.Status == nil {
		j.Evidence = append(j.Evidence, finding.Evidence{Text: why, Position: b.Spec})
	}
	if j.Verdict == finding.Broken && len(e.Workloads) > 0 {
		inside := words.Count(len(coverage.matcher.index.inside[b.Namespace]), "workload")
		j.Evidence = append(j.Evidence, finding.Evidence{Text: fmt.Sprintf("%s read in namespace %s", inside, b.Namespace)})
	}
	if !everSelects(b) {
		j.Settled = true // whatever there is, it selects none of it
	}
}

// everSelects reports whether a budget may select some pod, whatever there is: one without a
// selector selects none.
func everSelects(b *kubernetes.Budget) bool {
	_, may := b.Selector.Requirements()
	return may
}

// letsFew says of a budget whose pods were not read how few of them would be too few, or that
// it lets none go however many there are; empty for one that lets one of two go.
func letsFew(b *kubernetes.Budget) string {
	switch least := b.MinAvailable; {
	case letsNone(b):
		return "it lets none of its pods go, however many there are: a drain of their nodes waits"
	case least != nil && least.Type == intstr.Int && least.IntVal == 1:
		return "where one pod is under it, it lets that not go: a drain of its node waits"
	case least != nil && least.Type == intstr.Int && least.IntVal > 1:
		return fmt.Sprintf("where no more than %d pods are under it, it lets none go: a drain of their nodes waits", least.IntVal)
	}
	return ""
}

// letsNone reports whether a budget allows no eviction of whatever it selects.
func letsNone(b *kubernetes.Budget) bool {
	most, least := b.MaxUnavailable, b.MinAvailable
	return most != nil && (most.String() == "0" || most.String() == "0%") || least != nil && least.String() == "100%"
}

// namesake reports whether a workload goes by the name of a budget in its namespace.
func namesake(e *kubernetes.Estate, b *kubernetes.Budget) bool {
	return slices.ContainsFunc(e.Workloads, func(w kubernetes.Workload) bool { return w.Namespace == b.Namespace && w.Name == b.Name })
}

// writtenFor says of which workload a budget of nothing seems to be: what that one lacks is
// this budget, and one edit mends both.
func writtenFor(j *check.Judgement, w *kubernetes.Workload) {
	j.Consequence = fmt.Sprintf("%s %s, for which it seems to be written, has no PDB.", w.Kind, w.Name)
	has := fmt.Sprintf("pods of %s in namespace %s have %s", w.Name, w.Namespace, labels.Set(w.Template.Labels))
	j.Evidence = append(j.Evidence, finding.Evidence{Text: has, Position: w.Position})
	j.Causes = []check.Cause{{Obligation: PDBMissing.ID, Subject: subject(w.Ref), Same: true}}
}

// unlisted reports a budget that is not applied: what it would do is not judged.
func unlisted(p *check.Pass, i int) {
	b := &p.Estate.Kubernetes.Budgets[i]
	file := filepath.ToSlash(b.Position.File)
	ofBudget(p, i, anywhere(p), check.Judgement{
		Verdict: finding.Broken, Severity: "low", Because: "no kustomization lists its file", Settled: true, Position: b.Position,
		Message:     "no kustomization lists " + file + ", so it is not applied",
		Consequence: "The workload it was written for has no PDB.",
		Fix:         &finding.Fix{Summary: "list " + filepath.Base(file) + " in the kustomization that leaves it out, or delete it"},
	})
}

// from says of a budget that it stands in another unit than what it selects.
func from(b *kubernetes.Budget) string {
	if b.Unit == "" {
		return ""
	}
	return "; it stands in unit " + b.Unit
}

// anywhere is where a budget of nothing is taken to be: where the estate runs.
func anywhere(p *check.Pass) locate.Place {
	for _, p := range p.Places.Workloads {
		if p.Offering != nil {
			return p
		}
	}
	return p.Places.Fallback
}
