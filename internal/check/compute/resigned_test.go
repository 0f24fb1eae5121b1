package compute

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/source"
)

// Where nothing but the absence of an only pod can be accepted, and neither people nor
// the API server wait for it, little is to be done; where data or others hang on it, the
// finding weighs what it did.
func TestSeverityOfWhatCanOnlyBeAccepted(t *testing.T) {
	routed := fmt.Sprintf(service, "ports: [{name: http, port: 80}]")
	public := strings.Replace(routed, "spec: {", "spec: {type: LoadBalancer, ", 1)
	claimed := func(image, mode string) string {
		w := strings.Replace(fmt.Sprintf(deployment, "web", ""), "spec: {containers: [{name: c, image: i",
			"spec: {volumes: [{name: d, persistentVolumeClaim: {claimName: disk}}], containers: [{name: c, image: "+image, 1)
		return w + "---\n{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: disk, namespace: shop}, spec: {accessModes: [" +
			mode + "]}}\n"
	}
	set := func(more, volume string) string {
		return `---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web, namespace: shop}
spec: {replicas: 1, serviceName: svc, selector: {matchLabels: {a: w}},
  template: {metadata: {labels: {a: w}}, spec: {containers: [{name: c, image: i` + more + `}]}}` + volume + "}\n"
	}
	headless := fmt.Sprintf(service, "clusterIP: None, ports: [{name: http, port: 80}]")
	named := func(name string) string { return fmt.Sprintf(deployment, name, "") }
	role := func(resource, verb string) string {
		return "---\n{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: r}, " +
			"rules: [{apiGroups: [admissionregistration.k8s.io], resources: [" +
			resource + "], verbs: [get, " + verb + "]}]}\n"
	}
	hooked := `---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: hook}
webhooks: [{name: a.b.c, rules: [{apiGroups: [""], resources: [pods]}], clientConfig: {service: {name: svc, namespace: shop}}}]
`
	grafana := func(more string) string {
		return strings.Replace(fmt.Sprintf(deployment, "web", more), "image: i", "image: grafana/grafana", 1)
	}
	open := ", env: [{name: GF_AUTH_ANONYMOUS_ENABLED, value: 'true'}]"
	rolled := func(strategy, w string) string {
		return strings.Replace(w, "spec: {replicas: 1,", "spec: {strategy: {"+strategy+"}, replicas: 1,", 1)
	}
	private := strings.Replace(public, "namespace: shop}",
		"namespace: shop, annotations: {service.beta.kubernetes.io/aws-load-balancer-scheme: internal}}", 1)
	influx := strings.Replace(fmt.Sprintf(deployment, "web", ""), "image: i", "image: 'influxdb:2'", 1)
	for _, x := range []struct{ why, input, severity, said string }{
		{"a volume for one node", claimed("app", "ReadWriteOnce") + routed, "low", "Service svc routes to it, and its claim is ReadWriteOnce"},
		{"a volume for one node, and public", claimed("app", "ReadWriteOnce") + public, "low", ""},
		{"a volume for one node, and public, with Recreate", rolled("type: Recreate", claimed("app", "ReadWriteOnce")) + public, "low",
			"Recreate accepts such an absence"},
		{"a volume for one node, and public, without a surge",
			rolled("rollingUpdate: {maxSurge: 0, maxUnavailable: 1}", claimed("app", "ReadWriteOnce")) + public, "low", "maxSurge 0 accepts"},
		{"a volume for one node, and public, all of which may be away",
			rolled("rollingUpdate: {maxUnavailable: 100%}", claimed("app", "ReadWriteOnce")) + public, "low", "maxUnavailable 100% accepts"},
		{"a volume for one node, and public, none of which may be away",
			rolled("rollingUpdate: {maxUnavailable: 50%}", claimed("app", "ReadWriteOnce")) + public, "low", ""},
		{"a volume for one node, and private", claimed("app", "ReadWriteOnce") + private, "low", "from private networks alone"},
		{"a volume that was not read, and public", strings.Replace(claimed("app", "ReadWriteOnce"), "name: disk, namespace",
			"name: other, namespace", 1) + public, "low", ""},
		{"Recreate", rolled("type: Recreate", fmt.Sprintf(deployment, "web", "")) + routed, "low", ""},
		{"Recreate, and public", rolled("type: Recreate", fmt.Sprintf(deployment, "web", "")) + public, "low",
			"Recreate accepts such an absence"},
		{"without a surge, and a second one helps",
			rolled("rollingUpdate: {maxSurge: 0, maxUnavailable: 1}", fmt.Sprintf(deployment, "web", "")) + public, "high", ""},
		{"a program that has no replicas", influx + routed, "low", ""},
		{"a program that has no replicas, and public", influx + public, "low", ""},
		{"a volume for many", claimed("app", "ReadWriteMany") + routed, "medium", ""},
		{"a database on a volume for one node", claimed("postgres", "ReadWriteOnce") + routed, "medium", ""},
		{"the same of a broker", strings.Replace(set("", ""), "kind: StatefulSet\nmetadata: {name: ",
			"kind: StatefulSet\nmetadata: {name: broker-", 1) + headless, "medium", ""},
		{"only its governing Service", set("", "") + headless, "low", "which gives its pods their names"},
		{"its governing Service, and data",
			set("", ", volumeClaimTemplates: [{metadata: {name: d}, spec: {accessModes: [ReadWriteOnce]}}]") + headless, "medium", ""},
		{"its governing Service, of a store", strings.Replace(set("", "")+headless, "image: i", "image: redis", 1), "medium", ""},
		{"an address beside it", set("", "") + headless + strings.Replace(routed, "name: svc", "name: web", 1), "medium",
			"Service web routes to it"},
		{"it registers itself", named("events-webhook") + routed + role("validatingwebhookconfigurations", "create"), "low",
			"which was not read"},
		{"nobody may register", named("events-webhook") + routed + role("validatingwebhookconfigurations", "list"), "medium", ""},
		{"a role for something else", named("events-webhook") + routed + role("secrets", "create"), "medium", ""},
		{"its name says nothing of webhooks", named("web") + routed + role("validatingwebhookconfigurations", "create"), "medium", ""},
		{"it registers itself, and is registered", named("events-webhook") + routed + role("validatingwebhookconfigurations",
			"'*'") + hooked, "high", ""},
		{"a Grafana that lets anybody in", grafana(open) + routed, "low", "lets in who has no login"},
		{"a Grafana with users", grafana("") + routed, "low", "shows graphs to those who run"},
		{"a Grafana that lets anybody in, on a volume", strings.Replace(claimed("grafana/grafana", "ReadWriteOnce"), "image: grafana/grafana",
			"image: grafana/grafana"+open, 1) + routed, "medium", ""},
	} {
		told := 0
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, x.input)) {
			if f.Obligation != SingleReplica.ID || f.Verdict != finding.Broken {
				continue
			}
			told++
			if said := allEvidence(&f); f.Severity != x.severity || !strings.Contains(said, x.said) {
				t.Errorf("%s: %s, want %s and %q: %s", x.why, f.Severity, x.severity, x.said, said)
			}
		}
		if told != 1 {
			t.Errorf("%s: told %d times", x.why, told)
		}
	}
}

