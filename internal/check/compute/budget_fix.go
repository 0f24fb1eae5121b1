package compute

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// neverAllows corrects a budget so that it lets one pod go at a time.
func (f *fixes) neverAllows(i int) *finding.Fix {
	b, count := &f.estate.Budgets[i], f.arithmetic.counts[i]
	if fix := made(b); fix != nil {
		return fix
	}
	scaled, unscaled, bare := f.under(i)
	switch {
	case guardsRuns(f.estate, b, unscaled) && len(scaled)+len(bare) == 0:
		return resigned("keep the PDB, if a run that is lost costs more than a drain that waits for its end; else delete it")
	case len(unscaled) > 0 && len(scaled)+len(bare) == 0:
		return f.uncountable(i, unscaled)
	case b.Status != nil && b.Status.SyncFailed != "" && count.Healthy > 1 && len(unscaled) == 0:
		return f.numbered(b, count, "use a number, which needs no scale")
	case len(unscaled) > 0 && len(bare) == 0 && len(scaled) <= mostChanges:
		return f.split(i, scaled, "replace this PDB by one for each workload that has a scale")
	case count.Reason == disruption.Unmanaged && count.Healthy > 1:
		return f.numbered(b, count, "use a number for pods without a controller")
	case len(unscaled) > 0:
		return &finding.Fix{Summary: "exclude what has no scale (DaemonSets, Jobs) from the PDB's selector"}
	case len(bare) > 0:
		return &finding.Fix{Summary: "run the pods under a controller; for pods without one, a PDB works only with a number in minAvailable"}
	}
	return f.allowsOne(i, scaled)
}

// uncountable corrects a budget over workloads alone that have no scale: what operators keep
// is counted by a number, and a budget over others gains nothing.
func (f *fixes) uncountable(i int, over []match) *finding.Fix {
	b, count := &f.estate.Budgets[i], f.arithmetic.counts[i]
	if f.operated(over) && count.Healthy > 1 {
		return f.numbered(b, count, "use a number, which needs no scale")
	}
	return &finding.Fix{
		Summary: "delete the PDB: it cannot count " + f.coverage.covering(i) + ", and gains nothing",
		Changes: []finding.Change{remove(b)},
	}
}

// numbered lets one pod go at a time by a number of those that stay.
func (f *fixes) numbered(b *kubernetes.Budget, count disruption.Arithmetic, do string) *finding.Fix {
	fixed := oneOf(b)
	fixed.Spec.MaxUnavailable, fixed.Spec.MinAvailable = nil, new(intstr.FromInt32(int32(count.Healthy-1)))
	said := fmt.Sprintf("%s: minAvailable %d of %d", do, count.Healthy-1, count.Healthy)
	return &finding.Fix{Summary: said, Changes: []finding.Change{fixed.replace(b)}}
}

// operated reports whether operators keep all of some workloads.
func (f *fixes) operated(all []match) bool {
	return !slices.ContainsFunc(all, func(r match) bool { return !operated(&f.estate.Workloads[r.workload]) })
}

// guardsRuns reports whether a budget is over pods alone that run to their end, and says by
// a number how many have to stay, which needs no scale to be counted: it protects each run,
// and is over with it. It is what its author wants.
//
// Source: getExpectedPodCount in pkg/controller/disruption/disruption.go of Kubernetes 1.36:
// a number in minAvailable asks for no controller.
func guardsRuns(e *kubernetes.Estate, b *kubernetes.Budget, over []match) bool {
	number := b.MinAvailable != nil && b.MinAvailable.Type == intstr.Int && b.MaxUnavailable == nil
	return number && len(over) > 0 && !slices.ContainsFunc(over, func(r match) bool { return e.Workloads[r.workload].Lasting })
}

