package scenario

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/simulate"
)

// inStore are the default scenarios of an estate that stands on one offering.
func inStore(t *testing.T, offering string, e *kubernetes.Estate, nodes ...string) []Default {
	t.Helper()
	c := builtin(t)
	o := c.Offering(offering)
	places := locate.Locate(c, e, nil, o)
	for i := range places.Nodes {
		places.Nodes[i].Offering = o
	}
	for i := range places.Pools {
		places.Pools[i].Offering = o
	}
	k := known(t, offering)
	k.Nodes = nodes
	return Defaults(k, e, &places, Given{Start: now, Timings: Timings(k.Offerings, e.Timings)})
}

func names(all []Default) string {
	var n []string
	for _, d := range all {
		n = append(n, d.Name)
	}
	return strings.Join(n, "; ")
}

// Each contract has other things in store: what a platform does not do is not
// played, and nothing is played twice.
func TestDefaultsFollowTheContract(t *testing.T) {
	for offering, want := range map[string]string{
		"eks-auto-mode":         "next roll: drift; expiry; version upgrade: upgrade; urgent patch; in time: upgrade (rollback)",
		"karpenter":             "next roll: drift; expiry; version upgrade: upgrade; urgent patch",
		"eks-managed-nodegroup": "next roll: upgrade (rolling)",
		"gke-standard":          "next roll: upgrade (surge); version upgrade: upgrade (manual); urgent patch",
		"gke-autopilot":         "next roll: upgrade; urgent patch",
		"aks":                   "next roll: upgrade (node-image); version upgrade: upgrade (rolling); urgent patch",
		"cluster-api":           "next roll: upgrade",
		"kops":                  "next roll: upgrade (surge)",
	} {
		if got := names(inStore(t, offering, &kubernetes.Estate{}, "a", "b")); got != want {
			t.Errorf("%s:\n got %s\nwant %s", offering, got, want)
		}
	}
}

// Whatever the catalog says, every default can be played and ends.
func TestDefaultsOfEveryContract(t *testing.T) {
	for _, o := range builtin(t).Offerings {
		if o.Contract == nil {
			continue
		}
		for _, n := range []int{1, 3, 5000} {
			all := inStore(t, o.ID, &kubernetes.Estate{}, make([]string, n)...)
			if len(all) == 0 {
				t.Errorf("%s has nothing in store", o.ID)
			}
			for _, d := range all {
				if d.Name == "" || d.About == "" || d.Horizon < time.Hour || d.Horizon > 7*day || len(d.Triggers) == 0 || d.Runs != RunsFor(n) ||
					!d.Start.Equal(now) {
					t.Errorf("%s: %+v", o.ID, d)
				}
				for _, tr := range d.Triggers {
					if len(o.Contract.For(tr.Kind)) == 0 {
						t.Errorf("%s has no move for %s", o.ID, tr.Kind)
					}
				}
			}
		}
	}
}

// The way back is played for as long as it may take.
func TestDefaultRollback(t *testing.T) {
	all := inStore(t, "eks-auto-mode", &kubernetes.Estate{}, "a")
	d := all[len(all)-1]
	const about = "You start it; AWS cancels it after 12 h, unless rollbackConfig.timeoutMinutes says otherwise. " +
		"Nodes that are not replaced by then stay as they are."
	if d.Horizon != 12*time.Hour || d.Triggers[0].Kind != "upgrade" || d.Triggers[0].Move != "rollback" || d.About != about {
		t.Errorf("%+v", d)
	}
}

// expiries are the defaults that play expiry, of nodes of certain ages.
func expiries(t *testing.T, offering string, ages ...simulate.NodeAge) []Default {
	t.Helper()
	k := known(t, offering)
	k.Nodes, k.Ages = nil, ages
	for _, a := range ages {
		k.Nodes = append(k.Nodes, a.Node)
	}
	e := &kubernetes.Estate{}
	places := locate.Locate(builtin(t), e, nil, k.Offerings[0])
	var all []Default
	for _, d := range Defaults(k, e, &places, Given{Start: now, Timings: Timings(k.Offerings, kubernetes.Timings{})}) {
		if d.Triggers[0].Kind == contract.Expiry {
			all = append(all, d)
		}
	}
	return all
}

