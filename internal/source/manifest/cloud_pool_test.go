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
  spec: {upgradeSettings: {strategy: BLUE_GREEN, maxSurge: 3}}}`, contract.Settings{}},
		"ACK": {`{apiVersion: eks.services.k8s.aws/v1alpha1, kind: Nodegroup,
  metadata: {name: a}, spec: {updateConfig: {maxUnavailable: 3}}}`,
			contract.Settings{Rolling: contract.Rolling{Unavailable: nodes(3)}}},
		"Crossplane, EKS": {`{apiVersion: eks.aws.upbound.io/v1beta1, kind: NodeGroup, metadata: {name: a},
  spec: {forProvider: {updateConfig: [{maxUnavailablePercentage: 25}]}}}`,
			contract.Settings{Rolling: contract.Rolling{Unavailable: percent(25)}}},
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
