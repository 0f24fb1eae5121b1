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
func (w boundModel) modelTrigger(m *bound.Model, s *Scenario, t *Trigger, taken []string) error {
	type way struct {
		pool  int32
		grace time.Duration
	}
	groups := map[way]int32{}
	hit := make([]int, len(w.pools))
	policies := make([]contract.Policy, len(w.pools))
	waiting := sync.OnceValue(w.anyWaits)
	asked := contractTerms{w.World}.policies(s, t)
	for i := range w.nodes {
		n := &w.nodes[i]
		p := w.shapes[n.shape].pool
		policy, ok := asked(p, n)
		if !ok || !(takenNodes{w.World}).takes(t, n, s) || t.spares(policy, n) {
			continue
		}
		if t.byAge() && (takenNodes{w.World}).expiresAgain(n, p, s, waiting) {
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
		m.Nodes[i].Group, m.Nodes[i].Hooked = g, n.hooked
		if policy.Karpenter && policy.Budgeted {
			m.Nodes[i].Kept = string(n.kept)
		}
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

// consolidates reports whether nodes of a pool that have pods may be removed
// because they are not needed.
func (p *pool) consolidates() bool {
	return !p.whenEmpty && !p.static && p.quiet != time.Duration(never)
}

// modelPace says how many nodes of a pool may go at once by a trigger that takes
// so many of them, and when.
func (w boundModel) modelPace(m *bound.Model, s *Scenario, t *Trigger, p int, policy *contract.Policy, nodes int) {
	x := &m.Pools[p]
	x.Soak = policy.Soak
	if refused := w.refusal(s, t, int32(p), policy.Preflight); refused != nil {
		x.Refused = refused.Why
		return
	}
	x.MayRefuse = w.reported(s, t, int32(p), policy)
	switch n := policy.AtOnce(nodes); {
	case policy.Paused:
		x.Paused, x.PausedBy = true, policy.PausedBy
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
func (w boundModel) notReady(pool int32) int {
	n := 0
	for i := range w.nodes {
		n += boolean(w.shapes[w.nodes[i].shape].pool == pool && !w.nodes[i].ready && !w.nodes[i].deleted)
	}
	return n
}

// remaining is how many nodes of a pool are not on their way out at the start: the others
// do not count against its limit once they are gone.
func (w boundModel) remaining(pool int32) int {
	n := 0
	for i := range w.nodes {
		n += boolean(w.shapes[w.nodes[i].shape].pool == pool && !w.nodes[i].deleted)
	}
	return n
}

// modelGoing gives nodes a way to go that are on it already: somebody deleted
// them.
func (w boundModel) modelGoing(m *bound.Model, s *Scenario) error {
	for i := range w.nodes {
		n := &w.nodes[i]
		if !n.deleted {
			continue
		}
		m.Start = s.Start // whenever the triggers come
		p := w.shapes[n.shape].pool
		policy, ok := contractTerms{w.World}.policyFor(s, p, n.offering, n.grace, &Trigger{Kind: contract.Delete})
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
func (w boundModel) disruptionOf(p *contract.Policy) bound.Disruption {
	return bound.Disruption{
		Title: p.Title, Karpenter: p.Karpenter, Before: p.Before && p.Unreplaced == 0, Returns: p.Returns,
		SkipBlocked: p.SkipBlocked, Shrinks: p.Shrinks(),
		IgnoresPDBs: p.IgnoresPDBs, Deadline: p.Deadline, Detach: p.Detach,
		Unstated: p.DeadlineUnstated || p.Detach == contract.Forever && w.mounts(),
	}
}

// mounts reports whether some pods that drains evict mount claims.
func (w boundModel) mounts() bool {
	return slices.ContainsFunc(w.classes, func(c class) bool { return c.mounts && !c.ofNode })
}
