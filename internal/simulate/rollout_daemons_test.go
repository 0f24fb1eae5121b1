package simulate_test

import (
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/simulate"
)

// A rollout of a DaemonSet takes so many pods at once, rounded up, and asks no PDB; with
// maxSurge another one is available on each node before. It is watched then, and else not.
//
// Source: rollingUpdate and updatedDesiredNodeCounts in pkg/controller/daemon/update.go of
// Kubernetes 1.36.
func TestRolloutsOfDaemonSets(t *testing.T) {
	number := func(s string) *intstr.IntOrString { return new(intstr.Parse(s)) }
	for name, x := range map[string]struct {
		rollout     kubernetes.Rollout
		cpu         int64
		down        int // pods that are not ready, for good
		least, most int
		through     bool
	}{
		"one at a time":       {kubernetes.Rollout{}, 100, 0, 3, 4, true},
		"half of them":        {kubernetes.Rollout{MaxUnavailable: number("50%")}, 100, 0, 2, 4, true},
		"a third, rounded up": {kubernetes.Rollout{MaxUnavailable: number("30%")}, 100, 0, 2, 4, true},
		"all":                 {kubernetes.Rollout{MaxUnavailable: number("100%")}, 100, 0, 0, 4, true},
		"another first":       {kubernetes.Rollout{MaxSurge: number("2"), MaxUnavailable: number("0")}, 100, 0, 4, 8, true},
		"no room for another": {kubernetes.Rollout{MaxSurge: number("1"), MaxUnavailable: number("0")}, 3000, 0, 4, 4, false},
		"one is down":         {kubernetes.Rollout{}, 100, 1, 3, 4, true},
		"ready for a while":   {kubernetes.Rollout{MinReady: 5 * time.Minute}, 100, 0, 3, 4, true},
		"not enough time":     {kubernetes.Rollout{MinReady: time.Hour}, 100, 0, 3, 4, false},
	} {
		c := newCluster(4)
		c.runs("Deployment", "web", 0)
		w := c.runs("DaemonSet", "cni", 0, 1, 2, 3)
		w.Rollout, w.Template.Requests.CPU = x.rollout, x.cpu
		c.pdb("cni", "max", "0")
		for i := range x.down {
			p := &c.Pods[w.Pods[i]]
			p.Ready, p.Changed = false, clusterCreated.Add(-time.Minute)
		}
		world := mustPrepare(t, c, "karpenter")
		s := drift(time.Hour)
		s.Timings.PodReady = 30 * time.Second
		if world.For(&s) != world {
			t.Errorf("%s: it is watched where no rollout is", name)
		}
		s.Triggers = []simulate.Trigger{{Kind: simulate.Rollout, Workload: w.Ref}}
		sim, err := simulate.Play(t.Context(), world.For(&s), s, nil)
		if err != nil {
			t.Fatal(err)
		}
		k := 0
		for i := range sim.Workloads {
			if sim.Workloads[i].Name == "cni" {
				k = i
			}
		}
		every(t, sim, name, func(r *simulate.Run) bool {
			return r.Workloads[k].MinReady == x.least && r.Workloads[k].Surge == x.most
		})
		if through := !strings.Contains(strings.Join(sim.Notes, ";"), "is not through"); through != x.through {
			t.Errorf("%s: %q", name, sim.Notes)
		}
	}
}

// Nodes that go while it rolls take their pods with them, and new ones have the new revision.
func TestRolloutsOfDaemonSetsWhileNodesGo(t *testing.T) {
	c := newCluster(4)
	c.runs("Deployment", "web", 0)
	w := c.runs("DaemonSet", "cni", 0, 1, 2, 3)
	w.Template.Requests.CPU = 100
	s := drift(2 * time.Hour)
	s.Triggers = []simulate.Trigger{{Kind: simulate.Rollout, Workload: w.Ref}, {Kind: contract.Drift}}
	world := mustPrepare(t, c, "karpenter")
	sim, err := simulate.Play(t.Context(), world.For(&s), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	every(t, sim, "all go", func(r *simulate.Run) bool { return r.Gone == 4 })
	if strings.Contains(strings.Join(sim.Notes, ";"), "is not through") {
		t.Errorf("%q", sim.Notes)
	}
}
