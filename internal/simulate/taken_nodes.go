package simulate

import (
	"slices"
	"time"

	"github.com/onus-project/onus/internal/contract"
)

// takenNodes are the nodes that triggers take.
type takenNodes struct{ *World }

// takes reports whether a trigger means a node, and may take it.
func (w takenNodes) takes(t *Trigger, n *node, s *Scenario) bool {
	p := &w.pools[w.shapes[n.shape].pool]
	switch {
	case n.deleted || t.Pool != "" && p.name != t.Pool || t.Nodes != nil && !slices.Contains(t.Nodes, n.name):
		return false
	case t.byAge():
		return w.expiresWithin(n, s)
	case t.Kind == contract.Repair:
		return (!n.ready || t.Nodes != nil) && w.repairs(s, t, n) && w.repairedWithin(s, t, n)
	case t.Kind == contract.Consolidation:
		return p.consolidates()
	}
	return true
}

// repairs reports whether a node's pool has no more unhealthy nodes than repair
// goes on with.
func (w takenNodes) repairs(s *Scenario, t *Trigger, n *node) bool {
	policy, ok := contractTerms{w.World}.policyFor(s, w.shapes[n.shape].pool, n.offering, n.grace, t)
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

// repairedWithin reports whether a node has been unhealthy for long enough before the
// scenario ends.
func (w takenNodes) repairedWithin(s *Scenario, t *Trigger, n *node) bool {
	policy, ok := contractTerms{w.World}.policyFor(s, w.shapes[n.shape].pool, n.offering, n.grace, t)
	return ok && w.repairDue(&policy, n, s, t) <= s.Horizon
}

// expiresWithin reports whether a node's time comes before the scenario ends.
func (w takenNodes) expiresWithin(n *node, s *Scenario) bool {
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
func (w takenNodes) expiresAgain(n *node, p int32, s *Scenario, waiting func() bool) bool {
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

// meetsNew reports whether nodes that were not there at the start may be among
// those that a trigger takes, because something happens before it.
func (w takenNodes) meetsNew(s *Scenario, t *Trigger) bool {
	if t.Nodes != nil || t.byAge() || t.At == 0 {
		return false
	}
	return slices.ContainsFunc(s.Triggers, func(x Trigger) bool { return x.At < t.At }) ||
		slices.ContainsFunc(w.nodes, func(n node) bool { return n.deleted }) ||
		slices.ContainsFunc(w.pods, func(p pod) bool { return w.waits(&p) }) || w.lacksPods()
}

// lacksPods reports whether a workload has fewer pods than it wants, so that others are
// made.
func (w takenNodes) lacksPods() bool {
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
