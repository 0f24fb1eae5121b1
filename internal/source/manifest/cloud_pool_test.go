package manifest

import (
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
)

// Node pools that a controller keeps in a cloud say how their nodes go, in the words of
// that cloud, as an object or as a list of one.
func TestCloudPoolTerms(t *testing.T) {
	nodes := func(n int) contract.Pace { return contract.Pace{Kind: contract.PaceNodes, Nodes: n} }
	percent := func(n int) contract.Pace { return contract.Pace{Kind: contract.PacePercent, Percent: n} }
	for name, test := range map[string]struct {
		written string
		want    contract.Settings
	}{
		"Azure Service Operator": {`{apiVersion: containerservice.azure.com/v1api20240901, kind: ManagedClustersAgentPool, metadata: {name: a},
  spec: {upgradeSettings: {maxSurge: 33%, maxUnavailable: "0", drainTimeoutInMinutes: 45, nodeSoakDurationInMinutes: 5}}}`,
			contract.Settings{Drain: 45 * time.Minute, Soak: 5 * time.Minute, Rolling: contract.Rolling{Surge: percent(33), Unavailable: nodes(0)}}},
		"nothing said": {`{apiVersion: containerservice.azure.com/v1api20240901, kind: ManagedClustersAgentPool, metadata: {name: a},
  spec: {count: 3}}`, contract.Settings{}},
		"Crossplane, AKS, a list": {`{apiVersion: containerservice.azure.upbound.io/v1beta1, kind: KubernetesClusterNodePool,
  metadata: {name: a}, spec: {forProvider: {upgradeSettings: [{maxSurge: "2", drainTimeoutInMinutes: 10}]}}}`,
			contract.Settings{Drain: 10 * time.Minute, Rolling: contract.Rolling{Surge: nodes(2)}}},
		"Crossplane, AKS, an object": {`{apiVersion: containerservice.azure.upbound.io/v1beta2, kind: KubernetesClusterNodePool,
  metadata: {name: a}, spec: {forProvider: {upgradeSettings: {maxSurge: "2"}}}}`,
			contract.Settings{Rolling: contract.Rolling{Surge: nodes(2)}}},
		"an empty list": {`{apiVersion: containerservice.azure.upbound.io/v1beta1, kind: KubernetesClusterNodePool,
  metadata: {name: a}, spec: {forProvider: {upgradeSettings: []}}}`, contract.Settings{}},
		"a list of which one cannot be read": {`{apiVersion: containerservice.azure.upbound.io/v1beta1, kind: KubernetesClusterNodePool,
  metadata: {name: a}, spec: {forProvider: {upgradeSettings: [{maxSurge: "2"}, 3]}}}`, contract.Settings{}},
		"Config Connector": {`{apiVersion: container.cnrm.cloud.google.com/v1beta1, kind: ContainerNodePool, metadata: {name: a},
  spec: {upgradeSettings: {maxSurge: 0, maxUnavailable: 2}}}`,
			contract.Settings{Rolling: contract.Rolling{Surge: nodes(0), Unavailable: nodes(2)}}},
		"blue-green": {`{apiVersion: container.cnrm.cloud.google.com/v1beta1, kind: ContainerNodePool, metadata: {name: a},
  spec: {upgradeSettings: {strategy: BLUE_GREEN, maxSurge: 3}}}`, contract.Settings{Strategy: "BLUE_GREEN"}},
		"a batch of GKE's blue nodes": {`{apiVersion: container.cnrm.cloud.google.com/v1beta1, kind: ContainerNodePool,
  metadata: {name: a}, spec: {upgradeSettings: {strategy: BLUE_GREEN, blueGreenSettings: {standardRolloutPolicy: {batchNodeCount: 2,
  batchSoakDuration: 90s}}}}}`,
			contract.Settings{Strategy: "BLUE_GREEN", Rolling: contract.Rolling{Unavailable: nodes(2)},
				Soak: 90 * time.Second}},
		"a batch of one": {`{apiVersion: container.cnrm.cloud.google.com/v1beta1, kind: ContainerNodePool,
  metadata: {name: a}, spec: {upgradeSettings: {strategy: BLUE_GREEN, blueGreenSettings: {standardRolloutPolicy: {batchNodeCount: 1}}}}}`,
			contract.Settings{Strategy: "BLUE_GREEN", Rolling: contract.Rolling{Unavailable: nodes(1)}}},
		"a share of them, by Crossplane": {`{apiVersion: container.gcp.upbound.io/v1beta1, kind: NodePool, metadata: {name: a},
  spec: {forProvider:
  {upgradeSettings: [{strategy: BLUE_GREEN, blueGreenSettings: [{standardRolloutPolicy: [{batchPercentage: 0.25}]}]}]}}}`,
			contract.Settings{Strategy: "BLUE_GREEN", Rolling: contract.Rolling{Unavailable: percent(25)}}},
		"a share of them that no float is": {`{apiVersion: container.cnrm.cloud.google.com/v1beta1, kind: ContainerNodePool,
  metadata: {name: a}, spec: {upgradeSettings: {strategy: BLUE_GREEN,
  blueGreenSettings: {standardRolloutPolicy: {batchPercentage: 0.07}}}}}`,
			contract.Settings{Strategy: "BLUE_GREEN", Rolling: contract.Rolling{Unavailable: percent(7)}}},
		"a share of them, not a whole one": {`{apiVersion: container.cnrm.cloud.google.com/v1beta1, kind: ContainerNodePool,
  metadata: {name: a}, spec: {upgradeSettings: {strategy: BLUE_GREEN,
  blueGreenSettings: {standardRolloutPolicy: {batchPercentage: 0.071}}}}}`,
			contract.Settings{Strategy: "BLUE_GREEN", Rolling: contract.Rolling{Unavailable: percent(8)}}},
		"AKS, blue and green": {`{apiVersion: containerservice.azure.com/v1api20240901, kind: ManagedClustersAgentPool, metadata: {name: a},
  spec: {upgradeStrategy: BlueGreen, upgradeSettings: {maxSurge: "3", undrainableNodeBehavior: Cordon},
  upgradeSettingsBlueGreen: {drainBatchSize: 50%, batchSoakDurationInMinutes: 15, drainTimeoutInMinutes: 20}}}`,
			contract.Settings{Strategy: "BlueGreen", Rolling: contract.Rolling{Unavailable: percent(50)},
				Soak: 15 * time.Minute, Drain: 20 * time.Minute}},
		"AKS, which cordons what it cannot drain": {`{apiVersion: containerservice.azure.com/v1api20240901, kind: ManagedClustersAgentPool,
  metadata: {name: a}, spec: {upgradeSettings: {undrainableNodeBehavior: Cordon}}}`, contract.Settings{Strategy: "Cordon"}},
		"AKS, which cordons what it cannot drain, and rolls": {`{apiVersion: containerservice.azure.com/v1api20240901,
  kind: ManagedClustersAgentPool, metadata: {name: a}, spec: {upgradeStrategy: Rolling,
  upgradeSettings: {undrainableNodeBehavior: Cordon}}}`, contract.Settings{Strategy: "Cordon"}},
		"AKS, which rolls": {`{apiVersion: containerservice.azure.com/v1api20240901, kind: ManagedClustersAgentPool, metadata: {name: a},
  spec: {upgradeStrategy: Rolling}}`, contract.Settings{Strategy: "Rolling"}},
		"EKS, old nodes first": {`{apiVersion: eks.services.k8s.aws/v1alpha1, kind: Nodegroup, metadata: {name: a},
  spec: {updateConfig: {updateStrategy: MINIMAL}}}`, contract.Settings{Strategy: "MINIMAL"}},
		"ACK": {`{apiVersion: eks.services.k8s.aws/v1alpha1, kind: Nodegroup,
  metadata: {name: a}, spec: {updateConfig: {maxUnavailable: 3}}}`,
			contract.Settings{Rolling: contract.Rolling{Unavailable: nodes(3)}}},
		"Crossplane, EKS": {`{apiVersion: eks.aws.upbound.io/v1beta1, kind: NodeGroup, metadata: {name: a},
  spec: {forProvider: {updateConfig: [{maxUnavailablePercentage: 25}]}}}`,
			contract.Settings{Rolling: contract.Rolling{Unavailable: percent(25)}}},
		"Cluster API, EKS": {`{apiVersion: infrastructure.cluster.x-k8s.io/v1beta2, kind: AWSManagedMachinePool, metadata: {name: a},
  spec: {eksNodegroupName: b, updateConfig: {maxUnavailable: 2}}}`,
			contract.Settings{Rolling: contract.Rolling{Unavailable: nodes(2)}}},
		"Cluster API, EKS, a share": {`{apiVersion: infrastructure.cluster.x-k8s.io/v1beta1, kind: AWSManagedMachinePool, metadata: {name: a},
  spec: {updateConfig: {maxUnavailablePercentage: 40}}}`,
			contract.Settings{Rolling: contract.Rolling{Unavailable: percent(40)}}},
		"Cluster API, ROSA": {`{apiVersion: infrastructure.cluster.x-k8s.io/v1beta2, kind: ROSAMachinePool, metadata: {name: a},
  spec: {nodePoolName: b, nodeDrainGracePeriod: 30m0s, updateConfig: {rollingUpdate: {maxSurge: 20%, maxUnavailable: 0}}}}`,
			contract.Settings{Drain: 30 * time.Minute, Rolling: contract.Rolling{Surge: percent(20), Unavailable: nodes(0)}}},
		"Cluster API, ROSA, fewer first": {`{apiVersion: infrastructure.cluster.x-k8s.io/v1beta2, kind: ROSAMachinePool, metadata: {name: a},
  spec: {updateConfig: {rollingUpdate: {maxUnavailable: 3}}}}`,
			contract.Settings{Rolling: contract.Rolling{Unavailable: nodes(3)}}},
		"Cluster API, ROSA, without a limit": {`{apiVersion: infrastructure.cluster.x-k8s.io/v1beta2, kind: ROSAMachinePool, metadata: {name: a},
  spec: {nodeDrainGracePeriod: 0s}}`, contract.Settings{}},
		"Cluster API, AKS": {`{apiVersion: infrastructure.cluster.x-k8s.io/v1beta1, kind: AzureASOManagedMachinePool, metadata: {name: a},
  spec: {resources: [{apiVersion: containerservice.azure.com/v1api20240901, kind: ManagedClustersAgentPool,
    spec: {upgradeSettings: {maxSurge: 10%, drainTimeoutInMinutes: 20}}}]}}`,
			contract.Settings{Drain: 20 * time.Minute, Rolling: contract.Rolling{Surge: percent(10)}}},
		"Cluster API, GKE": {`{apiVersion: infrastructure.cluster.x-k8s.io/v1beta1, kind: GCPManagedMachinePool, metadata: {name: a},
  spec: {scaling: {minCount: 1}}}`, contract.Settings{}},
		"wrong types": {`{apiVersion: eks.services.k8s.aws/v1alpha1, kind: Nodegroup,
  metadata: {name: a}, spec: {updateConfig: {maxUnavailable: x}}}`,
			contract.Settings{}},
		"a drain of no time": {`{apiVersion: containerservice.azure.com/v1api20240901, kind: ManagedClustersAgentPool, metadata: {name: a},
  spec: {upgradeSettings: {drainTimeoutInMinutes: -4, nodeSoakDurationInMinutes: 1e300}}}`, contract.Settings{}},
	} {
		e := mustRead(t, test.written)
		if len(e.Pools) != 1 || e.Pools[0].Settings() != test.want || len(e.CustomResources) > 0 || e.Seen.Unrelated > 0 {
			t.Errorf("%s: %+v", name, e.Pools)
		}
	}
}

// A MachinePool that stands for the pool of a cloud is that pool, and not a second one.
func TestMachinePoolOfACloud(t *testing.T) {
	for kind, want := range map[string]string{
		"AWSManagedMachinePool": "infrastructure.cluster.x-k8s.io/AWSManagedMachinePool",
		"ROSAMachinePool":       "infrastructure.cluster.x-k8s.io/ROSAMachinePool",
		"AWSMachinePool":        "cluster.x-k8s.io/MachinePool", // machines that the Cluster API replaces
	} {
		e := mustRead(t, `{apiVersion: cluster.x-k8s.io/v1beta1, kind: MachinePool, metadata: {name: a}, spec: {template: {spec: {
  infrastructureRef: {apiVersion: infrastructure.cluster.x-k8s.io/v1beta2, kind: `+kind+`, name: a}}}}}
---
{apiVersion: infrastructure.cluster.x-k8s.io/v1beta2, kind: `+kind+`, metadata: {name: a}, spec: {}}`)
		if len(e.Pools) != 1 || e.Pools[0].API != want {
			t.Errorf("%s: %+v", kind, e.Pools)
		}
	}
}
