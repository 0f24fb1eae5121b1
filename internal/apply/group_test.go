package apply

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/plan"
)

// closedOn is planFor with the guard on some kinds of steps only.
func closedOn(kinds []string, nodes ...string) *plan.Plan {
	p := planFor(nodes...)
	for i := range p.Steps {
		if !slices.Contains(kinds, p.Steps[i].Action.Kind) {
			p.Steps[i].Guards = nil
		}
	}
	return p
}

// A group is not begun while a guard of a step that comes later would have it undone: it would
// be cordoned and uncordoned without end.
func TestBeginsNothingThatALaterGuardUndoes(t *testing.T) {
	for _, kind := range []string{"cordon", "drain", "replace", "settle"} {
		w := newWorld("a")
		opens := w.clock.now.Add(25 * time.Minute)
		w.window = func(now time.Time) bool { return !now.Before(opens) }
		b := on(t, w, closedOn([]string{kind}, "a"))
		w.dieIf = func(string) bool { return len(w.points) > 1000 }
		if status, err := b.run(t, t.Context(), false); status != Finished || err != nil || b.died != "" {
			t.Fatalf("%s: %s, %v, died at %q, %v", kind, status, err, b.died, w.made)
		}
		b.replaced(t, "a")
		if w.undone != 0 || w.made["cordon a"] != 1 || w.gone["a"].Before(opens) {
			t.Error(kind, w.undone, w.made, w.gone)
		}
	}
}

// Where such a guard closes in between, what was begun is undone once, and begun anew when it
// opens.
func TestBeginsAnewWhereALaterGuardOpens(t *testing.T) {
	for _, kind := range []string{"drain", "replace"} {
		w := newWorld("a")
		begin := w.clock.now
		opens := begin.Add(25 * time.Minute)
		w.window = func(now time.Time) bool { return now.Before(begin.Add(2*time.Second)) || !now.Before(opens) }
		b := on(t, w, closedOn([]string{kind}, "a"))
		w.dieIf = func(string) bool { return len(w.points) > 1000 }
		if status, err := b.run(t, t.Context(), false); status != Finished || err != nil || b.died != "" {
			t.Fatalf("%s: %s, %v, died at %q, %v", kind, status, err, b.died, w.made)
		}
		b.replaced(t, "a")
		if w.undone != 1 || w.made["cordon a"] != 2 || w.gone["a"].Before(opens) {
			t.Error(kind, w.undone, w.made, w.gone)
		}
	}
}

// A guard that has a group undone each time that a change is about to be made has it begun anew
// no sooner than it is to be asked again.
func TestRestsWhereAGuardHadItUndone(t *testing.T) {
	w := newWorld("a")
	b := on(t, w, closedOn([]string{"drain"}, "a"))
	begin := w.clock.now
	w.dieIf = func(string) bool { return len(w.points) > 1000 || w.clock.now.Sub(begin) > time.Hour }
	_, _ = b.with(t, t.Context(), func(e *Engine) (Status, error) {
		e.Guards["window"] = atChange{}
		return e.Run(t.Context(), false)
	})
	if n := w.made["cordon a"]; b.died == "" || n < 5 || n > 8 {
		t.Errorf("cordoned %d times in %s", n, w.clock.now.Sub(begin))
	}
}

// atChange is a guard that only closes when something is to be changed.
type atChange struct{}

func (atChange) Check(_ context.Context, _ *plan.Guard, m Moment) (Verdict, error) {
	return Verdict{Holds: m.Change == nil, Why: "not this one", Poll: 10 * time.Minute, Undo: true, Patient: true}, nil
}

// begunGoesOn is a guard that is closed for what was not begun.
type begunGoesOn struct{ w *world }

func (g begunGoesOn) Check(_ context.Context, _ *plan.Guard, m Moment) (Verdict, error) {
	return Verdict{Holds: m.Begun || g.w.window(m.Now), Why: "the window is closed", Poll: time.Minute, Undo: true, Patient: true}, nil
}

// When a window closes, a node of which pods were evicted goes on, and one that was only cordoned
// is uncordoned; one of which every eviction was refused was not begun either.
func TestWindowClosesForWhatWasNotBegun(t *testing.T) {
	w := newWorld("a", "b", "c")
	closes := w.clock.now.Add(1500 * time.Millisecond)
	opens := closes.Add(time.Hour)
	w.window = func(now time.Time) bool { return now.Before(closes) || !now.Before(opens) }
	w.pods["a"] = 20 // is drained for longer
	w.refuse["c"] = "the budget allows none"
	p := planFor("a")
	p.Steps = append(p.Steps, planFor("b").Steps...) // beside each other
	p.Steps = append(p.Steps, planFor("c").Steps...)
	for i := range p.Steps {
		if p.Steps[i].ID == "drain/b" { // is cordoned, and waits for another drain
			p.Steps[i].Needs = append(p.Steps[i].Needs, "drain/a")
		}
	}
	b := on(t, w, p)
	status, err := b.with(t, t.Context(), func(e *Engine) (Status, error) {
		e.Guards["window"] = begunGoesOn{w}
		e.Events = func(ev Event) {
			b.events = append(b.events, ev)
			if ev.Kind == UndoDone && w.cordoned["b"] == false && w.cordoned["c"] == false {
				w.refuse = nil
			}
		}
		return e.Run(t.Context(), false)
	})
	if status != Finished || err != nil {
		t.Fatal(status, err)
	}
	b.replaced(t, "a", "b", "c")
	var undone []string
	for _, ev := range b.events {
		if ev.Kind == UndoDone {
			undone = append(undone, ev.Step)
		}
	}
	slices.Sort(undone)
	if got := strings.Join(undone, " "); got != "cordon/b cordon/c" || !w.gone["a"].Before(opens) || w.gone["b"].Before(opens) ||
		w.gone["c"].Before(opens) {
		t.Error(got, w.gone)
	}
}
