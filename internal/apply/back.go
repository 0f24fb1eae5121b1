package apply

import (
	"context"
	"fmt"

	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/words"
)

// Back is the error of a step that must not go on, since what the steps before it in its group
// did is not so any more: those are begun anew.
type Back struct {
	Why string
	// Stuck says that they are not by themselves: the step is stuck.
	Stuck bool
}

func (b *Back) Error() string { return b.Why }

// goBack ends an attempt of a step, and has what it needs in its group be done anew before the next.
func goBack(ctx context.Context, e *Engine, s *plan.Step, st *StepState, b *Back) error {
	if b.Stuck { // what was done before is given up first: who is started anew would take it for done
		if err := reset(ctx, e, s, b.Why); err != nil {
			return err
		}
		return e.stuck(ctx, s, b.Why)
	}
	e.tell(StepFailed, s.ID, b.Why)
	end := &journal.Entry{Step: s.ID, Attempt: st.Attempt, Kind: journal.End, Outcome: journal.Failed, Detail: b.Why}
	if err := e.append(ctx, end); err != nil {
		return err
	}
	e.lookAgain(e.Clock.Now())
	if st.Failures >= max(s.Attempts, 2) { // going back is not what the first attempt was for
		return e.stuck(ctx, s, fmt.Sprintf("went back %s: %s", words.Count(st.Failures, "time"), b.Why))
	}
	return reset(ctx, e, s, b.Why)
}

// reset has what a step needs of its own be done anew.
func reset(ctx context.Context, e *Engine, s *plan.Step, why string) error {
	for _, need := range s.Needs {
		n, of := e.steps[need], e.state.Steps[need]
		if !together(n, s) || of.Status != StepFinished {
			continue
		}
		e.tell(StepReset, need, why)
		if err := e.append(ctx, &journal.Entry{Step: need, Attempt: of.Attempt, Kind: journal.End, Outcome: journal.Reset}); err != nil {
			return err
		}
	}
	return nil
}
