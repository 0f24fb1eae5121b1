package bound

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/intstr"
	"pgregory.net/rapid"

	"github.com/onus-project/onus/internal/disruption"
)

// No order of events empties a node that none is said to, nor takes more nodes
// than can go.
func TestFinishesInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyModel(t, rapid.IntRange(0, 4).Draw(t, "plain") == 0)
		// Where deadlines force, what is said is said of the time before.
		for g := range m.Groups {
			if m.Groups[g].Disruption.forces() {
				m.Groups[g].Disruption.Deadline = disruption.Deadline{}
			}
		}
		finishes := Finishes(m, 0)
		e := newExplorer(m, rapid.Bool().Draw(t, "lag"), rapid.Bool().Draw(t, "pulling"), func(int) bool { return true })
		gone := make([]int, len(m.Pools))
		e.reach(*statesMost, func(s *state) {
			now := make([]int, len(m.Pools))
			for i := range m.Nodes {
				if s.nodes[i] == left {
					now[m.Groups[m.Nodes[i].Group].Pool]++
				}
			}
			for p, f := range finishes {
				gone[p] = max(gone[p], now[p])
				for _, h := range f.Never {
					if s.nodes[h.Node] == left {
						t.Fatalf("%s is gone, and is said never to be: %s\n%+v", m.Nodes[h.Node].Name, h.Because, m)
					}
				}
			}
		})
		for p, f := range finishes {
			if gone[p] > f.Nodes-f.Unpatched {
				t.Fatalf("%d nodes of %s are gone, and of %d %d are said to stay: %q\n%+v", gone[p], f.Pool, f.Nodes, f.Unpatched, f.Because, m)
			}
			if f.Forced != 0 || f.AtWorst < f.Unpatched || f.AtWorst > f.Nodes {
				t.Fatalf("%+v", f)
			}
		}
	})
}

// web is six pods on six nodes of a pool, and a budget over them.
func web(budget disruption.Budget, how Disruption) *Model {
	m := &Model{
		Start: time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC), Timings: &Timings{NodeReady: time.Minute, PodReady: 15 * time.Second,
			PodStop: 5 * time.Second},
		Pools:  []Pool{{Name: "default", Nodes: 6, AtOnce: 1}},
		Groups: []Group{{Disruption: how}}, Budgets: []Budget{{Name: "web", Budget: budget}},
		Workloads: []Workload{{Name: "default/web", Replicas: 6, Scaled: true, Budgets: []int32{0}}},
	}
	for i := range 6 {
		m.Nodes = append(m.Nodes, Node{Name: fmt.Sprint("node-", i)})
		m.Workloads[0].Pods = append(m.Workloads[0].Pods, Pods{Node: int32(i), Ready: 1})
	}
	return m
}

func maxUnavailable(n int32) disruption.Budget {
	v := intstr.FromInt32(n)
	return disruption.Budget{MaxUnavailable: &v}
}

func after(d time.Duration, then disruption.OnDeadline) disruption.Deadline {
	return disruption.Deadline{After: d, Then: then}
}

