package simulate

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Model is the world as a bound sees it when the triggers of a scenario take
// its nodes. It fails, with the reason, where they do more than a bound looks
// at: change a workload, say, or take the nodes of one pool in two ways.
//
// The workloads of the model are those of the world in their order; At finds
// the watched ones among them.
func (w *World) Model(s *Scenario) (*bound.Model, error) {
	end := s.Start.Add(s.Horizon)
	m := &bound.Model{Start: end, Until: end, Pools: make([]bound.Pool, len(w.pools)), Nodes: make([]bound.Node, len(w.nodes))}
	for p := range m.Pools {
		m.Pools[p].Name = w.pools[p].name
	}
	for i := range w.nodes {
		n := &w.nodes[i]
		m.Pools[w.shapes[n.shape].pool].Nodes++
		m.Nodes[i] = bound.Node{Name: n.name, Group: bound.Stays, Begun: n.deleted, Closed: n.cordoned || !n.ready}
	}
	if err := s.unbounded(); err != nil {
		return nil, err
	}
	taken := make([]string, len(w.pools))
	for i := range s.Triggers {
		t := &s.Triggers[i]
		if start := s.Start.Add(t.At); start.Before(m.Start) {
			m.Start = start
		}
		if w.meetsNew(s, t) {
			return nil, fmt.Errorf("nodes that are started meanwhile may be taken by the %s, too, which no bound looks at", t.Kind)
		}
		if by, held := w.heldByExtended(s, t); held {
			return nil, fmt.Errorf("pods annotated %s keep their nodes for days, which no bound looks at", by)
		}
		if err := w.modelTrigger(m, s, t, taken); err != nil {
			return nil, err
		}
	}
	if err := w.modelGoing(m, s); err != nil {
		return nil, err
	}
	m.Budgets, m.Workloads = slices.Grow(m.Budgets, len(w.pdbs)), make([]bound.Workload, 0, len(w.workloads))
	for i := range w.pdbs {
		g := &w.pdbs[i]
		m.Budgets = append(m.Budgets, bound.Budget{Name: g.Name, Budget: g.spec, AlwaysAllow: g.alwaysAllow})
	}
	lands := w.modelSchedulable(m)
	for i := range w.workloads {
		m.Workloads = append(m.Workloads, w.modelWorkload(int32(i), s, lands))
	}
	w.modelPods(m)
	preempted := false
	for l, by := range w.preemptable(m, s) {
		m.Workloads[l].PreemptedBy = by
		preempted = preempted || len(by) > 0
	}
	w.modelLost(m)
	ruled := w.modelDrainRules(m)
	w.modelRefusals(m)
	lost := slices.ContainsFunc(m.Workloads, func(x bound.Workload) bool { return x.Lost })
	if !preempted && !ruled && !lost && w.alwaysPlaced(m, s) {
		m.Timings = w.modelTimings(s)
	}
	return m, nil
}

// unbounded is what of a scenario no bound looks at.
func (s *Scenario) unbounded() error {
	if s.Fault.OneDown || s.Fault.ExtraDrain {
		return errors.New("what goes wrong besides is nothing that a bound looks at")
	}
	for name := range s.Crashes {
		return fmt.Errorf("pods of %s crash by themselves, which no bound looks at", name)
	}
	for i := range s.Triggers {
		switch t := &s.Triggers[i]; t.Kind {
		case Rollout, Scale:
			return fmt.Errorf("a %s changes a workload, which no bound looks at", t.Kind)
		case Drain:
			return errors.New("a drain by hand leaves its nodes, which no bound looks at")
		}
	}
	return nil
}

// modelTimings are how long things take at most, by the scenario. Nobody is known to
// stop sooner than it has to but those of whom that is said.
func (w *World) modelTimings(s *Scenario) *bound.Timings {
	t := bound.Timings{NodeReady: s.Timings.NodeReady, PodReady: s.slowed(s.Timings.PodReady)}
	if !s.Assumed.PodStop {
		t.PodStop = s.Timings.PodStop
	}
	return &t
}

