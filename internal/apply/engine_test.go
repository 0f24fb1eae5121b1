package apply

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/plan"
)

func TestRuns(t *testing.T) {
	b := on(t, newWorld("a", "b"), planFor("a", "b"))
	if status, err := b.run(t, t.Context(), false); status != Finished || err != nil {
		t.Fatal(status, err, b.events)
	}
	b.replaced(t, "a", "b")
	if b.w.made["cordon a"] != 1 || b.w.undone != 0 {
		t.Error(b.w.made)
	}
	// once more does nothing
	made := maps.Clone(b.w.made)
	if status, err := b.run(t, t.Context(), true); status != Finished || err != nil || !maps.Equal(made, b.w.made) {
		t.Error(status, err)
	}
}

// An engine that dies, at whichever point, is gone on with by another: nothing is done
// twice, nothing is lost, and nothing is left.
func TestDiesAtEachPoint(t *testing.T) {
	whole := on(t, newWorld("a"), planFor("a"))
	if status, err := whole.run(t, t.Context(), false); status != Finished || err != nil {
		t.Fatal(status, err)
	}
	died := map[string]int{}
	for at := range len(whole.w.points) {
		w := newWorld("a")
		w.dieAt = at + 1
		b := on(t, w, planFor("a"))
		_, _ = b.run(t, t.Context(), false) // it dies
		died[b.died]++
		if status, err := b.run(t, t.Context(), true); status != Finished || err != nil {
			t.Errorf("died at %s (%d): %s, %v", b.died, at+1, status, err)
			continue
		}
		b.replaced(t, "a")
		if t.Failed() {
			t.Fatalf("died at %s (%d)", b.died, at+1)
		}
	}
	for _, point := range []string{"plan.read", "lease.renewing", "intent.before", "intent.after", "sent.before", "sent.after", "do.answered",
		"result.before", "result.after", "end.before", "end.after", "soak.waiting", "plan.end"} {
		if died[point] == 0 {
			t.Errorf("nobody died at %s", point)
		}
	}
	t.Logf("%d deaths: %v", len(whole.w.points), died)
}

// The same of an engine that undoes: a window closes while the node is drained.
func TestDiesWhileItUndoes(t *testing.T) {
	closing := func() *world {
		w := newWorld("a")
		begin := w.clock.now
		w.window = func(now time.Time) bool {
			return now.Before(begin.Add(2*time.Second)) || now.After(begin.Add(3*time.Minute))
		}
		return w
	}
	whole := on(t, closing(), planFor("a"))
	status, err := whole.run(t, t.Context(), false)
	if status != Finished || err != nil || whole.w.undone != 1 || whole.w.made["cordon a"] != 2 {
		t.Fatal(status, err, whole.w.undone, whole.w.made)
	}
	whole.replaced(t, "a")
	died := map[string]int{}
	for at := range len(whole.w.points) {
		w := closing()
		w.dieAt = at + 1
		b := on(t, w, planFor("a"))
		_, _ = b.run(t, t.Context(), false) // it dies
		died[b.died]++
		status, err = b.run(t, t.Context(), true)
		if b.replaced(t, "a"); t.Failed() || status != Finished || err != nil {
			t.Fatalf("died at %s (%d): %s, %v", b.died, at+1, status, err)
		}
	}
	if died["undo.begun"] == 0 || died["undo.ended"] == 0 {
		t.Error(died)
	}
	t.Logf("%d deaths: %v", len(whole.w.points), died)
}

// The answer of each change is lost once: it is looked for, and not done again.
func TestAnswersAreLost(t *testing.T) {
	for _, kind := range []string{"cordon", "drain", "replace"} {
		w := newWorld("a")
		b := on(t, w, planFor("a"))
		lost := 0
		status, err := b.with(t, t.Context(), func(e *Engine) (Status, error) {
			e.Events = func(ev Event) {
				if ev.Kind == StepBegun && strings.HasPrefix(ev.Step, kind) {
					w.loseNext, lost = true, lost+1
				}
			}
			return e.Run(t.Context(), false)
		})
		if status != Finished || err != nil || lost != 1 {
			t.Error(kind, status, err, lost)
		}
		b.replaced(t, "a")
	}
}

