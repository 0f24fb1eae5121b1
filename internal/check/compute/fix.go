package compute

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// pdb is a PodDisruptionBudget as a manifest has it: without status.
type pdb struct {
	APIVersion string  `json:"apiVersion"`
	Kind       string  `json:"kind"`
	Metadata   pdbMeta `json:"metadata"`
	Spec       pdbSpec `json:"spec"`
}

type pdbMeta struct {
	Name string `json:"name"`
	// Namespace only where the object at hand names it: what is applied with
	// -n, by helm or by kustomize must not be sent elsewhere.
	Namespace   string            `json:"namespace,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

type pdbSpec struct {
	MinAvailable   *intstr.IntOrString   `json:"minAvailable,omitempty"`
	MaxUnavailable *intstr.IntOrString   `json:"maxUnavailable,omitempty"`
	Selector       *metav1.LabelSelector `json:"selector,omitempty"`
	Unhealthy      string                `json:"unhealthyPodEvictionPolicy,omitempty"`
}

// create is the change that makes a budget in a namespace.
func (p pdb) create(namespace string) finding.Change {
	return finding.Change{Action: finding.Create, Object: finding.Object{Namespace: namespace, Kind: p.Kind, Name: p.Metadata.Name}, Value: finding.DataOf(p)}
}

// replace is the change that puts it in place of a budget that was read.
func (p pdb) replace(b *kubernetes.Budget) finding.Change {
	return finding.Change{Action: finding.Replace, Object: objectOf(b.Ref()), Value: finding.DataOf(p), Edits: finding.Edits(rewritten(b), p), Position: at(b.Position)}
}

// remove is the change that deletes a budget.
func remove(b *kubernetes.Budget) finding.Change {
	return finding.Change{Action: finding.Delete, Object: objectOf(b.Ref()), Position: at(b.Position)}
}

// objectOf is an object of the estate as changes name it.
func objectOf(r kubernetes.Ref) finding.Object {
	return finding.Object{Namespace: r.Namespace, Kind: r.Kind, Name: r.Name}
}

// rewritten is a budget as it stands, to be corrected.
func rewritten(b *kubernetes.Budget) pdb {
	annotations := map[string]string{}
	for k, v := range b.Annotations {
		if k != "kubectl.kubernetes.io/last-applied-configuration" {
			annotations[k] = v
		}
	}
	return pdb{
		APIVersion: "policy/v1", Kind: "PodDisruptionBudget",
		Metadata: pdbMeta{Name: b.Name, Namespace: written(b.Namespace, b.Namespaced), Labels: b.Labels, Annotations: annotations},
		Spec:     pdbSpec{MinAvailable: b.MinAvailable, MaxUnavailable: b.MaxUnavailable, Selector: b.LabelSelector, Unhealthy: b.Unhealthy},
	}
}

// oneOf is a budget as it stands, but with one pod to go at a time.
func oneOf(b *kubernetes.Budget) pdb {
	fixed := rewritten(b)
	fixed.Spec.MinAvailable, fixed.Spec.MaxUnavailable = nil, new(intstr.FromInt32(1))
	return fixed
}

// written is a namespace as it goes into a manifest.
func written(namespace string, explicit bool) string {
	if explicit {
		return namespace
	}
	return ""
}

// oneAtATime is the budget that suits a workload of two pods or more. It says
// maxUnavailable, which follows the replica count, and where that is safe lets
// pods be evicted that are not ready anyway.
func oneAtATime(name string, w *kubernetes.Workload) pdb {
	p := pdb{
		APIVersion: "policy/v1", Kind: "PodDisruptionBudget",
		Metadata: pdbMeta{Name: name, Namespace: written(w.Namespace, w.Namespaced || w.Inferred)},
		Spec:     pdbSpec{MaxUnavailable: new(intstr.FromInt32(1)), Selector: podSelector(w)},
	}
	if w.Kind != "StatefulSet" { // a member that is not ready may be the one that has the data
		p.Spec.Unhealthy = "AlwaysAllow"
	}
	return p
}

// podSelector is the selector of a workload's own pods, whatever revision or
// number they are of.
func podSelector(w *kubernetes.Workload) *metav1.LabelSelector {
	selector := &metav1.LabelSelector{MatchLabels: w.Template.Labels}
	if w.Selector != nil && len(w.Selector.MatchLabels)+len(w.Selector.MatchExpressions) > 0 {
		selector = w.Selector.DeepCopy()
	}
	lasting := make(map[string]string, len(selector.MatchLabels))
	for k, v := range selector.MatchLabels {
		switch k {
		case "pod-template-hash", "rollouts-pod-template-hash", "controller-revision-hash", "pod-template-generation",
			"apps.kubernetes.io/pod-index", "statefulset.kubernetes.io/pod-name", "batch.kubernetes.io/job-name", "job-name":
		default:
			lasting[k] = v
		}
	}
	selector.MatchLabels = lasting
	return selector
}

// freeName is a name for a workload's budget that no budget has yet, nor
// another workload of another kind would be proposed.
func (a *auditor) freeName(w *kubernetes.Workload) string {
	kind := strings.ToLower(w.Kind)
	for _, name := range []string{w.Name, w.Name + "-pdb", w.Name + "-" + kind} {
		if !a.budgetNames[w.Namespace+"/"+name] && (name == w.Name+"-"+kind || a.namesakes[w.Namespace+"/"+w.Name] < 2) {
			return name
		}
	}
	return w.Name + "-" + kind + "-one-at-a-time"
}

func at(p origin.Position) *origin.Position {
	if p == (origin.Position{}) {
		return nil
	}
	return &p
}

func (a *auditor) fixMissing(i int) *finding.Fix {
	w := &a.estate.Workloads[i]
	if orphan, ok := a.orphanOf[i]; ok {
		fix := a.fixOrphan(orphan)
		fix.Summary = fmt.Sprintf("correct budget %s, which seems to be written for it and selects nothing", a.estate.Budgets[orphan].Name)
		return fix
	}
	// Workloads that share their labels would share the budget too.
	if selector, err := metav1.LabelSelectorAsSelector(podSelector(w)); err != nil || selector.Empty() || len(a.matcher.match(w.Namespace, selector)) > 1 {
		return &finding.Fix{Summary: "give its pod template a label that no other workload of the namespace has, and a budget of maxUnavailable 1 that selects it"}
	}
	return &finding.Fix{Summary: "let one pod go at a time", Changes: []finding.Change{oneAtATime(a.freeName(w), w).create(w.Namespace)}}
}

// fixSingle raises the floor to two, where that is a matter of a number.
func (a *auditor) fixSingle(i int) *finding.Fix {
	w := &a.estate.Workloads[i]
	switch {
	case w.Bare:
		return &finding.Fix{Summary: "run it under a Deployment with two replicas: an evicted pod without a controller does not come back"}
	case w.Kind == "StatefulSet":
		return &finding.Fix{Summary: "run it with replicas of its data, if it can; else restart it at a time you choose before its node is replaced, since no budget can keep the only pod up"}
	}
	change, ok := raise(w)
	if !ok {
		return &finding.Fix{Summary: "run two replicas of it"}
	}
	fix := &finding.Fix{Summary: "keep two replicas, and let one go at a time", Changes: []finding.Change{change}}
	switch over := a.covered[i]; len(over) {
	case 0:
		fix.Changes = append(fix.Changes, a.fixMissing(i).Changes...)
	case 1:
		b := &a.estate.Budgets[over[0]]
		two := allow(b, []disruption.Group{{Pods: 2, Scale: 2, Scaled: w.Scaled}})
		if a.owns(i, over[0]) && two.Allowed != 1 { // with two it would allow nothing, or everything
			fix.Changes = append(fix.Changes, oneOf(b).replace(b))
		}
	}
	return fix
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

// fixNeverAllows corrects a budget so that it lets one pod go at a time.
func (a *auditor) fixNeverAllows(i int) *finding.Fix {
	b, count := &a.estate.Budgets[i], a.counts[i]
	fixed := oneOf(b)
	replace := func() []finding.Change {
		return []finding.Change{fixed.replace(b)}
	}

	var scaled, unscaled, bare []reach
	for _, r := range a.covers[i] {
		switch w := &a.estate.Workloads[r.workload]; {
		case r.pods == 0:
		case w.Bare:
			bare = append(bare, r)
		case w.Scaled:
			scaled = append(scaled, r)
		default:
			unscaled = append(unscaled, r)
		}
	}
	switch {
	case len(unscaled) > 0 && len(scaled)+len(bare) == 0:
		return &finding.Fix{
			Summary: "delete the budget: " + a.covering(i) + " cannot be counted by it and gains nothing from it",
			Changes: []finding.Change{remove(b)},
		}
	case b.Status != nil && b.Status.SyncFailed != "" && count.Healthy > 1 && len(unscaled) == 0:
		fixed.Spec.MaxUnavailable, fixed.Spec.MinAvailable = nil, new(intstr.FromInt32(int32(count.Healthy-1)))
		return &finding.Fix{Summary: fmt.Sprintf("count the pods by number, which needs no scale: minAvailable %d of %d", count.Healthy-1, count.Healthy), Changes: replace()}
	case len(unscaled) > 0 && len(bare) == 0 && len(scaled) <= mostChanges:
		return a.split(i, scaled, "give each workload with a scale a budget of its own, in place of this one")
	case count.Reason == disruption.Unmanaged && count.Healthy > 1:
		fixed.Spec.MaxUnavailable, fixed.Spec.MinAvailable = nil, new(intstr.FromInt32(int32(count.Healthy-1)))
		return &finding.Fix{Summary: fmt.Sprintf("count pods without a controller by number: minAvailable %d of %d", count.Healthy-1, count.Healthy), Changes: replace()}
	case len(unscaled) > 0:
		return &finding.Fix{Summary: "take what has no scale (DaemonSets, Jobs) out of the budget's selector"}
	case len(bare) > 0:
		return &finding.Fix{Summary: "run the pods under a controller; a budget counts pods without one only as a number in minAvailable"}
	case slices.ContainsFunc(scaled, func(r reach) bool { return r.partly }):
		return a.split(i, scaled, "give the whole workload one budget, in place of budgets over parts of it")
	case len(scaled) > 1 && len(scaled) <= mostChanges:
		return a.split(i, scaled, "give each workload a budget of its own that lets one pod go at a time, in place of this one")
	case count.Healthy > 1:
		return &finding.Fix{Summary: "let one pod go at a time" + instead(b, count), Changes: replace()}
	}
	w := &a.estate.Workloads[scaled[0].workload]
	if change, ok := raise(w); ok {
		return &finding.Fix{Summary: "keep two replicas, and let one go at a time: no budget can keep the only pod up", Changes: append([]finding.Change{change}, replace()...)}
	}
	return &finding.Fix{Summary: "let the only pod go: the outage is short and drains end in order; run two of it if it can", Changes: replace()}
}

// instead is the other way out, or why the first one is better.
func instead(b *kubernetes.Budget, count disruption.Arithmetic) string {
	switch {
	case b.MinAvailable == nil:
		return ""
	case b.MinAvailable.Type == intstr.String:
		return ": maxUnavailable rounds in the direction of progress and follows the replica count"
	case count.Desired == count.Healthy:
		return fmt.Sprintf("; or keep the promise of %d and run %d at the least", count.Desired, count.Desired+1)
	}
	return ": maxUnavailable follows the replica count"
}

// split replaces a budget by one for each of some workloads.
func (a *auditor) split(i int, into []reach, summary string) *finding.Fix {
	b := &a.estate.Budgets[i]
	fix := &finding.Fix{Summary: summary, Changes: []finding.Change{remove(b)}}
	for _, r := range into {
		w := &a.estate.Workloads[r.workload]
		others := slices.DeleteFunc(slices.Clone(a.covered[r.workload]), func(x int) bool { return x == i })
		if len(others) == 0 && w.AtLeast() > 1 {
			fix.Changes = append(fix.Changes, oneAtATime(a.freeName(w), w).create(w.Namespace))
		}
	}
	return fix
}

func (a *auditor) fixShared(i int, serving []reach) *finding.Fix {
	if len(serving) > mostChanges {
		return &finding.Fix{Summary: fmt.Sprintf("give each of the %d workloads a budget of its own, in place of this one", len(serving))}
	}
	return a.split(i, serving, "give each workload a budget of its own, in place of this one")
}

// keeper is the budget to keep of several over one workload: the one over the
// fewest workloads; of those, one that lets evictions through; then by name.
func (a *auditor) keeper(budgets []int) int {
	return slices.MinFunc(budgets, func(x, y int) int {
		if dx, dy := a.counts[x].Allowed > 0, a.counts[y].Allowed > 0; dx != dy && len(a.covers[x]) == len(a.covers[y]) {
			if dx {
				return -1
			}
			return 1
		}
		if n := len(a.covers[x]) - len(a.covers[y]); n != 0 {
			return n
		}
		return strings.Compare(a.estate.Budgets[x].Name, a.estate.Budgets[y].Name)
	})
}

// mostChanges is how many objects a fix changes at most; beyond that it is a
// task for the owner of the namespace, and the summary says what is left.
const mostChanges = 8

// fixOverlap keeps one budget of those that share pods, and takes what they
// share out of the others: deletes those over nothing else, narrows those that are.
func (a *auditor) fixOverlap(together []int, keep int) *finding.Fix {
	fix := &finding.Fix{Summary: fmt.Sprintf("keep budget %s for it, and take it out of the others", a.estate.Budgets[keep].Name)}
	done := 0
	for _, b := range together {
		if b == keep {
			continue
		}
		if len(fix.Changes) >= mostChanges {
			fix.Summary += fmt.Sprintf("; %d more of them are not shown", len(together)-1-done)
			break
		}
		fix.Changes = append(fix.Changes, a.takenOut(b)...)
		done++
	}
	return fix
}

// takenOut changes a budget so that it leaves alone every workload that has
// another budget to keep.
func (a *auditor) takenOut(i int) []finding.Change {
	if changes, ok := a.without[i]; ok {
		return changes
	}
	b := &a.estate.Budgets[i]
	var leave, stay []reach
	for _, r := range a.covers[i] {
		together := a.together(r.workload)
		if slices.Contains(together, i) && a.keeper(together) != i {
			leave = append(leave, r)
		} else {
			stay = append(stay, r)
		}
	}
	changes := a.narrowed(b, i, leave, stay)
	a.without[i] = changes
	return changes
}

func (a *auditor) narrowed(b *kubernetes.Budget, i int, leave, stay []reach) []finding.Change {
	if len(stay) == 0 {
		return []finding.Change{remove(b)}
	}
	key, values, ok := a.tellApart(leave, stay)
	if !ok {
		return a.split(i, stay, "").Changes
	}
	fixed := rewritten(b)
	selector := b.LabelSelector.DeepCopy()
	selector.MatchExpressions = append(selector.MatchExpressions, metav1.LabelSelectorRequirement{Key: key, Operator: metav1.LabelSelectorOpNotIn, Values: values})
	fixed.Spec.Selector = selector
	switch count := a.count(b, stay, (*kubernetes.Workload).AtLeast); {
	case count.Reason == disruption.NoPods:
	case count.Allowed > 0 && (len(stay) > 1 || count.Allowed < count.Healthy || count.Healthy == 1):
	case len(stay) > 1 && len(stay) <= mostChanges, slices.ContainsFunc(stay, func(r reach) bool { return r.partly }):
		return a.split(i, stay, "").Changes
	default: // over what is left it would allow nothing, or everything
		fixed.Spec.MinAvailable, fixed.Spec.MaxUnavailable = nil, new(intstr.FromInt32(1))
	}
	return []finding.Change{fixed.replace(b)}
}

// tellApart finds a label whose values some workloads' pods have and others'
// do not.
func (a *auditor) tellApart(leave, stay []reach) (key string, values []string, ok bool) {
	for _, key := range slices.Sorted(maps.Keys(a.estate.Workloads[leave[0].workload].Template.Labels)) {
		values := map[string]bool{}
		all := true
		for _, r := range leave {
			v, has := a.estate.Workloads[r.workload].Template.Labels[key]
			all = all && has
			values[v] = true
		}
		if !all || slices.ContainsFunc(stay, func(r reach) bool { return values[a.estate.Workloads[r.workload].Template.Labels[key]] }) {
			continue
		}
		return key, slices.Sorted(maps.Keys(values)), true
	}
	return "", nil, false
}

// fixOrphan points a budget of nothing at the workload it seems meant for, or
// removes it.
func (a *auditor) fixOrphan(i int) *finding.Fix {
	b := &a.estate.Budgets[i]
	meant, ok := a.meant[i]
	if !ok {
		return &finding.Fix{Summary: "select labels that the pods have, in their namespace; or delete the budget", Changes: []finding.Change{remove(b)}}
	}
	w := &a.estate.Workloads[meant]
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
		if a.budgetNames[w.Namespace+"/"+b.Name] {
			fixed.Metadata.Name = a.freeName(w)
		}
		fix.Summary = fmt.Sprintf("move it to namespace %s, where the pods of %s %s are", w.Namespace, w.Kind, w.Name)
		fix.Changes = append(fix.Changes, remove(b), fixed.create(w.Namespace))
		return fix
	}
	fix.Changes = append(fix.Changes, fixed.replace(b))
	return fix
}
