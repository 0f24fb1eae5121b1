package simulate_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/simulate"
)

// Nodes that are not ready count as nodes that budgets have let go: where they use them up
// nothing drifts, and each node says so. Where budgets let more go they drift like others.
//
// Source: BuildDisruptionBudgetMapping in pkg/controllers/disruption/helpers.go, and
// StateNode.ValidateNodeDisruptable in pkg/controllers/state/statenode.go of Karpenter 1.14.
func TestNodesThatAreNotReadyAndBudgets(t *testing.T) {
	for name, x := range map[string]struct {
		budget string
		down   int
		gone   int
	}{
		"all are ready":            {"1", 0, 4},
		"one uses the budget up":   {"1", 1, 0},
		"a share of them":          {"20%", 1, 0},
		"two use up two":           {"2", 2, 0},
		"one of two":               {"2", 1, 4},
		"half of them, and one is": {"50%", 1, -1}, // or none, once two are left
	} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(4, disruption.NodeBudget{Nodes: x.budget})
			for i := range x.down {
				c.Nodes[i].NotReady = true
			}
			c.runs("Deployment", "web", 3)
			sim := c.tell(t, "karpenter", drift(2*time.Hour))
			every(t, sim, name, func(r *simulate.Run) bool {
				return x.gone < 0 || r.Gone == x.gone && (x.gone > 0 || len(r.Stays) == 4 && !slices.ContainsFunc(r.Stays, func(s simulate.Stay) bool {
					return !s.Stuck || s.Cause != simulate.ByDownNodes || !strings.Contains(s.Why, "node-0")
				}))
			})
			w := c.prepared(t)
			s := drift(2 * time.Hour)
			m, err := w.Model(&s)
			if err != nil {
				t.Fatal(err)
			}
			if f := bound.Finishes(m, 0)[0]; (f.AtWorst > 0) != (x.gone <= 0) || f.Unpatched > 0 {
				t.Errorf("%d may stay, %d do: %v", f.AtWorst, f.Unpatched, f.Because)
			}
		})
	}
}

// The PDB of a DaemonSet's pods keeps Karpenter from their node as any other does, and the
// node says so.
func TestBudgetsOverDaemonSetsUnderKarpenter(t *testing.T) {
	c := newCluster(2, disruption.NodeBudget{Nodes: "1"})
	c.runs("Deployment", "web", 0, 1)
	c.runs("DaemonSet", "agent", 0, 1)
	c.pdb("agent", "min", "2")
	every(t, c.tell(t, "karpenter", drift(time.Hour)), "by drift", func(r *simulate.Run) bool {
		return r.Gone == 0 && len(r.Stays) == 2 && r.Stays[0].Stuck && r.Stays[0].Holder.Name == "agent" &&
			strings.Contains(r.Stays[0].Why, "allows no eviction of pod agent-")
	})
}

// A do-not-disrupt that ends has its pod move with its node from then on, so that a node
// for it comes first.
func TestTimedDoNotDisruptEnds(t *testing.T) {
	c := newCluster(1, disruption.NodeBudget{Nodes: "1"})
	w := c.runs("Deployment", "ci", 0)
	w.Template.Annotations = map[string]string{"karpenter.sh/do-not-disrupt": "30m"}
	c.Pods[0].Started = clusterCreated
	s := drift(2 * time.Hour)
	every(t, c.tell(t, "karpenter", s), "the node for it comes first", func(r *simulate.Run) bool {
		return r.Gone == 1 && r.FirstDrain > 30*time.Minute && r.Workloads[0].BelowFloor < s.Timings.NodeReady+s.Timings.PodReady
	})
}

// A drain that ends by force after what is played is not held up for good.
func TestDrainsThatEndByForceLater(t *testing.T) {
	c := newCluster(1, disruption.NodeBudget{Nodes: "1"}).claims(kubernetes.NodeClaim{Grace: 6 * time.Hour})
	c.runs("Deployment", "web", 0, 0)
	c.pdb("web", "max", "0")
	for horizon, stays := range map[time.Duration]int{2 * time.Hour: 1, 8 * time.Hour: 0} {
		every(t, c.tell(t, "karpenter", drift(horizon)), horizon.String(), func(r *simulate.Run) bool {
			return len(r.Stays) == stays && (stays == 0 || !r.Stays[0].Stuck)
		})
	}
}
