package compute

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
)

// What comes in from private networks alone weighs less than what everybody may send,
// and more than what only the cluster does.
func TestSeverityByWhoSends(t *testing.T) {
	balancer := func(annotations, spec string) string {
		s := fmt.Sprintf(service, "type: LoadBalancer, "+spec+"ports: [{port: 443}]")
		return strings.Replace(s, "name: svc,", "name: svc, annotations: {"+annotations+"},", 1)
	}
	ingress := func(annotations, spec string) string {
		return fmt.Sprintf(service, "ports: [{name: http, port: 80}]") + `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: in, namespace: shop, annotations: {` + annotations + `}}
spec: {` + spec + `}
`
	}
	rule := func(host string) string {
		return "rules: [{" + host + "http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: svc, port: {number: 80}}}}]}}]"
	}
	route := func(hostnames, gateway string) string {
		return fmt.Sprintf(service, "ports: [{name: http, port: 80}]") + `---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: r, namespace: shop}
spec: {` + hostnames + `parentRefs: [{name: ` + gateway + `}], rules: [{backendRefs: [{name: svc, port: 80}]}]}
`
	}
	hook := func(fields string) string {
		return `---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: hook}
webhooks:
- {name: a.b.c, rules: [{apiGroups: [""], resources: [pods]}], clientConfig: {service: {name: svc, namespace: shop}}, ` + fields + `}
`
	}
	hooked := func(fields string) string {
		return fmt.Sprintf(service, "ports: [{name: http, port: 80}]") + hook(fields)
	}
	for _, x := range []struct {
		why, input, severity, said string
	}{
		{"a load balancer", balancer("", ""), "high", "type LoadBalancer routes to it"},
		{"one of tailscale", balancer("", "loadBalancerClass: tailscale, "), "medium", "from private networks alone (class tailscale)"},
		{"an internal one", balancer(`service.beta.kubernetes.io/aws-load-balancer-scheme: internal`, ""), "medium",
			"aws-load-balancer-scheme=internal"},
		{"one with a private address", balancer("", "loadBalancerIP: 10.1.2.3, "), "medium", "address 10.1.2.3"},
		{"one with an address of a tailnet", balancer("", "loadBalancerIP: 100.101.2.3, "), "medium", "address 100.101.2.3"},
		{"ports of the nodes", strings.Replace(balancer("", ""), "LoadBalancer, ports: [{", "NodePort, ports: [{nodePort: 30443, ", 1),
			"high", "of type NodePort routes to it"},
		{"labelled objects alone", balancer("", "loadBalancerClass: tailscale, ") + hook("objectSelector: {matchLabels: {a: b}}"), "medium",
			"for those of its objectSelector alone"},
		{"objects by an expression", hooked("objectSelector: {matchExpressions: [{key: a, operator: Exists}]}"), "medium", ""},
		{"named namespaces alone",
			hooked("namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [a]}]}"),
			"medium", "for those of its namespaceSelector alone"},
		{"all but a namespace",
			hooked("namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [a]}]}"),
			"high", "the API server calls it"},
		{"all objects but some", hooked("objectSelector: {matchExpressions: [{key: a, operator: DoesNotExist}]}"), "high", ""},
		{"namespaces by a label", hooked("namespaceSelector: {matchLabels: {inject: enabled}}"), "high", ""},
		{"some, and all", hooked("objectSelector: {matchLabels: {a: b}}") + hook(""), "high", ""},
		{"one with a public address", balancer("", "loadBalancerIP: 198.51.100.3, "), "high", ""},
		{"an Ingress", ingress("", rule("")), "high", "Ingress in sends requests to it"},
		{"behind a login", ingress("nginx.ingress.kubernetes.io/auth-url: 'https://login.shop.com/oauth2/auth'", rule("")), "medium",
			"for those who log in alone (annotation nginx.ingress.kubernetes.io/auth-url)"},
		{"behind no login", ingress("nginx.ingress.kubernetes.io/auth-url: ''", rule("")), "high", ""},
		{"a class of Ingress", ingress("", "ingressClassName: nginx-internal, "+rule("")), "medium", "class nginx-internal"},
		{"a class by its annotation", ingress("kubernetes.io/ingress.class: traefik-private", rule("")), "medium", "class traefik-private"},
		{"a scheme", ingress("alb.ingress.kubernetes.io/scheme: internal", rule("")), "medium", "scheme=internal"},
		{"a host of a home", ingress("", rule("host: grafana.lan, ")), "medium", "host grafana.lan"},
		{"a default backend", ingress("", "defaultBackend: {service: {name: svc}}"), "high", ""},
		{"a gateway", route("", "internal"), "medium", "gateway internal"},
		{"a public gateway", route("", "external"), "high", ""},
		{"a hostname", route("hostnames: [wiki.home.arpa], ", "main"), "medium", "host wiki.home.arpa"},
		{"private, and public", strings.Replace(balancer("", "loadBalancerClass: tailscale, "), "name: svc", "name: tail", 1) +
			balancer("", ""), "high", ""},
		{"private, and called by the API server", balancer("", "loadBalancerClass: tailscale, ") + hook(""), "high",
			"the API server calls it"},
	} {
		told := 0
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, fmt.Sprintf(deployment, "web", "")+x.input)) {
			if f.Verdict != finding.Broken {
				continue
			}
			told++
			if said := allEvidence(&f); f.Severity != x.severity || !strings.Contains(said, x.said) {
				t.Errorf("%s: %s, want %s and %q: %s", x.why, f.Severity, x.severity, x.said, said)
			}
		}
		if told == 0 {
			t.Errorf("%s: nothing is broken", x.why)
		}
	}
}

