package simulate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/responsibility"
)

// Check says what is wrong with a scenario for this world, or nil.
func (w *World) Check(s *Scenario) error {
	if s.Horizon <= 0 {
		return fmt.Errorf("horizon is %s, wants a time above zero", s.Horizon)
	}
	if s.Runs < 1 {
		return fmt.Errorf("runs is %d, wants 1 or more", s.Runs)
	}
	if len(s.Triggers) == 0 {
		return fmt.Errorf("triggers is empty: nothing would happen")
	}
	for i := range s.Triggers {
		if err := w.checkTrigger(&s.Triggers[i]); err != nil {
			return fmt.Errorf("triggers[%d]: %w", i, err)
		}
	}
	return w.checkTerms(s)
}

func (w *World) checkTrigger(t *Trigger) error {
	if t.Kind == Planned && t.Waves != nil {
		return w.checkWaves(t.Waves)
	}
	if !slices.Contains(Kinds, t.Kind) {
		return fmt.Errorf("kind is %q, wants one of %s", t.Kind, strings.Join(Kinds, ", "))
	}
	if t.Kind == Rollout || t.Kind == Scale {
		if w.workloadNamed(t.Workload) < 0 {
			return fmt.Errorf("there is no workload %s", t.Workload)
		}
		return nil
	}
	if t.Pool != "" && !slices.Contains(w.Pools(), t.Pool) {
		return fmt.Errorf("there is no pool %q; there are %s", t.Pool, strings.Join(w.Pools(), ", "))
	}
	if err := w.checkNodes(t); err != nil {
		return err
	}
	if t.Kind == Drain { // anybody can drain a node
		return nil
	}
	return w.checkContracts(t)
}

// checkNodes reports a node that is named and is not there, or not in the pool.
func (w *World) checkNodes(t *Trigger) error {
	poolOf := make(map[string]string, len(w.nodes))
	for i := range w.nodes {
		poolOf[w.nodes[i].name] = w.pools[w.shapes[w.nodes[i].shape].pool].name
	}
	for _, n := range t.Nodes {
		switch pool, ok := poolOf[n]; {
		case !ok:
			return fmt.Errorf("there is no node %q", n)
		case t.Pool != "" && pool != t.Pool:
			return fmt.Errorf("node %q is of pool %q, and not of %q", n, pool, t.Pool)
		}
	}
	return nil
}

// checkContracts reports a trigger that the contracts of its nodes do not have.
func (w *World) checkContracts(t *Trigger) error {
	var without []string
	found := false
	for _, o := range w.offeringsOf(t.Pool) {
		if m, ok := w.move(o, t); ok {
			if p := contract.PolicyOf(o.Contract, m, contract.Settings{}); t.Kind == contract.Consolidation && !p.Karpenter {
				return fmt.Errorf("consolidation is played for Karpenter alone, and %s is not one", o.ID)
			}
			found = true
			break
		}
		if !slices.Contains(without, o.ID) {
			without = append(without, o.ID)
		}
	}
	switch {
	case found:
	case len(without) > 0:
		return fmt.Errorf("the contract of %s has no such move: %s", strings.Join(without, ", "), spoken(t))
	default:
		return fmt.Errorf("%s: no node runs on an offering with a contract", spoken(t))
	}
	return nil
}

// offeringsOf are those under which the nodes of a pool run, or all nodes where
// none is named. A pool that has no node yet, of which none goes, says where its
// nodes would.
func (w *World) offeringsOf(pool string) []*responsibility.Offering {
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

func spoken(t *Trigger) string {
	if t.Move != "" {
		return t.Kind + " (" + t.Move + ")"
	}
	return t.Kind
}

// move is the one of an offering's moves that a trigger means.
func (w *World) move(o *responsibility.Offering, t *Trigger) (contract.Terms, bool) {
	if o == nil || o.Contract == nil {
		return contract.Terms{}, false
	}
	for _, m := range o.Contract.For(t.Kind) {
		if t.Move == "" || m.Name == t.Move {
			return m, true
		}
	}
	return contract.Terms{}, false
}

// policyFor is how a node of a pool goes by a trigger: false where the contract it
// stands under has no such move.
func (w *World) policyFor(s *Scenario, pool int32, o *responsibility.Offering, grace time.Duration, t *Trigger) (contract.Policy, bool) {
	m, ok := w.move(o, t)
	if !ok {
		return contract.Policy{}, false
	}
	return contract.PolicyOf(o.Contract, m, w.settings(s, pool, grace)), true
}

// settings are what is set of how a node of a pool goes, grace by its claim or by
// its pool: a scenario goes over both.
func (w *World) settings(s *Scenario, pool int32, grace time.Duration) contract.Settings {
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
