package apply

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/words"
)

// Held is the error of a change that a guard does not allow now.
type Held struct {
	Verdict
	Guard *plan.Guard
}

func (h *Held) Error() string { return h.Why }

// held asks the guards of a step. It is nil where all of them hold. Its error is a *Halt: what
// cannot be read now does not hold, and what may not be read never will.
func (e *Engine) held(ctx context.Context, s *plan.Step, c *Change) (*Held, error) {
	m := Moment{Now: e.Clock.Now(), PlanBegun: e.state.Begun, Begun: e.changed(groupOf(s)), WaveBegun: e.waveChanged(s.Wave), Change: c,
		Approved: e.state.Approved, others: others{&e.standing, s}}
	for i := range s.Guards {
		g := &s.Guards[i]
		v, err := e.Guards[g.Kind].Check(ctx, g, m)
		var halt *Halt
		if errors.As(err, &halt) {
			return nil, halt
		}
		if err != nil {
			return &Held{Verdict{Why: fmt.Sprintf("cannot see whether %s: %v", g.Says, err), Poll: lost}, g}, nil
		}
		if v.Level != nil {
			e.emit(Event{At: m.Now, Kind: Measured, Step: s.ID, Title: s.Title, Group: s.Group, Wave: s.Wave, Level: v.Level})
		}
		if v.Holds || v.Undo && e.final(groupOf(s)) { // what cannot be undone any more goes on to its end
			continue
		}
		return &Held{v, g}, nil
	}
	return nil, nil
}

// heldAtStart asks the guards of a step that is to begin, and those of its group's other steps that
// would have it undone: what cannot come to its end now is not begun.
func (e *Engine) heldAtStart(ctx context.Context, s *plan.Step) (*Held, error) {
	held, err := e.held(ctx, s, nil)
	for _, id := range e.groups[groupOf(s)] {
		if held != nil || err != nil {
			return held, err
		}
		other := e.steps[id]
		if other == s || e.state.Steps[id].Status == StepFinished {
			continue
		}
		if held, err = e.held(ctx, other, nil); held != nil && !held.Undo {
			held = nil // it will be waited for
		}
	}
	return held, err
}

// heldBack has a step wait until its guard holds again, undoes what was begun of its group
// where the guard says so, and pauses the plan where it takes too long.
func (e *Engine) heldBack(ctx context.Context, s *plan.Step, h *Held) error {
	if h.Undo && e.some(groupOf(s), undoable) && !e.some(groupOf(s), isUnknown) {
		begun := e.changed(groupOf(s))
		e.shut[groupOf(s)] = e.Clock.Now().Add(max(h.Poll, soonest))
		return e.undoAll(ctx, h.Why, func(s *plan.Step, _ *StepState) bool {
			return (begun || !e.changed(groupOf(s))) && // what was begun may go on for longer
				slices.ContainsFunc(s.Guards, func(g plan.Guard) bool { return g.Kind == h.Guard.Kind && maps.Equal(g.With, h.Guard.With) })
		})
	}
	if h.Pause {
		return e.stop(ctx, h.Why)
	}
	now := e.Clock.Now()
	if e.state.Steps[s.ID].Status == StepPending && !h.Patient {
		since, ok := e.since[s.ID]
		if !ok {
			since, e.since[s.ID] = now, now
		}
		if most := time.Duration(s.TimeoutSeconds) * time.Second; now.Sub(since) >= most {
			return e.stop(ctx, fmt.Sprintf("step %s could not begin for %s: %s", s.ID, words.Duration(most), h.Why))
		}
	}
	return e.wait(s, &Wait{What: h.Why, Poll: h.Poll})
}

// groupOf is that of a step: one of its own where the plan names none.
func groupOf(s *plan.Step) string { return cmp.Or(s.Group, s.ID) }

// blocked reports whether a group is left as it is in this run: a step of it is stuck, or
// unknown.
func (x *standing) blocked(group string) bool {
	return x.thing(group, func(_ *plan.Step, st *StepState) bool { return st.stuck || st.Status == StepIsUnknown })
}

// left reports whether a group was given up in this run.
func (x *standing) left(group string) bool {
	return x.thing(group, func(_ *plan.Step, st *StepState) bool { return st.stuck }) &&
		!x.thing(group, func(_ *plan.Step, st *StepState) bool { return st.Status == StepUndoing || st.Status == StepIsUnknown })
}

// changed reports whether something of a group was changed that no undo takes back: it was
// more than made ready.
func (x *standing) changed(group string) bool {
	return x.some(group, func(s *plan.Step, st *StepState) bool {
		return st.final || s.Undo == nil && st.did() && (st.Status != StepPending || st.Failures > 0) && st.Status != StepIsStuck
	})
}

// waveChanged reports whether something of a group of a wave was.
func (x *standing) waveChanged(wave int) bool { return x.tally.changedOf[wave] > 0 }

// final reports whether a group has come to where what it did is not undone any more.
func (x *standing) final(group string) bool {
	return x.some(group, func(_ *plan.Step, st *StepState) bool { return st.final })
}

func (x *standing) some(group string, is func(*plan.Step, *StepState) bool) bool {
	return slices.ContainsFunc(x.groups[group], func(id string) bool { return is(x.steps[id], x.state.Steps[id]) })
}

