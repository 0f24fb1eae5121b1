package compute

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
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
	return !slices.ContainsFunc(all, func(r match) bool { return !f.estate.Workloads[r.workload].Operated() })
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

// OnlyPod is the fix of a budget over a single pod.
const OnlyPod = "allow the eviction of the only pod: the outage is short and drains finish"

// allowsOne corrects a budget over workloads that have a scale.
func (f *fixes) allowsOne(i int, scaled []match) *finding.Fix {
	b, count := &f.estate.Budgets[i], f.arithmetic.counts[i]
	fixed := oneOf(b)
	replace := func() []finding.Change { return []finding.Change{fixed.replace(b)} }
	switch {
	case slices.ContainsFunc(scaled, func(r match) bool { return r.partly }):
		return f.split(i, scaled, "give the whole workload one PDB, in place of PDBs over parts of it")
	case len(b.Beyond) > 0:
		return &finding.Fix{Summary: "allow one eviction at a time" + instead(b, count), Changes: replace()}
	case len(scaled) > 1 && len(scaled) <= mostChanges:
		return f.split(i, scaled, "replace this PDB by one for each workload that allows one eviction at a time")
	case f.sharedVolume(scaled[0].workload) != nil:
		return &finding.Fix{Summary: volumeEach + ", and allow one eviction at a time then; until then delete the PDB: it only holds up drains"}
	case count.Healthy > 1:
		return &finding.Fix{Summary: "allow one eviction at a time" + instead(b, count), Changes: replace()}
	}
	w := &f.estate.Workloads[scaled[0].workload]
	if change, ok := raise(w, false); ok && !(singleFixes{f}).stays(scaled[0].workload) {
		by := twoOf(w)
		by.PDB, by.Then = finding.LoosensPDB, ": no PDB can keep a single pod up"
		return finding.Raising(by, append([]finding.Change{change}, replace()...))
	}
	said := OnlyPod
	if prog := f.programs.of(scaled[0].workload); prog == nil || prog.Second == "" { // else a second one is no way out
		said += "; run two replicas if it can"
	}
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
	if far := &f.estate.Budgets[i]; far.Unit != "" || len(far.Beyond) > 0 {
		return &finding.Fix{
			Summary: "have PDB " + far.Name + " select the pods of one workload of its own unit alone, and give each other one its own",
		}
	}
	if len(serving) > mostChanges {
		return &finding.Fix{Summary: fmt.Sprintf("replace this PDB by one for each of the %d workloads", len(serving))}
	}
	return f.split(i, serving, "replace this PDB by one for each workload")
}

// mostChanges is how many objects a fix changes at most; beyond that it is a
// task for the owner of the namespace, and the summary says what is left.
const mostChanges = 8
