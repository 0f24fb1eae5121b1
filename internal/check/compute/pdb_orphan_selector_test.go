package compute

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
)

// A budget without a selector selects no pod, whatever gets which labels later; one with labels
// that no pod has may come to select some.
func TestBudgetsThatCannotSelect(t *testing.T) {
	for spec, want := range map[string]bool{
		"maxUnavailable: 0":  false,
		"maxUnavailable: 0%": false,
		"minAvailable: 100%": false,
		"maxUnavailable: 0, selector: {matchLabels: {app: gone}}":  true,
		"minAvailable: 100%, selector: {matchLabels: {app: gone}}": true,
		"maxUnavailable: 1, selector: {matchLabels: {app: gone}}":  false,
	} {
		e := parse(t, deployed("image: app", "")+routed+
			"{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: freeze}, spec: {"+spec+"}}\n")
		told := false
		for _, f := range look(t, knowledge(t), "eks-managed-nodegroup", e) {
			if f.Obligation == PDBOrphan.ID && f.Verdict == finding.Broken {
				told = true
				if got := strings.Contains(f.Consequence, "later"); got != want {
					t.Errorf("%s: %q", spec, f.Consequence)
				}
			}
		}
		if !told {
			t.Errorf("%s: not told that it selects nothing", spec)
		}
	}
}
