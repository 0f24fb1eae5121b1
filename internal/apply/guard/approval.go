package guard

import (
	"context"
	"errors"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// Approval holds once somebody has approved what the guard names. Until then the plan is paused:
// people may take longer than a process should run.
type Approval struct{}

// Knows reports what of a guard cannot be asked.
func (Approval) Knows(g *plan.Guard) error {
	if g.With[step.Name] == "" {
		return errors.New("name is not set")
	}
	return OnlyFields(g, step.Name)
}

// Check asks it.
func (Approval) Check(_ context.Context, g *plan.Guard, m apply.Moment) (apply.Verdict, error) {
	name := g.With[step.Name]
	if m.Approved[name] {
		return apply.Verdict{Holds: true}, nil
	}
	return apply.Verdict{Pause: true, Why: "somebody has to approve " + name + ": --resume --approve " + name + " does"}, nil
}
