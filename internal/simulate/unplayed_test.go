package simulate_test

import (
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/simulate"
)

// Who takes nodes by rules that are not played is noted, and of nodes that they upgrade
// nothing is proved that rests on drains; nodes of Karpenter go by its own.
func TestWhoTakesNodesByOwnRules(t *testing.T) {
	custom := func(api string) func(*kubernetes.Estate) {
		return func(e *kubernetes.Estate) {
			e.CustomResources = append(e.CustomResources, kubernetes.CustomResource{API: api, Name: "x"})
		}
	}
	kured := func(kind string, forces bool) func(*kubernetes.Estate) {
		return func(e *kubernetes.Estate) {
			w := another(e, "x")
			w.Kind, w.Template.Containers = kind, []kubernetes.Container{{Image: "kured", Forces: forces}}
		}
	}
	for name, x := range map[string]struct {
		offering string
		change   func(*kubernetes.Estate)
		note     string
		unstated bool
	}{
		"nobody":                    {"rke2", func(*kubernetes.Estate) {}, "", false},
		"a plan":                    {"rke2", custom("upgrade.cattle.io/Plan"), "Plan x", true},
		"kured, within PDBs":        {"kops", kured("DaemonSet", false), "DaemonSet x (kured)", false},
		"kured, past them":          {"kops", kured("DaemonSet", true), "DaemonSet x (kured)", true},
		"what only has its image":   {"kops", kured("Deployment", false), "", false},
		"a plan beside a Karpenter": {"karpenter", custom("upgrade.cattle.io/Plan"), "Plan x", false},
	} {
		e := manifestOf(func(e *kubernetes.Estate, _ *kubernetes.PodTemplate) { x.change(e) })
		k := knowledge(t)
		w, err := simulate.Prepare(e, locate.Locate(k, e, k.Offering(x.offering), nil), true)
		if err != nil {
			t.Fatal(name, err)
		}
		kind := contract.Upgrade
		if x.offering == "karpenter" {
			kind = contract.Drift
		}
		s := simulate.Scenario{Start: clusterCreated, Horizon: time.Hour, Runs: 1, Seed: 1, Triggers: []simulate.Trigger{{Kind: kind}}}
		m, err := w.Model(&s)
		if err != nil {
			t.Fatal(name, err)
		}
		unstated := false
		for i := range m.Groups {
			unstated = unstated || m.Groups[i].Disruption.Unstated
		}
		sim, err := simulate.Play(t.Context(), w, s, nil)
		if err != nil {
			t.Fatal(name, err)
		}
		said := strings.Join(sim.Notes, "; ")
		if mine := strings.Contains(said, " x "); unstated != x.unstated || !strings.Contains(said, x.note) || mine != (x.note != "") {
			t.Errorf("%s: unstated %t, %q", name, unstated, said)
		}
	}
}