// zonal reports whether it matters to some pod in which zone a node of a pool is.
func (w *World) zonal(pool int) bool {
	shapes := w.pools[pool].shapes
	for i := range w.classes {
		c := &w.classes[i]
		if c.tie != untied || slices.ContainsFunc(w.workloads[c.workload].ties, func(t int32) bool { return t != untied }) {
			return true
		}
		if slices.ContainsFunc(shapes, func(s int32) bool { return w.fits[c.constraint][s] != w.fits[c.constraint][shapes[0]] }) {
			return true
		}
		for _, g := range slices.Concat(c.anti, c.near) {
			if w.groups[g].key != 0 {
				return true
			}
		}
		for _, x := range c.spread {
			if w.groups[x.group].key != 0 {
				return true
			}
		}
	}
	return false
}

// At are the workloads of a model that are watched, in the order of Watched.
func (w *World) At() []int32 { return w.watchlist() }

// WorkloadAt names the workload that a model has at an index.
func (w *World) WorkloadAt(k int) kubernetes.Ref { return w.workloads[k].Ref }

// modelTrigger says which nodes a trigger takes, and how. Taken is by pool what
// takes its nodes already.
func (w *World) modelTrigger(m *bound.Model, s *Scenario, t *Trigger, taken []string) error {
	type way struct {
		pool  int32
		grace time.Duration
	}
	groups := map[way]int32{}
	hit := make([]int, len(w.pools))
	policies := make([]contract.Policy, len(w.pools))
	waiting := sync.OnceValue(w.anyWaits)
	asked := w.policies(s, t)
	for i := range w.nodes {
		n := &w.nodes[i]
		p := w.shapes[n.shape].pool
		policy, ok := asked(p, n)
		if !ok || !w.takes(t, n, s) || t.spares(policy, n) {
			continue
		}
		if t.byAge() && w.expiresAgain(n, p, s, waiting) {
			return fmt.Errorf("nodes that are started meanwhile reach their age of %s, too, which no bound looks at", w.pools[p].life)
		}
		if by := taken[p]; by != "" && (by != policy.Title || m.Nodes[i].Group != bound.Stays) {
			return fmt.Errorf("%s and %s take nodes of pool %s, and a bound looks at one of them", by, policy.Title, w.pools[p].name)
		}
		key := way{p, n.grace}
		g, known := groups[key]
		if !known {
			g = int32(len(m.Groups))
			groups[key] = g
			d := w.disruptionOf(policy)
			d.Vacates = s.Fault.NoCapacity || !policy.Karpenter && !policy.Before && !policy.After
			m.Groups = append(m.Groups, bound.Group{Pool: int(p), Disruption: d})
			policies[p] = *policy
		}
		m.Nodes[i].Group, m.Nodes[i].Kept, m.Nodes[i].Hooked = g, n.kept && policy.Karpenter && policy.Budgeted, n.hooked
		hit[p]++
	}
	for p := range policies {
		if hit[p] == 0 {
			continue
		}
		taken[p] = policies[p].Title
		w.modelPace(m, s, t, p, &policies[p], hit[p])
	}
	return nil
}

// policies finds how a trigger takes nodes, and whether it does: once for those of one
// pool, offering and grace that stand beside each other, as most do.
func (w *World) policies(s *Scenario, t *Trigger) func(pool int32, n *node) (*contract.Policy, bool) {
	var last *node
	var lastPool int32
	var policy contract.Policy
	ok := false
	return func(pool int32, n *node) (*contract.Policy, bool) {
		if last == nil || pool != lastPool || n.offering != last.offering || n.grace != last.grace {
			policy, ok = w.policyFor(s, pool, n.offering, n.grace, t)
			last, lastPool = n, pool
		}
		return &policy, ok
	}
}

// meetsNew reports whether nodes that were not there at the start may be among
// those that a trigger takes, because something happens before it.
func (w *World) meetsNew(s *Scenario, t *Trigger) bool {
	if t.Nodes != nil || t.byAge() || t.At == 0 {
		return false
	}
	return slices.ContainsFunc(s.Triggers, func(x Trigger) bool { return x.At < t.At }) ||
		slices.ContainsFunc(w.nodes, func(n node) bool { return n.deleted }) ||
		slices.ContainsFunc(w.pods, func(p pod) bool { return w.waits(&p) }) || w.lacksPods()
}

// lacksPods reports whether a workload has fewer pods than it wants, so that others are
// made.
func (w *World) lacksPods() bool {
	there := make([]int, len(w.workloads))
	for i := range w.pods {
		if p := &w.pods[i]; p.deleted.IsZero() {
			there[w.classes[p.class].workload]++
		}
	}
	for i := range w.workloads {
		if l := &w.workloads[i]; l.madeAnew() && there[i] < l.replicas {
			return true
		}
	}
	return false
}

