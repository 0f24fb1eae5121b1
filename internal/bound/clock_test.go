package bound

import (
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/disruption"
)

// How long nodes take at the least rests on what is sure to be waited for: another node
// where pods have no room without it, and pods that take as long to stop as is said.
func TestWhatIsSureToTakeTime(t *testing.T) {
	drift := Disruption{Title: "drift", Karpenter: true, Before: true}
	each := func(r Renewal) func(m *Model) {
		return func(m *Model) {
			for i := range m.Nodes {
				m.Nodes[i].Renewal = r
			}
		}
	}
	for name, x := range map[string]struct {
		change func(m *Model)
		takes  time.Duration
	}{
		"one comes for each":           {each(Own), 6*time.Minute + 30*time.Second},
		"one that is new has room":     {each(Common), time.Minute + 15*time.Second},
		"there is room on others":      {each(Doubtful), time.Minute + 15*time.Second},
		"of one nobody knows":          {func(m *Model) { m.Nodes[3].Renewal = Doubtful }, 5*time.Minute + 25*time.Second},
		"nodes come sooner than most":  {func(m *Model) { m.Timings.NodeSoonest = 50 * time.Second }, 5*time.Minute + 30*time.Second},
		"pods stop sooner than others": {func(m *Model) { m.Workloads[0].Timings.PodStop = 2 * time.Second }, 6*time.Minute + 12*time.Second},
		"pods are given less time":     {func(m *Model) { m.Workloads[0].Grace = time.Second }, 6*time.Minute + 6*time.Second},
		"a deadline gives them less": {
			func(m *Model) {
				m.Groups[0].Disruption.Deadline, m.Workloads[0].Budgets = after(3*time.Second, disruption.Force), nil
			}, 6*time.Minute + 18*time.Second,
		},
		"pods that end":                {func(m *Model) { m.Workloads[0].Kind = Job }, 6 * time.Minute},
		"pods that others evict, too":  {func(m *Model) { m.Workloads[0].EvictedBy = "a descheduler" }, 6 * time.Minute},
		"more pods than are wanted":    {func(m *Model) { m.Workloads[0].Shrinks = true }, 6 * time.Minute},
		"pods on nodes that are aside": {func(m *Model) { m.Nodes[2].Closed = true }, 6 * time.Minute},
	} {
		m := web(maxUnavailable(1), drift)
		x.change(m)
		if f := Finishes(m, 0)[0]; f.Takes != x.takes || !f.Done {
			t.Errorf("%s: takes %s, wants %s: %q", name, f.Takes, x.takes, f.Because)
		}
	}
}

// A percentage of a pool that may come to have any number of nodes holds nobody up, and a
// number does.
func TestPercentOfAPoolThatGrows(t *testing.T) {
	for name, x := range map[string]struct {
		nodes string
		grows bool
		gone  int
	}{
		"a share of what there is":   {"10%", false, 5},
		"a share of any number":      {"10%", true, 6},
		"a number":                   {"1", true, 5},
		"a share that is nothing":    {"0%", true, 0},
		"a number that lets none go": {"0", true, 0},
	} {
		m := web(maxUnavailable(1), Disruption{Title: "drift", Karpenter: true, Before: true})
		b := disruption.ParseNodeBudgets([]disruption.NodeBudget{{Nodes: x.nodes}})
		m.Pools[0] = Pool{Name: "default", Nodes: 6, Budgets: &b, Reason: disruption.Drifted, Grows: x.grows}
		if f := Finishes(m, 6*time.Minute)[0]; f.Gone != x.gone {
			t.Errorf("%s: %d can be gone, wants %d: %q", name, f.Gone, x.gone, f.Because)
		}
	}
}

// Of a Job those pods may come that it still lacks, and so may be the ones that a PDB
// keeps; what its controller deletes holds no node.
func TestPodsThatComeAndGoByThemselves(t *testing.T) {
	m := web(maxUnavailable(0), Disruption{Title: "upgrade"})
	m.Workloads[0].Shrinks = true
	if f := Finishes(m, 0)[0]; f.Unpatched != 0 || f.AtWorst != 6 {
		t.Errorf("with more pods than are wanted %d stay, at worst %d: %q", f.Unpatched, f.AtWorst, f.Because)
	}
	for lacks, least := range map[int]int{0: 5, 1: 4, 2: 3} {
		six := intstr.FromInt32(6)
		m := web(disruption.Budget{MinAvailable: &six}, Disruption{Title: "upgrade"})
		m.Nodes = append(m.Nodes, Node{Name: "stays", Group: Stays})
		m.Workloads = append(m.Workloads, Workload{
			Name: "default/job", Kind: Job, Replicas: 1 + lacks, Budgets: []int32{0}, Pods: []Pods{{Node: 6, Ready: 1}},
		})
		if b := Bounds(m)[0]; b.Least != least {
			t.Errorf("a Job that lacks %d: at least %d, wants %d: %q", lacks, b.Least, least, b.Because)
		}
	}
}
