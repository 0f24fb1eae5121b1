package compute

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// orphans are the budgets that select nothing, with the workload that each
// seems to be written for.
type orphans struct {
	estate     *kubernetes.Estate
	coverage   *coverage
	catalog    *responsibility.Catalog
	writtenFor map[int]int // by budget that selects nothing: the workload
	orphanOf   map[int]int // and the other way round
}

// orphansOf are those of the estate that a pass is over.
func orphansOf(p *check.Pass) *orphans {
	return check.Shared(p, func(p *check.Pass) *orphans {
		o := &orphans{
			estate: p.Estate.Kubernetes, coverage: coverageOf(p), catalog: p.Catalog,
			writtenFor: map[int]int{}, orphanOf: map[int]int{},
		}
		o.match()
		return o
	})
}

// match finds, for budgets that select nothing, the one workload each
// seems to be written for: in another namespace; by labels that the workload
// has and its pods do not; or by its name. One without a selector is for that of its
// name, or for the only one that it can be for.
func (o *orphans) match() {
	if !slices.ContainsFunc(o.coverage.covers, func(r []match) bool { return len(r) == 0 }) {
		return
	}
	byOwn, byPods, byName := newLabelIndex(0), newLabelIndex(0), map[kubernetes.Ref][]int{}
	var unguarded []int
	for i := range o.estate.Workloads {
		w := &o.estate.Workloads[i]
		if !w.Lasting || !w.Evictable || w.Bare || len(o.coverage.covered[i]) > 0 {
			continue
		}
		unguarded = append(unguarded, i)
		byOwn.add(i, w.Namespace, w.Labels)
		byPods.add(i, "", w.Template.Labels)
		name := kubernetes.Ref{Namespace: w.Namespace, Name: w.Name}
		byName[name] = append(byName[name], i)
		if by := w.MadeBy; by != nil && by.Name != w.Name { // people call it by what it is made of
			of := kubernetes.Ref{Namespace: by.Namespace, Name: by.Name}
			byName[of] = append(byName[of], i)
		}
	}
	for i := range o.estate.Budgets {
		b := &o.estate.Budgets[i]
		if len(o.coverage.covers[i]) > 0 {
			continue
		}
		named := o.sole(byName[kubernetes.Ref{Namespace: b.Namespace, Name: bareName(b.Name)}], func(*kubernetes.Workload) bool { return true })
		if b.LabelSelector == nil {
			o.take(i, named, o.onlyOne(b, unguarded))
			continue
		}
		requirements, _ := b.Selector.Requirements()
		if len(requirements) == 0 {
			continue
		}
		itself := func(w *kubernetes.Workload) bool { return b.Selector.Matches(labels.Set(w.Labels)) }
		itsPods := func(w *kubernetes.Workload) bool { return b.Selector.Matches(labels.Set(w.Template.Labels)) }
		own := o.sole(byOwn.candidates(b.Namespace, requirements), itself)
		elsewhere := o.sole(byPods.candidates("", requirements), itsPods)
		if own < 0 && named < 0 && elsewhere < 0 {
			o.take(i, o.near(b, unguarded))
			continue
		}
		o.take(i, own, named, elsewhere)
	}
}

// take has a budget be for the first of some workloads, -1 for none, for which no other is.
func (o *orphans) take(budget int, workloads ...int) {
	for _, w := range workloads {
		if _, taken := o.orphanOf[w]; w >= 0 && !taken {
			o.writtenFor[budget], o.orphanOf[w] = w, budget
			return
		}
	}
}

// onlyOne is the one workload without a budget in the namespace of a budget without a selector,
// where that is the one of its kind and has no other workload's name; else -1.
func (o *orphans) onlyOne(b *kubernetes.Budget, unguarded []int) int {
	for i := range o.estate.Budgets {
		if x := &o.estate.Budgets[i]; x != b && x.Namespace == b.Namespace && x.LabelSelector == nil {
			return -1
		}
	}
	if o.read(b.Namespace, bareName(b.Name)) {
		return -1
	}
	return o.sole(unguarded, func(w *kubernetes.Workload) bool { return w.Namespace == b.Namespace && w.AtLeast() >= 2 })
}

// near is the one workload of a budget's namespace whose pods have all labels that the
// budget selects, but for the value of one; -1 where none is or several are. One label
// alone tells nothing.
func (o *orphans) near(b *kubernetes.Budget, all []int) int {
	wanted := b.LabelSelector.MatchLabels
	if len(wanted) < 2 || len(b.LabelSelector.MatchExpressions) > 0 {
		return -1
	}
	return o.sole(all, func(w *kubernetes.Workload) bool {
		if w.Namespace != b.Namespace {
			return false
		}
		off := 0
		for key, value := range wanted {
			has, is := w.Template.Labels[key]
			if !is {
				return false
			}
			if has != value {
				off++
			}
		}
		return off == 1
	})
}

// sole is the one candidate that fits, or -1 when none or several do.
func (o *orphans) sole(candidates []int, fits func(*kubernetes.Workload) bool) int {
	found := -1
	for _, i := range candidates {
		if !fits(&o.estate.Workloads[i]) {
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

// makers names the custom resource whose operator seems to make a budget's
// pods: one in its namespace whose name is among the labels it selects. Of one whose
// operator is known, what that makes is among the workloads, with its labels. Or it names
// the workload that an autoscaler there is for, which somebody makes, as it was not read.
func (o *orphans) makers(b *kubernetes.Budget) string {
	if b.LabelSelector == nil {
		return ""
	}
	values := slices.Collect(maps.Values(b.LabelSelector.MatchLabels))
	for _, e := range b.LabelSelector.MatchExpressions {
		values = append(values, e.Values...)
	}
	for _, c := range o.estate.CustomResources {
		if c.Namespace == b.Namespace && slices.Contains(values, c.Name) && !o.modelled(&c) && !o.podless(c.API) {
			return "that an operator creates for " + c.API[strings.IndexByte(c.API, '/')+1:] + " " + c.Name +
				" (" + c.API[:strings.IndexByte(c.API, '/')] + ")"
		}
	}
	for i := range o.estate.Scalers {
		s := &o.estate.Scalers[i] // of a cluster all workloads are read
		if !o.estate.Live && s.Namespace == b.Namespace && slices.Contains(values, s.Target.Name) && !o.read(s.Namespace, s.Target.Name) {
			return fmt.Sprintf("of %s %s, which was not read and which %s %s scales", s.Target.Kind, s.Target.Name, s.Kind, s.Name)
		}
	}
	return ""
}

// modelled reports whether a model of its operator made workloads of a custom resource.
func (o *orphans) modelled(c *kubernetes.CustomResource) bool {
	ref := kubernetes.Ref{Namespace: c.Namespace, Kind: c.API[strings.IndexByte(c.API, '/')+1:], Name: c.Name}
	return slices.ContainsFunc(o.estate.Workloads, func(w kubernetes.Workload) bool { return w.MadeBy != nil && w.MadeBy.Ref == ref })
}

// podless reports whether nothing is made for custom resources of a kind that has pods by
// their name. What installs whatever stands elsewhere may have them by its own.
func (o *orphans) podless(api string) bool {
	_, _, idle := o.catalog.Custom(api)
	return idle && !responsibility.Installs(api[strings.IndexByte(api, '/')+1:])
}

// read reports whether a workload of a name was read in a namespace.
func (o *orphans) read(namespace, name string) bool {
	return slices.ContainsFunc(o.estate.Workloads, func(w kubernetes.Workload) bool { return w.Namespace == namespace && w.Name == name })
}
