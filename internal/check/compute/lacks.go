package compute

import (
	"slices"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
)

// lacks is what could not be read of the things that judgements on workloads
// and budgets rest on.
type lacks struct {
	estate     *kubernetes.Estate
	coverage   *coverage
	arithmetic *arithmetic
	// uncounted are the namespaces with a budget under which other pods may be
	// than those that were found; nil before the first question.
	uncounted map[string]bool
}

// lacksOf is that of the estate that a pass is over.
func lacksOf(p *check.Pass) *lacks {
	return check.Shared(p, func(p *check.Pass) *lacks {
		return &lacks{estate: p.Estate.Kubernetes, coverage: coverageOf(p), arithmetic: arithmeticOf(p)}
	})
}

// accounted reports whether the disruption controller counts under each budget
// of a namespace as many pods as were found for it.
func (l *lacks) accounted(namespace string) bool {
	if l.uncounted == nil {
		l.uncounted = map[string]bool{}
		for i := range l.estate.Budgets {
			if len(l.under(i)) > 0 {
				l.uncounted[l.estate.Budgets[i].Namespace] = true
			}
		}
	}
	return !l.uncounted[namespace]
}

// own is a workload's kind, where its pods or revisions were read and it
// was not; or that of another one whose template it uses.
func (l *lacks) own(i int) []origin.Unread {
	switch w := &l.estate.Workloads[i]; {
	case w.Inferred:
		return l.estate.Lacks(origin.Kinds{w.Kind})
	case w.TemplateOf != nil:
		return l.estate.Lacks(origin.Kinds{w.TemplateOf.Kind})
	}
	return l.switched(i)
}

// switched is what decides whether a workload that has no replicas now is
// switched off, or is started when there is work.
func (l *lacks) switched(i int) []origin.Unread {
	if w := &l.estate.Workloads[i]; w.ReplicasSet && w.Replicas == 0 {
		return l.estate.Lacks(kubernetes.ScalerKinds)
	}
	return nil
}

// size is what may say that a workload has another size: itself, or an
// autoscaler.
func (l *lacks) size(i int) []origin.Unread {
	w := &l.estate.Workloads[i]
	if !w.Scaled || w.Bare {
		return l.own(i)
	}
	all := append(l.own(i), l.estate.Lacks(kubernetes.ScalerKinds)...)
	for _, u := range l.estate.Hides(kubernetes.ScalerKinds) { // of those that are hidden, what is for it by its name
		if u.Scope.Exact == w.Name && u.Scope.Holds(w.Namespace, w.Name, w.Position) {
			all = append(all, u)
		}
	}
	return all
}

// under is what may be under a budget and was not read. That the
// disruption controller counts as many pods as were found settles it.
func (l *lacks) under(budget int) []origin.Unread {
	lacks := append(l.estate.LacksControllers(), l.estate.Lacks(kubernetes.PodKinds)...)
	if len(lacks) == 0 {
		return nil
	}
	b := &l.estate.Budgets[budget]
	now := l.arithmetic.count(b, l.coverage.covers[budget], func(w *kubernetes.Workload) int {
		if w.Kind == "DaemonSet" {
			return w.AtLeast()
		}
		return w.Replicas
	})
	if b.Status != nil && b.Status.Expected == now.Expected && (now.Expected > 0 || len(l.coverage.covers[budget]) == 0) {
		return nil
	}
	return lacks
}

// sizes is what may say that workloads under a budget have other sizes.
func (l *lacks) sizes(budget int) []origin.Unread {
	var lacks []origin.Unread
	for _, r := range l.coverage.covers[budget] {
		for _, u := range l.size(r.workload) {
			if !slices.Contains(lacks, u) {
				lacks = append(lacks, u)
			}
		}
	}
	return lacks
}

// large is a size beyond which no workload matters.
const large = 1 << 20

// underArithmetic is what the arithmetic of a budget rests on and was not read.
// Sizes do not matter where it comes out the same for the smallest and for the
// largest there are: with the number of pods grows what it allows, and shrinks
// where it covers workloads in part only.
func (l *lacks) underArithmetic(budget int) []origin.Unread {
	if len(l.estate.Unread) == 0 {
		return nil
	}
	lacks := l.under(budget)
	sizes := l.sizes(budget)
	if len(sizes) == 0 {
		return lacks
	}
	// One that is scaled to nothing now may be meant to run, and one that runs to
	// its end may be gone soon after.
	moot := func(r match) bool {
		return (r.pods == 0 || !l.estate.Workloads[r.workload].Lasting) && len(l.size(r.workload)) > 0
	}
	// Of pods by their numbers it selects as many whatever others there are.
	requirements, _ := l.estate.Budgets[budget].Selector.Requirements()
	if byOrdinal(requirements) || slices.ContainsFunc(l.coverage.covers[budget], moot) ||
		!l.arithmetic.sizeless(budget, func(i int) bool { return len(l.size(i)) > 0 }) {
		return append(lacks, sizes...)
	}
	return lacks
}
