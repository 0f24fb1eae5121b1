package compute

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// A Service is a way for requests where it leads to a port that a container can
// serve, and somebody sends more to it than a Prometheus does.
func TestServiceThatLeadsSomewhere(t *testing.T) {
	const sends = `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: in, namespace: shop}
spec: {defaultBackend: {service: {name: svc, port: {number: 443}}}}
`
	served := ", ports: [{name: web, containerPort: 8080}]"
	scraped := func(port string) string {
		return strings.Replace(fmt.Sprintf(deployment, "web", fmt.Sprintf(", ports: [{containerPort: %s}]", port)), "metadata: {labels: {a: w}}",
			`metadata: {labels: {a: w}, annotations: {prometheus.io/scrape: "true", prometheus.io/port: "`+port+`"}}`, 1)
	}
	for _, x := range []struct {
		why, input, severity, evidence string
	}{
		{"a name that a container declares", fmt.Sprintf(deployment, "web", served) +
			fmt.Sprintf(service, "ports: [{port: 80, targetPort: web}]"), "medium", "Service svc routes to it"},
		{"a name that none declares", fmt.Sprintf(deployment, "web", served) +
			fmt.Sprintf(service, "ports: [{port: 443, targetPort: https}]"), "low",
			"Service svc routes to port https, which none of its containers declares: nothing is sent to it"},
		{"an Ingress to such a one", fmt.Sprintf(deployment, "web", served) + fmt.Sprintf(service, "ports: [{port: 443, targetPort: https}]") +
			sends, "low", "nothing is sent to it"},
		{"a load balancer to such a one", fmt.Sprintf(deployment, "web", served) +
			fmt.Sprintf(service, "type: LoadBalancer, ports: [{port: 443, targetPort: https}]"), "low", "nothing is sent to it"},
		{"one of two names", fmt.Sprintf(deployment, "web", served) +
			fmt.Sprintf(service, "ports: [{name: a, port: 443, targetPort: https}, {name: b, port: 80, targetPort: web}]"), "medium",
			"Service svc routes to it"},
		{"a number that none declares", fmt.Sprintf(deployment, "web", served) + fmt.Sprintf(service, "ports: [{port: 443, targetPort: 8443}]"),
			"medium", "Service svc routes to it"},
		{"an empty name, which is the port itself", fmt.Sprintf(deployment, "web", served) +
			fmt.Sprintf(service, `ports: [{port: 80, targetPort: ""}]`), "medium", "Service svc routes to it"},
		{"0, which is the port itself", fmt.Sprintf(deployment, "web", served) + fmt.Sprintf(service, "ports: [{port: 80, targetPort: 0}]"),
			"medium", "Service svc routes to it"},
		{"0, without an address or a port of a container", fmt.Sprintf(deployment, "web", "") +
			fmt.Sprintf(service, "clusterIP: None, ports: [{port: 80, targetPort: 0}]"), "low",
			"Service svc names port 0, and its containers declare none: nothing is sent to it"},
		{"no address, and no port of a container", fmt.Sprintf(deployment, "web", "") +
			fmt.Sprintf(service, "clusterIP: None, ports: [{port: 80}]"), "medium", "Service svc routes to it"},
		{"a name of a sidecar that starts first", strings.Replace(fmt.Sprintf(deployment, "web", ""), "spec: {containers",
			"spec: {initContainers: [{name: s, image: i, restartPolicy: Always, ports: [{name: web, containerPort: 80}]}], containers", 1) +
			fmt.Sprintf(service, "ports: [{port: 80, targetPort: web}]"), "medium", "Service svc routes to it"},
		{"a name of what runs before it", strings.Replace(fmt.Sprintf(deployment, "web", ""), "spec: {containers",
			"spec: {initContainers: [{name: s, image: i, ports: [{name: web, containerPort: 80}]}], containers", 1) +
			fmt.Sprintf(service, "ports: [{port: 80, targetPort: web}]"), "low", "nothing is sent to it"},
		{"an exporter by its name", fmt.Sprintf(deployment, "mysql-exporter", "") +
			fmt.Sprintf(service, "ports: [{name: http, port: 9104}]"), "low",
			"it is an exporter by its name: only metrics are read from it"},
		{"an exporter by its image", strings.Replace(fmt.Sprintf(deployment, "web", ""), "image: i", "image: prom/mysqld_exporter:v1", 1) +
			fmt.Sprintf(service, "ports: [{name: http, port: 9104}]"), "low",
			"only metrics are read from it"},
		{"an exporter ahead of its program", strings.Replace(fmt.Sprintf(deployment, "web", ""), "{name: c, image: i}",
			"{name: x, image: prom/jmx-exporter:v1}, {name: c, image: i}", 1) + fmt.Sprintf(service, "type: LoadBalancer, ports: [{port: 80}]"),
			"high", "Service svc of type LoadBalancer routes to it"},
		{"an exporter and what passes requests on", strings.Replace(fmt.Sprintf(deployment, "web", ""), "{name: c, image: i}",
			"{name: x, image: prom/mysqld_exporter:v1}, {name: c, image: kube-rbac-proxy}", 1) + fmt.Sprintf(service, "ports: [{port: 80}]"),
			"low", "only metrics are read from it"},
		{"an exporter by its name that serves two things", fmt.Sprintf(deployment, "data-exporter", "") +
			fmt.Sprintf(service, "ports: [{name: http, port: 80}, {name: grpc, port: 81}]"), "medium",
			"Service svc routes to it"},
		{"an exporter that is sent requests", fmt.Sprintf(deployment, "data-exporter", "") +
			fmt.Sprintf(service, "ports: [{name: http, port: 80}]") + sends, "low", "Ingress in sends requests"},
		{"scraped at the number of an exporter", scraped("9187") + fmt.Sprintf(service, "ports: [{port: 9187}]"), "low",
			"only metrics are read from it, through Service svc"},
		{"scraped at the number of an exporter, and sent requests", scraped("9187") + fmt.Sprintf(service, "ports: [{port: 9187}]") + sends,
			"high", "Ingress in sends requests to it, through Service svc"},
		{"scraped at the number that its program answers at", strings.Replace(scraped("9200"), "image: i",
			"image: opensearchproject/opensearch:2", 1) +
			fmt.Sprintf(service, "ports: [{port: 9200}]"), "medium", "Service svc routes to it"},
		{"called after what it runs", fmt.Sprintf(deployment, "prometheus", "") +
			fmt.Sprintf(service, "ports: [{name: prometheus, port: 9090}]"), "medium", "Service svc routes to it"},
		{"called after what it runs, by its image", strings.Replace(fmt.Sprintf(deployment, "graphs", ""), "image: i",
			"image: a/telemetry:1", 1) +
			fmt.Sprintf(service, "ports: [{name: telemetry, port: 80}]"), "medium", "Service svc routes to it"},
		{"called after a server of that name", fmt.Sprintf(deployment, "team-monitoring-server", "") +
			fmt.Sprintf(service, "ports: [{name: http-monitoring, port: 80}]"), "medium", "Service svc routes to it"},
		{"metrics of what is called so", fmt.Sprintf(deployment, "app-metrics", "") +
			fmt.Sprintf(service, "ports: [{name: metrics, port: 80}]"), "low", "only metrics are read from it"},
		{"a Service that has its name", fmt.Sprintf(deployment, "own-metrics", "") +
			strings.Replace(fmt.Sprintf(service, "ports: [{name: http, port: 80}]"), "name: svc", "name: own-metrics", 1), "medium",
			"Service own-metrics routes to it"},
		{"scraped where it is used", scraped("8080") + fmt.Sprintf(service, "ports: [{port: 8080}]"), "medium", "Service svc routes to it"},
		{"scraped by the pod, and no address", fmt.Sprintf(deployment, "web", served) +
			fmt.Sprintf(service, "clusterIP: None, ports: [{port: 80, targetPort: web}]") + `---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: m, namespace: shop}
spec: {selector: {matchLabels: {a: w}}, podMetricsEndpoints: [{port: web}]}
`, "low", "only metrics are read from it, through Service svc"},
		{"other pods scraped", fmt.Sprintf(deployment, "web", served) +
			fmt.Sprintf(service, "clusterIP: None, ports: [{port: 80, targetPort: web}]") + `---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: m, namespace: shop}
spec: {selector: {matchLabels: {a: other}}, podMetricsEndpoints: [{port: web}]}
`, "medium", "Service svc routes to it"},
	} {
		seen := 0
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, x.input)) {
			if f.Verdict != finding.Broken || f.Obligation != SingleReplica.ID {
				continue
			}
			seen++
			said := ""
			for _, e := range f.Evidence {
				said += e.Text + "\n"
			}
			if f.Severity != x.severity || !strings.Contains(said, x.evidence) {
				t.Errorf("%s: %s, want %s: %s", x.why, f.Severity, x.severity, said)
			}
		}
		if seen != 1 {
			t.Errorf("%s: %d findings", x.why, seen)
		}
	}
}

