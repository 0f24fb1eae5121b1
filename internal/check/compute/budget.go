package compute

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/words"
)

// budget looks at the obligations on one PodDisruptionBudget.
func (a *auditor) budget(i int) {
	if len(a.covers[i]) == 0 {
		a.orphan(i)
		return
	}
	b := &a.estate.Budgets[i]
	at := a.places.Workloads[a.covers[i][0].workload]
	a.onBudget("pdb-orphan", i, at, judgement{verdict: finding.Held, message: "selects pods of " + a.covering(i), position: b.Position})
	a.shared(i, at)
}

// covering names the workloads under a budget.
func (a *auditor) covering(i int) string {
	var names []string
	for k, r := range a.covers[i] {
		if k == 4 {
			names = append(names, fmt.Sprintf("%d more", len(a.covers[i])-k))
			break
		}
		w := &a.estate.Workloads[r.workload]
		names = append(names, w.Kind+" "+w.Name)
	}
	return strings.Join(names, ", ")
}

// shared looks at a budget over several workloads that serve: what it allows
// may all be taken from one of them.
func (a *auditor) shared(i int, at locate.Place) {
	b := &a.estate.Budgets[i]
	var serving []reach
	for _, r := range a.covers[i] {
		if w := &a.estate.Workloads[r.workload]; r.pods > 0 && w.Evictable && a.serves(r.workload) {
			serving = append(serving, r)
		}
	}
	if len(serving) < 2 {
		return // the obligation is about several
	}
	j := judgement{verdict: finding.Held, position: b.Position}
	var falls []string
	most := 0
	rest := a.others(i)
	for _, r := range serving {
		w := &a.estate.Workloads[r.workload]
		n := w.AtLeast()
		if len(j.evidence) < 8 {
			s := size(w)
			s.Text = w.Kind + " " + w.Name + ": " + s.Text
			j.evidence = append(j.evidence, s)
		}
		// This one at its floor while the others are as large as they may be.
		allowed := allow(b, append(rest(r), a.group(r, (*kubernetes.Workload).AtLeast))).Allowed
		most = max(most, allowed)
		scalesToZero := w.ScalesToZero()
		if allowed >= n && !scalesToZero { // its floor is one ready pod
			falls = append(falls, whole(w.Name, n))
			if len(falls) == 1 {
				at = a.places.Workloads[r.workload]
				j.consequence = a.consequence(r.workload).sharedAway(w.Name, n)
			}
		}
	}
	if len(falls) == 0 {
		j.message = fmt.Sprintf("covers %d workloads and lets %s go, too few to take any of them down", len(serving), words.Count(most, "pod"))
		if a.counts[i].Reason != disruption.Allows {
			j.message = fmt.Sprintf("covers %d workloads and allows nothing, so takes none of them down", len(serving))
		}
	} else {
		j.verdict = finding.Broken
		names := falls
		if len(names) > 4 {
			names = append(slices.Clone(names[:4]), fmt.Sprintf("%d more", len(falls)-4))
		}
		j.message = fmt.Sprintf("covers %d workloads together and lets %s go, which may be %s", len(serving), words.Count(most, "pod"), words.Or(names))
		j.fix = a.fixShared(i, serving)
	}
	if j.verdict == finding.Held && b.ConflictsAt != nil {
		j.verdict = finding.Unknown
		j.message += "; but it stands in two places that differ, and only one can be applied"
		j.evidence = append(j.evidence, finding.Evidence{Text: "the one that was not looked at", Position: *b.ConflictsAt})
	}
	a.onBudget("pdb-shared", i, at, j)
}