// A webhook that is asked about its own pods cannot come back by itself; one that
// leaves them out, fails open, or is asked about other things can.
func TestWebhookOfItsOwnPods(t *testing.T) {
	hook := func(more string) string {
		return `---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: hook}
webhooks: [{name: a.b.c, ` + more + `clientConfig: {service: {name: svc, namespace: shop}}}]
`
	}
	const pods = "rules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}], "
	two := strings.Replace(fmt.Sprintf(deployment, "web", ""), "replicas: 1", "replicas: 2", 1)
	for _, x := range []struct {
		why, workload, hook string
		want                bool
	}{
		{"all pods", "", hook(pods), true},
		{"all pods, and two answer", two, hook(pods), true},
		{"it fails open", "", hook(pods + "failurePolicy: Ignore, "), false},
		{"other objects", "", hook(strings.Replace(pods, "pods]", "secrets]", 1)), false},
		{"its label is left out", "", hook(pods + "objectSelector: {matchExpressions: [{key: a, operator: NotIn, values: [w]}]}, "), false},
		{"its namespace is left out", "",
			hook(pods + "namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [shop]}]}, "), false},
		{"another namespace is left out", "",
			hook(pods + "namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [kube-system]}]}, "),
			true},
		{"a label of a namespace that was not read", "", hook(pods + "namespaceSelector: {matchLabels: {inject: enabled}}, "), false},
		{"another Service", "", strings.Replace(hook(pods), "name: svc", "name: other", 1), false},
	} {
		input := x.workload
		if input == "" {
			input = fmt.Sprintf(deployment, "web", "")
		}
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, input+fmt.Sprintf(service, "ports: [{port: 443}]")+x.hook)) {
			if f.Verdict == finding.Broken &&
				strings.Contains(f.Consequence, "MutatingWebhookConfiguration hook (failurePolicy Fail) is asked about its own pods") != x.want {
				t.Errorf("%s: %s: %s", x.why, f.Obligation, f.Consequence)
			}
		}
	}
}

