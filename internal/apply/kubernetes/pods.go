package kubernetes

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/disruption"
)

// drained is what a drain looks at in a pod. What it does about it is what kubectl's filters
// do, which the lab holds internal/disruption against, but for pods that are bound to a node:
// those of DaemonSets of whichever kind, and those that take a cordoned node for any other.
func drained(p *corev1.Pod) disruption.DrainPod {
	d := disruption.DrainPod{Phase: string(p.Status.Phase), Grace: grace(p), Bare: metav1.GetControllerOf(p) == nil,
		DoNotDisrupt: p.Annotations[disruption.DoNotDisrupt]}
	if o := metav1.GetControllerOf(p); o != nil {
		d.DaemonSet = o.Kind == "DaemonSet"
	}
	_, d.Static = p.Annotations[corev1.MirrorPodAnnotationKey]
	if p.DeletionTimestamp != nil {
		d.Deleted = p.DeletionTimestamp.Time
	}
	if p.Status.StartTime != nil {
		d.Started = p.Status.StartTime.Time
	}
	for _, t := range p.Spec.Tolerations {
		d.Tolerations = append(d.Tolerations, disruption.Toleration{Key: t.Key, Operator: string(t.Operator), Value: t.Value,
			Effect: string(t.Effect)})
	}
	for i := range p.Spec.Volumes {
		d.EmptyDir = d.EmptyDir || p.Spec.Volumes[i].EmptyDir != nil
	}
	return d
}

func grace(p *corev1.Pod) time.Duration {
	if s := p.Spec.TerminationGracePeriodSeconds; s != nil {
		return time.Duration(*s) * time.Second
	}
	return 30 * time.Second
}

// isReady reports whether a pod is, and is not on its way out.
func isReady(p *corev1.Pod) bool {
	if p.DeletionTimestamp != nil || p.Status.Phase != corev1.PodRunning {
		return false
	}
	return conditionReady(p)
}

func conditionReady(p *corev1.Pod) bool {
	for i := range p.Status.Conditions {
		if c := &p.Status.Conditions[i]; c.Type == corev1.PodReady {
			return c.Status == corev1.ConditionTrue
		}
	}
	return false
}

// state is what an eviction looks at in a pod.
func state(p *corev1.Pod) disruption.PodState {
	return disruption.PodState{Name: p.Name, Phase: string(p.Status.Phase), Ready: conditionReady(p), Terminating: p.DeletionTimestamp != nil}
}

func named(p *corev1.Pod) string { return p.Namespace + "/" + p.Name }