func TestFinishes(t *testing.T) {
	drift := Disruption{Title: "drift", Karpenter: true, Before: true}
	tests := []struct {
		name   string
		model  func() *Model
		within time.Duration
		want   Finish
		says   string
	}{
		{
			"one at a time, each with its replacement", func() *Model { return web(maxUnavailable(1), drift) }, 12 * time.Hour,
			Finish{Takes: 6*time.Minute + 30*time.Second, Done: true, Gone: 6}, "6 nodes, at most 1 at a time: at least 6 min 30 s",
		},
		{
			"with a rest after each", func() *Model {
				m := web(maxUnavailable(1), drift)
				m.Pools[0].Soak = 20 * time.Minute
				return m
			}, 12 * time.Hour,
			Finish{Takes: 106*time.Minute + 30*time.Second, Done: true, Gone: 6}, "6 nodes, at most 1 at a time: at least 1 h 47 min",
		},
		{
			"forced, two in each window", func() *Model {
				m := web(maxUnavailable(0), Disruption{Title: "upgrade", Deadline: after(time.Hour, disruption.Force)})
				m.Pools[0].Window = disruption.Window{Days: disruption.Days{Every: disruption.Daily}, At: 6 * time.Hour, Length: 2 * time.Hour}
				return m
			}, 0,
			Finish{Takes: 50 * time.Hour, Done: true, Gone: 6, Forced: 6}, "6 drains to the deadline: at least 2 days 2 h",
		},
		{
			"nothing comes in their place", func() *Model {
				return web(maxUnavailable(1), Disruption{Title: "scale-down", Vacates: true})
			}, 0,
			Finish{Takes: 75 * time.Second, Done: true, Gone: 6, Vacates: true}, "6 nodes, at most 1 at a time",
		},
		{
			"too late", func() *Model { return web(maxUnavailable(1), drift) }, 3 * time.Minute,
			Finish{Takes: 3 * time.Minute, Gone: 2, Late: true}, "time available: 3 min",
		},
		{
			"a budget holds it up longer than the pace", func() *Model {
				m := web(maxUnavailable(1), Disruption{Title: "expiry", Karpenter: true})
				m.Pools[0].AtOnce = 0
				return m
			}, 0,
			Finish{Takes: 75 * time.Second, Done: true, Gone: 6},
			"PDB web allows 1 pod of 6 to be evicted at a time, and a replacement takes 15 s to get ready: at least 1 min 15 s",
		},
		{
			"waits without end", func() *Model { return web(maxUnavailable(0), Disruption{Title: "upgrade"}) }, 0,
			Finish{Unpatched: 6, AtWorst: 6, Done: true},
			"6 nodes: the drain never finishes (default/web: PDB web never allows an eviction: it wants 6 ready, and at most 6 can be)",
		},
		{
			"one drain without end keeps the others", func() *Model {
				m := web(maxUnavailable(0), Disruption{Title: "upgrade"})
				m.Workloads[0].Pods, m.Workloads[0].Replicas = []Pods{{Node: 2, Ready: 1}}, 1
				return m
			}, 0,
			Finish{Unpatched: 1, AtWorst: 6, Done: true, Gone: 5}, "drains that never finish may use up the limit of 1 node at a time",
		},
		{
			"and does, once it is under way", func() *Model {
				m := web(maxUnavailable(0), Disruption{Title: "upgrade"})
				m.Workloads[0].Pods, m.Workloads[0].Replicas = []Pods{{Node: 2, Ready: 1}}, 1
				m.Nodes[2].Begun = true
				return m
			}, 0,
			Finish{Unpatched: 6, AtWorst: 6, Done: true}, "drains under way that never finish use up the limit of 1 node at a time",
		},
		{
			"never chosen", func() *Model {
				return web(maxUnavailable(0), Disruption{Title: "drift", Karpenter: true, Before: true, SkipBlocked: true})
			}, 0,
			Finish{Unpatched: 6, AtWorst: 6, Done: true},
			"6 nodes: never selected (default/web: PDB web never allows an eviction: it wants 6 ready, and at most 6 can be)",
		},
		{
			"fails", func() *Model {
				m := web(maxUnavailable(0), Disruption{Title: "upgrade", Deadline: after(15*time.Minute, disruption.Fail)})
				m.Workloads[0].Pods, m.Workloads[0].Replicas = []Pods{{Node: 2, Ready: 1}}, 1
				return m
			}, 0,
			Finish{Unpatched: 1, AtWorst: 6, Done: true, Gone: 5}, "the operation stops at the first node not drained by its deadline",
		},
		{
			"given up", func() *Model {
				m := web(maxUnavailable(0), Disruption{Title: "patch", Deadline: after(time.Hour, disruption.Skip)})
				m.Workloads[0].Pods, m.Workloads[0].Replicas = []Pods{{Node: 2, Ready: 1}}, 1
				return m
			}, 0,
			Finish{Unpatched: 1, AtWorst: 1, Done: true, Gone: 5}, "1 node: skipped after 1 h",
		},
		{
			"forced, a day each", func() *Model {
				m := web(maxUnavailable(0), Disruption{Title: "drift", Karpenter: true, Before: true, Deadline: after(24*time.Hour, disruption.Force)})
				return m
			}, 12 * time.Hour,
			Finish{Forced: 6, Takes: 144 * time.Hour, Done: true, Gone: 6, Late: true}, "6 drains to the deadline: at least 6 days",
		},
		{
			"several budgets", func() *Model {
				m := web(maxUnavailable(1), Disruption{Title: "upgrade", Deadline: after(time.Hour, disruption.Skip)})
				m.Budgets = append(m.Budgets, Budget{Name: "all", Budget: maxUnavailable(1)})
				m.Workloads[0].Budgets = []int32{0, 1}
				return m
			}, 0,
			Finish{Unpatched: 6, AtWorst: 6, Done: true}, "PDBs web and all overlap, and the API server never evicts a pod that several PDBs select",
		},
		{
			"node budgets that never open", func() *Model {
				m := web(maxUnavailable(1), drift)
				b := disruption.ParseNodeBudgets([]disruption.NodeBudget{{Nodes: "1"}, {Nodes: "0", Schedule: "61 0 * * *", Duration: time.Hour}})
				m.Pools[0].Budgets, m.Pools[0].Reason = &b, disruption.Drifted
				return m
			}, 0,
			Finish{Unpatched: 6, AtWorst: 6, Done: true}, "node pool default never allows a node to be replaced",
		},
		{
			"an hour a night", func() *Model {
				m := web(maxUnavailable(1), drift)
				m.Timings.NodeReady = 25*time.Minute - 5*time.Second
				m.Pools[0].Window = disruption.Window{Days: disruption.Days{Every: disruption.Daily}, At: 2 * time.Hour, Length: time.Hour}
				return m
			}, 72 * time.Hour,
			// From 06:00: three are begun in the first night from 20h on, three in the second.
			Finish{Takes: 44*time.Hour + 75*time.Minute, Done: true, Gone: 6}, "6 nodes, at most 1 at a time: at least 45 h 15 min",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := test.model()
			f := Finishes(m, test.within)[0]
			said := strings.Join(f.Because, "\n")
			if !strings.Contains(said, test.says) {
				t.Errorf("says %q, want %q", f.Because, test.says)
			}
			want := test.want
			want.Pool, want.Nodes = "default", 6
			f.Never, f.Because = nil, nil
			if fmt.Sprint(f) != fmt.Sprint(want) {
				t.Errorf("%+v, want %+v", f, want)
			}
		})
	}
}

