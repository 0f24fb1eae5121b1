package compute

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/words"
)

// PDBOrphan looks for budgets that select nothing.
var PDBOrphan = check.Check{
	ID: "pdb-orphan", Axis: Axis, Subjects: budgets,
	Needs: check.Needs{Held: []check.Need{labelsUnderBudget}, Broken: []check.Need{nothingElse}},
	Run:   eachBudget((*facts).orphan),
}

// orphan reports a budget that selects nothing, or that what it may select
// was not read.
func (a *facts) orphan(p *check.Pass, i int) {
	b := &a.estate.Budgets[i]
	if len(a.covers[i]) > 0 {
		a.ofBudget(p, i, a.places.Workloads[a.covers[i][0].workload], check.Judgement{Verdict: finding.Held, Message: "selects pods of " + a.covering(i), Position: b.Position})
		return
	}
	at := a.anywhere()
	j := check.Judgement{Verdict: finding.Broken, Position: b.Position, Message: fmt.Sprintf("selects %s in namespace %s, where no pod has such labels", selected(b), b.Namespace)}
	if b.LabelSelector == nil {
		j.Message = "has no selector, so it selects nothing"
	}
	custom := a.makers(b)
	switch {
	case b.Status != nil && b.Status.Expected > 0:
		j.Verdict = finding.Unknown
		j.Message = fmt.Sprintf("the cluster counts %s under it, which were not read; read pods and their controllers as well", words.Count(b.Status.Expected, "pod"))
	case len(a.estate.Workloads) == 0 && b.LabelSelector != nil && b.Status == nil:
		j.Verdict = finding.Unknown
		j.Message = "no workload was read that it could select; read those as well"
	case custom != "" && len(a.estate.Pods) == 0:
		j.Verdict = finding.Unknown
		j.Message = fmt.Sprintf("its pods may be those that an operator creates for %s; read the cluster's pods to know", custom)
	default:
		j.Consequence = "The workload it was written for has no PDB."
		j.Fix = a.fixOrphan(i)
		if w, ok := a.meant[i]; ok {
			workload := &a.estate.Workloads[w]
			j.Consequence = fmt.Sprintf("%s %s, for which it seems to be written, has no PDB.", workload.Kind, workload.Name)
			j.Evidence = append(j.Evidence, finding.Evidence{Text: fmt.Sprintf("pods of %s in namespace %s have %s", workload.Name, workload.Namespace, labels.Set(workload.Template.Labels)), Position: workload.Position})
			at = a.places.Workloads[w]
		}
	}
	if j.Verdict == finding.Broken && len(a.estate.Workloads) > 0 {
		inside := len(a.matcher.index.inside[b.Namespace])
		j.Evidence = append(j.Evidence, finding.Evidence{Text: fmt.Sprintf("%s read in namespace %s", words.Count(inside, "workload"), b.Namespace)})
	}
	if _, selectable := b.Selector.Requirements(); !selectable {
		j.Settled = true // whatever there is, it selects none of it
	}
	a.ofBudget(p, i, at, j)
}

// anywhere is where a budget of nothing is taken to be: where the estate runs.
func (a *facts) anywhere() locate.Place {
	for _, p := range a.places.Workloads {
		if p.Offering != nil {
			return p
		}
	}
	return a.places.Fallback
}

// makers names the custom resource whose operator seems to make a budget's
// pods: one in its namespace whose name is among the labels it selects.
func (a *facts) makers(b *kubernetes.Budget) string {
	if b.LabelSelector == nil {
		return ""
	}
	var values []string
	for _, v := range b.LabelSelector.MatchLabels {
		values = append(values, v)
	}
	for _, e := range b.LabelSelector.MatchExpressions {
		values = append(values, e.Values...)
	}
	for _, c := range a.estate.CustomResources {
		if c.Namespace == b.Namespace && slices.Contains(values, c.Name) {
			return c.API[strings.IndexByte(c.API, '/')+1:] + " " + c.Name + " (" + c.API[:strings.IndexByte(c.API, '/')] + ")"
		}
	}
	return ""
}

// matchOrphans finds, for budgets that select nothing, the one workload each
// seems to be written for: in another namespace; by labels that the workload
// has and its pods do not; or by its name.
func (a *facts) matchOrphans() {
	a.meant, a.orphanOf = map[int]int{}, map[int]int{}
	if !slices.ContainsFunc(a.covers, func(r []match) bool { return len(r) == 0 }) {
		return
	}
	byOwn, byPods, byName := newLabelIndex(0), newLabelIndex(0), map[kubernetes.Ref][]int{}
	for i := range a.estate.Workloads {
		w := &a.estate.Workloads[i]
		if !w.Lasting || !w.Evictable || w.Bare || len(a.covered[i]) > 0 {
			continue
		}
		byOwn.add(i, w.Namespace, w.Labels)
		byPods.add(i, "", w.Template.Labels)
		name := kubernetes.Ref{Namespace: w.Namespace, Name: w.Name}
		byName[name] = append(byName[name], i)
	}
	for i := range a.estate.Budgets {
		b := &a.estate.Budgets[i]
		requirements, _ := b.Selector.Requirements()
		if len(a.covers[i]) > 0 || b.LabelSelector == nil || len(requirements) == 0 {
			continue
		}
		own := a.sole(byOwn.candidates(b.Namespace, requirements), func(w *kubernetes.Workload) bool { return b.Selector.Matches(labels.Set(w.Labels)) })
		name := a.sole(byName[kubernetes.Ref{Namespace: b.Namespace, Name: bareName(b.Name)}], func(*kubernetes.Workload) bool { return true })
		elsewhere := a.sole(byPods.candidates("", requirements), func(w *kubernetes.Workload) bool { return b.Selector.Matches(labels.Set(w.Template.Labels)) })
		for _, w := range []int{own, name, elsewhere} {
			if _, taken := a.orphanOf[w]; w >= 0 && !taken {
				a.meant[i], a.orphanOf[w] = w, i
				break
			}
		}
	}
}

// sole is the one candidate that fits, or -1 when none or several do.
func (a *facts) sole(candidates []int, fits func(*kubernetes.Workload) bool) int {
	found := -1
	for _, i := range candidates {
		if !fits(&a.estate.Workloads[i]) {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = i
	}
	return found
}

// bareName takes from a budget's name what says that it is one: web-pdb,
// pdb-web and web-budget are all for web.
func bareName(budget string) string {
	for _, affix := range []string{"pdb", "poddisruptionbudget", "disruption-budget", "budget"} {
		budget = strings.TrimPrefix(strings.TrimSuffix(budget, "-"+affix), affix+"-")
	}
	return budget
}
