package cluster

import (
	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// keepAdmission is keep for what decides whether the API server makes a pod, and
// nil for other kinds.
func keepAdmission(k kind, o runtime.Object) any {
	switch o := o.(type) {
	case *corev1.Namespace:
		return &corev1.Namespace{TypeMeta: k.typeMeta(), ObjectMeta: keepMeta(&o.ObjectMeta)}
	case *corev1.ResourceQuota:
		return &corev1.ResourceQuota{TypeMeta: k.typeMeta(), ObjectMeta: keepMeta(&o.ObjectMeta), Spec: o.Spec}
	case *corev1.LimitRange:
		return &corev1.LimitRange{TypeMeta: k.typeMeta(), ObjectMeta: keepMeta(&o.ObjectMeta), Spec: o.Spec}
	case *admissionv1.MutatingWebhookConfiguration:
		all := make([]webhook, len(o.Webhooks))
		for i := range o.Webhooks {
			w := &o.Webhooks[i]
			all[i] = webhook{w.Name, w.FailurePolicy, w.Rules, w.NamespaceSelector, w.ObjectSelector, w.MatchConditions, w.ClientConfig}
		}
		return keepWebhooks(k, &o.ObjectMeta, all)
	case *admissionv1.ValidatingWebhookConfiguration:
		all := make([]webhook, len(o.Webhooks))
		for i := range o.Webhooks {
			w := &o.Webhooks[i]
			all[i] = webhook{w.Name, w.FailurePolicy, w.Rules, w.NamespaceSelector, w.ObjectSelector, w.MatchConditions, w.ClientConfig}
		}
		return keepWebhooks(k, &o.ObjectMeta, all)
	}
	return nil
}

// webhook is what is read of one that changes objects, and of one that refuses
// them: of that both have the same fields.
type webhook struct {
	Name              string                           `json:"name"`
	FailurePolicy     *admissionv1.FailurePolicyType   `json:"failurePolicy,omitempty"`
	Rules             []admissionv1.RuleWithOperations `json:"rules,omitempty"`
	NamespaceSelector *metav1.LabelSelector            `json:"namespaceSelector,omitempty"`
	ObjectSelector    *metav1.LabelSelector            `json:"objectSelector,omitempty"`
	MatchConditions   []admissionv1.MatchCondition     `json:"matchConditions,omitempty"`
	ClientConfig      admissionv1.WebhookClientConfig  `json:"clientConfig"`
}

// webhookConfiguration is what is kept of one of either kind.
type webhookConfiguration struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Webhooks          []webhook `json:"webhooks,omitempty"`
}

func keepWebhooks(k kind, m *metav1.ObjectMeta, all []webhook) *webhookConfiguration {
	for i := range all {
		all[i].MatchConditions, all[i].ClientConfig = keepConditions(all[i].MatchConditions), keepClient(&all[i].ClientConfig)
	}
	return &webhookConfiguration{TypeMeta: k.typeMeta(), ObjectMeta: keepMeta(m), Webhooks: all}
}

// keepConditions keeps that there are some, and keepClient which Service is
// called: what is asked, and a URL, may hold what is nobody's business.
func keepConditions(all []admissionv1.MatchCondition) []admissionv1.MatchCondition {
	if len(all) == 0 {
		return nil
	}
	return []admissionv1.MatchCondition{{Name: all[0].Name}}
}

func keepClient(c *admissionv1.WebhookClientConfig) admissionv1.WebhookClientConfig {
	if c.Service == nil {
		return admissionv1.WebhookClientConfig{}
	}
	return admissionv1.WebhookClientConfig{Service: &admissionv1.ServiceReference{Namespace: c.Service.Namespace, Name: c.Service.Name}}
}
