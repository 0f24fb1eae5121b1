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

// What pools of clouds say goes over the default of their contracts, too, with nodes and
// without them.
func TestPaceOfPools(t *testing.T) {
	const node = `---
apiVersion: v1
kind: Node
metadata: {name: w-%[1]d, labels: {kubernetes.azure.com/cluster: c, kubernetes.azure.com/agentpool: np}}
---
apiVersion: v1
kind: Pod
metadata:
  {name: web-%[1]d, namespace: shop, labels: {a: w},
  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, controller: true}]}
spec: {nodeName: w-%[1]d, containers: [{name: a, image: a}]}
status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}
`
	for name, x := range map[string]struct {
		spec  string
		nodes int
		want  string
	}{
		"nothing":  {"{}", 4, "upgrade (node-image) takes 1 node at a time by default"},
		"a share":  {`{upgradeSettings: {maxSurge: "50%"}}`, 4, "upgrade (node-image) takes 2 nodes at once, as pool np has it"},
		"a number": {`{upgradeSettings: {maxSurge: "3"}}`, 0, "upgrade (node-image) takes 3 nodes at once, as pool np has it"},
		"a share of how many": {`{upgradeSettings: {maxSurge: "50%"}}`, 0,
			"upgrade (node-image) takes a share of the nodes at once, as pool np has it"},
		"another strategy": {`{upgradeStrategy: BlueGreen}`, 4, "upgrade (blue-green) takes 10% of nodes at once by default"},
		"one at a time, by it": {`{upgradeStrategy: BlueGreen, upgradeSettingsBlueGreen: {drainBatchSize: "1"}}`, 4,
			"upgrade (blue-green) takes 1 node at a time, as pool np has it"},
	} {
		text := fmt.Sprintf(deployment, "web", "")
		for i := range x.nodes {
			text += fmt.Sprintf(node, i)
		}
		text += "---\napiVersion: containerservice.azure.com/v1api20240901\nkind: ManagedClustersAgentPool\nmetadata: {name: np}\nspec: " +
			x.spec + "\n"
		e := parse(t, text)
		c := &consequences{estate: e, places: locate.Locate(knowledge(t), e, nil, nil), nodes: map[string]int{}}
		for n := range e.Nodes {
			c.nodes[e.Nodes[n].Name] = n
		}
		y := c.of(0)
		if said := y.pace(y.routine()); !strings.HasPrefix(said, x.want) {
			t.Errorf("%s: %q, want %q", name, said, x.want)
		}
	}
}
