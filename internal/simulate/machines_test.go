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

// machines is a cluster of the Cluster API: nodes of one MachineDeployment.
func machines(nodes int, set func(*kubernetes.Pool)) *ruleCluster {
	c := clusterOf(nodes)
	c.Pools = []kubernetes.Pool{{API: "cluster.x-k8s.io/MachineDeployment", Namespace: "default", Name: "md", Detach: contract.Forever}}
	set(&c.Pools[0])
	for i := range c.Nodes {
		c.Nodes[i].Labels = map[string]string{zone: "zone-0"}
		c.Nodes[i].Annotations = map[string]string{"cluster.x-k8s.io/machine": "m", "cluster.x-k8s.io/owner-kind": "MachineSet", "cluster.x-k8s.io/owner-name": "md-abcde"}
	}
	return c
}

// upgrade plays one for some time, and what a bound says of it.
func (c *ruleCluster) upgrade(t *testing.T, horizon time.Duration, terms ...PoolTerms) (*Run, *bound.Model) {
	t.Helper()
	k := Knowledge(t)
	w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering("cluster-api"), nil), false)
	if err != nil {
		t.Fatal(err)
	}
	s := Scenario{
		Start: noon, Horizon: horizon, Runs: 1, Seed: 1, Triggers: []Trigger{{Kind: contract.Upgrade}}, Terms: terms,
		Timings: Timings{NodeReady: 10 * time.Second, PodReady: 15 * time.Second, PodStop: 25 * time.Second},
	}
	m, err := w.Model(&s)
	if err != nil {
		t.Fatal(err)
	}
	run := RunWithEvents(w, s, 1)
	return &run, m
}

func amountOf(s string) contract.Pace { p, _ := contract.ParseAmount(s); return p }

// A MachineDeployment's maxSurge and maxUnavailable say how many of its nodes go at
// once, and a scenario's terms go over them.
func TestRollingMachines(t *testing.T) {
	for name, test := range map[string]struct {
		surge, unavailable string
		over               []PoolTerms
		atOnce             int
	}{
		"by default":           {"", "", nil, 1},
		"maxSurge 3":           {"3", "", nil, 3},
		"maxUnavailable 2":     {"0", "2", nil, 2},
		"some of each":         {"1", "2", nil, 3},
		"a scenario":           {"3", "", []PoolTerms{{Surge: new(amountOf("1"))}}, 1},
		"of this pool":         {"", "", []PoolTerms{{Pool: "md", Surge: new(amountOf("50%"))}}, 3},
		"of another":           {"", "", []PoolTerms{{Pool: "other", Surge: new(amountOf("50%"))}}, 1},
		"of all, then of this": {"", "", []PoolTerms{{Surge: new(amountOf("4"))}, {Pool: "md", Surge: new(amountOf("2"))}}, 2},
	} {
		c := machines(6, func(p *kubernetes.Pool) {
			p.Rolling = contract.Rolling{Surge: amountOf(test.surge), Unavailable: amountOf(test.unavailable)}
		})
		c.with("Deployment", "web", 0, 1, 2, 3, 4, 5)
		run, m := c.upgrade(t, time.Hour, test.over...)
		wants(t, name+": nodes that drain at once", run.Draining, test.atOnce)
		wants(t, name+": for a bound", m.Pools[0].AtOnce, test.atOnce)
		wants(t, name+": nodes that stay", run.Unreplaced, 0)
	}
}

// After each node a rolling update rests for the soak.
func TestSoak(t *testing.T) {
	c := machines(3, func(*kubernetes.Pool) {})
	c.with("Deployment", "web", 0, 1, 2)
	swift, _ := c.upgrade(t, time.Hour)
	slow, _ := c.upgrade(t, time.Hour, PoolTerms{Soak: new(10 * time.Minute)})
	if d := slow.LastGone - swift.LastGone; d < 19*time.Minute || d > 21*time.Minute {
		t.Errorf("a soak of 10 min takes %s more over 3 nodes", d)
	}
}

