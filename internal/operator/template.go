package operator

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/source/manifest"
)

// template is what the pods of a workload are made from: the parts that the
// custom resource has, and what the operator adds.
func (o object) template(w responsibility.MadeWorkload, pods map[string]string) kubernetes.PodTemplate {
	var t corev1.PodTemplateSpec
	o.decode(w.Pod.Template, &t)
	var more map[string]string
	o.decode(w.Pod.Labels, &more)
	o.decode(w.Pod.Affinity, &t.Spec.Affinity)
	o.decode(w.Pod.Tolerations, &t.Spec.Tolerations)
	o.decode(w.Pod.Selector, &t.Spec.NodeSelector)
	o.decode(w.Pod.Spread, &t.Spec.TopologySpreadConstraints)
	o.decode(w.Pod.Grace, &t.Spec.TerminationGracePeriodSeconds)
	o.decode(w.Pod.Priority, &t.Spec.PriorityClassName)
	// Its own container comes first, with a port.
	own := corev1.Container{Name: "main", Ports: []corev1.ContainerPort{{ContainerPort: 1}}}
	o.decode(w.Pod.Resources, &own.Resources)
	if len(t.Spec.Containers) == 0 {
		t.Spec.Containers = []corev1.Container{own}
	} else {
		t.Spec.Containers[0].Ports = own.Ports
	}
	if a := w.Apart; a != nil && all(a.When, o.holds) {
		t.Spec.Affinity = apart(t.Spec.Affinity, o.antiAffinity(a, pods), a.Always || len(a.Required) > 0 && all(a.Required, o.holds))
	}
	for _, name := range o.claims(w.Pod.Claims) {
		t.Spec.Volumes = append(t.Spec.Volumes, corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{
			PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: name}}})
	}
	return manifest.Template(merged(merged(t.Labels, more), pods), merged(w.Annotations, t.Annotations), &t.Spec)
}

func (o object) antiAffinity(a *responsibility.Apart, pods map[string]string) corev1.PodAffinityTerm {
	selected := map[string]string{}
	for k, v := range pods {
		if len(a.Labels) == 0 || slices.Contains(a.Labels, k) {
			selected[k] = v
		}
	}
	key := a.Topology.Default
	if a.Topology.Path != "" {
		if written := o.text(a.Topology.Path); written != "" {
			key = written
		}
	}
	if key == "" {
		key = corev1.LabelHostname
	}
	return corev1.PodAffinityTerm{LabelSelector: &metav1.LabelSelector{MatchLabels: selected}, TopologyKey: key}
}

// apart adds a term of anti-affinity to what the pods have.
func apart(to *corev1.Affinity, term corev1.PodAffinityTerm, required bool) *corev1.Affinity {
	if to == nil {
		to = &corev1.Affinity{}
	}
	if to.PodAntiAffinity == nil {
		to.PodAntiAffinity = &corev1.PodAntiAffinity{}
	}
	anti := to.PodAntiAffinity
	if required {
		anti.RequiredDuringSchedulingIgnoredDuringExecution = append(anti.RequiredDuringSchedulingIgnoredDuringExecution, term)
	} else {
		anti.PreferredDuringSchedulingIgnoredDuringExecution = append(anti.PreferredDuringSchedulingIgnoredDuringExecution,
			corev1.WeightedPodAffinityTerm{Weight: 100, PodAffinityTerm: term})
	}
	return to
}