// A change of which nobody can tell whether it was made blocks its step and what needs it,
// and nothing else; who resumes may find out later.
func TestUnknown(t *testing.T) {
	w := newWorld("a", "b")
	p := planFor("a")
	p.Steps = append(p.Steps, planFor("b").Steps...) // b does not wait for a
	b := on(t, w, p)
	w.dieIf = func(point string) bool { return point == "sent.after" }
	_, _ = b.run(t, t.Context(), false)
	w.dieIf, w.hide = nil, true
	status, err := b.run(t, t.Context(), true)
	if status != Unknown || err != nil {
		t.Fatal(status, err, b.died)
	}
	if w.made["cordon a"] != 1 || w.made["replace a"] != 0 || w.made["replace b"] != 1 {
		t.Error(w.made)
	}
	if got := b.last.State().Steps["cordon/a"]; got.Status != StepIsUnknown || got.Open != "cordon" {
		t.Errorf("%+v", got)
	}
	w.hide = false
	if status, err := b.run(t, t.Context(), true); status != Finished || err != nil {
		t.Fatal(status, err)
	}
	b.replaced(t, "a", "b")
}

// A drain that is refused for too long is stuck: what was begun is undone, and the plan is
// paused, or goes on with the others.
func TestStuck(t *testing.T) {
	for _, how := range []OnStuck{PauseOnStuck, SkipOnStuck} {
		w := newWorld("a", "b")
		w.refuse["a"] = "needs 2 healthy pods and has 2"
		b := on(t, w, planFor("a", "b"))
		b.onStuck = how
		status, err := b.run(t, t.Context(), false)
		want, replaced := Paused, 0
		if how == SkipOnStuck {
			want, replaced = Left, 1
		}
		if status != want || err != nil || w.made["replace b"] != replaced || w.cordoned["a"] || w.undone != 1 {
			t.Fatal(how, status, err, w.made, w.cordoned)
		}
		st := b.last.State().Steps["drain/a"]
		if st.Status != StepIsStuck || st.Why != "not done after 15 min: needs 2 healthy pods and has 2" {
			t.Errorf("%+v", st)
		}
		if _, err := b.run(t, t.Context(), false); !errors.Is(err, ErrBegun) {
			t.Error(err)
		}
		w.refuse = nil
		if status, err := b.run(t, t.Context(), true); status != Finished || err != nil {
			t.Fatal(status, err)
		}
		b.replaced(t, "a", "b")
	}
}

// A step that takes much longer than predicted is stuck, and a short one is not for a moment.
func TestSlowerThanPredicted(t *testing.T) {
	w := newWorld("a")
	w.refuse["a"] = "no"
	p := planFor("a")
	p.Steps[1].TimeoutSeconds = 86400
	p.Steps[1].Predicted = &plan.Predicted{MaxSeconds: 60}
	b := on(t, w, p)
	begin := w.clock.now
	if status, err := b.run(t, t.Context(), false); status != Paused || err != nil {
		t.Fatal(status, err)
	}
	if took := w.clock.now.Sub(begin); took < 13*time.Minute || took > 14*time.Minute {
		t.Error(took)
	}
	if why := b.last.State().Why; !strings.Contains(why, "1 min was the longest that was predicted: no") {
		t.Error(why)
	}
}

// Ctrl-C undoes what is in hand, and what is done for good is left alone.
func TestInterrupted(t *testing.T) {
	for _, point := range []string{"drain/a", "replace/a"} {
		w := newWorld("a")
		b := on(t, w, planFor("a"))
		ctx, cancel := context.WithCancel(t.Context())
		status, err := b.with(t, ctx, func(e *Engine) (Status, error) {
			e.Events = func(ev Event) {
				if ev.Kind == StepWaits && ev.Step == point {
					cancel()
				}
			}
			return e.Run(ctx, false)
		})
		if status != Interrupted || err != nil || w.cordoned["a"] != (point == "replace/a") {
			t.Error(point, status, err, w.cordoned)
		}
		if status, err := b.run(t, t.Context(), true); status != Finished || err != nil {
			t.Fatal(status, err)
		}
		b.replaced(t, "a")
	}
}

