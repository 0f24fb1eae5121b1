package compute

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
)

// The strategy Recreate stops all pods before new ones start, and asks no PDB: of two pods as
// of more. The only pod goes with each release by any PDB that lets it go.
func TestReleaseThatTakesAllPods(t *testing.T) {
	for pods, want := range map[int]string{1: "", 2: "2 of its 2 pods", 3: "3 of its 3 pods"} {
		docs := strings.Replace(named("web", pods, ""), "spec: {", "spec: {strategy: {type: Recreate}, ", 1)
		told := ""
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, docs+pdbOver("app: web", "maxUnavailable: 1"))) {
			if f.Obligation == ReleaseWithinBudget.ID && f.Verdict == finding.Broken {
				told += f.Message
			}
		}
		if (told == "") != (want == "") || !strings.Contains(told, want) {
			t.Errorf("%d pods: %q, want %q", pods, told, want)
		}
	}
}