// What a provider can finish is told with what keeps it from finishing, and with
// nothing that does not.
func TestFinishesSayWhy(t *testing.T) {
	day := after(24*time.Hour, disruption.Force)
	drift := Disruption{Title: "drift", Karpenter: true, Before: true}
	forced := Disruption{Title: "drift", Karpenter: true, Before: true, Deadline: day}
	upgrade := Disruption{Title: "upgrade"}
	fails := Disruption{Title: "upgrade", Deadline: after(15*time.Minute, disruption.Fail)}
	skips := Disruption{Title: "patch", Deadline: after(15*time.Minute, disruption.Skip)}
	closed := func(m *Model) {
		b := disruption.ParseNodeBudgets([]disruption.NodeBudget{{Nodes: "0"}})
		m.Pools[0].Budgets, m.Pools[0].Reason = &b, disruption.Drifted
	}
	begun := func(m *Model, nodes ...int) {
		for _, i := range nodes {
			m.Nodes[i].Begun = true
		}
	}
	awaited := []Treatment{{By: "MachineDrainRule wait", Awaited: true}}
	for _, c := range []struct {
		name   string
		budget disruption.Budget
		how    Disruption
		change func(*Model)
		within time.Duration
		want   string
	}{
		{"a pool at its limit", maxUnavailable(1), drift, func(m *Model) {
			m.Pools[0].Full = true
		}, 0, "0 of 6 gone in 0s, 0 forced, 6 stay, at worst 6, done true, late false: the limit of node pool default allows no " +
			"replacement, which comes before a node goes"},
		{"a pool at its limit, one under way", maxUnavailable(1), drift, func(m *Model) {
			m.Pools[0].Full = true
			begun(m, 2)
		}, 0, "1 of 6 gone in 0s, 0 forced, 5 stay, at worst 5, done true, late false: the limit of node pool default allows no " +
			"replacement, which comes before a node goes"},
		{"a pool at its limit, all under way", maxUnavailable(1), drift, func(m *Model) {
			m.Pools[0].Full = true
			begun(m, 0, 1, 2, 3, 4, 5)
		}, 0, "6 of 6 gone in 1m15s, 0 forced, 0 stay, at worst 0, done true, late false: PDB web allows 1 pod of 6 to be evicted at a time, " +
			"and a replacement takes 15 s to get ready: at least 1 min 15 s"},
		{"paused", maxUnavailable(1), drift, func(m *Model) { m.Pools[0].Paused = true }, 0,
			"0 of 6 gone in 0s, 0 forced, 6 stay, at worst 6, done true, late false: node pool default is paused"},
		{"paused, one under way", maxUnavailable(1), drift, func(m *Model) {
			m.Pools[0].Paused = true
			begun(m, 0)
		}, 0, "1 of 6 gone in 0s, 0 forced, 5 stay, at worst 5, done true, late false: node pool default is paused"},
		{"closed", maxUnavailable(1), drift, closed, 0,
			"0 of 6 gone in 0s, 0 forced, 6 stay, at worst 6, done true, late false: node pool default never allows a node to be replaced"},
		{"closed, one under way", maxUnavailable(1), drift, func(m *Model) {
			closed(m)
			begun(m, 0)
		}, 0, "1 of 6 gone in 0s, 0 forced, 5 stay, at worst 5, done true, late false: node pool default never allows a node to be replaced"},
		{"closed, all under way", maxUnavailable(1), drift, func(m *Model) {
			closed(m)
			begun(m, 0, 1, 2, 3, 4, 5)
		}, 0, "6 of 6 gone in 1m15s, 0 forced, 0 stay, at worst 0, done true, late false: PDB web allows 1 pod of 6 to be evicted at a time, " +
			"and a replacement takes 15 s to get ready: at least 1 min 15 s"},
		{"drains that wait until pods end", maxUnavailable(1), upgrade, func(m *Model) { m.Workloads[0].Treatments = awaited }, 0,
			"0 of 6 gone in 0s, 0 forced, 6 stay, at worst 6, done true, late false: 6 nodes: the drain never finishes (default/web: " +
				"MachineDrainRule wait has drains wait until its pods end by themselves); a drain may be held up, and others behind it: " +
				"MachineDrainRule wait has drains wait until pods of default/web end by themselves"},
		{"and of which one waits for none", maxUnavailable(1), upgrade, func(m *Model) {
			m.Workloads[0].Treatments, m.Workloads[0].Pods[3] = awaited, Pods{Node: 3, Unready: 1}
		}, 0, "1 of 6 gone in 0s, 0 forced, 5 stay, at worst 6, done true, late false: 5 nodes: the drain never finishes (default/web: " +
			"MachineDrainRule wait has drains wait until its pods end by themselves); a drain may be held up, and others behind it: " +
			"MachineDrainRule wait has drains wait until pods of default/web end by themselves; 1 node, at most 1 at a time: at least 0 s"},
		{"drains of Karpenter, which know of no such rule", maxUnavailable(1), drift, func(m *Model) { m.Workloads[0].Treatments = awaited }, 0,
			"6 of 6 gone in 6m30s, 0 forced, 0 stay, at worst 0, done true, late false: 6 nodes, at most 1 at a time: at least 6 min 30 s"},
		{"one drain without end of two at a time", maxUnavailable(0), upgrade, func(m *Model) {
			m.Pools[0].AtOnce, m.Workloads[0].Pods, m.Workloads[0].Replicas = 2, []Pods{{Node: 2, Ready: 1}}, 1
		}, 0, "5 of 6 gone in 0s, 0 forced, 1 stay, at worst 1, done true, late false: 1 node: the drain never finishes (default/web: " +
			"PDB web never allows an eviction: it wants 1 ready, and at most 1 can be); 5 nodes, at most 2 at a time: at least 0 s"},
		{"one of two under way without end", maxUnavailable(0), upgrade, func(m *Model) {
			m.Pools[0].AtOnce, m.Workloads[0].Pods, m.Workloads[0].Replicas = 2, []Pods{{Node: 2, Ready: 1}}, 1
			begun(m, 2)
		}, 0, "5 of 6 gone in 0s, 0 forced, 1 stay, at worst 1, done true, late false: 1 node: the drain never finishes (default/web: " +
			"PDB web never allows an eviction: it wants 1 ready, and at most 1 can be); 5 nodes, at most 2 at a time: at least 0 s"},
		{"the only node under way without end", maxUnavailable(0), upgrade, func(m *Model) {
			m.Workloads[0].Pods, m.Workloads[0].Replicas, m.Nodes = []Pods{{Node: 0, Ready: 1}}, 1, m.Nodes[:1]
			begun(m, 0)
		}, 0, "0 of 1 gone in 0s, 0 forced, 1 stay, at worst 1, done true, late false: 1 node: the drain never finishes (default/web: " +
			"PDB web never allows an eviction: it wants 1 ready, and at most 1 can be)"},
		{"nobody says how long it waits, and one pod may stay", maxUnavailable(0), Disruption{Title: "patch", Unstated: true}, func(m *Model) {
			m.Workloads[0].Pods, m.Workloads[0].Replicas = []Pods{{Node: 2, Ready: 1}}, 1
		}, 0, "6 of 6 gone in 0s, 0 forced, 0 stay, at worst 6, done true, late false: 1 node: how long the drain waits is not published " +
			"(default/web: PDB web never allows an eviction: it wants 1 ready, and at most 1 can be); 6 nodes, at most 1 at a time: at least 0 s"},
		{"two workloads in the way", maxUnavailable(0), upgrade, func(m *Model) {
			m.Workloads[0].Pods, m.Workloads[0].Replicas, m.Pools[0].AtOnce = []Pods{{Node: 2, Ready: 1}}, 1, 0
			m.Budgets = append(m.Budgets, Budget{Name: "api", Budget: maxUnavailable(0)})
			m.Workloads = append(m.Workloads, Workload{Name: "default/api", Replicas: 2, Scaled: true, Budgets: []int32{1},
				Pods: []Pods{{Node: 3, Ready: 1}, {Node: 4, Ready: 1}}})
		}, 0, "3 of 6 gone in 0s, 0 forced, 3 stay, at worst 3, done true, late false: 2 nodes: the drain never finishes (default/api: " +
			"PDB api never allows an eviction: it wants 2 ready, and at most 2 can be); 1 node: the drain never finishes (default/web: " +
			"PDB web never allows an eviction: it wants 1 ready, and at most 1 can be); 3 nodes, all at once: at least 0 s"},
		{"forced, all at once", maxUnavailable(0), forced, func(m *Model) {
			m.Pools[0].AtOnce = 0
		}, 0, "6 of 6 gone in 24h0m0s, 6 forced, 0 stay, at worst 0, done true, late false: 6 nodes: forced after 24 h (default/web: " +
			"PDB web never allows an eviction: it wants 6 ready, and at most 6 can be); 6 nodes, all at once: at least 1 min; " +
			"6 drains to the deadline: at least 24 h"},
		{"forced, two at a time", maxUnavailable(0), forced, func(m *Model) {
			m.Pools[0].AtOnce = 2
		}, 0, "6 of 6 gone in 72h0m0s, 6 forced, 0 stay, at worst 0, done true, late false: 6 nodes: forced after 24 h (default/web: " +
			"PDB web never allows an eviction: it wants 6 ready, and at most 6 can be); 6 nodes, at most 2 at a time: at least 3 min; " +
			"6 drains to the deadline: at least 3 days"},
		{"forced, four at a time", maxUnavailable(0), forced, func(m *Model) {
			m.Pools[0].AtOnce = 4
		}, 0, "6 of 6 gone in 48h0m0s, 6 forced, 0 stay, at worst 0, done true, late false: 6 nodes: forced after 24 h (default/web: " +
			"PDB web never allows an eviction: it wants 6 ready, and at most 6 can be); 6 nodes, at most 4 at a time: at least 2 min; " +
			"6 drains to the deadline: at least 2 days"},
		{"forced, one under way", maxUnavailable(0), forced, func(m *Model) {
			begun(m, 0)
		}, 0, "6 of 6 gone in 120h0m0s, 6 forced, 0 stay, at worst 0, done true, late false: 6 nodes: forced after 24 h (default/web: " +
			"PDB web never allows an eviction: it wants 6 ready, and at most 6 can be); 5 nodes, at most 1 at a time: at least 5 min; " +
			"5 drains to the deadline: at least 5 days"},
		{"forced, all under way", maxUnavailable(0), forced, func(m *Model) {
			begun(m, 0, 1, 2, 3, 4, 5)
		}, 0, "6 of 6 gone in 0s, 6 forced, 0 stay, at worst 0, done true, late false: 6 nodes: forced after 24 h (default/web: " +
			"PDB web never allows an eviction: it wants 6 ready, and at most 6 can be)"},
		{"forced, too late", maxUnavailable(0), forced, nil, 100 * time.Hour, "6 of 6 gone in 144h0m0s, 6 forced, 0 stay, at worst 0, " +
			"done true, late true: 6 nodes: forced after 24 h (default/web: PDB web never allows an eviction: it wants 6 ready, and at most 6 can " +
			"be); 6 nodes, at most 1 at a time: at least 6 min; 6 drains to the deadline: at least 6 days; time available: 4 days 4 h"},
		{"forced early", maxUnavailable(0), Disruption{Title: "drift", Karpenter: true,
			Deadline: disruption.Deadline{After: time.Hour, Then: disruption.Force, Early: true}}, func(m *Model) {
			m.Workloads[0].Grace = 20 * time.Minute
		}, 0, "6 of 6 gone in 4h0m0s, 6 forced, 0 stay, at worst 0, done true, late false: 6 nodes: forced after 1 h (default/web: " +
			"PDB web never allows an eviction: it wants 6 ready, and at most 6 can be); 6 nodes, at most 1 at a time: at least 0 s; " +
			"6 drains to the deadline: at least 4 h"},
		{"pods that stop more slowly than a drain may take", maxUnavailable(1), fails, func(m *Model) {
			m.Timings.PodStop, m.Workloads[0].Grace = 0, 20*time.Minute
		}, 0, "6 of 6 gone in 1m15s, 0 forced, 0 stay, at worst 6, done true, late false: a drain may be held up, and others behind it: " +
			"pods of default/web may take 20 min to stop, and the deadline comes after 15 min; 6 nodes, at most 1 at a time: at least 0 s; " +
			"PDB web allows 1 pod of 6 to be evicted at a time, and a replacement takes 15 s to get ready: at least 1 min 15 s"},
		{"pods that are known to stop sooner", maxUnavailable(1), fails, func(m *Model) {
			m.Workloads[0].Grace = 20 * time.Minute
		}, 0, "6 of 6 gone in 1m15s, 0 forced, 0 stay, at worst 0, done true, late false: 6 nodes, at most 1 at a time: at least 30 s; " +
			"PDB web allows 1 pod of 6 to be evicted at a time, and a replacement takes 15 s to get ready: at least 1 min 15 s"},
		{"evictions that take longer than a drain may", maxUnavailable(1), fails, func(m *Model) {
			m.Timings.PodReady = 10 * time.Minute
		}, 0, "6 of 6 gone in 50m0s, 0 forced, 0 stay, at worst 6, done true, late false: a drain may be held up, and others behind it: " +
			"evictions by leave of PDB web may take 1 h 8 min, and the deadline comes after 15 min; 6 nodes, at most 1 at a time: at least 30 s; " +
			"PDB web allows 1 pod of 6 to be evicted at a time, and a replacement takes 10 min to get ready: at least 50 min"},
		{"evictions of which nobody knows how long they take", maxUnavailable(1), fails, func(m *Model) { m.Timings = nil }, 0,
			"6 of 6 gone in 0s, 0 forced, 0 stay, at worst 6, done true, late false: a drain may be held up, and others behind it: nothing limits " +
				"how long evictions by leave of PDB web take, and the deadline comes after 15 min; 6 nodes, at most 1 at a time: at least 0 s"},
		{"a budget that never has an eviction wait", maxUnavailable(6), fails, func(m *Model) {
			m.Timings, m.Budgets[0].AlwaysAllow = nil, true
		}, 0, "6 of 6 gone in 0s, 0 forced, 0 stay, at worst 0, done true, late false: 6 nodes, at most 1 at a time: at least 0 s"},
		{"a pod that waits for a node, and can never be evicted from one", maxUnavailable(0), fails, func(m *Model) {
			m.Workloads[0].Pods, m.Workloads[0].Replicas = []Pods{{Node: Unbound, Unready: 1}}, 1
		}, 0, "6 of 6 gone in 0s, 0 forced, 0 stay, at worst 6, done true, late false: a drain may be held up, and others behind it: pods of " +
			"default/web that are yet to come: PDB web never allows an eviction: it wants 1 ready, and at most 1 can be; " +
			"6 nodes, at most 1 at a time: at least 0 s"},
		{"a pod that is not ready leaves, and its successor can never", maxUnavailable(0), skips, func(m *Model) {
			m.Workloads[0].Pods, m.Workloads[0].Replicas, m.Budgets[0].AlwaysAllow = []Pods{{Node: 2, Ready: 1, Unready: 1}}, 2, true
		}, 0, "5 of 6 gone in 0s, 0 forced, 1 stay, at worst 6, done true, late false: 1 node: skipped after 15 min (default/web: PDB web " +
			"never allows an eviction: it wants 2 ready, and at most 2 can be); a drain may be held up, and others behind it: pods of " +
			"default/web that are yet to come: PDB web never allows an eviction: it wants 2 ready, and at most 2 can be; 5 nodes, at most " +
			"1 at a time: at least 0 s"},
		{"one that cannot be bound there", maxUnavailable(0), fails, func(m *Model) {
			m.Workloads[0].Pods, m.Workloads[0].Replicas = []Pods{{Node: Unbound, Unready: 1}}, 1
			m.Workloads[0].SchedulablePools = []int32{}
		}, 0, "6 of 6 gone in 0s, 0 forced, 0 stay, at worst 0, done true, late false: 6 nodes, at most 1 at a time: at least 0 s"},
		{"a pod that is being deleted for longer than a drain may take", maxUnavailable(1), fails, func(m *Model) {
			m.Nodes[3].Stopping = 15 * time.Minute
		}, 0, "6 of 6 gone in 1m15s, 0 forced, 0 stay, at worst 6, done true, late false: a drain may be held up, and others behind it: " +
			"pods on node node-3 that are being deleted may take 15 min, and the deadline comes after 15 min; " +
			"6 nodes, at most 1 at a time: at least 30 s; PDB web allows 1 pod of 6 to be evicted at a time, and a replacement takes 15 s to " +
			"get ready: at least 1 min 15 s"},
		{"one that is gone before", maxUnavailable(1), fails, func(m *Model) {
			m.Nodes[3].Stopping = 14 * time.Minute
		}, 0, "6 of 6 gone in 1m15s, 0 forced, 0 stay, at worst 0, done true, late false: 6 nodes, at most 1 at a time: at least 30 s; " +
			"PDB web allows 1 pod of 6 to be evicted at a time, and a replacement takes 15 s to get ready: at least 1 min 15 s"},
		{"a node that does not report", maxUnavailable(1), upgrade, func(m *Model) {
			m.Nodes[3].Unreachable = true
		}, 0, "6 of 6 gone in 1m15s, 0 forced, 0 stay, at worst 6, done true, late false: a drain may be held up, and others behind it: " +
			"node node-3 does not report, so that no pod on it stops; 6 nodes, at most 1 at a time: at least 30 s; " +
			"PDB web allows 1 pod of 6 to be evicted at a time, and a replacement takes 15 s to get ready: at least 1 min 15 s"},
		{"nothing on the nodes", maxUnavailable(1), drift, func(m *Model) { m.Workloads = nil }, 0,
			"6 of 6 gone in 6m0s, 0 forced, 0 stay, at worst 0, done true, late false: 6 nodes, at most 1 at a time: at least 6 min"},
		{"pods on one node", maxUnavailable(1), upgrade, func(m *Model) { m.Workloads[0].Pods = []Pods{{Node: 1, Ready: 6}} }, 0,
			"6 of 6 gone in 1m15s, 0 forced, 0 stay, at worst 0, done true, late false: 6 nodes, at most 1 at a time: at least 5 s; " +
				"PDB web allows 1 pod of 6 to be evicted at a time, and a replacement takes 15 s to get ready: at least 1 min 15 s"},
		{"pods that do not run", maxUnavailable(1), upgrade, func(m *Model) { m.Workloads[0].Pods = []Pods{{Node: 1, Unready: 6}} }, 0,
			"6 of 6 gone in 0s, 0 forced, 0 stay, at worst 0, done true, late false: 6 nodes, at most 1 at a time: at least 0 s"},
		{"nothing is known of times", maxUnavailable(1), drift, func(m *Model) { m.Timings = nil }, 0,
			"6 of 6 gone in 0s, 0 forced, 0 stay, at worst 0, done true, late false: 6 nodes, at most 1 at a time: at least 0 s"},
		{"no node is meant", maxUnavailable(1), drift, func(m *Model) {
			for i := range m.Nodes {
				m.Nodes[i].Group = Stays
			}
		}, 0, "0 of 0 gone in 0s, 0 forced, 0 stay, at worst 0, done true, late false: "},
		{"some nodes stay", maxUnavailable(1), drift, func(m *Model) { m.Nodes[0].Group, m.Nodes[1].Group = Stays, Stays }, 0,
			"4 of 4 gone in 4m20s, 0 forced, 0 stay, at worst 0, done true, late false: 4 nodes, at most 1 at a time: at least 4 min 20 s"},
		{"two at a time", maxUnavailable(2), upgrade, func(m *Model) {
			m.Pools[0].AtOnce = 2
		}, 0, "6 of 6 gone in 30s, 0 forced, 0 stay, at worst 0, done true, late false: 6 nodes, at most 2 at a time: at least 15 s; " +
			"PDB web allows 2 pods of 6 to be evicted at a time, and a replacement takes 15 s to get ready: at least 30 s"},
		{"more evictions than the pace takes", maxUnavailable(2), upgrade, func(m *Model) {
			m.Pools[0].AtOnce, m.Timings.PodReady = 0, time.Minute
		}, 0, "6 of 6 gone in 2m0s, 0 forced, 0 stay, at worst 0, done true, late false: 6 nodes, all at once: at least 5 s; " +
			"PDB web allows 2 pods of 6 to be evicted at a time, and a replacement takes 1 min to get ready: at least 2 min"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := web(c.budget, c.how)
			if c.change != nil {
				c.change(m)
			}
			f := Finishes(m, c.within)[0]
			got := fmt.Sprintf("%d of %d gone in %s, %d forced, %d stay, at worst %d, done %t, late %t: %s",
				f.Gone, f.Nodes, f.Takes, f.Forced, f.Unpatched, f.AtWorst, f.Done, f.Late, strings.Join(f.Because, "; "))
			if got != c.want {
				t.Errorf("\ngot  %s\nwant %s", got, c.want)
			}
		})
	}
}

