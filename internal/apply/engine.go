package apply

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/plan"
)

// Engine carries one plan out, in one goroutine.
type Engine struct {
	Settings
	standing
	fence int64
	said  map[string]string    // what a step was last said to wait for
	next  time.Time            // when something is to be looked at again
	since map[string]time.Time // from when on a step that has not begun is held by a guard
	pause string               // why nothing further is begun
	ends  map[string]bool      // of which it was said that they are taken to their end all the same
	until map[string]time.Time // before which a step is not looked at again
	shut  map[string]time.Time // before which a group is not begun again that a guard has had undone

	skipped int // groups, since one was done
	// rests is what the groups rest on that are not begun: the facts of the plan, or what they
	// were when a person had it gone on with.
	rests []plan.Fact
}

// standing is how the steps of a plan stand, and what that is for the groups that they are of.
type standing struct {
	order  []string
	steps  map[string]*plan.Step
	groups map[string][]string // their steps, in that order
	waves  map[int][]string    // their groups
	things map[string][]string // the steps of what groups are parts of
	named  map[string]bool     // names of objects that some steps, or their guards, are about
	state  *State
	tally  tally
	// givenUp are the steps of which the undo cannot be done.
	givenUp map[string]bool
}

// New makes an engine. What it does not know how to do is refused, before anything is done.
func New(s Settings, fence int64) (*Engine, error) {
	e := &Engine{Settings: s, fence: fence,
		standing: standing{order: s.Plan.Order(), steps: map[string]*plan.Step{}, groups: map[string][]string{}, waves: map[int][]string{},
			things: map[string][]string{}, named: map[string]bool{}, givenUp: map[string]bool{}},
		said: map[string]string{}, since: map[string]time.Time{}, until: map[string]time.Time{},
		shut: map[string]time.Time{}, ends: map[string]bool{}, rests: s.Plan.Facts}
	for i := range s.Plan.Steps {
		st := &s.Plan.Steps[i]
		e.steps[st.ID] = st
		if err := e.knows(st); err != nil {
			return nil, fmt.Errorf("step %s: %w", st.ID, err)
		}
	}
	if s.OnStuck == EscalateOnStuck && !s.Plan.Escalates() {
		return nil, ErrNoEscalation
	}
	e.grouped()
	return e, nil
}

// Check reports what of a plan an engine with these runners and guards could not carry out.
func Check(p *plan.Plan, runners map[string]Runner, guards map[string]Guard) error {
	_, err := New(Settings{Plan: p, Runners: runners, Guards: guards}, 0)
	return err
}

func (x *Settings) knows(s *plan.Step) error {
	actions := []*plan.Action{&s.Action, s.Undo}
	if s.Escalation != nil {
		actions = append(actions, &s.Escalation.Action)
	}
	for _, a := range actions {
		if a == nil {
			continue
		}
		r := x.Runners[a.Kind]
		if r == nil {
			return fmt.Errorf("there is no action %q", a.Kind)
		}
		if err := r.Check(a); err != nil {
			return err
		}
	}
	for i := range s.Guards {
		g := x.Guards[s.Guards[i].Kind]
		if g == nil {
			return fmt.Errorf("there is no guard %q", s.Guards[i].Kind)
		}
		if k, ok := g.(Knower); ok {
			if err := k.Knows(&s.Guards[i]); err != nil {
				return fmt.Errorf("guard %s: %w", s.Guards[i].Kind, err)
			}
		}
	}
	return nil
}

// Run carries the plan out until it is done, or cannot go on. With resume it goes on with
// one that was begun before.
func (e *Engine) Run(ctx context.Context, resume bool) (Status, error) {
	if err := e.load(ctx); err != nil {
		return NotBegun, err
	}
	switch {
	case e.state.Finished == journal.Done:
		return Finished, nil
	case e.state.Finished == journal.Aborted:
		return Aborted, ErrAborted
	case !e.state.Begun.IsZero() && !resume:
		return Paused, ErrBegun
	}
	if err := e.begin(ctx); err != nil {
		return NotBegun, err
	}
	for {
		status, err := e.round(ctx)
		if status != Running || err != nil {
			return status, err
		}
		e.Clock.Sleep(ctx, max(e.next.Sub(e.Clock.Now()), 0))
	}
}

func (e *Engine) load(ctx context.Context) error {
	e.crash("plan.read")
	entries, err := e.Journal.Entries(ctx)
	if err != nil {
		return err
	}
	e.state = Fold(e.Plan, entries)
	e.count("")
	for i := range entries {
		if err := e.journaled(&entries[i]); err != nil {
			return err
		}
	}
	return nil
}

// begin notes that the plan is begun, or gone on with. A plan that rests on other facts by
// now is not begun; one that was begun is gone on with all the same: part of them it changed.
func (e *Engine) begin(ctx context.Context) error {
	if open := e.unaccepted(!e.state.Begun.IsZero()); len(open) > 0 {
		return &Unaccepted{open}
	}
	if !e.state.Begun.IsZero() {
		since, err := e.restsAnew(ctx)
		if err != nil {
			return err
		}
		e.tell(PlanResumed, "", since)
		if err := e.answer(ctx); err != nil {
			return err
		}
		if err := approve(ctx, e); err != nil {
			return err
		}
		return e.append(ctx, &journal.Entry{Kind: journal.Resume, Detail: e.accepted()})
	}
	if e.Facts != nil {
		now, err := e.facts(ctx)
		if err != nil {
			return err
		}
		if moved := e.Plan.Stale(now); len(moved) > 0 {
			return &Stale{moved}
		}
	}
	e.tell(PlanBegun, "", e.Plan.Title)
	if err := e.append(ctx, &journal.Entry{Kind: journal.Note, Target: "plan", Detail: e.accepted()}); err != nil {
		return err
	}
	return approve(ctx, e)
}

