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
	drift := Move{Title: "drift", Karpenter: true, Before: true, Deadline: day}
	expiry := Move{Title: "expiry", Karpenter: true, Deadline: day}
	upgrade := Move{Title: "upgrade"}
	all := intstr.FromString("100%")
	tests := []struct {
		name   string
		budget disruption.Budget
		move   Move
		change func(*Model)
		least  int
		exact  bool
		says   []string
	}{
		{"its budget holds, in time", maxUnavailable(1), drift, nil, 5, true, []string{
			"budget web keeps 5 of 6 ready: each eviction asks it, and none of its pods can be evicted otherwise",
			"the deadline forces after 24h, and evictions cannot be stuck that long: 6 pods × 1m40s",
		}},
		{"no budget, a node at a time", disruption.Budget{}, drift, func(m *Model) { m.Workloads[0].Budgets = nil }, 0, true, []string{
			"no budget covers its pods", "nothing makes the provider wait for pods to be ready again: node by node all 6 may be down at once",
		}},
		{"no budget, all nodes at once", disruption.Budget{}, expiry, func(m *Model) { m.Workloads[0].Budgets, m.Pools[0].AtOnce = nil, 0 }, 0, true, []string{
			"no budget covers its pods", "expiry takes all nodes at once; no node budget applies",
		}},
		{"too strict, and it waits", disruption.Budget{MinAvailable: &all}, upgrade, nil, 6, true, []string{
			"budget web lets no pod go: it wants 6 ready, and no more than 6 can be",
		}},
		{"too strict, and it forces", disruption.Budget{MinAvailable: &all}, drift, nil, 0, true, []string{
			"pods left after 24h are killed, whatever a budget says", "budget web lets no pod go: it wants 6 ready, and no more than 6 can be",
			"nothing makes the provider wait for pods to be ready again: node by node all 6 may be down at once",
		}},
		{"too strict, and it forces node by node", disruption.Budget{MinAvailable: &all}, drift, func(m *Model) { m.Workloads[0].PerNode = 1 }, 5, true, []string{
			"pods left after 24h are killed, whatever a budget says", "budget web lets no pod go: it wants 6 ready, and no more than 6 can be",
			"1 node at a time may come to a deadline, with at most 1 pod of it on each, and pods are ready again 1m30s later, before the next deadline",
		}},
		{"nothing is known of times", maxUnavailable(1), drift, func(m *Model) { m.Timings = nil }, 0, true, []string{
			"pods left after 24h are killed, whatever a budget says", "nothing says how long evictions can take",
			"nothing makes the provider wait for pods to be ready again: node by node all 6 may be down at once",
		}},
		{"starts are too slow for the deadline", maxUnavailable(1), Move{Title: "upgrade", Deadline: after(15*time.Minute, disruption.Force)},
			func(m *Model) { m.Timings.PodReady = 5 * time.Minute }, 0, true, []string{
				"pods left after 15m are killed, whatever a budget says", "evictions may take that long: 6 one after the other × 6m20s",
				"nothing makes the provider wait for pods to be ready again: node by node all 6 may be down at once",
			}},
		{"it fails instead", maxUnavailable(1), Move{Title: "upgrade", Deadline: after(15*time.Minute, disruption.Fail)},
			func(m *Model) { m.Timings.PodReady = 5 * time.Minute }, 5, true, []string{
				"budget web keeps 5 of 6 ready: each eviction asks it, and none of its pods can be evicted otherwise",
			}},
		{"several budgets", maxUnavailable(1), upgrade, func(m *Model) {
			m.Budgets = append(m.Budgets, Budget{Name: "all", Budget: maxUnavailable(1)})
			m.Workloads[0].Budgets = []int32{0, 1}
		}, 6, true, []string{"budgets web and all select its pods, and the API server evicts none that several select"}},
		{"a shared budget", maxUnavailable(3), upgrade, func(m *Model) {
			m.Workloads = append(m.Workloads, Workload{Name: "default/api", Replicas: 4, Scaled: true, Budgets: []int32{0}, Pods: []Pods{{Node: 0, Ready: 4}}})
		}, 3, true, []string{"budget web keeps 7 of 10 ready, and 4 of these may be pods of other workloads"}},
		{"pods that tolerate everything", maxUnavailable(1), drift, func(m *Model) { m.Workloads[0].Dodges = true }, 0, true, []string{
			"its pods tolerate the taint of nodes that are about to go: they vanish with the node, and no budget is asked",
			"nothing makes the provider wait for pods to be ready again: node by node all 6 may be down at once",
		}},
		{"do-not-disrupt without a deadline", maxUnavailable(1), Move{Title: "expiry", Karpenter: true}, func(m *Model) { m.Workloads[0].Protected = true }, 6, true, []string{
			"do-not-disrupt keeps its pods from eviction",
		}},
		{"do-not-disrupt where nodes are skipped", maxUnavailable(1), Move{Title: "drift", Karpenter: true, SkipBlocked: true}, func(m *Model) { m.Workloads[0].Protected = true }, 6, true, []string{
			"do-not-disrupt keeps its pods from eviction, so that its nodes are not chosen",
		}},
		{"node budgets that are closed", maxUnavailable(1), drift, func(m *Model) {
			b := disruption.ParseNodeBudgets([]disruption.NodeBudget{{Nodes: "0"}})
			m.Pools[0].Budgets, m.Pools[0].Reason = &b, disruption.Drifted
		}, 6, true, []string{"pool default lets no node go"}},
		{"the machine is just taken", maxUnavailable(1), Move{Title: "repair", Ruthless: true}, nil, 0, true, []string{
			"repair takes pods with their node at once, and asks no budget", "nothing makes the provider wait for pods to be ready again: node by node all 6 may be down at once",
		}},
		{"one node is deleted", maxUnavailable(1), Move{Title: "delete", Ruthless: true}, func(m *Model) {
			for i := range m.Nodes[1:] {
				m.Nodes[i+1].Group = Stays
			}
			m.Nodes[0].Begun = true
		}, 5, true, []string{"delete takes pods with their node at once, and asks no budget", "5 pods stand on nodes that stay"}},
		{"other nodes", maxUnavailable(1), drift, func(m *Model) {
			for i := range m.Nodes {
				m.Nodes[i].Group = Stays
			}
		}, 6, true, []string{"none of its pods is on a node that goes"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := web(test.budget, test.move)
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
		{Bound{Least: 5, Of: 6, Exact: true}, 5, Search{20, 5}, Proved, "no order of events leaves fewer than 5 of 6, and the floor is 5"},
		{Bound{Least: 5, Of: 6, Exact: true}, 4, Search{}, Proved, "no order of events leaves fewer than 5 of 6, and the floor is 4"},
		{Bound{Least: 0, Of: 6, Exact: true}, 1, Search{20, 0}, Refuted, "a run comes down to 0 of 6, and the floor is 1"},
		{Bound{Least: 5, Of: 6}, 5, Search{1, 3}, Refuted, "a run comes down to 3 of 6, and the floor is 5"},
		{Bound{Least: 2, Of: 12}, 3, Search{20, 4}, Open, "20 runs, the least was 4 of 12; no fewer than 2 is certain"},
		{Bound{Least: 0, Of: 12, Exact: true}, 3, Search{1, 4}, Open, "1 run, the least was 4 of 12; an order of events comes down to 0, if pods get ready late enough"},
		{Bound{Least: 0, Of: 12, Exact: true}, 3, Search{}, Open, "nothing was played; an order of events comes down to 0, if pods get ready late enough"},
		{Bound{Least: 0, Of: 0}, 0, Search{}, Proved, "no order of events leaves fewer than 0 of 0, and the floor is 0"},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%+v %d %+v", test.bound, test.floor, test.search), func(t *testing.T) {
			if got, says := Judge(test.bound, test.floor, test.search); got != test.want || says != test.says {
				t.Errorf("%s, %q; want %s, %q", got, says, test.want, test.says)
			}
		})
	}
}
