package bound

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/intstr"
	"pgregory.net/rapid"

	"github.com/onus-project/onus/internal/disruption"
)

// More cases than usual, as what they look for is rare; CI draws the same each
// time.
func TestMain(m *testing.M) {
	flag.Parse()
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue && !testing.Short() {
		if err := checks.Value.Set("800"); err != nil {
			panic(err)
		}
	}
	if os.Getenv("CI") != "" {
		if err := flag.Set("rapid.seed", "20261123"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// odd is true in one of so many cases, and never where all is plain.
type odd func(label string, of int) bool

func odds(t *rapid.T, plain bool) odd {
	return func(label string, of int) bool {
		return rapid.IntRange(1, of).Draw(t, label) == of && !plain
	}
}

func anyBudget(t *rapid.T, odd odd) disruption.Budget {
	v := rapid.SampledFrom([]intstr.IntOrString{
		intstr.FromInt32(0), intstr.FromInt32(1), intstr.FromInt32(1), intstr.FromInt32(2), intstr.FromInt32(2), intstr.FromInt32(3),
		intstr.FromInt32(5),
		intstr.FromString("0%"), intstr.FromString("1%"), intstr.FromString("34%"), intstr.FromString("50%"), intstr.FromString("67%"),
		intstr.FromString("100%"), intstr.FromString("120%"), intstr.FromString("all"),
	}).Draw(t, "amount")
	switch {
	case odd("emptyBudget", 20):
		return disruption.Budget{}
	case rapid.Bool().Draw(t, "maxUnavailable"):
		return disruption.Budget{MaxUnavailable: &v}
	}
	return disruption.Budget{MinAvailable: &v}
}

func anyDisruption(t *rapid.T, odd odd) Disruption {
	m := Disruption{Title: "drift", Karpenter: rapid.Bool().Draw(t, "karpenter"), Before: rapid.Bool().Draw(t, "before")}
	m.SkipBlocked = odd("skipBlocked", 4)
	m.IgnoresPDBs = odd("ruthless", 8)
	m.Unstated = !m.IgnoresPDBs && odd("unstated", 8)
	if !m.IgnoresPDBs && !m.Unstated && !odd("noDeadline", 3) {
		m.Deadline = disruption.Deadline{
			After: rapid.SampledFrom([]time.Duration{2 * time.Minute, 10 * time.Minute, 24 * time.Hour}).Draw(t, "after"),
			Then: rapid.SampledFrom([]disruption.OnDeadline{disruption.Force, disruption.Force, disruption.Fail, disruption.Skip,
				disruption.Wait}).Draw(t, "then"),
			Early: rapid.Bool().Draw(t, "early"),
		}
	}
	return m
}

// anyModel is a tiny cluster, in which everything happens at once or, if it is
// plain, things are as they mostly are: all nodes go by one disruption, and pods are
// ready.
func anyModel(t *rapid.T, plain bool) *Model {
	odd := odds(t, plain)
	m := &Model{Start: time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)}
	if !odd("untimed", 2) {
		m.Timings = &Timings{NodeReady: time.Minute, PodReady: 30 * time.Second, PodStop: 5 * time.Second}
	}
	nodes := rapid.IntRange(1, 3).Draw(t, "nodes")
	if odd("large", 8) {
		nodes = mostNodes
	}
	for range rapid.IntRange(1, 2).Draw(t, "pools") {
		p := Pool{Name: fmt.Sprint("pool-", len(m.Pools)), Nodes: nodes, AtOnce: rapid.SampledFrom([]int{0, 1, 1, 2}).Draw(t, "atOnce")}
		if odd("budgeted", 4) {
			b := disruption.ParseNodeBudgets(
				[]disruption.NodeBudget{{Nodes: rapid.SampledFrom([]string{"0", "1", "10%", "50%", "100%"}).Draw(t, "nodeBudget")}})
			p.Budgets, p.Reason = &b, disruption.Drifted
		}
		m.Pools = append(m.Pools, p)
	}
	for range rapid.IntRange(1, 2).Draw(t, "groups") {
		g := Group{Pool: rapid.IntRange(0, len(m.Pools)-1).Draw(t, "pool"), Disruption: anyDisruption(t, odd)}
		if plain && len(m.Groups) > 0 {
			g.Disruption = m.Groups[0].Disruption
		}
		m.Groups = append(m.Groups, g)
	}
	for i := range nodes {
		n := Node{Name: fmt.Sprint("node-", i), Group: int32(rapid.IntRange(0, len(m.Groups)-1).Draw(t, "group")), Begun: odd("begun", 8),
			Closed: odd("closed", 6)}
		if rapid.IntRange(0, 5).Draw(t, "stays") == 0 {
			n = Node{Name: n.Name, Group: Stays, Closed: n.Closed}
		}
		m.Nodes = append(m.Nodes, n)
	}
	for range rapid.IntRange(0, mostBudgets).Draw(t, "budgets") {
		m.Budgets = append(m.Budgets, Budget{Name: fmt.Sprint("budget-", len(m.Budgets)), Budget: anyBudget(t, odd),
			AlwaysAllow: rapid.Bool().Draw(t, "alwaysAllow")})
	}
	anyWorkloads(t, m, odd)
	return m
}

// anyWorkloads are one or more workloads of a cluster, earlier ones of which may matter more.
func anyWorkloads(t *rapid.T, m *Model, odd odd) {
	left := rapid.IntRange(1, 5).Draw(t, "pods")
	for range rapid.IntRange(1, 3).Draw(t, "workloads") {
		if left == 0 {
			break
		}
		w := anyWorkload(t, m, odd, left)
		w.Name = fmt.Sprint("workload-", len(m.Workloads))
		left -= totalOf(&w).pods
		m.Workloads = append(m.Workloads, w)
	}
	for l := range m.Workloads {
		for by := range l { // earlier ones matter more
			if odd("preempted", 8) {
				m.Workloads[l].PreemptedBy = append(m.Workloads[l].PreemptedBy, int32(by))
			}
		}
	}
	for l := range m.Workloads {
		if odd("notCreated", 6) {
			m.Workloads[l].NotCreatedBy = []string{"webhook a"}
		}
		if odd("notEvicted", 12) {
			m.Workloads[l].NotEvictedBy = []string{"webhook b"}
		}
	}
}

func anyWorkload(t *rapid.T, m *Model, odd odd, most int) Workload {
	w := Workload{
		Kind: rapid.SampledFrom([]Kind{Replicated, Replicated, Replicated, Replicated, Replicated, Replicated, Ordered, Ordered,
			Bare}).Draw(t, "kind"),
		ToleratesDrainTaint: odd("dodges", 8), Lost: odd("lost", 12), Protected: odd("protected", 8), Partly: odd("partly", 12),
		Scaled: !odd("unscaled", 8),
	}
	if odd("unwatched", 6) {
		w.Kind = rapid.SampledFrom([]Kind{Daemon, Job, Static}).Draw(t, "kindUnwatched")
	}
	w.Scaled = w.Scaled && w.Kind.lasts()
	if odd("critical", 6) {
		w.Wave = 2
	}
	if w.Kind == Daemon {
		w.Wave++
	}
	if odd("lands", 3) {
		w.SchedulablePools = []int32{}
		for p := range m.Pools {
			if rapid.Bool().Draw(t, "land") {
				w.SchedulablePools = append(w.SchedulablePools, int32(p))
			}
		}
	}
	for b := range m.Budgets {
		if rapid.Bool().Draw(t, "selected") && (len(w.Budgets) == 0 || odd("overlap", 2)) {
			w.Budgets = append(w.Budgets, int32(b))
		}
	}
	w.Replicas = rapid.IntRange(1, most).Draw(t, "replicas")
	w.Pods = anyPods(t, m, odd, &w)
	if rapid.IntRange(0, 2).Draw(t, "spread") == 0 {
		w.PerNode = 1
		for _, p := range w.Pods {
			if p.Node != Unbound {
				w.PerNode = max(w.PerNode, p.Ready+p.Unready+p.Stuck)
			}
		}
	}
	return w
}

// anyPods are the pods of a workload, on nodes and on none, ready or not.
func anyPods(t *rapid.T, m *Model, odd odd, w *Workload) []Pods {
	on := make([]Pods, len(m.Nodes)+1) // the last is of those without a node
	for i := range on {
		on[i].Node = int32(i)
	}
	on[len(m.Nodes)].Node = Unbound
	for range w.Replicas {
		p := &on[rapid.IntRange(0, len(m.Nodes)-1).Draw(t, "node")]
		switch {
		case w.Kind != Daemon && odd("unbound", 8):
			on[len(m.Nodes)].Unready++
		case odd("stuck", 10):
			p.Stuck++
		case w.Kind.lasts() && odd("missing", 10): // still to be made
		case odd("unready", 10):
			p.Unready++
		default:
			p.Ready++
		}
	}
	return slices.DeleteFunc(on, func(p Pods) bool { return p.Ready+p.Unready+p.Stuck == 0 })
}

var statesMost = flag.Int("states", 20_000, "leave clusters with more states")
var tally = flag.Bool("tally", false, "count what bounds claim")

// No order of events comes below a bound, and one comes down to it where it
// claims to be exact. Bounds of plain clusters are, unless deadlines pace them or
// a budget counts pods that do not come back.
func TestBounds(t *testing.T) {
	counts := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.IntRange(0, 2).Draw(t, "plain") == 0
		m := anyModel(t, plain)
		mask := rapid.IntRange(0, 1<<mostSlots-1).Draw(t, "mask")
		e := newExplorer(m, rapid.IntRange(0, 4).Draw(t, "lag") == 0, rapid.Bool().Draw(t, "pulling"),
			func(ordinal int) bool { return mask>>ordinal&1 == 1 })
		bounds := Bounds(m)
		least, all := e.fewest(*statesMost)
		bare := slices.ContainsFunc(m.Workloads, func(w Workload) bool { return w.Kind == Bare })
		for l, b := range bounds {
			w := &m.Workloads[l]
			if w.Kind == Job {
				continue // its pods end when they like
			}
			if least[l] < b.Least {
				t.Fatalf("%s comes down to %d, and the bound is %d: %q\n%+v", w.Name, least[l], b.Least, b.Because, m)
			}
			if len(b.Because) == 0 && totalOf(w).ready > 0 {
				t.Fatalf("%s has a bound of %d for no reason\n%+v", w.Name, b.Least, m)
			}
			if !all {
				counts["cut"]++
				continue
			}
			if b.Exact && least[l] > b.Least {
				t.Fatalf("%s comes down to %d, and the bound claims %d: %q\n%+v", w.Name, least[l], b.Least, b.Because, m)
			}
			paced := leastOf(m).account(l)
			if plain && !b.Exact && !bare && !paced.paced {
				t.Fatalf("%s does not claim its bound of %d: %q\n%+v", w.Name, b.Least, b.Because, m)
			}
			counts[tallied(b, totalOf(w).ready, least[l], paced.paced)]++
		}
	})
	if *tally {
		t.Log(counts)
	}
}

