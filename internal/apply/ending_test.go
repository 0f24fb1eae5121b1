package apply

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/plan"
)

// commandsFor runs a command on nodes, and has them take pods again.
func commandsFor(nodes ...string) *plan.Plan {
	p := planFor(nodes...)
	var all []plan.Step
	for _, s := range p.Steps {
		if s.Action.Kind == "settle" {
			u := s
			u.ID, u.Action.Kind = "uncordon/"+s.Group, "uncordon"
			s.Needs = []string{u.ID}
			all = append(all, u)
		}
		all = append(all, s)
	}
	p.Steps = all
	return p
}

// command is a command of a minute, in earnest.
func (w *world) command(began map[string]time.Time, known *bool) func(*world, context.Context, *Work) (Result, error) {
	return func(w *world, ctx context.Context, k *Work) (Result, error) {
		return Done(""), k.Change(ctx, &Change{Key: "exec", Final: true,
			Do: func(_ context.Context, token string) error {
				w.made["command "+k.With("node")]++
				began[token] = w.clock.now
				return &Wait{What: "runs", Poll: time.Second}
			},
			Observe: func(_ context.Context, token string) (Observation, error) {
				switch {
				case began[token].IsZero() || !*known:
					return IsUnknown, nil
				case w.clock.now.Sub(began[token]) >= time.Minute:
					return IsDone, nil
				}
				return IsUnderway, nil
			}})
	}
}

// commands run through an engine, told of what happens.
func (b *bench) commands(t *testing.T, ctx context.Context, known *bool, told func(Event),
	do func(*Engine) (Status, error)) (Status, error) {
	began := map[string]time.Time{}
	return b.with(t, ctx, func(e *Engine) (Status, error) {
		e.Runners["replace"] = act{b.w, b.w.command(began, known)}
		e.Events = func(ev Event) {
			b.events = append(b.events, ev)
			told(ev)
		}
		return do(e)
	})
}

func quiet(Event) {}

// What cannot be undone any more goes on to its end where the run is to end, by Ctrl-C or as
// another step is stuck, and its node takes pods again. What only looks is left out.
func TestGoesOnToItsEnd(t *testing.T) {
	for _, how := range []string{"stuck", "Ctrl-C"} {
		w := newWorld("a", "b")
		p := commandsFor("a", "b")
		p.Steps[5].Needs = nil // b does not wait for a
		p.Steps[6].TimeoutSeconds = 30
		w.refuse["b"] = "no"
		b := on(t, w, p)
		known := true
		ctx, cancel := context.WithCancel(t.Context())
		want := Paused
		if how == "Ctrl-C" {
			p.Steps[6].TimeoutSeconds, want = 3000, Interrupted
		}
		status, err := b.commands(t, ctx, &known, func(ev Event) {
			if how == "Ctrl-C" && ev.Step == "replace/a" && ev.Says == "runs" {
				cancel()
			}
		}, func(e *Engine) (Status, error) { return e.Run(ctx, false) })
		s := b.last.State()
		if status != want || err != nil || w.cordoned["a"] || w.cordoned["b"] || s.Steps["uncordon/a"].Status != StepFinished ||
			s.Steps["settle/a"].Status != StepPending {
			t.Error(how, status, err, w.cordoned, s.Steps["uncordon/a"], s.Why)
		}
		const limit = "cannot be undone, and is waited for, for 1"
		if !slices.ContainsFunc(b.events, func(ev Event) bool { return strings.HasPrefix(ev.Says, limit) }) {
			t.Error(how, "nobody said for how long")
		}
		w.refuse = nil
		status, err = b.commands(t, t.Context(), &known, quiet, func(e *Engine) (Status, error) { return e.Run(t.Context(), true) })
		if status != Finished || err != nil || w.made["command a"] != 1 || w.made["command b"] != 1 {
			t.Error(how, status, err, w.made)
		}
	}
}

