package simulate

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
)

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
		m.Nodes[i].Group, m.Nodes[i].Hooked = int32(len(m.Groups)), n.hooked
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
