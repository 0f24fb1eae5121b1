package manifest

import (
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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
		"a VirtualService of a database": {"networking.istio.io/v1 VirtualService", "gateways: [gw], " +
			"tcp: [{route: [{destination: {host: web}}]}], tls: [{route: [{destination: {host: b.other}}]}]", "shop/web other/b"},
		"an IngressRoute": {"traefik.io/v1alpha1 IngressRoute", "routes: [{match: Host(`a.example.org`), services: [{name: web}]}, " +
			"{services: [{name: far, namespace: other}, {name: split, kind: TraefikService}, {name: web}]}]", "shop/web other/far"},
		"an IngressRouteTCP of before": {"traefik.containo.us/v1alpha1 IngressRouteTCP",
			"entryPoints: [mq], routes: [{match: HostSNI(`*`), services: [{name: web, port: 1514}]}]", plain},
		"a TraefikService": {"traefik.io/v1alpha1 TraefikService", "mirroring: {name: web, mirrors: [{name: b}]}", "shop/web shop/b"},
		"a Middleware":     {"traefik.io/v1alpha1 Middleware", "routes: [{services: [{name: web}]}]", ""},
		"an HTTPProxy": {"projectcontour.io/v1 HTTPProxy", "virtualhost: {fqdn: a.example.org}, routes: [{services: [{name: web}]}], " +
			"tcpproxy: {services: [{name: b, port: 1}]}", "shop/web shop/b"},
		"an ApisixRoute": {"apisix.apache.org/v2 ApisixRoute", "http: [{name: r, match: {hosts: [a.org]}, backends: [{serviceName: web}]}], " +
			"stream: [{name: s, backend: {serviceName: b}}]", "shop/web shop/b"},
		"a Mapping":              {"getambassador.io/v3alpha1 Mapping", "hostname: '*', service: 'http://web.shop:8080'", plain},
		"a Mapping of elsewhere": {"getambassador.io/v3alpha1 Mapping", "service: https://www.example.org", ""},
		"a TargetGroupBinding":   {"elbv2.k8s.aws/v1beta1 TargetGroupBinding", "serviceRef: {name: web, port: 80}", plain},
		"one of EKS Auto Mode":   {"eks.amazonaws.com/v1 TargetGroupBinding", "serviceRef: {name: web, port: 80}", plain},
		"an APIRule": {"gateway.kyma-project.io/v2 APIRule", "hosts: [a], service: {name: web, port: 80}, gateway: kyma-system/kyma-gateway, " +
			"rules: [{path: /x, service: {name: b, namespace: other, port: 80}}]", "shop/web other/b"},
		"an APIRule of before": {"gateway.kyma-project.io/v1beta1 APIRule", "host: a.org, service: {name: web, port: 80}, " +
			"rules: [{path: /.*}]", plain},
		"an APIRule of its rules": {"gateway.kyma-project.io/v2 APIRule", "hosts: [a], " +
			"rules: [{path: /*, service: {name: web, port: 80}}]", plain},
		"a RouteGroup": {"zalando.org/v1 RouteGroup", "hosts: [a.org], backends: [{name: a, type: service, serviceName: web}, " +
			"{name: no, type: shunt}]", plain},
		"a VirtualServer of nginx": {"k8s.nginx.org/v1 VirtualServer", "host: a.org, upstreams: [{name: a, service: web, port: 80}]", plain},
		"another kind with the rules of an Ingress": {"voyager.example.com/v1 Ingress",
			"rules: [{host: a, http: {paths: [{backend: {service: {name: web}}}]}}]", plain},
		"one that is made of a template": {"net.example.com/v1 MultiIngress",
			"template: {spec: {rules: [{http: {paths: [{backend: {serviceName: web}}]}}]}}", plain},
		"another kind with other rules": {"net.example.com/v1 Guard", "rules: [{backend: {service: {name: web}}}]", ""},
		"a route that is no route":      {"traefik.io/v1alpha1 IngressRoute", "routes: web", ""},
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

// What an Ingress is made of stands beside its spec in a GafaelfawrIngress, and so do its annotations.
func TestBackendsOfATemplate(t *testing.T) {
	e := mustRead(t, "apiVersion: gafaelfawr.lsst.io/v1alpha1\nkind: GafaelfawrIngress\nmetadata: {name: a, namespace: shop}\n"+
		"config: {service: other}\ntemplate: {metadata: {name: a, annotations: {x: z}}, spec: {rules: [{host: a.org, "+
		"http: {paths: [{backend: {service: {name: web, port: {number: 80}}}}]}}]}}\n")
	if len(e.Backends) != 1 || e.Backends[0].Service != "web" || e.Backends[0].Entry.Annotations["x"] != "z" ||
		strings.Join(e.Backends[0].Entry.Hosts, " ") != "a.org" {
		t.Errorf("%+v", e.Backends)
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

// Labels that all namespaces have, and all pods of a Deployment, choose none of them.
func TestLabelsThatAllHave(t *testing.T) {
	of := func(key string, operator metav1.LabelSelectorOperator) *metav1.LabelSelector {
		return &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: key, Operator: operator, Values: []string{"a"}}}}
	}
	const name, hash = "kubernetes.io/metadata.name", "pod-template-hash"
	for _, x := range []struct {
		why  string
		hook webhook
		want bool
	}{
		{"a namespace that is named", webhook{NamespaceSelector: of(name, "In")}, true},
		{"any namespace", webhook{NamespaceSelector: of(name, "Exists")}, false},
		{"all but one", webhook{NamespaceSelector: of(name, "NotIn")}, false},
		{"objects with a label", webhook{ObjectSelector: of("inject", "Exists")}, true},
		{"all pods of Deployments", webhook{ObjectSelector: of(hash, "Exists")}, false},
	} {
		if got := x.hook.chosen(); got != x.want {
			t.Errorf("%s: %v", x.why, got)
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

// By what requests of a route come in: the hosts of its rules, and what it listens on by name. A
// binding that the load balancer controller made of an Ingress says nothing of its own.
func TestEntriesOfRoutes(t *testing.T) {
	for name, c := range map[string]struct{ doc, want string }{
		"a rule of hosts": {"apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: a}\nspec: {entryPoints: [internal], " +
			"routes: [{match: \"Host(`a.lan`, `b.lan`) && PathPrefix(`/x`)\", services: [{name: web}]}]}", "[internal] [a.lan b.lan]"},
		"a rule of none": {"apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: a}\n" +
			"spec: {routes: [{match: PathPrefix(`/x`), services: [{name: web}]}]}", "[] []"},
		"all names": {"apiVersion: traefik.io/v1alpha1\nkind: IngressRouteTCP\nmetadata: {name: a}\n" +
			"spec: {routes: [{match: HostSNI(`*`), services: [{name: web}]}]}", "[] []"},
		"a VirtualService": {"apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a}\n" +
			"spec: {hosts: [a.example.org], gateways: [gw], http: [{route: [{destination: {host: web}}]}]}", "[gw] [a.example.org]"},
		"a binding made of an Ingress": {"apiVersion: elbv2.k8s.aws/v1beta1\nkind: TargetGroupBinding\n" +
			"metadata: {name: a, labels: {ingress.k8s.aws/stack: web}}\nspec: {serviceRef: {name: web}}", ""},
		"a tunnel": {"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  config.yaml: |\n    tunnel: home\n    ingress:\n" +
			"    - hostname: a.example.org\n      service: http://web.shop:8080\n    - service: http_status:404", "[] [a.example.org]"},
		"an ingress of no tunnel": {"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  config.yaml: |\n    ingress:\n" +
			"    - service: http://web.shop:8080", ""},
	} {
		got := ""
		for _, b := range mustRead(t, c.doc+"\n").Backends {
			got = fmt.Sprint(b.Entry.Gateways, " ", b.Entry.Hosts)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
