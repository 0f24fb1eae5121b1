package simulate

import (
	"fmt"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
)

// Pods of a workload may come to wait for a node where one waits or stops, its node goes,
// or it has fewer than it wants; those of a DaemonSet come with their node.
func TestWhoMayComeToWait(t *testing.T) {
	for name, x := range map[string]struct {
		kind  string
		nodes []int
		build func(c *ruleCluster)
		want  bool
	}{
		"on nodes that stay": {"Deployment", []int{0, 1}, func(*ruleCluster) {}, false},
		"on one that goes":   {"Deployment", []int{0, 3}, func(*ruleCluster) {}, true},
		"one that waits":     {"Deployment", []int{0, -1}, func(*ruleCluster) {}, true},
		"one that stops":     {"Deployment", []int{0, 1}, func(c *ruleCluster) { c.Pods[1].Deleted = noon }, true},
		"one too few":        {"Deployment", []int{0, 1}, func(c *ruleCluster) { c.Workloads[0].Replicas = 3 }, true},
		"a DaemonSet":        {"DaemonSet", []int{0, 3}, func(*ruleCluster) {}, false},
	} {
		c := clusterOf(4)
		c.with(x.kind, "web", x.nodes...)
		x.build(c)
		c.with("Deployment", "api", 2)
		w := c.engine(t).World
		m, err := w.Model(&Scenario{Start: noon, Horizon: time.Hour, Triggers: []Trigger{{Kind: contract.Delete, Nodes: []string{"node-3"}}}})
		if err != nil {
			t.Fatal(err)
		}
		wants(t, name, preemptionProof{w}.movers(m)[0], x.want)
	}
}

// Nodes are at rest where none is on its way in or out, but for drains that have been
// stuck for long.
func TestNodesAtRest(t *testing.T) {
	for name, x := range map[string]struct {
		change func(*nodeState)
		want   bool
	}{
		"in use":       {func(*nodeState) {}, true},
		"launching":    {func(n *nodeState) { n.state = nodeLaunching }, false},
		"marked":       {func(n *nodeState) { n.state = nodeMarked }, false},
		"draining":     {func(n *nodeState) { n.state, n.began = nodeDraining, int64(time.Hour)-1 }, false},
		"long stuck":   {func(n *nodeState) { n.state, n.began = nodeDraining, int64(time.Hour-stuckAfter)-1 }, true},
		"not for long": {func(n *nodeState) { n.state, n.began = nodeDraining, int64(time.Hour-stuckAfter) }, false},
		"gone":         {func(n *nodeState) { n.state = nodeGone }, true},
	} {
		c := clusterOf(2)
		c.with("Deployment", "web", 0, 1)
		e := c.engine(t)
		e.now = int64(time.Hour)
		x.change(&e.nodes[1])
		wants(t, name+": at rest", (whyStays{e}).atRest(), x.want)
	}
}

// Budgets that a scenario gives to all pools, or to one, go before the pool's own.
func TestBudgetsOfAScenario(t *testing.T) {
	own, all, one := disruption.ParseNodeBudgets(nil), disruption.ParseNodeBudgets(nil), disruption.ParseNodeBudgets(nil)
	p := &pool{name: "a", budgets: own}
	for name, x := range map[string]struct {
		terms []PoolTerms
		want  *disruption.NodeBudgets
	}{
		"none":                 {nil, &p.budgets},
		"for all":              {[]PoolTerms{{Budgets: &all}}, &all},
		"for this one":         {[]PoolTerms{{Pool: "a", Budgets: &one}}, &one},
		"for another":          {[]PoolTerms{{Pool: "b", Budgets: &one}}, &p.budgets},
		"for all and this one": {[]PoolTerms{{Budgets: &all}, {Pool: "a", Budgets: &one}}, &one},
		"something else":       {[]PoolTerms{{Pool: "a"}}, &p.budgets},
	} {
		wants(t, name, (&Scenario{Terms: x.terms}).budgets(p) == x.want, true)
	}
}

// Each rollout begins a new revision, of which there are two: the one that comes and the
// one that goes.
func TestRevisionsTakeTurns(t *testing.T) {
	c := clusterOf(2)
	c.with("Deployment", "web", 0, 1)
	e := c.engine(t)
	first := e.workloads[0].revision
	for range 3 {
		before := e.workloads[0].revision
		e.rollouts.begin(0, -1)
		e.runUntil(time.Duration(e.now) + 10*time.Minute)
		wants(t, "the revision is another one", e.workloads[0].revision != before && e.workloads[0].revision <= 1, true)
		wants(t, "the rollout is done", e.workloads[0].rollout == nil, true)
	}
	wants(t, "after three it is not the first one", e.workloads[0].revision != first, true)
}

// A pod that is pushed out looks for another node itself, and may push out others there, of
// which the first one knows nothing.
func TestWhoIsPushedOutPushesOthers(t *testing.T) {
	c := clusterOf(2)
	c.with("Deployment", "low", 1, 1, 1, 1).Template.NodeSelector = map[string]string{zone: "zone-1"}
	c.with("Deployment", "middle", 0, 0, 0, 0)
	c.priority(50)
	c.with("Deployment", "high", -1).Template.NodeSelector = map[string]string{zone: "zone-0"}
	c.priority(100)
	for i := range c.Workloads {
		c.Workloads[i].Template.Preempts = true
	}
	w := c.engine(t).World
	s := &Scenario{Start: noon, Horizon: time.Hour}
	m, err := w.Model(s)
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(preemptionProof{w}.preemptable(m, s))
	wants(t, "who pushes out low, middle and high", got, "[[1] [2] []]")
}

// Nodes that a pod always finds are those that stay and, of a pool whose nodes are replaced
// by like ones before they go, all but as many as go at once.
func TestNodesThatAreAlwaysThere(t *testing.T) {
	for name, x := range map[string]struct {
		pool   bound.Pool
		change func(m *bound.Model, s *Scenario)
		want   int
	}{
		"one goes at a time":      {bound.Pool{AtOnce: 1}, func(*bound.Model, *Scenario) {}, 3},
		"two go at a time":        {bound.Pool{AtOnce: 2}, func(*bound.Model, *Scenario) {}, 2},
		"more than there are":     {bound.Pool{AtOnce: 9}, func(*bound.Model, *Scenario) {}, 1},
		"all may go":              {bound.Pool{}, func(*bound.Model, *Scenario) {}, 1},
		"no capacity for others":  {bound.Pool{AtOnce: 1}, func(_ *bound.Model, s *Scenario) { s.Fault.NoCapacity = true }, 1},
		"others come afterwards":  {bound.Pool{AtOnce: 1}, func(m *bound.Model, _ *Scenario) { m.Groups[0].Disruption.Before = false }, 1},
		"as Karpenter needs them": {bound.Pool{AtOnce: 1}, func(m *bound.Model, _ *Scenario) { m.Groups[0].Disruption.Karpenter = true }, 1},
		"one that takes no pods":  {bound.Pool{AtOnce: 1}, func(m *bound.Model, _ *Scenario) { m.Nodes[1].Closed = true }, 2},
	} {
		c := clusterOf(4)
		c.with("Deployment", "web", 0)
		w := c.engine(t).World
		m := &bound.Model{
			Nodes: []bound.Node{{Group: bound.Stays}, {}, {}, {}}, Pools: []bound.Pool{x.pool},
			Groups: []bound.Group{{Disruption: bound.Disruption{Before: true}}},
		}
		s := &Scenario{}
		x.change(m, s)
		wants(t, name, preemptionProof{w}.alwaysThere(m, s, &w.classes[0]), x.want)
	}
}
