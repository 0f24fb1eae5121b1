package kubernetes

import (
	"maps"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/guard"
	"github.com/onus-project/onus/internal/plan/step"
)

// Runners are what takes the steps of a plan of nodes, or of fixes.
func Runners(c *Client) map[string]apply.Runner {
	all := map[string]apply.Runner{
		step.Cordon: cordon{c}, step.Uncordon: uncordon{c}, step.Restart: restart{c}, step.Drain: drain{c}, step.Force: force{drain{c}},
		step.Settle:      settle{c},
		step.ByKarpenter: byKarpenter(c), step.ByMachine: byMachine(c), step.ByCommand: &hook{c: c},
	}
	maps.Copy(all, alters(c))
	return all
}

// Guards are what guards them.
func Guards(c *Client) map[string]apply.Guard {
	return map[string]apply.Guard{step.Window: guard.Window{}, step.Approval: guard.Approval{}, step.Floor: floor{c}, step.Budget: budget{},
		step.Soaked: soak{c}, step.Uncovered: uncovered{c}}
}
