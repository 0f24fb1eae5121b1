package simulate

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// lose makes a node one that is not ready for some time, or does not report at all.
// Its pods are not ready.
func lose(e *kubernetes.Estate, n int, since time.Duration, unreachable bool) {
	node := &e.Nodes[n]
	node.NotReady, node.Unreachable, node.EvictsFrom = true, unreachable, noon.Add(-since)
	for i := range e.Pods {
		if p := &e.Pods[i]; p.Node == node.Name {
			p.Ready, p.Changed = false, noon.Add(-since)
		}
	}
}

// loseSome makes some nodes of a random estate such.
func loseSome(t *rapid.T, e *kubernetes.Estate) {
	for i := range e.Nodes {
		if chance(t, 5, "lost") {
			lose(e, i, time.Duration(rapid.IntRange(0, 700).Draw(t, "since"))*time.Second, rapid.Bool().Draw(t, "unreachable"))
			e.Nodes[i].OutOfService = chance(t, 4, "out of service")
		}
	}
	for i := range e.Pods {
		if e.Pods[i].Node != "" && chance(t, 8, "overdue") { // its grace was over a while ago
			e.Pods[i].Deleted, e.Pods[i].Ready = noon.Add(-time.Duration(rapid.IntRange(0, 20).Draw(t, "by"))*time.Minute), false
		}
	}
	for i := range e.Workloads {
		if chance(t, 4, "tolerates") {
			x := kubernetes.Toleration{Operator: "Exists", Effect: "NoExecute"}
			if rapid.Bool().Draw(t, "for a time") {
				x.Seconds = new(int64(rapid.IntRange(0, 400).Draw(t, "seconds")))
			}
			e.Workloads[i].Template.Tolerations = append(e.Workloads[i].Template.Tolerations, x)
		}
	}
}

// Pods leave a node that is not ready when they no longer tolerate it, without a PDB.
// Where its kubelet does not report they stay until the node is gone, and only what is
// no member of a StatefulSet is made anew before.
func TestPodsOfLostNodes(t *testing.T) {
	for name, test := range map[string]struct {
		unreachable  bool
		web, db      time.Duration // when they are ready again, about; 0 for not at all
		deletes      bool          // somebody deletes the node after 20 min
		toleratesAll bool
	}{
		"not ready":                {false, 200 * time.Second, 200 * time.Second, false, false},
		"unreachable":              {true, 200 * time.Second, 0, false, false},
		"unreachable, and deleted": {true, 200 * time.Second, 22*time.Minute + 20*time.Second, true, false},
		"tolerated for good":       {true, 0, 0, false, true},
	} {
		c := clusterOf(3)
		c.with("Deployment", "web", 0, 1, 2)
		c.with("StatefulSet", "db", 0)
		c.with("DaemonSet", "agent", 0, 1, 2)
		c.pdb("web", "0")
		lose(&c.Estate, 0, 2*time.Minute, test.unreachable)
		if test.toleratesAll {
			for i := range c.Workloads {
				c.Workloads[i].Template.Tolerations = []kubernetes.Toleration{{Operator: "Exists"}}
			}
		}
		e := c.engine(t)
		if test.deletes {
			e.scenario.Triggers = []Trigger{{At: 20 * time.Minute, Kind: contract.Delete, Nodes: []string{"node-0"}}}
			e.at(int64(20*time.Minute), doTrigger, 0, 0, 0)
		}
		e.runUntil(40 * time.Minute)
		again := map[string]time.Duration{}
		for _, ev := range e.run.Events {
			if ev.Kind == PodReady {
				pod := e.run.Names.Pods[ev.Pod]
				again[pod[:strings.IndexByte(pod, '-')]] = ev.At
			}
			if ev.Kind == ForceDeleted && strings.Contains(e.run.Names.Pods[ev.Pod], "agent") && ev.At < 20*time.Minute {
				t.Errorf("%s: a pod of a DaemonSet is evicted", name)
			}
		}
		for workload, want := range map[string]time.Duration{"web": test.web, "db": test.db} {
			if at := again[workload]; want == 0 && at != 0 || want > 0 && (at < want-10*time.Second || at > want+75*time.Second) {
				t.Errorf("%s: %s is ready again at %s, wants %s", name, workload, at, want)
			}
		}
	}
}

// What comes in place of pods on a lost node may push out others: a bound looks at
// that.
func TestBoundsLookAtPodsOfLostNodes(t *testing.T) {
	for name, test := range map[string]struct {
		tolerates bool
		least     int
	}{"evicted": {false, 0}, "tolerated for good": {true, 2}} {
		c := clusterOf(3)
		c.with("Deployment", "web", 1, 1)
		c.with("Deployment", "urgent", 0)
		c.Workloads[1].Template.Preempts = true
		c.priority(1000)
		c.Workloads[1].Template.Requests.CPU = 3000
		if test.tolerates {
			c.Workloads[1].Template.Tolerations = []kubernetes.Toleration{{Operator: "Exists"}}
		}
		lose(&c.Estate, 0, time.Minute, false)
		e := c.engine(t)
		e.scenario.Triggers = []Trigger{{Kind: contract.Delete, Nodes: []string{"node-2"}}}
		m, err := e.World.Model(e.scenario)
		if err != nil {
			t.Fatal(err)
		}
		wants(t, name+": of web at least", bound.Bounds(m)[0].Least, test.least)
	}
}

// A node that was lost long ago, and whose pods nobody evicted, is no sign that what
// comes in their place fails, too.
func TestLostPodsAreNotFailing(t *testing.T) {
	c := clusterOf(1)
	c.with("Deployment", "web", 0)
	lose(&c.Estate, 0, time.Hour, true)
	e := c.engine(t)
	e.runUntil(5 * time.Minute)
	wants(t, "ready", e.workloads[0].ready, 1)
	for _, ev := range e.run.Events {
		if ev.Kind == ForceDeleted {
			wants(t, "why", ev.Detail, "its node is unreachable, which it tolerates for 5 min")
		}
	}
}
