package bound

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/disruption"
)

func TestBoundsOfWeb(t *testing.T) {
	day := after(24*time.Hour, disruption.Force)
	drift := Disruption{Title: "drift", Karpenter: true, Before: true, Deadline: day}
	expiry := Disruption{Title: "expiry", Karpenter: true, Deadline: day}
	upgrade := Disruption{Title: "upgrade"}
	all := intstr.FromString("100%")
	tests := []struct {
		name   string
		budget disruption.Budget
		how    Disruption
		change func(*Model)
		least  int
		exact  bool
		says   []string
	}{
		{"its budget holds, in time", maxUnavailable(1), drift, nil, 5, true, []string{
			"PDB web keeps 5 of 6 ready, and its pods leave only by eviction",
			"6 evictions take at most 10 min, before the deadline after 24 h",
		}},
		{"no budget, a node at a time", disruption.Budget{}, drift, func(m *Model) { m.Workloads[0].Budgets = nil }, 0, true, []string{
			"no PDB covers its pods", "draining can outrun restarting: all 6 may be down at once",
		}},
		{"no budget, all nodes at once", disruption.Budget{}, expiry, func(m *Model) { m.Workloads[0].Budgets, m.Pools[0].AtOnce = nil, 0 }, 0,
			true, []string{
				"no PDB covers its pods", "expiry drains all nodes at once, with no limit on their number",
			}},
		{"too strict, and it waits", disruption.Budget{MinAvailable: &all}, upgrade, nil, 6, true, []string{
			"PDB web never allows an eviction: it wants 6 ready, and at most 6 can be",
		}},
		{"too strict, and it forces", disruption.Budget{MinAvailable: &all}, drift, nil, 0, true, []string{
			"pods left after 24 h are force-deleted, bypassing the PDB", "PDB web never allows an eviction: it wants 6 ready, and at most 6 can be",
			"draining can outrun restarting: all 6 may be down at once",
		}},
		{"too strict, and it forces node by node", disruption.Budget{MinAvailable: &all}, drift, func(m *Model) { m.Workloads[0].PerNode = 1 }, 5,
			true, []string{
				"pods left after 24 h are force-deleted, bypassing the PDB", "PDB web never allows an eviction: it wants 6 ready, and at most 6 can be",
				"at most 1 node at a time can reach the deadline, each with at most 1 pod of it, and replacements are ready 1 min 30 s later, " +
					"before the next deadline",
			}},
		{"nothing is known of times", maxUnavailable(1), drift, func(m *Model) { m.Timings = nil }, 0, true, []string{
			"pods left after 24 h are force-deleted, bypassing the PDB", "how long evictions take is unknown",
			"draining can outrun restarting: all 6 may be down at once",
		}},
		{"starts are too slow for the deadline", maxUnavailable(1),
			Disruption{Title: "upgrade", Deadline: after(15*time.Minute, disruption.Force)},
			func(m *Model) { m.Timings.PodReady = 5 * time.Minute }, 0, true, []string{
				"pods left after 15 min are force-deleted, bypassing the PDB", "evictions may take that long: 6 rounds of 6 min 20 s",
				"draining can outrun restarting: all 6 may be down at once",
			}},
		{"it fails instead", maxUnavailable(1), Disruption{Title: "upgrade", Deadline: after(15*time.Minute, disruption.Fail)},
			func(m *Model) { m.Timings.PodReady = 5 * time.Minute }, 5, true, []string{
				"PDB web keeps 5 of 6 ready, and its pods leave only by eviction",
			}},
		{"several budgets", maxUnavailable(1), upgrade, func(m *Model) {
			m.Budgets = append(m.Budgets, Budget{Name: "all", Budget: maxUnavailable(1)})
			m.Workloads[0].Budgets = []int32{0, 1}
		}, 6, true, []string{"PDBs web and all overlap, and the API server never evicts a pod that several PDBs select"}},
		{"a shared budget", maxUnavailable(3), upgrade, func(m *Model) {
			m.Workloads = append(m.Workloads, Workload{Name: "default/api", Replicas: 4, Scaled: true, Budgets: []int32{0},
				Pods: []Pods{{Node: 0, Ready: 4}}})
		}, 3, true, []string{"PDB web keeps 7 of 10 ready, of which 4 may be pods of other workloads"}},
		{"pods that tolerate everything", maxUnavailable(1), drift, func(m *Model) { m.Workloads[0].ToleratesDrainTaint = true }, 0,
			true, []string{
				"its pods tolerate Karpenter's drain taint: they are not evicted, and go with the node without a PDB check",
				"draining can outrun restarting: all 6 may be down at once",
			}},
		{"do-not-disrupt without a deadline", maxUnavailable(1), Disruption{Title: "expiry", Karpenter: true},
			func(m *Model) { m.Workloads[0].Protected = true }, 6, true, []string{
				"do-not-disrupt blocks the eviction of its pods",
			}},
		{"do-not-disrupt where nodes are skipped", maxUnavailable(1), Disruption{Title: "drift", Karpenter: true, SkipBlocked: true},
			func(m *Model) { m.Workloads[0].Protected = true }, 6, true, []string{
				"do-not-disrupt blocks the eviction of its pods, so its nodes are never selected",
			}},
		{"node budgets that are closed", maxUnavailable(1), drift, func(m *Model) {
			b := disruption.ParseNodeBudgets([]disruption.NodeBudget{{Nodes: "0"}})
			m.Pools[0].Budgets, m.Pools[0].Reason = &b, disruption.Drifted
		}, 6, true, []string{"node pool default never allows a node to be replaced"}},
		{"the machine is just taken", maxUnavailable(1), Disruption{Title: "repair", IgnoresPDBs: true}, nil, 0, true, []string{
			"repair deletes pods together with their node, without a PDB check", "draining can outrun restarting: all 6 may be down at once",
		}},
		{"one node is deleted", maxUnavailable(1), Disruption{Title: "delete", IgnoresPDBs: true}, func(m *Model) {
			for i := range m.Nodes[1:] {
				m.Nodes[i+1].Group = Stays
			}
			m.Nodes[0].Begun = true
		}, 5, true, []string{"delete deletes pods together with their node, without a PDB check", "5 pods run on nodes that are not replaced"}},
		{"do-not-disrupt, node by node to the deadline", maxUnavailable(1), drift, func(m *Model) {
			m.Workloads[0].Protected, m.Workloads[0].PerNode = true, 1
		}, 5, true, []string{
			"pods left after 24 h are force-deleted, bypassing the PDB", "do-not-disrupt blocks their eviction until then",
			"at most 1 node at a time can reach the deadline, each with at most 1 pod of it, and replacements are ready 1 min 30 s later, " +
				"before the next deadline",
		}},
		{"a pod that does not get ready holds up the others of a StatefulSet", maxUnavailable(2), drift, func(m *Model) {
			m.Workloads[0].Kind, m.Workloads[0].Pods[5] = Ordered, Pods{Node: 5, Stuck: 1}
		}, 0, true, []string{
			"pods left after 24 h are force-deleted, bypassing the PDB", "PDB web may come to allow no eviction",
			"draining can outrun restarting: all 5 may be down at once",
		}},
		{"its PDB is held up by pods that two PDBs select", maxUnavailable(2), drift, func(m *Model) {
			m.Budgets = append(m.Budgets, Budget{Name: "api", Budget: maxUnavailable(1)})
			m.Workloads = append(m.Workloads, Workload{Name: "default/api", Replicas: 1, Scaled: true, Budgets: []int32{0, 1},
				Pods: []Pods{{Node: 0, Ready: 1}}})
		}, 0, true, []string{
			"pods left after 24 h are force-deleted, bypassing the PDB", "PDB web depends on pods of default/api, which do not leave by eviction",
			"draining can outrun restarting: all 6 may be down at once",
		}},
		{"critical pods wait for those that do not leave", maxUnavailable(1), drift, func(m *Model) {
			m.Workloads[0].Wave = 2
			m.Workloads = append(m.Workloads, Workload{Name: "default/api", Replicas: 1, Scaled: true, Protected: true,
				Pods: []Pods{{Node: 0, Ready: 1}}})
		}, 0, true, []string{
			"pods left after 24 h are force-deleted, bypassing the PDB", "its evictions may wait that long for others",
			"draining can outrun restarting: all 6 may be down at once",
		}},
		{"a PDB that sets nothing", disruption.Budget{}, upgrade, nil, 6, true,
			[]string{"PDB web never allows an eviction: it sets neither minAvailable nor maxUnavailable"}},
		{"a PDB that needs a scale", maxUnavailable(1), upgrade, func(m *Model) { m.Workloads[0].Scaled = false }, 6, true, []string{
			"PDB web never allows an eviction: it needs a scale, and a controller of its pods has none",
		}},
		{"a PDB over some of its pods", maxUnavailable(1), upgrade, func(m *Model) { m.Workloads[0].Partly = true }, 0, false, []string{
			"its PDBs do not select all of its pods", "draining can outrun restarting: all 6 may be down at once",
		}},
		{"other nodes", maxUnavailable(1), drift, func(m *Model) {
			for i := range m.Nodes {
				m.Nodes[i].Group = Stays
			}
		}, 6, true, []string{"none of its pods runs on a node that is replaced"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := web(test.budget, test.how)
			if test.change != nil {
				test.change(m)
			}
			b := Bounds(m)[0]
			if b.Least != test.least || b.Exact != test.exact || b.Of != 6 || !slices.Equal(b.Because, test.says) {
				t.Errorf("%+v, want %d, exact %t: %q", b, test.least, test.exact, test.says)
			}
		})
	}
}

