package manifest

import (
	"regexp"
	"slices"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// namespace reads one. What cannot be read of its labels leaves them unknown.
func (r *objectReader) namespace(doc *document.Document) error {
	var o struct {
		Metadata meta `json:"metadata"`
	}
	if err := doc.Decode(&o); err != nil {
		r.into.Seen.Unrelated++
		return nil
	}
	r.live(o.Metadata)
	r.shown(doc, "/Namespace", o.Metadata, nil)
	r.into.Namespaces = append(r.into.Namespaces, kubernetes.Namespace{
		Name: o.Metadata.Name, UID: o.Metadata.UID, Labels: o.Metadata.Labels, Position: r.at(doc)})
	return nil
}

// accessReader reads what the API server asks and whom it lets, and where requests go: webhooks,
// roles and their bindings, routes.
type accessReader struct{ *objectReader }

// unsigned is a webhook without its certificate.
type unsigned struct {
	admissionv1.MutatingWebhook
	ClientConfig struct {
		Service  *admissionv1.ServiceReference `json:"service"`
		CABundle string                        `json:"caBundle"`
	} `json:"clientConfig"`
}

// toSign is what stands in place of a certificate that a script or a controller will put
// there: no base64, and one word or what programs fill in.
var toSign = regexp.MustCompile(`^\s*([A-Za-z_.-]{1,40}|.*[_$<>{}%\[\]].*)\s*$`)

// configuration are the webhooks of one. They count whatever stands in for a certificate.
func (r accessReader) configuration(doc *document.Document) (all []admissionv1.MutatingWebhook, m meta, err error) {
	var o struct {
		Metadata meta                          `json:"metadata"`
		Webhooks []admissionv1.MutatingWebhook `json:"webhooks"`
	}
	if err = r.decode(doc, &o); err == nil {
		return o.Webhooks, o.Metadata, nil
	}
	var other struct {
		Metadata meta       `json:"metadata"`
		Webhooks []unsigned `json:"webhooks"`
	}
	placed := func(w unsigned) bool { return toSign.MatchString(w.ClientConfig.CABundle) }
	if doc.Decode(&other) != nil || !slices.ContainsFunc(other.Webhooks, placed) {
		return nil, m, err
	}
	for _, w := range other.Webhooks {
		w.MutatingWebhook.ClientConfig.Service = w.ClientConfig.Service
		all = append(all, w.MutatingWebhook)
	}
	return all, other.Metadata, nil
}

// webhooks reads those of a configuration that can keep pods from being made, or on
// their nodes.
//
// Source: SetDefaults_MutatingWebhook and SetDefaults_ValidatingWebhook in
// pkg/apis/admissionregistration/v1/defaults.go of Kubernetes 1.36; in v1beta1 the
// failurePolicy was Ignore where none was set.
func (r accessReader) webhooks(doc *document.Document, k *kubernetes.Kind, version string) error {
	all, m, err := r.configuration(doc)
	if err != nil {
		return err
	}
	r.live(m)
	by := kubernetes.Ref{Kind: k.Name, Name: m.Name}
	r.shown(doc, k.API(), m, valuesOf(doc))
	r.called(doc, by)
	for i := range all {
		h := &all[i]
		fails := version != "v1beta1"
		if h.FailurePolicy != nil {
			fails = *h.FailurePolicy == admissionv1.Fail
		}
		w := kubernetes.Webhook{
			Name: h.Name, In: by, Optional: !fails, Conditional: len(h.MatchConditions) > 0,
			Namespaces: selectorOf(h.NamespaceSelector), Objects: selectorOf(h.ObjectSelector), Position: r.at(doc),
		}
		for _, rule := range h.Rules {
			w.Creates = w.Creates || asks(rule, admissionv1.Create, "")
			w.Evicts = w.Evicts || asks(rule, admissionv1.Create, "eviction")
			w.Deletes = w.Deletes || asks(rule, admissionv1.Delete, "")
			w.Starts = w.Starts || asks(rule, admissionv1.Create, "binding") || asks(rule, admissionv1.Update, "status")
		}
		if s := h.ClientConfig.Service; s != nil {
			w.ServiceNamespace, w.Service = s.Namespace, s.Name
		}
		if w.Evicts || w.Deletes || fails && (w.Creates || w.Starts) {
			r.into.Webhooks = append(r.into.Webhooks, w)
		}
	}
	return nil
}

// selectorOf is a selector of labels; none selects all, and one that no API
// server takes nothing.
func selectorOf(s *metav1.LabelSelector) labels.Selector {
	if s == nil {
		return labels.Everything()
	}
	selector, err := metav1.LabelSelectorAsSelector(s)
	if err != nil {
		return labels.Nothing()
	}
	return selector
}

// asks reports whether a rule means an operation on pods, or on a subresource of
// them: sub is empty for none.
//
// Source: Matcher in pkg/admission/plugin/webhook/predicates/rules/rules.go of
// k8s.io/apiserver 0.36: "*" are all resources without their subresources, and
// "pods/*" pods and all that they have.
func asks(rule admissionv1.RuleWithOperations, op admissionv1.OperationType, sub string) bool {
	has := func(all []string, one string) bool { return slices.Contains(all, one) || slices.Contains(all, "*") }
	if !has(rule.APIGroups, "") || !has(rule.APIVersions, "v1") ||
		!slices.Contains(rule.Operations, op) && !slices.Contains(rule.Operations, admissionv1.OperationAll) ||
		rule.Scope != nil && *rule.Scope == admissionv1.ClusterScope {
		return false
	}
	return slices.ContainsFunc(rule.Resources, func(written string) bool {
		of, part, _ := strings.Cut(written, "/")
		return (of == "*" || of == "pods") && (part == "*" || part == sub)
	})
}

// role keeps of roles and their bindings what they tell of who may be a leader, of who
// makes pods, and of who registers webhooks.
func (r accessReader) role(doc *document.Document, kind, namespace, name string) {
	switch kind {
	case "ClusterRole":
		r.into.Registers = r.into.Registers || registers(doc)
		r.leaseRole(doc, kubernetes.Ref{Kind: kind, Name: name})
		r.podRole(doc, kubernetes.Ref{Kind: kind, Name: name})
	case "Role":
		r.leaseRole(doc, kubernetes.Ref{Namespace: namespaceOf(namespace), Kind: kind, Name: name})
		r.podRole(doc, kubernetes.Ref{Namespace: namespaceOf(namespace), Kind: kind, Name: name})
	case "RoleBinding", "ClusterRoleBinding":
		r.roleBinding(doc, kind, namespace)
	}
}

// registers reports whether a ClusterRole lets somebody make configurations of
// webhooks, and of nothing else that there is: who may do everything says nothing.
func registers(doc *document.Document) bool {
	var o rbacv1.ClusterRole
	if doc.Decode(&o) != nil {
		return false // what it says is not ours to judge
	}
	return slices.ContainsFunc(o.Rules, func(rule rbacv1.PolicyRule) bool {
		return slices.ContainsFunc(rule.Verbs, func(v string) bool { return v == "create" || v == "*" }) &&
			slices.ContainsFunc(rule.Resources, func(of string) bool { return strings.HasSuffix(of, "webhookconfigurations") })
	})
}
