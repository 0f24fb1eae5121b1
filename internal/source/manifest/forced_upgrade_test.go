package manifest

import (
	"testing"
)

// A cluster of AKS that forces upgrades has its agent pools go by that, until its time is over:
// whether it is, nobody knows of manifests alone.
func TestForcedUpgrades(t *testing.T) {
	const node = "---\napiVersion: v1\nkind: Node\nmetadata: {name: n1, uid: u1, creationTimestamp: '2026-11-23T08:00:00Z'}\n"
	for name, test := range map[string]struct {
		override, cluster, pool, more string
		strategy                      string
		open                          bool
	}{
		"forced":             {"forceUpgrade: true, until: '2026-12-01T00:00:00Z'", "c", "", node, "forced", false},
		"of manifests alone": {"forceUpgrade: true, until: '2026-12-01T00:00:00Z'", "c", "", "", "", true},
		"over":               {"forceUpgrade: true, until: '2026-11-01T00:00:00Z'", "c", "", node, "", false},
		"without an end":     {"forceUpgrade: true", "c", "", node, "", false},
		"not forced":         {"until: '2026-12-01T00:00:00Z'", "c", "", node, "", false},
		"of another cluster": {"forceUpgrade: true, until: '2026-12-01T00:00:00Z'", "d", "", node, "", false},
		"before cordoning": {"forceUpgrade: true, until: '2026-12-01T00:00:00Z'", "c",
			", upgradeSettings: {undrainableNodeBehavior: Cordon}", node, "forced", false},
		"not blue-green": {"forceUpgrade: true, until: '2026-12-01T00:00:00Z'", "c", ", upgradeStrategy: BlueGreen", node, "BlueGreen", false},
	} {
		e := mustRead(t, "apiVersion: containerservice.azure.com/v1api20240901\nkind: ManagedCluster\nmetadata: {name: c, namespace: az}\n"+
			"spec: {upgradeSettings: {overrideSettings: {"+test.override+"}}}\n---\n"+
			"apiVersion: containerservice.azure.com/v1api20240901\nkind: ManagedClustersAgentPool\nmetadata: {name: p, namespace: az}\n"+
			"spec: {owner: {name: "+test.cluster+"}"+test.pool+"}\n"+test.more)
		settings := e.Pools[0].Settings()
		if settings.Strategy != test.strategy || settings.Unplayed != test.open {
			t.Errorf("%s: %+v", name, settings)
		}
	}
}