// answer notes what people say of changes that are unknown.
func (e *Engine) answer(ctx context.Context) error {
	for _, id := range slices.Sorted(maps.Keys(e.Answers)) {
		st := e.state.Steps[id]
		if st == nil || st.Status != StepIsUnknown {
			return fmt.Errorf("step %q is not one of which it is unknown whether something was done", id)
		}
		is := journal.NotBegun
		if e.Answers[id] {
			is = journal.Done
		}
		for key, c := range st.changes {
			if c.open && c.said == journal.Unknown {
				x := &journal.Entry{Step: id, Attempt: key.attempt, Undo: key.undo, Change: key.key, Try: c.try, Kind: journal.Observed,
					Outcome: is, Token: c.token, Target: c.target, Detail: answeredByPerson}
				if err := e.append(ctx, x); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// append commits an entry and takes it over.
func (e *Engine) append(ctx context.Context, x *journal.Entry) error {
	x.At = e.Clock.Now().UTC()
	if err := e.Journal.Append(context.WithoutCancel(ctx), x); err != nil {
		if errors.Is(err, journal.ErrFenced) {
			return &Lost{"another process, by the journal"}
		}
		return &Unwritten{err}
	}
	e.state.Add(x)
	if x.Step != "" || x.Kind == journal.Resume {
		e.count(x.Step)
	}
	return e.journaled(x)
}

func (x *Settings) crash(point string) {
	if x.Crash != nil {
		x.Crash(point)
	}
}

// longest is how long the engine sleeps at the most: the lease has to be renewed.
const longest = 10 * time.Second

// round looks once at each step.
func (e *Engine) round(ctx context.Context) (Status, error) {
	if ctx.Err() != nil {
		return e.interrupt(ctx)
	}
	e.next = e.Clock.Now().Add(longest)
	if status, err := e.holds(ctx); status != Running || err != nil {
		return status, err
	}
	if err := e.pass(ctx); err != nil {
		return e.failed(ctx, err)
	}
	if ctx.Err() != nil {
		return e.interrupt(ctx)
	}
	return e.settled(ctx)
}

// holds asks for the lease, which may have to be waited for.
func (e *Engine) holds(ctx context.Context) (Status, error) {
	err := e.hold(ctx)
	var ends *Ending
	if errors.As(err, &ends) {
		err = e.stop(ctx, ends.Why)
	}
	var wait *Wait
	if !errors.As(err, &wait) {
		return e.failed(ctx, err)
	}
	if e.said[""] != wait.What {
		e.said[""] = wait.What
		e.tell(LeaseWaits, "", wait.What)
	}
	e.Clock.Sleep(ctx, wait.Poll)
	return Running, nil
}

// failed is how the plan stands after an error that is not of a step.
func (e *Engine) failed(ctx context.Context, err error) (Status, error) {
	var gone *Lost
	var halt *Halt
	switch {
	case err == nil:
		return Running, nil
	case errors.As(err, &gone):
		return Overtaken, err
	case errors.As(err, &halt): // nothing can be undone: who has no lease changes nothing
		return Paused, e.paused(ctx, halt.Why+e.notUndone())
	}
	return Paused, fmt.Errorf("%w%s", err, e.notUndone())
}

// settled tells whether the plan has come to an end, of whatever kind.
func (e *Engine) settled(ctx context.Context) (Status, error) {
	counts := map[StepStatus]int{}
	for _, s := range e.state.Steps {
		counts[s.Status]++
	}
	switch {
	case counts[StepFinished] == len(e.state.Steps):
		e.crash("plan.end")
		return Finished, e.finish(ctx, journal.Done, "")
	case e.undoing() || e.pause != "" && e.any(e.toEnd):
		return Running, nil
	case e.pause != "":
		return Paused, e.paused(ctx, e.pause+e.notUndone())
	case counts[StepRunning] > 0 || e.mayBegin():
		return Running, nil
	case counts[StepIsUnknown] > 0:
		return Unknown, e.paused(ctx, "it cannot be told whether a change was made: see the steps that are unknown")
	}
	return Left, e.finish(ctx, journal.Left, "")
}

// mayBegin reports whether a step that is pending may begin some time.
func (e *Engine) mayBegin() bool {
	return slices.ContainsFunc(e.order, func(id string) bool {
		return e.state.Steps[id].Status == StepPending && !e.blocked(groupOf(e.steps[id])) && e.ready(id)
	})
}

func (e *Engine) finish(ctx context.Context, is journal.Outcome, why string) error {
	if err := e.append(ctx, &journal.Entry{Kind: journal.Finish, Outcome: is, Detail: why}); err != nil {
		return err
	}
	e.tell(PlanEnded, "", string(is))
	return nil
}

func (e *Engine) paused(ctx context.Context, why string) error {
	if err := e.append(ctx, &journal.Entry{Kind: journal.Pause, Detail: why}); err != nil {
		return err
	}
	e.tell(PlanPaused, "", why)
	return nil
}

// State is how the plan stands.
func (x *standing) State() *State { return x.state }