// others gives, for each workload under a budget, the rest of them at the
// most they may be scaled to, as groups to count with. Sums stand for the
// workloads, so that the cost does not grow with their square.
func (a *auditor) others(i int) func(reach) []disruption.Group {
	var scaled, unscaled, bare disruption.Group
	scaled.Scaled, bare.Bare = true, true
	in := func(g disruption.Group) *disruption.Group {
		switch {
		case g.Bare:
			return &bare
		case g.Scaled:
			return &scaled
		}
		return &unscaled
	}
	for _, r := range a.covers[i] {
		g := a.group(r, (*kubernetes.Workload).AtMost)
		if g.Pods+g.Down == 0 {
			continue
		}
		sum := in(g)
		sum.Pods, sum.Down, sum.Scale = sum.Pods+g.Pods, sum.Down+g.Down, sum.Scale+g.Scale
	}
	return func(but reach) []disruption.Group {
		g := a.group(but, (*kubernetes.Workload).AtMost)
		rest := []disruption.Group{scaled, unscaled, bare}
		for k := range rest {
			if rest[k].Scaled == g.Scaled && rest[k].Bare == g.Bare && g.Pods+g.Down > 0 {
				rest[k].Pods, rest[k].Down, rest[k].Scale = rest[k].Pods-g.Pods, rest[k].Down-g.Down, rest[k].Scale-g.Scale
			}
		}
		return rest
	}
}

// orphan reports a budget that selects nothing, or that what it may select
// was not read.
func (a *auditor) orphan(i int) {
	b := &a.estate.Budgets[i]
	at := a.ground()
	j := judgement{verdict: finding.Broken, position: b.Position, message: fmt.Sprintf("selects %s in namespace %s, and nothing there has such labels", selected(b), b.Namespace)}
	if b.LabelSelector == nil {
		j.message = "has no selector, and so selects nothing"
	}
	custom := a.makers(b)
	switch {
	case b.Status != nil && b.Status.Expected > 0:
		j.verdict = finding.Unknown
		j.message = fmt.Sprintf("the cluster counts %s under it that were not read; read pods and their controllers as well", words.Count(b.Status.Expected, "pod"))
	case len(a.estate.Workloads) == 0 && b.LabelSelector != nil && b.Status == nil:
		j.verdict = finding.Unknown
		j.message = "no workload was read that it could select; read those as well"
	case custom != "" && len(a.estate.Pods) == 0:
		j.verdict = finding.Unknown
		j.message = fmt.Sprintf("its pods may be those that an operator makes for %s; read the cluster's pods to tell", custom)
	default:
		j.consequence = "Whatever it was written for has no budget."
		j.fix = a.fixOrphan(i)
		if w, ok := a.meant[i]; ok {
			workload := &a.estate.Workloads[w]
			j.consequence = fmt.Sprintf("%s %s, for which it seems to be written, has no budget.", workload.Kind, workload.Name)
			j.evidence = append(j.evidence, finding.Evidence{Text: fmt.Sprintf("pods of %s in namespace %s have %s", workload.Name, workload.Namespace, labels.Set(workload.Template.Labels)), Position: workload.Position})
			at = a.places.Workloads[w]
		}
	}
	if j.verdict == finding.Broken && len(a.estate.Workloads) > 0 {
		inside := len(a.matcher.index.inside[b.Namespace])
		j.evidence = append(j.evidence, finding.Evidence{Text: fmt.Sprintf("%s read in namespace %s", words.Count(inside, "workload"), b.Namespace)})
	}
	if _, selectable := b.Selector.Requirements(); !selectable {
		a.find("pdb-orphan", b.Ref(), at, j) // whatever there is, it selects none of it
		return
	}
	a.onBudget("pdb-orphan", i, at, j)
}

// ground is where a budget of nothing stands: where the estate does.
func (a *auditor) ground() locate.Place {
	for _, p := range a.places.Workloads {
		if p.Offering != nil {
			return p
		}
	}
	return a.places.Fallback
}

// makers names the custom resource whose operator seems to make a budget's
// pods: one in its namespace whose name is among the labels it selects.
func (a *auditor) makers(b *kubernetes.Budget) string {
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
func (a *auditor) matchOrphans() {
	a.meant, a.orphanOf = map[int]int{}, map[int]int{}
	if !slices.ContainsFunc(a.covers, func(r []reach) bool { return len(r) == 0 }) {
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
func (a *auditor) sole(candidates []int, fits func(*kubernetes.Workload) bool) int {
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
