package compute

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
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
	monitored = `---
apiVersion: v1
kind: Service
metadata: {name: svc, namespace: shop, labels: {b: s}}
spec: {%sselector: {a: w}, ports: [{name: https-main, port: 8443}]}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: svc, namespace: shop}
spec: {selector: {matchLabels: {b: s}}, endpoints: [{port: https-main}]}
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
		{"a node port", fmt.Sprintf(deployment, "web", "") +
			fmt.Sprintf(service, "type: NodePort, ports: [{port: 443, nodePort: 30443}]"), "high"},
		{"a node port that nobody chose", fmt.Sprintf(deployment, "web", "") +
			fmt.Sprintf(service, "type: NodePort, ports: [{port: 443}]"), "medium"},
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
webhooks: [{name: a.b.c, rules: [{apiGroups: [""], resources: [pods]}], clientConfig: {service: {name: svc, namespace: shop}}}]
`, "high"},
		{"a webhook that converts", fmt.Sprintf(deployment, "web", "") + internal + `---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: x.y}
spec: {conversion: {strategy: Webhook, webhook: {clientConfig: {service: {name: svc, namespace: shop}}}}}
`, "medium"},
		{"a webhook for objects of its own kinds", fmt.Sprintf(deployment, "web", "") + internal + `---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: hook}
webhooks: [{name: a.b.c, rules: [{apiGroups: [chaos-mesh.org]}], clientConfig: {service: {name: svc, namespace: shop}}}]
`, "medium"},
		{"a webhook for pods, too", fmt.Sprintf(deployment, "web", "") + internal + `---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: hook}
webhooks: [{name: a.b.c, rules: [{apiGroups: [example.org]}, {apiGroups: [""]}], clientConfig: {service: {name: svc, namespace: shop}}}]
`, "high"},
		{"a webhook for all there is", fmt.Sprintf(deployment, "web", "") + internal + `---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: hook}
webhooks: [{name: a.b.c, rules: [{apiGroups: ["*"]}], clientConfig: {service: {name: svc, namespace: shop}}}]
`, "high"},
		{"a webhook that may be away", fmt.Sprintf(deployment, "web", "") + internal + `---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: hook}
webhooks: [{name: a.b.c, failurePolicy: Ignore, clientConfig: {service: {name: svc, namespace: shop}}}]
`, "low"},
		{"a route between Services", fmt.Sprintf(deployment, "web", "") + internal + `---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: r, namespace: shop}
spec: {parentRefs: [{kind: Service, name: svc}], rules: [{backendRefs: [{name: svc, port: 80}]}]}
`, "medium"},
		{"a VirtualService of the mesh", fmt.Sprintf(deployment, "web", "") + internal + `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: r, namespace: shop}
spec: {gateways: [mesh], http: [{route: [{destination: {host: svc}}]}]}
`, "medium"},
		{"metrics by the port of its pods", fmt.Sprintf(deployment, "web", ", ports: [{name: http-metrics, containerPort: 9402}]") +
			fmt.Sprintf(service, "ports: [{name: tcp, port: 80, targetPort: 9402}]"), "low"},
		{"metrics by the target of a port", fmt.Sprintf(deployment, "web", "") +
			fmt.Sprintf(service, "ports: [{port: 80, targetPort: metrics}]"), "low"},
		{"metrics and requests", fmt.Sprintf(deployment, "web", "") +
			fmt.Sprintf(service, "ports: [{name: metrics, port: 9090}, {name: http, port: 80}]"), "medium"},
		{"no address, and scraped", fmt.Sprintf(deployment, "web", "") + fmt.Sprintf(monitored, "clusterIP: None, "), "low"},
		{"an address, and scraped", fmt.Sprintf(deployment, "web", "") + fmt.Sprintf(monitored, ""), "medium"},
		{"the pause image", strings.Replace(fmt.Sprintf(deployment, "web", ", ports: [{containerPort: 80}]"), "image: i",
			`image: "registry.k8s.io/pause:3.9"`, 1), "low"},
		{"a port for health checks", fmt.Sprintf(deployment, "web", ", ports: [{name: healthz, containerPort: 80}]"), "low"},
		{"a port, and Services of others alone", fmt.Sprintf(deployment, "web", ", ports: [{containerPort: 80}]") + `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: other, namespace: shop}
spec: {replicas: 2, selector: {matchLabels: {b: o}}, template: {metadata: {labels: {b: o}}, spec: {containers: [{name: c, image: i}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: other, namespace: shop}
spec: {selector: {b: o}, ports: [{port: 80}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: other, namespace: shop}
spec: {maxUnavailable: 1, selector: {matchLabels: {b: o}}}
`, "low"},
		{"a probe over the network, and no port", fmt.Sprintf(deployment, "web", ", readinessProbe: {tcpSocket: {port: 80}}"), "low"},
		{"a port", fmt.Sprintf(deployment, "web", ", ports: [{containerPort: 80}]"), "medium"},
		{"a shell that waits", fmt.Sprintf(deployment, "web", `, command: [/bin/bash, -c, "trap exit TERM; sleep 9999 & wait"]`) +
			internal, "low"},
		{"a shell that works", fmt.Sprintf(deployment, "web", `, command: [/bin/bash, -c, "while true; do ./serve; sleep 1; done"]`) +
			internal, "medium"},
		{"an aggregated API", fmt.Sprintf(deployment, "web", "") + internal + `---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.x.y}
spec: {service: {name: svc, namespace: shop}}
`, "high"},
		{"that of metrics, by its program", strings.Replace(fmt.Sprintf(deployment, "web", ""), "image: i", "image: metrics-server", 1) +
			internal + "---\napiVersion: apiregistration.k8s.io/v1\nkind: APIService\nmetadata: {name: v1beta1.metrics.k8s.io}\n" +
			"spec: {service: {name: svc, namespace: shop}}\n", "low"},
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