// On machines of one's own a load balancer has an address of the network that these
// stand in, unless it asks for another; what an Ingress answers for stays public.
func TestSeverityOnTheNetworkOfTheNodes(t *testing.T) {
	balancer := fmt.Sprintf(service, "type: LoadBalancer, ports: [{port: 443}]")
	for _, x := range []struct{ why, as, input, severity string }{
		{"at home", "self-hosted", balancer, "medium"},
		{"at home, with an address for all", "self-hosted",
			strings.Replace(balancer, "LoadBalancer,", "LoadBalancer, loadBalancerIP: 198.51.100.3,", 1), "high"},
		{"in a cloud", "eks-standard", balancer, "high"},
		{"at home, by an Ingress", "self-hosted", fmt.Sprintf(service, "ports: [{port: 80}]") + `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: in, namespace: shop}
spec: {rules: [{host: wiki.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: svc, port: {number: 80}}}}]}}]}
`, "high"},
	} {
		for _, f := range look(t, knowledge(t), x.as, parse(t, fmt.Sprintf(deployment, "web", "")+x.input)) {
			if f.Verdict == finding.Broken && f.Severity != x.severity {
				t.Errorf("%s: %s is %s, want %s: %s", x.why, f.Obligation, f.Severity, x.severity, allEvidence(&f))
			}
		}
	}
}

// What nobody waits for weighs little, but where it is the way in for everybody.
func TestSeverityOfWhatNobodyWaitsFor(t *testing.T) {
	internal, public := fmt.Sprintf(service, "ports: [{port: 80}]"), fmt.Sprintf(service, "type: LoadBalancer, ports: [{port: 80}]")
	named := func(name, image string) string {
		return strings.Replace(fmt.Sprintf(deployment, name, ""), "image: i", "image: "+image, 1)
	}
	for _, x := range []struct{ why, input, severity string }{
		{"a collector by its image", named("telemetry", "otel/opentelemetry-collector-contrib") + internal, "low"},
		{"a proxy by its name", named("wavefront-proxy", "wavefronthq/proxy") + internal, "low"},
		{"a scraper behind the name of its release", named("board-metrics-scraper", "i") + internal, "low"},
		{"a console in private", named("kube-ops-view", "i") +
			strings.Replace(public, "type: LoadBalancer", "type: LoadBalancer, loadBalancerClass: tailscale", 1), "low"},
		{"a console for all", named("kube-ops-view", "i") + public, "low"},
		{"a Service for metrics by its name", named("web", "i") + strings.Replace(internal, "name: svc", "name: web-metrics-service", 1), "low"},
		{"a Service of metrics for others", named("web", "i") + strings.Replace(internal, "name: svc", "name: metrics-api", 1), "medium"},
		{"mail that nobody reads", named("web", "mailhog/mailhog") + internal, "low"},
		{"a database of staging", named("orders-db-staging", "i") + internal, "low"},
		{"one word of a name tells too little", named("homepage", "i") + internal, "medium"},
		{"beside another program", strings.Replace(named("web", "fluent-bit"), "containers: [", "containers: [{name: x, image: app}, ", 1) +
			internal, "medium"},
	} {
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, x.input)) {
			if f.Verdict == finding.Broken && f.Severity != x.severity {
				t.Errorf("%s: %s is %s, want %s: %s", x.why, f.Obligation, f.Severity, x.severity, allEvidence(&f))
			}
		}
	}
}

func allEvidence(f *finding.Finding) string {
	said := ""
	for _, e := range f.Evidence {
		said += e.Text + "\n"
	}
	return said
}