// Of several PDBs that which takes the longest is named, and of those that take
// as long the first by name.
func TestFinishesNameTheSlowest(t *testing.T) {
	for _, test := range []struct {
		name       string
		web, other time.Duration // until a pod is ready
		takes      time.Duration
		want       string
	}{
		{"the first", 30 * time.Second, 10 * time.Second, 150 * time.Second, "PDB web allows"},
		{"the second", 30 * time.Second, 40 * time.Second, 200 * time.Second, "PDB other allows"},
		{"both alike", 30 * time.Second, 30 * time.Second, 150 * time.Second, "PDB other allows"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for range 8 { // whatever order they are looked at in
				m := web(maxUnavailable(1), Disruption{Title: "expiry", Karpenter: true})
				m.Pools[0].AtOnce = 0
				m.Budgets = append(m.Budgets, Budget{Name: "other", Budget: maxUnavailable(1)})
				other := m.Workloads[0]
				other.Name, other.Budgets, other.Timings.PodReady = "default/other", []int32{1}, test.other
				m.Workloads[0].Timings.PodReady = test.web
				m.Workloads = append(m.Workloads, other)
				f := Finishes(m, 0)[0]
				if said := strings.Join(f.Because, "\n"); f.Takes != test.takes || !strings.Contains(said, test.want) {
					t.Fatalf("%s, %q; want %s, %q", f.Takes, said, test.takes, test.want)
				}
			}
		})
	}
}

