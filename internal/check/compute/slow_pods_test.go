package compute

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
)

// slowPods is a StatefulSet of two on one node, under a PDB that lets one go at a time;
// a second node is free.
func slowPods(node, grace, delay string) string {
	const nodes = `{apiVersion: v1, kind: Node, metadata: {name: n%d, uid: n%d, creationTimestamp: "2026-11-23T08:00:00Z", labels: {%s}},
  status: {allocatable: {cpu: "4", memory: 16Gi, pods: "58"}, conditions: [{type: Ready, status: "True"}]}}
---
`
	const pods = `{apiVersion: v1, kind: Pod, metadata: {name: db-%d, uid: db-%d, labels: {app: db},
  ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: db, uid: db, controller: true}]},
  spec: {nodeName: n0, containers: [{name: c, image: i}]}, status: {phase: Running, conditions: [{type: Ready, status: "True"}]}}
---
`
	docs := fmt.Sprintf(`{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, uid: db}, spec: {replicas: 2,
  podManagementPolicy: Parallel,
  selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}}, spec: {terminationGracePeriodSeconds: %s,
  containers: [{name: c, image: i, readinessProbe: {initialDelaySeconds: %s, httpGet: {path: /, port: 80}}}]}}}}
---
{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: db}, spec: {maxUnavailable: 1, selector: {matchLabels: {app: db}}}}
---
`, grace, delay)
	for n := range 2 {
		docs += fmt.Sprintf(nodes, n, n, node) + fmt.Sprintf(pods, n, n)
	}
	return docs
}

// What pods may take to stop and to get ready is held against the deadline of the
// platform: nothing is proved that a pod which uses its grace disproves, and what is
// proved up to some time says up to which.
func TestSlowPods(t *testing.T) {
	const gke, eks, aks = "cloud.google.com/gke-nodepool: p", "eks.amazonaws.com/nodegroup: g", "kubernetes.azure.com/cluster: c"
	for _, x := range []struct {
		name, on, node, grace, delay string
		id                           string
		verdict                      finding.Verdict // empty where it is not told
		says                         string
	}{
		{"a grace beyond a deadline that forces", "gke-standard", gke, "7200", "1", SurvivesReplacementID, finding.Unknown, "not proven safe"},
		{"one well within it", "gke-standard", gke, "60", "1", SurvivesReplacementID, finding.Held,
			"keeps at least 1 of 2 pods ready in every order of events, under upgrade (surge), upgrade (manual) and urgent patch"},
		{"a start beyond it", "gke-standard", gke, "60", "3600", SurvivesReplacementID, finding.Broken, "leaves 0 of 2 pods ready"},
		{"a grace beyond a deadline that fails", "eks-managed-nodegroup", eks, "7200", "1", "replacement-finishes", finding.Unknown,
			"may keep its nodes from being replaced under upgrade (rolling): its pods may take 2 h to stop, and the operation fails after 15 min"},
		{"a grace within it", "eks-managed-nodegroup", eks, "60", "1", "replacement-finishes", "", ""},
		{"a start beyond a deadline that fails", "eks-managed-nodegroup", eks, "60", "2400", "replacement-finishes", finding.Broken,
			"keeps 1 node from being replaced under upgrade (rolling): its drain was given up at its deadline"},
		{"a grace beyond one of several deadlines", "aks", aks, "7200", "1", "replacement-finishes", finding.Unknown,
			"its pods may take 2 h to stop"},
	} {
		told := false
		for _, f := range withOutcomes(look(t, knowledge(t), x.on, parse(t, slowPods(x.node, x.grace, x.delay)))) {
			if f.Obligation != x.id || f.Subject.Name != "db" {
				continue
			}
			told = true
			if f.Verdict != x.verdict || !strings.Contains(f.Message, x.says) {
				t.Errorf("%s: %s: %s", x.name, f.Verdict, f.Message)
			}
			if f.Verdict == finding.Unknown && x.id == "replacement-finishes" && f.Basis != "assumed" {
				t.Errorf("%s: what it may take is %s", x.name, f.Basis)
			}
		}
		if told != (x.verdict != "") {
			t.Errorf("%s: told is %t", x.name, told)
		}
	}
}
