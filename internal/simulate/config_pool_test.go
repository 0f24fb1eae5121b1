package simulate

import (
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
)

// A MachineConfigPool of OpenShift says how many of its nodes are updated at once, and
// one that is paused that none is, as long as it does so on OpenShift.
func TestConfigPools(t *testing.T) {
	for name, test := range map[string]struct {
		worker, infra func(p *kubernetes.Pool)
		on            string
		atOnce        int
		stay          int
	}{
		"two of workers, one of infra": {func(p *kubernetes.Pool) { p.Rolling.Unavailable = amountOf("2") }, nil, "openshift", 3, 0},
		"half of four":                 {func(p *kubernetes.Pool) { p.Rolling.Unavailable = amountOf("50%") }, nil, "openshift", 3, 0},
		"a tenth is one":               {func(p *kubernetes.Pool) { p.Rolling.Unavailable = amountOf("10%") }, nil, "openshift", 2, 0},
		"workers are paused":           {func(p *kubernetes.Pool) { p.Paused = true }, nil, "openshift", 1, 4},
		"infra is paused": {func(p *kubernetes.Pool) { p.Rolling.Unavailable = amountOf("4") },
			func(p *kubernetes.Pool) { p.Paused = true }, "openshift", 4, 2},
		"both are": {func(p *kubernetes.Pool) { p.Paused = true }, func(p *kubernetes.Pool) { p.Paused = true }, "openshift", 0, 6},
		"as if it ran elsewhere": {func(p *kubernetes.Pool) { p.Paused = true }, func(p *kubernetes.Pool) { p.Paused = true },
			"eks-managed-nodegroup", 2, 0},
	} {
		c := clusterOf(6)
		c.Pools = nil
		for i := range c.Nodes {
			c.Nodes[i].Labels = map[string]string{zone: "zone-0", "node.openshift.io/os_id": "rhcos", "worker": ""}
			if i >= 4 {
				c.Nodes[i].Labels["infra"] = ""
			}
		}
		for _, role := range []string{"worker", "infra"} {
			c.Pools = append(c.Pools, kubernetes.Pool{API: kubernetes.ConfigPool, Name: role, Nodes: labels.SelectorFromSet(labels.Set{role: ""})})
		}
		test.worker(&c.Pools[0])
		if test.infra != nil {
			test.infra(&c.Pools[1])
		}
		c.with("Deployment", "web", 0, 4)
		k := Knowledge(t)
		w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering(test.on), nil), test.on != "openshift")
		if err != nil {
			t.Fatal(err)
		}
		s := Scenario{
			Start: noon, Horizon: 12 * time.Hour, Runs: 1, Seed: 1, Triggers: []Trigger{{Kind: contract.Upgrade}},
			Timings: Timings{NodeReady: 10 * time.Minute, PodReady: 15 * time.Second, PodStop: 25 * time.Second},
		}
		m, err := w.Model(&s)
		if err != nil {
			t.Fatal(err)
		}
		run := RunWithEvents(w, s, 1)
		wants(t, name+": nodes that drain at once", run.Draining, test.atOnce)
		wants(t, name+": nodes that stay", run.Unreplaced, test.stay)
		if test.on == "openshift" { // the machines come back, by their names
			for i, name := range run.Names.Nodes {
				if !strings.HasPrefix(name, c.Nodes[0].Name[:4]) || slices.Contains(run.Names.Nodes[:i], name) {
					t.Errorf("%s: nodes %q", name, run.Names.Nodes)
				}
			}
		}
		unpatched := 0
		for _, f := range bound.Finishes(m, 0) {
			unpatched += f.Unpatched
		}
		wants(t, name+": for a bound", unpatched, test.stay)
		for _, stay := range run.Stays {
			if !stay.Stuck || stay.Cause != ByPause || !strings.Contains(stay.Why, "pool "+stay.Pool+" is paused") {
				t.Errorf("%s: %+v", name, stay)
			}
		}
	}
}
