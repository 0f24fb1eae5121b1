package simulate

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"pgregory.net/rapid"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// guard adds webhooks that pods of the cluster itself answer for, quotas, and pods
// that take their time to get ready.
func guard(t *rapid.T, e *kubernetes.Estate) {
	for i := range e.Workloads {
		if w := &e.Workloads[i]; chance(t, 4, "slow") {
			w.Template.ReadyAfter = time.Duration(rapid.IntRange(1, 240).Draw(t, "ready after")) * time.Second
			w.Rollout.MinReady = time.Duration(rapid.IntRange(0, 90).Draw(t, "min ready")) * time.Second
			w.Template.StopHook = time.Duration(rapid.IntRange(0, 90).Draw(t, "stop hook")) * time.Second
		}
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "webhooks") {
		name := fmt.Sprint("hook-", i)
		backer := rapid.IntRange(0, len(e.Workloads)-1).Draw(t, "backer")
		e.Services = append(e.Services, kubernetes.Service{Namespace: "default", Name: name, Selector: e.Workloads[backer].Template.Labels})
		h := kubernetes.Webhook{
			Name: name, In: kubernetes.Ref{Kind: "MutatingWebhookConfiguration", Name: name}, ServiceNamespace: "default", Service: name,
			Creates: chance(t, 1, "creates"), Evicts: chance(t, 3, "evicts"), Starts: chance(t, 8, "starts"),
			Conditional: chance(t, 5, "conditions"),
			Namespaces:  labels.Everything(), Objects: labels.Everything(),
		}
		if chance(t, 3, "of some") {
			some := &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{
				Key: "app", Operator: rapid.SampledFrom([]metav1.LabelSelectorOperator{metav1.LabelSelectorOpIn, metav1.LabelSelectorOpNotIn}).Draw(
					t, "operator"),
				Values: []string{"app-0", "app-2"},
			}}}
			h.Objects, _ = metav1.LabelSelectorAsSelector(some)
		}
		if chance(t, 5, "of namespaces") {
			h.Namespaces = labels.SelectorFromSet(labels.Set{"guarded": "yes"})
		}
		e.Webhooks = append(e.Webhooks, h)
	}
	if !chance(t, 3, "quota") {
		return
	}
	q := kubernetes.Quota{Namespace: "default", Name: "small",
		Hard: map[string]int64{"pods": int64(len(e.Pods) + rapid.IntRange(-1, 2*len(e.Pods)+1).Draw(t, "more pods"))}}
	if chance(t, 2, "of CPU") {
		asks := int64(0)
		for i := range e.Workloads {
			asks += int64(len(e.Workloads[i].Pods)) * e.Workloads[i].Template.Requests.CPU
		}
		q.Hard["requests.cpu"] = asks * int64(rapid.IntRange(8, 24).Draw(t, "share")) / 10
	}
	if chance(t, 4, "of a class") {
		q.Scopes = []corev1.ScopedResourceSelectorRequirement{
			{ScopeName: corev1.ResourceQuotaScopePriorityClass, Operator: corev1.ScopeSelectorOpIn, Values: []string{"system-cluster-critical"}},
		}
	}
	e.Quotas = append(e.Quotas, q)
}
