package compute

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

// What follows of a webhook that is away is what the API server then does: it refuses
// what it has to ask about, or goes on without.
func TestWhatFollowsOfAWebhook(t *testing.T) {
	hook := func(policy, rules string) string {
		return fmt.Sprintf(service, "ports: [{name: https, port: 443}]") + `---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: hook}
webhooks: [{name: a.b.c, ` + policy + `rules: [` + rules + `], clientConfig: {service: {name: svc, namespace: shop}}}]
`
	}
	const pods = `{apiGroups: [""], resources: [pods], operations: [CREATE]}`
	const both = `, operations: [CREATE, UPDATE]`
	const own = `{apiGroups: [k8s.mariadb.com], resources: [mariadbs, backups, users]` + both + `}`
	of := func(resource, operations string) string {
		return `{apiGroups: [""], resources: [` + resource + `], operations: [` + operations + `]}`
	}
	const ingress = `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: in, namespace: shop}
spec: {defaultBackend: {service: {name: svc}}}
`
	for _, x := range []struct{ why, input, want string }{
		{"it fails closed", hook("", pods), "keeps the API server from taking new pods (failurePolicy Fail)"},
		{"of changes", hook("", of("pods", "UPDATE")), "from taking changed pods (failurePolicy Fail)"},
		{"of deletions", hook("", of("namespaces", "DELETE")), "keeps the API server from deleting namespaces (failurePolicy Fail)"},
		{"of all that is done", hook("", of("pods", `"*"`)), "from taking new and changed pods, and from deleting any (failurePolicy Fail)"},
		{"of what is done to pods", hook("", of("pods/exec", "CONNECT")), "from taking requests for pods/exec (failurePolicy Fail)"},
		{"of evictions", hook("", of("pods/eviction", "CREATE")), "from taking requests for pods/eviction (failurePolicy Fail)"},
		{"of other things of each", hook("", of("pods", "CREATE")+", "+of("services", "DELETE")),
			"from taking requests for pods and one more kind"},
		{"of some namespaces", hook("namespaceSelector: {matchLabels: {a: b}}, ", pods),
			"new pods (those of its namespaceSelector alone; failurePolicy Fail)"},
		{"of some objects", hook("objectSelector: {matchLabels: {a: b}}, matchConditions: [{name: a, expression: x}], ", pods),
			"new pods (those of its objectSelector and matchConditions alone; failurePolicy Fail)"},
		{"of all, by selectors that are empty", hook("namespaceSelector: {}, objectSelector: {}, ", pods), "new pods (failurePolicy Fail)"},
		{"it fails open to deletions", hook("failurePolicy: Ignore, ", of("pods", "DELETE")),
			"leaves out what it does to pods that are deleted meanwhile (failurePolicy Ignore)"},
		{"it fails open", hook("failurePolicy: Ignore, ", pods),
			"leaves out what it does to pods that are made meanwhile (failurePolicy Ignore)"},
		{"of its own kinds", hook("", own), "new and changed mariadbs of k8s.mariadb.com and 2 more kinds"},
		{"of every kind", hook("", `{apiGroups: ["*"], resources: ["*"]`+both+`}`), "new and changed objects of every kind"},
		{"of two kinds", hook("", pods+`, {apiGroups: [apps], resources: [deployments], operations: [CREATE]}`), "new pods and one more kind"},
		{"one that everybody waits for, too", hook("", pods) + ingress, "is an outage"},
		{"no rules", hook("", ""), "from taking what its program has it asked about (failurePolicy Fail; its rules were not read)"},
	} {
		told := false
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, fmt.Sprintf(deployment, "web", "")+x.input)) {
			if f.Verdict == finding.Broken && f.Obligation == SingleReplica.ID {
				told = true
				if !strings.Contains(f.Consequence, x.want) {
					t.Errorf("%s: %q, want %q", x.why, f.Consequence, x.want)
				}
			}
		}
		if !told {
			t.Errorf("%s: nothing is told", x.why)
		}
	}
}

// A webhook by which pods or namespaces come weighs most; that of other resources less, and that of
// what one operator works with least.
func TestSeverityOfWebhooks(t *testing.T) {
	hook := func(rules string) string {
		return fmt.Sprintf(service, "ports: [{name: https, port: 443}]") + `---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: hook}
webhooks: [{name: a.b.c, rules: [` + rules + `], clientConfig: {service: {name: svc, namespace: shop}}}]
`
	}
	rule := func(group, resource string) string {
		return `{apiGroups: ["` + group + `"], resources: ["` + resource + `"], operations: [CREATE]}`
	}
	const elects = "args: [--leader-elect]"
	for name, x := range map[string]struct{ rules, args, severity string }{
		"pods":                                {rule("", "pods"), "", "high"},
		"pods, of one leader":                 {rule("", "pods"), elects, "high"},
		"evictions":                           {rule("", "pods/eviction"), "", "high"},
		"namespaces":                          {rule("", "namespaces"), "", "high"},
		"Deployments":                         {rule("apps", "deployments"), "", "high"},
		"Jobs":                                {rule("batch", "jobs"), "", "high"},
		"everything":                          {rule("*", "*"), "", "high"},
		"pods and its own":                    {rule("", "pods") + ", " + rule("example.org", "queues"), elects, "high"},
		"ConfigMaps":                          {rule("", "configmaps"), "", "medium"},
		"Ingresses":                           {rule("networking.k8s.io", "ingresses"), "", "medium"},
		"Ingresses, of one leader":            {rule("networking.k8s.io", "ingresses"), elects, "medium"},
		"its own":                             {rule("example.org", "queues"), "", "medium"},
		"its own, of one leader":              {rule("example.org", "queues"), elects, "low"},
		"its own and Ingresses":               {rule("example.org", "queues") + ", " + rule("networking.k8s.io", "ingresses"), elects, "medium"},
		"what it says itself":                 {"", "", "medium"},
		"what it says itself, and one leader": {"", elects, "low"},
	} {
		told := false
		docs := strings.Replace(fmt.Sprintf(deployment, "web", ""), "image: i", "image: i, "+x.args, 1) + hook(x.rules)
		if x.args == "" {
			docs = strings.Replace(docs, "image: i, ", "image: i", 1)
		}
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, docs)) {
			if f.Verdict == finding.Broken && f.Obligation == SingleReplica.ID {
				if told = true; f.Severity != x.severity {
					t.Errorf("%s: %s, want %s: %v", name, f.Severity, x.severity, f.Evidence)
				}
			}
		}
		if !told {
			t.Errorf("%s: nothing is told", name)
		}
	}
}

// A workload is a webhook by a word of its name.
func TestWebhooksByName(t *testing.T) {
	for name, want := range map[string]bool{
		"cert-manager-webhook": true, "webhooks": true, "admission-server": true, "gateway-admission": true, "web": false, "webhooked": false,
	} {
		if got := hooks(&kubernetes.Workload{Ref: kubernetes.Ref{Name: name}}); got != want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
