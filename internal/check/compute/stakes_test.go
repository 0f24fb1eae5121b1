package compute

import (
	"fmt"
	"testing"

	"github.com/onus-project/onus/internal/finding"
)

const (
	deployment = `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: %s, namespace: shop}
spec: {replicas: 1, selector: {matchLabels: {a: w}}, template: {metadata: {labels: {a: w}}, spec: {containers: [{name: c, image: i%s}]}}}
`
	service = `---
apiVersion: v1
kind: Service
metadata: {name: svc, namespace: shop}
spec: {selector: {a: w}, %s}
`
)

// How much is lost with a workload follows from what needs it.
func TestSeverityIsByWhatIsLost(t *testing.T) {
	internal := fmt.Sprintf(service, "ports: [{name: http, port: 80}]")
	for _, x := range []struct {
		why, input, severity string
	}{
		{"nothing needs it", fmt.Sprintf(deployment, "web", ""), "low"},
		{"an internal Service", fmt.Sprintf(deployment, "web", "") + internal, "medium"},
		{"a public Service", fmt.Sprintf(deployment, "web", "") + fmt.Sprintf(service, "type: LoadBalancer, ports: [{port: 443}]"), "high"},
		{"a node port", fmt.Sprintf(deployment, "web", "") + fmt.Sprintf(service, "type: NodePort, ports: [{port: 443}]"), "high"},
		{"metrics alone", fmt.Sprintf(deployment, "web", "") + fmt.Sprintf(service, "ports: [{name: http-metrics, port: 9090}]"), "low"},
		{"an Ingress", fmt.Sprintf(deployment, "web", "") + internal + `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: in, namespace: shop}
spec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: svc, port: {number: 80}}}}]}}]}
`, "high"},
		{"an Ingress of another namespace", fmt.Sprintf(deployment, "web", "") + internal + `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: in, namespace: other}
spec: {defaultBackend: {service: {name: svc}}}
`, "medium"},
		{"a route of a gateway", fmt.Sprintf(deployment, "web", "") + internal + `---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: r, namespace: gateways}
spec: {rules: [{backendRefs: [{name: svc, namespace: shop, port: 80}]}]}
`, "high"},
		{"a Route of OpenShift", fmt.Sprintf(deployment, "web", "") + internal + `---
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: r, namespace: shop}
spec: {to: {kind: Service, name: svc}}
`, "high"},
		{"a VirtualService of a gateway", fmt.Sprintf(deployment, "web", "") + internal + `---
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: r, namespace: istio}
spec: {gateways: [g], http: [{route: [{destination: {host: svc.shop.svc.cluster.local}}]}]}
`, "high"},
		{"a webhook", fmt.Sprintf(deployment, "web", `, args: ["--leader-elect"]`) + internal + `---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: hook}
webhooks: [{name: a.b.c, clientConfig: {service: {name: svc, namespace: shop}}}]
`, "high"},
		{"a webhook that converts", fmt.Sprintf(deployment, "web", "") + internal + `---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: x.y}
spec: {conversion: {strategy: Webhook, webhook: {clientConfig: {service: {name: svc, namespace: shop}}}}}
`, "high"},
		{"an aggregated API", fmt.Sprintf(deployment, "web", "") + internal + `---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.x.y}
spec: {service: {name: svc, namespace: shop}}
`, "high"},
		{"it elects a leader", fmt.Sprintf(deployment, "web", `, args: ["--leader-elect=true"]`) + internal, "low"},
		{"it elects none", fmt.Sprintf(deployment, "web", `, args: ["--leader-elect=false"]`) + internal, "medium"},
		{"it sleeps", fmt.Sprintf(deployment, "web", `, command: [sh, -c, "sleep infinity"]`) + internal, "low"},
		{"it is a test", fmt.Sprintf(deployment, "web-test", "") + internal, "low"},
		{"its name has test in a word", fmt.Sprintf(deployment, "attestor", "") + internal, "medium"},
		{"a budget holds up its node", fmt.Sprintf(deployment, "web", "") + internal + `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec: {maxUnavailable: 0, selector: {matchLabels: {a: w}}}
`, "high"},
	} {
		seen := 0
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, x.input)) {
			if f.Verdict == finding.Broken && f.Subject.Kind == "Deployment" {
				seen++
				if f.Severity != x.severity {
					t.Errorf("%s: %s is %s, want %s: %+v", x.why, f.Obligation, f.Severity, x.severity, f.Evidence)
				}
			}
		}
		if seen == 0 {
			t.Errorf("%s: nothing is broken", x.why)
		}
	}
}

