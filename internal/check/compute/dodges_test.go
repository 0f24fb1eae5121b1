package compute

import (
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
)

// Pods that tolerate Karpenter's taint go with their nodes where Karpenter drains those, so that
// no PDB of theirs holds anything up there. Other drains ask it.
func TestBudgetsThatNoDrainAsks(t *testing.T) {
	const none = "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\n" +
		"spec: {maxUnavailable: 0, selector: {matchLabels: {app: web}}}\n"
	second := strings.Replace(strings.Replace(none, "name: web", "name: second", 1), "maxUnavailable: 0", "maxUnavailable: 1", 1)
	for name, x := range map[string]struct {
		offering, tolerations, more string
		want                        []string
	}{
		"everything":            {"karpenter", "{operator: Exists}", "", []string{"drain-dodger"}},
		"the taint by its key":  {"karpenter", "{key: karpenter.sh/disrupted, operator: Exists}", "", []string{"drain-dodger"}},
		"with two PDBs":         {"eks-auto-mode", "{operator: Exists, effect: NoSchedule}", second, []string{"drain-dodger"}},
		"another taint":         {"karpenter", "{key: dedicated, operator: Exists}", "", []string{"pdb-never-allows"}},
		"under kubectl's drain": {"eks-managed-nodegroup", "{operator: Exists}", "", []string{"pdb-never-allows"}},
		"there, with two":       {"gke-standard", "{operator: Exists}", second, []string{"pdb-never-allows", "pdb-overlap"}},
		"in a cluster of AKS":   {"aks", "{operator: Exists}", "", []string{"pdb-never-allows"}},
	} {
		docs := strings.Replace(deployed("image: app", ""), "containers:", "tolerations: ["+x.tolerations+"], containers:", 1)
		docs = strings.Replace(docs, "replicas: 1", "replicas: 3", 1)
		e := parse(t, docs+routed+none+x.more)
		if len(e.Workloads[0].Template.Tolerations) != 1 || len(e.Budgets) == 0 {
			t.Fatalf("%s: %+v", name, e.Workloads)
		}
		var got []string
		for _, f := range look(t, knowledge(t), x.offering, e) {
			about := []string{"drain-dodger", "pdb-never-allows", "pdb-overlap"}
			if f.Verdict == finding.Broken && slices.Contains(about, f.Obligation) {
				got = append(got, f.Obligation)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, x.want) {
			t.Errorf("%s: broken are %v, want %v", name, got, x.want)
		}
	}
}
