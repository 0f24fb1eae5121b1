package simulate

import (
	"fmt"
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
		c.Nodes[i].Annotations = map[string]string{
			"cluster.x-k8s.io/machine":    "m",
			"cluster.x-k8s.io/owner-kind": "MachineSet",
			"cluster.x-k8s.io/owner-name": "md-abcde",
		}
	}
	return c
}

// upgrade plays one for some time, and what a bound says of it.
func (c *ruleCluster) upgrade(t *testing.T, horizon time.Duration, terms ...PoolTerms) (*Run, *bound.Model) {
	t.Helper()
	return c.upgradeAs(t, false, horizon, terms...)
}

// upgradeAs does so, as a question about nodes of another platform where as says so.
func (c *ruleCluster) upgradeAs(t *testing.T, as bool, horizon time.Duration, terms ...PoolTerms) (*Run, *bound.Model) {
	t.Helper()
	k := Knowledge(t)
	w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering("cluster-api"), nil), as)
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
		"a percentage, down":   {"", "", []PoolTerms{{Unavailable: new(amountOf("25%"))}}, 2},
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

// What no pool has that is meant cannot be set.
func TestTermsThatDoNothing(t *testing.T) {
	soak, two, drain := 5*time.Minute, amountOf("2"), 10*time.Minute
	for name, x := range map[string]struct {
		offering string
		terms    PoolTerms
		want     string
	}{
		"maxSurge of Karpenter": {"karpenter", PoolTerms{Surge: &two},
			"terms[0]: maxSurge cannot be set of any pool here: node budgets say how many nodes go at once"},
		"maxUnavailable of Auto Mode": {"eks-auto-mode", PoolTerms{Unavailable: &two},
			"terms[0]: maxUnavailable cannot be set of any pool here: node budgets say how many nodes go at once"},
		"soak of one pool": {"karpenter", PoolTerms{Pool: "default", Soak: &soak},
			`terms[0]: soak cannot be set of pool "default": node budgets say when the next node goes`},
		"drainTimeout of Karpenter": {"karpenter", PoolTerms{Drain: &drain}, ""},
		"all of AKS":                {"aks", PoolTerms{Surge: &two, Soak: &soak, Drain: &drain}, ""},
		"drainTimeout of Autopilot": {"gke-autopilot", PoolTerms{Drain: &drain},
			"terms[0]: drainTimeout cannot be set of any pool here: the provider fixes how long a drain waits"},
	} {
		k := Knowledge(t)
		c := clusterOf(1)
		c.with("Deployment", "web", 0)
		if x.offering != "karpenter" && x.offering != "eks-auto-mode" {
			c.Pools, c.Nodes[0].Labels = nil, map[string]string{}
		}
		o := k.Offering(x.offering)
		w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, o, nil), true)
		if err != nil {
			t.Fatal(err)
		}
		s := Scenario{Start: noon, Horizon: time.Hour, Runs: 1, Triggers: []Trigger{{Kind: o.Contract.Routine().Trigger}},
			Terms: []PoolTerms{x.terms}}
		got := ""
		if err := w.Check(&s); err != nil {
			got = err.Error()
		}
		wants(t, name, got, x.want)
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
		if test.goes == 0 && !slices.ContainsFunc(run.Stays, func(s Stay) bool {
			return s.Stuck && strings.Contains(s.Why, "volume of pod db-0")
		}) {
			t.Errorf("%s: %+v", name, run.Stays)
		}
		wants(t, name+": for a bound", m.Groups[0].Disruption.Unstated, test.unsure)
		if f := bound.Finishes(m, 0)[0]; test.goes > 0 && f.Takes != test.goes {
			t.Errorf("%s: proved to take %s", name, f.Takes)
		}
	}
}