// What the Prometheus Operator makes without a volume keeps its data on an emptyDir.
func TestPrometheusWithoutAVolume(t *testing.T) {
	resource := func(kind, spec string) string {
		return "{apiVersion: monitoring.coreos.com/v1, kind: " + kind + ", metadata: {name: k8s, namespace: shop}, spec: {" + spec + "}}"
	}
	const claim = "storage: {volumeClaimTemplate: {spec: {resources: {requests: {storage: 1Gi}}}}}"
	for _, x := range []struct {
		why, input, follows, fix string
	}{
		{"Prometheus", resource("Prometheus", ""), "keeps its series on an emptyDir, because Prometheus k8s asks for no volume",
			"and spec.storage.volumeClaimTemplate"},
		{"Alertmanager", resource("Alertmanager", ""), "keeps its silences on an emptyDir", "and spec.storage.volumeClaimTemplate"},
		{"an emptyDir that is asked for", resource("Prometheus", "storage: {emptyDir: {medium: Memory}}"), "on an emptyDir",
			"volumeClaimTemplate"},
		{"a volume", resource("Prometheus", claim), "", ""},
		{"an Alertmanager with a volume", resource("Alertmanager", claim), "", ""},
	} {
		told := false
		e, err := source.Kubernetes(t.Context(), source.Input{Paths: []string{source.Stdin}, Stdin: strings.NewReader(x.input),
			Catalog: knowledge(t)})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range look(t, knowledge(t), "karpenter", e) {
			if f.Obligation != SingleReplica.ID {
				continue
			}
			told = true
			lost := strings.Contains(f.Consequence, "each eviction loses")
			if !strings.Contains(f.Consequence, x.follows) || lost != (x.follows != "") || !strings.Contains(f.Fix.Summary, x.fix) || x.fix == "" &&
				strings.Contains(f.Fix.Summary, "volume") {
				t.Errorf("%s: %s\n%s", x.why, f.Consequence, f.Fix.Summary)
			}
		}
		if !told {
			t.Errorf("%s: nothing is said of its only pod", x.why)
		}
	}
}

// Members that hand each other what they keep lose nothing with one of them; those that keep what only they have seen do.
func TestWhatMembersHandEachOther(t *testing.T) {
	for kind, want := range map[string]finding.Verdict{
		"Alertmanager": finding.Held, "Prometheus": finding.Broken, "ThanosRuler": finding.Broken,
	} {
		input := "{apiVersion: monitoring.coreos.com/v1, kind: " + kind + ", metadata: {name: k8s, namespace: shop}, spec: {replicas: 2}}"
		e, err := source.Kubernetes(t.Context(), source.Input{Paths: []string{source.Stdin}, Stdin: strings.NewReader(input),
			Catalog: knowledge(t)})
		if err != nil {
			t.Fatal(err)
		}
		told := false
		for _, f := range look(t, knowledge(t), "karpenter", e) {
			if f.Obligation != DataOutlastsNode.ID {
				continue
			}
			told = true
			if f.Verdict != want {
				t.Errorf("two of %s: %s: %s", kind, f.Verdict, f.Message)
			}
		}
		if !told {
			t.Errorf("two of %s: nothing is said", kind)
		}
	}
}

