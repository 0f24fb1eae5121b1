package simulate_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/simulate"
)

// born is when the clusters of the benchmarks were.
var clusterCreated = time.Date(2026, time.November, 22, 6, 0, 0, 0, time.UTC)

// fleet is a Karpenter cluster of n nodes with 30 pods each: workloads of 10
// pods in four sizes, one in two under a budget, nodes nearly full, one pool
// with a node budget of 10 %.
func fleet(n int) *kubernetes.Estate {
	e := &kubernetes.Estate{Live: true, Newest: clusterCreated.Add(time.Hour)}
	e.Pools = []kubernetes.Pool{{API: "karpenter.sh/NodePool", Name: "default", NodeClass: "karpenter.k8s.aws/EC2NodeClass",
		Budgets: budgetsOf(disruption.NodeBudget{Nodes: "10%"})}}
	for i := range n {
		e.Nodes = append(e.Nodes, kubernetes.Node{Name: fmt.Sprintf("node-%05d", i), Created: clusterCreated,
			Labels:      map[string]string{"karpenter.sh/nodepool": "default", "topology.kubernetes.io/zone": fmt.Sprintf("zone-%d", i%3)},
			Allocatable: kubernetes.Resources{CPU: 16000, Memory: 64 << 30, Pods: 110}})
	}
	sizes := []int64{250, 250, 500, 1000}
	one := intstr.FromInt32(1)
	for k := range 3 * n {
		name := fmt.Sprintf("app-%05d", k)
		ns := fmt.Sprintf("team-%03d", k/50)
		app := map[string]string{"app": name}
		cpu := sizes[k%len(sizes)]
		e.Workloads = append(e.Workloads, kubernetes.Workload{Ref: kubernetes.Ref{Namespace: ns, Kind: "Deployment", Name: name}, Group: "apps",
			Replicas: 10, ReplicasSet: true, Scaled: true, Evictable: true, Lasting: true,
			Template: kubernetes.PodTemplate{Labels: app, Requests: kubernetes.Resources{CPU: cpu, Memory: cpu << 22, Pods: 1},
				Grace: 30 * time.Second}})
		if k%2 == 0 {
			e.Budgets = append(e.Budgets, kubernetes.Budget{Namespace: ns, Name: name, Selector: labels.SelectorFromSet(app),
				LabelSelector: &metav1.LabelSelector{MatchLabels: app}, MaxUnavailable: &one})
		}
		for j := range 10 {
			p := kubernetes.Pod{Namespace: ns, Name: fmt.Sprintf("%s-%d", name, j), UID: fmt.Sprintf("%08x-%04x", (k*10+j)*2654435761%(1<<32), j),
				Labels: app, Phase: "Running", Ready: true,
				Node: fmt.Sprintf("node-%05d", (k*10+j)*7919%n), Created: clusterCreated, Started: clusterCreated, Workload: k}
			e.Workloads[k].Pods = append(e.Workloads[k].Pods, len(e.Pods))
			e.Pods = append(e.Pods, p)
		}
	}
	return e
}

func prepared(b testing.TB, e *kubernetes.Estate) *simulate.World {
	b.Helper()
	w, err := simulate.Prepare(e, locate.Locate(knowledge(b), e, nil, nil), false)
	if err != nil {
		b.Fatal(err)
	}
	return w
}

func rotation(horizon time.Duration) simulate.Scenario {
	return simulate.Scenario{Start: clusterCreated.Add(time.Hour), Horizon: horizon, Runs: 1, Seed: 1,
		Timings:  simulate.Timings{NodeReady: 2 * time.Second, PodReady: 15 * time.Second, PodStop: 5 * time.Second},
		Triggers: []simulate.Trigger{{Kind: contract.Drift}}}
}

// BenchmarkRotation is one full drift rotation at a 10 % budget, on one core:
// every node is replaced. Growth from 500 to 5,000 nodes shows whether it is
// near linear.
func BenchmarkRotation(b *testing.B) {
	for _, n := range []int{500, 1000, 2500, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := prepared(b, fleet(n))
			s := rotation(90 * 24 * time.Hour)
			b.ReportAllocs()
			steps, left := 0, 0
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for b.Loop() {
				r := simulate.One(w, &s, 1)
				steps += r.Steps
				left = r.Unreplaced
			}
			if left > 0 {
				b.Errorf("%d nodes are left", left)
			}
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(steps)/b.Elapsed().Seconds(), "events/s")
			b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(steps), "allocs/event")
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(n), "µs/node")
		})
	}
}

// BenchmarkPrepare makes the estate ready to be played.
func BenchmarkPrepare(b *testing.B) {
	for _, n := range []int{500, 5000} {
		e := fleet(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				prepared(b, e)
			}
		})
	}
}

// BenchmarkSeeds is a cluster of 100 nodes in 1,000 runs, on all cores.
func BenchmarkSeeds(b *testing.B) {
	w := prepared(b, fleet(100))
	s := rotation(24 * time.Hour)
	s.Runs = 1000
	b.ReportAllocs()
	for b.Loop() {
		if _, err := simulate.Play(b.Context(), w, s, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBounds is the bound for every workload of the cluster, model and all.
func BenchmarkBounds(b *testing.B) {
	for _, n := range []int{500, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := prepared(b, fleet(n))
			s := rotation(30 * 24 * time.Hour)
			b.ReportAllocs()
			for b.Loop() {
				m, err := w.Model(&s)
				if err != nil {
					b.Fatal(err)
				}
				bound.Bounds(m)
				bound.Finishes(m, 0)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(3*n), "µs/workload")
		})
	}
}
