package fleet

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/command"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/words"
)

// patch runs a command that patches an instance, and waits until another one says that it has the fix and has caught
// up. An instance of which that says so before is not patched.
type patch struct{ runs *command.Runs }

func (patch) Check(a *plan.Action) error { return checkPatch(a) }

func checkPatch(a *plan.Action) error {
	if a.With[step.Instance] == "" {
		return fmt.Errorf("%s: %s is not set", a.Kind, step.Instance)
	}
	if _, err := within(a, step.Within); err != nil {
		return err
	}
	return errors.Join(checkCommand(a, step.Command, false), checkCommand(a, step.Verify, true))
}

func (r patch) Step(ctx context.Context, w *apply.Work) (apply.Result, error) {
	verify := w.With(step.Verify)
	if _, made := w.Made(patching); !made && len(w.Unanswered()) == 0 && verify != "" {
		says := command.Ask(ctx, verify, mostAsked, environment(w.Action.With)...)
		var none *command.Unanswered
		switch {
		case says == nil:
			return apply.Done("it had the fix before"), nil
		case errors.As(says, &none):
			return apply.Waiting("nobody says whether it has the fix: "+says.Error(), poll), nil
		}
	}
	err := w.Change(ctx, change(r.runs, w, patching, true))
	var failed *apply.Refused
	if errors.As(err, &failed) {
		return apply.Result{}, failed.Err // the attempt failed
	}
	if err != nil {
		return apply.Result{}, err
	}
	return apply.Done(map[bool]string{true: "the command has ended well", false: "it has the fix"}[verify == ""]), nil
}

// patching is the key of the change that a patch is.
const patching = "patch"

// change is a command that runs for an instance. For good is one that is waited for where the run is to end.
func change(runs *command.Runs, w *apply.Work, key string, forGood bool) *apply.Change {
	env := environment(w.Action.With)
	return &apply.Change{Key: key, Target: w.With(step.Instance), Final: forGood,
		About: map[string]string{step.Command: w.With(step.Command), step.Instance: w.With(step.Instance), step.Fix: w.With(step.Fix)},
		Do: func(_ context.Context, token string) error {
			return runs.Start(w, w.With(step.Command), token, env...)
		},
		Observe: func(ctx context.Context, token string) (apply.Observation, error) {
			return observe(ctx, runs, w, token, env)
		}}
}

// observe tells what became of the command of a change, also of one that another process has begun. It has ended well
// only once Verify says so, and it is ended where both take too long. One that was cut off without having done all has failed:
// what is half done is not left so until that time is over.
func observe(ctx context.Context, runs *command.Runs, w *apply.Work, token string, env []string) (apply.Observation, error) {
	most, err := within(w.Action, step.Within)
	if err != nil {
		return apply.IsUnknown, err
	}
	is, err := runs.Observe(token)
	trace, known := runs.Trace(w, token)
	over := known && w.Now().Sub(trace.Begun) >= most
	verify := w.With(step.Verify)
	switch {
	case is == apply.IsFailed:
		return is, err
	case known && trace.Alive && over:
		if err := trace.Kill(); err != nil {
			return apply.IsUnderway, fmt.Errorf("it does not end within %s, and cannot be killed: %w", words.Duration(most), err)
		}
		return apply.IsFailed, errors.New("it did not end within " + words.Duration(most) + ", and was killed")
	case is == apply.IsUnderway || known && trace.Alive:
		return apply.IsUnderway, nil
	case trace.Ended != nil && *trace.Ended != 0:
		if err := trace.Kill(); err != nil {
			return apply.IsUnderway, fmt.Errorf("it ended with exit status %d, and what it has started cannot be killed: %w", *trace.Ended, err)
		}
		return apply.IsFailed, fmt.Errorf("it ended with exit status %d", *trace.Ended)
	case trace.Ended != nil && verify == "":
		return apply.IsDone, nil
	case is == apply.IsUnknown && !known: // it may not have been begun, or by a machine that is gone
		return apply.IsUnknown, nil
	case verify == "":
		return is, nil
	}
	return verified(ctx, verify, env, trace, over, most)
}

// verified is what became of a patch whose command has ended, by what Verify says.
func verified(ctx context.Context, verify string, env []string, trace command.Trace, over bool,
	most time.Duration) (apply.Observation, error) {
	says := command.Ask(ctx, verify, mostAsked, env...)
	var none *command.Unanswered
	switch {
	case says == nil:
		return apply.IsDone, nil
	case trace.CutOff && !errors.As(says, &none): // nothing goes on of it that would have to be waited for
		return apply.IsFailed, fmt.Errorf("it was cut off before its end, and --verify says: %w", says)
	case over:
		if err := trace.Kill(); err != nil {
			return apply.IsUnderway, fmt.Errorf("it has not got the fix, and what it has started cannot be killed: %w", err)
		}
		return apply.IsFailed, fmt.Errorf("it has not got the fix within %s: %w", words.Duration(most), says)
	}
	return apply.IsUnderway, &apply.Wait{What: "the command has ended, and --verify says: " + says.Error(), Poll: poll}
}

// back runs a command that takes the patch of an instance back. It is tried for as long as it takes.
type back struct{ runs *command.Runs }

func (back) Check(a *plan.Action) error { return checkPatch(a) }

func (r back) Step(ctx context.Context, w *apply.Work) (apply.Result, error) {
	err := w.Change(ctx, change(r.runs, w, "take-back", false))
	var failed *apply.Refused
	switch {
	case errors.As(err, &failed):
		return apply.Waiting("it could not be taken back, which is tried again: "+failed.Error(), again), nil
	case err != nil:
		return apply.Result{}, err
	}
	return apply.Done("the patch is taken back"), nil
}

// again is after how long it is tried again to take something back.
const again = 30 * time.Second