// What is missing behind a Service of several workloads of one pod each is a budget
// that covers them together, and no outage of one of them alone.
func TestBudgetOverSeveral(t *testing.T) {
	pod := func(name, replicas, more string) string {
		return fmt.Sprintf("---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: %s, namespace: shop}, spec: {replicas: %s, "+
			"selector: {matchLabels: {v: %[1]s}}, "+
			"template: {metadata: {labels: {v: %[1]s, app: s%[3]s}}, spec: {containers: [{name: c, image: i}]}}}}\n", name, replicas, more)
	}
	route := func(name, selector string) string {
		return fmt.Sprintf("---\n{apiVersion: v1, kind: Service, metadata: {name: %s, namespace: shop}, "+
			"spec: {selector: {%s}, ports: [{port: 80}]}}\n", name, selector)
	}
	budget := func(selector string) string {
		return "---\n{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: b, namespace: shop}, spec: {maxUnavailable: 1, " +
			"selector: {matchLabels: {" + selector + "}}}}\n"
	}
	const public = `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: in, namespace: shop}
spec: {defaultBackend: {service: {name: s, port: {number: 80}}}}
`
	two := pod("blue", "1", "") + pod("green", "1", "") + route("s", "app: s")
	caller := func(host string) string {
		return "---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: front, namespace: shop}, spec: {replicas: 2, " +
			"selector: {matchLabels: {v: front}}, template: {metadata: {labels: {v: front}}, " +
			"spec: {containers: [{name: c, image: i, env: [{name: UPSTREAM, value: 'http://" + host + "'}]}]}}}}\n"
	}
	const daemons = "---\n{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: d, namespace: shop}, " +
		"spec: {selector: {matchLabels: {v: d}}, " +
		"template: {metadata: {labels: {v: d, app: s}}, spec: {containers: [{name: c, image: i}]}}}}\n"
	for why, x := range map[string]struct{ input, together, alone, fix string }{
		"two":                           {two, "medium", "low", "s"},
		"two that the Internet reaches": {two + public, "high", "low", "s"},
		"each with a Service of its own to be found by": {two + public + route("blue", "v: blue") + route("green", "v: green"),
			"high", "low", "s"},
		"each with one of its own, and inside": {two + route("blue", "v: blue") + route("green", "v: green"), "", "low", ""},
		"each with one of its own, that somebody calls": {two + route("blue", "v: blue") + route("green", "v: green") + caller("blue"),
			"", "medium", ""},
		"each with one of its own, and all are called": {two + route("blue", "v: blue") + route("green", "v: green") + caller("s"),
			"", "low", ""},
		"each with one of its own, of which one is public": {two + route("blue", "v: blue") + route("green", "v: green") +
			strings.Replace(public, "name: s,", "name: blue,", 1), "", "high", ""},
		"each with one of its own, and one is off": {pod("blue", "1", "") + pod("green", "0", "") + route("s", "app: s") +
			route("blue", "v: blue") + route("green", "v: green"), "", "medium", ""},
		"of which one has one of its own": {two + route("blue", "v: blue"), "", "medium", ""},
		"each with one of its own, and keeping data": {strings.ReplaceAll(two, "image: i", "image: mysql") + route("blue", "v: blue") +
			route("green", "v: green"), "", "medium", ""},
		"of which one runs something else": {strings.Replace(two, "image: i", "image: other", 1), "", "medium", ""},
		"one is off":                       {pod("blue", "1", "") + pod("green", "0", "") + route("s", "app: s"), "", "medium", ""},
		"one has two pods":                 {pod("blue", "1", "") + pod("green", "2", "") + route("s", "app: s"), "", "low", ""},
		"covered together":                 {two + budget("app: s"), "", "low", ""},
		"one on every node":                {two + daemons, "", "low", ""},
		"others have the label": {two + "---\n{apiVersion: batch/v1, kind: Job, metadata: {name: job, namespace: shop}, " +
			"spec: {template: {metadata: {labels: {app: s}}, " +
			"spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}\n", "medium", "low", ""},
	} {
		together, alone, fix := "", "", ""
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, x.input)) {
			switch {
			case f.Verdict != finding.Broken || f.Subject.Name != "blue":
			case f.Obligation == PDBMissing.ID:
				together = f.Severity
				for _, c := range f.Fix.Changes {
					fix = c.Object.Name
				}
				if !strings.Contains(f.Message, "the 2 pods behind Service s together, which are of blue and green") ||
					!strings.Contains(f.Consequence, "2 pods") {
					t.Errorf("%s: %s; %s", why, f.Message, f.Consequence)
				}
			case f.Obligation == SingleReplica.ID:
				alone = f.Severity
				both := strings.HasPrefix(why, "each with one of its own")
				if alone == "low" && (strings.Contains(f.Consequence, "outage") ||
					!both && !strings.Contains(f.Fix.Summary, "stand behind Service s as well")) {
					t.Errorf("%s: %s; %s", why, f.Consequence, f.Fix.Summary)
				}
			}
		}
		if together != x.together || alone != x.alone || fix != x.fix {
			t.Errorf("%s: together %q, want %q; alone %q, want %q; PDB %q, want %q", why, together, x.together, alone, x.alone, fix, x.fix)
		}
	}
}