// byAge reports whether a trigger takes the nodes whose time comes.
func (t *Trigger) byAge() bool { return t.Kind == contract.Expiry && t.Nodes == nil }

// takes reports whether a trigger means a node, and may take it.
func (w *World) takes(t *Trigger, n *node, s *Scenario) bool {
	p := &w.pools[w.shapes[n.shape].pool]
	switch {
	case n.deleted || t.Pool != "" && p.name != t.Pool || t.Nodes != nil && !slices.Contains(t.Nodes, n.name):
		return false
	case t.byAge():
		return w.expiresWithin(n, s)
	case t.Kind == contract.Repair:
		return (!n.ready || t.Nodes != nil) && w.repairs(s, t, n)
	case t.Kind == contract.Consolidation:
		return p.consolidates()
	}
	return true
}

// repairs reports whether a node's pool has no more unhealthy nodes than repair
// goes on with.
func (w *World) repairs(s *Scenario, t *Trigger, n *node) bool {
	policy, ok := w.policyFor(s, w.shapes[n.shape].pool, n.offering, n.grace, t)
	if !ok {
		return false
	}
	pool, unhealthy, all := w.shapes[n.shape].pool, 0, 0
	for i := range w.nodes {
		if x := &w.nodes[i]; w.shapes[x.shape].pool == pool {
			all++
			unhealthy += boolean(!x.ready || slices.Contains(t.Nodes, x.name))
		}
	}
	return policy.Unhealthy.Tolerates(unhealthy, all)
}

// consolidates reports whether nodes of a pool that have pods may be removed
// because they are not needed.
func (p *pool) consolidates() bool {
	return !p.whenEmpty && !p.static && p.quiet != time.Duration(never)
}

// modelPace says how many nodes of a pool may go at once by a trigger that takes
// so many of them, and when.
func (w *World) modelPace(m *bound.Model, s *Scenario, t *Trigger, p int, policy *contract.Policy, nodes int) {
	x := &m.Pools[p]
	x.Soak = policy.Soak
	switch n := policy.AtOnce(nodes); {
	case policy.Paused:
		x.Paused = true
	case policy.Budgeted:
		x.Budgets, x.Reason = s.budgets(&w.pools[p]), disruption.Drifted
		if t.Kind == contract.Consolidation {
			x.Reason = disruption.Underutilized
		}
		x.Down = w.notReady(int32(p))
	case n < disruption.Unlimited:
		x.AtOnce += n // each trigger has a rolling upgrade of its own
	}
	if pool := &w.pools[p]; pool.static && policy.Budgeted && pool.limits[slots] > 0 {
		if allowed := int(pool.limits[slots]) - w.remaining(int32(p)); allowed <= 0 {
			x.Full = true
		} else {
			x.AtOnce = allowed
		}
	}
	if policy.Windowed {
		x.Window = s.Window
	}
}

// notReady is how many nodes of a pool are not ready at the start.
func (w *World) notReady(pool int32) int {
	n := 0
	for i := range w.nodes {
		n += boolean(w.shapes[w.nodes[i].shape].pool == pool && !w.nodes[i].ready && !w.nodes[i].deleted)
	}
	return n
}

// remaining is how many nodes of a pool are not on their way out at the start: the others
// do not count against its limit once they are gone.
func (w *World) remaining(pool int32) int {
	n := 0
	for i := range w.nodes {
		n += boolean(w.shapes[w.nodes[i].shape].pool == pool && !w.nodes[i].deleted)
	}
	return n
}

// expiresWithin reports whether a node's time comes before the scenario ends.
func (w *World) expiresWithin(n *node, s *Scenario) bool {
	switch {
	case n.life >= time.Duration(never):
		return false
	case n.assumed:
		return n.life <= s.Horizon
	case n.created.IsZero():
		return false
	}
	return !n.created.Add(n.life).After(s.Start.Add(s.Horizon))
}

// expiresAgain reports whether a node that is started when this one expires, or
// at once where pods wait for one, would expire within the scenario, too.
func (w *World) expiresAgain(n *node, p int32, s *Scenario, waiting func() bool) bool {
	life := w.pools[p].life
	if life >= time.Duration(never) {
		return false
	}
	from := s.Start
	if !waiting() {
		if due := n.created.Add(n.life); !n.assumed && due.After(from) {
			from = due
		} else if n.assumed {
			from = s.Start.Add(n.life)
		}
	}
	return !from.Add(life).After(s.Start.Add(s.Horizon))
}

