package compute

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

// annotatedPods is a workload whose pods ask Karpenter to leave them alone.
func annotatedPods(kind, replicas, value string) string {
	return fmt.Sprintf(`{apiVersion: apps/v1, kind: %s, metadata: {name: web}, spec: {%sselector: {matchLabels: {app: web}},
  template: {metadata: {labels: {app: web}, annotations: {karpenter.sh/do-not-disrupt: %q}}, spec: {containers: [{name: c, image: i}]}}}}
---
`, kind, replicas, value)
}

// Pods that ask Karpenter never to take them keep their nodes from being replaced where it
// does that; no drain of its takes them together.
func TestPodsThatKarpenterLeavesAlone(t *testing.T) {
	const three, one, node = "replicas: 3, ", "replicas: 1, ", "{apiVersion: v1, kind: Node, metadata: {name: one}}\n---\n"
	web := annotatedPods("Deployment", three, "true")
	job := strings.Replace(annotatedPods("Job", "", "true"), "apps/v1", "batch/v1", 1)
	for why, x := range map[string]struct {
		docs, as string
		finishes string // a part of what is said; empty where nothing is
		missing  string // likewise of what is missing, with its severity before
	}{
		"self-run":             {web, "karpenter", "waits without limit", "low Karpenter leaves its pods"},
		"Auto Mode":            {web, "eks-auto-mode", "force-deleted together", "(24 h) no PDB is asked"},
		"GKE":                  {web, "gke-standard", "", "medium On GKE Standard its 3 pods may all"},
		"in numbers":           {annotatedPods("StatefulSet", three, "true"), "karpenter", "evicts none of its 3 pods", "low Karpenter leaves"},
		"one of them":          {annotatedPods("Deployment", one, "true"), "karpenter", "does not evict its pod", ""},
		"for some time":        {annotatedPods("Deployment", three, "2h"), "karpenter", "", "medium On Self-run Karpenter its 3 pods may all"},
		"it may be disrupted":  {annotatedPods("Deployment", three, "false"), "karpenter", "", "medium On Self-run Karpenter its 3 pods may all"},
		"one of each node":     {annotatedPods("DaemonSet", "", "true"), "karpenter", "", ""},
		"none":                 {annotatedPods("Deployment", "replicas: 0, ", "true"), "karpenter", "", ""},
		"where nodes are read": {web + node, "karpenter", "keeps 1 node from being replaced", "low Karpenter leaves"},
		"runs of a Job":        {job, "karpenter", "", ""},
	} {
		finishes, missing := "", ""
		for _, f := range look(t, knowledge(t), x.as, parse(t, x.docs)) {
			switch {
			case f.Verdict != finding.Broken:
			case f.Obligation == ReplacementFinishes.ID:
				finishes = f.Message + " " + f.Consequence
			case f.Obligation == PDBMissing.ID:
				missing = string(f.Severity) + " " + f.Consequence
			}
		}
		if (finishes == "") != (x.finishes == "") || !strings.Contains(finishes, x.finishes) ||
			(missing == "") != (x.missing == "") || !strings.Contains(missing, x.missing) {
			t.Errorf("%s: %q; %q", why, finishes, missing)
		}
	}
}

// Where it is not known who takes the nodes both are said of what has no PDB.
func TestPodsThatKarpenterMayLeaveAlone(t *testing.T) {
	var c consequence
	if said := c.keptByKarpenter(3); !strings.HasPrefix(said, "Where Karpenter takes nodes") || !strings.Contains(said, "all 3 together") {
		t.Error(said)
	}
	if keptAlways(&kubernetes.Workload{}) {
		t.Error("pods without annotations are kept")
	}
}