// Expiry is played to the last timer and the drain after it.
func TestDefaultExpiryByTimers(t *testing.T) {
	all := expiries(t, "eks-auto-mode", simulate.NodeAge{Node: "a", Created: now.Add(-10 * day), Life: 14 * day},
		simulate.NodeAge{Node: "b", Created: now.Add(-2 * day), Life: 5 * day}, simulate.NodeAge{Node: "c", Created: now, Life: contract.Forever})
	const about = "Each node expires at its maximum age: the first at 2026-11-25 06:00:00 UTC, the last at 2026-11-26 06:00:00 UTC."
	if d := all[0]; len(all) != 1 || d.Name != "expiry" || d.Triggers[0].Nodes != nil || d.Horizon != 5*day+time.Hour || d.About != about {
		t.Errorf("%+v", all)
	}
}

// Of nodes that nobody knows when they were created, those that live as long
// expire at once, and those of other ages do so on another day: a service on
// nodes of 30 days is not told that they go with those of 7.
func TestDefaultExpiryByAge(t *testing.T) {
	for _, test := range []struct {
		name string
		ages []simulate.NodeAge
		want string
	}{
		{"one age", []simulate.NodeAge{{Node: "a", Life: 14 * day}, {Node: "b", Life: 14 * day}},
			"expiry [a b] Node ages unknown: assuming that all nodes with a maximum age of 14 days expire at once."},
		{"two ages", []simulate.NodeAge{{Node: "a", Life: 30 * day}, {Node: "b", Life: 7 * day}, {Node: "c", Life: 30 * day}},
			"expiry at 7 days [b] Node ages unknown: assuming that all nodes with a maximum age of 7 days expire at once.\n" +
				"expiry at 30 days [a c] Node ages unknown: assuming that all nodes with a maximum age of 30 days expire at once."},
		{"one that never expires", []simulate.NodeAge{{Node: "a", Life: contract.Forever}, {Node: "b", Life: 7 * day}},
			"expiry [b] Node ages unknown: assuming that all nodes with a maximum age of 7 days expire at once."},
		{"none that expires", []simulate.NodeAge{{Node: "a", Life: contract.Forever}}, ""},
		{"none", nil, ""},
	} {
		var got []string
		for _, d := range expiries(t, "karpenter", test.ages...) {
			got = append(got, fmt.Sprint(d.Name, " ", d.Triggers[0].Nodes, " ", d.About))
		}
		if strings.Join(got, "\n") != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.name, strings.Join(got, "\n"), test.want)
		}
	}
}

// A node that is only named gets as old as the contract says.
func TestDefaultExpiryOfNamedNodes(t *testing.T) {
	d := inStore(t, "eks-auto-mode", &kubernetes.Estate{}, "a", "b", "c")[1]
	const unread = "Node ages unknown: assuming that all nodes with a maximum age of 14 days expire at once."
	if fmt.Sprint(d.Triggers[0].Nodes) != "[a b c]" || d.Horizon != 25*time.Hour || d.About != unread {
		t.Errorf("%+v", d)
	}
}

// Of several offerings each has its own, on its own nodes.
func TestDefaultsOfSeveralOfferings(t *testing.T) {
	c := builtin(t)
	k := known(t, "eks-managed-nodegroup", "karpenter")
	k.Nodes = []string{"a", "b"}
	e := &kubernetes.Estate{Nodes: []kubernetes.Node{{Name: "a"}, {Name: "b"}}}
	places := locate.Places{Nodes: []locate.Place{{Offering: c.Offering("eks-managed-nodegroup")}, {Offering: c.Offering("karpenter")}}}
	all := Defaults(k, e, &places, Given{Start: now, Timings: Timings(k.Offerings, kubernetes.Timings{})})
	if got := names(all); !strings.HasPrefix(got,
		"next roll: upgrade (rolling), EKS managed node groups; next roll: drift, Self-run Karpenter; ") {
		t.Error(got)
	}
	if fmt.Sprint(all[0].Triggers[0].Nodes, all[1].Triggers[0].Nodes) != "[a] [b]" {
		t.Errorf("%+v", all)
	}
}

