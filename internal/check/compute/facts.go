package compute

import (
	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
)

// of are the facts of the estate that a pass is over.
func of(p *check.Pass) *facts { return check.Shared(p, join) }

// facts are what checks of this axis ask of an estate: which budgets cover which
// workloads, and what Services route to them.
type facts struct {
	estate  *kubernetes.Estate
	places  locate.Places
	matcher *matcher
	nodes   map[string]int

	covers      [][]match                // by budget: the workloads it gets hold of
	counts      []disruption.Arithmetic  // by budget, at the floors of those
	covered     [][]int                  // by workload: the budgets over it
	served      [][]int                  // by workload: the services that route to it
	meant       map[int]int              // by budget of nothing: the workload it seems meant for
	orphanOf    map[int]int              // and the other way round
	budgetNames map[string]bool          // namespace/name of budgets
	namesakes   map[string]int           // namespace/name to how many workloads have it
	strictness  []*check.Judgement       // by budget: whether it ever allows an eviction, once asked
	without     map[int][]finding.Change // by budget: how to take out of it what has another
	overlaps    map[int][]int            // by workload with several budgets: those that share a pod
	bySelector  map[string][]match       // what selectors get hold of
	strays      map[string]bool          // namespaces with budgets over pods that were not found, once asked
}

// join joins budgets and services to the workloads they get hold of.
func join(p *check.Pass) *facts {
	e, places := p.Estate.Kubernetes, p.Places
	a := &facts{
		estate: e, places: places, nodes: make(map[string]int, len(e.Nodes)),
		covers: make([][]match, len(e.Budgets)), counts: make([]disruption.Arithmetic, len(e.Budgets)),
		covered: make([][]int, len(e.Workloads)), strictness: make([]*check.Judgement, len(e.Budgets)),
		served: make([][]int, len(e.Workloads)), budgetNames: map[string]bool{},
		namesakes: make(map[string]int, len(e.Workloads)), without: map[int][]finding.Change{},
		bySelector: map[string][]match{}, overlaps: map[int][]int{},
	}
	for i := range e.Workloads {
		a.namesakes[e.Workloads[i].Namespace+"/"+e.Workloads[i].Name]++
	}
	for i := range e.Nodes {
		a.nodes[e.Nodes[i].Name] = i
	}
	a.matcher = newMatcher(e)
	for i := range e.Budgets {
		a.cover(i)
	}
	a.matchOrphans()
	for i := range e.Services {
		s := &e.Services[i]
		for _, r := range a.matcher.match(s.Namespace, labels.SelectorFromValidatedSet(s.Selector)) {
			a.served[r.workload] = append(a.served[r.workload], i)
		}
	}
	return a
}

// cover finds what a budget gets hold of, and does its arithmetic over it.
func (a *facts) cover(i int) {
	b := &a.estate.Budgets[i]
	a.budgetNames[b.Namespace+"/"+b.Name] = true
	for _, r := range a.selectedBy(b) {
		if a.estate.Workloads[r.workload].Transient {
			r.pods, r.down = 0, 0 // there for minutes: the budget is for it, but what lasts decides
		}
		a.covers[i] = append(a.covers[i], r)
		if r.pods > 0 { // else scaled to nothing: the budget is for it, and there is no pod to count
			a.covered[r.workload] = append(a.covered[r.workload], i)
		}
	}
	a.counts[i] = a.count(b, a.covers[i], (*kubernetes.Workload).AtLeast)
}

// matched finds what a budget's selector gets hold of, once for all budgets of
// a namespace that say the same.
func (a *facts) selectedBy(b *kubernetes.Budget) []match {
	key := b.Namespace + "/" + b.Selector.String()
	if _, selectable := b.Selector.Requirements(); !selectable {
		return nil
	}
	found, ok := a.bySelector[key]
	if !ok {
		found = a.matcher.match(b.Namespace, b.Selector)
		a.bySelector[key] = found
	}
	return found
}

// together returns the budgets over a workload that share a pod of it.
func (a *facts) together(i int) []int {
	if len(a.covered[i]) < 2 {
		return nil
	}
	shared, ok := a.overlaps[i]
	if !ok {
		shared = a.matcher.together(&a.estate.Workloads[i], a.covered[i])
		a.overlaps[i] = shared
	}
	return shared
}

// count does a budget's arithmetic over what it gets hold of, with each
// workload at the size that sized gives it.
func (a *facts) count(b *kubernetes.Budget, over []match, sized func(*kubernetes.Workload) int) disruption.Arithmetic {
	groups := make([]disruption.Group, 0, len(over))
	for _, r := range over {
		groups = append(groups, a.group(r, sized))
	}
	return allow(b, groups)
}

// group is one workload under a budget at some size. Of a workload that is
// covered in part, the part does not grow with it.
func (a *facts) group(r match, sized func(*kubernetes.Workload) int) disruption.Group {
	w := &a.estate.Workloads[r.workload]
	g := disruption.Group{Pods: r.pods, Down: r.down, Scale: sized(w), Scaled: w.Scaled, Bare: w.Bare}
	if !r.partly && r.pods > 0 {
		g.Pods = g.Scale
	}
	return g
}

func allow(b *kubernetes.Budget, groups []disruption.Group) disruption.Arithmetic {
	// The values were held against the API server's rules when they were read,
	// so the arithmetic cannot fail on them.
	count, _ := disruption.Allow(disruption.Budget{MinAvailable: b.MinAvailable, MaxUnavailable: b.MaxUnavailable}, groups)
	return count
}

// owns reports whether a budget covers all pods of one workload and no others.
func (a *facts) owns(i, budget int) bool {
	for _, r := range a.covers[budget] {
		if r.pods > 0 && r.workload != i || r.partly {
			return false
		}
	}
	return true
}

func (a *facts) consequence(i int) consequence {
	c := consequence{offering: a.places.Workloads[i].Offering}
	c.look(a.estate, &a.places, a.nodes, &a.estate.Workloads[i], a.places.Workloads[i].Basis == locate.Asked)
	return c
}
