package simulate

import (
	"slices"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/responsibility"
)

// contractTerms are how nodes go by the contracts that they stand under.
type contractTerms struct{ *World }

// offeringsOf are those under which the nodes of a pool run, or all nodes where
// none is named. A pool that has no node yet, of which none goes, says where its
// nodes would.
func (w contractTerms) offeringsOf(pool string) []*responsibility.Offering {
	var all []*responsibility.Offering
	for i := range w.nodes {
		n := &w.nodes[i]
		if n.offering != nil && (pool == "" || w.pools[w.shapes[n.shape].pool].name == pool) {
			all = append(all, n.offering)
		}
	}
	for i := range w.pools {
		if p := &w.pools[i]; p.offering != nil && p.name == pool {
			all = append(all, p.offering)
		}
	}
	return all
}

// move is the one of an offering's moves that a trigger means.
func (w contractTerms) move(o *responsibility.Offering, t *Trigger) (contract.Terms, bool) {
	if o == nil || o.Contract == nil {
		return contract.Terms{}, false
	}
	all := o.Contract.For(t.Kind)
	if t.Kind == contract.ScaleDown && t.Move == "" && w.autoscaler != nil {
		if k := slices.IndexFunc(all, func(m contract.Terms) bool { return m.Name == contract.ByAutoscaler }); k >= 0 {
			return all[k], true
		}
	}
	for _, m := range all {
		if t.Move == "" || m.Name == t.Move {
			return m, true
		}
	}
	return contract.Terms{}, false
}

// policyFor is how a node of a pool goes by a trigger: false where the contract it
// stands under has no such move.
func (w contractTerms) policyFor(
	s *Scenario, pool int32, o *responsibility.Offering, grace time.Duration, t *Trigger,
) (contract.Policy, bool) {
	m, ok := w.move(o, t)
	if !ok {
		return contract.Policy{}, false
	}
	return contract.PolicyOf(o.Contract, m, w.settings(s, pool, grace)), true
}

// settings are what is set of how a node of a pool goes, grace by its claim or by
// its pool: a scenario goes over both.
func (w contractTerms) settings(s *Scenario, pool int32, grace time.Duration) contract.Settings {
	p := &w.pools[pool]
	all := p.settings
	all.Drain = grace
	for i := range s.Terms {
		if t := &s.Terms[i]; t.Pool == "" || t.Pool == p.name {
			t.over(&all)
		}
	}
	if grace < 0 { // nobody drains it, however long a drain has
		all.Drain = grace
	}
	return all
}

// policies finds how a trigger takes nodes, and whether it does: once for those of one
// pool, offering and grace that stand beside each other, as most do.
func (w contractTerms) policies(s *Scenario, t *Trigger) func(pool int32, n *node) (*contract.Policy, bool) {
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