// modelSchedulable says by constraint in which pools pods may be bound to nodes that
// go.
func (w *World) modelSchedulable(m *bound.Model) [][]int32 {
	shapes := make([]bool, len(w.shapes))
	for i := range m.Nodes {
		if m.Nodes[i].Group != bound.Stays {
			shapes[w.nodes[i].shape] = true
		}
	}
	lands := make([][]int32, len(w.fits))
	for c := range w.fits {
		lands[c] = []int32{}
		for s, going := range shapes {
			if p := w.shapes[s].pool; going && w.fits[c][s] && !slices.Contains(lands[c], p) {
				lands[c] = append(lands[c], p)
			}
		}
	}
	return lands
}

// modelGoing gives nodes a way to go that are on it already: somebody deleted
// them.
func (w *World) modelGoing(m *bound.Model, s *Scenario) error {
	for i := range w.nodes {
		n := &w.nodes[i]
		if !n.deleted {
			continue
		}
		p := w.shapes[n.shape].pool
		policy, ok := w.policyFor(s, p, n.offering, n.grace, &Trigger{Kind: contract.Delete})
		if !ok {
			return fmt.Errorf("node %s is on its way out already, and how is not known", n.name)
		}
		if m.Pools[p].AtOnce > 0 {
			m.Pools[p].AtOnce++ // a rolling upgrade does not count what others have begun
		}
		m.Nodes[i].Group = int32(len(m.Groups))
		m.Groups = append(m.Groups, bound.Group{Pool: int(p), Disruption: w.disruptionOf(&policy)})
	}
	return nil
}

// disruptionOf is a policy as a bound sees it.
func (w *World) disruptionOf(p *contract.Policy) bound.Disruption {
	return bound.Disruption{
		Title: p.Title, Karpenter: p.Karpenter, Before: p.Before && p.Unreplaced == 0, Returns: p.Returns, SkipBlocked: p.SkipBlocked,
		IgnoresPDBs: p.IgnoresPDBs, Deadline: p.Deadline, Detach: p.Detach,
		Unstated: p.DeadlineUnstated || p.Detach == contract.Forever && w.mounts(),
	}
}

// mounts reports whether some pods that drains evict mount claims.
func (w *World) mounts() bool {
	return slices.ContainsFunc(w.classes, func(c class) bool { return c.mounts && !c.ofNode })
}

func (w *World) modelWorkload(i int32, s *Scenario, lands [][]int32) bound.Workload {
	l := &w.workloads[i]
	c := &w.classes[l.class]
	own := s.timingsOf(l)
	x := bound.Workload{
		Name: l.Name, Kind: boundKinds[l.kind], Replicas: l.replicas, Scaled: w.scaled(i),
		ToleratesDrainTaint: c.toleratesDrain, ToleratesCordon: c.toleratesCordon, Protected: c.drain.DoNotDisrupt == "true",
		Mounts: c.mounts, Wave: c.drain.Group(), Grace: c.grace, SchedulablePools: lands[c.constraint], Budgets: slices.Clone(l.pdbs),
		Shares: l.shares, Lost: l.shares != "",
		Timings:      bound.Timings{NodeReady: own.NodeReady, PodReady: s.slowed(own.PodReady), PodStop: own.PodStop},
		ReadyAssumed: !s.readySaid(l),
	}
	if l.kind == ordered {
		x.MinReady = l.rollout.MinReady
	}
	if l.kind == ordered && l.parallel {
		x.Kind = bound.Replicated
	}
	for _, g := range c.anti {
		if w.groups[g].key == 0 && slices.Contains(c.member, g) {
			x.PerNode = 1
		}
	}
	return x
}

var boundKinds = [...]bound.Kind{
	replicated: bound.Replicated, ordered: bound.Ordered, daemon: bound.Daemon, job: bound.Job, bare: bound.Bare, static: bound.Static,
}

// scaled reports whether a workload has a scale that budgets can count over.
func (w *World) scaled(i int32) bool {
	for _, g := range w.workloads[i].pdbs {
		if k := slices.Index(w.pdbs[g].workloads, i); k >= 0 {
			return w.pdbs[g].groups[k].Scaled
		}
	}
	return w.workloads[i].kind == replicated || w.workloads[i].kind == ordered
}
