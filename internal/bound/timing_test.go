package bound

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/onus-project/onus/internal/disruption"
)

// clockwork plays one workload under one budget by the clock, with everything
// as slow as its timings say: each replacement waits for a node, each refused
// eviction for its next try. Tries are served in turn, and a node is not begun
// while a pod on it gets ready.
type clockwork struct {
	t      *rapid.T
	m      *Model
	limit  int
	now    time.Duration
	nodes  []time.Duration // when the drain began; none has if negative
	gone   []bool
	pods   []clockPod
	budget disruption.BudgetStatus
	worst  time.Duration // from the start of a node's drain to the eviction of a pod on it
}

type clockPod struct {
	node  int           // elsewhere where it is no longer in the way
	ready time.Duration // when it is
	asks  time.Duration // when its eviction is tried next
}

func (c *clockwork) isReady(p *clockPod) bool { return p.ready <= c.now }

func (c *clockwork) count() {
	w := &c.m.Workloads[0]
	g := disruption.Group{Scale: w.Replicas, Scaled: w.Scaled}
	var pods []disruption.PodState
	for i := range c.pods {
		ready := c.isReady(&c.pods[i])
		if ready {
			g.Pods++
		} else {
			g.Down++
		}
		pods = append(pods, disruption.PodState{Phase: "Running", Ready: ready})
	}
	c.budget, _ = disruption.Status(c.m.Budgets[0].Budget, []disruption.Group{g}, pods, disruption.BudgetStatus{}, time.Time{})
}

// settled reports whether no pod on a node is on its way to get ready.
func (c *clockwork) settled(node int) bool {
	for i := range c.pods {
		if c.pods[i].node == node && !c.isReady(&c.pods[i]) {
			return false
		}
	}
	return true
}

// waits reports whether a pod is on a node that is drained.
func (c *clockwork) waits(p *clockPod) bool { return p.node != elsewhere && c.nodes[p.node] >= 0 }

// second goes through one second.
func (c *clockwork) second() {
	w := &c.m.Workloads[0]
	going := 0
	for v := range c.nodes {
		if c.nodes[v] < 0 || c.gone[v] {
			continue
		}
		here := 0
		for i := range c.pods {
			if c.pods[i].node == v {
				here++
			}
		}
		c.gone[v] = here == 0
		if !c.gone[v] {
			going++
		}
	}
	for v := range c.nodes {
		if c.nodes[v] >= 0 || going >= c.limit || rapid.IntRange(0, 20).Draw(c.t, "begin") > 0 {
			continue
		}
		if c.settled(v) {
			c.nodes[v] = c.now
			going++
			for i := range c.pods {
				if c.pods[i].node == v {
					c.pods[i].asks = c.now + pollInterval
				}
			}
		}
	}
	c.count()
	for i := range c.pods {
		p := &c.pods[i]
		if !c.waits(p) || p.asks > c.now {
			continue
		}
		// Those that have waited longer are served first.
		before := 0
		for k := range c.pods {
			q := &c.pods[k]
			if c.waits(q) && (c.nodes[q.node] < c.nodes[p.node] || c.nodes[q.node] == c.nodes[p.node] && k < i) {
				before++
			}
		}
		state := disruption.PodState{Phase: "Running", Ready: c.isReady(p)}
		if before > 0 && before >= c.budget.Allowed || !disruption.Decide(state, []disruption.BudgetState{{BudgetStatus: c.budget}}).Evicts() {
			p.asks = c.now + disruption.KarpenterBackoff(none)
			continue
		}
		c.worst = max(c.worst, c.now-c.nodes[p.node])
		c.recreate(p, w)
		c.count()
	}
	c.now += time.Second
}

// recreate makes another pod elsewhere, or on a node that is still to go.
func (c *clockwork) recreate(p *clockPod, w *Workload) {
	t := c.m.Timings
	p.node = elsewhere
	v := rapid.IntRange(0, len(c.nodes)).Draw(c.t, "onto")
	there := 0
	for i := range c.pods {
		if c.pods[i].node == v {
			there++
		}
	}
	if v < len(c.nodes) && c.nodes[v] < 0 && (w.PerNode == 0 || there < w.PerNode) {
		p.node = v
	}
	p.ready = c.now
	if w.Kind == Ordered { // after all others
		for i := range c.pods {
			p.ready = max(p.ready, c.pods[i].ready)
		}
		p.ready += t.PodStop
	}
	p.ready += t.NodeReady + t.PodReady
}

