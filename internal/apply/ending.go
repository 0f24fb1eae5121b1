package apply

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/words"
)

// errEnding says that a change is not made any more, as the run comes to its end.
var errEnding = errors.New("nothing further is begun")

func (x *Settings) watches(s *plan.Step) bool {
	_, ok := x.Runners[s.Action.Kind].(Watcher)
	return ok
}

// toEnd reports whether a group is taken to its end where nothing further is begun: it cannot be
// undone any more, or that is still to be seen, and something of it runs or is to be put back.
func (e *Engine) toEnd(group string) bool {
	return e.final(group) && !e.blocked(group) && e.some(group, func(s *plan.Step, st *StepState) bool {
		return !e.watches(s) && (st.Status == StepPending || st.open())
	})
}

// running reports whether a group that is taken to its end has begun for certain what it is about.
func (e *Engine) running(group string) bool {
	return e.toEnd(group) && !e.some(group, func(_ *plan.Step, st *StepState) bool { return st.open() && !st.underway() })
}

// open reports whether it is to be seen what became of a change after which nothing is undone.
func (st *StepState) open() bool { return st.finally(func(c *changeState) bool { return c.open }) }

// underway reports whether this very process is at such a change.
func (st *StepState) underway() bool {
	return st.finally(func(c *changeState) bool { return c.open && c.underway })
}

func (st *StepState) finally(is func(*changeState) bool) bool {
	for _, c := range st.changes {
		if c.final && is(c) {
			return true
		}
	}
	return false
}

// over reports whether there is nothing left to be undone of a group: it has done for good what
// it is about, and put back what it puts back itself.
func (e *Engine) over(group string) bool {
	return e.some(group, func(_ *plan.Step, st *StepState) bool {
		return st.finally(func(c *changeState) bool { return c.done })
	}) && !e.some(group, func(s *plan.Step, st *StepState) bool {
		return !e.watches(s) && (st.Status == StepPending || st.Status == StepIsStuck || st.open())
	})
}

// Over reports whether nothing is left to be undone of the group of a step.
func (e *Engine) Over(step string) bool {
	s := e.steps[step]
	return s != nil && e.over(groupOf(s))
}

func (x *standing) any(is func(group string) bool) bool {
	for _, id := range x.order {
		if is(groupOf(x.steps[id])) {
			return true
		}
	}
	return false
}

// undoing reports whether something is being undone.
func (x *standing) undoing() bool {
	for id, st := range x.state.Steps {
		if st.Status == StepUndoing && !x.givenUp[id] {
			return true
		}
	}
	return false
}

func unfinished(_ *plan.Step, st *StepState) bool { return st.Status != StepFinished }

// notUndone says what is left as it is.
func (e *Engine) notUndone() string {
	var all []string
	for _, id := range e.order {
		s, st := e.steps[id], e.state.Steps[id]
		if (st.Status == StepUndoing || undoable(s, st)) && !e.over(groupOf(s)) && e.some(groupOf(s), unfinished) {
			all = append(all, id)
		}
	}
	if len(all) == 0 {
		return ""
	}
	return "; not undone: " + strings.Join(all, ", ")
}

// pass takes each step a little further.
func (e *Engine) pass(ctx context.Context) error {
	var halt *Halt
	for _, id := range e.order {
		err := e.advance(ctx, id)
		if errors.As(err, &halt) {
			err = e.stop(ctx, halt.Why)
		}
		if err != nil || ctx.Err() != nil {
			return err
		}
	}
	if e.pause == "" {
		return nil
	}
	e.sayEnding()
	return e.undoAll(ctx, e.pause, everything) // also that of which it is seen now that it may be
}

// sayEnding says for how long what cannot be undone is waited for.
func (e *Engine) sayEnding() {
	for _, id := range e.order {
		s, st := e.steps[id], e.state.Steps[id]
		if st.Status != StepRunning || e.ends[id] || !e.running(groupOf(s)) {
			continue
		}
		e.ends[id] = true
		left := time.Duration(s.TimeoutSeconds)*time.Second - e.Clock.Now().Sub(st.Since)
		e.tell(StepWaits, id, fmt.Sprintf("cannot be undone, and is waited for, for %s at the most", words.Duration(left.Round(time.Second))))
	}
}

// tidy is how long what is in hand may take to be undone after Ctrl-C.
const tidy = 30 * time.Second

// interrupt undoes what is in hand, takes to its end what cannot be undone, and notes that the
// plan was interrupted.
func (e *Engine) interrupt(ctx context.Context) (Status, error) {
	ctx = context.WithoutCancel(ctx)
	const why = "interrupted"
	if err := e.stop(ctx, why); err != nil {
		return e.failed(ctx, err)
	}
	end := e.Clock.Now().Add(tidy)
	for {
		e.next = e.Clock.Now().Add(time.Second)
		if err := e.underLease(ctx); err != nil {
			return e.failed(ctx, err)
		}
		left := e.undoing() || e.any(e.toEnd)
		if !left || !e.Clock.Now().Before(end) && !e.any(e.running) {
			return Interrupted, e.paused(ctx, why+e.notUndone())
		}
		e.Clock.Sleep(ctx, max(e.next.Sub(e.Clock.Now()), soonest))
	}
}

// underLease takes each step a little further where this process still is the one that may.
func (e *Engine) underLease(ctx context.Context) error {
	err := e.hold(ctx)
	var wait *Wait
	var ends *Ending
	switch {
	case errors.As(err, &wait): // it is looked again
		e.waits("", wait.What)
		return nil
	case err != nil && !errors.As(err, &ends):
		return err
	}
	return e.pass(ctx)
}

// Abort undoes what can be undone, and gives the plan up. Of one that was given up, or is done,
// it undoes what was left then, also where nobody knows of a change whether it was made.
func (e *Engine) Abort(ctx context.Context) (Status, error) {
	if err := e.load(ctx); err != nil {
		return NotBegun, err
	}
	e.pause = "aborted"
	var err error
	switch e.state.Finished {
	case journal.Aborted, journal.Done:
		err = e.sweep(ctx)
		if err == nil && !e.undoing() {
			return map[journal.Outcome]Status{journal.Aborted: Aborted, journal.Done: Finished}[e.state.Finished], nil
		}
	default:
		if err = e.append(ctx, &journal.Entry{Kind: journal.Resume}); err == nil {
			err = e.undoAll(ctx, e.pause, everything)
		}
	}
	if err != nil {
		return e.failed(ctx, err)
	}
	return e.giveUp(ctx)
}

// sweep begins to undo what an end of the plan has left.
func (e *Engine) sweep(ctx context.Context) error {
	for _, id := range e.order {
		if group := groupOf(e.steps[id]); !e.over(group) {
			if err := e.putBack(ctx, group, e.pause); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *Engine) giveUp(ctx context.Context) (Status, error) {
	for ctx.Err() == nil {
		e.next = e.Clock.Now().Add(longest)
		if err := e.underLease(ctx); err != nil {
			return e.failed(ctx, err)
		}
		switch {
		case e.undoing() || e.any(e.toEnd):
			e.Clock.Sleep(ctx, max(e.next.Sub(e.Clock.Now()), soonest))
		case len(e.givenUp) > 0:
			return Paused, e.paused(ctx, e.pause+e.notUndone())
		default:
			return Aborted, e.finish(ctx, journal.Aborted, "")
		}
	}
	return Interrupted, e.paused(ctx, "interrupted while it was undone"+e.notUndone())
}