// A node that is deleted without a PDB check is held by nothing, but where it is
// never chosen.
func TestFinishesOfDeletedNodes(t *testing.T) {
	m := web(maxUnavailable(0), Disruption{Title: "repair", IgnoresPDBs: true})
	if f := Finishes(m, 0)[0]; len(f.Never) != 0 || f.Unpatched != 0 || !f.Done || f.Gone != 6 {
		t.Errorf("%+v", f)
	}
}

// Nodes come in place of those of a pool where one of its disruptions replaces its nodes,
// whichever of them comes first.
func TestWhatIsReplacedBesideWhatIsNot(t *testing.T) {
	gone, replaced := Disruption{Title: "scale-down", Vacates: true}, Disruption{Title: "drift", Karpenter: true}
	for _, x := range []struct {
		groups  []int32
		vacates bool
	}{{[]int32{0}, true}, {[]int32{0, 0}, true}, {[]int32{1}, false}, {[]int32{1, 0}, false}, {[]int32{0, 1}, false},
		{[]int32{1, 0, 0}, false}} {
		m := web(maxUnavailable(1), gone)
		m.Groups = append(m.Groups, Group{Disruption: replaced})
		m.Nodes, m.Workloads[0].Pods = m.Nodes[:len(x.groups)], m.Workloads[0].Pods[:len(x.groups)]
		for i, g := range x.groups {
			m.Nodes[i].Group = g
		}
		if f := Finishes(m, 0)[0]; f.Vacates != x.vacates || f.Nodes != len(x.groups) {
			t.Errorf("groups %v: nothing comes in their place: %t of %d", x.groups, f.Vacates, f.Nodes)
		}
	}
}

