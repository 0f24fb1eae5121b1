package manifest

import (
	"cmp"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate"
)

func (r *objectReader) pod(doc *document.Document, _ string) error {
	var o struct {
		Metadata meta           `json:"metadata"`
		Spec     corev1.PodSpec `json:"spec"`
		Status   struct {
			Phase string `json:"phase"`
		} `json:"status"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	p := estate.Pod{
		Namespace: namespaceOf(o.Metadata.Namespace), Name: cmp.Or(o.Metadata.Name, o.Metadata.GenerateName),
		Labels: o.Metadata.Labels, Node: o.Spec.NodeName, Phase: o.Status.Phase,
		Workload: -1, Generated: o.Metadata.Name == "", Position: r.at(doc),
		Template: new(template(o.Metadata.Labels, o.Metadata.Annotations, &o.Spec)),
	}
	if owner := o.Metadata.controller(); owner != nil {
		p.Owner = &estate.Owner{API: owner.APIVersion, Kind: owner.Kind, Name: owner.Name}
	}
	r.into.Pods = append(r.into.Pods, p)
	return nil
}

// template keeps of a pod what decides where it runs and how it leaves.
func template(labels, annotations map[string]string, spec *corev1.PodSpec) estate.PodTemplate {
	t := estate.PodTemplate{Labels: labels, Annotations: annotations, NodeSelector: spec.NodeSelector}
	for _, tol := range spec.Tolerations {
		t.Tolerations = append(t.Tolerations, estate.Toleration{Key: tol.Key, Operator: string(tol.Operator), Value: tol.Value, Effect: string(tol.Effect)})
	}
	for _, c := range spec.Containers {
		t.Ports = t.Ports || len(c.Ports) > 0
		t.Readiness = t.Readiness || c.ReadinessProbe != nil
	}
	if a := spec.Affinity; a != nil && a.NodeAffinity != nil {
		t.NodeSelector = withRequired(t.NodeSelector, a.NodeAffinity)
	}
	return t
}

// withRequired adds to a node selector what required node affinity pins to one
// value, where it has a single term.
func withRequired(selector map[string]string, a *corev1.NodeAffinity) map[string]string {
	required := a.RequiredDuringSchedulingIgnoredDuringExecution
	if required == nil || len(required.NodeSelectorTerms) != 1 {
		return selector
	}
	merged := make(map[string]string, len(selector))
	for _, e := range required.NodeSelectorTerms[0].MatchExpressions {
		if e.Operator == corev1.NodeSelectorOpIn && len(e.Values) == 1 {
			merged[e.Key] = e.Values[0]
		}
	}
	for k, v := range selector {
		merged[k] = v
	}
	return merged
}
