package compute

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

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
	o := finding.Object{Namespace: namespace, Kind: p.Kind, Name: p.Metadata.Name}
	return finding.Change{Action: finding.Create, Object: o, Value: finding.DataOf(p)}
}

// replace is the change that puts it in place of a budget that was read.
func (p pdb) replace(b *kubernetes.Budget) finding.Change {
	return finding.Change{
		Action: finding.Replace, Object: objectOf(b.Ref()), Position: at(b.Position),
		Value: finding.DataOf(p), Edits: finding.Edits(rewritten(b), p),
	}
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
		if !kubernetes.MadeUpLabel(k) {
			lasting[k] = v
		}
	}
	selector.MatchLabels = lasting
	return selector
}

func at(p origin.Position) *origin.Position {
	if p == (origin.Position{}) {
		return nil
	}
	return &p
}
