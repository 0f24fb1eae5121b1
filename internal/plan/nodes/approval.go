package nodes

import (
	"fmt"
	"slices"

	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// approval has steps, from one on, wait until somebody approves their wave, where that was asked for.
// Who begins the plan approves the first.
func (b *builder) approval(from, wave int) {
	if !b.Approve || wave < 2 {
		return
	}
	name := fmt.Sprintf("wave-%d", wave)
	for i := range b.plan.Steps[from:] {
		s := &b.plan.Steps[from+i]
		s.Guards = slices.Insert(s.Guards, 0, plan.Guard{Kind: step.Approval, Says: "somebody approves " + name,
			With: map[string]string{step.Name: name}})
	}
}
