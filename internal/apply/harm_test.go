package apply

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/apply/journal"
)

// slow is a runner of a command that runs on: of one that another process began nobody knows.
type slow struct {
	begun map[string]int // by token
	ended bool
}

func (r *slow) step(_ *world, ctx context.Context, k *Work) (Result, error) {
	return Done(""), k.Change(ctx, &Change{Key: "exec", Final: true,
		Do: func(_ context.Context, token string) error {
			r.begun[token]++
			return &Wait{What: "runs", Poll: time.Second}
		},
		Observe: func(_ context.Context, token string) (Observation, error) {
			switch {
			case r.begun[token] == 0:
				return IsUnknown, nil
			case r.ended:
				return IsDone, nil
			}
			return IsUnderway, nil
		}})
}

// instead runs with another runner of a kind.
func (b *bench) instead(t *testing.T, ctx context.Context, kind string, do func(*world, context.Context, *Work) (Result, error),
	resume bool) (Status, error) {
	return b.with(t, ctx, func(e *Engine) (Status, error) {
		e.Runners[kind] = act{b.w, do}
		return e.Run(ctx, resume)
	})
}

// What a step that took too long has begun is looked for by the attempt after it, and is not
// begun again: neither by the same process nor by another.
func TestTakesOver(t *testing.T) {
	for _, other := range []bool{false, true} {
		w := newWorld("a")
		b := on(t, w, planFor("a"))
		r := &slow{begun: map[string]int{}}
		if status, err := b.instead(t, t.Context(), "replace", r.step, false); status != Paused || err != nil || len(r.begun) != 1 {
			t.Fatal(status, err, r.begun)
		}
		was := r.begun
		want := Finished
		if r.ended = true; other {
			r.begun, want = map[string]int{}, Unknown
		}
		status, err := b.instead(t, t.Context(), "replace", r.step, true)
		if status != want || err != nil || len(was) != 1 || other && len(r.begun) != 0 {
			t.Error(other, status, err, was, r.begun)
		}
	}
}

// A journal that takes nothing any more ends the run: a step does not fail by it, and is not
// begun again.
func TestUnwritten(t *testing.T) {
	w := newWorld("a")
	b := on(t, w, planFor("a"))
	var e *Engine
	status, err := b.with(t, t.Context(), func(of *Engine) (Status, error) {
		e = of
		e.Crash = func(point string) {
			if point == "do.answered" && w.made["replace a"] > 0 {
				e.Journal.Close()
			}
		}
		return e.Run(t.Context(), false)
	})
	var unwritten *Unwritten
	if status != Paused || !errors.As(err, &unwritten) || w.made["replace a"] != 1 {
		t.Fatal(status, err, w.made)
	}
	if status, err := b.run(t, t.Context(), true); status != Finished || err != nil {
		t.Fatal(status, err)
	}
	b.replaced(t, "a")
}

// What cannot be undone is not done outside of its window where only its intent was written,
// or its request was lost.
func TestWindowAfterIntent(t *testing.T) {
	whole := on(t, newWorld("a"), planFor("a"))
	if status, err := whole.run(t, t.Context(), false); status != Finished || err != nil {
		t.Fatal(status, err)
	}
	for at := range len(whole.w.points) {
		w := newWorld("a")
		open := true
		w.window = func(now time.Time) bool { return open || now.Hour() == 20 }
		w.dieAt = at + 1
		b := on(t, w, planFor("a"))
		_, _ = b.run(t, t.Context(), false) // it dies
		w.clock.now, open = time.Date(2026, time.November, 22, 17, 0, 0, 0, time.UTC), false
		before := w.made["replace a"]
		if status, err := b.run(t, t.Context(), true); status != Finished || err != nil {
			t.Fatalf("died at %s (%d): %s, %v", b.died, at+1, status, err)
		}
		if when := w.gone["a"]; before == 0 && when.Hour() != 20 {
			t.Errorf("died at %s (%d): replaced at %s", b.died, at+1, when)
		}
		b.replaced(t, "a")
	}
}

// What was undone once is not undone again, and what is in hand of the others is.
func TestUndoneOnce(t *testing.T) {
	w := newWorld("a", "b")
	p := planFor("a", "b")
	p.Steps[4].Needs = nil // b does not wait for a
	p.Steps[0].TimeoutSeconds = 1
	w.refuse["b"] = "no"
	b := on(t, w, p)
	b.onStuck = SkipOnStuck
	ctx, cancel := context.WithCancel(t.Context())
	status, err := b.with(t, ctx, func(e *Engine) (Status, error) {
		asIs := e.Runners["cordon"]
		e.Runners["cordon"] = act{w, func(w *world, ctx context.Context, k *Work) (Result, error) {
			if k.With("node") == "b" {
				return asIs.Step(ctx, k)
			}
			return Result{}, k.Change(ctx, &Change{Key: "cordon", Do: func(context.Context, string) error { return context.DeadlineExceeded },
				Observe: func(context.Context, string) (Observation, error) { return IsNotBegun, nil }})
		}}
		e.Events = func(ev Event) {
			if ev.Kind == UndoDone {
				cancel()
			}
		}
		return e.Run(ctx, false)
	})
	if status != Interrupted || err != nil || w.cordoned["b"] {
		t.Error(status, err, w.cordoned)
	}
	r, err := journal.Read(t.Context(), b.file)
	if err != nil {
		t.Fatal(err)
	}
	undone := map[string]int{}
	for _, e := range r.Entries {
		if e.Undo && e.Kind == journal.End {
			undone[e.Step]++
		}
	}
	if undone["cordon/a"] != 1 || undone["cordon/b"] != 1 {
		t.Error(undone)
	}
}
