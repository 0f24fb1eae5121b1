package compute

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
)

// What a tool builds weighs less where its author lets the only pod go in rollouts, where
// the fix changes nothing, and where many pods or a queue would have to go with it.
func TestSeverityOfWhatAToolBuilds(t *testing.T) {
	private := fmt.Sprintf(service, "ports: [{name: http, port: 80}]")
	public := fmt.Sprintf(service, "type: LoadBalancer, ports: [{port: 443}]")
	one := func(more string) string {
		return strings.Replace(fmt.Sprintf(deployment, "web", ""), "spec: {replicas: 1,", "spec: {"+more+"replicas: 1,", 1)
	}
	image := func(name string) string {
		return strings.Replace(fmt.Sprintf(deployment, "web", ""), "image: i", "image: "+name, 1)
	}
	sized := func(name string, n int) string {
		return strings.Replace(fmt.Sprintf(deployment, name, ""), "replicas: 1", fmt.Sprintf("replicas: %d", n), 1)
	}
	onClaim := func(input string) string {
		return strings.Replace(input, "containers:", "volumes: [{name: d, persistentVolumeClaim: {claimName: disk}}], containers:", 1)
	}
	caller := "---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: api, namespace: shop}, spec: {replicas: 2, " +
		"selector: {matchLabels: {b: o}}, template: {metadata: {labels: {b: o}}, " +
		"spec: {containers: [{name: c, image: i, env: [{name: X, value: 'http://svc:80'}]}]}}}}\n"
	metrics := fmt.Sprintf(service, "ports: [{name: http-metrics, port: 80}]")
	lets := "strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}, "
	node := "---\n{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {allocatable: {cpu: '64', memory: 64Gi, pods: '99'}}}\n"
	for _, x := range []struct{ why, of, input, severity string }{
		{"everybody waits", SingleReplica.ID, one("") + public, "high"},
		{"its author lets it go", SingleReplica.ID, one(lets) + public, "low"},
		{"a database on a claim, of others inside", SingleReplica.ID, onClaim(image("postgres")) + private + caller, "low"},
		{"a database on a claim, of everybody", SingleReplica.ID, onClaim(image("postgres")) + public, "low"},
		{"records that go with it, of others inside", SingleReplica.ID, image("postgres") + private + caller, "medium"},
		{"records that go with it, of everybody", SingleReplica.ID, image("postgres") + public, "high"},
		{"records in RabbitMQ", SingleReplica.ID, image("rabbitmq:3") + private + caller, "medium"},
		{"records that nobody calls for", SingleReplica.ID, image("postgres"), "low"},
		{"what a cache may hold", SingleReplica.ID, image("redis") + private + caller, "low"},
		{"measurements", SingleReplica.ID, image("prom/prometheus") + private + caller, "low"},
		{"others inside, and two may run", SingleReplica.ID, image("httpd") + private + caller, "medium"},
		{"others inside, and nobody knows whether two may run", SingleReplica.ID, one("") + private + caller, "low"},
		{"called at a port that is named after metrics", SingleReplica.ID, image("httpd") + metrics + caller, "medium"},
		{"read for its metrics", SingleReplica.ID, one("") + metrics, "low"},
		{"five pods", PDBMissing.ID, sized("web", 5) + private, "medium"},
		{"six pods", PDBMissing.ID, sized("web", 6) + private, "low"},
		{"six pods, and a node that carries all", PDBMissing.ID, sized("web", 6) + private + node, "medium"},
		{"two that work a queue", PDBMissing.ID, sized("mail-worker", 2) + private, "low"},
		{"two that work a queue, and are called", PDBMissing.ID, sized("mail-worker", 2) + private + caller, "medium"},
		{"two by a word that begins so", PDBMissing.ID, sized("workerhub", 2) + private, "medium"},
		{"two to which nothing leads", PDBMissing.ID, sized("web", 2), "low"},
	} {
		told := false
		for _, f := range lookedAsUnit(t, parse(t, x.input)) {
			if f.Obligation != x.of || f.Verdict != finding.Broken || f.Subject.Name == "api" {
				continue
			}
			if told = true; f.Severity != x.severity {
				t.Errorf("%s: %s, want %s: %s", x.why, f.Severity, x.severity, allEvidence(&f))
			}
		}
		if !told {
			t.Errorf("%s: nothing is broken", x.why)
		}
	}
}

// What only serves a program beside it does not hide that nobody waits for that one, or
// that it is there to be tried.
func TestWhatServesASample(t *testing.T) {
	beside := func(image, other string) string {
		both := "containers: [{name: p, image: " + other + "}, {name: c, image: " + image + "}]"
		return strings.Replace(fmt.Sprintf(deployment, "web", ""), "containers: [{name: c, image: i}]", both, 1) +
			fmt.Sprintf(service, "type: LoadBalancer, ports: [{port: 443}]")
	}
	for input, want := range map[string]string{
		beside("echoserver", "git-sync"): "low", beside("kafka-ui", "git-sync"): "low",
		beside("echoserver", "app"): "high", beside("kafka-ui", "app"): "high", beside("app", "git-sync"): "high",
	} {
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, input)) {
			if f.Obligation == SingleReplica.ID && f.Severity != want {
				t.Errorf("%s, want %s: %s", f.Severity, want, allEvidence(&f))
			}
		}
	}
}