// Members of a quorum weigh more than other pods of a Service.
func TestSeverityOfAQuorum(t *testing.T) {
	for replicas, severity := range map[int]string{2: "medium", 3: "high"} {
		input := fmt.Sprintf(`{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}, spec: {replicas: %d, serviceName: db, selector: {matchLabels: {a: d}},
template: {metadata: {labels: {a: d}}, spec: {containers: [{name: c, image: i}]}}}}`, replicas)
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, input)) {
			if f.Verdict == finding.Broken && f.Severity != severity {
				t.Errorf("%d members: %s is %s", replicas, f.Obligation, f.Severity)
			}
		}
	}
}

// Headroom is there to be pushed out: nothing about it is broken. A pod that is
// important is none, whatever image it runs.
func TestHeadroom(t *testing.T) {
	for class, want := range map[string]bool{"value: -10": false, "value: 1000": true} {
		input := `---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: p}
` + class + `
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: w}
spec: {replicas: 2, selector: {matchLabels: {a: w}}, template: {metadata: {labels: {a: w}}, spec: {priorityClassName: p, containers: [{name: c, image: "registry.k8s.io/pause:3.9"}]}}}
`
		if got := len(broken(look(t, knowledge(t), "karpenter", parse(t, input)))) > 0; got != want {
			t.Errorf("%s: broken: %v, want %v", class, got, want)
		}
	}
}

// A second replica is offered only where one can be meant.
func TestSecondReplicaThatCanBeMeant(t *testing.T) {
	claim := `---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: d, namespace: shop}
spec: {accessModes: [%s], resources: {requests: {storage: 1Gi}}}
`
	workload := `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: w, namespace: shop}
spec: {replicas: 1, %sselector: {matchLabels: {a: w}}, template: {metadata: {labels: {a: w}}, spec: {%scontainers: [{name: c, image: i%s}]}}}
` + fmt.Sprintf(service, "ports: [{name: %s, port: 80}]")
	mounts := "volumes: [{name: d, persistentVolumeClaim: {claimName: d}}], "
	for _, x := range []struct {
		why, input string
		offered    bool
	}{
		{"a plain one", fmt.Sprintf(workload, "", "", "", "http"), true},
		{"Recreate", fmt.Sprintf(workload, "strategy: {type: Recreate}, ", "", "", "http"), false},
		{"a volume for one node", fmt.Sprintf(workload, "", mounts, "", "http") + fmt.Sprintf(claim, "ReadWriteOnce"), false},
		{"a volume for many", fmt.Sprintf(workload, "", mounts, "", "http") + fmt.Sprintf(claim, "ReadWriteMany"), true},
		{"a volume that was not read", fmt.Sprintf(workload, "", mounts, "", "http"), false},
		{"a leader", fmt.Sprintf(workload, "", "", `, args: ["--leader-elect"]`, "http"), true},
		{"read for its metrics", fmt.Sprintf(workload, "", "", "", "metrics"), false},
	} {
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, x.input)) {
			if f.Obligation == SingleReplica.ID && (len(f.Fix.Changes) > 0) != x.offered {
				t.Errorf("%s: offered: %v: %s", x.why, !x.offered, f.Fix.Summary)
			}
		}
	}
}

// A budget in a version that no API server takes protects nothing.
func TestUnservedBudget(t *testing.T) {
	input := `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: w}
spec: {replicas: 3, selector: {matchLabels: {a: w}}, template: {metadata: {labels: {a: w}}, spec: {containers: [{name: c, image: i}]}}}
---
apiVersion: policy/%s
kind: PodDisruptionBudget
metadata: {name: w}
spec: {maxUnavailable: 1, selector: {matchLabels: {a: w}}}
`
	for version, want := range map[string]int{"v1": 0, "v1beta1": 1} {
		all := broken(look(t, knowledge(t), "karpenter", parse(t, fmt.Sprintf(input, version))))
		if len(all) != want {
			t.Errorf("%s: %v", version, all)
		}
		for key, f := range all {
			if key.obligation != PDBMissing.ID || len(f.Fix.Changes) != 1 {
				t.Errorf("%s: %v: %+v", version, key, f.Fix)
			}
		}
	}
}
