package manifest

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/scheme"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// sends are the kinds, by GROUP/KIND, that say which Services requests from
// outside the cluster, or from its API server, go to.
var sends = map[string]bool{
	"networking.k8s.io/Ingress": true, "extensions/Ingress": true,
	"gateway.networking.k8s.io/HTTPRoute": true, "gateway.networking.k8s.io/GRPCRoute": true, "gateway.networking.k8s.io/TLSRoute": true,
	"gateway.networking.k8s.io/TCPRoute": true, "gateway.networking.k8s.io/UDPRoute": true,
	"route.openshift.io/Route":          true,
	"apiregistration.k8s.io/APIService": true, "apiextensions.k8s.io/CustomResourceDefinition": true,
}

// backendRef names a Service, in one of the ways in which these kinds do.
type backendRef struct {
	Kind        string `json:"kind"`
	Name        string `json:"name"`
	Namespace   string `json:"namespace"`
	ServiceName string `json:"serviceName"` // of an Ingress before networking.k8s.io/v1
	Service     *struct {
		Name string `json:"name"`
	} `json:"service"`
}

// webhook is how the API server reaches one.
type webhook struct {
	FailurePolicy string `json:"failurePolicy"`
	Rules         []struct {
		APIGroups  []string `json:"apiGroups"`
		Resources  []string `json:"resources"`
		Operations []string `json:"operations"`
	} `json:"rules"`
	NamespaceSelector *metav1.LabelSelector `json:"namespaceSelector"`
	ObjectSelector    *metav1.LabelSelector `json:"objectSelector"`
	MatchConditions   []any                 `json:"matchConditions"`
	ClientConfig      struct {
		Service *backendRef `json:"service"`
	} `json:"clientConfig"`
}

// operations are those that all of its rules ask about, as they are written, each once;
// none where a rule has others than the first one, or is about parts of objects, of which
// they mean something else: an eviction is a pods/eviction that is created.
func (w *webhook) operations() []string {
	var all []string
	for i := range w.Rules {
		its := slices.Compact(slices.Sorted(slices.Values(w.Rules[i].Operations)))
		parts := slices.ContainsFunc(w.Rules[i].Resources, func(r string) bool { return strings.Contains(r, "/") && r != "*/*" })
		if parts || i > 0 && !slices.Equal(its, all) {
			return nil
		}
		all = its
	}
	return all
}

// narrowed are the fields that say of which objects alone it is asked, of all that its
// rules name.
func (w *webhook) narrowed() []string {
	var by []string
	some := func(s *metav1.LabelSelector) bool { return s != nil && len(s.MatchLabels)+len(s.MatchExpressions) > 0 }
	if some(w.NamespaceSelector) {
		by = append(by, "namespaceSelector")
	}
	if some(w.ObjectSelector) {
		by = append(by, "objectSelector")
	}
	if len(w.MatchConditions) > 0 {
		by = append(by, "matchConditions")
	}
	return by
}

// chosen reports whether it is asked about few objects: those that bear a label for it, or those
// of namespaces that it names. Which namespaces bear a label is not known: it may be most of them.
func (w *webhook) chosen() bool {
	if s := w.ObjectSelector; s != nil && (len(s.MatchLabels) > 0 || slices.ContainsFunc(s.MatchExpressions, has)) {
		return true
	}
	named := func(r metav1.LabelSelectorRequirement) bool { // every namespace has one
		return r.Key == corev1.LabelMetadataName && r.Operator == metav1.LabelSelectorOpIn
	}
	s := w.NamespaceSelector
	return s != nil && (s.MatchLabels[corev1.LabelMetadataName] != "" || slices.ContainsFunc(s.MatchExpressions, named))
}

// everywhere are labels that all pods of what makes them have.
var everywhere = []string{appsv1.DefaultDeploymentUniqueLabelKey, appsv1.ControllerRevisionHashLabelKey}

// has reports whether a requirement is one for what has a label, and not for what has none.
func has(r metav1.LabelSelectorRequirement) bool {
	return r.Operator == metav1.LabelSelectorOpIn || r.Operator == metav1.LabelSelectorOpExists && !slices.Contains(everywhere, r.Key)
}

// custom reports whether it is asked about objects of custom kinds alone: of no
// group that Kubernetes itself has.
func (w *webhook) custom() bool {
	for i := range w.Rules {
		for _, g := range w.Rules[i].APIGroups {
			if g == "*" || scheme.Scheme.IsGroupRegistered(g) {
				return false
			}
		}
	}
	return len(w.Rules) > 0
}

// everyday reports whether it is asked about pods, what makes pods, or namespaces.
func (w *webhook) everyday() bool {
	for i := range w.Rules {
		r := &w.Rules[i]
		if slices.ContainsFunc([]string{"*", "apps", "batch"}, func(g string) bool { return slices.Contains(r.APIGroups, g) }) {
			return true
		}
		if slices.Contains(r.APIGroups, "") && (len(r.Resources) == 0 || slices.ContainsFunc(r.Resources, func(name string) bool {
			name, _, _ = strings.Cut(name, "/")
			return slices.Contains([]string{"*", "pods", "namespaces", "replicationcontrollers"}, name)
		})) {
			return true
		}
	}
	return false
}

// asked are the resources that it is asked about, each once.
func (w *webhook) asked() []string {
	var all []string
	for i := range w.Rules {
		for _, group := range w.Rules[i].APIGroups {
			for _, resource := range w.Rules[i].Resources {
				if group != "" && group != "*" {
					resource = group + "/" + resource
				}
				if !slices.Contains(all, resource) {
					all = append(all, resource)
				}
			}
		}
	}
	return all
}

