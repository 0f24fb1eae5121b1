package simulate_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/simulate"
)

// prepared is a cluster that can be played, on Karpenter.
func (c *cluster) prepared(t *testing.T) *simulate.World {
	t.Helper()
	k := knowledge(t)
	w, err := simulate.Prepare(c.Estate, locate.Locate(k, c.Estate, k.Offering("karpenter"), nil), false)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// Each fault is played by itself, with no more runs than the scenario has and
// ten at the most; the fewest ready pods of each workload are told, and the most
// nodes that were left.
func TestMarginsTellWhatOneFaultMoreCosts(t *testing.T) {
	c := newCluster(3, disruption.NodeBudget{Nodes: "1"})
	c.runs("Deployment", "web", 0, 1, 2).Template.Affinity = apart("web")
	c.pdb("web", "max", "1")
	c.runs("StatefulSet", "db", 0)
	w := c.prepared(t)
	for runs, want := range map[int]int{1: 1, 4: 4, 10: 10, 30: 10} {
		s := drift(20 * time.Minute)
		s.Runs = runs
		done, of := 0, 0
		margins, err := simulate.Margins(t.Context(), w, s, func(d, n int) { done, of = max(done, d), n })
		if err != nil {
			t.Fatal(err)
		}
		if done != 4*want || of != 4*want {
			t.Errorf("of %d runs progress comes to %d of %d", runs, done, of)
		}
		names := map[string]string{}
		for _, m := range margins {
			if m.Runs != want {
				t.Errorf("%s is played %d times, wants %d", m.Name, m.Runs, want)
			}
			names[m.Name] = fmt.Sprint(m.Least, m.Unreplaced)
		}
		for name, told := range map[string]string{
			"one replica is not ready":              "[2 0] 3",
			"pods start twice as slowly":            "[2 0] 0",
			"no node can be started":                "[3 1] 3",
			"one more node drains at the same time": "[2 0] 0",
		} {
			if runs >= 10 && names[name] != told {
				t.Errorf("%s: fewest ready and most left are %s, wants %s", name, names[name], told)
			}
		}
	}
}

// A fault that the scenario has already is not played once more, and the others
// come on top of it.
func TestMarginsLeaveOutWhatIsThereAlready(t *testing.T) {
	c := newCluster(2)
	c.runs("Deployment", "web", 0, 1)
	s := drift(time.Minute)
	s.Fault = simulate.Fault{OneDown: true, NoCapacity: true, Slow: 3}
	margins, err := simulate.Margins(t.Context(), c.prepared(t), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(margins) != 1 || margins[0].Name != "one more node drains at the same time" {
		t.Errorf("the margins are %v", margins)
	}
	s.Horizon = 0
	if _, err := simulate.Margins(t.Context(), c.prepared(t), s, nil); err == nil {
		t.Error("a scenario without a horizon is played")
	}
	s.Horizon = time.Minute
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := simulate.Margins(ended, c.prepared(t), s, nil); err != context.Canceled {
		t.Errorf("after its context has ended: %v", err)
	}
}

// Nodes are told with the day they were made and the age they get: by their
// claim, or else by their pool.
func TestAgesOfNodes(t *testing.T) {
	c := newCluster(3)
	c.Pools[0].ExpireAfter = contract.ExpiresAfter(48 * time.Hour)
	c.runs("Deployment", "web", 0, 1, 2)
	c.Nodes[1].NodeClaim = &kubernetes.NodeClaim{Name: "claim", Node: "node-1", Created: clusterCreated.Add(-time.Hour),
		ExpireAfter: contract.NeverExpires}
	c.Nodes[2].Created = time.Time{}
	ages := c.prepared(t).Ages()
	var told []string
	for _, a := range ages {
		told = append(told, fmt.Sprint(a.Node, " ", a.Created.Sub(clusterCreated), " ", a.Life))
	}
	want := []string{"node-0 0s 48h0m0s", fmt.Sprint("node-1 -1h0m0s ", contract.Forever)}
	if !slices.Equal(told[:2], want) || !ages[2].Created.IsZero() || ages[2].Life != 48*time.Hour {
		t.Errorf("the ages are %v, wants %q first", ages, want)
	}
	if due := ages[0].Due(); !due.Equal(clusterCreated.Add(48 * time.Hour)) {
		t.Errorf("the first is due at %s", due)
	}
}

// Volumes that were not read matter where a pod mounts one, and only there.
func TestUnreadVolumesMatterToThoseWhoMountThem(t *testing.T) {
	for name, x := range map[string]struct {
		change func(w *kubernetes.Workload)
		want   bool
	}{
		"no volumes":      {func(*kubernetes.Workload) {}, false},
		"a shared volume": {func(w *kubernetes.Workload) { w.Template.VolumeClaims = []string{"data"} }, true},
		"one for each":    {func(w *kubernetes.Workload) { w.VolumeClaimTemplates = []string{"data"} }, true},
	} {
		c := newCluster(1)
		x.change(c.runs("StatefulSet", "db", 0))
		c.Unread = []origin.Unread{{Kind: "PersistentVolumeClaim"}, {Kind: "Service"}}
		lacks := simulate.Lacks(c.Estate)
		if got := len(lacks) > 0; got != x.want {
			t.Errorf("%s: what is lacked is %v", name, lacks)
		}
		for _, u := range lacks {
			if u.Kind == "Service" {
				t.Errorf("%s: a play rests on services", name)
			}
		}
	}
}