// Two workloads run nothing in common where no word of their images is the same.
func TestAnotherProgram(t *testing.T) {
	of := func(images ...string) *kubernetes.Workload {
		w := &kubernetes.Workload{}
		for _, image := range images {
			w.Template.Containers = append(w.Template.Containers, kubernetes.Container{Image: image})
		}
		return w
	}
	for _, x := range []struct {
		one, other *kubernetes.Workload
		want       bool
	}{
		{of("drachtio"), of("freeswitch"), true}, {of("web"), of("web"), false}, {of("web-blue"), of("web_green"), false},
		{of("web", "proxy"), of("db", "proxy"), false}, {of(), of("web"), false}, {of("web"), of(), false}, {of(""), of("web"), false},
		{of("web-a"), of("db-b", "c"), true},
	} {
		if got := otherProgram(x.one, x.other); got != x.want {
			t.Errorf("%v and %v: %t", x.one.Template.Containers, x.other.Template.Containers, got)
		}
	}
}

// A Deployment and a DaemonSet of the same program in two files are two ways to run
// it, of which one is applied.
func TestAnotherFormOfTheSame(t *testing.T) {
	of := func(kind, file, image string) *kubernetes.Workload {
		w := &kubernetes.Workload{Ref: kubernetes.Ref{Kind: kind, Name: "w"},
			Template: kubernetes.PodTemplate{Containers: []kubernetes.Container{{Image: image}}}}
		w.Position.File = file
		return w
	}
	if otherForm(&kubernetes.Workload{}, &kubernetes.Workload{Ref: kubernetes.Ref{Kind: "Job"}, Position: origin.Position{File: "a"}}) {
		t.Error("workloads without containers are not known to run the same")
	}
	w := of("Deployment", "deployment/a.yaml", "i")
	for o, want := range map[*kubernetes.Workload]bool{
		of("DaemonSet", "daemon-set/a.yaml", "i"):   true,
		of("DaemonSet", "daemon-set/a.yaml", "o"):   false,
		of("DaemonSet", "deployment/a.yaml", "i"):   false,
		of("Deployment", "deployment/b.yaml", "i"):  false,
		of("StatefulSet", "stateful-set.yaml", "i"): true,
	} {
		if otherForm(w, o) != want {
			t.Errorf("%s in %s: %t", o.Kind, o.Position.File, !want)
		}
	}
}

