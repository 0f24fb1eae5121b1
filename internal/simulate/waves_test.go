package simulate

import (
	"slices"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// planned plays waves on a cluster to their end.
func planned(t *testing.T, c *ruleCluster, w Waves, horizon time.Duration, faults ...Fault) *engine {
	t.Helper()
	e := c.engine(t)
	for _, f := range faults {
		e.scenario.Fault = f
	}
	e.horizon = int64(horizon)
	e.scenario.Triggers = []Trigger{{Kind: Planned, Waves: &w}}
	if err := e.World.Check(&Scenario{Horizon: horizon, Runs: 1, Triggers: e.scenario.Triggers}); err != nil {
		t.Fatal(err)
	}
	e.at(0, doTrigger, 0, 0, 0)
	e.play()
	return e
}

// wavesOf are waves of one node each, by number.
func wavesOf(then Then, nodes ...string) Waves {
	w := Waves{Settle: 10 * time.Minute}
	for _, n := range nodes {
		w.Nodes = append(w.Nodes, []Going{{Node: n, Then: then, Timeout: 10 * time.Minute}})
	}
	return w
}

// A wave begins once the nodes of the last are gone, those that come after them are there and
// the pods are ready again; and the soak is over.
func TestWavesFollowOneAnother(t *testing.T) {
	c := clusterOf(3)
	c.with("Deployment", "web", 0, 1, 2)
	c.pdb("web", "1")
	w := wavesOf(Replaced, "node-0", "node-1", "node-2")
	w.Soak = 2 * time.Minute
	e := planned(t, c, w, 4*time.Hour)
	wants(t, "waves", len(e.run.Waves), 3)
	wants(t, "gone", e.run.Gone, 3)
	wants(t, "left", e.run.Unreplaced, 0)
	wants(t, "at once", e.run.Draining, 1)
	wants(t, "least ready", e.run.Workloads[0].MinReady, 2)
	for i, x := range e.run.Waves {
		g := x.Nodes[0]
		if !(x.Began <= g.Drained && g.Drained < g.Replaced && g.Replaced <= g.Settled && g.Settled <= x.Done) {
			t.Errorf("wave %d: %+v", i, x)
		}
		if i > 0 && x.Began-e.run.Waves[i-1].Done != w.Soak {
			t.Errorf("wave %d begins %s after the last was done", i, x.Began-e.run.Waves[i-1].Done)
		}
	}
}

// What comes after a node is what was asked for.
func TestWhatComesAfterANode(t *testing.T) {
	for name, x := range map[string]struct {
		then  Then
		nodes int // in use at the end
		gone  int
	}{
		"it stays":       {Remains, 2, 0},
		"another comes":  {Replaced, 3, 1},
		"none is needed": {Removed, 2, 1},
		"it comes back":  {Returns, 3, 1},
	} {
		c := clusterOf(3)
		c.with("Deployment", "web", 0, 1, 2)
		e := planned(t, c, wavesOf(x.then, "node-1"), time.Hour)
		in := 0
		for n := range e.nodes {
			in += boolean(e.nodes[n].state == nodeActive && !e.nodes[n].cordoned)
		}
		wants(t, name+": in use", in, x.nodes)
		wants(t, name+": gone", e.run.Gone, x.gone)
		wants(t, name+": left", e.run.Unreplaced, 0)
		wants(t, name+": ready", int(e.workloads[0].ready), 3)
		if at := e.run.Waves[0].Nodes[0].Drained; x.then == Removed && e.run.LastGone < at+minDrain {
			t.Errorf("%s: it is gone at %s, and was empty at %s", name, e.run.LastGone, at)
		}
	}
}

// A node that does not drain in its time is taken into use again, and the others go on.
func TestStuckNodesAreLeft(t *testing.T) {
	c := clusterOf(3)
	c.with("Deployment", "web", 0)
	c.pdb("web", "0")
	c.with("Deployment", "api", 1, 2)
	e := planned(t, c, wavesOf(Replaced, "node-0", "node-1"), 2*time.Hour)
	first := e.run.Waves[0].Nodes[0]
	if first.Stuck == nil || first.Stuck.Cause != ByStrictPDB || first.Drained != None || first.Settled == None {
		t.Errorf("the first is %+v", first)
	}
	wants(t, "cordoned", e.nodes[0].cordoned, false)
	wants(t, "gone", e.run.Gone, 1)
	wants(t, "left", e.run.Unreplaced, 1)
	wants(t, "stays", e.run.Stays[0].Stuck && e.run.Stays[0].Node == "node-0", true)
	if d := e.run.Waves[0].Done - e.run.Waves[0].Began; d < 10*time.Minute || d > 11*time.Minute {
		t.Errorf("its wave took %s", d)
	}
}

// Where pods that were moved do not get ready no other wave begins.
func TestPlansHaltWherePodsStayDown(t *testing.T) {
	c := clusterOf(2)
	c.with("Deployment", "web", 0)
	c.with("Deployment", "api", 1)
	c.Nodes[1].Allocatable = kubernetes.Resources{CPU: 1000, Memory: 16 << 30, Pods: 20}
	e := planned(t, c, wavesOf(Remains, "node-0", "node-1"), 2*time.Hour, Fault{NoCapacity: true})
	if h := e.run.Halted; h == nil || h.Wave != 0 || h.Workload.Name != "web" {
		t.Errorf("halted: %+v", h)
	}
	wants(t, "waves", len(e.run.Waves), 1)
	wants(t, "left", e.run.Unreplaced, 1)
}

// While the window is closed no wave begins and no pod is evicted; that time does not count
// against the drain.
func TestWavesKeepToTheWindow(t *testing.T) {
	c := clusterOf(4)
	c.with("Deployment", "web", 0, 0, 0, 0)
	c.pdb("web", "1")
	w := wavesOf(Replaced, "node-0", "node-1")
	// Noon is when the run begins. Four pods take longer than the minute that is left.
	w.Window = disruption.Window{Days: disruption.Days{Every: disruption.Daily}, At: 11 * time.Hour, Length: time.Hour + time.Minute}
	e := planned(t, c, w, 72*time.Hour)
	day := 24 * time.Hour
	first, second := e.run.Waves[0], e.run.Waves[1]
	if first.Nodes[0].Stuck != nil || first.Nodes[0].Drained < 23*time.Hour || first.Nodes[0].Drained > day {
		t.Errorf("the first wave is %+v", first)
	}
	if second.Began < first.Done || second.Began > day {
		t.Errorf("the second begins at %s", second.Began)
	}
	wants(t, "left", e.run.Unreplaced, 0)
	w.Window = disruption.Window{Days: disruption.Days{Every: disruption.Daily}, At: 2 * time.Hour, Length: time.Hour}
	e = planned(t, c, w, 12*time.Hour)
	wants(t, "waves before the window", len(e.run.Waves), 0)
	wants(t, "waits", e.run.Stays[0].Why, "its wave has not come")
}

// No pod is evicted with which a workload would fall below its floor, PDB or not; where it has
// no more than that, its node is left.
func TestWavesKeepFloors(t *testing.T) {
	c := clusterOf(2)
	c.with("Deployment", "web", 0, 0, 0)
	c.with("Deployment", "api", 0, 1)
	w := wavesOf(Replaced, "node-0")
	w.Floors = map[string]int{"default/Deployment/web": 2, "default/Deployment/api": 1}
	e := planned(t, c, w, time.Hour)
	wants(t, "least of web", e.run.Workloads[1].MinReady, 2)
	wants(t, "least of api", e.run.Workloads[0].MinReady, 1)
	wants(t, "gone", e.run.Gone, 1)
	w.Floors["default/Deployment/web"] = 3
	e = planned(t, c, w, time.Hour)
	stuck := e.run.Waves[0].Nodes[0].Stuck
	if stuck == nil || stuck.Cause != ByFloor || stuck.Holder.Name != "web" {
		t.Errorf("stuck: %+v", stuck)
	}
	wants(t, "all of web", e.run.Workloads[1].MinReady, 3)
}

// Where all nodes are cordoned first no pod moves twice.
func TestCordonedFirst(t *testing.T) {
	for first, most := range map[bool]int{true: 6, false: 11} {
		c := clusterOf(3)
		c.with("Deployment", "web", 0, 0, 1, 1, 2, 2)
		c.pdb("web", "2")
		w := wavesOf(Removed, "node-0", "node-1", "node-2")
		w.CordonFirst = first
		e := planned(t, c, w, 2*time.Hour)
		wants(t, "gone", e.run.Gone, 3)
		if e.run.Evicted > most || !first && e.run.Evicted < 7 {
			t.Errorf("cordoned first %t: %d evictions", first, e.run.Evicted)
		}
	}
}

// What is restarted before a drain has another pod ready before its own goes, also where the node is
// one to which it came from another of the plan; and a restart that does not end leaves the node.
func TestRestartsBeforeADrain(t *testing.T) {
	restarting := func(c *ruleCluster, w Waves) Waves {
		for i := range w.Nodes {
			w.Nodes[i][0].Restarts = []kubernetes.Ref{c.Workloads[0].Ref}
		}
		return w
	}
	for name, x := range map[string]struct {
		pdb   string
		least int // ready without restarts, and with them
	}{"without a PDB": {"", 0}, "under one that allows nothing": {"0", 1}} {
		c := clusterOf(3)
		c.with("Deployment", "web", 0)
		if x.pdb != "" {
			c.pdb("web", x.pdb)
		}
		w := wavesOf(Replaced, "node-0", "node-1", "node-2")
		e := planned(t, c, w, 4*time.Hour)
		wants(t, name+": least ready without", e.run.Workloads[0].MinReady, x.least)
		e = planned(t, c, restarting(c, w), 4*time.Hour)
		wants(t, name+": least ready", e.run.Workloads[0].MinReady, 1)
		wants(t, name+": gone", e.run.Gone, 3)
		wants(t, name+": evicted", e.run.Evicted, 0)
		if g := e.run.Waves[0].Nodes[0]; g.Restarted <= e.run.Waves[0].Began || g.Restarted > g.Drained {
			t.Errorf("%s: %+v", name, g)
		}
	}
	c := clusterOf(2)
	c.with("Deployment", "web", 0)
	c.Nodes[1].Allocatable = kubernetes.Resources{CPU: 100, Memory: 16 << 30, Pods: 20}
	e := planned(t, c, restarting(c, wavesOf(Remains, "node-0")), 2*time.Hour, Fault{NoCapacity: true})
	if s := e.run.Waves[0].Nodes[0].Stuck; s == nil || s.Cause != ByRestart || s.Holder.Name != "web" {
		t.Errorf("stuck: %+v", s)
	}
	wants(t, "least ready", e.run.Workloads[0].MinReady, 1)
	wants(t, "cordoned", e.nodes[0].cordoned, false)
}

// escalated plays an escalation of the drain of a node with two of five pods, under a PDB that lets none go.
func escalated(t *testing.T, change func(*ruleCluster, *Waves, *Escalation)) *engine {
	t.Helper()
	c := clusterOf(4)
	c.with("Deployment", "web", 0, 0, 1, 2, 3)
	c.pdb("web", "0")
	for i := range c.Pods {
		c.Pods[i].Changed = noon.Add(-time.Hour)
	}
	x := &Escalation{Healthy: 20 * time.Minute, Interval: 5 * time.Minute, Timeout: 2 * time.Hour,
		Workloads: []kubernetes.Ref{c.Workloads[0].Ref}}
	w := wavesOf(Replaced, "node-0")
	w.Nodes[0][0].Escalation = x
	if change != nil {
		change(c, &w, x)
	}
	return planned(t, c, w, 12*time.Hour)
}

// A pod that a PDB holds is deleted past it once its drain has taken too long: one each interval over all nodes, while
// all others have been ready for long, and never below a floor or of a workload that is not named.
func TestWavesEscalate(t *testing.T) {
	const timeout = 10 * time.Minute
	play := func(change func(*ruleCluster, *Waves, *Escalation)) *engine { return escalated(t, change) }
	e := play(nil)
	g := e.run.Waves[0].Nodes[0]
	wants(t, "forced", len(g.Forced), 2)
	wants(t, "counted", e.run.ForceDeleted, 2)
	wants(t, "evicted", e.run.Evicted, 0)
	wants(t, "least ready", e.run.Workloads[0].MinReady, 4)
	wants(t, "gone", e.run.Gone, 1)
	if g.Stuck != nil || len(g.Forced) != 2 {
		t.Fatalf("%+v", g)
	}
	first, second := g.Forced[0], g.Forced[1]
	if first.At < timeout || first.At > timeout+10*time.Second || first.Pod != "web-0" || first.Workload.Name != "web" {
		t.Errorf("first %+v", first)
	}
	// The pod that came in place of the first has to be ready for as long as the others.
	if second.At-first.At < 20*time.Minute || second.At-first.At > 22*time.Minute || second.Pod == first.Pod {
		t.Errorf("second %+v", second)
	}
	e = play(func(_ *ruleCluster, w *Waves, x *Escalation) { // on two nodes, and what is apart is the interval
		x.Healthy, x.Interval = time.Second, 30*time.Minute
		w.Nodes[0] = append(w.Nodes[0], Going{Node: "node-1", Then: Replaced, Timeout: timeout, Escalation: x})
	})
	var at []time.Duration
	for _, g := range e.run.Waves[0].Nodes {
		for _, f := range g.Forced {
			at = append(at, f.At)
		}
	}
	slices.Sort(at)
	if len(at) != 3 || at[1]-at[0] < 30*time.Minute || at[2]-at[1] < 30*time.Minute || at[2] > 75*time.Minute {
		t.Errorf("three pods of two nodes are deleted at %v", at)
	}
	for name, change := range map[string]func(*ruleCluster, *Waves, *Escalation){
		"its floor is kept": func(_ *ruleCluster, w *Waves, _ *Escalation) { w.Floors = map[string]int{"default/Deployment/web": 5} },
		"it is not named":   func(_ *ruleCluster, _ *Waves, x *Escalation) { x.Workloads = nil },
		"one is not ready":  func(c *ruleCluster, _ *Waves, _ *Escalation) { c.Pods[4].Ready = false; c.Workloads[0].Replicas = 6 },
		"none is so for so long": func(_ *ruleCluster, _ *Waves, x *Escalation) {
			x.Timeout, x.Healthy = time.Hour, 24*time.Hour
		},
	} {
		e := play(change)
		if g := e.run.Waves[0].Nodes[0]; len(g.Forced) > 0 || g.Stuck == nil || e.run.Evicted > 0 {
			t.Errorf("%s: %+v", name, g)
		}
	}
	w := wavesOf(Replaced, "node-0")
	w.Nodes[0][0].Escalation = &Escalation{Healthy: time.Hour, Timeout: time.Hour}
	c := clusterOf(1)
	c.with("Deployment", "web", 0)
	if err := c.engine(t).World.Check(&Scenario{Horizon: time.Hour, Runs: 1, Triggers: []Trigger{{Kind: Planned, Waves: &w}}}); err == nil {
		t.Error("an interval of nothing is taken")
	}
}
