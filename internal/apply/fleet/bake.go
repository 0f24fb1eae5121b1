package fleet

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
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
type bake struct {
	runs  *command.Runs
	rolls Roller
}

// Roller takes back what a controller has rolled out; nil where nothing is.
type Roller interface {
	Back(ctx context.Context, w *apply.Work, key string) error
}

// mostUnwell is in how many looks, one after the other, a deployment is not well before its patches are taken back.
const mostUnwell = 3

// The notes of a bake.
const (
	bakes  = "bakes"
	unwell = "unwell"
	taking = "taking-back"
)

func (r bake) Check(a *plan.Action) error {
	if a.With[step.Resource] != "" && r.rolls == nil {
		return fmt.Errorf("%s: %s is of plans for a cluster", a.Kind, step.Resource)
	}
	if _, err := within(a, step.Soak); err != nil {
		return err
	}
	if _, err := within(a, step.Within); err != nil {
		return err
	}
	if _, err := membersOf(a); err != nil {
		return err
	}
	return errors.Join(checkCommand(a, step.Health, true), checkCommand(a, step.Rollback, true), checkCommand(a, step.Command, true))
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
	all, err := membersOf(w.Action)
	if err != nil {
		return apply.Result{}, err
	}
	if is, _, ok := w.LastNoted(taking); ok && since(w, all, is.At) {
		return r.takeBack(ctx, w, all, is.Detail)
	}
	if _, err := w.Note(ctx, bakes, "yes"); err != nil {
		return apply.Result{}, err
	}
	begun, _ := w.Noted(bakes) // a bake goes on while onus is away: its end is looked at all the same
	if w.With(step.Health) != "" {
		done, err := r.look(ctx, w, all, soak)
		switch {
		case err != nil:
			return apply.Result{}, err
		case done != nil:
			return *done, nil
		}
	}
	if left := soak - w.Now().Sub(begun.At); left > 0 {
		return apply.Waiting("it bakes for "+words.Duration(soak), pollOf(left)), nil
	}
	return apply.Done(""), nil
}

// since reports whether something is later than the last patch of some members.
func since(w *apply.Work, all []step.Member, at time.Time) bool {
	for _, m := range all {
		if patched, is := w.Changed(m.Step); is && patched.After(at) {
			return false
		}
	}
	return true
}

// pollOf is after how long a bake is looked at again: often in a short one, and every minute in one of hours.
func pollOf(left time.Duration) time.Duration { return min(max(left/10, poll), time.Minute) }

// look asks whether a deployment is well, and counts the looks in which it is not. It returns what to do where it is not;
// nil where it is well. That nobody answers is no answer.
func (r bake) look(ctx context.Context, w *apply.Work, all []step.Member, soak time.Duration) (*apply.Result, error) {
	says := command.Ask(ctx, w.With(step.Health), mostAsked, environment(w.Action.With)...)
	var none *command.Unanswered
	switch {
	case says == nil:
		_, err := w.Note(ctx, unwell, "0")
		return nil, err
	case errors.As(says, &none):
		wait := apply.Waiting("nobody says whether it is well: "+says.Error(), pollOf(soak))
		return &wait, nil
	}
	n := 1
	if is, ok := w.Noted(unwell); ok {
		was, _ := strconv.Atoi(is.Detail)
		n += was
	}
	if _, err := w.Note(ctx, unwell, strconv.Itoa(n)); err != nil {
		return nil, err
	}
	why := fmt.Sprintf("%s is not well: %s", w.With(step.Deployment), says)
	switch {
	case n < mostUnwell:
		wait := apply.Waiting(why, min(max(soak/30, poll), 20*time.Second)) // a minute of an hour's bake
		return &wait, nil
	case w.With(step.Rollback) == "" && w.With(step.Resource) == "":
		return nil, errors.New(why + "; nothing says how its patches are taken back")
	}
	if _, err := w.Note(ctx, taking, why); err != nil {
		return nil, err
	}
	result, err := r.takeBack(ctx, w, all, why)
	return &result, err
}