// stuck notes that a step is, and undoes what was begun of its group.
func (e *Engine) stuck(ctx context.Context, s *plan.Step, why string) error {
	e.tell(StepStuck, s.ID, why)
	end := &journal.Entry{Step: s.ID, Attempt: e.state.Steps[s.ID].Attempt, Kind: journal.End, Outcome: journal.Stuck, Detail: why}
	if err := e.append(ctx, end); err != nil {
		return err
	}
	if st := e.state.Steps[s.ID]; e.final(groupOf(s)) && undoable(s, st) { // what is done for good of its group stays
		if err := takeBack(ctx, e, s.ID, why); err != nil {
			return err
		}
	}
	if e.OnStuck != SkipOnStuck {
		return e.stop(ctx, "step "+s.ID+": "+why)
	}
	if e.skipped++; e.skipped >= mostSkipped {
		return e.stop(ctx, fmt.Sprintf("%s in a row could not be done, the last one at step %s: %s", words.Count(e.skipped, "group"), s.ID, why))
	}
	e.lookAgain(e.Clock.Now())
	return e.undoGroup(ctx, groupOf(s), why)
}

// mostSkipped is after how many groups that were skipped, one after the other, no other one is
// begun: pods would be moved from each for nothing.
const mostSkipped = 2

// stop begins nothing further, and undoes what is in hand.
func (e *Engine) stop(ctx context.Context, why string) error {
	if e.pause == "" {
		e.pause = why
	}
	e.lookAgain(e.Clock.Now())
	return e.undoAll(ctx, why, everything)
}

// everything is each group that there is.
func everything(*plan.Step, *StepState) bool { return true }

// undoAll undoes what was begun of groups that are not done, of those of which some step is
// meant. It leaves alone what is done for good, and what nobody knows.
func (e *Engine) undoAll(ctx context.Context, why string, meant func(*plan.Step, *StepState) bool) error {
	var failed []error // by none of them are the others left as they are
	seen := map[string]bool{}
	for _, id := range e.order {
		group := groupOf(e.steps[id])
		if seen[group] {
			continue
		}
		seen[group] = true
		if e.some(group, meant) && e.some(group, unfinished) {
			failed = append(failed, e.undoGroup(ctx, group, why))
		}
	}
	return errors.Join(failed...)
}

// undoGroup begins to undo what was begun of a group, the last first.
func (e *Engine) undoGroup(ctx context.Context, group, why string) error {
	if e.final(group) || e.some(group, isUnknown) {
		return nil
	}
	return e.putBack(ctx, group, why)
}

func (e *Engine) putBack(ctx context.Context, group, why string) error {
	for _, id := range slices.Backward(e.groups[group]) {
		if !undoable(e.steps[id], e.state.Steps[id]) {
			continue
		}
		if err := takeBack(ctx, e, id, why); err != nil {
			return err
		}
	}
	return nil
}

// takeBack begins to undo a step.
func takeBack(ctx context.Context, e *Engine, id, why string) error {
	delete(e.until, id)
	e.tell(UndoBegun, id, why)
	x := &journal.Entry{Step: id, Attempt: e.state.Steps[id].Attempt, Undo: true, Kind: journal.Begin, Detail: why}
	if err := e.append(ctx, x); err != nil {
		return err
	}
	e.crash("undo.begun")
	e.lookAgain(e.Clock.Now())
	return nil
}

func isUnknown(_ *plan.Step, st *StepState) bool { return st.Status == StepIsUnknown }

// undoable reports whether there is something of a step to be undone: it may have been made,
// and failed, or was stuck, since. What is done for good is not.
func undoable(s *plan.Step, st *StepState) bool {
	return s.Undo != nil && !st.final && (st.Status == StepRunning || st.Status == StepFinished || st.made && st.Status != StepUndoing)
}

// undo takes the undoing of a step a little further. Steps that came after it are undone before.
func (e *Engine) undo(ctx context.Context, s *plan.Step, st *StepState) error {
	for _, id := range e.groups[groupOf(s)] {
		if e.state.Steps[id].Status == StepUndoing && slices.Contains(e.steps[id].Needs, s.ID) {
			e.lookAgain(e.Clock.Now())
			return nil
		}
	}
	w := &Work{Plan: e.Plan, Step: s, Action: s.Undo, Attempt: st.Attempt, Undo: true, engine: e}
	r, err := e.Runners[s.Undo.Kind].Step(ctx, w)
	if err == nil && r.Wait != nil {
		err = r.Wait
	}
	var gone *Lost
	var unwritten *Unwritten
	var halt *Halt
	switch {
	case err == nil:
		end := &journal.Entry{Step: s.ID, Attempt: st.Attempt, Undo: true, Kind: journal.End, Outcome: journal.Done}
		if err := e.append(ctx, end); err != nil {
			return err
		}
		e.crash("undo.ended")
		e.lookAgain(e.Clock.Now())
		e.tell(UndoDone, s.ID, r.Says)
		return nil
	case errors.As(err, &gone) || errors.As(err, &unwritten):
		return err
	case errors.As(err, &halt): // waiting does not help
		e.givenUp[s.ID] = true
		e.waits(s.ID, halt.Why)
		return e.stop(ctx, halt.Why)
	case errors.Is(err, errUnknown):
		e.tell(StepUnknown, s.ID, "it cannot be told whether "+st.Open+" was done")
		return nil
	}
	return e.wait(s, err) // an undo is tried for as long as it takes
}
