package compute

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/locate"
)

// What a MachineConfigPool says goes over the default of OpenShift, and nodes of one that
// is paused are told to stay.
func TestConfigPools(t *testing.T) {
	const node = `---
apiVersion: v1
kind: Node
metadata: {name: worker-%[1]d, labels: {node.openshift.io/os_id: rhcos, node-role.kubernetes.io/worker: ''}}
status: {allocatable: {cpu: '4', memory: 16Gi, pods: '58'}, conditions: [{type: Ready, status: 'True'}]}
---
apiVersion: v1
kind: Pod
metadata:
  {name: web-%[1]d, namespace: shop, labels: {a: w},
  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, controller: true}]}
spec: {nodeName: worker-%[1]d, containers: [{name: a, image: a}]}
status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}
`
	for says, want := range map[string]string{
		"":                        "upgrade takes 1 node at a time by default",
		"maxUnavailable: 1, ":     "upgrade takes 1 node at a time by default",
		"maxUnavailable: 3, ":     "upgrade takes 3 nodes at once, as MachineConfigPool worker has it",
		`maxUnavailable: "50%", `: "upgrade takes 2 nodes at once, as MachineConfigPool worker has it",
		`maxUnavailable: "45%", `: "upgrade takes 1 node at a time by default",
		"paused: true, ":          "MachineConfigPool worker is paused, and none of its nodes goes until it is resumed",
	} {
		text := fmt.Sprintf(deployment, "web", "")
		for i := range 4 {
			text += fmt.Sprintf(node, i)
		}
		text += "---\napiVersion: machineconfiguration.openshift.io/v1\nkind: MachineConfigPool\nmetadata: {name: worker}\n" +
			"spec: {" + says + "nodeSelector: {matchLabels: {node-role.kubernetes.io/worker: ''}}}\n"
		e := parse(t, text)
		c := &consequences{estate: e, places: locate.Locate(knowledge(t), e, nil, nil), nodes: map[string]int{}}
		for n := range e.Nodes {
			c.nodes[e.Nodes[n].Name] = n
		}
		x := c.of(0)
		said := x.pace(x.routine())
		if !strings.HasPrefix(said, want) {
			t.Errorf("%s: %q, want %q", says, said, want)
		}
	}
}
