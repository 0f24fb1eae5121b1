package apply

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/plan"
)

// Work is a step in hand, as its runner sees it.
type Work struct {
	Plan    *plan.Plan
	Step    *plan.Step
	Action  *plan.Action // of the step, or its undo
	Attempt int
	Undo    bool

	engine *Engine
	late   bool // its time is over: it is looked whether it is done, and nothing more is changed
	held   bool // by that
}

const (
	// lost is how long to wait before something is looked at again that could not be seen.
	lost = 2 * time.Second
	// onItsWay is how long to wait before it is looked for what became of a change whose answer
	// did not come: an API server tries for 10 s to charge a budget that others change as well.
	onItsWay = 10 * time.Second
)

// answeredByPerson is the detail of what a person said of a change.
const answeredByPerson = "said by who resumed the plan"

// With is a field of the action.
func (w *Work) With(field string) string { return w.Action.With[field] }

// File is the name of a file beside the journal, for what is kept besides; empty where there is
// no place for it.
func (w *Work) File(name string) string {
	if w.engine.Files == "" {
		return ""
	}
	return w.engine.Files + "." + name
}

// Now is the time.
func (w *Work) Now() time.Time { return w.engine.Clock.Now() }

// Fence is the number under which this process may change things.
func (w *Work) Fence() int64 { return w.engine.fence }

func (w *Work) state() *StepState { return w.engine.state.Steps[w.Step.ID] }

// Made reports whether a change was made in this attempt, and when.
func (w *Work) Made(key string) (time.Time, bool) {
	c := w.state().changes[changeKey{w.Attempt, w.Undo, key}]
	if c == nil || !c.done {
		return time.Time{}, false
	}
	return c.at, true
}

// Changed is when a step of the plan has last changed something, or may have, since it was begun anew; false where it
// has changed nothing.
func (w *Work) Changed(step string) (at time.Time, is bool) {
	st := w.engine.state.Steps[step]
	if st == nil {
		return at, false
	}
	for key, c := range st.changes {
		if !key.undo && key.attempt > st.reset && c.mayBe() {
			is = true
			if c.at.After(at) {
				at = c.at
			}
		}
	}
	return at, is
}

// Tokens are those under which a change was asked for, in whichever attempt: by one of them it is known again where an attempt
// before this one has made it.
func (w *Work) Tokens(key string) (all []string) {
	for k, c := range w.state().changes {
		if k.key == key && k.undo == w.Undo {
			all = append(all, c.token)
		}
	}
	return all
}

// Unanswered is a change of which nobody knows yet what became of it.
type Unanswered struct {
	Key, Target string
	About       map[string]string
}

// Unanswered are those of this attempt, sorted by key: a runner hands them to Change again,
// also where it would not begin them any more.
func (w *Work) Unanswered() (all []Unanswered) {
	for key, c := range w.state().changes {
		if key.attempt == w.Attempt && key.undo == w.Undo && c.open {
			all = append(all, Unanswered{key.key, c.target, aboutOf(c.about)})
		}
	}
	slices.SortFunc(all, func(a, b Unanswered) int { return strings.Compare(a.Key, b.Key) })
	return all
}

// Note keeps something in the journal that a runner has to know again after a crash. It
// returns since when it has been noted so, which is now where it was another before; and no longer
// ago than this run has looked.
func (w *Work) Note(ctx context.Context, key, value string) (time.Time, error) {
	e := journal.Entry{Step: w.Step.ID, Attempt: w.Attempt, Undo: w.Undo, Kind: journal.Note, Target: key, Detail: value}
	if was, ok := w.Noted(key); ok && was.Detail == value {
		if since := w.state().Since; since.After(was.At) {
			return since, nil
		}
		return was.At, nil
	}
	err := w.engine.append(ctx, &e)
	return e.At, err
}

// Noted is what was noted last in this attempt.
func (w *Work) Noted(key string) (journal.Entry, bool) {
	e, ok := w.state().notes[noteKey(&journal.Entry{Attempt: w.Attempt, Target: key})]
	return e, ok
}

// Change makes a change, once: what was made before, or by a process that died meanwhile, is
// not made again. Nil says that it is made. Its errors are for the engine: a runner hands on
// those that are not *Refused.
func (w *Work) Change(ctx context.Context, c *Change) error {
	key := changeKey{w.Attempt, w.Undo, c.Key}
	was := w.state().changes[key]
	switch {
	case was != nil && was.done:
		return nil
	case was != nil && was.open:
		made, err := w.observe(ctx, c, was)
		if made || err != nil {
			return err
		}
	}
	if w.late {
		w.held = true
		return &Wait{What: "its time is over", Poll: lost}
	}
	if err := w.allowed(ctx, c); err != nil {
		return err
	}
	if err := w.intend(ctx, c, was); err != nil {
		return err
	}
	return w.do(ctx, c, w.state().changes[key])
}

