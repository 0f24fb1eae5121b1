package fleet

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/command"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/words"
)

// bake watches a deployment that is patched, for as long as its wave is to bake. One that is not well in three looks
// has its patches taken back, and is left to people.
type bake struct{ runs *command.Runs }

// mostUnwell is in how many looks, one after the other, a deployment is not well before its patches are taken back.
const mostUnwell = 3

// The notes of a bake.
const (
	bakes  = "bakes"
	unwell = "unwell"
	taking = "taking-back"
)

func (bake) Check(a *plan.Action) error {
	if _, err := within(a, step.Soak); err != nil {
		return err
	}
	if _, err := within(a, step.Within); err != nil {
		return err
	}
	if _, err := membersOf(a); err != nil {
		return err
	}
	return errors.Join(checkCommand(a, step.Health, true), checkCommand(a, step.Rollback, true))
}

func membersOf(a *plan.Action) (all []step.Member, err error) {
	if text := a.With[step.Instances]; text != "" {
		if err = json.Unmarshal([]byte(text), &all); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", a.Kind, step.Instances, err)
		}
	}
	return all, nil
}

func (r bake) Step(ctx context.Context, w *apply.Work) (apply.Result, error) {
	soak, err := within(w.Action, step.Soak)
	if err != nil {
		return apply.Result{}, err
	}
	if is, ok := w.Noted(taking); ok {
		return r.takeBack(ctx, w, is.Detail)
	}
	since, err := w.Note(ctx, bakes, "yes")
	if err != nil {
		return apply.Result{}, err
	}
	if noted, ok := w.Noted(bakes); ok {
		since = noted.At // a bake goes on while onus is away: its end is looked at all the same
	}
	health := w.With(step.Health)
	if health != "" {
		if says := command.Ask(ctx, health, mostAsked, environment(w.Action.With)...); says != nil {
			return r.isUnwell(ctx, w, says)
		}
		if _, err := w.Note(ctx, unwell, "0"); err != nil {
			return apply.Result{}, err
		}
	}
	if left := soak - w.Now().Sub(since); left > 0 {
		return apply.Waiting("it bakes for "+words.Duration(soak), pollOf(left)), nil
	}
	return apply.Done(""), nil
}

// pollOf is after how long a bake is looked at again: often in a short one, and every minute in one of hours.
func pollOf(left time.Duration) time.Duration { return min(max(left/10, poll), time.Minute) }

// isUnwell counts the looks in which a deployment was not well.
func (r bake) isUnwell(ctx context.Context, w *apply.Work, says error) (apply.Result, error) {
	n := 1
	if is, ok := w.Noted(unwell); ok {
		was, _ := strconv.Atoi(is.Detail)
		n += was
	}
	if _, err := w.Note(ctx, unwell, strconv.Itoa(n)); err != nil {
		return apply.Result{}, err
	}
	why := fmt.Sprintf("%s is not well: %s", w.With(step.Deployment), says)
	switch {
	case n < mostUnwell:
		return apply.Waiting(why, poll), nil
	case w.With(step.Rollback) == "":
		return apply.Result{}, errors.New(why + "; nothing says how its patches are taken back")
	}
	if _, err := w.Note(ctx, taking, why); err != nil {
		return apply.Result{}, err
	}
	return r.takeBack(ctx, w, why)
}

// takeBack takes the patches of a deployment back, the last one first, one instance after the other.
func (r bake) takeBack(ctx context.Context, w *apply.Work, why string) (apply.Result, error) {
	all, err := membersOf(w.Action)
	if err != nil {
		return apply.Result{}, err
	}
	for _, m := range slices.Backward(all) {
		key := "take-back/" + m.Instance
		env := environment(map[string]string{step.Instance: m.Instance, step.Deployment: w.With(step.Deployment), step.Role: m.Role,
			step.Region: m.Region, step.Account: m.Account, step.Running: m.Running, step.Fix: m.Fix})
		err := w.Change(ctx, &apply.Change{Key: key, Target: m.Instance, Final: true,
			About: map[string]string{step.Command: w.With(step.Rollback), step.Instance: m.Instance},
			Do: func(_ context.Context, token string) error {
				return r.runs.Start(w, w.With(step.Rollback), token, env...)
			},
			Observe: func(ctx context.Context, token string) (apply.Observation, error) {
				return observe(ctx, r.runs, w, token, env)
			}})
		var failed *apply.Refused
		switch {
		case errors.As(err, &failed):
			return apply.Waiting(m.Instance+" could not be taken back, which is tried again: "+failed.Error(), again), nil
		case err != nil:
			return apply.Result{}, err
		}
	}
	return apply.Result{}, &apply.Back{Why: why + "; " + words.Count(len(all), "patch") + " of it were taken back", Stuck: true}
}
