package simulate

import (
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
)

// AKS looks at the PDBs of all pools before an upgrade, and refuses it while one never
// allows an eviction by its numbers; who forces it, or upgrades elsewhere, is not refused.
func TestUpgradesAreRefusedBeforeTheyBegin(t *testing.T) {
	least := func(n int) func(*kubernetes.Budget) {
		return func(b *kubernetes.Budget) { b.MinAvailable = new(intstr.FromInt(n)) }
	}
	share := func(s string) func(*kubernetes.Budget) {
		return func(b *kubernetes.Budget) { b.MinAvailable = new(intstr.FromString(s)) }
	}
	none := func(b *kubernetes.Budget) { b.MaxUnavailable = new(intstr.FromInt(0)) }
	of := func(kind, move string) []Trigger {
		return []Trigger{{Kind: kind, Move: move, Nodes: []string{"node-1"}}}
	}
	scaled := func(to int, upgrade ...Trigger) []Trigger {
		upgrade[0].At = time.Minute
		return append([]Trigger{{Kind: Scale, Workload: kubernetes.Ref{Namespace: "default", Kind: "Deployment", Name: "db"}, Replicas: to}},
			upgrade...)
	}
	upgrade := of(contract.Upgrade, "rolling")
	for name, test := range map[string]struct {
		budget func(*kubernetes.Budget)
		on     string
		what   []Trigger
		begins bool
		why    string // empty where it begins; with a ? where users report that it does not
	}{
		"none may be missing": {none, "aks", upgrade, false,
			"AKS refuses the upgrade before it begins: PDB default/db has maxUnavailable 0"},
		"all must stay":              {least(2), "aks", upgrade, false, "?PDB default/db needs 2 of 2 available"},
		"more than there are":        {least(3), "aks", upgrade, false, "?PDB default/db needs 3 of 2 available"},
		"one may go":                 {least(1), "aks", upgrade, false, ""},
		"a share":                    {share("100%"), "aks", upgrade, false, ""},
		"node images":                {none, "aks", of(contract.Upgrade, "node-image"), false, "AKS refuses"},
		"forced":                     {none, "aks", of(contract.Upgrade, "forced"), false, ""},
		"by the platform for itself": {none, "aks", of(contract.Upgrade, "platform-initiated"), false, ""},
		"taken to begin":             {none, "aks", upgrade, true, ""},
		"elsewhere":                  {none, "eks-managed-nodegroup", of(contract.Upgrade, ""), false, ""},
		"another trigger":            {none, "aks", of(contract.Repair, ""), false, ""},
		"scaled up before":           {least(2), "aks", scaled(3, of(contract.Upgrade, "rolling")...), false, ""},
		"scaled down before":         {least(1), "aks", scaled(1, of(contract.Upgrade, "rolling")...), false, "?needs 1 of 1 available"},
		"served by no API server":    {func(b *kubernetes.Budget) { none(b); b.Unserved = true }, "aks", upgrade, false, ""},
		"over the primary alone": {func(b *kubernetes.Budget) { least(1)(b); b.Primary = "db-primary" }, "aks", upgrade, false,
			"?stands for db-primary, which needs 1 of 1 pod"},
	} {
		c := clusterOf(3)
		c.with("Deployment", "db", 0, 0) // on another node than the one that is upgraded
		c.with("Deployment", "web", 1)
		b := kubernetes.Budget{Namespace: "default", Name: "db", Selector: labels.SelectorFromSet(labels.Set{"app": "db"})}
		test.budget(&b)
		c.Budgets = append(c.Budgets, b)
		k := Knowledge(t)
		w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering(test.on), nil), true)
		if err != nil {
			t.Fatal(name, err)
		}
		s := Scenario{Start: noon, Horizon: 3 * time.Hour, Runs: 1, Seed: 1, Triggers: test.what, Begins: test.begins,
			Timings: Timings{NodeReady: time.Minute, PodReady: time.Second, PodStop: time.Second}}
		sim, err := Play(t.Context(), w, s, nil)
		if err != nil {
			t.Fatal(name, err)
		}
		run := &sim.Runs[0]
		why, reported := strings.CutPrefix(test.why, "?")
		noted := slices.ContainsFunc(sim.Notes, func(n string) bool { return strings.Contains(n, "so users report") && strings.Contains(n, why) })
		switch {
		case noted != reported:
			t.Errorf("%s: notes %q", name, sim.Notes)
		case reported && run.Unreplaced == 0:
		case test.why == "" && run.Unreplaced > 0:
			t.Errorf("%s: not replaced: %+v", name, run.Stays)
		case test.why == "":
		case len(run.Stays) != 1 || !strings.Contains(run.Stays[0].Why, test.why) || run.Stays[0].Cause != ByPreflight:
			t.Errorf("%s: %+v, want one that says %q", name, run.Stays, test.why)
		}
		m, err := w.Model(&s)
		if err != nil {
			continue // of several triggers nothing is bounded
		}
		for _, f := range bound.Finishes(m, 0) {
			if f.Nodes > 0 && ((f.Unpatched > 0) != (test.why != "" && !reported) || (f.AtWorst > 0) != (test.why != "")) {
				t.Errorf("%s: the bound has %d of %d unpatched: %v", name, f.Unpatched, f.Nodes, f.Because)
			}
		}
	}
}
