package simulate_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/simulate"
)

// diskOf is a claim for one node at a time, of a driver that attaches its volumes.
func diskOf(name string) kubernetes.VolumeClaim {
	return kubernetes.VolumeClaim{Namespace: "default", Name: name, Storage: []string{"disk.csi.azure.com"}, Once: true}
}

// A release starts the new pod before the old one goes. On another node it waits for its
// volume as long as the old one has it, which is for good; on the same one it does not, and
// with Recreate the old one is gone.
//
// Source: reconciler.attachDesiredVolumes in pkg/controller/volume/attachdetach/reconciler of
// Kubernetes 1.36; for ReadWriteOncePod the scheduler's plugin VolumeRestrictions.
func TestReleasesWaitForTheVolume(t *testing.T) {
	for name, x := range map[string]struct {
		change  func(w *kubernetes.Workload, v *kubernetes.VolumeClaim, c *cluster)
		through bool
		says    string
	}{
		"the other node": {nil, false, "waits on node node-1 for its volume (claim data), which one node at a time can have: node node-0 has it"},
		"the same node": {func(_ *kubernetes.Workload, _ *kubernetes.VolumeClaim, c *cluster) { c.Nodes = c.Nodes[:1] },
			true, ""},
		"Recreate": {func(w *kubernetes.Workload, _ *kubernetes.VolumeClaim, _ *cluster) { w.Rollout.Strategy = "Recreate" }, true, ""},
		"for many nodes": {func(_ *kubernetes.Workload, v *kubernetes.VolumeClaim, _ *cluster) { v.Once = false },
			true, ""},
		"served by nobody knows what": {func(_ *kubernetes.Workload, v *kubernetes.VolumeClaim, _ *cluster) { v.Storage = nil }, true, ""},
		"one pod at a time": {func(_ *kubernetes.Workload, v *kubernetes.VolumeClaim, _ *cluster) { v.OncePod = true },
			false, "while another pod has its volume (ReadWriteOncePod)"},
		"one pod at a time, on one node": {func(_ *kubernetes.Workload, v *kubernetes.VolumeClaim, c *cluster) {
			v.OncePod, c.Nodes = true, c.Nodes[:1]
		}, false, "while another pod has its volume (ReadWriteOncePod)"},
		"one pod at a time, Recreate": {func(w *kubernetes.Workload, v *kubernetes.VolumeClaim, _ *cluster) {
			v.OncePod, w.Rollout.Strategy = true, "Recreate"
		}, true, ""},
	} {
		c, v := newCluster(2), diskOf("data")
		w := c.runs("Deployment", "wordpress", 0)
		w.Template.VolumeClaims, c.Pods[0].VolumeClaims = []string{"data"}, []string{"data"}
		c.Nodes[0].Allocatable.CPU = 4000
		if x.change != nil {
			x.change(w, &v, c)
		}
		c.VolumeClaims = []kubernetes.VolumeClaim{v}
		s := drift(30 * time.Minute)
		s.Triggers = []simulate.Trigger{{Kind: simulate.Rollout, Workload: w.Ref}}
		sim := c.tell(t, "karpenter", s)
		notes := strings.Join(sim.Notes, "; ")
		if through := !strings.Contains(notes, "is not through"); through != x.through || !strings.Contains(notes, x.says) {
			t.Errorf("%s: %q", name, notes)
		}
		if ready := len(events(sim, simulate.PodReady)) > 0; ready != x.through {
			t.Errorf("%s: a new pod is ready: %t", name, ready)
		}
	}
}

// What is evicted takes its volume with it: the next pod waits until the old one is gone, and
// not longer. Two workloads that mount one volume cannot be on two nodes.
func TestEvictedPodsTakeTheirVolumes(t *testing.T) {
	for name, x := range map[string]struct {
		other bool
		stop  time.Duration
		least time.Duration // until the next pod is ready
		down  bool          // one of them never is
	}{
		"one pod":       {false, 5 * time.Second, 20 * time.Second, false},
		"slow to stop":  {false, 25 * time.Second, 40 * time.Second, false},
		"two workloads": {true, 5 * time.Second, 0, true},
	} {
		c := newCluster(3)
		w := c.runs("Deployment", "web", 0)
		w.Template.VolumeClaims = []string{"data"}
		if x.other {
			w := c.runs("Deployment", "job-runner", 0)
			w.Template.VolumeClaims = []string{"data"}
			c.pdb("job-runner", "max", "0")
			c.pdb("web", "max", "1")
		}
		for i := range c.Pods {
			c.Pods[i].VolumeClaims = []string{"data"}
		}
		c.VolumeClaims = []kubernetes.VolumeClaim{diskOf("data")}
		s := drift(time.Hour)
		s.Timings.PodStop = x.stop
		s.Triggers = []simulate.Trigger{{Kind: contract.Delete, Nodes: []string{"node-0"}}}
		sim := c.tell(t, "karpenter", s)
		for i := range sim.Runs {
			below := sim.Runs[i].Workloads[0].BelowFloor
			if x.other {
				below = max(below, sim.Runs[i].Workloads[1].BelowFloor)
			}
			if down := below > 50*time.Minute; down != x.down || below < x.least || !x.down && below > x.least+2*time.Second {
				t.Errorf("%s, run %d: below the floor for %s", name, i, below)
			}
		}
		if x.down != strings.Contains(strings.Join(sim.Notes, ";"), "for its volume (claim data)") {
			t.Errorf("%s: %q", name, sim.Notes)
		}
	}
}

// Where no kubelet says that a volume is unmounted, the controller waits six minutes for it.
//
// Source: reconciler.reconcile in pkg/controller/volume/attachdetach/reconciler of Kubernetes
// 1.36, and reconcilerMaxWaitForUnmountDuration.
func TestVolumesOfNodesThatAreGone(t *testing.T) {
	for _, attached := range []bool{true, false} {
		c := newCluster(2)
		c.Pools[0].DrainTimeout = 20 * time.Minute
		w := c.runs("StatefulSet", "db", 0)
		w.VolumeClaimTemplates = []string{"data"}
		v := diskOf("data-db-0")
		v.Once = attached
		c.VolumeClaims = []kubernetes.VolumeClaim{v}
		c.pdb("db", "max", "0")
		s := drift(time.Hour)
		s.Triggers = []simulate.Trigger{{Kind: contract.Delete, Nodes: []string{"node-0"}}}
		every(t, c.tell(t, "cluster-api", s), fmt.Sprint("attached ", attached), func(r *simulate.Run) bool {
			below := r.Workloads[0].BelowFloor
			return attached == (below > 390*time.Second) && below > 50*time.Second && below < 8*time.Minute
		})
	}
}

// No order of events brings all pods of two workloads back that mount one volume.
func TestNothingIsProvedOfVolumesOfSeveral(t *testing.T) {
	for _, once := range []bool{true, false} {
		c, v := newCluster(2), diskOf("data")
		v.Once = once
		for _, name := range []string{"web", "api"} {
			c.runs("Deployment", name, 0).Template.VolumeClaims = []string{"data"}
		}
		c.runs("Deployment", "other", 0)
		c.VolumeClaims = []kubernetes.VolumeClaim{v}
		m, err := mustPrepare(t, c, "karpenter").Model(new(drift(time.Hour)))
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []bool{once, once, false} {
			if m.Workloads[i].Lost != want || (m.Workloads[i].Reattach > 6*time.Minute) != want {
				t.Errorf("once %t: %+v", once, m.Workloads[i])
			}
		}
	}
}
