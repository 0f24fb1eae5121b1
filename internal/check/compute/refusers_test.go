package compute

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

// A webhook that may refuse to let pods go is told, where no deadline forces their nodes.
func TestWebhooksThatMayRefuse(t *testing.T) {
	const hook = `---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks:
- {name: guard.example.com, failurePolicy: Ignore, clientConfig: {service: {name: guard, namespace: guard}},
  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods/eviction]}]}
- {name: second.example.com, failurePolicy: Ignore, clientConfig: {service: {name: guard, namespace: guard}},
  rules: [{apiGroups: [""], apiVersions: [v1], operations: [DELETE], resources: [pods]}]}
`
	known := func(k kubernetes.Habit) *kubernetes.Habit {
		k.Title = "The Mover"
		if k.Spares == nil {
			k.Spares = func(map[string]string) bool { return false }
		}
		return &k
	}
	for _, x := range []struct {
		why, offering string
		habit         *kubernetes.Habit
		want          string // empty for nothing
	}{
		{"of which nothing is known", "karpenter", nil, "webhook guard.example.com is asked before pods of web go, and may refuse"},
		{"that means to", "karpenter", known(kubernetes.Habit{Instead: "it moves them"}),
			"webhook guard.example.com (The Mover) means to refuse that pods of web go; it moves them, and who drains the node has to ask again"},
		{"by rules", "karpenter", known(kubernetes.Habit{ByRules: true}), ""},
		{"of others", "karpenter", known(kubernetes.Habit{Spares: func(map[string]string) bool { return true }}), ""},
		{"where a deadline forces nodes", "eks-auto-mode", nil, ""},
	} {
		e := parse(t, fmt.Sprintf(deployment, "web", "")+hook)
		for i := range e.Webhooks {
			if e.Webhooks[i].Habit = x.habit; x.habit != nil && i > 0 {
				e.Webhooks = e.Webhooks[:1]
				break
			}
		}
		var all []string
		for _, f := range look(t, knowledge(t), x.offering, e) {
			if f.Obligation == ReplacementFinishes.ID {
				all = append(all, string(f.Verdict)+" "+f.Subject.Name+" "+f.Message)
			}
		}
		said := strings.Join(all, "\n")
		if x.want == "" && said != "" || len(all) > 1 || !strings.Contains(said, x.want) ||
			said != "" && !strings.HasPrefix(said, string(finding.Unknown)+" guard may keep nodes from being replaced under ") {
			t.Errorf("a webhook %s: %q, want %q", x.why, said, x.want)
		}
	}
}
