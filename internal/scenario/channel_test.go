package scenario

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// What a channel leaves to the customer the platform does not do: it is not played
// without being asked, and the first scenario says so.
func TestChannelsOfNodeImages(t *testing.T) {
	object := func(api, key, value string) kubernetes.Object {
		return kubernetes.Object{API: api, Name: "c", Values: map[string]string{key: value}}
	}
	const aso, field = "containerservice.azure.com/ManagedCluster", "spec.autoUpgradeProfile.nodeOSUpgradeChannel"
	const upbound = "containerservice.azure.upbound.io/KubernetesCluster"
	for name, x := range map[string]struct {
		objects []kubernetes.Object
		left    bool
	}{
		"nothing read":       {nil, false},
		"None":               {[]kubernetes.Object{object(aso, field, "None")}, true},
		"Unmanaged":          {[]kubernetes.Object{object(aso, field, "Unmanaged")}, true},
		"SecurityPatch":      {[]kubernetes.Object{object(aso, field, "SecurityPatch")}, false},
		"NodeImage":          {[]kubernetes.Object{object(aso, field, "NodeImage")}, false},
		"Terraform":          {[]kubernetes.Object{object("terraform/azurerm_kubernetes_cluster", "node_os_upgrade_channel", "None")}, true},
		"Terraform, before":  {[]kubernetes.Object{object("terraform/azurerm_kubernetes_cluster", "node_os_channel_upgrade", "None")}, true},
		"Crossplane":         {[]kubernetes.Object{object(upbound, "spec.forProvider.nodeOsUpgradeChannel", "None")}, true},
		"two that differ":    {[]kubernetes.Object{object(aso, field, "None"), object(aso, field, "NodeImage")}, false},
		"of something else":  {[]kubernetes.Object{object("example.com/ManagedCluster", field, "None")}, false},
		"two that are alike": {[]kubernetes.Object{object(aso, field, "None"), object(aso, field, "None")}, true},
	} {
		all := inStore(t, "aks", &kubernetes.Estate{Objects: x.objects}, "a", "b")
		played := strings.Contains(names(all), "upgrade (node-image)")
		said := strings.Contains(all[0].About, "Azure makes no upgrade (node-image) here: nodeOSUpgradeChannel of c is ")
		if played == x.left || said != x.left {
			t.Errorf("%s: played %t, said %t: %s: %s", name, played, said, names(all), all[0].About)
		}
	}
}

// A scenario may say the channel: an upgrade is then the one that the customer starts.
func TestChannelsInScenarios(t *testing.T) {
	for written, want := range map[string]string{
		"{nodeOSUpgradeChannel: None}":          "rolling",
		"{nodeOSUpgradeChannel: Unmanaged}":     "rolling",
		"{nodeOSUpgradeChannel: SecurityPatch}": "",
		"{maxSurge: 2}":                         "",
	} {
		s, err := read(t, "terms: ["+written+"]\ntriggers: [{kind: upgrade}]\n", known(t, "aks"))
		if err != nil || s.Triggers[0].Move != want {
			t.Errorf("%s: %+v, %v, wants %q", written, s.Triggers, err, want)
		}
	}
	const none = "terms: [{nodeOSUpgradeChannel: None}]\n"
	if _, err := read(t, none+"triggers: [{kind: upgrade, move: node-image}]\n", known(t, "aks")); err == nil ||
		!strings.Contains(err.Error(), "with nodeOSUpgradeChannel None Azure makes no upgrade (node-image)") {
		t.Error(err)
	}
	if _, err := read(t, none+"triggers: [{kind: drift}]\n", known(t, "karpenter")); err == nil ||
		!strings.Contains(err.Error(), "cannot be set: no contract here has such a channel") {
		t.Error(err)
	}
}
