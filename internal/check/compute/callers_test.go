package compute

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
)

// awaited is an estate with somebody who is told to call each of its Services.
func awaited(e *kubernetes.Estate) *kubernetes.Estate {
	for _, s := range e.Services {
		e.Calls = append(e.Calls, kubernetes.Call{Namespace: s.Namespace, Service: s.Name,
			By: kubernetes.Ref{Namespace: s.Namespace, Kind: "Deployment", Name: "caller"}})
	}
	return e
}

// lookedAsUnit are the findings of an estate that a tool builds.
func lookedAsUnit(t *testing.T, e *kubernetes.Estate) []finding.Finding {
	t.Helper()
	c := knowledge(t)
	result, err := check.Run(t.Context(), every, c, &estate.Estate{Kubernetes: e, Name: "apps/web"},
		locate.Locate(c, e, c.Offering("karpenter"), nil))
	if err != nil {
		t.Fatal(err)
	}
	return result.Findings
}

// A single pod that only a Service leads to is of medium severity where another workload
// is told to call it.
func TestSeverityByWhoCalls(t *testing.T) {
	caller := func(name, pod string) string {
		return fmt.Sprintf("---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: %s, namespace: shop}, "+
			"spec: {replicas: 2, selector: {matchLabels: {b: o}}, template: {metadata: {labels: {b: o}}, spec: {%s}}}}\n", name, pod)
	}
	env := func(value string) string {
		return "containers: [{name: c, image: i, env: [{name: X, value: '" + value + "'}]}]"
	}
	settings := "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: conf, namespace: shop}, data: {app.yaml: 'host: svc'}}\n"
	mounts := "containers: [{name: c, image: i}], volumes: [{name: v, configMap: {name: conf}}]"
	never := "---\n{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web, namespace: shop}, spec: {maxUnavailable: 0, " +
		"selector: {matchLabels: {a: w}}}}\n"
	custom := func(kind, spec string) string {
		return "---\n{apiVersion: net.example.com/v1, kind: " + kind + ", metadata: {name: x, namespace: shop}, spec: {" + spec + "}}\n"
	}
	for _, x := range []struct {
		why, input, severity string
	}{
		{"nobody", "", "low"},
		{"an object of a kind of its own", custom("Gate", "routes: [{services: [{port: 80, name: svc}]}]"), "medium"},
		{"another, by its name", custom("Door", "serviceName: svc"), "medium"},
		{"a third, by a reference", custom("Way", "backendRef: {kind: Service, name: svc}"), "medium"},
		{"one that names another Service", custom("Gate", "services: [{name: other}]"), "low"},
		{"one that selects it by a label", custom("Monitor", "selector: {matchLabels: {app: svc}}"), "low"},
		{"a variable", caller("api", env("http://svc:80")), "medium"},
		{"a variable of another Service", caller("api", env("http://other:80")), "low"},
		{"a Service of another namespace", caller("api", env("http://svc.bank")), "low"},
		{"a ConfigMap that it is given", settings + caller("api", mounts), "medium"},
		{"a ConfigMap of nobody", settings, "low"},
		{"a ConfigMap of nobody with its address", strings.Replace(settings, "host: svc", "api: http://svc:80", 1), "medium"},
		{"its own ConfigMap with its address", strings.Replace(strings.Replace(settings, "host: svc", "api: http://svc:80", 1),
			"name: conf", "name: svc-conf", 1), "low"},
		{"a ConfigMap of nobody, of another Service", strings.Replace(settings, "host: svc", "api: http://svc.bank:80", 1), "low"},
		{"what only reads metrics", caller("prometheus-server", env("http://svc:80")), "low"},
		{"what passes telemetry on", caller("otel-collector", env("http://svc:80")), "low"},
		{"a budget that holds up its node", never, "high"},
	} {
		known := strings.Replace(fmt.Sprintf(deployment, "web", ""), "image: i", "image: httpd", 1) // of which several may run
		input := known + fmt.Sprintf(service, "ports: [{name: http, port: 80}]") + x.input
		seen := false
		for _, f := range lookedAsUnit(t, parse(t, input)) {
			if f.Obligation == SingleReplica.ID || f.Obligation == PDBNeverAllows.ID && f.Subject.Kind == "Deployment" {
				seen = seen || f.Subject.Name == "web"
				if f.Subject.Name == "web" && f.Severity != x.severity {
					t.Errorf("%s: %s is %s, want %s: %q", x.why, f.Obligation, f.Severity, x.severity, f.Evidence)
				}
			}
		}
		if !seen {
			t.Errorf("%s: nothing is said", x.why)
		}
	}
}