// What rolls nodes has the title of the strategy that all pools have; of several it has that
// of the contract.
func TestRollsAreTitledByTheStrategy(t *testing.T) {
	for want, strategies := range map[string][]string{
		"next roll: upgrade (surge); version upgrade: upgrade (manual); urgent patch":          {"BLUE_GREEN", "SURGE"},
		"next roll: upgrade (blue-green); version upgrade: upgrade (blue-green); urgent patch": {"BLUE_GREEN", "BLUE_GREEN"},
	} {
		k := known(t, "gke-standard")
		e := &kubernetes.Estate{}
		for _, strategy := range strategies {
			e.Pools = append(e.Pools, kubernetes.Pool{Strategy: strategy})
		}
		places := locate.Places{Pools: make([]locate.Place, len(strategies))}
		all := Defaults(k, e, &places, Given{Start: now, Timings: Timings(k.Offerings, kubernetes.Timings{})})
		if got := names(all); got != want {
			t.Errorf("%v: %s", strategies, got)
		}
	}
}

// A pool that no node is of says nothing of how nodes go; where those with nodes go in several ways,
// it is said which.
func TestRollsOfPoolsWithNodes(t *testing.T) {
	for name, test := range map[string]struct {
		nodes       []string
		want, about string
	}{
		"of the forced": {[]string{"workers"}, "next roll: upgrade (force)", "You start it, to patch nodes."},
		"of the plain":  {[]string{"other"}, "next roll: upgrade (rolling)", "You start it, to patch nodes."},
		"of both": {[]string{"other", "workers"}, "next roll: upgrade (rolling)",
			"You start it, to patch nodes. Another way goes pool workers (upgrade (force))."},
		"of neither": {[]string{"third"}, "next roll: upgrade (rolling)",
			"You start it, to patch nodes. Another way goes pool workers (upgrade (force))."},
	} {
		k := known(t, "eks-managed-nodegroup")
		e := &kubernetes.Estate{Pools: []kubernetes.Pool{{Name: "workers", Strategy: "force"}, {Name: "other"}}}
		places := locate.Places{Pools: make([]locate.Place, 2), NodePools: test.nodes}
		all := Defaults(k, e, &places, Given{Start: now, Timings: Timings(k.Offerings, kubernetes.Timings{})})
		if all[0].Name != test.want || all[0].About != test.about {
			t.Errorf("%s: %s: %s", name, all[0].Name, all[0].About)
		}
	}
}

// Schedules of node budgets are played through a week.
func TestDefaultsWithSchedules(t *testing.T) {
	b := disruption.ParseNodeBudgets([]disruption.NodeBudget{{Nodes: "0", Schedule: "0 8 * * *", Duration: 10 * time.Hour}})
	e := &kubernetes.Estate{Pools: []kubernetes.Pool{{API: "karpenter.sh/NodePool", Name: "x", Budgets: &b}}}
	if d := inStore(t, "karpenter", e, "a")[0]; d.Horizon != 7*day {
		t.Errorf("%+v", d)
	}
}

// What was asked goes over defaults, too.
func TestDefaultsAsked(t *testing.T) {
	c := builtin(t)
	k := known(t, "karpenter")
	places := locate.Locate(c, &kubernetes.Estate{}, nil, k.Offerings[0])
	for _, d := range Defaults(k, &kubernetes.Estate{}, &places, Given{Start: now, Asked: Asked{Horizon: time.Minute, Runs: 2}}) {
		if d.Horizon != time.Minute || d.Runs != 2 {
			t.Errorf("%+v", d)
		}
	}
}

// A node takes as long as on the slowest of the offerings; what the catalog
// says, or a number where it says nothing.
func TestTimings(t *testing.T) {
	c := builtin(t)
	auto, gke := c.Offering("eks-auto-mode"), c.Offering("gke-standard")
	none := kubernetes.Timings{}
	if got := Timings(known(t, "eks-auto-mode", "gke-standard").Offerings, none); got.NodeReady != 4*time.Minute ||
		got.PodReady != 30*time.Second ||
		got.PodStop != 5*time.Second {
		t.Errorf("%+v of %s and %s", got, auto.ID, gke.ID)
	}
	if got := Timings(nil, none); got.NodeReady != 2*time.Minute {
		t.Errorf("%+v", got)
	}
	// What is said of the estate goes over it.
	if got := Timings(nil, kubernetes.Timings{NodeReady: time.Second, PodStop: time.Minute}); got.NodeReady != time.Second ||
		got.PodReady != 30*time.Second || got.PodStop != time.Minute {
		t.Errorf("said: %+v", got)
	}
}