// intend notes that a change is about to be made. It is noted again where it was seen that it was
// not begun: from then on it may be.
func (w *Work) intend(ctx context.Context, c *Change, was *changeState) error {
	w.engine.crash("intent.before")
	e := w.entry(c, journal.Intent)
	if was != nil {
		e.Try = was.try
	}
	e.Try++
	e.Token = token(w.Plan.ID, w.Step.ID, strconv.Itoa(w.Attempt), strconv.FormatBool(w.Undo), c.Key, strconv.Itoa(e.Try))
	if was != nil && was.open {
		e.Token = was.token
	}
	e.Detail = detail(c.About)
	if err := w.engine.append(ctx, e); err != nil {
		return err
	}
	w.engine.crash("intent.after")
	return nil
}

// do makes the change. Ctrl-C does not cut it off: then nobody would know.
func (w *Work) do(ctx context.Context, c *Change, s *changeState) error {
	err := c.Do(context.WithoutCancel(ctx), s.token)
	w.engine.crash("do.answered")
	var refused *Refused
	var wait *Wait
	var halt *Halt
	switch {
	case err == nil:
		return w.result(ctx, c, s, journal.Result, journal.Done, "")
	case errors.As(err, &refused) || errors.As(err, &halt):
		if failed := w.result(ctx, c, s, journal.Result, journal.Refused, err.Error()); failed != nil {
			return failed
		}
		return err
	case errors.As(err, &wait):
		s.underway = true
		return err
	}
	return &Wait{What: "the answer was lost: " + err.Error(), Poll: onItsWay}
}

// observe tells of a change that is open whether it was made.
func (w *Work) observe(ctx context.Context, c *Change, s *changeState) (made bool, err error) {
	is, err := c.Observe(ctx, s.token)
	var wait *Wait
	var halt *Halt
	switch {
	case errors.As(err, &wait) || errors.As(err, &halt):
		return false, err
	case err != nil && is != IsFailed:
		return false, &Wait{What: "cannot see yet whether it was done: " + err.Error(), Poll: lost}
	}
	switch is {
	case IsDone:
		return true, w.result(ctx, c, s, journal.Observed, journal.Done, "")
	case IsFailed:
		if err == nil {
			err = errors.New("it failed")
		}
		if err := w.result(ctx, c, s, journal.Observed, journal.Failed, err.Error()); err != nil {
			return false, err
		}
		return false, &Refused{err}
	case IsNotBegun:
		if s.said == journal.NotBegun { // it was not sent since
			return false, nil
		}
		return false, w.result(ctx, c, s, journal.Observed, journal.NotBegun, "")
	case IsUnderway:
		return false, &Wait{What: "is underway", Poll: lost}
	}
	if w.state().Status != StepIsUnknown { // also where it was so before somebody resumed
		if err := w.result(ctx, c, s, journal.Observed, journal.Unknown, ""); err != nil {
			return false, err
		}
	}
	return false, fmt.Errorf("%s of %s: %w", c.Key, w.Step.ID, errUnknown)
}

func (w *Work) result(ctx context.Context, c *Change, s *changeState, kind journal.Kind, is journal.Outcome, says string) error {
	w.engine.crash("result.before")
	e := w.entry(c, kind)
	e.Try, e.Token, e.Outcome, e.Detail = s.try, s.token, is, says
	if err := w.engine.append(ctx, e); err != nil {
		return err
	}
	w.engine.crash("result.after")
	ev := Event{At: e.At, Kind: Changed, Step: w.Step.ID, Title: w.Step.Title, Group: w.Step.Group, Wave: w.Step.Wave,
		Change: c.Key, Target: c.Target, About: c.About, Says: string(is)}
	if says != "" {
		ev.Kind, ev.Says = Refusal, says
	}
	w.engine.emit(ev)
	return nil
}

func (w *Work) entry(c *Change, kind journal.Kind) *journal.Entry {
	return &journal.Entry{Step: w.Step.ID, Attempt: w.Attempt, Undo: w.Undo, Change: c.Key, Kind: kind, Target: c.Target, Final: c.Final}
}

// allowed asks, right before a change, the guards and whether this process is still the one
// that may make it. What is undone asks no guard.
func (w *Work) allowed(ctx context.Context, c *Change) error {
	if !w.Undo {
		if w.engine.pause != "" && !w.engine.final(groupOf(w.Step)) {
			return errEnding
		}
		if held, err := w.engine.held(ctx, w.Step, c); held != nil || err != nil {
			if err == nil {
				err = held
			}
			return err
		}
	}
	err := w.engine.hold(ctx)
	var ends *Ending
	switch {
	case !errors.As(err, &ends):
		return err
	case w.Undo:
		return nil
	}
	return &Halt{ends.Why}
}

// hold is the lease's answer, as what the step waits for where there is none.
func (e *Engine) hold(ctx context.Context) error {
	e.crash("lease.renewing")
	err := e.Lease.Hold(context.WithoutCancel(ctx))
	var gone *Lost
	var halt *Halt
	var ends *Ending
	switch {
	case err == nil || errors.As(err, &gone) || errors.As(err, &halt) || errors.As(err, &ends):
		return err
	}
	return &Wait{What: "cannot see who holds the lease: " + err.Error(), Poll: lost}
}

// token is by what the other side tells a repeat: that of the same change is the same.
func token(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}
