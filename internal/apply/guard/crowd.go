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
		return (s.Action.Kind == step.Patch || s.Action.Kind == step.Roll) && (!limited || s.Action.With[step.Lane] == lane)
	}
	if err != nil || m.Change != nil || m.Under(meant) {
		return apply.Verdict{Holds: err == nil}, err
	}
	n, unknown := m.InHand(meant)
	if n < most {
		return apply.Verdict{Holds: true}, nil
	}
	why := words.Count(n, "other") + " in hand"
	if limited && lane != "" {
		why += " of " + lane
	}
	if unknown == n {
		return apply.Verdict{Pause: true, Why: why + ", and of each it is unknown whether a change was made: see the steps that are unknown"}, nil
	}
	return apply.Verdict{Why: fmt.Sprintf("%s, and %d may be", why, most), Poll: soon, Patient: true}, nil
}

// Tolerates holds while no more of a wave was given up than it may have: of the step's own, or of one before it. It pauses
// the plan where there is more: somebody has to look.
type Tolerates struct{}

// Knows reports what of a guard cannot be asked.
func (Tolerates) Knows(g *plan.Guard) error {
	if _, err := mostOf(g, 0); err != nil {
		return err
	}
	if _, err := waveOf(g, 1); err != nil {
		return err
	}
	return OnlyFields(g, step.Most, step.Wave)
}

// Check asks it.
func (Tolerates) Check(_ context.Context, g *plan.Guard, m apply.Moment) (apply.Verdict, error) {
	most, err := mostOf(g, 0)
	if err != nil || m.Change != nil {
		return apply.Verdict{Holds: err == nil}, err
	}
	wave, err := waveOf(g, m.Wave())
	if err != nil {
		return apply.Verdict{}, err
	}
	if n := m.WaveLeft(wave); n > most {
		return apply.Verdict{Pause: true, Why: fmt.Sprintf("%s of wave %d could not be done, and the strategy tolerates %d",
			words.Count(n, "deployment"), wave, most)}, nil
	}
	return apply.Verdict{Holds: true}, nil
}

// waveOf is the wave that a guard is about.
func waveOf(g *plan.Guard, own int) (int, error) {
	text := g.With[step.Wave]
	if text == "" {
		return own, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("wave is %q, wants a number from 1 on", text)
	}
	return n, nil
}

func mostOf(g *plan.Guard, least int) (int, error) {
	n, err := strconv.Atoi(g.With[step.Most])
	if err != nil || n < least {
		return 0, fmt.Errorf("most is %q, wants a number from %d on", g.With[step.Most], least)
	}
	return n, nil
}