// Where another process has the lease, nothing is changed any more.
func TestOvertaken(t *testing.T) {
	w := newWorld("a")
	b := on(t, w, planFor("a"))
	var made map[string]int
	status, err := b.with(t, t.Context(), func(e *Engine) (Status, error) {
		e.Events = func(ev Event) {
			if ev.Kind == StepDone && ev.Step == "cordon/a" {
				w.taken, made = "somebody", maps.Clone(w.made)
			}
		}
		return e.Run(t.Context(), false)
	})
	var gone *Lost
	if status != Overtaken || !errors.As(err, &gone) || !maps.Equal(made, w.made) {
		t.Error(status, err, w.made)
	}
}

// What a plan gives up is undone, and it is not gone on with.
func TestAbort(t *testing.T) {
	w := newWorld("a", "b")
	b := on(t, w, planFor("a", "b"))
	w.dieIf = func(string) bool { return w.made["evict b 2"] > 0 }
	_, _ = b.run(t, t.Context(), false)
	w.dieIf = nil
	status, err := b.with(t, t.Context(), func(e *Engine) (Status, error) { return e.Abort(t.Context()) })
	if status != Aborted || err != nil || w.cordoned["b"] || w.made["uncordon b"] != 1 || w.made["uncordon a"] != 0 {
		t.Error(status, err, w.cordoned, w.made)
	}
	if status, err := b.run(t, t.Context(), true); status != Aborted || !errors.Is(err, ErrAborted) {
		t.Error(status, err)
	}
}

// A plan that rests on other facts, or whose risks nobody accepted, is not begun.
func TestNotBegun(t *testing.T) {
	w := newWorld("a")
	p := planFor("a")
	p.Risks = []plan.Risk{{Obligation: "floor", Subject: "shop/Deployment/web", Says: "0 of 1"}}
	p.Facts = []plan.Fact{{Object: "PodDisruptionBudget shop/web", Field: "spec.maxUnavailable", Value: "1"}}
	b := on(t, w, p)
	var open *Unaccepted
	if status, err := b.run(t, t.Context(), false); status != NotBegun || !errors.As(err, &open) {
		t.Error(status, err)
	}
	b.accept = []string{"floor/shop/Deployment/web"}
	b.facts = func(_ context.Context, asked []plan.Fact) ([]plan.Fact, error) {
		now := slices.Clone(asked)
		now[0].Value = "0"
		return now, nil
	}
	var stale *Stale
	if status, err := b.run(t, t.Context(), false); status != NotBegun || !errors.As(err, &stale) ||
		err.Error() != "what the plan rests on has changed: PodDisruptionBudget shop/web: spec.maxUnavailable was 1 and is 0" {
		t.Error(status, err)
	}
	if len(w.made) > 0 {
		t.Error(w.made)
	}
	b.facts = nil
	if status, err := b.run(t, t.Context(), false); status != Finished || err != nil {
		t.Error(status, err)
	}
}

// What an engine does not know how to do is refused before anything is done.
func TestUnknownKinds(t *testing.T) {
	b := on(t, newWorld("a"), planFor("a"))
	for want, change := range map[string]func(*plan.Step){
		`step cordon/a: there is no action "reboot"`:  func(s *plan.Step) { s.Action.Kind = "reboot" },
		`step cordon/a: there is no action "upcycle"`: func(s *plan.Step) { s.Undo = &plan.Action{Kind: "upcycle"} },
		`step cordon/a: there is no guard "approval"`: func(s *plan.Step) { s.Guards = []plan.Guard{{Kind: "approval"}} },
		`step cordon/a: node is not set`:              func(s *plan.Step) { s.Action.With = nil },
	} {
		p := planFor("a")
		change(&p.Steps[0])
		if err := Check(p, b.runners(), map[string]Guard{"window": guard{b.w}}); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