// What is in a folder of tests, of development or of samples is needed by nobody,
// nor is what a unit makes that is there for them.
func TestSeverityByFolder(t *testing.T) {
	for _, x := range []struct {
		file     string
		unneeded bool
		severity string
	}{
		{"repo/deploy/web.yaml", false, "medium"},
		{"repo/_archived/web.yaml", false, "low"},
		{"repo/prow/web.yaml", false, "low"},
		{"repo/base/web.yaml", true, "low"},
		{"repo/op/1.0.0/web.yaml", false, "low"},
		{"repo/op/1.1.0/web.yaml", false, "medium"},
		{"elsewhere/test/web.yaml", false, "medium"},
		{"repo/web-for-tests-only.yaml", false, "low"},
	} {
		e := parse(t, fmt.Sprintf(deployment, "web", "")+fmt.Sprintf(service, "ports: [{port: 80}]"))
		for i := range e.Workloads {
			e.Workloads[i].Position.File = x.file
		}
		unit := &estate.Estate{}
		if x.unneeded {
			unit.Unneeded = "is there for tests"
		}
		unit.Folders.Add("repo", []string{x.file})
		unit.Folders.Retire("repo/op", []string{"1.0.0", "1.1.0"})
		s := stakes{
			estate: e, serving: &serving{estate: e, services: [][]int{{0}}, behind: [][]int{{0}}, scrapes: scrapes{estate: e}},
			electors: &electors{estate: e},
			programs: &programs{estate: e, catalog: knowledge(t), all: make([]*responsibility.Program, 1), roles: make([]role, 1)}, unit: unit,
			catalog: knowledge(t),
		}
		if got := s.of(0).severity; got != x.severity {
			t.Errorf("%s: %s, want %s", x.file, got, x.severity)
		}
		unit.Beside = map[kubernetes.Ref]string{e.Workloads[0].Ref: "ha beside it runs it with 3"}
		if got := s.of(0).severity; got != "low" {
			t.Errorf("%s: %s, though another unit counts", x.file, got)
		}
		unit.Beside = nil
		e.Workloads[0].Position.File = "repo/web.yaml"
		for image, want := range map[string]string{"whoami": "low", "hello-app": "low", "app": "medium", "team-httpbin": "low"} {
			if e.Workloads[0].Template.Containers[0].Image = image; !x.unneeded && s.of(0).severity != want {
				t.Errorf("image %s: %s, want %s", image, s.of(0).severity, want)
			}
		}
		e.Workloads[0].Template.Containers[0].Image = "app"
		if e.Workloads[0].Template.Placeholder = "<image>"; s.of(0).severity != "low" {
			t.Errorf("%s: not low where an image is to fill in", x.file)
		}
		e.Workloads[0].Template.Placeholder = ""
		unit.Folders.Disclaim("repo/README.md", "This is not for production")
		if got := s.of(0); !x.unneeded && (got.severity != "low" || got.Text != `its README says "This is not for production" (repo/README.md)`) {
			t.Errorf("%s: %s %s, though its README says that it is not for production", x.file, got.severity, got.Text)
		}
		if e.Workloads[0].Template.Unpulled = true; s.of(0).severity != "low" {
			t.Errorf("%s: not low where no image is pulled", x.file)
		}
	}
}

