package apply

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/words"
)

// again is how long a step that failed rests before it is begun again: twice as long each time.
const again = 10 * time.Second

// soonest is the least time after which something is looked at again.
const soonest = 100 * time.Millisecond

// advance does what can be done of a step now. Its error is one that ends the run.
func (e *Engine) advance(ctx context.Context, id string) error {
	s, st := e.steps[id], e.state.Steps[id]
	resting := e.Clock.Now().Before(e.until[id])
	if resting {
		e.lookAgain(e.until[id])
	}
	switch st.Status {
	case StepUndoing:
		if e.givenUp[id] || resting {
			return nil
		}
		return e.undo(ctx, s, st)
	case StepRunning, StepFinished:
		if e.undone(s) {
			e.tell(StepReset, id, "")
			return e.append(ctx, &journal.Entry{Step: id, Attempt: st.Attempt, Kind: journal.End, Outcome: journal.Reset})
		}
		if st.Status == StepRunning && !resting && e.mayGoOn(s) {
			return e.proceed(ctx, s, st)
		}
	case StepPending:
		if !resting {
			return e.start(ctx, s, st)
		}
	}
	return nil
}

// mayGoOn reports whether a step may be begun or taken further: where the run is to end, only
// one of a group that is taken to its end.
func (e *Engine) mayGoOn(s *plan.Step) bool {
	return e.pause == "" || e.toEnd(groupOf(s)) && !e.watches(s)
}

// start begins a step where it may begin.
func (e *Engine) start(ctx context.Context, s *plan.Step, st *StepState) error {
	if !e.mayGoOn(s) || e.blocked(groupOf(s)) || !e.ready(s.ID) {
		return nil
	}
	if rest := e.shut[groupOf(s)]; e.Clock.Now().Before(rest) {
		e.lookAgain(rest)
		return nil
	}
	held, err := e.heldAtStart(ctx, s)
	if err != nil {
		return err
	}
	if held != nil {
		return e.heldBack(ctx, s, held)
	}
	if moved, err := e.moved(ctx, groupOf(s)); err != nil {
		return e.outcome(ctx, s, st, err)
	} else if len(moved) > 0 {
		return e.stop(ctx, (&Stale{moved}).Error())
	}
	delete(e.since, s.ID)
	e.tell(StepBegun, s.ID, "")
	if err := e.append(ctx, &journal.Entry{Step: s.ID, Attempt: st.Attempt + 1, Kind: journal.Begin}); err != nil {
		return err
	}
	return e.proceed(ctx, s, st)
}

// proceed takes a step a little further.
func (e *Engine) proceed(ctx context.Context, s *plan.Step, st *StepState) error {
	// A step that waits makes no change before which the guards would be asked.
	if held, err := e.held(ctx, s, nil); err == nil && held != nil && held.Undo {
		return e.heldBack(ctx, s, held)
	}
	w := &Work{Plan: e.Plan, Step: s, Action: &s.Action, Attempt: st.Attempt, engine: e, late: e.late(s, st) != ""}
	by, _ := escalation(e, s, st)
	if by != nil {
		w.Action = &by.Action
	}
	r, err := e.Runners[w.Action.Kind].Step(ctx, w)
	if err == nil && r.Wait == nil {
		e.crash("end.before")
		if err := e.append(ctx, &journal.Entry{Step: s.ID, Attempt: st.Attempt, Kind: journal.End, Outcome: journal.Done}); err != nil {
			return err
		}
		e.crash("end.after")
		e.lookAgain(e.Clock.Now())
		if !e.some(groupOf(s), unfinished) {
			e.skipped = 0
		}
		e.tell(StepDone, s.ID, r.Says)
		return nil
	}
	if err == nil {
		err = r.Wait
	}
	var wait *Wait
	if errors.As(err, &wait) && w.late {
		if !w.held {
			e.said[s.ID] = wait.What
		}
		if e.OnStuck == EscalateOnStuck && s.Escalation != nil && by == nil {
			return escalate(ctx, e, s, st, e.late(s, st))
		}
		return e.stuck(ctx, s, e.late(s, st))
	}
	return e.outcome(ctx, s, st, err)
}