// Of a roll that is given up, since the clock was looked at too often, those that were gone
// by then are.
func TestRollsOfVeryManyNodes(t *testing.T) {
	const nodes = stepsMost
	p, start := Pool{Nodes: nodes, AtOnce: 1}, time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)
	takes, gone, done := p.play(start, start.AddDate(100, 0, 0), nodes, time.Minute, false)
	if done || gone < nodes/3 || gone >= nodes || takes != time.Duration(gone)*time.Minute {
		t.Errorf("%d gone after %s, done: %t", gone, takes, done)
	}
}

// A roll takes as long as when every second is looked at.
func TestPlay(t *testing.T) {
	start := time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		p := Pool{Nodes: rapid.IntRange(1, 30).Draw(t, "nodes"), AtOnce: rapid.IntRange(0, 4).Draw(t, "atOnce")}
		if rapid.Bool().Draw(t, "budgeted") {
			var entries []disruption.NodeBudget
			for range rapid.IntRange(1, 3).Draw(t, "entries") {
				e := disruption.NodeBudget{Nodes: rapid.SampledFrom([]string{"0", "1", "3", "10%", "40%", "100%"}).Draw(t, "allows")}
				if rapid.Bool().Draw(t, "scheduled") {
					e.Schedule = fmt.Sprintf("%d %s * * *", rapid.IntRange(0, 59).Draw(t, "minute"),
						rapid.SampledFrom([]string{"*", "7", "6,9"}).Draw(t, "hour"))
					e.Duration = time.Duration(rapid.IntRange(1, 90).Draw(t, "minutes")) * time.Minute
				}
				entries = append(entries, e)
			}
			b := disruption.ParseNodeBudgets(entries)
			p.Budgets, p.Reason = &b, disruption.Drifted
		}
		if rapid.IntRange(0, 2).Draw(t, "windowed") == 0 {
			p.Window = disruption.Window{Days: disruption.Days{Every: disruption.Daily},
				At: time.Duration(rapid.IntRange(0, 1439).Draw(t, "opens")) * time.Minute, Length: 4 * time.Hour}
		}
		nodes, each := rapid.IntRange(0, p.Nodes).Draw(t, "meant"), time.Duration(rapid.IntRange(1, 40).Draw(t, "each"))*time.Minute
		before := rapid.Bool().Draw(t, "before")
		until := start.Add(12 * time.Hour)
		takes, gone, done := p.play(start, until, nodes, each, before)

		var ends []time.Time
		begun, slow, all := 0, 0, false
		now := start
		for ; !now.After(until); now = now.Add(time.Minute) {
			for len(ends) > 0 && !ends[0].After(now) {
				ends, slow = ends[1:], slow+1
			}
			if all = slow == nodes; all {
				break
			}
			for begun < nodes && len(ends) < p.allows(now, len(ends), before) {
				ends, begun = append(ends, now.Add(each)), begun+1
			}
		}
		if done != all || gone != slow || done && takes != now.Sub(start) {
			t.Fatalf("%s, %d gone, done %t; by the minute %s, %d, %t", takes, gone, done, now.Sub(start), slow, all)
		}
		if got := (&Model{Start: start, Until: until}).limit(&p, p.Nodes, false); done && nodes > 0 && got == 0 {
			t.Fatal("some go, and the limit is 0")
		}
	})
}

