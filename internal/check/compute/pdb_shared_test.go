package compute

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// What is said of how many pods a budget lets go is so for the workloads of other units, too,
// and for those that another budget spares.
func TestSharedWithOtherUnits(t *testing.T) {
	scaled := "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: web}, spec: {minReplicas: 5, " +
		"maxReplicas: 40, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}}\n---\n"
	five := strings.Replace(twoOfWeb, "replicas: 2", "replicas: 5", 1)
	for _, x := range []struct {
		name, docs, terms string
		pods              int
		kept              bool
		want              string
	}{
		{"one that falls", five, "maxUnavailable: 2", 2, false,
			"broken: covers 2 workloads together and allows 2 pods to be evicted, which may be all 2 pods of api of unit b"},
		{"one that falls while the others are many", five + scaled, "maxUnavailable: 25%", 3, false,
			"broken: covers 2 workloads together and allows 11 pods to be evicted, which may be all 3 pods of api of unit b"},
		{"one that is spared", five, "maxUnavailable: 2", 2, true,
			"held: covers 2 workloads together and allows 2 pods to be evicted, which may be all 2 pods of api of unit b, " +
				"but those are under another PDB as well, so none of them can be evicted"},
		{"one of one pod that is spared", five, "maxUnavailable: 1", 1, true,
			"held: covers 2 workloads together and allows 1 pod to be evicted, which may be the only pod of api of unit b, " +
				"but that is under another PDB as well, so it cannot be evicted"},
		{"one that stays", five, "maxUnavailable: 2", 3, false,
			"held: covers 2 workloads and allows 2 pods to be evicted, too few to take any of them down"},
	} {
		e := parse(t, x.docs+pdbOver("app: web", x.terms))
		e.Budgets[0].Beyond = []kubernetes.Beyond{{Unit: "b", Kept: x.kept, Workload: kubernetes.Workload{
			Ref: kubernetes.Ref{Kind: "Deployment", Name: "api"}, Replicas: x.pods, Scaled: true, Lasting: true, Evictable: true}}}
		got := "nothing"
		for _, f := range look(t, knowledge(t), "karpenter", e) {
			if f.Obligation == PDBShared.ID {
				got = string(f.Verdict) + ": " + f.Message
			}
		}
		if got != x.want {
			t.Errorf("%s:\n%s, want\n%s", x.name, got, x.want)
		}
	}
}