// takeBack takes the patches of a deployment back that this plan has made, one instance after the other: each time the first
// that its set may lose, in the order in which they were patched. Who was the primary when it was planned may be another by
// now, and who goes last is for the set to say.
func (r bake) takeBack(ctx context.Context, w *apply.Work, all []step.Member, why string) (apply.Result, error) {
	taken := 0
	var left []step.Member
	for _, m := range all {
		patched, is := w.Changed(m.Step)
		if !is {
			continue // it had the fix before
		}
		taken++
		if done, _, ok := w.LastNoted(takeBackKey(m)); !ok || !done.At.After(patched) {
			left = append(left, m)
		}
	}
	if taken == 0 {
		return apply.Result{}, errors.New(why + "; this plan has patched nothing of it")
	}
	for len(left) > 0 {
		at, err := r.takeNext(ctx, w, left)
		var wait *apply.Wait
		switch {
		case errors.As(err, &wait):
			return apply.Result{Wait: wait}, nil
		case err != nil:
			return apply.Result{}, err
		}
		if _, err := w.Note(ctx, takeBackKey(left[at]), w.Now().UTC().Format(time.RFC3339Nano)); err != nil {
			return apply.Result{}, err
		}
		left = slices.Delete(left, at, at+1)
	}
	return apply.Result{}, &apply.Back{Why: why + "; " + words.Count(taken, "patch") + " of it " + words.Agree(taken, "was", "were") +
		" taken back", Stuck: true}
}

// takeBackKey is the key of the change that takes the patch of an instance back, and of the note that it is.
func takeBackKey(m step.Member) string { return "take-back/" + strings.TrimPrefix(m.Step, "patch/") }

// takeNext takes the patch of one of some instances back, and returns which: the one that is in hand, or the first that its set
// may lose. What it waits for is its error.
func (r bake) takeNext(ctx context.Context, w *apply.Work, left []step.Member) (at int, err error) {
	for at, m := range left {
		if slices.ContainsFunc(w.Unanswered(), func(u apply.Unanswered) bool { return u.Key == takeBackKey(m) }) {
			return at, r.takeOne(ctx, w, m)
		}
	}
	for at, m := range left {
		if ask := w.With(step.Command); ask != "" {
			if says := command.Ask(ctx, ask, mostAsked, memberEnvironment(w, m)...); says != nil {
				if err == nil {
					err = &apply.Wait{What: fmt.Sprintf("%s may not lose %s, which is to be taken back: %s", w.With(step.Deployment), m.Instance,
						says), Poll: poll}
				}
				continue
			}
		}
		return at, r.takeOne(ctx, w, m)
	}
	return 0, err
}

func memberEnvironment(w *apply.Work, m step.Member) []string {
	return environment(map[string]string{step.Instance: m.Instance, step.Host: m.Host, step.Product: m.Product,
		step.Deployment: w.With(step.Deployment), step.Role: m.Role, step.Region: m.Region, step.Account: m.Account,
		step.Running: m.Running, step.Fix: m.Fix})
}

// takeOne takes the patch of one instance back. What it waits for is its error.
func (r bake) takeOne(ctx context.Context, w *apply.Work, m step.Member) error {
	if w.With(step.Resource) != "" {
		return r.rolls.Back(ctx, w, takeBackKey(m))
	}
	env := memberEnvironment(w, m)
	err := w.Change(ctx, &apply.Change{Key: takeBackKey(m), Target: m.Instance, Final: true,
		About: map[string]string{step.Command: w.With(step.Rollback), step.Instance: m.Instance},
		Do: func(_ context.Context, token string) error {
			return r.runs.Start(w, w.With(step.Rollback), token, env...)
		},
		Observe: func(ctx context.Context, token string) (apply.Observation, error) {
			return observe(ctx, r.runs, w, token, env)
		}})
	var failed *apply.Refused
	if errors.As(err, &failed) {
		return &apply.Wait{What: m.Instance + " could not be taken back, which is tried again: " + failed.Error(), Poll: again}
	}
	return err
}
