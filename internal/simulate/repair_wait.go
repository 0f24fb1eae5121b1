package simulate

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/words"
)

// repairDue is when a node has been unhealthy for as long as its repair waits, from the
// start of a run; 0 where it has been by then, nobody knows since when it is, or the
// scenario says when it is repaired.
func (w takenNodes) repairDue(policy *contract.Policy, n *node, s *Scenario, t *Trigger) time.Duration {
	if t.At > 0 {
		return 0
	}
	return repairAllowed(policy, n, s)
}

// repairAllowed is the same whatever the scenario says.
func repairAllowed(policy *contract.Policy, n *node, s *Scenario) time.Duration {
	if policy.Trigger != contract.Repair || n.ready || n.notReady.IsZero() {
		return 0
	}
	return max(0, n.notReady.Add(policy.UnhealthyFor).Sub(s.Start))
}

// notYet leaves out of some nodes those that have not been unhealthy for long enough, and
// has them repaired once they have.
func (tr *triggers) notYet(i int, nodes []int32) []int32 {
	t := &tr.scenario.Triggers[i]
	if t.Kind != contract.Repair {
		return nodes
	}
	return slices.DeleteFunc(nodes, func(n int32) bool {
		x := &tr.nodes[n]
		policy := tr.policy(t, n)
		if policy == nil || x.initial < 0 {
			return false
		}
		due := int64(takenNodes{tr.World}.repairDue(policy, &tr.World.nodes[x.initial], tr.scenario, t))
		if due <= tr.now {
			return false
		}
		tr.at(due, doRepair, int32(i), n, 0)
		return true
	})
}

// repairLater repairs a node that has been unhealthy for long enough, if it still is.
func (tr *triggers) repairLater(i, n int32) {
	t := &tr.scenario.Triggers[i]
	if x := &tr.nodes[n]; x.state != nodeActive || !x.unready {
		return
	}
	cause := tr.event(Event{Kind: Triggered, Node: n, Pod: -1, Workload: -1, Cause: -1, Number: i, Detail: spoken(t)})
	tr.triggerPool(t, []int32{n}, cause)
}

// waitNotes say which nodes are repaired later than a trigger comes.
func (tr *triggers) waitNotes() []string {
	var notes []string
	for i := range tr.scenario.Triggers {
		t := &tr.scenario.Triggers[i]
		asked := contractTerms{tr.World}.policies(tr.scenario, t)
		for n := range tr.World.nodes {
			x := &tr.World.nodes[n]
			if x.ready || x.deleted || t.Kind != contract.Repair || t.Pool != "" && tr.World.pools[tr.shapes[x.shape].pool].name != t.Pool {
				continue
			}
			policy, ok := asked(tr.shapes[x.shape].pool, x)
			if !ok || t.Nodes != nil && !slices.Contains(t.Nodes, x.name) {
				continue
			}
			if due := repairAllowed(policy, x, tr.scenario); due > t.At {
				note := fmt.Sprintf("node %s is not ready since %s, and is repaired once that has been so for %s: at %s",
					x.name, clockTime(x.notReady), words.Duration(policy.UnhealthyFor), clockTime(tr.scenario.Start.Add(due)))
				if t.At > 0 {
					note += ", and is played as the scenario has it"
				}
				notes = append(notes, note)
			}
		}
	}
	return notes
}
