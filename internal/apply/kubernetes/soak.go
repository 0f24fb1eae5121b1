package kubernetes

import (
	"context"
	"fmt"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/guard"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/words"
)

// soak is asked before the first steps of a wave. It holds while the workloads that the wave before has moved have
// as many ready pods as they want, none of which has stopped being Ready since the soak began that ends now. What was
// moved had settled then: but the process may have died since, or waited for a window or for somebody's approval.
type soak struct{ c *Client }

// Knows reports what of a guard cannot be asked.
func (soak) Knows(g *plan.Guard) error {
	if err := guard.OnlyFields(g, step.Workloads, step.Soak); err != nil {
		return err
	}
	if _, err := longEnough(g.With[step.Soak]); err != nil {
		return fmt.Errorf("soak %w", err)
	}
	_, err := workloadsOf(g.With[step.Workloads])
	return err
}

func (s soak) Check(ctx context.Context, g *plan.Guard, m apply.Moment) (apply.Verdict, error) {
	if m.Change != nil || m.WaveBegun { // it is about what the wave before has moved, and not about what this one moves
		return apply.Verdict{Holds: true}, nil
	}
	length, err := longEnough(g.With[step.Soak])
	if err != nil {
		return apply.Verdict{}, err
	}
	all, err := workloadsOf(g.With[step.Workloads])
	if err != nil {
		return apply.Verdict{}, err
	}
	is, err := look(ctx, s.c, all)
	if err != nil {
		return apply.Verdict{}, err
	}
	if len(is.short) > 0 {
		return apply.Verdict{Why: "what was moved before is not settled any more: " + more(is.short), Poll: poll}, nil
	}
	if at, pod := is.again(m.Now.Add(-length)); pod != "" {
		return apply.Verdict{Why: fmt.Sprintf("%s stopped being Ready since it was moved, and has been Ready again for %s of %s", pod,
			words.Duration(m.Now.Sub(at).Truncate(poll)), words.Duration(length)), Poll: poll}, nil
	}
	return apply.Verdict{Holds: true}, nil
}