// A replacement that is there counts among the nodes that 10 % are of.
func TestPlayCountsReplacements(t *testing.T) {
	b := disruption.DefaultNodeBudgets
	p, start := Pool{Nodes: 20, Budgets: &b, Reason: disruption.Drifted}, time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)
	for before, want := range map[bool]time.Duration{false: 10 * time.Minute, true: 7 * time.Minute} {
		if takes, gone, done := p.play(start, start.Add(time.Hour), 20, time.Minute, before); takes != want || gone != 20 || !done {
			t.Errorf("%s, %d gone, want %s", takes, gone, want)
		}
	}
}

// With no end given a year counts.
func TestLimitLooksAYearAhead(t *testing.T) {
	start := time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)
	for opens, want := range map[time.Time]int{
		start.AddDate(1, 0, -1):          3,
		start.Add(366*day - time.Hour):   3,
		start.Add(366*day + time.Minute): 0,
	} {
		p := Pool{Nodes: 3, Window: disruption.Window{
			Days: disruption.Days{Every: disruption.Daily}, At: time.Duration(opens.Hour())*time.Hour + time.Duration(opens.Minute())*time.Minute,
			From: opens.Truncate(day), Length: time.Hour,
		}}
		if got := (&Model{Start: start}).limit(&p, 3, false); got != want {
			t.Errorf("a window that opens at %s lets %d go, want %d", opens, got, want)
		}
	}
}