func TestJudge(t *testing.T) {
	tests := []struct {
		bound  Bound
		floor  int
		search Search
		want   Verdict
		says   string
	}{
		{Bound{Least: 5, Of: 6, Exact: true}, 5, Search{20, 5}, Proved,
			"no order of events leaves fewer than 5 of 6 ready, and the service needs 5"},
		{Bound{Least: 5, Of: 6, Exact: true}, 4, Search{}, Proved, "no order of events leaves fewer than 5 of 6 ready, and the service needs 4"},
		{Bound{Least: 0, Of: 6, Exact: true}, 1, Search{20, 0}, Refuted, "a run kept only 0 of 6 ready, and the service needs 1"},
		{Bound{Least: 5, Of: 6}, 5, Search{1, 3}, Refuted, "a run kept only 3 of 6 ready, and the service needs 5"},
		{Bound{Least: 2, Of: 12}, 3, Search{20, 4}, Open, "20 runs kept at least 4 of 12 ready; only 2 is proven"},
		{Bound{Least: 0, Of: 12, Exact: true}, 3, Search{1, 4}, Open,
			"1 run kept at least 4 of 12 ready; if replacements become ready slowly none may be left"},
		{Bound{Least: 0, Of: 12, Exact: true}, 3, Search{}, Open, "no runs; if replacements become ready slowly none may be left"},
		{Bound{Least: 0, Of: 0}, 0, Search{}, Proved, "no order of events leaves fewer than 0 of 0 ready, and the service needs 0"},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%+v %d %+v", test.bound, test.floor, test.search), func(t *testing.T) {
			if got, says := Judge(test.bound, test.floor, test.search); got != test.want || says != test.says {
				t.Errorf("%s, %q; want %s, %q", got, says, test.want, test.says)
			}
		})
	}
}