// A template whose volume lies on a node that goes makes pods that find no place, even
// where the pods that run say nothing of volumes.
func TestPodsAreLostWithTheVolumesOfTheirTemplate(t *testing.T) {
	for name, test := range map[string]struct {
		host  string
		least int
	}{"no volume": {"", 1}, "a local one": {"node-0", 0}, "one on a node that is not there": {"elsewhere", 0}} {
		c := machines(1, func(p *kubernetes.Pool) { p.DrainTimeout, p.Detach = 15*time.Minute, time.Minute })
		w := c.with("Deployment", "db", 0, 0)
		if test.host != "" {
			w.Template.VolumeClaims = []string{"data"}
			c.VolumeClaims = []kubernetes.VolumeClaim{{Namespace: "default", Name: "data", Host: test.host}}
		}
		c.pdb("db", "1")
		run, m := c.upgrade(t, 2*time.Hour)
		wants(t, name+": fewest that are ready", run.Workloads[0].MinReady, test.least)
		wants(t, name+": at least", bound.Bounds(m)[0].Least, test.least)
	}
}

// drainRule is one about the pods of a workload.
func drainRule(behavior string, order int, app string) kubernetes.DrainRule {
	return kubernetes.DrainRule{Namespace: "default", Name: app, Behavior: behavior, Order: order,
		Pods: []kubernetes.DrainRulePods{{Own: labels.SelectorFromSet(labels.Set{"app": app})}}}
}

// What MachineDrainRules say: leave pods, wait for them, or evict them in order. Here a
// PDB lets none of web go, and none is over api.
func TestDrainRulesArePlayed(t *testing.T) {
	type rules = []kubernetes.DrainRule
	for name, test := range map[string]struct {
		rules        rules
		stays        int
		web, api     int // the fewest that are ready
		least, exact string
	}{
		"none":                {nil, 1, 2, 0, "web 2, api 0", "web true, api true"},
		"left alone":          {rules{drainRule("Skip", 0, "web")}, 0, 0, 0, "web 0, api 0", "web false, api false"},
		"waited for":          {rules{drainRule("WaitCompleted", 0, "web")}, 1, 2, 0, "web 2, api 0", "web true, api false"},
		"in its turn":         {rules{drainRule("Drain", 5, "web")}, 1, 2, 0, "web 2, api 0", "web true, api false"},
		"before what is held": {rules{drainRule("Drain", -1, "api")}, 1, 2, 0, "web 2, api 0", "web true, api false"},
		"after what is held":  {rules{drainRule("Drain", 5, "api")}, 1, 2, 1, "web 2, api 0", "web true, api false"},
		"after what is waited for": {rules{drainRule("WaitCompleted", 0, "web"), drainRule("Drain", 5, "api")}, 1, 2, 1, "web 2, api 0",
			"web true, api false"},
		"with what is waited for": {rules{drainRule("WaitCompleted", 0, "web"), drainRule("Drain", 0, "api")}, 1, 2, 0, "web 2, api 0",
			"web true, api false"},
		"after what is left alone": {rules{drainRule("Skip", 0, "web"), drainRule("Drain", 5, "api")}, 0, 0, 0, "web 0, api 0",
			"web false, api false"},
		"before what is waited for": {rules{drainRule("WaitCompleted", 0, "web"), drainRule("Drain", -1, "api")}, 1, 2, 0, "web 2, api 0",
			"web true, api false"},
		"a rule that may not be": {rules{ofSomeCluster(drainRule("Skip", 0, "web"))}, 1, 2, 0, "web 0, api 0", "web false, api false"},
		"a wait that there may be": {rules{ofSomeCluster(drainRule("WaitCompleted", 0, "api"))}, 1, 2, 0, "web 2, api 0",
			"web true, api false"},
		"of machines in other hands": {rules{elsewhere(drainRule("Skip", 0, "web"))}, 1, 2, 0, "web 2, api 0", "web true, api true"},
	} {
		c := machines(1, func(*kubernetes.Pool) {})
		c.with("Deployment", "web", 0, 0)
		c.pdb("web", "0")
		c.with("Deployment", "api", 0)
		c.DrainRules = test.rules
		run, m := c.upgrade(t, time.Hour)
		wants(t, name+": nodes that stay", run.Unreplaced, test.stays)
		wants(t, name+": nodes of which it is said why", len(run.Stays), test.stays)
		wants(t, name+": fewest of web", run.Workloads[1].MinReady, test.web)
		wants(t, name+": fewest of api", run.Workloads[0].MinReady, test.api)
		b := bound.Bounds(m)
		wants(t, name+": proved", fmt.Sprintf("web %d, api %d", b[0].Least, b[1].Least), test.least)
		wants(t, name+": reached", fmt.Sprintf("web %t, api %t", b[0].Exact, b[1].Exact), test.exact)
	}
}