// Others behind every Service of a single pod serve while it is away; those behind
// one of them only, or behind a port that they do not have, do not.
func TestCompany(t *testing.T) {
	pod := func(name, labels, ports string) string {
		return fmt.Sprintf("---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: %s}, spec: {replicas: 1, "+
			"selector: {matchLabels: {v: %[1]s}}, "+
			"template: {metadata: {labels: {v: %[1]s%s}}, spec: {containers: [{name: c, image: i%s}]}}}}\n", name, labels, ports)
	}
	route := func(name, selector, port string) string {
		return fmt.Sprintf("---\n{apiVersion: v1, kind: Service, metadata: {name: %s}, spec: {selector: {%s}, ports: [%s]}}\n", name,
			selector, port)
	}
	for _, x := range []struct {
		why, input, severity string
	}{
		{"alone", pod("a", ", app: s", "") + route("s", "app: s", "{port: 80}"), "medium"},
		{"two versions", pod("a", ", app: s", "") + pod("b", ", app: s", "") + route("s", "app: s", "{port: 80}"), "low"},
		{"of which one has the port", pod("a", ", app: s", ", ports: [{containerPort: 80}]") + pod("b", ", app: s", "") +
			route("s", "app: s", "{port: 80}"), "medium"},
		{"without the port of the other one", pod("a", ", app: s", "") + pod("b", ", app: s", ", ports: [{containerPort: 80}]") +
			route("s", "app: s", "{port: 80}"), "low"},
		{"a Service of its own", pod("a", ", app: s", "") + pod("b", ", app: s", "") + route("s", "app: s", "{port: 80}") +
			route("own", "v: a", "{port: 80}"), "medium"},
		{"its own for metrics", pod("a", ", app: s", "") + pod("b", ", app: s", "") + route("s", "app: s", "{port: 80}") +
			route("own", "v: a", "{name: metrics, port: 81}"), "low"},
		{"a port that the other lacks", pod("a", ", app: s", ", ports: [{name: web, containerPort: 80}]") +
			pod("b", ", app: s", ", ports: [{name: x, containerPort: 80}]") +
			route("s", "app: s", "{port: 80, targetPort: web}"), "medium"},
	} {
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, x.input)) {
			if f.Subject.Name == "a" && f.Obligation == SingleReplica.ID && f.Severity != x.severity {
				t.Errorf("%s: %s, want %s: %s", x.why, f.Severity, x.severity, f.Consequence)
			}
		}
	}
}

// One of several that are alike but for a number is missed as long as the others are there;
// a version is no such number.
func TestNumberedAlike(t *testing.T) {
	pod := func(name, image string) string {
		return fmt.Sprintf("---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: %s}, spec: {replicas: 1, "+
			"selector: {matchLabels: {v: %[1]s}}, template: {metadata: {labels: {v: %[1]s}}, spec: {containers: [{name: c, image: %s}]}}}}\n"+
			"---\n{apiVersion: v1, kind: Service, metadata: {name: %[1]s}, spec: {type: LoadBalancer, selector: {v: %[1]s}, ports: [{port: 80}]}}\n",
			name, image)
	}
	for _, x := range []struct{ why, name, others, severity string }{
		{"alone", "node-1", "", "high"},
		{"one of two", "node-1", pod("node-2", "i"), "low"},
		{"another image", "node-1", pod("node-2", "o"), "high"},
		{"another name", "node-1", pod("web-2", "i"), "high"},
		{"a version", "web-v1", pod("web-v2", "i"), "high"},
	} {
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, pod(x.name, "i")+x.others)) {
			if f.Subject.Name == x.name && f.Obligation == SingleReplica.ID && f.Severity != x.severity {
				t.Errorf("%s: %s, want %s: %+v", x.why, f.Severity, x.severity, f.Evidence)
			}
		}
	}
}

