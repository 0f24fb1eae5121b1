package compute

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// coverage is which budgets cover which workloads.
type coverage struct {
	estate  *kubernetes.Estate
	matcher *matcher

	covers     [][]match          // by budget: the workloads it selects pods of
	covered    [][]int            // by workload: the budgets over its pods
	overlaps   map[int][]int      // by workload with several budgets: those that share a pod, once asked
	used       map[int][]int      // by budget: workloads under others as well, once asked
	bySelector map[string][]match // what selectors match
}

// coverageOf is that of the estate that a pass is over.
func coverageOf(p *check.Pass) *coverage {
	return check.Shared(p, func(p *check.Pass) *coverage { return cover(p.Estate.Kubernetes) })
}

// cover joins budgets to the workloads whose pods they select.
func cover(e *kubernetes.Estate) *coverage {
	c := &coverage{
		estate: e, matcher: newMatcher(e), covers: make([][]match, len(e.Budgets)), covered: make([][]int, len(e.Workloads)),
		bySelector: map[string][]match{}, overlaps: map[int][]int{}, used: map[int][]int{},
	}
	for i := range e.Budgets {
		for _, r := range c.selectedBy(&e.Budgets[i]) {
			if e.Workloads[r.workload].Passing() {
				r.pods, r.down = 0, 0 // there for minutes: the budget is for it, but what lasts decides
			}
			c.covers[i] = append(c.covers[i], r)
			if r.pods > 0 { // else scaled to nothing: the budget is for it, and there is no pod to count
				c.covered[r.workload] = append(c.covered[r.workload], i)
			}
		}
	}
	return c
}

// selectedBy finds what a budget's selector matches, once for all budgets of
// a namespace that say the same.
func (c *coverage) selectedBy(b *kubernetes.Budget) []match {
	key := b.Namespace + "/" + b.Selector.String()
	if _, selectable := b.Selector.Requirements(); !selectable {
		return nil
	}
	found, ok := c.bySelector[key]
	if !ok {
		found = c.matcher.match(b.Namespace, b.Selector)
		c.bySelector[key] = found
	}
	return found
}

// together returns the budgets over a workload that share a pod of it.
func (c *coverage) together(i int) []int {
	if len(c.covered[i]) < 2 {
		return nil
	}
	shared, ok := c.overlaps[i]
	if !ok {
		shared = c.matcher.together(&c.estate.Workloads[i], c.covered[i])
		c.overlaps[i] = shared
	}
	return shared
}

// mostOverlapped is how many workloads explain that a budget is used up: one is enough.
const mostOverlapped = 8

// overlapped are workloads under a budget, the first few, whose pods are under others as well.
func (c *coverage) overlapped(budget int) []int {
	found, ok := c.used[budget]
	if !ok {
		for _, r := range c.covers[budget] {
			if len(c.together(r.workload)) > 0 && len(found) < mostOverlapped {
				found = append(found, r.workload)
			}
		}
		c.used[budget] = found
	}
	return found
}

// unserved is a budget over a workload that no API server takes, where all over
// it are so.
func (c *coverage) unserved(i int) (budget int, ok bool) {
	over := c.covered[i]
	if len(over) == 0 || slices.ContainsFunc(over, func(b int) bool { return !c.estate.Budgets[b].Unserved }) {
		return 0, false
	}
	return over[0], true
}

// owns reports whether a budget covers all pods of one workload and no others.
func (c *coverage) owns(i, budget int) bool {
	for _, r := range c.covers[budget] {
		if r.pods > 0 && r.workload != i || r.partly {
			return false
		}
	}
	return len(c.estate.Budgets[budget].Beyond) == 0
}

// numbered reports whether budgets over a workload tell its pods apart by number.
func (c *coverage) numbered(i int) bool {
	return c.estate.Workloads[i].Kind == "StatefulSet" && slices.ContainsFunc(c.covered[i], func(b int) bool {
		requirements, _ := c.estate.Budgets[b].Selector.Requirements()
		return byOrdinal(requirements)
	})
}

// covering names the workloads under a budget.
func (c *coverage) covering(i int) string {
	var names []string
	for k, r := range c.covers[i] {
		if k == 4 {
			names = append(names, fmt.Sprintf("%d more", len(c.covers[i])-k))
			break
		}
		w := &c.estate.Workloads[r.workload]
		names = append(names, w.Kind+" "+w.Name)
	}
	return strings.Join(names, ", ")
}