// What nobody said is assumed, and what an estate or a scenario says is not.
func TestAssumed(t *testing.T) {
	for _, x := range []struct {
		said kubernetes.Timings
		file string
		want simulate.Assumed
	}{
		{kubernetes.Timings{}, "", simulate.Assumed{PodReady: true, PodStop: true}},
		{kubernetes.Timings{PodReady: time.Minute}, "", simulate.Assumed{PodStop: true}},
		{kubernetes.Timings{PodStop: time.Minute, NodeReady: time.Minute}, "", simulate.Assumed{PodReady: true}},
		{kubernetes.Timings{}, "timings: {podStop: 3s}", simulate.Assumed{PodReady: true}},
		{kubernetes.Timings{}, "timings: {podReady: 3s, podStop: 3s}", simulate.Assumed{}},
		{kubernetes.Timings{}, "timings: {nodeReady: 3s}", simulate.Assumed{PodReady: true, PodStop: true}},
	} {
		f, err := Read(Stdin, strings.NewReader("triggers: [{at: 0s, kind: drift}]\n"+x.file))
		if err != nil {
			t.Fatal(err)
		}
		k := known(t, "karpenter")
		s, err := f.Scenario(k, Given{Timings: Timings(k.Offerings, x.said), Assumed: Assumed(x.said)})
		if err != nil {
			t.Fatal(err)
		}
		if s.Assumed != x.want {
			t.Errorf("%+v and %q: %+v, want %+v", x.said, x.file, s.Assumed, x.want)
		}
	}
}

// A drain under Karpenter is played to the end of the longest terminationGracePeriod, of a
// pool or of a claim that was made before, however long that is.
func TestDefaultsLastBeyondTheGraceOfDrains(t *testing.T) {
	pool := kubernetes.Pool{API: "karpenter.sh/NodePool", Name: "default"}
	for name, x := range map[string]struct {
		pool, claim time.Duration
	}{"no grace": {}, "of the pool": {pool: 6 * time.Hour}, "of a claim": {claim: 30 * time.Hour}, "for days": {pool: 240 * time.Hour}} {
		e := &kubernetes.Estate{Pools: []kubernetes.Pool{pool}, Nodes: []kubernetes.Node{{Name: "a", Created: now}}}
		e.Pools[0].Grace = x.pool
		if x.claim > 0 {
			e.Nodes[0].NodeClaim = &kubernetes.NodeClaim{Name: "a", Node: "a", Grace: x.claim}
		}
		roll := inStore(t, "karpenter", e, "a")[0]
		if roll.Horizon <= max(x.pool, x.claim) || max(x.pool, x.claim) == 0 && roll.Horizon != time.Hour {
			t.Errorf("%s: %s is played for %s", name, roll.Name, roll.Horizon)
		}
	}
}

// A roll is played for as long as it takes by the strategy that all pools have.
func TestRollsLastAsTheStrategyDoes(t *testing.T) {
	usual := contract.Terms{Trigger: contract.Upgrade, Follows: true, Deadline: contract.Setting{Limit: contract.After(time.Minute)}}
	slow := contract.Terms{Trigger: contract.Upgrade, Strategy: "slow", Deadline: contract.Setting{Limit: contract.After(5 * time.Hour)}}
	for name, test := range map[string]struct {
		strategies []string
		want       time.Duration
	}{
		"none": {nil, time.Hour}, "of its own": {[]string{"", ""}, time.Hour}, "slow": {[]string{"slow", "SLOW"}, 16 * time.Hour},
		"of some pools": {[]string{"slow", ""}, time.Hour},
	} {
		k := known(t, "gke-standard")
		e := &kubernetes.Estate{}
		for _, strategy := range test.strategies {
			e.Pools = append(e.Pools, kubernetes.Pool{Strategy: strategy})
		}
		d := defaults{Known: k, Given: Given{Start: now}, estate: e, places: &locate.Places{Pools: make([]locate.Place, len(e.Pools))},
			offering: k.Offerings[0], contract: &contract.Contract{Terms: []contract.Terms{usual, slow}}}
		if s := d.roll("next roll", usual, ""); s.Horizon != test.want {
			t.Errorf("%s: it is played for %s", name, s.Horizon)
		}
	}
}