// Members of a quorum weigh more than other pods of a Service.
func TestSeverityOfAQuorum(t *testing.T) {
	for replicas, severity := range map[int]string{2: "medium", 3: "high"} {
		input := fmt.Sprintf(`{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}, spec: {replicas: %d, serviceName: db,
  selector: {matchLabels: {a: d}},
template: {metadata: {labels: {a: d}}, spec: {containers: [{name: c, image: etcd}]}}}}`, replicas)
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
spec: {replicas: 2, selector: {matchLabels: {a: w}}, template: {metadata: {labels: {a: w}}, spec: {priorityClassName: p,
  containers: [{name: c, image: "registry.k8s.io/pause:3.9"}]}}}
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
spec: {replicas: 1, %sselector: {matchLabels: {a: w}}, template: {metadata: {labels: {a: w}},
  spec: {%scontainers: [{name: c, image: i%s}]}}}
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

// Of several that need a workload the evidence is what most wait for.
func TestEvidenceIsTheStrongest(t *testing.T) {
	public := strings.ReplaceAll(fmt.Sprintf(service, "type: LoadBalancer, ports: [{port: 443}]"), "name: svc", "name: public")
	gossip := strings.ReplaceAll(fmt.Sprintf(service, "clusterIP: None, ports: [{name: gossip, port: 7946}]"), "name: svc", "name: a-ring")
	hook := `---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: hook}
webhooks: [{name: a.b.c, %sclientConfig: {service: {name: svc, namespace: shop}}}]
`
	internal := fmt.Sprintf(service, "ports: [{name: http, port: 80}]")
	for want, docs := range map[string]string{
		"Service svc routes to it":                                   gossip + internal,
		"Service public of type LoadBalancer routes to it":           internal + fmt.Sprintf(hook, "") + public,
		"ValidatingWebhookConfiguration hook (failurePolicy Fail)":   gossip + internal + fmt.Sprintf(hook, ""),
		"ValidatingWebhookConfiguration hook (failurePolicy Ignore)": internal + fmt.Sprintf(hook, "failurePolicy: Ignore, "),
		"members of its cluster reach it, through Service a-ring":    gossip,
		"only metrics are read from it, through Service svc":         fmt.Sprintf(service, "ports: [{name: metrics, port: 80}]"),
	} {
		said := ""
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, fmt.Sprintf(deployment, "web", "")+docs)) {
			for _, e := range f.Evidence {
				said += e.Text + "\n"
			}
		}
		if !strings.Contains(said, want) {
			t.Errorf("%q is not among\n%s", want, said)
		}
	}
}

// A StatefulSet has a quorum where its program is known to have one.
func TestQuorumIsKnown(t *testing.T) {
	const members = `---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web, namespace: shop}
spec: {replicas: 3, serviceName: svc, selector: {matchLabels: {a: w}}, template: {metadata: {labels: {a: w}},
  spec: {containers: [{name: c, image: %s}]}}}
`
	for image, want := range map[string]string{
		"etcd":                  "high",
		"bitnami/zookeeper":     "high",
		"cockroachdb/cockroach": "high",
		"app":                   "medium",
		"redis":                 "medium",
	} {
		var severities []string
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, fmt.Sprintf(members, image)+fmt.Sprintf(service, "ports: [{port: 80}]"))) {
			if f.Obligation == PDBMissing.ID {
				severities = append(severities, f.Severity)
			}
		}
		if !slices.Equal(severities, []string{want}) {
			t.Errorf("%s: %v, want %s", image, severities, want)
		}
	}
}

// A pod is there to be tried by its images where all that it runs is, but for what stands
// in front of that or serves it.
func TestSamplesByTheirImages(t *testing.T) {
	for images, want := range map[string]bool{
		"whoami": true, "whoami nginx": true, "whoami envoy": true, "git-sync whoami": true, "whoami web": false, "nginx": false, "web": false,
		"whoami postgres": false,
	} {
		w := kubernetes.Workload{}
		for image := range strings.FieldsSeq(images) {
			w.Template.Containers = append(w.Template.Containers, kubernetes.Container{Image: image})
		}
		if got := (&stakes{catalog: knowledge(t)}).samples(&w); got != want {
			t.Errorf("%s: %v", images, got)
		}
	}
}

// Nobody waits for what a folder of samples holds, whatever is told of it: a budget
// that never allows an eviction there holds up no drain that matters.
func TestSamplesAreLow(t *testing.T) {
	const never = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web, namespace: shop}\nspec: {maxUnavailable: 0, " +
		"selector: {matchLabels: {a: w}}}\n---\n"
	for file, want := range map[string]string{
		"r/deploy/web.yaml":         "high",
		"r/docs/openshift/web.yaml": "low",
		"r/examples/web.yaml":       "low",
		"r/test/web.yaml":           "low",
	} {
		e := parse(t, never+fmt.Sprintf(deployment, "web", "")+fmt.Sprintf(service, "ports: [{port: 80}]"))
		for i := range e.Workloads {
			e.Workloads[i].Position.File = file
		}
		for i := range e.Budgets {
			e.Budgets[i].Position.File = file
		}
		unit := &estate.Estate{Kubernetes: e}
		unit.Folders.Add("r", []string{file})
		found := 0
		c := knowledge(t)
		result, err := check.Run(t.Context(), every, c, unit, locate.Locate(c, e, c.Offering("eks-auto-mode"), nil))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range result.Findings {
			if f.Verdict == finding.Broken && f.Obligation == PDBNeverAllows.ID {
				found++
				if f.Severity != want {
					t.Errorf("%s of %s: %s, want %s", f.Obligation, file, f.Severity, want)
				}
			}
		}
		if found == 0 {
			t.Errorf("nothing is told of %s", file)
		}
	}
}
