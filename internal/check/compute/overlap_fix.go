package compute

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// keeper is the budget to keep of several over one workload: one that an operator
// makes, and would make again; of those the one over the fewest workloads; of
// those, one that lets some pods go and keeps others; then by name.
func (f *fixes) keeper(budgets []int) int {
	return slices.MinFunc(budgets, func(x, y int) int {
		if mx, my := f.estate.Budgets[x].MadeBy != nil, f.estate.Budgets[y].MadeBy != nil; mx != my {
			if mx {
				return -1
			}
			return 1
		}
		over := func(b int) int { return len(f.coverage.covers[b]) + len(f.estate.Budgets[b].Beyond) }
		return cmp.Or(
			over(x)-over(y), strings.Compare(f.estate.Budgets[x].Unit, f.estate.Budgets[y].Unit),
			f.misses(x)-f.misses(y), strings.Compare(f.estate.Budgets[x].Name, f.estate.Budgets[y].Name),
		)
	})
}

// misses is 0 for a budget that lets some pods go and keeps others, 1 for one
// that keeps none, and 2 for one that lets none go.
func (f *fixes) misses(budget int) int {
	switch c := f.arithmetic.counts[budget]; {
	case c.Allowed == 0:
		return 2
	case c.Allowed >= c.Healthy:
		return 1
	}
	return 0
}

// overlap keeps one budget of those that share pods, and takes what they
// share out of the others: deletes those over nothing else, narrows those that are.
func (f *fixes) overlap(together []int, keep int) *finding.Fix {
	fix := &finding.Fix{Summary: fmt.Sprintf("keep PDB %s for it, and exclude it from the others", f.estate.Budgets[keep].Name)}
	if !slices.ContainsFunc(together, func(b int) bool { return b != keep && f.estate.Budgets[b].Unit == "" }) {
		fix.Summary = fmt.Sprintf("keep PDB %s for it", f.estate.Budgets[keep].Name)
	}
	done, deleted := 0, 0
	for _, b := range together {
		if b == keep {
			continue
		}
		if x := &f.estate.Budgets[b]; x.MadeBy != nil {
			fix.Summary += fmt.Sprintf("; PDB %s is to be changed in %s %s, of which an operator makes it", x.Name, x.MadeBy.Kind, x.MadeBy.Name)
			done++
			continue
		}
		if len(fix.Changes) >= mostChanges {
			fix.Summary += fmt.Sprintf("; %d more are not shown", len(together)-1-done)
			break
		}
		changes := f.takenOut(b)
		if x := &f.estate.Budgets[b]; x.Unit != "" || len(x.Beyond) > 0 {
			var by string
			changes, by = f.keptAtHome(x)
			fix.Summary += "; PDB " + x.Name + ofUnit(x.Unit) + " has to select " + by
		}
		if len(changes) == 1 && changes[0].Action == finding.Delete {
			deleted++
		}
		fix.Changes = append(fix.Changes, changes...)
		done++
	}
	if deleted == len(together)-1 { // the others are over nothing else
		fix.Summary = fmt.Sprintf("keep PDB %s for it, and delete %s", f.estate.Budgets[keep].Name,
			words.Agree(deleted, "the other one", "the others"))
	}
	return fix
}

// takenOut changes a budget so that it leaves alone every workload that has
// another budget to keep.
func (f *fixes) takenOut(i int) []finding.Change {
	if changes, ok := f.without[i]; ok {
		return changes
	}
	b := &f.estate.Budgets[i]
	var leave, stay []match
	for _, r := range f.coverage.covers[i] {
		together := f.coverage.together(r.workload)
		if slices.Contains(together, i) && f.keeper(together) != i {
			leave = append(leave, r)
		} else {
			stay = append(stay, r)
		}
	}
	changes := f.narrowed(b, i, leave, stay)
	f.without[i] = changes
	return changes
}

func (f *fixes) narrowed(b *kubernetes.Budget, i int, leave, stay []match) []finding.Change {
	if len(stay) == 0 {
		return []finding.Change{remove(b)}
	}
	key, values, ok := f.tellApart(leave, stay)
	if !ok {
		return f.split(i, stay, "").Changes
	}
	fixed := rewritten(b)
	selector := b.LabelSelector.DeepCopy()
	other := metav1.LabelSelectorRequirement{Key: key, Operator: metav1.LabelSelectorOpNotIn, Values: values}
	selector.MatchExpressions = append(selector.MatchExpressions, other)
	fixed.Spec.Selector = selector
	switch count := f.arithmetic.count(b, stay, (*kubernetes.Workload).AtLeast); {
	case count.Reason == disruption.NoPods:
	case count.Allowed > 0 && (len(stay) > 1 || count.Allowed < count.Healthy || count.Healthy == 1):
	case len(stay) > 1 && len(stay) <= mostChanges, slices.ContainsFunc(stay, func(r match) bool { return r.partly }):
		return f.split(i, stay, "").Changes
	default: // over what is left it would allow nothing, or everything
		fixed.Spec.MinAvailable, fixed.Spec.MaxUnavailable = nil, new(intstr.FromInt32(1))
	}
	return []finding.Change{fixed.replace(b)}
}

// tellApart finds a label whose values some workloads' pods have and others'
// do not.
func (f *fixes) tellApart(leave, stay []match) (key string, values []string, ok bool) {
	for _, key := range slices.Sorted(maps.Keys(f.estate.Workloads[leave[0].workload].Template.Labels)) {
		values := map[string]bool{}
		all := true
		for _, r := range leave {
			v, has := f.estate.Workloads[r.workload].Template.Labels[key]
			all = all && has
			values[v] = true
		}
		if !all || slices.ContainsFunc(stay, func(r match) bool { return values[f.estate.Workloads[r.workload].Template.Labels[key]] }) {
			continue
		}
		return key, slices.Sorted(maps.Keys(values)), true
	}
	return "", nil, false
}

// keptAtHome has a budget of another unit select the pods of that alone: by a label that all
// of those have, and nothing of this unit that it covers; by says so. There are no changes
// where no such label is known.
func (f *fixes) keptAtHome(b *kubernetes.Budget) (changes []finding.Change, by string) {
	const unknown = "by labels that its own pods have alone"
	var home *kubernetes.Workload
	for i := range b.Beyond {
		switch {
		case b.Unit == "" || b.Beyond[i].Unit != b.Unit:
		case home != nil: // one label for several would have to be found
			return nil, unknown
		default:
			home = &b.Beyond[i].Workload
		}
	}
	if home == nil {
		return nil, unknown
	}
	for _, key := range slices.Sorted(maps.Keys(podSelector(home).MatchLabels)) {
		value, fixed := home.Template.Labels[key], rewritten(b)
		selector := b.LabelSelector.DeepCopy()
		if selector.MatchLabels == nil {
			selector.MatchLabels = map[string]string{}
		}
		selector.MatchLabels[key] = value
		own := labels.SelectorFromSet(labels.Set{key: value})
		if !slices.ContainsFunc(f.coverage.selectedBy(b), func(r match) bool {
			return own.Matches(labels.Set(f.estate.Workloads[r.workload].Template.Labels))
		}) {
			fixed.Spec.Selector = selector
			return []finding.Change{fixed.replace(b)}, key + "=" + value + " as well"
		}
	}
	return nil, unknown
}
