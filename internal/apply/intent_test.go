package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/plan"
)

// A journal that takes one entry not, and the next again, is no failed step: the run ends, and the
// change is looked for by the next one.
func TestOneAppendFails(t *testing.T) {
	for _, point := range []string{"intent.before", "result.before", "end.before"} {
		w := newWorld("a")
		b := on(t, w, planFor("a"))
		var broken bool
		status, err := b.with(t, t.Context(), func(e *Engine) (Status, error) {
			good, closed := e.Journal, closedJournal(t, b)
			e.Crash = func(at string) {
				if at == point && !broken && (w.made["replace a"] > 0 || at == "intent.before" && w.made["evict a 1"] > 0) {
					broken, e.Journal = true, closed
				}
			}
			asked := 0
			e.Clock = askedClock{w.clock, func() {
				if e.Journal == closed {
					asked++
				}
				if asked == 2 { // the first one was the append that fails
					e.Journal = good
				}
			}}
			return e.Run(t.Context(), false)
		})
		var unwritten *Unwritten
		if !broken || status != Paused || !errors.As(err, &unwritten) {
			t.Errorf("%s: %s, %v", point, status, err)
		}
		for _, ev := range b.events {
			if ev.Kind == StepFailed {
				t.Errorf("%s: %s failed: %s", point, ev.Step, ev.Says)
			}
		}
		if status, err := b.run(t, t.Context(), true); status != Finished || err != nil {
			t.Fatal(point, status, err)
		}
		b.replaced(t, "a")
	}
}

// closedJournal is one that takes nothing.
func closedJournal(t *testing.T, b *bench) *journal.Journal {
	t.Helper()
	hash, err := b.p.Hash()
	if err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(t.Context(), b.file+".other", journal.Head{Hash: hash, ID: b.p.ID, Format: b.p.Schema}, b.w.clock.now)
	if err != nil {
		t.Fatal(err)
	}
	j.Close()
	return j
}

// askedClock is a clock that tells when it is asked.
type askedClock struct {
	*fakeClock
	asked func()
}

func (c askedClock) Now() time.Time {
	c.asked()
	return c.fakeClock.Now()
}

// kinds are the entries of a change, in their order.
func (b *bench) kinds(t *testing.T, step, change string) string {
	t.Helper()
	r, err := journal.Read(t.Context(), b.file)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range r.Entries {
		if e.Step == step && e.Change == change && !e.Undo {
			all = append(all, strings.TrimSpace(fmt.Sprintf("%s %d %s", e.Kind, e.Try, e.Outcome)))
		}
	}
	return strings.Join(all, ", ")
}

// What was seen not to have been begun is begun with an intent of its own, whatever kind of change
// it is: without it nobody would know that it may have been made since.
func TestIntentIsWrittenAgain(t *testing.T) {
	for _, of := range []struct{ step, change, made string }{
		{"cordon/a", "cordon", "cordon a"}, {"drain/a", "evict/3", "evict a 3"}, {"replace/a", "delete", "replace a"},
	} {
		w := newWorld("a")
		b := on(t, w, planFor("a"))
		var last string
		begun := false
		w.dieIf = func(point string) bool { return point == "intent.after" && begun }
		_, _ = b.with(t, t.Context(), func(e *Engine) (Status, error) { // nothing was sent
			e.Events = func(ev Event) { begun = begun || ev.Kind == StepBegun && ev.Step == of.step }
			return e.Run(t.Context(), false)
		})
		w.dieIf = func(point string) bool { last = point; return point == "sent.after" }
		_, _ = b.run(t, t.Context(), true) // it was sent
		if last != "sent.after" || w.made[of.made] != 1 {
			t.Fatal(last, w.made)
		}
		if got := b.kinds(t, of.step, of.change); got != "intent 1, observed 1 not-begun, intent 2" {
			t.Errorf("%s: %s", of.step, got)
		}
		if st := b.fold(t).Steps[of.step]; !st.did() {
			t.Errorf("%s is told as not done", of.step)
		}
		w.dieIf = nil
		if status, err := b.run(t, t.Context(), true); status != Finished || err != nil {
			t.Fatal(status, err)
		}
		b.replaced(t, "a")
	}
}

func (b *bench) fold(t *testing.T) *State {
	t.Helper()
	r, err := journal.Read(t.Context(), b.file)
	if err != nil {
		t.Fatal(err)
	}
	return Fold(b.p, r.Entries)
}

// That a change was not begun is noted once, for as long as a guard keeps it from being sent again.
func TestNotBegunIsNotedOnce(t *testing.T) {
	w := newWorld("a")
	b := on(t, w, planFor("a"))
	w.dieIf = func(point string) bool { return point == "intent.after" && w.made["evict a 3"] > 0 }
	_, _ = b.run(t, t.Context(), false)
	w.dieIf = nil
	begin := w.clock.now
	status, err := b.with(t, t.Context(), func(e *Engine) (Status, error) {
		e.Guards["window"] = for5Minutes{w, begin}
		return e.Run(t.Context(), true)
	})
	if status != Finished || err != nil || w.clock.now.Sub(begin) < 5*time.Minute {
		t.Fatal(status, err)
	}
	if got := b.kinds(t, "drain/a", "evict/2"); got != "intent 1, observed 1 not-begun, intent 2, result 2 done" {
		t.Error(got)
	}
	if n := len(slices.DeleteFunc(b.events, func(ev Event) bool { return ev.Says != string(journal.NotBegun) })); n != 1 {
		t.Errorf("it was told %d times", n)
	}
}

// for5Minutes is a guard that holds no change for so long, and has nothing undone.
type for5Minutes struct {
	w     *world
	begin time.Time
}

func (g for5Minutes) Check(_ context.Context, _ *plan.Guard, m Moment) (Verdict, error) {
	return Verdict{Holds: m.Change == nil || m.Now.Sub(g.begin) > 5*time.Minute, Why: "not enough pods", Poll: 5 * time.Second}, nil
}

// What counts as done of a step is what the other side may have made since the step was begun anew.
func TestDid(t *testing.T) {
	p := planFor("a")
	e := func(attempt, try int, kind journal.Kind, is journal.Outcome) journal.Entry {
		x := journal.Entry{Step: "drain/a", Attempt: attempt, Kind: kind, Outcome: is}
		if try > 0 {
			x.Change, x.Try = "evict/1", try
		}
		return x
	}
	var all []journal.Entry
	for i, next := range []struct {
		is  journal.Entry
		did bool
	}{
		{e(1, 0, journal.Begin, ""), false},
		{e(1, 1, journal.Intent, ""), true}, // nobody knows
		{e(1, 1, journal.Observed, journal.NotBegun), false},
		{e(1, 2, journal.Intent, ""), true},
		{e(1, 2, journal.Result, journal.Refused), false},
		{e(1, 3, journal.Intent, ""), true},
		{e(1, 3, journal.Result, journal.Done), true},
		{e(1, 0, journal.End, journal.Failed), true},
		{e(2, 0, journal.Begin, ""), true},
		{e(2, 0, journal.End, journal.Reset), false},
		{e(3, 0, journal.Begin, ""), false},
		{e(3, 1, journal.Intent, ""), true},
		{e(3, 1, journal.Observed, journal.Unknown), true},
	} {
		all = append(all, next.is)
		if got := Fold(p, all).Steps["drain/a"].did(); got != next.did {
			t.Errorf("%d: %s %s: %t", i, next.is.Kind, next.is.Outcome, got)
		}
	}
}