// ofSomeCluster makes a rule one of which it is not known whether it is about the
// machines.
func ofSomeCluster(r kubernetes.DrainRule) kubernetes.DrainRule {
	r.Machines = []kubernetes.DrainRuleMachines{{Cluster: labels.SelectorFromSet(labels.Set{"stage": "prod"})}}
	return r
}

func elsewhere(r kubernetes.DrainRule) kubernetes.DrainRule {
	r.Namespace = "another"
	return r
}

// What a rule says of the machines of one pool holds for none of another: neither that
// their drains wait, nor that they leave pods alone.
func TestDrainRulesOfOtherPools(t *testing.T) {
	for _, behavior := range []string{"WaitCompleted", "Skip"} {
		c := machines(2, func(p *kubernetes.Pool) { p.MachineLabels = map[string]string{"pool": "a"} })
		c.Pools = append(c.Pools, c.Pools[0])
		c.Pools[1].Name, c.Pools[1].MachineLabels = "mdb", map[string]string{"pool": "b"}
		for i := range c.Nodes {
			c.Nodes[i].Annotations["cluster.x-k8s.io/owner-name"] = "mdb-abcde"
		}
		c.with("Deployment", "web", 0, 0)
		c.pdb("web", "1")
		c.with("Deployment", "api", 0)
		rule := drainRule(behavior, 0, "web")
		rule.Machines = []kubernetes.DrainRuleMachines{{Own: labels.SelectorFromSet(labels.Set{"pool": "a"})}}
		c.DrainRules = []kubernetes.DrainRule{rule}
		run, m := c.upgrade(t, time.Hour)
		wants(t, behavior+": nodes that stay", run.Unreplaced, 0)
		b := bound.Bounds(m)
		wants(t, behavior+": of web at least", b[0].Least, 1)
		wants(t, behavior+": of api at least", b[1].Least, 0)
		wants(t, behavior+": of api exactly", b[1].Exact, true)
		for _, f := range bound.Finishes(m, 0) {
			wants(t, behavior+": nodes never drained", len(f.Never), 0)
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

// What is set of one pool, and what is asked of it, is judged by the contract of that pool's
// nodes alone, whatever those of another take.
func TestTermsOfOnePoolBesideAnother(t *testing.T) {
	two := amountOf("2")
	for name, x := range map[string]struct {
		pool, kind string
		terms      []PoolTerms
		want       string
	}{
		"maxSurge of Karpenter's": {"", contract.Upgrade, []PoolTerms{{Pool: "default", Surge: &two}},
			`terms[0]: maxSurge cannot be set of pool "default": node budgets say how many nodes go at once`},
		"maxSurge of the one of AKS": {"", contract.Upgrade, []PoolTerms{{Pool: "workers", Surge: &two}}, ""},
		"maxSurge of whichever":      {"", contract.Upgrade, []PoolTerms{{Surge: &two}}, ""},
		"expiry of Karpenter's":      {"default", contract.Expiry, nil, ""},
		"expiry of the one of AKS":   {"workers", contract.Expiry, nil, "triggers[0]: the contract of aks has no such move: expiry"},
		"expiry of whichever has it": {"", contract.Expiry, nil, ""},
	} {
		k := Knowledge(t)
		c := clusterOf(2)
		c.with("Deployment", "web", 0, 1)
		c.Pools = append(c.Pools, kubernetes.Pool{API: c.Pools[0].API, Name: "workers"})
		c.Nodes[1].Labels["karpenter.sh/nodepool"] = "workers"
		places := locate.Locate(k, &c.Estate, k.Offering("karpenter"), nil)
		places.Nodes[1].Offering, places.Pools[1].Offering = k.Offering("aks"), k.Offering("aks")
		w, err := Prepare(&c.Estate, places, false)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := w.Check(&Scenario{Start: noon, Horizon: time.Hour, Runs: 1, Triggers: []Trigger{{Kind: x.kind, Pool: x.pool}},
			Terms: x.terms}); err != nil {
			got = err.Error()
		}
		wants(t, name, got, x.want)
	}
}