// routing is what of these kinds names Services.
type routing struct {
	Metadata meta      `json:"metadata"`
	Webhooks []webhook `json:"webhooks"`
	Spec     struct {
		Class          string      `json:"ingressClassName"`
		Host           string      `json:"host"`
		Hostnames      []string    `json:"hostnames"`
		Backend        *backendRef `json:"backend"`
		DefaultBackend *backendRef `json:"defaultBackend"`
		Rules          []struct {
			Host string `json:"host"`
			HTTP *struct {
				Paths []struct {
					Backend backendRef `json:"backend"`
				} `json:"paths"`
			} `json:"http"`
			BackendRefs []backendRef `json:"backendRefs"`
		} `json:"rules"`
		To                *backendRef  `json:"to"`
		AlternateBackends []backendRef `json:"alternateBackends"`
		ParentRefs        []backendRef `json:"parentRefs"`
		Service           *backendRef  `json:"service"`
		Conversion        *struct {
			Webhook *webhook `json:"webhook"`
		} `json:"conversion"`
	} `json:"spec"`
}

// backends keeps which Services an object sends requests to. What cannot be read
// is left out: it is not ours to judge.
func (r accessReader) backends(doc *document.Document, group string, by kubernetes.Ref) {
	if sends[group+"/"+by.Kind] {
		r.called(doc, by)
	}
	r.routed(doc, group, by)
}

// called keeps the Services that an object names.
func (r *objectReader) called(doc *document.Document, by kubernetes.Ref) {
	var o routing
	if doc.Decode(&o) != nil {
		return
	}
	keep := func(t *backendRef, as kubernetes.Backend) {
		if t == nil {
			return
		}
		name := cmp.Or(t.Name, t.ServiceName)
		if t.Service != nil {
			name = t.Service.Name
		}
		if name == "" || t.Kind != "" && t.Kind != "Service" {
			return
		}
		as.Namespace, as.Service, as.By, as.Position = cmp.Or(t.Namespace, namespaceOf(by.Namespace)), name, by, r.at(doc)
		r.into.Backends = append(r.into.Backends, as)
	}
	for i := range o.Webhooks {
		w := &o.Webhooks[i]
		optional := w.FailurePolicy == "Ignore"
		keep(w.ClientConfig.Service, kubernetes.Backend{
			Webhook: true, Custom: w.custom(), Everyday: w.everyday(), Optional: optional,
			Asked: w.asked(), Operations: w.operations(), Narrowed: w.narrowed(), Chosen: w.chosen(),
		})
	}
	keep(o.Spec.Service, kubernetes.Backend{Webhook: true})
	if c := o.Spec.Conversion; c != nil && c.Webhook != nil {
		keep(c.Webhook.ClientConfig.Service, kubernetes.Backend{Webhook: true, Custom: true})
	}
	if t := o.asked(); t != nil {
		keep(t, kubernetes.Backend{Entry: o.entry()})
	}
	entry := o.entry()
	for _, t := range o.routed() {
		keep(&t, kubernetes.Backend{Entry: entry})
	}
}

// asked is the Service that an Ingress of nginx asks about each request: its name in
// the cluster, in a URL.
//
// Source: kubernetes.github.io/ingress-nginx, Annotations: External Authentication.
func (o *routing) asked() *backendRef {
	u, err := url.Parse(o.Metadata.Annotations["nginx.ingress.kubernetes.io/auth-url"])
	if err != nil {
		return nil
	}
	parts := strings.Split(u.Hostname(), ".")
	if len(parts) < 3 || parts[2] != "svc" {
		return nil
	}
	return &backendRef{Name: parts[0], Namespace: parts[1]}
}

// entry is by what the requests of an Ingress or a route come in.
func (o *routing) entry() kubernetes.Entry {
	e := kubernetes.Entry{
		Annotations: o.Metadata.Annotations, Class: cmp.Or(o.Spec.Class, o.Metadata.Annotations["kubernetes.io/ingress.class"]),
		Hosts: o.Spec.Hostnames,
	}
	for _, r := range o.Spec.ParentRefs {
		e.Gateways = append(e.Gateways, r.Name)
	}
	if o.Spec.Host != "" {
		e.Hosts = append(e.Hosts, o.Spec.Host)
	}
	for _, r := range o.Spec.Rules {
		if r.HTTP != nil { // of an Ingress: one without a host answers for all
			e.Hosts = append(e.Hosts, r.Host)
		}
	}
	return e
}

// routed are the Services that requests from outside the cluster go to.
func (o *routing) routed() []backendRef {
	if len(o.Spec.ParentRefs) > 0 && !slices.ContainsFunc(o.Spec.ParentRefs, func(r backendRef) bool { return r.Kind != "Service" }) {
		return nil // a route of a mesh, between Services
	}
	all := o.Spec.AlternateBackends
	for _, t := range []*backendRef{o.Spec.Backend, o.Spec.DefaultBackend, o.Spec.To} {
		if t != nil {
			all = append(all, *t)
		}
	}
	for _, rule := range o.Spec.Rules {
		all = append(all, rule.BackendRefs...)
		if rule.HTTP != nil {
			for _, p := range rule.HTTP.Paths {
				all = append(all, p.Backend)
			}
		}
	}
	return all
}
