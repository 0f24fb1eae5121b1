package compute

import (
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

func (f *fixes) missing(i int) *finding.Fix {
	w := &f.estate.Workloads[i]
	if orphan, ok := f.orphans.orphanOf[i]; ok {
		fix := f.orphan(orphan)
		fix.Summary = fmt.Sprintf("correct PDB %s, which seems to be written for it and selects nothing", f.estate.Budgets[orphan].Name)
		return fix
	}
	// Workloads that share their labels would share the budget too.
	if selector, err := metav1.LabelSelectorAsSelector(podSelector(w)); err != nil || selector.Empty() || len(f.coverage.matcher.match(w.Namespace, selector)) > 1 {
		return &finding.Fix{Summary: "give its pod template a label that no other workload of the namespace has, and add a PDB with maxUnavailable 1 that selects it"}
	}
	return &finding.Fix{Summary: "allow one eviction at a time", Changes: []finding.Change{oneAtATime(f.freeName(w), w).create(w.Namespace)}}
}

// fixSingle raises the floor to two, where that is a matter of a number.
func (f *fixes) single(i int) *finding.Fix {
	w := &f.estate.Workloads[i]
	switch {
	case w.Bare:
		return &finding.Fix{Summary: "run it under a Deployment with two replicas: an evicted pod without a controller is not recreated"}
	case w.MadeBy != nil:
		return &finding.Fix{Summary: "give " + w.MadeBy.Kind + " " + w.MadeBy.Name + " two replicas or more, if it can run with them"}
	case w.Kind == "StatefulSet":
		return &finding.Fix{Summary: "run it with replicated data if it can; else restart it at a time you choose before its node is replaced, because no PDB can keep a single pod up"}
	}
	if why, single := f.alone(i); single {
		return &finding.Fix{Summary: why + ", so a second replica is no way out: accept the absence, or restart it at a time you choose before its node is replaced"}
	}
	change, ok := raise(w)
	if !ok {
		return &finding.Fix{Summary: "run two replicas"}
	}
	fix := &finding.Fix{Summary: "run two replicas, and allow one eviction at a time", Changes: []finding.Change{change}}
	switch over := f.coverage.covered[i]; len(over) {
	case 0:
		fix.Changes = append(fix.Changes, f.missing(i).Changes...)
	case 1:
		b := &f.estate.Budgets[over[0]]
		two := allow(b, []disruption.Group{{Pods: 2, Scale: 2, Scaled: w.Scaled}})
		if f.coverage.owns(i, over[0]) && two.Allowed != 1 { // with two it would allow nothing, or everything
			fix.Changes = append(fix.Changes, oneOf(b).replace(b))
		}
	}
	return fix
}

// alone says why a workload runs on one pod by its nature: its author keeps two
// from running side by side, its volume is for one node at a time, or nothing
// sends it requests that a second pod could answer.
func (f *fixes) alone(i int) (why string, single bool) {
	w := &f.estate.Workloads[i]
	if w.Rollout.Strategy == "Recreate" {
		return "its strategy Recreate says that two must not run side by side", true
	}
	for _, name := range w.Template.VolumeClaims {
		claim, read := f.claims[w.Namespace+"/"+name]
		switch {
		case !read:
			return "it mounts the claim " + name + ", which was not read and may be for one node at a time", true
		case claim.Once:
			return "its claim " + name + " is ReadWriteOnce, for one node at a time", true
		}
	}
	switch at := f.stakes.of(i); {
	case w.Template.Elects:
		return "it elects a leader, and the others only wait", true
	case at.severity == "low" && !w.Bare:
		return at.Text, true
	}
	return "", false
}

// raise patches what decides a workload's floor to two.
func raise(w *kubernetes.Workload) (finding.Change, bool) {
	patch := func(api string, of kubernetes.Ref, namespaced bool, at *origin.Position, field string, before finding.Data) finding.Change {
		value := map[string]any{
			"apiVersion": api, "kind": of.Kind, "spec": map[string]any{field: 2},
			"metadata": pdbMeta{Name: of.Name, Namespace: written(w.Namespace, namespaced)},
		}
		return finding.Change{Action: finding.Patch, Object: objectOf(of), Position: at, Value: finding.DataOf(value), Edits: []finding.Edit{{Path: "/spec/" + field, Before: before, After: finding.DataOf(2)}}}
	}
	switch s := w.Scaler; {
	case w.MadeBy != nil: // its operator writes over what is patched
		return finding.Change{}, false
	case s != nil && s.Kind == "HorizontalPodAutoscaler":
		return patch("autoscaling/v2", s.Ref, s.Namespaced, at(s.Position), "minReplicas", finding.DataOf(s.Min)), s.Max >= 2
	case s != nil && s.Kind == "ScaledObject":
		return patch("keda.sh/v1alpha1", s.Ref, s.Namespaced, at(s.Position), "minReplicaCount", finding.DataOf(s.Min)), s.Max >= 2
	case w.Group == "apps" && (w.Kind == "Deployment" || w.Kind == "ReplicaSet"):
		var before finding.Data
		if w.ReplicasSet {
			before = finding.DataOf(w.Replicas)
		}
		return patch("apps/v1", w.Ref, w.Namespaced, at(w.Position), "replicas", before), true
	}
	return finding.Change{}, false
}

// fixOrphan points a budget of nothing at the workload it seems meant for, or
// removes it.
func (f *fixes) orphan(i int) *finding.Fix {
	b := &f.estate.Budgets[i]
	meant, ok := f.orphans.writtenFor[i]
	if !ok {
		if len(f.estate.Pods) > 0 {
			return &finding.Fix{Summary: "select labels that the pods have, in their namespace; or delete the PDB", Changes: []finding.Change{remove(b)}}
		}
		return &finding.Fix{Summary: "select labels that the pods have, in their namespace; or check it together with what makes its pods, if that is kept elsewhere"}
	}
	w := &f.estate.Workloads[meant]
	fixed := rewritten(b)
	fixed.Spec.Selector = podSelector(w)
	fixed.Metadata.Namespace = written(w.Namespace, w.Namespaced)
	n := w.AtLeast()
	count, err := disruption.Allow(disruption.Budget{MinAvailable: b.MinAvailable, MaxUnavailable: b.MaxUnavailable}, []disruption.Group{{Pods: n, Scale: n, Scaled: w.Scaled}})
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

// fixUsedUp lets drains go on although pods are not healthy.
func (f *fixes) usedUp(budget int) *finding.Fix {
	b := &f.estate.Budgets[budget]
	if b.Unhealthy == "AlwaysAllow" {
		return &finding.Fix{Summary: "get its pods healthy"}
	}
	fixed := rewritten(b)
	fixed.Spec.Unhealthy = "AlwaysAllow"
	return &finding.Fix{Summary: "allow the eviction of pods that are not ready (unhealthyPodEvictionPolicy: AlwaysAllow), so that they do not block drains; and get them healthy", Changes: []finding.Change{fixed.replace(b)}}
}

// served writes a budget in the version that API servers take.
func (f *fixes) served(budget int) *finding.Fix {
	b := &f.estate.Budgets[budget]
	fixed := rewritten(b)
	if n := f.arithmetic.counts[budget]; n.Allowed == 0 || n.Allowed >= n.Healthy {
		fixed = oneOf(b) // else it would allow nothing, or everything
	}
	change := fixed.replace(b)
	change.Edits = append(change.Edits, finding.Edit{Path: "/apiVersion", Before: finding.DataOf("policy/v1beta1"), After: finding.DataOf(fixed.APIVersion)})
	return &finding.Fix{Summary: "write it in policy/v1", Changes: []finding.Change{change}}
}

// void makes a budget that lets all pods go let one go at a time.
func (f *fixes) void(budget int) *finding.Fix {
	b := &f.estate.Budgets[budget]
	return &finding.Fix{Summary: "allow one eviction at a time", Changes: []finding.Change{oneOf(b).replace(b)}}
}

// fix is what keeps a workload up: the fix of what is wrong with it, or
// else what the obligation says.
func (o *outcomes) fix(i int, otherwise string) *finding.Fix {
	if o.estate.Workloads[i].AtLeast() < 2 {
		return o.fixes.single(i)
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
