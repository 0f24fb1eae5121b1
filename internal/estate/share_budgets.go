package estate

import (
	"fmt"
	"slices"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/words"
)

// budgets hands over those that select nothing in their own unit, and those that select
// pods of units beside it in one cluster as well: there they count, wherever they stand.
func (s *sharing) budgets(unit int) {
	from := s.Units[unit]
	var kept []kubernetes.Budget
	for _, b := range from.Kubernetes.Budgets {
		if b.Unit != "" || len(b.Beyond) > 0 { // it has been handed over
			kept = append(kept, b)
			continue
		}
		if beside := s.besides(unit, &b); len(beside) > 0 {
			kept = append(kept, s.inOneCluster(unit, b, beside)...)
			continue
		}
		to := s.selected(unit, b.Namespace, b.Selector)
		if s.oneApplies(to) {
			b.Unit = from.Name
			for _, i := range to {
				e := s.Units[i].Kubernetes
				e.Budgets = append(e.Budgets, b)
			}
			continue
		}
		kept = append(kept, b)
		if len(to) > 0 {
			s.ambiguous(from, &b, to)
		}
	}
	from.Kubernetes.Budgets = kept
}

// besides are the units in one cluster with another in which a budget of that selects pods.
func (s *sharing) besides(unit int, b *kubernetes.Budget) []int {
	var all []int
	from := s.Units[unit]
	if from.Cluster == "" {
		return nil
	}
	for _, i := range s.in[b.Namespace] {
		if o := s.Units[i]; o.Cluster == from.Cluster && len(under(b, o)) > 0 && from.beside(o) {
			all = append(all, i)
		}
	}
	return all
}

// inOneCluster has a budget count in all units of a cluster of which it selects pods, each
// with the workloads of the others beside its own. It is judged in its own unit, or where
// it selects nothing there, in the first. What stays in its own unit is returned.
func (s *sharing) inOneCluster(unit int, b kubernetes.Budget, beside []int) []kubernetes.Budget {
	all := beside
	if len(under(&b, s.Units[unit])) > 0 {
		all = append([]int{unit}, beside...)
	}
	var own []kubernetes.Budget
	for n, i := range all {
		there := b
		for _, other := range all {
			if other != i {
				there.Beyond = append(there.Beyond, under(&b, s.Units[other])...)
			}
		}
		there.Judged = n > 0
		if i == unit {
			own = append(own, there)
			continue
		}
		there.Unit = s.Units[unit].Name
		e := s.Units[i].Kubernetes
		e.Budgets = append(e.Budgets, there)
	}
	return own
}

// under are the workloads of a unit that a budget selects pods of.
func under(b *kubernetes.Budget, u *Unit) []kubernetes.Beyond {
	if _, selectable := b.Selector.Requirements(); !selectable {
		return nil
	}
	var all []kubernetes.Beyond
	for _, w := range u.Kubernetes.Workloads {
		if w.Namespace == b.Namespace && b.Selector.Matches(w.PodLabels()) && !w.Passing() {
			all = append(all, kubernetes.Beyond{Workload: w, Unit: u.Name})
		}
	}
	return all
}

// kept tells of the workloads under budgets of other units whether a second budget covers
// them where they stand, which is known once all budgets have been handed over.
func (s *sharing) kept() {
	standing := map[string]*Unit{}
	for _, u := range s.Units {
		standing[u.Name] = u
	}
	for _, u := range s.Units {
		for i := range u.Kubernetes.Budgets {
			b := &u.Kubernetes.Budgets[i]
			for k := range b.Beyond {
				w := &b.Beyond[k]
				w.Kept = standing[w.Unit] != nil && slices.ContainsFunc(standing[w.Unit].Kubernetes.Budgets, func(o kubernetes.Budget) bool {
					return o.Namespace == b.Namespace && o.Name != b.Name && o.Selector.Matches(w.PodLabels())
				})
			}
		}
	}
}

// beside reports whether it is known that the objects of two units which go to one cluster
// stand side by side there: neither unit is there to be tried or for another environment,
// and no object is one of both.
func (u *Unit) beside(o *Unit) bool {
	if o.Unneeded != "" || u.Trial || o.Trial || !slices.Equal(u.environments(), o.environments()) {
		return false
	}
	have := map[kubernetes.Ref]bool{}
	for i := range u.Kubernetes.Workloads {
		have[u.Kubernetes.Workloads[i].Ref] = true
	}
	for i := range u.Kubernetes.Budgets {
		if b := &u.Kubernetes.Budgets[i]; b.Unit == "" {
			have[b.Ref()] = true
		}
	}
	return !slices.ContainsFunc(o.Kubernetes.Workloads, func(w kubernetes.Workload) bool { return have[w.Ref] }) &&
		!slices.ContainsFunc(o.Kubernetes.Budgets, func(b kubernetes.Budget) bool { return b.Unit == "" && have[b.Ref()] })
}

// ambiguous says of a budget which units it may be for, and of the workloads
// there that it may be for them.
func (s *sharing) ambiguous(from *Unit, b *kubernetes.Budget, to []int) {
	var names []string
	for _, i := range to {
		names = append(names, s.Units[i].Name)
		for _, w := range s.Units[i].Kubernetes.Workloads {
			if w.Namespace == b.Namespace && b.Selector.Matches(w.PodLabels()) {
				s.hide(s.Units[i], origin.Unread{
					Kind: "PodDisruptionBudget", Of: "PodDisruptionBudget " + b.Name + " of unit " + from.Name, Cause: origin.Elsewhere,
					Reason: "selects its pods, and those of " + words.Count(len(to)-1, "other unit"),
					Scope:  origin.Scope{Namespace: b.Namespace, Exact: w.Name},
				})
			}
		}
	}
	const few = 3
	if more := len(names) - few; more > 0 {
		names = append(names[:few], fmt.Sprintf("%d more", more))
	}
	s.hide(from, origin.Unread{
		Of: "the units " + words.And(names), Cause: origin.Elsewhere, Reason: "each of them has pods that it selects",
		Scope: origin.Scope{Namespace: b.Namespace, Exact: b.Name},
	})
}