// A drain that is given up waits for the volumes of what is left, as long as the
// pool says, and without end where it says nothing.
func TestDetach(t *testing.T) {
	for name, test := range map[string]struct {
		detach time.Duration
		volume bool
		goes   time.Duration // 0 for never
		unsure bool
	}{
		"no volume":        {contract.Forever, false, 10 * time.Minute, false},
		"no limit":         {contract.Forever, true, 0, true},
		"for some minutes": {5 * time.Minute, true, 15 * time.Minute, false},
	} {
		c := machines(1, func(p *kubernetes.Pool) { p.DrainTimeout, p.Detach = 10*time.Minute, test.detach })
		w := c.with("Deployment", "db", 0)
		if test.volume {
			w.Template.VolumeClaims = []string{"data"}
		}
		c.pdb("db", "0")
		run, m := c.upgrade(t, 2*time.Hour)
		wants(t, name+": stays", run.Unreplaced, boolean(test.goes == 0))
		if d := run.LastGone - test.goes; test.goes > 0 && (d < 0 || d > time.Minute) {
			t.Errorf("%s: gone after %s", name, run.LastGone)
		}
		if test.goes == 0 && !slices.ContainsFunc(run.Stays, func(s Stay) bool { return s.Stuck && strings.Contains(s.Why, "volume of pod db-0") }) {
			t.Errorf("%s: %+v", name, run.Stays)
		}
		wants(t, name+": for a bound", m.Groups[0].Disruption.Unstated, test.unsure)
	}
}

// What MachineDrainRules say: leave pods, wait for them, or evict them in order.
func TestDrainRulesArePlayed(t *testing.T) {
	rule := func(behavior string, order int, app string) kubernetes.DrainRule {
		return kubernetes.DrainRule{Namespace: "default", Name: app, Behavior: behavior, Order: order,
			Pods: []kubernetes.DrainRulePods{{Own: labels.SelectorFromSet(labels.Set{"app": app})}}}
	}
	for name, test := range map[string]struct {
		rule             kubernetes.DrainRule
		stays, minReady  int
		least            int
		skipped, awaited bool
	}{
		"none":               {kubernetes.DrainRule{}, 1, 2, 2, false, false},
		"left alone":         {rule("Skip", 0, "web"), 0, 0, 0, true, false},
		"waited for":         {rule("WaitCompleted", 0, "web"), 1, 2, 2, false, true},
		"in its turn":        {rule("Drain", 5, "web"), 1, 2, 2, false, false},
		"after what is held": {rule("Drain", -1, "api"), 1, 2, 2, false, false},
	} {
		c := machines(1, func(*kubernetes.Pool) {})
		c.with("Deployment", "web", 0, 0)
		c.pdb("web", "0")
		c.with("Deployment", "api", 0)
		if test.rule.Name != "" {
			c.DrainRules = []kubernetes.DrainRule{test.rule}
		}
		run, m := c.upgrade(t, time.Hour)
		wants(t, name+": nodes that stay", run.Unreplaced, test.stays)
		wants(t, name+": fewest ready", run.Workloads[1].MinReady, test.minReady)
		wants(t, name+": proved", bound.Bounds(m)[0].Least, test.least)
		wants(t, name+": left alone, for a bound", m.Workloads[0].SkippedBy != "", test.skipped)
		wants(t, name+": waited for, for a bound", m.Workloads[0].AwaitedBy != "", test.awaited)
		for _, f := range bound.Finishes(m, 0) {
			wants(t, name+": nodes never drained", len(f.Never), test.stays)
		}
	}
}

// A PDB that no API server takes keeps nobody from evicting.
func TestUnservedPDB(t *testing.T) {
	c := machines(1, func(*kubernetes.Pool) {})
	c.with("Deployment", "web", 0)
	c.pdb("web", "0").Unserved = true
	run, _ := c.upgrade(t, time.Hour)
	wants(t, "nodes that stay", run.Unreplaced, 0)
	wants(t, "fewest ready", run.Workloads[0].MinReady, 0)
}

// A pod whose turn comes later is not asked for while one before it is held.
func TestDrainRulesInOrder(t *testing.T) {
	c := machines(1, func(*kubernetes.Pool) {})
	c.with("Deployment", "web", 0, 0)
	c.pdb("web", "0")
	c.with("Deployment", "api", 0)
	run, _ := c.upgrade(t, time.Hour)
	wants(t, "without rules api moves", run.Workloads[0].MinReady, 0)
	c.DrainRules = []kubernetes.DrainRule{{Namespace: "default", Name: "late", Behavior: "Drain", Order: 9, Pods: []kubernetes.DrainRulePods{{Own: labels.SelectorFromSet(labels.Set{"app": "api"})}}}}
	run, _ = c.upgrade(t, time.Hour)
	wants(t, "after web api does not", run.Workloads[0].MinReady, 1)
}