// A member of a StatefulSet is made anew when those before it are available.
func TestOrderedWaitForMinReady(t *testing.T) {
	for _, test := range []struct {
		minReady time.Duration
		in       bool
	}{{0, true}, {10 * time.Minute, false}} {
		m := &Model{
			Timings: &Timings{NodeReady: time.Minute, PodReady: 30 * time.Second, PodStop: 5 * time.Second}, Pools: []Pool{{Nodes: 3, AtOnce: 1}},
			Groups: []Group{{Disruption: Disruption{Karpenter: true, Deadline: after(20*time.Minute, disruption.Force)}}}, Nodes: []Node{{}, {}, {}},
			Budgets: []Budget{{Budget: maxUnavailable(1)}},
			Workloads: []Workload{{
				Kind: Ordered, Replicas: 3, Scaled: true, Budgets: []int32{0}, MinReady: test.minReady, Pods: []Pods{
					{Node: 0, Ready: 1},
					{Node: 1, Ready: 1},
					{Node: 2, Ready: 1},
				},
			}},
		}
		if got := look(m).exempt[0]; got != test.in {
			t.Errorf("%s: none is left at the deadline: %t", test.minReady, got)
		}
	}
}

// The first deadline that comes counts, by what each leaves of a pod's grace.
func TestSoonest(t *testing.T) {
	group := func(d disruption.Deadline) Group {
		d.Then = disruption.Force
		return Group{Disruption: Disruption{Karpenter: true, Deadline: d}}
	}
	hour := disruption.Deadline{After: time.Hour}
	early := disruption.Deadline{After: 70 * time.Minute, Early: true}
	for _, test := range []struct {
		name          string
		first, second disruption.Deadline
		grace, want   time.Duration
	}{
		{"the shorter one", hour, disruption.Deadline{After: 50 * time.Minute}, time.Minute, 50 * time.Minute},
		{"the shorter one, the other way around", disruption.Deadline{After: 50 * time.Minute}, hour, time.Minute, 50 * time.Minute},
		{"a later one that deletes early", hour, early, 30 * time.Minute, 40 * time.Minute},
		{"a later one that deletes early, with little grace", hour, early, time.Minute, time.Hour},
		{"a cap on grace makes it later", disruption.Deadline{After: time.Hour, Early: true, GraceCap: 10 * time.Minute}, early, time.Hour,
			10 * time.Minute},
		{"the grace that is usual", hour, disruption.Deadline{After: time.Hour, Early: true}, 0, time.Hour - 30*time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, groups := range [][]Group{{group(test.first), group(test.second)}, {group(test.second), group(test.first)}} {
				m := &Model{Pools: []Pool{{Nodes: 2}}, Groups: groups, Nodes: []Node{
					{},
					{Group: 1},
				}, Workloads: []Workload{{Replicas: 1, Grace: test.grace, Pods: []Pods{{Ready: 1}}}}}
				if got := look(m).soonest(&m.Workloads[0]); got != test.want {
					t.Errorf("after %s, want %s", got, test.want)
				}
			}
		})
	}
}

// Nodes that are deleted take pods as soon as they go, whoever deletes them.
func TestSoonestOfDeletedNodes(t *testing.T) {
	for _, karpenter := range []bool{false, true} {
		deleted := Group{Disruption: Disruption{Karpenter: karpenter, IgnoresPDBs: true}}
		m := &Model{Pools: []Pool{{Nodes: 1}}, Groups: []Group{deleted}, Nodes: []Node{{}},
			Workloads: []Workload{{Replicas: 1, Pods: []Pods{{Ready: 1}}}}}
		if got := look(m).soonest(&m.Workloads[0]); got != 0 {
			t.Errorf("deleted by Karpenter %t: after %s", karpenter, got)
		}
	}
}

