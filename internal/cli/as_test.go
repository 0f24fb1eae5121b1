package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/responsibility"
)

// sizedNodes are a cluster with a small node and two large ones, each with a pod that fits
// on a large one alone.
func sizedNodes() string {
	var b strings.Builder
	for i, cpu := range []string{"2", "16", "16"} {
		fmt.Fprintf(&b, `{apiVersion: v1, kind: Node, metadata: {name: n%d, uid: n%d, labels: {eks.amazonaws.com/nodegroup: a}},
  spec: {providerID: "aws:///z/i-%d"},
  status: {allocatable: {cpu: "%s", memory: 60Gi, pods: "50"}, conditions: [{type: Ready, status: "True"}]}}
---
`, i, i, i, cpu)
	}
	const spec = `containers: [{name: web, image: "web:1", resources: {requests: {cpu: "12"}}, readinessProbe: {tcpSocket: {port: 80}}}]`
	for i := 1; i < 3; i++ {
		fmt.Fprintf(&b, `{apiVersion: v1, kind: Pod, metadata: {name: web-%d, namespace: shop, uid: p%d, labels: {app: web, pod-template-hash: x},
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-x, uid: r, controller: true}]},
  spec: {nodeName: n%d, %s}, status: {phase: Running, conditions: [{type: Ready, status: "True"}]}}
---
`, i, i, i, spec)
	}
	fmt.Fprintf(&b, `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop, uid: d},
  spec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {%s}}}}
---
{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web, namespace: shop, uid: b},
  spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}}
`, spec)
	return b.String()
}

// Asked what would be if all of it ran on another offering, onus plays that on the nodes
// that there are: as many, and of their sizes, so that what fitted still does.
func TestAsKeepsNodes(t *testing.T) {
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	dump := filepath.Join(t.TempDir(), "dump.yaml")
	if err := os.WriteFile(dump, []byte(sizedNodes()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, o := range runningWorkloads(c) {
		if o.Contract == nil {
			continue
		}
		var out, errs bytes.Buffer
		Main([]string{"simulate", dump, "--as", o.ID, "-o", "json", "--runs", "2"}, strings.NewReader(""), &out, &errs)
		var v struct {
			Simulations []struct {
				Scenario  string
				Nodes     struct{ Asked, Gone spread }
				Workloads []struct{ BelowFloorSeconds spread }
			}
		}
		if err := json.Unmarshal(out.Bytes(), &v); err != nil {
			t.Fatalf("%s: %v %s", o.ID, err, errs.String())
		}
		for _, s := range v.Simulations {
			// Pods that fit on no new node would be down for hours.
			const most = 1200
			if s.Nodes.Asked.Min != 3 || s.Nodes.Asked.Max != 3 || len(s.Workloads) != 1 || s.Workloads[0].BelowFloorSeconds.Max > most {
				t.Errorf("%s, %s: %+v", o.ID, s.Scenario, s)
			}
		}
	}
}
