package bound

import (
	"fmt"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/disruption"
)

// largeModel is so many nodes with thirty pods on each, of as many workloads
// as nodes: most with a budget of their own, some with none, several, a shared
// one, or pods that cannot be evicted.
func largeModel(nodes int) *Model {
	m := &Model{Start: time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC), Timings: &Timings{NodeReady: time.Minute, PodReady: 15 * time.Second,
		PodStop: 5 * time.Second}}
	pools := 10
	for p := range pools {
		b := disruption.ParseNodeBudgets([]disruption.NodeBudget{
			{Nodes: "10%"},
			{Nodes: "0", Schedule: "0 8 * * mon-fri", Duration: 10 * time.Hour},
		})
		m.Pools = append(m.Pools, Pool{Name: fmt.Sprint("pool-", p), Nodes: nodes / pools, Budgets: &b, Reason: disruption.Drifted})
		m.Groups = append(m.Groups,
			Group{Pool: p, Disruption: Disruption{Title: "drift", Karpenter: true, Before: true,
				Deadline: disruption.Deadline{After: 24 * time.Hour, Then: disruption.Force, Early: true}}})
	}
	for v := range nodes {
		m.Nodes = append(m.Nodes, Node{Name: fmt.Sprint("node-", v), Group: int32(v % pools)})
	}
	one, most := intstr.FromInt32(1), intstr.FromString("90%")
	for l := range nodes {
		w := Workload{Name: fmt.Sprintf("team-%d/web-%d", l/100, l), Replicas: 30, Scaled: true}
		own := Budget{Name: w.Name, Budget: disruption.Budget{MaxUnavailable: &one}}
		switch l % 10 {
		case 0: // none
		case 1:
			own.Budget = disruption.Budget{MinAvailable: &most}
			fallthrough
		case 2:
			w.Budgets = []int32{int32(len(m.Budgets)), int32(len(m.Budgets)) + 1}
			m.Budgets = append(m.Budgets, own, own)
		case 3: // that of the one before
			w.Budgets = []int32{int32(len(m.Budgets)) - 1}
		default:
			w.Protected = l%10 == 4
			w.Budgets = []int32{int32(len(m.Budgets))}
			m.Budgets = append(m.Budgets, own)
		}
		for i := range w.Replicas {
			w.Pods = append(w.Pods, Pods{Node: int32((l*31 + i*17) % nodes), Ready: 1})
		}
		m.Workloads = append(m.Workloads, w)
	}
	return m
}

// BenchmarkBounds finds the bounds of all workloads of a cluster; growth shows
// whether that is linear.
func BenchmarkBounds(b *testing.B) {
	for _, n := range []int{500, 5000} {
		b.Run(fmt.Sprint("nodes=", n), func(b *testing.B) {
			m := largeModel(n)
			b.ReportAllocs()
			for b.Loop() {
				Bounds(m)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(m.Workloads)), "ns/workload")
		})
	}
}

func BenchmarkFinishes(b *testing.B) {
	for _, n := range []int{500, 5000} {
		b.Run(fmt.Sprint("nodes=", n), func(b *testing.B) {
			m := largeModel(n)
			b.ReportAllocs()
			for b.Loop() {
				Finishes(m, 12*time.Hour)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(m.Nodes)), "ns/node")
		})
	}
}