// Only nodes that a deadline takes count among those whose pods are down at once,
// and only where pods are ready again before the next deadline passes.
func TestAtDeadlines(t *testing.T) {
	const again = 65 * time.Second // what the timings below add up to
	const moved = 4 * time.Minute  // until another node can have its volumes
	for x, want := range map[struct{ deadline, reattach time.Duration }]int{
		{again, 0}: 0, {again + 1, 0}: 1, {time.Hour, 0}: 1, {again + 1, moved}: 0, {again + moved, moved}: 0, {again + moved + 1, moved}: 1,
	} {
		deadline := x.deadline
		m := &Model{
			Timings: &Timings{NodeReady: 20 * time.Second, PodReady: 30 * time.Second, PodStop: 5 * time.Second},
			Pools:   []Pool{{Nodes: 2, AtOnce: 1}, {Nodes: 3, AtOnce: 3}},
			Groups: []Group{
				{Disruption: Disruption{Karpenter: true, Deadline: after(deadline, disruption.Force)}},
				{Pool: 1, Disruption: Disruption{Karpenter: true}},
			},
			Nodes: []Node{{}, {}, {Group: 1}, {Group: 1}, {Group: 1}}, Budgets: []Budget{{Budget: maxUnavailable(0)}},
			Workloads: []Workload{{Scaled: true, Budgets: []int32{0}, PerNode: 1, Replicas: 3, Reattach: x.reattach, Pods: []Pods{
				{Node: 0, Ready: 1},
				{Node: 1, Ready: 1},
				{Node: 2, Ready: 1},
			}}},
		}
		s := look(m)
		if took := s.replacementTime(&m.Workloads[0]); took != again {
			t.Fatalf("a pod is replaced in %s", took)
		}
		if nodes, _ := s.atDeadlines(0); nodes != want {
			t.Errorf("deadlines after %s, volumes after %s: %d nodes, want %d", deadline, x.reattach, nodes, want)
		}
		m.Nodes[0].Begun, m.Nodes[1].Begun = true, true // more than may be begun at once
		if nodes, _ := look(m).atDeadlines(0); nodes != 2*want {
			t.Errorf("deadlines after %s, two under way: %d nodes, want %d", deadline, nodes, 2*want)
		}
	}
}

// A pod that Karpenter leaves on its node holds up no wave after its own.
func TestWavesWaitForWhatIsEvicted(t *testing.T) {
	for tolerates, want := range map[bool]bool{true: true, false: false} {
		how := Disruption{Karpenter: true, Deadline: after(24*time.Hour, disruption.Force)}
		m := web(maxUnavailable(1), how)
		m.Workloads[0].Wave = 1
		m.Budgets = append(m.Budgets, Budget{Name: "agent", Budget: maxUnavailable(0)})
		m.Workloads = append(m.Workloads, Workload{Name: "default/agent", Replicas: 1, Scaled: true, Budgets: []int32{1},
			ToleratesDrainTaint: tolerates, Pods: []Pods{{Ready: 1}}})
		if got := look(m).exempt[0]; got != want {
			t.Errorf("beside one that tolerates the taint, %t: gone before the deadline %t", tolerates, got)
		}
	}
}

