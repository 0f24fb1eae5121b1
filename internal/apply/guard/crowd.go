package guard

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/words"
)

// soon is after how long it is looked again whether something else is done.
const soon = 2 * time.Second

// InHand holds while there are people, and a share of a lane, left for one more group. One that is begun is not stopped
// by it.
type InHand struct{}

// Knows reports what of a guard cannot be asked.
func (InHand) Knows(g *plan.Guard) error {
	if _, err := mostOf(g, 1); err != nil {
		return err
	}
	return OnlyFields(g, step.Most, step.Lane)
}

// Check asks it.
func (InHand) Check(_ context.Context, g *plan.Guard, m apply.Moment) (apply.Verdict, error) {
	most, err := mostOf(g, 1)
	lane, limited := g.With[step.Lane]
	meant := func(s *plan.Step) bool {
		return s.Action.Kind == step.Patch && (!limited || s.Action.With[step.Lane] == lane)
	}
	if err != nil || m.Change != nil || m.Under(meant) {
		return apply.Verdict{Holds: err == nil}, err
	}
	n := m.InHand(meant)
	if n < most {
		return apply.Verdict{Holds: true}, nil
	}
	why := words.Count(n, "other") + " in hand"
	if limited && lane != "" {
		why += " of " + lane
	}
	return apply.Verdict{Why: fmt.Sprintf("%s, and %d may be", why, most), Poll: soon, Patient: true}, nil
}

// Tolerates holds while no more groups of the wave were given up than it may have. It pauses the plan where there are
// more: somebody has to look.
type Tolerates struct{}

// Knows reports what of a guard cannot be asked.
func (Tolerates) Knows(g *plan.Guard) error {
	if _, err := mostOf(g, 0); err != nil {
		return err
	}
	return OnlyFields(g, step.Most)
}

// Check asks it.
func (Tolerates) Check(_ context.Context, g *plan.Guard, m apply.Moment) (apply.Verdict, error) {
	most, err := mostOf(g, 0)
	if err != nil || m.Change != nil {
		return apply.Verdict{Holds: err == nil}, err
	}
	if n := m.WaveLeft(); n > most {
		return apply.Verdict{Pause: true, Why: fmt.Sprintf("%s of the wave could not be done, and the strategy tolerates %d",
			words.Count(n, "deployment"), most)}, nil
	}
	return apply.Verdict{Holds: true}, nil
}

func mostOf(g *plan.Guard, least int) (int, error) {
	n, err := strconv.Atoi(g.With[step.Most])
	if err != nil || n < least {
		return 0, fmt.Errorf("most is %q, wants a number from %d on", g.With[step.Most], least)
	}
	return n, nil
}
