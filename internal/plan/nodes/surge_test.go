package nodes

import (
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// With --surge a Deployment without a pod to spare is restarted before its node is drained, where its
// rolling update has another pod Ready first; what has none is a risk as before.
func TestSurge(t *testing.T) {
	for name, x := range map[string]struct {
		build func(c *cluster, w *kubernetes.Workload)
		kind  string
		on    []int
		risk  bool
	}{
		"a single pod":   {func(*cluster, *kubernetes.Workload) {}, "Deployment", []int{0}, false},
		"all are wanted": {func(_ *cluster, w *kubernetes.Workload) { w.Floor = new(2) }, "Deployment", []int{0, 1}, false},
		"one of a set":   {func(*cluster, *kubernetes.Workload) {}, "StatefulSet", []int{0}, true},
		"recreated":      {func(_ *cluster, w *kubernetes.Workload) { w.Rollout.Strategy = "Recreate" }, "Deployment", []int{0}, true},
		"paused":         {func(_ *cluster, w *kubernetes.Workload) { w.Rollout.Paused = true }, "Deployment", []int{0}, true},
		"no surge": {func(_ *cluster, w *kubernetes.Workload) {
			w.Rollout.MaxSurge, w.Rollout.MaxUnavailable = new(intstr.FromInt32(0)), new(intstr.FromInt32(1))
		}, "Deployment", []int{0}, true},
		"a volume": {func(c *cluster, w *kubernetes.Workload) { c.Pods[w.Pods[0]].VolumeClaims = []string{"data"} },
			"Deployment", []int{0}, true},
		"a PDB that allows nothing": {func(c *cluster, _ *kubernetes.Workload) { c.pdb("db", "0") }, "Deployment", []int{0}, false},
	} {
		c := clusterOf(3)
		c.with("Deployment", "web", 0, 1, 2)
		x.build(c, c.with(x.kind, "db", x.on...))
		a := asked(c, "version=1.36")
		a.Surge = true
		p := made(t, a)
		restarts := 0
		for _, s := range p.Steps {
			if s.Action.Kind == step.Restart {
				restarts++
				if got := s.Action.With[step.Workloads]; got != "default/Deployment/db" {
					t.Errorf("%s: %s restarts %q", name, s.ID, got)
				}
			}
		}
		if (restarts == 0) != x.risk || len(p.Left) > 0 || (len(p.Risks) > 0) != x.risk {
			t.Errorf("%s: %d restarts, left %+v, risks %+v", name, restarts, p.Left, p.Risks)
		}
		i := slices.IndexFunc(p.Prediction.Lowest, func(l plan.Lowest) bool {
			return strings.HasSuffix(l.Service, "/db")
		})
		if l := p.Prediction.Lowest[i]; (l.Ready >= l.Floor) == x.risk {
			t.Errorf("%s: lowest %+v", name, l)
		}
	}
}

// A restart stands between the cordon and the drain of a node, and the drain keeps the whole floor.
func TestRestartOfANode(t *testing.T) {
	c := clusterOf(3)
	c.with("Deployment", "web", 0, 1, 2)
	c.with("Deployment", "db", 0)
	a := asked(c, "nodes=node-00")
	a.Surge = true
	p := made(t, a)
	var ids []string
	for _, s := range p.Steps {
		ids = append(ids, s.ID)
	}
	if !slices.Equal(ids, []string{"cordon/node-00", "restart/node-00", "drain/node-00", "replace/node-00", "settle/node-00"}) {
		t.Fatalf("steps are %v", ids)
	}
	restart, drain := p.Steps[1], p.Steps[2]
	if restart.Undo != nil || restart.Predicted == nil || restart.Predicted.MinSeconds <= 0 || restart.Attempts != 1 ||
		!slices.Equal(restart.Needs, ids[:1]) || !slices.Equal(drain.Needs, ids[1:2]) {
		t.Errorf("%+v, then %+v", restart, drain)
	}
	for _, g := range drain.Guards {
		if g.With[step.Name] == "db" && g.With[step.Least] != "1" {
			t.Errorf("the floor is %+v", g)
		}
	}
	if a.Surge = false; made(t, a).Steps[1].Action.Kind != step.Drain {
		t.Error("it restarts what nobody asked for")
	}
}
