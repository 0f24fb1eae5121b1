package manifest

import (
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// What the topology of a Cluster says of its pools goes before what its class says, in each
// version of the Cluster API; what a class may say that was not read is not known.
func TestTopologies(t *testing.T) {
	one := func(n int) contract.Pace { return contract.Pace{Kind: contract.PaceNodes, Nodes: n} }
	const (
		v1, v2 = "apiVersion: cluster.x-k8s.io/v1beta1\n", "apiVersion: cluster.x-k8s.io/v1beta2\n"
		class1 = "---\n" + v1 + `kind: ClusterClass
metadata: {name: base, namespace: m}
spec: {workers: {machineDeployments: [{class: worker, nodeDrainTimeout: 10m, nodeVolumeDetachTimeout: 5m,
  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 2, maxUnavailable: 0}},
  template: {infrastructure: {ref: {kind: DockerMachineTemplate}}}}]}}
`
		class2 = "---\n" + v2 + `kind: ClusterClass
metadata: {name: base, namespace: shared}
spec: {workers: {machinePools: [{class: worker, deletion: {nodeDrainTimeoutSeconds: 600}, infrastructure: {templateRef: {kind: KIND}}}]}}
`
	)
	cluster1 := func(says string) string {
		return v1 + "kind: Cluster\nmetadata: {name: c, namespace: m}\n" +
			"spec: {topology: {class: base, workers: {machineDeployments: [{class: worker, name: md-0" + says + "}]}}}\n"
	}
	cluster2 := func(kind string) string {
		return v2 + "kind: Cluster\nmetadata: {name: c, namespace: m}\n" +
			"spec: {paused: true, topology: {classRef: {name: base, namespace: shared}, workers: {" + kind + ": [{class: worker, name: x}]}}}\n"
	}
	docker := strings.Replace(class2, "KIND", "DockerMachinePoolTemplate", 1)
	azure := strings.Replace(class2, "KIND", "AzureManagedMachinePoolTemplate", 1)
	set := func(drain, detach time.Duration, rolling contract.Rolling) contract.Settings {
		return contract.Settings{Drain: drain * time.Minute, Detach: detach, Rolling: rolling}
	}
	rolls := contract.Rolling{Surge: one(2), Unavailable: one(0)}
	for name, test := range map[string]struct {
		written string
		want    contract.Settings
		none    bool
	}{
		"the topology says it": {cluster1(", nodeDrainTimeout: 20m, strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}"),
			set(20, contract.Forever, contract.Rolling{Surge: one(0), Unavailable: one(1)}), false},
		"its class was not read":   {cluster1(""), contract.Settings{Detach: contract.Forever, Unplayed: true}, false},
		"no limit, and no class":   {cluster1(", nodeDrainTimeout: 0s"), contract.Settings{Detach: contract.Forever}, false},
		"its class says it":        {cluster1("") + class1, set(10, 5*time.Minute, rolls), false},
		"both say it":              {cluster1(", nodeDrainTimeout: 1m") + class1, set(1, 5*time.Minute, rolls), false},
		"no limit over that of it": {cluster1(", nodeDrainTimeout: 0s") + class1, set(0, 5*time.Minute, rolls), false},
		"OnDelete over it": {cluster1(", strategy: {type: OnDelete}") + class1,
			contract.Settings{Drain: 10 * time.Minute, Detach: 5 * time.Minute, OnDelete: true}, false},
		"v1beta2, a MachinePool": {cluster2("machinePools") + docker,
			contract.Settings{Drain: 10 * time.Minute, Detach: contract.Forever, Paused: true}, false},
		"a pool of a cloud":          {cluster2("machinePools") + azure, contract.Settings{}, true},
		"a class of another kind":    {cluster2("machineDeployments") + docker, contract.Settings{Detach: contract.Forever, Paused: true}, false},
		"without a topology":         {v1 + "kind: Cluster\nmetadata: {name: c}\nspec: {paused: true}\n", contract.Settings{}, true},
		"a class alone":              {class1, contract.Settings{}, true},
		"one that cannot be decoded": {cluster1(", nodeDrainTimeout: {a: b}"), contract.Settings{}, true},
		"its object was read": {cluster1(", nodeDrainTimeout: 20m") + "---\n" + v1 + `kind: MachineDeployment
metadata: {name: c-md-0-abcde, namespace: m, labels: {cluster.x-k8s.io/cluster-name: c, topology.cluster.x-k8s.io/deployment-name: md-0}}
spec: {template: {spec: {nodeDrainTimeout: 3m}}}
`, contract.Settings{Drain: 3 * time.Minute, Detach: contract.Forever}, false},
	} {
		e := mustRead(t, test.written)
		if test.none {
			if len(e.Pools) != 0 {
				t.Errorf("%s: %+v", name, e.Pools)
			}
			continue
		}
		if len(e.Pools) != 1 || e.Pools[0].Settings() != test.want {
			t.Errorf("%s: %+v", name, e.Pools)
		}
	}
}

// The nodes of a pool of a topology name a MachineSet, or a MachinePool, whose name the
// topology makes; the annotations and labels of the pool are those of its machines.
func TestPoolOfTopology(t *testing.T) {
	const written = `{apiVersion: cluster.x-k8s.io/v1beta1, kind: Cluster, metadata: {name: c, namespace: m}, spec: {topology: {class: base,
  workers: {machineDeployments: [{class: worker, name: md-0, metadata: {labels: {a: b}, annotations: {
    machine.cluster.x-k8s.io/exclude-node-draining: "", cluster.x-k8s.io/cluster-api-autoscaler-node-group-min-size: "2"}}}],
  machinePools: [{class: worker, name: mp}]}}}}
---
{apiVersion: cluster.x-k8s.io/v1beta1, kind: Cluster, metadata: {name: d, namespace: m}, spec: {topology: {class: named, workers: {
  machineDeployments: [{class: worker, name: md-0}]}}}}
---
{apiVersion: cluster.x-k8s.io/v1beta1, kind: ClusterClass, metadata: {name: named, namespace: m}, spec: {workers: {machineDeployments: [
  {class: worker, namingStrategy: {template: "w.{{ .machineDeployment.topologyName }}-{{.random}}"}}]}}}
`
	e := mustRead(t, written)
	if len(e.Pools) != 3 {
		t.Fatalf("%+v", e.Pools)
	}
	if p := &e.Pools[0]; !p.Deletion.Undrained || p.Least != 2 || p.MachineLabels["a"] != "b" ||
		p.MachineLabels["topology.cluster.x-k8s.io/deployment-name"] != "md-0" || p.Unread != "ClusterClass m/base" {
		t.Errorf("%+v", p)
	}
	for owner, want := range map[[2]string]string{
		{"MachineSet", "c-md-0-abcde-xyz"}: "c-md-0", {"MachinePool", "c-mp-x7k2p"}: "c-mp", {"MachineSet", "w.md-0-abcde-xyz"}: "d-md-0",
		{"MachineSet", "c-md-00-abcde-xyz"}: "", {"MachineSet", "wxmd-0-abcde-xyz"}: "", {"MachineSet", "other-abcde"}: "",
	} {
		n := &kubernetes.Node{Annotations: map[string]string{"cluster.x-k8s.io/owner-kind": owner[0], "cluster.x-k8s.io/owner-name": owner[1]}}
		if got := e.OwnerOfMachine(n); got != want {
			t.Errorf("%v: %q, wants %q", owner, got, want)
		}
	}
}

// An instance group of kOps says how its nodes go, and its cluster does where it says nothing.
func TestInstanceGroups(t *testing.T) {
	one := func(n int) contract.Pace { return contract.Pace{Kind: contract.PaceNodes, Nodes: n} }
	tenth := contract.Pace{Kind: contract.PacePercent, Percent: 10}
	const off = "rollingUpdate.drainAndTerminate: false"
	for name, test := range map[string]struct {
		cluster, group string
		want           contract.Settings
		none           bool
	}{
		"nothing said": {"{}", "{role: Node}", contract.Settings{}, false},
		"off": {"{}", "{role: Node, rollingUpdate: {drainAndTerminate: false, maxSurge: 2}}",
			contract.Settings{Paused: true, PausedBy: off, Rolling: contract.Rolling{Surge: one(2)}}, false},
		"off in the cluster": {"{rollingUpdate: {drainAndTerminate: false}}", "{role: Node}",
			contract.Settings{Paused: true, PausedBy: off}, false},
		"on over it": {"{rollingUpdate: {drainAndTerminate: false}}", "{role: Node, rollingUpdate: {drainAndTerminate: true}}",
			contract.Settings{}, false},
		"a share of the nodes": {"{rollingUpdate: {maxSurge: 1}}", "{rollingUpdate: {maxUnavailable: 10%}}",
			contract.Settings{Rolling: contract.Rolling{Surge: one(1), Unavailable: tenth, OneAtLeast: true}}, false},
		"the control plane": {"{rollingUpdate: {maxSurge: 3}}", "{role: Master}",
			contract.Settings{Rolling: contract.Rolling{Surge: one(0)}}, false},
		"a bastion":                  {"{}", "{role: Bastion, rollingUpdate: {drainAndTerminate: false}}", contract.Settings{}, true},
		"one that Karpenter runs":    {"{}", "{role: Node, manager: Karpenter}", contract.Settings{}, true},
		"one that cannot be decoded": {"{}", "{rollingUpdate: {drainAndTerminate: [a]}}", contract.Settings{}, true},
		"of a cluster that is not read": {"", "{role: Node, rollingUpdate: {maxUnavailable: 2}}",
			contract.Settings{Rolling: contract.Rolling{Unavailable: one(2)}}, false},
	} {
		written := "{apiVersion: kops.k8s.io/v1alpha2, kind: InstanceGroup, " +
			"metadata: {name: nodes, labels: {kops.k8s.io/cluster: k.example}}, spec: " + test.group + "}\n"
		if test.cluster != "" {
			written += "---\n{apiVersion: kops.k8s.io/v1alpha2, kind: Cluster, metadata: {name: k.example}, spec: " + test.cluster + "}\n"
		}
		e := mustRead(t, written)
		if len(e.Pools) != map[bool]int{true: 0, false: 1}[test.none] || !test.none && e.Pools[0].Settings() != test.want {
			t.Errorf("%s: %+v", name, e.Pools)
		}
	}
}