func TestLimit(t *testing.T) {
	start := time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)
	entries := func(e ...disruption.NodeBudget) *disruption.NodeBudgets {
		b := disruption.ParseNodeBudgets(e)
		return &b
	}
	tests := []struct {
		name   string
		pool   Pool
		before bool
		want   int
	}{
		{"none", Pool{Nodes: 20}, false, 20},
		{"the disruption's own", Pool{Nodes: 20, AtOnce: 3}, false, 3},
		{"10 %", Pool{Nodes: 20, Budgets: entries(disruption.NodeBudget{Nodes: "10%"})}, false, 2},
		{"10 %, and replacements count among the nodes", Pool{Nodes: 20, Budgets: entries(disruption.NodeBudget{Nodes: "10%"})}, true, 3},
		{"all of them, and replacements", Pool{Nodes: 20, Budgets: entries(disruption.NodeBudget{Nodes: "100%"})}, true, 20},
		{"half of them, and replacements", Pool{Nodes: 6, Budgets: entries(disruption.NodeBudget{Nodes: "50%"})}, true, 6},
		{"the largest of the day",
			Pool{Nodes: 20, Budgets: entries(disruption.NodeBudget{Nodes: "5"},
				disruption.NodeBudget{Nodes: "1", Schedule: "0 8 * * *", Duration: 10 * time.Hour})}, false, 5},
		{"nothing at any time",
			Pool{Nodes: 20, Budgets: entries(disruption.NodeBudget{Nodes: "0"},
				disruption.NodeBudget{Nodes: "50%", Schedule: "0 0 * * 6", Duration: 48 * time.Hour})}, false, 0},
		{"gaps between schedules",
			Pool{Nodes: 20, Budgets: entries(disruption.NodeBudget{Nodes: "1", Schedule: "0 2 * * *", Duration: 2 * time.Hour})}, false, 20},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.pool.Reason = disruption.Drifted
			if got := (&Model{Start: start}).limit(&test.pool, 20, test.before); got != min(test.want, 20) {
				t.Errorf("%d, want %d", got, test.want)
			}
		})
	}
}

// Workloads whose pods may stop too slowly are named, each once and however many nodes
// they are on, and none whose deadline forces.
func TestOutlast(t *testing.T) {
	slow := func(then disruption.OnDeadline, grace time.Duration) []Outlast {
		m := web(maxUnavailable(1), Disruption{Title: "upgrade", Deadline: after(15*time.Minute, then)})
		m.Timings.PodStop, m.Workloads[0].Grace = 0, grace
		return Finishes(m, 0)[0].Outlast
	}
	for _, then := range []disruption.OnDeadline{disruption.Fail, disruption.Skip} {
		want := fmt.Sprint([]Outlast{{0, 15 * time.Minute, after(15*time.Minute, then)}})
		if got := fmt.Sprint(slow(then, 15*time.Minute)); got != want {
			t.Errorf("%s: %s, want %s", then, got, want)
		}
		if got := slow(then, 15*time.Minute-time.Second); len(got) > 0 {
			t.Errorf("%s: %v stop in time", then, got)
		}
	}
	if got := slow(disruption.Force, time.Hour); len(got) > 0 {
		t.Errorf("%v are taken at the deadline", got)
	}
}

// A deadline that gives a node up is met by what is surely over a look at the drain before it comes:
// what takes until that very look may be too late.
func TestDeadlinesThatAreJustMissed(t *testing.T) {
	const stops, waits = "pods of default/web may take", "evictions by leave of PDB web may take"
	for _, x := range []struct {
		name           string
		after, stop    time.Duration
		maxUnavailable int32
		want           string
	}{
		{"stops in time", 15 * time.Minute, 14*time.Minute + 49*time.Second, 6, ""},
		{"stops at the last look", 15 * time.Minute, 14*time.Minute + 50*time.Second, 6, stops},
		{"stops between that and the deadline", 15 * time.Minute, 14*time.Minute + 55*time.Second, 6, stops},
		{"stops after it", 15 * time.Minute, 15*time.Minute + time.Second, 6, stops},
		// Six turns of a node, a pod and a stop with a look and a try (95 s), and then a stop and a look.
		{"is evicted in time", 9*time.Minute + 46*time.Second, 5 * time.Second, 1, ""},
		{"is evicted at the last look", 9*time.Minute + 45*time.Second, 5 * time.Second, 1, waits},
		{"is evicted after it", 9*time.Minute + 44*time.Second, 5 * time.Second, 1, waits},
	} {
		m := web(maxUnavailable(x.maxUnavailable), Disruption{Title: "upgrade", Deadline: after(x.after, disruption.Fail)})
		m.Timings.PodStop, m.Workloads[0].Grace, m.Budgets[0].AlwaysAllow = x.stop, x.stop, true
		says := strings.Join(Finishes(m, 0)[0].Because, "; ")
		if held := strings.Contains(says, "may be held up"); held != (x.want != "") || !strings.Contains(says, x.want) {
			t.Errorf("%s: %q, want %q", x.name, says, x.want)
		}
	}
}
