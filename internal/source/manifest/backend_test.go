package manifest

import (
	"fmt"
	"strings"
	"testing"
)

// Which Services each kind names that sends requests to them, and as what.
func TestBackends(t *testing.T) {
	const plain = "shop/web"
	for name, c := range map[string]struct{ kind, spec, want string }{
		"an Ingress by default": {"networking.k8s.io/v1 Ingress", "defaultBackend: {service: {name: web}}", plain},
		"an Ingress by its rules": {"networking.k8s.io/v1 Ingress",
			"rules: [{host: a}, {http: {paths: [{backend: {service: {name: a}}}, {backend: {service: {name: b}}}]}}]", "shop/a shop/b"},
		"an Ingress of a bucket": {"networking.k8s.io/v1 Ingress", "defaultBackend: {resource: {kind: StorageBucket, name: web}}", ""},
		"a route of a Gateway": {"gateway.networking.k8s.io/v1 HTTPRoute", "parentRefs: [{name: gw}], " +
			"rules: [{backendRefs: [{name: web}, {name: far, namespace: other}, {kind: Bucket, name: b}]}]", "shop/web other/far"},
		"a route of a mesh": {"gateway.networking.k8s.io/v1 HTTPRoute",
			"parentRefs: [{kind: Service, name: web}], rules: [{backendRefs: [{name: web}]}]", ""},
		"a route of both": {"gateway.networking.k8s.io/v1 HTTPRoute", "parentRefs: [{kind: Service, name: web}, {name: gw}], " +
			"rules: [{backendRefs: [{name: web}]}]", plain},
		"a Route of OpenShift": {"route.openshift.io/v1 Route",
			"to: {kind: Service, name: web}, alternateBackends: [{kind: Service, name: b}]", "shop/b shop/web"},
		"a VirtualService": {"networking.istio.io/v1 VirtualService", "gateways: [mesh, gw], " +
			"http: [{route: [{destination: {host: web}}]}, {route: [{destination: {host: far.other.svc.cluster.local}}]}]", "shop/web other/far"},
		"a VirtualService of a mesh": {"networking.istio.io/v1 VirtualService",
			"gateways: [mesh], http: [{route: [{destination: {host: web}}]}]", ""},
		"a VirtualService of none": {"networking.istio.io/v1 VirtualService", "http: [{route: [{destination: {host: web}}]}]", ""},
		"an API of an own server": {"apiregistration.k8s.io/v1 APIService", "service: {name: web, namespace: kube-system}",
			"kube-system/web webhook"},
		"one of the server itself": {"apiregistration.k8s.io/v1 APIService", "group: apps", ""},
		"a kind with conversion": {"apiextensions.k8s.io/v1 CustomResourceDefinition",
			"conversion: {webhook: {clientConfig: {service: {name: web, namespace: ns}}}}", "ns/web webhook custom"},
		"a kind without":               {"apiextensions.k8s.io/v1 CustomResourceDefinition", "conversion: {strategy: None}", ""},
		"what does not fit its kind":   {"networking.k8s.io/v1 Ingress", "defaultBackend: web", ""},
		"a kind that sends no request": {"networking.k8s.io/v1 NetworkPolicy", "defaultBackend: {service: {name: web}}", ""},
	} {
		api, kind, _ := strings.Cut(c.kind, " ")
		e := mustRead(t, fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: a, namespace: shop}\nspec: {%s}\n", api, kind, c.spec))
		var got []string
		for _, b := range e.Backends {
			says := b.Namespace + "/" + b.Service
			if b.Webhook {
				says += " webhook"
			}
			if b.Custom {
				says += " custom"
			}
			if got = append(got, says); b.By.Kind != kind || b.By.Name != "a" || b.Position.Line != 1 {
				t.Errorf("%s: by %v at %v", name, b.By, b.Position)
			}
		}
		if all := strings.Join(got, " "); all != c.want {
			t.Errorf("%s: %q, want %q", name, all, c.want)
		}
	}
}

// By which of its fields a webhook is asked about some objects alone: a selector of nothing
// selects all.
func TestNarrowedWebhooks(t *testing.T) {
	for fields, want := range map[string]string{
		"": "", "namespaceSelector: {}, objectSelector: {}, matchConditions: []": "",
		"namespaceSelector: {matchLabels: {a: b}}":                                              "namespaceSelector",
		"namespaceSelector: {matchExpressions: [{key: a, operator: Exists}]}":                   "namespaceSelector",
		"objectSelector: {matchLabels: {a: b}}":                                                 "objectSelector",
		"matchConditions: [{name: a, expression: 'true'}], objectSelector: {}":                  "matchConditions",
		"namespaceSelector: {matchLabels: {a: b}}, objectSelector: {matchLabels: {a: b}}":       "namespaceSelector objectSelector",
		"matchConditions: [{name: a, expression: x}], namespaceSelector: {matchLabels: {a: b}}": "namespaceSelector matchConditions",
	} {
		e := mustRead(t, "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: a}\n"+
			"webhooks: [{name: a.b.c, clientConfig: {service: {name: web, namespace: ns}}, "+
			"rules: [{operations: [CREATE], apiGroups: [apps], resources: [deployments]}], "+fields+"}]\n")
		if len(e.Backends) != 1 || strings.Join(e.Backends[0].Narrowed, " ") != want {
			t.Errorf("%s: %+v, want %q", fields, e.Backends, want)
		}
	}
}

// An Ingress of nginx asks a Service about each request, which it names by a URL in
// the cluster.
func TestBackendsAsked(t *testing.T) {
	for url, want := range map[string]string{
		"http://proxy.auth.svc.cluster.local:4180/oauth2/auth": "auth/proxy",
		"http://proxy.auth.svc/auth":                           "auth/proxy",
		"https://login.example.com/auth":                       "",
		"https://$host/oauth2/auth":                            "",
		"http://proxy/auth":                                    "",
		"http://[proxy.auth.svc":                               "",
	} {
		e := mustRead(t, fmt.Sprintf("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a, namespace: shop, "+
			"annotations: {nginx.ingress.kubernetes.io/auth-url: %q}}\nspec: {}\n", url))
		got := ""
		for _, b := range e.Backends {
			got += b.Namespace + "/" + b.Service
		}
		if got != want {
			t.Errorf("%s: %q, want %q", url, got, want)
		}
	}
}
