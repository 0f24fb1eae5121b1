package compute

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/finding"
)

func (f *fixes) missing(i int) *finding.Fix {
	w := &f.estate.Workloads[i]
	if orphan, ok := f.orphans.orphanOf[i]; ok {
		fix := f.orphan(orphan)
		fix.Summary = fmt.Sprintf("correct PDB %s, which seems to be written for it and selects nothing", f.estate.Budgets[orphan].Name)
		return fix
	}
	if by := w.MadeBy; by != nil && by.Budget != "" { // one beside it would not follow what the operator knows
		said := "set " + by.Budget + " in its " + by.Kind + ", so that " + by.Operator + " keeps a PodDisruptionBudget for it"
		return &finding.Fix{Summary: said}
	}
	own := f.ownSelector(i)
	if own == nil {
		return &finding.Fix{Summary: "give its pod template a label that no other workload of the namespace has, " +
			"and add a PDB with maxUnavailable 1 that selects it"}
	}
	if len(w.Template.Open) > 0 {
		return missingInTemplate(w, own)
	}
	budget := oneAtATime(f.freeName(w), w)
	budget.Spec.Selector = own
	return &finding.Fix{
		Summary: "add a PodDisruptionBudget that allows one eviction at a time",
		Changes: []finding.Change{budget.create(w.Namespace)},
	}
}

// orphan points a budget of nothing at the workload it seems meant for, or
// removes it.
func (f *fixes) orphan(i int) *finding.Fix {
	b := &f.estate.Budgets[i]
	if fix := made(b); fix != nil {
		return fix
	}
	meant, ok := f.orphans.writtenFor[i]
	if !ok {
		said := "select labels that the pods have, in their namespace"
		if b.MinAvailable != nil {
			said += ", with maxUnavailable: 1 in place of minAvailable " + b.MinAvailable.String() + ", which lets no pod go where there are no more"
		}
		if len(f.estate.Pods) > 0 {
			return &finding.Fix{Summary: said + "; or delete the PDB", Changes: []finding.Change{remove(b)}}
		}
		return &finding.Fix{Summary: said + "; or check it together with what makes its pods, if that is kept elsewhere"}
	}
	w := &f.estate.Workloads[meant]
	fixed := rewritten(b)
	fixed.Spec.Selector = podSelector(w)
	fixed.Metadata.Namespace = written(w.Namespace, w.Namespaced)
	n := w.AtLeast()
	terms := disruption.Budget{MinAvailable: b.MinAvailable, MaxUnavailable: b.MaxUnavailable}
	count, err := disruption.Allow(terms, []disruption.Group{{Pods: n, Scale: n, Scaled: w.Scaled}})
	if n > 0 && (err != nil || count.Allowed == 0 || count.Allowed >= n) { // it would allow nothing, or everything
		fixed.Spec.MinAvailable, fixed.Spec.MaxUnavailable = nil, new(intstr.FromInt32(1))
	}
	fix := &finding.Fix{Summary: fmt.Sprintf("select the pods of %s %s", w.Kind, w.Name)}
	if w.Namespace != b.Namespace {
		if f.budgetNames[w.Namespace+"/"+b.Name] {
			fixed.Metadata.Name = f.freeName(w)
		}
		fix.Summary = fmt.Sprintf("move it to namespace %s, where the pods of %s %s are", w.Namespace, w.Kind, w.Name)
		fix.Changes = append(fix.Changes, remove(b), fixed.create(w.Namespace))
		return fix
	}
	fix.Changes = append(fix.Changes, fixed.replace(b))
	return fix
}

// usedUp lets drains go on although pods are not healthy. Where as many are healthy as must be,
// the others may go already, and those that hold their nodes are the healthy ones.
//
// Source: EvictionREST.Create in pkg/registry/core/pod/storage/eviction.go of Kubernetes 1.36.
func (f *fixes) usedUp(budget int) *finding.Fix {
	b := &f.estate.Budgets[budget]
	mayGo := b.Status != nil && b.Status.Desired > 0 && b.Status.Healthy >= b.Status.Desired
	if b.Unhealthy == "AlwaysAllow" || b.MadeBy != nil || mayGo {
		return &finding.Fix{Summary: "get its pods healthy"}
	}
	fixed := rewritten(b)
	fixed.Spec.Unhealthy = "AlwaysAllow"
	said := "allow the eviction of pods that are not ready (unhealthyPodEvictionPolicy: AlwaysAllow), " +
		"so that they do not block drains; and get them healthy"
	return &finding.Fix{Summary: said, Changes: []finding.Change{fixed.replace(b)}}
}

// served writes a budget in the version that API servers take.
func (f *fixes) served(budget int) *finding.Fix {
	b := &f.estate.Budgets[budget]
	if fix := made(b); fix != nil {
		return fix
	}
	fixed := rewritten(b)
	if n := f.arithmetic.counts[budget]; n.Allowed == 0 || n.Allowed >= n.Healthy {
		fixed = oneOf(b) // else it would allow nothing, or everything
	}
	change := fixed.replace(b)
	before, after := finding.DataOf("policy/v1beta1"), finding.DataOf(fixed.APIVersion)
	change.Edits = append(change.Edits, finding.Edit{Path: "/apiVersion", Before: before, After: after})
	return &finding.Fix{Summary: "write it in policy/v1", Changes: []finding.Change{change}}
}

// void makes a budget that lets all pods go let one go at a time.
func (f *fixes) void(budget int) *finding.Fix {
	b := &f.estate.Budgets[budget]
	if fix := made(b); fix != nil {
		return fix
	}
	return &finding.Fix{Summary: "allow one eviction at a time", Changes: []finding.Change{oneOf(b).replace(b)}}
}

// fix is what keeps a workload up: the fix of what is wrong with it, or
// else what the obligation says.
func (o *outcomes) fix(i int, otherwise string) *finding.Fix {
	if o.estate.Workloads[i].AtLeast() < 2 {
		return (singleFixes{o.fixes}).single(i)
	}
	if fix := o.fixOpen(i); fix != nil {
		return fix
	}
	return &finding.Fix{Summary: lower(strings.TrimSuffix(otherwise, "."))}
}

// fixOpen is the fix of what is wrong with a workload's budgets, nil where
// nothing is.
func (o *outcomes) fixOpen(i int) *finding.Fix {
	w := &o.estate.Workloads[i]
	budgets := o.coverage.covered[i]
	if o.fixes.sharedVolume(i) != nil {
		return &finding.Fix{Summary: volumeEach}
	}
	if len(budgets) == 0 {
		if w.AtLeast() < 2 || w.Bare {
			return nil
		}
		return o.fixes.missing(i)
	}
	if together := o.coverage.together(i); len(together) > 0 {
		keep := o.fixes.keeper(together)
		if n := o.arithmetic.counts[keep].Allowed; o.coverage.owns(i, keep) && n > 0 && n < w.AtLeast() {
			return o.fixes.overlap(together, keep)
		}
		return &finding.Fix{Summary: "keep one PDB, which allows one eviction at a time"}
	}
	for _, b := range budgets {
		if j := o.strictness.of(b); j.Verdict == finding.Broken {
			return j.Fix
		}
	}
	if b, ok := o.arithmetic.void(i); ok {
		return o.fixes.void(b)
	}
	if b, ok := o.strictness.usedUp(i); ok {
		return o.fixes.usedUp(b)
	}
	return nil
}

func lower(s string) string { return strings.ToLower(s[:1]) + s[1:] }