// A deletion of which only the intent was written, or whose request was lost, does not keep a
// node from being undone: not by abort, nor by Ctrl-C.
func TestEndsAfterIntent(t *testing.T) {
	for _, how := range []string{"abort", "Ctrl-C"} {
		w := newWorld("a")
		b := on(t, w, planFor("a"))
		ctx, cancel := context.WithCancel(t.Context())
		status, err := b.with(t, ctx, func(e *Engine) (Status, error) {
			e.Runners["replace"] = act{w, func(_ *world, ctx context.Context, k *Work) (Result, error) {
				return Result{}, k.Change(ctx, &Change{Key: "delete", Final: true,
					Do: func(context.Context, string) error {
						if how == "abort" {
							panic(death{"sent.before"})
						}
						cancel()
						return context.DeadlineExceeded
					},
					Observe: func(context.Context, string) (Observation, error) { return IsNotBegun, nil }})
			}}
			return e.Run(ctx, false)
		})
		want := Interrupted
		if how == "abort" {
			status, err = b.with(t, t.Context(), func(e *Engine) (Status, error) { return e.Abort(t.Context()) })
			want = Aborted
		}
		if status != want || err != nil || w.cordoned["a"] || w.made["replace a"] != 0 {
			t.Error(how, status, err, w.cordoned, w.made)
		}
	}
}

// Abort puts back what a command leaves to be put back. Where nobody knows what became of it,
// it is left, and a second abort puts it back.
func TestAbortsCommands(t *testing.T) {
	for _, known := range []bool{true, false} {
		w := newWorld("a")
		b := on(t, w, commandsFor("a"))
		ctx, cancel := context.WithCancel(t.Context())
		is := true
		status, err := b.commands(t, ctx, &is, func(ev Event) {
			if ev.Step == "replace/a" && ev.Says == "runs" {
				if known {
					return
				}
				panic(death{"do.answered"})
			}
			if ev.Kind == StepDone && ev.Step == "replace/a" {
				panic(death{"end.after"})
			}
		}, func(e *Engine) (Status, error) { return e.Run(ctx, false) })
		cancel()
		if b.died == "" {
			t.Fatal(status, err)
		}
		abort := func() (Status, error) {
			is = known
			return b.commands(t, t.Context(), &is, quiet, func(e *Engine) (Status, error) { return e.Abort(t.Context()) })
		}
		if status, err := abort(); status != Aborted || err != nil || w.cordoned["a"] == known || b.last.Over("cordon/a") != known {
			t.Error(known, status, err, w.cordoned)
		}
		if status, err := abort(); status != Aborted || err != nil || w.cordoned["a"] || w.made["uncordon a"] != 1 {
			t.Error(known, status, err, w.cordoned, w.made)
		}
	}
}

// Of a plan that is done, abort undoes what it has left: cordons, where nothing was replaced.
func TestAbortsWhatIsDone(t *testing.T) {
	for last, want := range map[int]Status{2: Aborted, 4: Finished} {
		w := newWorld("a")
		p := planFor("a")
		p.Steps = p.Steps[:last]
		b := on(t, w, p)
		if status, err := b.run(t, t.Context(), false); status != Finished || err != nil {
			t.Fatal(status, err)
		}
		for range 2 {
			status, err := b.with(t, t.Context(), func(e *Engine) (Status, error) { return e.Abort(t.Context()) })
			if status != want || err != nil || w.cordoned["a"] || last == 4 && w.undone > 0 {
				t.Error(last, status, err, w.cordoned, w.undone)
			}
		}
	}
}

// An undo that cannot be done ends the run, which names it; the others are undone.
func TestUndoHalts(t *testing.T) {
	w := newWorld("a", "b")
	p := planFor("a", "b")
	p.Steps[4].Needs = nil // b does not wait for a
	p.Steps[5].TimeoutSeconds = 30
	w.refuse["b"], w.refuse["a"] = "no", "no"
	b := on(t, w, p)
	halting := func(e *Engine) {
		asIs := e.Runners["uncordon"]
		e.Runners["uncordon"] = act{w, func(w *world, ctx context.Context, k *Work) (Result, error) {
			if k.With("node") == "a" {
				return Result{}, &Halt{"may not"}
			}
			return asIs.Step(ctx, k)
		}}
	}
	status, err := b.with(t, t.Context(), func(e *Engine) (Status, error) {
		halting(e)
		return e.Run(t.Context(), false)
	})
	if why := b.last.State().Why; status != Paused || err != nil || w.cordoned["b"] || !strings.HasSuffix(why, ": no; not undone: cordon/a") {
		t.Error(status, err, w.cordoned, why)
	}
	status, err = b.with(t, t.Context(), func(e *Engine) (Status, error) {
		halting(e)
		return e.Abort(t.Context())
	})
	if why := b.last.State().Why; status != Paused || err != nil || why != "aborted; not undone: cordon/a" {
		t.Error(status, err, why)
	}
	status, err = b.with(t, t.Context(), func(e *Engine) (Status, error) { return e.Abort(t.Context()) })
	if status != Aborted || err != nil || w.cordoned["a"] {
		t.Error(status, err)
	}
}
