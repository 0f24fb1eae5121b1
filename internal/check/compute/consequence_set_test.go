package compute

import (
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// How many nodes go at once is, on GKE, what comes before and what is missed together.
func TestAtOnceBy(t *testing.T) {
	const surge, unavailable = "upgrade_settings.max_surge", "upgrade_settings.max_unavailable"
	const pool = "terraform/google_container_node_pool"
	for name, x := range map[string]struct {
		offering, api string
		values        map[string]string
		want          string
	}{
		"both": {"gke-standard", pool, map[string]string{surge: "1", unavailable: "2"},
			"3 nodes at once, as max_surge plus max_unavailable has it"},
		"one": {"gke-standard", pool, map[string]string{surge: "1", unavailable: "0"},
			"1 node at a time, as max_surge has it"},
		"the other": {"gke-standard", pool, map[string]string{surge: "0", unavailable: "2"},
			"2 nodes at once, as max_unavailable has it"},
		"one that is not known": {"gke-standard", pool, map[string]string{surge: "1", unavailable: ""},
			"as many nodes at once as max_surge plus max_unavailable says, which is not known here"},
		"none": {"gke-standard", pool, nil, ""},
		"one of Azure": {"aks", "terraform/azurerm_kubernetes_cluster_node_pool", map[string]string{surge: "33%"},
			"33% of the nodes at once, as max_surge has it"},
	} {
		e := &kubernetes.Estate{Objects: []kubernetes.Object{{API: x.api, Values: x.values}}}
		if got := atOnceBy(e, knowledge(t).Offering(x.offering)); got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}
