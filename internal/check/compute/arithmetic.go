package compute

import (
	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// arithmetic is how many pods each budget lets go.
type arithmetic struct {
	estate   *kubernetes.Estate
	coverage *coverage
	counts   []disruption.Arithmetic // by budget, with each workload at the fewest pods that it may have
}

// arithmeticOf is that of the estate that a pass is over.
func arithmeticOf(p *check.Pass) *arithmetic {
	return check.Shared(p, func(p *check.Pass) *arithmetic {
		a := &arithmetic{estate: p.Estate.Kubernetes, coverage: coverageOf(p)}
		for i := range a.estate.Budgets {
			a.counts = append(a.counts, a.count(&a.estate.Budgets[i], a.coverage.covers[i], (*kubernetes.Workload).AtLeast))
		}
		return a
	})
}

// count does a budget's arithmetic over what it selects, with each workload at
// the size that sized gives it.
func (a *arithmetic) count(b *kubernetes.Budget, over []match, sized func(*kubernetes.Workload) int) disruption.Arithmetic {
	groups := make([]disruption.Group, 0, len(over))
	for _, r := range over {
		groups = append(groups, a.group(r, sized))
	}
	return allow(b, append(groups, beyond(b, sized)...))
}

// beyond are the workloads of other units under a budget.
func beyond(b *kubernetes.Budget, sized func(*kubernetes.Workload) int) []disruption.Group {
	var groups []disruption.Group
	for i := range b.Beyond {
		w := &b.Beyond[i].Workload
		groups = append(groups, disruption.Group{Pods: sized(w), Scale: sized(w), Scaled: w.Scaled, Bare: w.Bare})
	}
	return groups
}

// group is one workload under a budget at some size. Of a workload that is
// covered in part, the part does not grow with it.
func (a *arithmetic) group(r match, sized func(*kubernetes.Workload) int) disruption.Group {
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

// void is a budget over this workload alone that lets all of its pods go, where
// none over it keeps any.
func (a *arithmetic) void(i int) (budget int, ok bool) {
	return a.voidOf(i, (*kubernetes.Workload).AtLeast)
}

// mayBeVoid reports whether there would be such a budget if the workload had as
// few pods as a budget can still protect: the more there are, the more of them
// a budget keeps.
func (a *arithmetic) mayBeVoid(i int) bool {
	_, ok := a.voidOf(i, func(*kubernetes.Workload) int { return 2 })
	return ok
}

func (a *arithmetic) voidOf(i int, sized func(*kubernetes.Workload) int) (budget int, ok bool) {
	n := sized(&a.estate.Workloads[i])
	for _, b := range a.coverage.covered[i] {
		switch {
		case a.estate.Budgets[b].Unserved:
		case n < 2 || !a.coverage.owns(i, b) || a.count(&a.estate.Budgets[b], a.coverage.covers[b], sized).Allowed < n:
			return 0, false
		case !ok:
			budget, ok = b, true
		}
	}
	return budget, ok
}

// sizeless reports whether the arithmetic of a budget comes out the same
// whatever the size of some workloads under it.
func (a *arithmetic) sizeless(budget int, varies func(workload int) bool) bool {
	extreme := func(whole, part int) disruption.Reason {
		groups := beyond(&a.estate.Budgets[budget], (*kubernetes.Workload).AtLeast)
		for _, r := range a.coverage.covers[budget] {
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

// others gives, for each workload under a budget, the rest of them at the
// most they may be scaled to, as groups to count with. Sums stand for the
// workloads, so that the cost does not grow with their square.
func (a *arithmetic) others(b *kubernetes.Budget, over []match) func(but disruption.Group) []disruption.Group {
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
	all := beyond(b, (*kubernetes.Workload).AtMost)
	for _, r := range over {
		all = append(all, a.group(r, (*kubernetes.Workload).AtMost))
	}
	for _, g := range all {
		if g.Pods+g.Down == 0 {
			continue
		}
		sum := in(g)
		sum.Pods, sum.Down, sum.Scale = sum.Pods+g.Pods, sum.Down+g.Down, sum.Scale+g.Scale
	}
	return func(but disruption.Group) []disruption.Group {
		rest := []disruption.Group{scaled, unscaled, bare}
		for k := range rest {
			if rest[k].Scaled == but.Scaled && rest[k].Bare == but.Bare && but.Pods+but.Down > 0 {
				rest[k].Pods, rest[k].Down, rest[k].Scale = rest[k].Pods-but.Pods, rest[k].Down-but.Down, rest[k].Scale-but.Scale
			}
		}
		return rest
	}
}

// fall is what a budget lets become of one of the workloads under it.
type fall struct {
	allowed int  // with that one at its floor while the others are as large as they may be
	all     bool // that may be all of its pods: its floor is one ready pod
}

// falls are those of the workloads that a budget is over, in their order, and then those of
// the workloads of other units under it.
func (a *arithmetic) falls(b *kubernetes.Budget, over []match) []fall {
	rest := a.others(b, over)
	all := make([]fall, 0, len(over)+len(b.Beyond))
	add := func(w *kubernetes.Workload, least, most disruption.Group) {
		f := fall{allowed: allow(b, append(rest(most), least)).Allowed}
		f.all = least.Pods > 0 && f.allowed >= w.AtLeast() && !w.ScalesToZero()
		all = append(all, f)
	}
	for _, r := range over {
		add(&a.estate.Workloads[r.workload], a.group(r, (*kubernetes.Workload).AtLeast), a.group(r, (*kubernetes.Workload).AtMost))
	}
	least, most := beyond(b, (*kubernetes.Workload).AtLeast), beyond(b, (*kubernetes.Workload).AtMost)
	for k := range b.Beyond {
		add(&b.Beyond[k].Workload, least[k], most[k])
	}
	return all
}
