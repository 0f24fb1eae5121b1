package manifest

import (
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// forcedUpgrade reads whether a cluster of AKS, as Azure Service Operator keeps it, has upgrades
// force what PDBs hold; false where it is none, or cannot be read, which is not ours to judge.
//
// Source: UpgradeOverrideSettings of the AKS API: it takes effect only where until is set.
func (r poolReader) forcedUpgrade(doc *document.Document, api string) bool {
	if api != "containerservice.azure.com/ManagedCluster" {
		return false
	}
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			UpgradeSettings struct {
				Override struct {
					Force bool    `json:"forceUpgrade"`
					Until instant `json:"until"`
				} `json:"overrideSettings"`
			} `json:"upgradeSettings"`
		} `json:"spec"`
	}
	if doc.Decode(&o) != nil {
		return false
	}
	override := &o.Spec.UpgradeSettings.Override
	if !override.Force || override.Until.IsZero() {
		return false
	}
	r.into.ForcedUpgrades = append(r.into.ForcedUpgrades, kubernetes.ForcedUpgrade{
		Namespace: namespaceOf(o.Metadata.Namespace), Cluster: o.Metadata.Name, Until: override.Until.Time,
	})
	return true
}