// Where the pods of a workload are said to be gone before any deadline they
// are, with everything as slow as it may be.
func TestInTime(t *testing.T) {
	tried, close := 0, 0.0
	rapid.Check(t, func(t *rapid.T) {
		m := &Model{
			Timings: &Timings{
				NodeReady: time.Duration(rapid.IntRange(0, 60).Draw(t, "nodeReady")) * time.Second,
				PodReady:  time.Duration(rapid.IntRange(1, 60).Draw(t, "podReady")) * time.Second,
				PodStop:   time.Duration(rapid.IntRange(0, 30).Draw(t, "podStop")) * time.Second,
			},
			Pools:   []Pool{{Nodes: 4, AtOnce: rapid.IntRange(0, 2).Draw(t, "atOnce")}},
			Groups:  []Group{{Disruption: Disruption{Karpenter: true, Deadline: after(24*time.Hour, disruption.Force)}}},
			Budgets: []Budget{{Budget: anyBudget(t, odds(t, true))}},
		}
		w := Workload{Kind: Kind(rapid.IntRange(0, 1).Draw(t, "kind")), Scaled: true, Budgets: []int32{0}}
		c := &clockwork{t: t, m: m}
		for v := range rapid.IntRange(1, mostNodes).Draw(t, "nodes") {
			m.Nodes = append(m.Nodes, Node{})
			c.nodes, c.gone = append(c.nodes, -1), append(c.gone, false)
			n := rapid.IntRange(0, 2).Draw(t, "on")
			w.Pods = append(w.Pods, Pods{Node: int32(v), Ready: n})
			for range n {
				c.pods = append(c.pods, clockPod{node: v})
			}
		}
		w.Replicas = len(c.pods)
		m.Workloads = []Workload{w}
		s := look(m)
		if len(c.pods) == 0 || !s.exempt[0] {
			t.Skip("pods may be left")
		}
		c.limit = s.pools[0].limit
		for c.now < time.Hour {
			c.second()
			done := true
			for v := range c.gone {
				done = done && c.gone[v]
			}
			if done {
				break
			}
		}
		tried++
		close = max(close, c.worst.Seconds()/s.takes[0].Seconds())
		for i, p := range c.pods {
			if p.node != elsewhere {
				t.Fatalf("pod %d is still there after %s", i, c.now)
			}
		}
		if c.worst > s.takes[0] {
			t.Fatalf("a pod waited for %s, and %s was said to be the most\n%+v", c.worst, s.takes[0], m)
		}
	})
	if *tally {
		t.Logf("%d tried, %.2f of the time said at most", tried, close)
	}
}

// Where deadlines are said to come one after the other, no more pods are down
// at once than stand on the nodes that go together.
func TestPaced(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &Model{
			Timings: &Timings{NodeReady: 20 * time.Second, PodReady: 30 * time.Second, PodStop: 5 * time.Second},
			Pools:   []Pool{{Nodes: 4, AtOnce: rapid.IntRange(1, 3).Draw(t, "atOnce")}},
			Groups: []Group{{Disruption: Disruption{Karpenter: true,
				Deadline: after(time.Duration(rapid.IntRange(20, 300).Draw(t, "deadline"))*time.Second, disruption.Force)}}},
			Budgets: []Budget{{Budget: maxUnavailable(0)}},
		}
		w := Workload{Kind: Kind(rapid.IntRange(0, 1).Draw(t, "kind")), Scaled: true, Budgets: []int32{0},
			PerNode: rapid.IntRange(1, 2).Draw(t, "perNode")}
		c := &clockwork{t: t, m: m}
		for v := range rapid.IntRange(1, mostNodes).Draw(t, "nodes") {
			m.Nodes = append(m.Nodes, Node{})
			c.nodes, c.gone = append(c.nodes, -1), append(c.gone, false)
			n := rapid.IntRange(0, w.PerNode).Draw(t, "on")
			w.Pods = append(w.Pods, Pods{Node: int32(v), Ready: n})
			for range n {
				c.pods = append(c.pods, clockPod{node: v})
			}
		}
		w.Replicas = len(c.pods)
		m.Workloads = []Workload{w}
		s := leastOf(m)
		if a := s.account(0); !a.paced {
			t.Skip("deadlines come too soon")
		}
		least := Bounds(m)[0].Least
		left := len(m.Nodes)
		for c.limit = s.pools[0].limit; left > 0 && c.now < time.Hour; c.now += time.Second {
			going, ready := 0, 0
			for v := range c.nodes {
				if c.nodes[v] >= 0 && !c.gone[v] && c.now >= c.nodes[v]+m.Groups[0].Disruption.Deadline.After {
					c.gone[v] = true
					left--
					for i := range c.pods {
						if c.pods[i].node == v {
							c.recreate(&c.pods[i], &m.Workloads[0])
						}
					}
				}
			}
			for v := range c.nodes {
				if c.nodes[v] >= 0 && !c.gone[v] {
					going++
				}
			}
			for v := range c.nodes {
				if c.nodes[v] < 0 && going < c.limit && c.settled(v) && rapid.IntRange(0, 9).Draw(t, "begin") == 0 {
					c.nodes[v] = c.now
					going++
				}
			}
			for i := range c.pods {
				if c.isReady(&c.pods[i]) {
					ready++
				}
			}
			if ready < least {
				t.Fatalf("%d ready after %s, and no fewer than %d are said to be\n%+v", ready, c.now, least, m)
			}
		}
	})
}