// outcome is what is done about a step that is not done.
func (e *Engine) outcome(ctx context.Context, s *plan.Step, st *StepState, err error) error {
	var wait *Wait
	var held *Held
	var gone *Lost
	var halt *Halt
	var unwritten *Unwritten
	var back *Back
	switch {
	case errors.As(err, &back):
		return goBack(ctx, e, s, st, back)
	case errors.As(err, &held):
		return e.heldBack(ctx, s, held)
	case errors.As(err, &wait):
		return e.wait(s, wait)
	case errors.As(err, &gone) || errors.As(err, &halt) || errors.As(err, &unwritten):
		return err
	case errors.Is(err, errEnding):
		e.lookAgain(e.Clock.Now())
		return nil
	case errors.Is(err, errUnknown):
		e.lookAgain(e.Clock.Now())
		e.tell(StepUnknown, s.ID, "it cannot be told whether "+st.Open+" was done")
		return nil
	case ctx.Err() != nil:
		return nil // what fails because of Ctrl-C is no failure
	}
	e.tell(StepFailed, s.ID, err.Error())
	end := &journal.Entry{Step: s.ID, Attempt: st.Attempt, Kind: journal.End, Outcome: journal.Failed, Detail: err.Error()}
	if err := e.append(ctx, end); err != nil {
		return err
	}
	if st.Failures >= s.Attempts {
		return e.stuck(ctx, s, fmt.Sprintf("failed %s: %v", words.Count(st.Failures, "time"), err))
	}
	e.until[s.ID] = e.Clock.Now().Add(again << min(st.Failures-1, 5))
	e.lookAgain(e.until[s.ID])
	return nil
}

// wait has a step be looked at again after some time.
func (e *Engine) wait(s *plan.Step, err error) error {
	var w *Wait
	if !errors.As(err, &w) {
		w = &Wait{What: err.Error(), Poll: lost}
	}
	e.waits(s.ID, w.What)
	e.until[s.ID] = e.Clock.Now().Add(max(w.Poll, soonest))
	e.lookAgain(e.until[s.ID])
	return nil
}

func (e *Engine) lookAgain(at time.Time) {
	if at.Before(e.next) {
		e.next = at
	}
}

// slower is how much longer than predicted a step may take until something must be wrong: so
// many times as long as the longest run that was played, and so much more, as short steps
// would be over it for nothing.
const (
	slower = 3
	margin = 10 * time.Minute
)

// late says why a step has taken too long, where it has.
func (e *Engine) late(s *plan.Step, st *StepState) string {
	if by, since := escalation(e, s, st); by != nil {
		return escalatedTooLong(e, s, by, since)
	}
	took := e.Clock.Now().Sub(st.Since)
	if most := time.Duration(s.TimeoutSeconds) * time.Second; took >= most {
		return e.because(s.ID, "not done after "+words.Duration(most))
	}
	if p := s.Predicted; p != nil {
		predicted := time.Duration(p.MaxSeconds * float64(time.Second))
		if took >= slower*predicted+margin {
			return e.because(s.ID, "not done after "+words.Duration(took.Round(time.Second))+", and "+words.Duration(predicted)+
				" was the longest that was predicted")
		}
	}
	return ""
}

// because adds what a step waits for.
func (e *Engine) because(id, why string) string {
	if w := e.said[id]; w != "" {
		why += ": " + w
	}
	return why
}

// ready reports whether all that a step needs is done, or was left in another group.
func (e *Engine) ready(id string) bool {
	s := e.steps[id]
	for _, need := range s.Needs {
		n := e.steps[need]
		if e.state.Steps[need].Status == StepFinished || e.pause != "" && e.watches(n) {
			continue
		}
		if together(n, s) || e.OnStuck != SkipOnStuck || !e.left(groupOf(n)) {
			return false
		}
	}
	return true
}

// together reports whether two steps are of one group, or of parts of one thing.
func together(a, b *plan.Step) bool { return groupOf(a) == groupOf(b) || a.Of != "" && a.Of == b.Of }

// undone reports whether something that a step rests on in its group is not done any more.
func (x *standing) undone(s *plan.Step) bool {
	if x.final(groupOf(s)) {
		return false
	}
	for _, need := range s.Needs {
		n := x.steps[need]
		if status := x.state.Steps[need].Status; groupOf(n) == groupOf(s) && (status == StepPending || status == StepUndoing) {
			return true
		}
	}
	return false
}
