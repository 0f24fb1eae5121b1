package fleet

import (
	"context"
	"fmt"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/command"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// quorum holds while a command says that a set may lose a member now. It is asked before the step, and right before the
// change again.
type quorum struct{}

// Knows reports what of a guard cannot be asked.
func (quorum) Knows(g *plan.Guard) error {
	if _, err := command.Words(g.With[step.Command]); err != nil {
		return fmt.Errorf("%s: %w", step.Command, err)
	}
	return nil
}

func (quorum) Check(ctx context.Context, g *plan.Guard, m apply.Moment) (apply.Verdict, error) {
	if m.Change == nil && m.Begun { // the member is down, as it was allowed to be
		return apply.Verdict{Holds: true}, nil
	}
	if err := command.Ask(ctx, g.With[step.Command], mostAsked, environment(g.With)...); err != nil {
		return apply.Verdict{Why: fmt.Sprintf("%s may not lose a member: %s", g.With[step.Deployment], err), Poll: poll}, nil
	}
	return apply.Verdict{Holds: true}, nil
}