func tallied(b Bound, ready, least int, paced bool) string {
	words := "loose"
	switch {
	case ready == b.Least:
		words = "nothing goes"
	case b.Exact:
		words = "exact"
	case least == b.Least:
		words = "exact, but not claimed"
	}
	if paced {
		words += ", paced"
	}
	return words
}

// Clusters that were hard to get right.
func TestBoundsOfTrouble(t *testing.T) {
	budget := func(minAvailable int32) Budget {
		v := intstr.FromInt32(minAvailable)
		return Budget{Budget: disruption.Budget{MinAvailable: &v}}
	}
	waits := Group{Disruption: Disruption{Karpenter: true}}
	takes := Group{Disruption: Disruption{IgnoresPDBs: true}}
	kills := Group{Disruption: Disruption{Deadline: after(10*time.Minute, disruption.Force)}}
	one := []Pool{{Nodes: 3, AtOnce: 1}}
	tests := []struct {
		name  string
		model Model
		least int // of the first workload
		exact bool
	}{
		{"pods that a budget lets go gather where none is asked", Model{
			Pools: one, Groups: []Group{waits, takes}, Nodes: []Node{{}, {Group: 1}}, Budgets: []Budget{budget(2)},
			Workloads: []Workload{{Replicas: 3, Scaled: true, Budgets: []int32{0}, Pods: []Pods{{Node: 0, Ready: 3}}}},
		}, 0, true},
		{"unless they may not go there", Model{
			Pools: one, Groups: []Group{waits, takes}, Nodes: []Node{{}, {Group: 1, Closed: true}}, Budgets: []Budget{budget(2)},
			Workloads: []Workload{{Replicas: 3, Scaled: true, Budgets: []int32{0}, Pods: []Pods{{Node: 0, Ready: 3}}}},
		}, 2, true},
		{"a pod gets ready only to be killed", Model{
			Pools: one, Groups: []Group{waits, kills}, Nodes: []Node{{}, {Group: 1, Closed: true}}, Budgets: []Budget{budget(1)},
			Workloads: []Workload{{Replicas: 2, Scaled: true, Budgets: []int32{0}, Pods: []Pods{{Node: 0, Ready: 1}, {Node: 1, Unready: 1}}}},
		}, 0, false},
		{"or taken with its node", Model{
			Pools: one, Groups: []Group{waits, takes}, Nodes: []Node{{}, {Group: 1, Closed: true}}, Budgets: []Budget{budget(1)},
			Workloads: []Workload{{Replicas: 2, Scaled: true, Budgets: []int32{0}, Pods: []Pods{{Node: 0, Ready: 1}, {Node: 1, Unready: 1}}}},
		}, 0, false},
		{"none rebinds where that takes a pod to get ready which then stays", Model{
			Pools: one, Groups: []Group{waits, takes}, Nodes: []Node{{}, {Group: 1}, {Group: Stays}}, Budgets: []Budget{budget(2)},
			Workloads: []Workload{{Replicas: 3, Scaled: true, Budgets: []int32{0}, Pods: []Pods{{Node: 0, Ready: 2}, {Node: 2, Unready: 1}}}},
		}, 0, false},
		{"a critical pod waits past the deadline for one that never leaves before", Model{
			Timings: &Timings{PodReady: time.Second}, Pools: one,
			Groups: []Group{{Disruption: Disruption{Karpenter: true, Deadline: after(24*time.Hour, disruption.Force)}}},
			Nodes:  []Node{{}}, Budgets: []Budget{budget(1), budget(1)},
			Workloads: []Workload{
				{Replicas: 2, Scaled: true, Wave: 2, Budgets: []int32{0}, Pods: []Pods{{Node: 0, Ready: 2}}},
				{Replicas: 1, Scaled: true, Budgets: []int32{1}, Pods: []Pods{{Node: 0, Ready: 1}}},
			},
		}, 0, true},
		{"a pod under two budgets leaves while its image is pulled, and others vanish with the node", Model{
			Pools: one, Groups: []Group{waits}, Nodes: []Node{{}}, Budgets: []Budget{budget(1), budget(1)},
			Workloads: []Workload{
				{Replicas: 1, Scaled: true, ToleratesDrainTaint: true, Pods: []Pods{{Node: 0, Ready: 1}}},
				{Replicas: 1, Scaled: true, Budgets: []int32{0, 1}, Pods: []Pods{{Node: 0, Unready: 1}}},
			},
		}, 0, false},
		{"but stay while it runs", Model{
			Pools: one, Groups: []Group{waits}, Nodes: []Node{{}}, Budgets: []Budget{budget(1), budget(1)},
			Workloads: []Workload{
				{Replicas: 1, Scaled: true, ToleratesDrainTaint: true, Pods: []Pods{{Node: 0, Ready: 1}}},
				{Replicas: 1, Scaled: true, Budgets: []int32{0, 1}, Pods: []Pods{{Node: 0, Ready: 1}}},
			},
		}, 1, true},
		{"of nodes that never get done only one is begun", Model{
			Pools: one, Groups: []Group{waits}, Nodes: []Node{{}, {}, {}}, Budgets: []Budget{budget(3)},
			Workloads: []Workload{
				{Replicas: 4, Scaled: true, Pods: []Pods{{Node: 0, Ready: 1}, {Node: 1, Ready: 2}, {Node: 2, Ready: 1}}},
				{Replicas: 2, Scaled: true, Budgets: []int32{0}, Pods: []Pods{{Node: 0, Ready: 1}, {Node: 1, Ready: 1}}},
			},
		}, 1, true},
		{"and none, where one is under way", Model{
			Pools: one, Groups: []Group{waits}, Nodes: []Node{{}, {Begun: true}, {}}, Budgets: []Budget{budget(3)},
			Workloads: []Workload{
				{Replicas: 3, Scaled: true, Pods: []Pods{{Node: 0, Ready: 1}, {Node: 1, Ready: 2}}},
				{Replicas: 2, Scaled: true, Budgets: []int32{0}, Pods: []Pods{{Node: 0, Ready: 1}, {Node: 1, Ready: 1}}},
			},
		}, 1, true},
		{"but not none, where the one under way gets done", Model{
			Pools: one, Groups: []Group{waits}, Nodes: []Node{{}, {Begun: true}, {}}, Budgets: []Budget{budget(3)},
			Workloads: []Workload{
				{Replicas: 3, Scaled: true, Pods: []Pods{{Node: 0, Ready: 1}, {Node: 2, Ready: 2}}},
				{Replicas: 2, Scaled: true, Budgets: []int32{0}, Pods: []Pods{{Node: 0, Ready: 1}, {Node: 2, Ready: 1}}},
			},
		}, 1, true},
		{"pods that tolerate the taint gather on a node that is drained", Model{
			Pools: one, Groups: []Group{{Disruption: Disruption{}}, waits}, Nodes: []Node{{}, {Group: 1}}, Budgets: []Budget{budget(2)},
			Workloads: []Workload{{Replicas: 3, Scaled: true, ToleratesDrainTaint: true, Budgets: []int32{0}, Pods: []Pods{{Node: 0, Ready: 3}}}},
		}, 0, true},
		{"but not on one that is never drained", Model{
			Pools: one, Groups: []Group{{Disruption: Disruption{}}, waits}, Nodes: []Node{{}, {Group: 1}}, Budgets: []Budget{budget(2), budget(1)},
			Workloads: []Workload{
				{Replicas: 3, Scaled: true, ToleratesDrainTaint: true, Budgets: []int32{0}, Pods: []Pods{{Node: 0, Ready: 3}}},
				{Replicas: 1, Scaled: true, Budgets: []int32{1}, Pods: []Pods{{Node: 1, Ready: 1}}},
			},
		}, 2, true},
		{"pods of a later wave wait for one that nobody makes anew", Model{
			Pools: one, Groups: []Group{waits}, Nodes: []Node{{}}, Budgets: []Budget{budget(1)},
			Workloads: []Workload{
				{Replicas: 1, Scaled: true, Wave: 2, Pods: []Pods{{Node: 0, Ready: 1}}},
				{Kind: Bare, Budgets: []int32{0}, Pods: []Pods{{Node: 0, Ready: 2}}},
			},
		}, 0, false},
		{"a controller that has no pod, because none is made, counts no more", Model{
			Pools: one, Groups: []Group{waits, takes}, Nodes: []Node{{}, {Group: 1}},
			Budgets: []Budget{{Budget: disruption.Budget{MinAvailable: new(intstr.FromString("50%"))}}},
			Workloads: []Workload{
				{Replicas: 2, Scaled: true, Budgets: []int32{0}, Pods: []Pods{{Node: 0, Ready: 2}}},
				{Replicas: 2, Scaled: true, Budgets: []int32{0}, NotCreatedBy: []string{"a webhook"}, Pods: []Pods{{Node: 1, Stuck: 2}}},
			},
		}, 0, false},
		{"pods whose like are not made wait past any deadline", Model{
			Timings: &Timings{PodReady: time.Second}, Pools: one,
			Groups: []Group{{Disruption: Disruption{Karpenter: true, Deadline: after(24*time.Hour, disruption.Force)}}},
			Nodes:  []Node{{}, {}}, Budgets: []Budget{budget(1)},
			Workloads: []Workload{
				{Replicas: 2, Scaled: true, Budgets: []int32{0}, NotCreatedBy: []string{"a webhook"}, Pods: []Pods{{Node: 0, Ready: 2}}},
			},
		}, 0, true},
		{"and so do those that nobody evicts", Model{
			Timings: &Timings{PodReady: time.Second}, Pools: one,
			Groups: []Group{{Disruption: Disruption{Karpenter: true, Deadline: after(24*time.Hour, disruption.Force)}}},
			Nodes:  []Node{{}, {}}, Budgets: []Budget{budget(1)},
			Workloads: []Workload{
				{Replicas: 2, Scaled: true, Budgets: []int32{0}, NotEvictedBy: []string{"a webhook"}, Pods: []Pods{{Node: 0, Ready: 2}}},
			},
		}, 0, true},
		{"the first pod to go keeps its node's neighbours from being chosen", Model{
			Pools: one, Groups: []Group{
				{Disruption: Disruption{Karpenter: true, SkipBlocked: true, Deadline: after(10*time.Minute, disruption.Force)}},
			},
			Nodes: []Node{{}, {}}, Budgets: []Budget{budget(2)},
			Workloads: []Workload{
				{Replicas: 3, Scaled: true, Budgets: []int32{0}, PerNode: 2, Pods: []Pods{{Node: 0, Ready: 2}, {Node: 1, Ready: 1}}},
			},
		}, 0, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := Bounds(&test.model)[0]
			if b.Least != test.least || b.Exact != test.exact {
				t.Errorf("%+v, want %d, exact %t", b, test.least, test.exact)
			}
			reached := none
			for _, lag := range []bool{false, true} {
				for _, pulling := range []bool{false, true} {
					least, _ := newExplorer(&test.model, lag, pulling, nil).fewest(1_000_000)
					reached = min(reached, least[0])
				}
			}
			if reached < b.Least || b.Exact && reached > b.Least {
				t.Errorf("comes down to %d, and the bound is %d", reached, b.Least)
			}
		})
	}
}
