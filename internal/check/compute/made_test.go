package compute

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
)

// A budget that a controller makes is changed where that is told to, and nowhere
// else: what is done to the object is undone.
func TestBudgetsThatOperatorsMake(t *testing.T) {
	c := knowledge(t)
	workload := func(name string, replicas int) string {
		return fmt.Sprintf(`{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: %[1]s}, spec: {replicas: %[2]d, serviceName: x, selector: {matchLabels: {app: %[1]s}},
  template: {metadata: {labels: {app: %[1]s, cluster: k}}, spec: {containers: [{name: c, image: i}]}}}}
---
`, name, replicas)
	}
	budget := func(name, spec string) string {
		return "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: " + name +
			", ownerReferences: [{apiVersion: kafka.strimzi.io/v1, kind: Kafka, name: k, uid: u, controller: true}]}, spec: {" + spec + "}}\n---\n"
	}
	for obligation, x := range map[string]struct {
		docs string
	}{
		PDBShared.ID:      {workload("a", 1) + workload("b", 3) + budget("k", "maxUnavailable: 1, selector: {matchLabels: {cluster: k}}")},
		PDBNeverAllows.ID: {workload("a", 3) + budget("k", "maxUnavailable: 0, selector: {matchLabels: {cluster: k}}")},
		PDBMissing.ID:     {workload("a", 3) + budget("k", "minAvailable: 0, selector: {matchLabels: {cluster: k}}")},
		PDBOrphan.ID:      {workload("a", 3) + budget("k", "maxUnavailable: 1, selector: {matchLabels: {cluster: other}}")},
		PDBOverlap.ID: {workload("a", 3) + budget("k", "maxUnavailable: 1, selector: {matchLabels: {cluster: k}}") +
			budget("a", "maxUnavailable: 1, selector: {matchLabels: {app: a}}")},
	} {
		seen := false
		for _, f := range look(t, c, "eks-auto-mode", parse(t, x.docs)) {
			if f.Verdict != finding.Broken || f.Fix == nil {
				continue
			}
			seen = seen || f.Obligation == obligation && strings.Contains(f.Fix.Summary, "Kafka k")
			for _, change := range f.Fix.Changes {
				if change.Object.Kind == "PodDisruptionBudget" && change.Action != finding.Create {
					t.Errorf("%s: %s", f.Obligation, manifests(f.Fix))
				}
			}
		}
		if !seen {
			t.Errorf("%s does not name what the operator makes it of", obligation)
		}
	}
}