// It is told who calls, and by what that is known.
func TestCallersAreTold(t *testing.T) {
	by := kubernetes.Ref{Namespace: "shop", Kind: "Deployment", Name: "api"}
	for want, call := range map[string]kubernetes.Call{
		"Deployment api is told to call it":         {Namespace: "shop", Service: "svc", By: by},
		"ConfigMap conf of Deployment api names it": {Namespace: "shop", Service: "svc", By: by, Config: "conf"},
	} {
		e := parse(t, fmt.Sprintf(deployment, "web", "")+fmt.Sprintf(service, "ports: [{name: http, port: 80}]"))
		e.Calls = []kubernetes.Call{call}
		within(t, "karpenter", e, func(p *check.Pass) {
			if got := stakesOf(p).calledFrom(0).Text; got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

// Its own settings are no caller, and an estate that was read from a cluster tells none.
func TestWhoCallsIsNotReadOfAllThings(t *testing.T) {
	input := fmt.Sprintf(deployment, "web", ", env: [{name: X, value: 'http://svc:80'}]") +
		fmt.Sprintf(service, "ports: [{name: http, port: 80}]")
	for live, want := range map[bool]string{false: "low", true: "medium"} {
		e := parse(t, input)
		e.Live = live
		for _, f := range lookedAsUnit(t, e) {
			if f.Obligation == SingleReplica.ID && f.Severity != want {
				t.Errorf("live %v: %s, want %s", live, f.Severity, want)
			}
		}
	}
}

// What runs several pods has somebody who waits for it, though nobody was read who is told to call it and others of its
// namespace are called: clients may be told of it in ways that no file tells.
func TestWhatNobodyCalls(t *testing.T) {
	two := strings.Replace(fmt.Sprintf(deployment, "web", ""), "replicas: 1", "replicas: 2", 1) +
		fmt.Sprintf(service, "ports: [{name: http, port: 80}]")
	e := parse(t, two)
	e.Calls = []kubernetes.Call{{Namespace: "shop", Service: "telemetry",
		By: kubernetes.Ref{Namespace: "shop", Kind: "Deployment", Name: "api"}}}
	seen := false
	for _, f := range lookedAsUnit(t, e) {
		if f.Obligation == PDBMissing.ID && f.Verdict == finding.Broken {
			if seen = true; f.Severity != "medium" {
				t.Errorf("%s: %s", f.Severity, allEvidence(&f))
			}
		}
	}
	if !seen {
		t.Error("nothing is said")
	}
}

// Who stands in files that name no namespace calls what stands beside it by whichever name it is given.
func TestCallsIntoANamespaceOfNoFile(t *testing.T) {
	for _, x := range []struct {
		namespace, call, other string
		want                   bool
	}{
		{"default", "obs", "", true},
		{"default", "obs", "obs", false}, // of which a Service was read
		{"shop", "obs", "", false},
		{"shop", "shop", "", true},
	} {
		e := parse(t, strings.ReplaceAll(fmt.Sprintf(deployment, "web", "")+fmt.Sprintf(service, "ports: [{name: http, port: 80}]"),
			"namespace: shop", "namespace: "+x.namespace))
		if x.other != "" {
			e.Services = append(e.Services, kubernetes.Service{Namespace: x.other, Name: "else"})
		}
		by := kubernetes.Ref{Namespace: x.namespace, Kind: "Deployment", Name: "api"}
		e.Calls = []kubernetes.Call{{Namespace: x.call, Service: "svc", By: by}}
		within(t, "karpenter", e, func(p *check.Pass) {
			if got := stakesOf(p).calledFrom(0).Text != ""; got != x.want {
				t.Errorf("%+v: called %v", x, got)
			}
		})
	}
}

// An Ingress that names a namespace leads to what stands beside it in files that name none, in files alone: in a
// cluster each object says where it is.
func TestEntriesIntoANamespaceOfNoFile(t *testing.T) {
	for _, x := range []struct {
		namespace, in, other string
		live, want           bool
	}{
		{"default", "obs", "", false, true},
		{"default", "obs", "obs", false, false}, // of which a Service was read
		{"shop", "obs", "", false, false},
		{"default", "obs", "", true, false},
		{"shop", "shop", "", true, true},
	} {
		e := parse(t, strings.ReplaceAll(fmt.Sprintf(deployment, "web", "")+fmt.Sprintf(service, "ports: [{name: http, port: 80}]"),
			"namespace: shop", "namespace: "+x.namespace))
		if x.other != "" {
			e.Services = append(e.Services, kubernetes.Service{Namespace: x.other, Name: "else"})
		}
		e.Live = x.live
		e.Backends = []kubernetes.Backend{{Namespace: x.in, Service: "svc", By: kubernetes.Ref{Kind: "Ingress", Name: "web"}}}
		within(t, "karpenter", e, func(p *check.Pass) {
			if got := stakesOf(p).of(0).from == anybody; got != x.want {
				t.Errorf("%+v: reached %v", x, got)
			}
		})
	}
}
