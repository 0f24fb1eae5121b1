package manifest

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

func (r sizeReader) quota(doc *document.Document) error {
	var o struct {
		Metadata meta                     `json:"metadata"`
		Spec     corev1.ResourceQuotaSpec `json:"spec"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	q := kubernetes.Quota{Namespace: namespaceOf(o.Metadata.Namespace), Name: o.Metadata.Name, Hard: map[string]int64{}, Position: r.at(doc)}
	for name, amount := range o.Spec.Hard {
		if counted, n := counts(string(name), amount); counted != "" {
			if least, known := q.Hard[counted]; !known || n < least {
				q.Hard[counted] = n
			}
		}
	}
	for _, s := range o.Spec.Scopes {
		q.Scopes = append(q.Scopes, corev1.ScopedResourceSelectorRequirement{ScopeName: s, Operator: corev1.ScopeSelectorOpExists})
	}
	if s := o.Spec.ScopeSelector; s != nil {
		q.Scopes = append(q.Scopes, s.MatchExpressions...)
	}
	r.into.Quotas = append(r.into.Quotas, q)
	return nil
}

// counts is what a quota counts of pods by a name, and how much of it; empty where
// the name is of something else.
//
// Source: podResources and isExtendedResourceNameForQuota in
// pkg/quota/v1/evaluator/core/pods.go of Kubernetes 1.36.
func counts(name string, q resource.Quantity) (string, int64) {
	switch name {
	case "pods", "count/pods":
		return "pods", whole(q)
	case "cpu", "requests.cpu":
		return "requests.cpu", thousandths(q)
	case "memory", "requests.memory":
		return "requests.memory", whole(q)
	case "limits.cpu":
		return name, thousandths(q)
	case "limits.memory":
		return name, whole(q)
	}
	if of, ok := strings.CutPrefix(name, "requests."); ok && strings.Contains(of, "/") {
		return name, whole(q)
	}
	return "", 0
}

// limitRange reads what containers get that do not say it themselves.
//
// Source: SetDefaults_LimitRangeItem in pkg/apis/core/v1/defaults.go of Kubernetes
// 1.36.
func (r sizeReader) limitRange(doc *document.Document) error {
	var o struct {
		Metadata meta                  `json:"metadata"`
		Spec     corev1.LimitRangeSpec `json:"spec"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	all := kubernetes.LimitRange{Namespace: namespaceOf(o.Metadata.Namespace), Name: o.Metadata.Name, Position: r.at(doc)}
	for _, item := range o.Spec.Limits {
		if item.Type != corev1.LimitTypeContainer {
			continue
		}
		limits, asks := corev1.ResourceList{}, corev1.ResourceList{}
		for _, list := range []corev1.ResourceList{item.Max, item.Default} {
			for name, q := range list {
				limits[name] = q
			}
		}
		for _, list := range []corev1.ResourceList{item.Min, limits, item.DefaultRequest} {
			for name, q := range list {
				asks[name] = q
			}
		}
		set, limited := resources(asks), resources(limits)
		combine(&all.Requests, set, last)
		combine(&all.Limits, limited, last)
	}
	r.into.LimitRanges = append(r.into.LimitRanges, all)
	return nil
}

// last is the second of two amounts, if there is one.
func last(before, after int64) int64 {
	if after > 0 {
		return after
	}
	return before
}

// stated sums up the limits of a pod's containers, and counts those that ask for
// nothing of a resource, or have no limit of it.
func stated(spec *corev1.PodSpec, into *kubernetes.PodTemplate) {
	one := func(r *corev1.ResourceRequirements) {
		ask, limits := asked(r), resources(r.Limits)
		add(&into.Limits, limits)
		into.Unstated.CPU += without(ask.CPU)
		into.Unstated.Memory += without(ask.Memory)
		into.Unlimited.CPU += without(limits.CPU)
		into.Unlimited.Memory += without(limits.Memory)
	}
	for i := range spec.Containers {
		one(&spec.Containers[i].Resources)
	}
	for i := range spec.InitContainers {
		if sidecar(&spec.InitContainers[i]) {
			one(&spec.InitContainers[i].Resources)
		}
	}
	if r := spec.Resources; r != nil { // what is said of the whole pod is said of each container
		limits := resources(r.Limits)
		into.Limits.CPU, into.Limits.Memory = last(into.Limits.CPU, limits.CPU), last(into.Limits.Memory, limits.Memory)
		into.Unstated, into.Unlimited = kubernetes.Stated{}, kubernetes.Stated{}
	}
	into.Deadline = spec.ActiveDeadlineSeconds != nil && *spec.ActiveDeadlineSeconds >= 0
}

func without(amount int64) int {
	if amount == 0 {
		return 1
	}
	return 0
}
