package compute

import (
	"fmt"
	"strings"
	"testing"

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
	const own = `{apiGroups: [k8s.mariadb.com], resources: [mariadbs, backups, users]}`
	const ingress = `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: in, namespace: shop}
spec: {defaultBackend: {service: {name: svc}}}
`
	for _, x := range []struct{ why, input, want string }{
		{"it fails closed", hook("", pods), "keeps the API server from taking new and changed pods (failurePolicy Fail)"},
		{"it fails open", hook("failurePolicy: Ignore, ", pods),
			"leaves out what it does to pods that are made meanwhile (failurePolicy Ignore)"},
		{"of its own kinds", hook("", own), "new and changed mariadbs of k8s.mariadb.com and 2 more kinds"},
		{"of every kind", hook("", `{apiGroups: ["*"], resources: ["*"]}`), "new and changed objects of every kind"},
		{"of two kinds", hook("", pods+`, {apiGroups: [apps], resources: [deployments]}`), "pods and one more kind"},
		{"one that everybody waits for, too", hook("", pods) + ingress, "is an outage"},
		{"no rules", hook("", ""), "is an outage"},
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