// A port that a Service leads to is declared by its number alone: a name is none, also where
// a container's own number could not be read.
func TestPortsDeclaredByNumber(t *testing.T) {
	for target, want := range map[string]bool{"8080": true, "9090": false, "web": false, "0": false, "-1": false} {
		w := &kubernetes.Workload{Template: kubernetes.PodTemplate{Containers: []kubernetes.Container{
			{Ports: []kubernetes.ContainerPort{{Name: "http", Number: 8080}, {Name: "web"}}},
		}}}
		if got := declaresTarget(&kubernetes.Service{Ports: []kubernetes.ServicePort{{Target: target}}}, w); got != want {
			t.Errorf("port %s is declared: %t", target, got)
		}
	}
}

// Which ports an operator adds to the pods that it makes stands nowhere: a Service that names
// one may lead to it.
func TestPortsThatAnOperatorAdds(t *testing.T) {
	named := kubernetes.Service{Ports: []kubernetes.ServicePort{{Name: "web", Target: "web"}}}
	own := kubernetes.PodTemplate{Containers: []kubernetes.Container{{Ports: []kubernetes.ContainerPort{{Number: 1}}}}}
	for _, x := range []struct {
		why  string
		w    kubernetes.Workload
		want bool
	}{
		{"of what nobody makes", kubernetes.Workload{Template: own}, false},
		{"of what an operator makes", kubernetes.Workload{Template: own, MadeBy: &kubernetes.Maker{Operator: "Prometheus Operator"}}, true},
		{"of what something of no name makes", kubernetes.Workload{Template: own, MadeBy: &kubernetes.Maker{}}, true},
	} {
		if got := leadsTo(&named, &x.w); got != x.want {
			t.Errorf("%s: %t", x.why, got)
		}
	}
}
