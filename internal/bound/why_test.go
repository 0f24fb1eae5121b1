package bound

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/disruption"
)

// What a bound says of itself has to be so of this workload, this PDB and this
// disruption, and of no other: people act on it.
func TestBoundsSayWhy(t *testing.T) {
	day := after(24*time.Hour, disruption.Force)
	drift := Disruption{Title: "drift", Karpenter: true, Before: true, Deadline: day}
	upgrade := Disruption{Title: "upgrade"}
	minAvailable := func(n int32) disruption.Budget {
		v := intstr.FromInt32(n)
		return disruption.Budget{MinAvailable: &v}
	}
	api := func(m *Model, change func(*Workload), pods ...Pods) {
		w := Workload{Name: "default/api", Scaled: true, Pods: pods}
		for _, p := range pods {
			w.Replicas += p.Ready + p.Unready + p.Stuck
		}
		if change != nil {
			change(&w)
		}
		m.Workloads = append(m.Workloads, w)
	}
	// by is that nodes from first on go by another disruption.
	by := func(m *Model, first int, d Disruption) {
		m.Groups = append(m.Groups, Group{Disruption: d})
		for i := first; i < len(m.Nodes); i++ {
			m.Nodes[i].Group = int32(len(m.Groups) - 1)
		}
	}
	for _, c := range []struct {
		name   string
		budget disruption.Budget
		how    Disruption
		change func(*Model)
		want   string
	}{
		{"none is ready", maxUnavailable(1), upgrade, func(m *Model) {
			for i := range m.Workloads[0].Pods {
				m.Workloads[0].Pods[i] = Pods{Node: int32(i), Unready: 1}
			}
		}, "exactly 0 of 6: none of its pods is ready at the start"},
		{"a PDB that allows everything", maxUnavailable(6), upgrade, nil,
			"exactly 0 of 6: PDB web may allow all of its pods to be evicted at once"},
		{"a PDB over one pod fewer", minAvailable(1), upgrade, nil,
			"exactly 1 of 6: PDB web keeps 1 of 6 ready, and its pods leave only by eviction"},
		{"a PDB that others can meet alone", minAvailable(4), upgrade, func(m *Model) {
			api(m, func(w *Workload) { w.Budgets = []int32{0} }, Pods{Node: 0, Ready: 4})
		}, "exactly 0 of 6: PDB web keeps 4 of 10 ready, which may all be pods of other workloads"},
		{"a PDB that others can nearly meet", minAvailable(4), upgrade, func(m *Model) {
			api(m, func(w *Workload) { w.Budgets = []int32{0} }, Pods{Node: 0, Ready: 3})
		}, "exactly 1 of 6: PDB web keeps 4 of 9 ready, of which 3 may be pods of other workloads"},
		{"some nodes are deleted", maxUnavailable(1), upgrade, func(m *Model) {
			by(m, 5, Disruption{Title: "repair", IgnoresPDBs: true})
		}, "exactly 0 of 6: repair deletes pods together with their node, without a PDB check; replacements may be bound to nodes from which " +
			"pods go without a PDB check"},
		{"one pod on the way", maxUnavailable(1), drift, func(m *Model) {
			for i := 1; i < 6; i++ {
				m.Nodes[i].Group = Stays
			}
		}, "exactly 5 of 6: PDB web keeps 5 of 6 ready, and its pods leave only by eviction; 1 eviction takes at most 1 min 40 s, " +
			"before the deadline after 24 h; 5 pods run on nodes that are not replaced"},
		{"two pods on the way", maxUnavailable(1), drift, func(m *Model) {
			for i := 2; i < 6; i++ {
				m.Nodes[i].Group = Stays
			}
		}, "exactly 5 of 6: PDB web keeps 5 of 6 ready, and its pods leave only by eviction; 2 evictions take at most 3 min 20 s, " +
			"before the deadline after 24 h; 4 pods run on nodes that are not replaced"},
		{"static pods", disruption.Budget{}, upgrade, func(m *Model) { m.Workloads[0].Kind, m.Workloads[0].Budgets = Static, nil },
			"at least 0 of 6: its pods are not evicted: they go with the node; draining can outrun restarting: all 6 may be down at once"},
		{"a DaemonSet and kubectl drain", disruption.Budget{}, upgrade, func(m *Model) {
			m.Workloads[0].Kind, m.Workloads[0].Budgets = Daemon, nil
		}, "at least 0 of 6: its pods are not evicted: they go with the node; draining can outrun restarting: all 6 may be down at once"},
		{"nobody says how long it waits", maxUnavailable(1), Disruption{Title: "patch", Unstated: true}, nil,
			"at least 0 of 6: nobody says how long a drain by patch waits: pods left on the node may be deleted at any time, bypassing the PDB; " +
				"draining can outrun restarting: all 6 may be down at once"},
		{"of two disruptions the one that takes its pods", maxUnavailable(1), Disruption{Title: "expiry", Karpenter: true}, func(m *Model) {
			by(m, 3, Disruption{Title: "patch", Unstated: true})
			m.Workloads[0].SchedulablePools = []int32{0}
		}, "at least 0 of 6: nobody says how long a drain by patch waits: pods left on the node may be deleted at any time, bypassing the PDB; " +
			"draining can outrun restarting: all 3 may be down at once; replacements may be bound to nodes from which pods go without a PDB check"},
		{"a deadline with early deletion", maxUnavailable(0), Disruption{Title: "drift", Karpenter: true,
			Deadline: disruption.Deadline{After: time.Hour, Then: disruption.Force, Early: true}}, func(m *Model) {
			m.Workloads[0].Grace = 10 * time.Minute
		}, "exactly 0 of 6: pods left after 50 min are force-deleted, bypassing the PDB; PDB web never allows an eviction: it wants 6 ready, " +
			"and at most 6 can be; draining can outrun restarting: all 6 may be down at once"},
		{"overlap at the deadline", maxUnavailable(1), drift, func(m *Model) {
			m.Budgets = append(m.Budgets, Budget{Name: "all", Budget: maxUnavailable(1)}, Budget{Name: "old", Budget: maxUnavailable(1)})
			m.Workloads[0].Budgets = []int32{0, 1, 2}
		}, "exactly 0 of 6: pods left after 24 h are force-deleted, bypassing the PDB; PDBs web, all and old overlap, and the API server never " +
			"evicts a pod that several PDBs select; draining can outrun restarting: all 6 may be down at once"},
		{"a slow start, in one round", maxUnavailable(6), Disruption{Title: "upgrade", Deadline: after(15*time.Minute, disruption.Force)},
			func(m *Model) {
				m.Timings.PodReady = 20 * time.Minute
			}, "exactly 0 of 6: pods left after 15 min are force-deleted, bypassing the PDB; evictions may take that long: " +
				"1 round of 21 min 20 s; draining can outrun restarting: all 6 may be down at once"},
		{"a slow start, two at a time", maxUnavailable(2), Disruption{Title: "upgrade", Deadline: after(15*time.Minute, disruption.Force)},
			func(m *Model) {
				m.Timings.PodReady = 5 * time.Minute
			}, "exactly 0 of 6: pods left after 15 min are force-deleted, bypassing the PDB; evictions may take that long: " +
				"3 rounds of 6 min 20 s; draining can outrun restarting: all 6 may be down at once"},
		{"a companion that starts slowly", maxUnavailable(1), Disruption{Title: "upgrade", Deadline: after(30*time.Minute, disruption.Force)},
			func(m *Model) {
				api(m, func(w *Workload) { w.Budgets, w.Timings = []int32{0}, Timings{PodReady: 25 * time.Minute} }, Pods{Node: 0, Ready: 1})
			}, "exactly 0 of 6: pods left after 30 min are force-deleted, bypassing the PDB; evictions may take that long: " +
				"7 rounds of 26 min 20 s; draining can outrun restarting: all 6 may be down at once"},
		{"a companion that is protected", maxUnavailable(1), drift, func(m *Model) {
			api(m, func(w *Workload) { w.Budgets, w.Protected = []int32{0}, true }, Pods{Node: 0, Ready: 1})
		}, "exactly 0 of 6: pods left after 24 h are force-deleted, bypassing the PDB; PDB web depends on pods of default/api, " +
			"which do not leave by eviction; draining can outrun restarting: all 6 may be down at once"},
		{"a companion that tolerates the taint", maxUnavailable(1), drift, func(m *Model) {
			api(m, func(w *Workload) { w.Budgets, w.ToleratesDrainTaint = []int32{0}, true }, Pods{Node: 0, Ready: 1})
		}, "exactly 0 of 6: pods left after 24 h are force-deleted, bypassing the PDB; PDB web depends on pods of default/api, " +
			"which do not leave by eviction; draining can outrun restarting: all 6 may be down at once"},
		{"a companion that does not come back", maxUnavailable(1), drift, func(m *Model) {
			api(m, func(w *Workload) { w.Budgets, w.Kind = []int32{0}, Bare }, Pods{Node: 0, Ready: 1})
		}, "exactly 0 of 6: pods left after 24 h are force-deleted, bypassing the PDB; PDB web may come to allow no eviction; " +
			"draining can outrun restarting: all 6 may be down at once"},
		{"a companion that loses its disks", maxUnavailable(1), drift, func(m *Model) {
			api(m, func(w *Workload) { w.Budgets, w.Lost = []int32{0}, true }, Pods{Node: 0, Ready: 1})
		}, "at least 0 of 6: pods left after 24 h are force-deleted, bypassing the PDB; PDB web may come to allow no eviction; " +
			"draining can outrun restarting: all 6 may be down at once"},
		{"a volume for one node that all its pods mount", maxUnavailable(1), Disruption{Title: "drift", Karpenter: true}, func(m *Model) {
			m.Workloads[0].Shares, m.Workloads[0].Lost = "disk", true
		}, "at least 0 of 6: PDB web keeps 5 of 6 ready, and its pods leave only by eviction; all its pods mount the claim disk, " +
			"which is for one node at a time, and so go with one node"},
		{"a companion that is pushed out", maxUnavailable(1), drift, func(m *Model) {
			api(m, func(w *Workload) { w.Budgets, w.PreemptedBy = []int32{0}, []int32{0} }, Pods{Node: 0, Ready: 1})
		}, "at least 0 of 6: pods left after 24 h are force-deleted, bypassing the PDB; PDB web may come to allow no eviction; " +
			"draining can outrun restarting: all 6 may be down at once"},
		{"the limit of the pool", maxUnavailable(1), drift, func(m *Model) {
			b := disruption.ParseNodeBudgets([]disruption.NodeBudget{{Nodes: "0"}})
			m.Pools[0].Budgets, m.Pools[0].Reason, m.Pools[0].Full = &b, disruption.Drifted, true
		}, "exactly 6 of 6: the limit of node pool default allows no replacement, so none of its nodes is replaced"},
		{"another pod keeps the node from being selected", maxUnavailable(1), Disruption{Title: "drift", Karpenter: true, SkipBlocked: true},
			func(m *Model) {
				api(m, func(w *Workload) { w.Protected = true }, Pods{Node: 2, Ready: 1})
			}, "exactly 5 of 6: PDB web keeps 5 of 6 ready, and its pods leave only by eviction; node-2 is never selected, " +
				"because of another pod on it"},
		{"another pod keeps the drain from reaching its pods", maxUnavailable(1), Disruption{Title: "expiry", Karpenter: true}, func(m *Model) {
			m.Workloads[0].Wave = 2
			api(m, func(w *Workload) { w.Protected = true }, Pods{Node: 2, Ready: 1})
		}, "exactly 5 of 6: PDB web keeps 5 of 6 ready, and its pods leave only by eviction; the drain of node-2 never reaches its pods: " +
			"another pod on it cannot be evicted"},
		{"drains that cannot finish, one at a time", maxUnavailable(1), upgrade, func(m *Model) {
			for i := range 6 {
				api(m, func(w *Workload) { w.Name = fmt.Sprint("default/api-", i); w.Budgets = []int32{1} }, Pods{Node: int32(i), Ready: 1})
			}
			m.Budgets = append(m.Budgets, Budget{Name: "api", Budget: maxUnavailable(0)})
			m.Workloads[0].Budgets = nil
		}, "exactly 5 of 6: no PDB covers its pods; drains that cannot finish keep other nodes from starting: 5 pods run on those"},
		{"drains that cannot finish, two at a time", maxUnavailable(1), upgrade, func(m *Model) {
			for i := range 6 {
				api(m, func(w *Workload) { w.Name = fmt.Sprint("default/api-", i); w.Budgets = []int32{1} }, Pods{Node: int32(i), Ready: 1})
			}
			m.Budgets = append(m.Budgets, Budget{Name: "api", Budget: maxUnavailable(0)})
			m.Pools[0].AtOnce, m.Workloads[0].Budgets = 2, nil
			m.Workloads[0].Pods[1].Ready = 3
		}, "exactly 4 of 8: no PDB covers its pods; draining can outrun restarting: all 4 may be down at once; drains that cannot finish keep " +
			"other nodes from starting: 4 pods run on those"},
		{"drains that cannot finish and are given up", maxUnavailable(1), Disruption{Title: "patch", Deadline: after(time.Hour, disruption.Skip)},
			func(m *Model) {
				for i := range 6 {
					api(m, func(w *Workload) { w.Name = fmt.Sprint("default/api-", i); w.Budgets = []int32{1} }, Pods{Node: int32(i), Ready: 1})
				}
				m.Budgets = append(m.Budgets, Budget{Name: "api", Budget: maxUnavailable(0)})
				m.Workloads[0].Budgets = nil
			}, "exactly 0 of 6: no PDB covers its pods; draining can outrun restarting: all 6 may be down at once"},
		{"pushed out", maxUnavailable(1), upgrade, func(m *Model) {
			api(m, nil, Pods{Node: 0, Ready: 1})
			api(m, func(w *Workload) { w.Name = "default/db" }, Pods{Node: 0, Ready: 1})
			m.Workloads[0].PreemptedBy = []int32{1, 2}
		}, "at least 0 of 6: PDB web keeps 5 of 6 ready, and its pods leave only by eviction; pods of default/api and default/db have a higher " +
			"priority: where they fit on no node, the scheduler deletes its pods so that they do, and prefers not to break a PDB but does"},
		{"nothing to push out", maxUnavailable(1), upgrade, func(m *Model) {
			api(m, nil, Pods{Node: 0, Ready: 1})
			m.Workloads[0].PreemptedBy, m.Workloads[0].Pods = []int32{1}, []Pods{{Node: 0, Unready: 6}}
		}, "exactly 0 of 6: none of its pods is ready at the start"},
		{"replacements come to nodes that are deleted", maxUnavailable(1), upgrade, func(m *Model) {
			m.Groups = append(m.Groups, Group{Disruption: Disruption{Title: "repair", IgnoresPDBs: true}})
			m.Nodes = append(m.Nodes, Node{Name: "node-6", Group: 1})
		}, "exactly 0 of 6: PDB web keeps 5 of 6 ready, and its pods leave only by eviction; replacements may be bound to nodes from which " +
			"pods go without a PDB check"},
		{"a StatefulSet, one after the other", maxUnavailable(2), drift, func(m *Model) {
			m.Workloads[0].Kind = Ordered
		}, "exactly 4 of 6: PDB web keeps 4 of 6 ready, and its pods leave only by eviction; 6 evictions take at most 10 min, " +
			"before the deadline after 24 h"},
		{"paced by two pools", maxUnavailable(0), drift, func(m *Model) {
			m.Pools = append(m.Pools, Pool{Name: "other", Nodes: 3, AtOnce: 2})
			m.Groups = append(m.Groups, Group{Pool: 1, Disruption: drift})
			for i := 3; i < 6; i++ {
				m.Nodes[i].Group = 1
			}
			m.Workloads[0].PerNode = 1
		}, "exactly 3 of 6: pods left after 24 h are force-deleted, bypassing the PDB; PDB web never allows an eviction: it wants 6 ready, " +
			"and at most 6 can be; at most 3 nodes at a time can reach the deadline, each with at most 1 pod of it, and replacements are ready " +
			"1 min 30 s later, before the next deadline"},
		{"of two pools it runs on one", maxUnavailable(0), drift, func(m *Model) {
			m.Pools = append(m.Pools, Pool{Name: "other", Nodes: 3, AtOnce: 2})
			m.Groups = append(m.Groups, Group{Pool: 1, Disruption: drift})
			m.Nodes = append(m.Nodes, Node{Name: "node-6", Group: 1})
			m.Workloads[0].PerNode, m.Workloads[0].SchedulablePools = 1, []int32{0}
		}, "exactly 5 of 6: pods left after 24 h are force-deleted, bypassing the PDB; PDB web never allows an eviction: it wants 6 ready, " +
			"and at most 6 can be; at most 1 node at a time can reach the deadline, each with at most 1 pod of it, and replacements are ready " +
			"1 min 30 s later, before the next deadline"},
		{"more pods on a node than it takes now", maxUnavailable(0), drift, func(m *Model) {
			m.Workloads[0].PerNode, m.Workloads[0].Pods = 1, []Pods{{Node: 0, Ready: 3}, {Node: 1, Ready: 3}}
		}, "exactly 3 of 6: pods left after 24 h are force-deleted, bypassing the PDB; PDB web never allows an eviction: it wants 6 ready, " +
			"and at most 6 can be; at most 1 node at a time can reach the deadline, each with at most 3 pods of it, and replacements are ready " +
			"1 min 30 s later, before the next deadline"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := web(c.budget, c.how)
			if c.change != nil {
				c.change(m)
			}
			b := Bounds(m)[0]
			sort := "at least"
			if b.Exact {
				sort = "exactly"
			}
			got := fmt.Sprintf("%s %d of %d: %s", sort, b.Least, b.Of, strings.Join(b.Because, "; "))
			if got != c.want {
				t.Errorf("\ngot  %s\nwant %s", got, c.want)
			}
		})
	}
}
