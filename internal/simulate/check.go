package simulate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/contract"
)

// Check says what is wrong with a scenario for this world, or nil.
func (w *World) Check(s *Scenario) error { return scenarioCheck{w}.check(s) }

// scenarioCheck looks whether a scenario can be played in a world.
type scenarioCheck struct{ *World }

func (w scenarioCheck) check(s *Scenario) error {
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

func (w scenarioCheck) checkTrigger(t *Trigger) error {
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
func (w scenarioCheck) checkNodes(t *Trigger) error {
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
func (w scenarioCheck) checkContracts(t *Trigger) error {
	var without []string
	found := false
	for _, o := range (contractTerms{w.World}).offeringsOf(t.Pool) {
		if m, ok := (contractTerms{w.World}).move(o, t); ok {
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

func spoken(t *Trigger) string {
	if t.Move != "" {
		return t.Kind + " (" + t.Move + ")"
	}
	return t.Kind
}