// allowsOne corrects a budget over workloads that have a scale.
func (f *fixes) allowsOne(i int, scaled []match) *finding.Fix {
	b, count := &f.estate.Budgets[i], f.arithmetic.counts[i]
	fixed := oneOf(b)
	replace := func() []finding.Change { return []finding.Change{fixed.replace(b)} }
	switch {
	case slices.ContainsFunc(scaled, func(r match) bool { return r.partly }):
		return f.split(i, scaled, "give the whole workload one PDB, in place of PDBs over parts of it")
	case len(scaled) > 1 && len(scaled) <= mostChanges:
		return f.split(i, scaled, "replace this PDB by one for each workload that allows one eviction at a time")
	case f.sharedVolume(scaled[0].workload) != nil:
		return &finding.Fix{Summary: volumeEach + ", and allow one eviction at a time then; until then delete the PDB: it only holds up drains"}
	case count.Healthy > 1:
		return &finding.Fix{Summary: "allow one eviction at a time" + instead(b, count), Changes: replace()}
	}
	w := &f.estate.Workloads[scaled[0].workload]
	if change, ok := raise(w, false); ok && !f.stays(scaled[0].workload) {
		said := twoOf(w) + ", and allow one eviction at a time: no PDB can keep a single pod up"
		return &finding.Fix{Summary: said, Changes: append([]finding.Change{change}, replace()...)}
	}
	said := "allow the eviction of the only pod: the outage is short and drains finish; run two replicas if it can"
	return &finding.Fix{Summary: said, Changes: replace()}
}

// under are the workloads under a budget that have pods: those with a scale, those
// without, and pods without a controller.
func (f *fixes) under(i int) (scaled, unscaled, bare []match) {
	for _, r := range f.coverage.covers[i] {
		switch w := &f.estate.Workloads[r.workload]; {
		case r.pods == 0 && (r.down == 0 || w.Scaled):
		case w.Bare:
			bare = append(bare, r)
		case w.Scaled:
			scaled = append(scaled, r)
		default:
			unscaled = append(unscaled, r)
		}
	}
	return scaled, unscaled, bare
}

// made is the way out for a budget that an operator makes: what is changed or
// deleted in the cluster is made again. It is nil for others.
func made(b *kubernetes.Budget) *finding.Fix {
	if b.MadeBy == nil {
		return nil
	}
	said := "change it in " + b.MadeBy.Kind + " " + b.MadeBy.Name
	if b.MadeBy.Change != "" {
		said = "set " + b.MadeBy.Change
	}
	return &finding.Fix{Summary: said + ": its operator makes this PDB, and makes it again"}
}

// instead is the other way out, or why the first one is better.
func instead(b *kubernetes.Budget, count disruption.Arithmetic) string {
	switch {
	case b.MinAvailable == nil:
		return ""
	case b.MinAvailable.Type != intstr.String && count.Desired == count.Healthy:
		return fmt.Sprintf("; or keep minAvailable %d and run at least %d", count.Desired, count.Desired+1)
	}
	return ", with maxUnavailable: 1, which works at any number of replicas"
}

// split replaces a budget by one for each of some workloads.
func (f *fixes) split(i int, into []match, summary string) *finding.Fix {
	b := &f.estate.Budgets[i]
	fix := &finding.Fix{Summary: summary, Changes: []finding.Change{remove(b)}}
	for _, r := range into {
		w := &f.estate.Workloads[r.workload]
		others := slices.DeleteFunc(slices.Clone(f.coverage.covered[r.workload]), func(x int) bool { return x == i })
		if len(others) == 0 && w.AtLeast() > 1 && f.sharedVolume(r.workload) == nil {
			fix.Changes = append(fix.Changes, oneAtATime(f.freeName(w), w).create(w.Namespace))
		}
	}
	return fix
}

func (f *fixes) shared(i int, serving []match) *finding.Fix {
	if fix := made(&f.estate.Budgets[i]); fix != nil {
		return fix
	}
	if len(serving) > mostChanges {
		return &finding.Fix{Summary: fmt.Sprintf("replace this PDB by one for each of the %d workloads", len(serving))}
	}
	return f.split(i, serving, "replace this PDB by one for each workload")
}

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
		if n := len(f.coverage.covers[x]) - len(f.coverage.covers[y]); n != 0 {
			return n
		}
		return cmp.Or(f.misses(x)-f.misses(y), strings.Compare(f.estate.Budgets[x].Name, f.estate.Budgets[y].Name))
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

// mostChanges is how many objects a fix changes at most; beyond that it is a
// task for the owner of the namespace, and the summary says what is left.
const mostChanges = 8

// overlap keeps one budget of those that share pods, and takes what they
// share out of the others: deletes those over nothing else, narrows those that are.
func (f *fixes) overlap(together []int, keep int) *finding.Fix {
	fix := &finding.Fix{Summary: fmt.Sprintf("keep PDB %s for it, and exclude it from the others", f.estate.Budgets[keep].Name)}
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