// Game servers of Agones that may be evicted want no budget; all others have one that lets none
// of them go.
func TestGameServersThatMayLeave(t *testing.T) {
	for safe, x := range map[string]struct {
		obligation string
		verdict    finding.Verdict
	}{
		"":                             {PDBNeverAllows.ID, finding.Broken},
		"eviction: {safe: Never}, ":    {PDBNeverAllows.ID, finding.Broken},
		"eviction: {safe: OnUpgrade},": {PDBMissing.ID, finding.Held},
		"eviction: {safe: Always},":    {PDBMissing.ID, finding.Held},
	} {
		input := "{apiVersion: agones.dev/v1, kind: Fleet, metadata: {name: arena, namespace: games}, spec: {replicas: 4, template: {spec: {" +
			safe + " template: {spec: {containers: [{name: server, image: \"example.com/arena:1\"}]}}}}}}"
		e, err := source.Kubernetes(t.Context(), source.Input{Paths: []string{source.Stdin}, Stdin: strings.NewReader(input),
			Catalog: knowledge(t)})
		if err != nil {
			t.Fatal(err)
		}
		told := map[string]finding.Verdict{}
		for _, f := range look(t, knowledge(t), "gke-standard", e) {
			told[f.Obligation] = f.Verdict
		}
		if told[x.obligation] != x.verdict {
			t.Errorf("%q: %v", safe, told)
		}
	}
}

// Flagger keeps the Deployment that its Canary names at 0 replicas and has a copy serve, under
// another label: PDBs of the one do not cover the other.
func TestCanariesOfFlagger(t *testing.T) {
	const budget = "\n---\n{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: shop, namespace: shop}, " +
		"spec: {maxUnavailable: 1, selector: {matchLabels: {app: %s}}}}"
	const canary = "\n---\n{apiVersion: flagger.app/v1beta1, kind: Canary, metadata: {name: shop, namespace: shop}, " +
		"spec: {targetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}}}"
	deployment := "{apiVersion: apps/v1, kind: Deployment, metadata: {name: shop, namespace: shop}, spec: {replicas: 4, " +
		"selector: {matchLabels: {app: shop}}, template: {metadata: {labels: {app: shop}}, spec: {containers: [{name: s, image: \"a/s:1\"}]}}}}"
	for _, x := range []struct {
		why, input, name string
		verdict          finding.Verdict
		says             string
	}{
		{"over the target", deployment + fmt.Sprintf(budget, "shop") + canary, "shop-primary", finding.Broken,
			"PDB shop covers Deployment shop alone, which Flagger keeps at 0 replicas"},
		{"over the copy", deployment + fmt.Sprintf(budget, "shop-primary") + canary, "shop-primary", finding.Held, ""},
		{"without a canary", deployment + fmt.Sprintf(budget, "shop"), "shop", finding.Held, ""},
	} {
		e, err := source.Kubernetes(t.Context(), source.Input{Paths: []string{source.Stdin}, Stdin: strings.NewReader(x.input),
			Catalog: knowledge(t)})
		if err != nil {
			t.Fatal(err)
		}
		told := 0
		for _, f := range look(t, knowledge(t), "gke-standard", e) {
			switch {
			case f.Obligation == PDBOrphan.ID && f.Verdict == finding.Broken:
				t.Errorf("%s: %s", x.why, f.Message)
			case f.Obligation == PDBMissing.ID:
				told++
				if f.Subject.Name != x.name || f.Verdict != x.verdict || x.says != "" &&
					!slices.ContainsFunc(f.Evidence, func(e finding.Evidence) bool { return e.Text == x.says }) {
					t.Errorf("%s: %+v", x.why, f)
				}
			}
		}
		if told != 1 {
			t.Errorf("%s: told %d times", x.why, told)
		}
	}
}
