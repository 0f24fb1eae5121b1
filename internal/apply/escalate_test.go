package apply

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/plan"
)

// force deletes pods of a node that nobody may evict, one every five minutes.
func force(w *world, ctx context.Context, k *Work) (Result, error) {
	n := k.With("node")
	pod := w.pods[n]
	if open := k.Unanswered(); len(open) > 0 {
		_, _ = fmt.Sscanf(open[0].Key, "force/%d", &pod)
	}
	c := &Change{Key: fmt.Sprintf("force/%d", pod),
		Do: func(context.Context, string) error {
			return w.change(fmt.Sprintf("evict %s %d", n, pod), func() { w.pods[n]--; w.forced = append(w.forced, w.clock.now) })
		},
		Observe: func(context.Context, string) (Observation, error) { return w.observed(w.pods[n] < pod) }}
	if err := k.Seen(ctx, c); err != nil {
		return Result{}, err
	}
	if w.pods[n] == 0 {
		return Done(""), nil
	}
	if rest := 5*time.Minute - k.Now().Sub(k.Latest("force/")); rest > 0 {
		return Waiting("the next one", rest), nil
	}
	if err := k.Change(ctx, c); err != nil {
		return Result{}, err
	}
	return Waiting("one to be gone", time.Second), nil
}

// escalating is a plan of which the drains may be escalated.
func escalating(nodes ...string) *plan.Plan {
	p := planFor(nodes...)
	p.Risks = []plan.Risk{{Obligation: "escalate", Subject: "shop/Deployment/web", Says: "past its PDB"}}
	for i := range p.Steps {
		if s := &p.Steps[i]; s.Action.Kind == "drain" {
			s.Escalation = &plan.Escalation{Action: plan.Action{Kind: "force", With: s.Action.With}, TimeoutSeconds: 3600,
				Risks: []string{"escalate/shop/Deployment/web"}}
		}
	}
	return p
}

// stuckWorld is one in which a budget never lets a pod of node a go.
func stuckWorld() *world {
	w := newWorld("a", "b")
	w.refuse["a"] = "the budget allows none"
	return w
}

// A step that is stuck is taken on by its escalation where that was asked for and accepted, and not before.
func TestEscalates(t *testing.T) {
	w := stuckWorld()
	b := on(t, w, escalating("a", "b"))
	b.onStuck, b.accept = EscalateOnStuck, []string{"escalate/shop/Deployment/web"}
	begin := w.clock.now
	if status, err := b.run(t, t.Context(), false); status != Finished || err != nil {
		t.Fatal(status, err)
	}
	b.replaced(t, "a", "b")
	if len(w.forced) != 3 || w.forced[0].Sub(begin) < 15*time.Minute || w.forced[1].Sub(w.forced[0]) < 5*time.Minute {
		t.Error(begin, w.forced)
	}
	told := 0
	for _, ev := range b.events {
		if ev.Kind == StepEscalated {
			told++
			if ev.Step != "drain/a" || ev.Says != "not done after 15 min: the budget allows none" {
				t.Error(ev)
			}
		}
	}
	if told != 1 || w.undone != 0 {
		t.Error(told, w.undone)
	}
}

// An engine that dies while it escalates, at whichever point, is gone on with by another: no pod is deleted
// twice, and none sooner after the last than it may be.
func TestDiesWhileItEscalates(t *testing.T) {
	begun := func(w *world) *bench {
		p := escalating("a")
		p.Steps[1].TimeoutSeconds = 20
		b := on(t, w, p)
		b.onStuck, b.accept = EscalateOnStuck, []string{"escalate/shop/Deployment/web"}
		return b
	}
	whole := begun(stuckWorld())
	if status, err := whole.run(t, t.Context(), false); status != Finished || err != nil {
		t.Fatal(status, err)
	}
	died := map[string]int{}
	for at := range len(whole.w.points) {
		w := stuckWorld()
		w.dieAt = at + 1
		b := begun(w)
		_, _ = b.run(t, t.Context(), false) // it dies
		died[b.died]++
		status, err := b.run(t, t.Context(), true)
		if b.replaced(t, "a"); t.Failed() || status != Finished || err != nil {
			t.Fatalf("died at %s (%d): %s, %v", b.died, at+1, status, err)
		}
		for i := 1; i < len(w.forced); i++ {
			if w.forced[i].Sub(w.forced[i-1]) < 5*time.Minute {
				t.Fatalf("died at %s (%d): %v", b.died, at+1, w.forced)
			}
		}
	}
	for _, point := range []string{"escalate.before", "escalate.after", "intent.after", "sent.after", "result.before"} {
		if died[point] == 0 {
			t.Errorf("nobody died at %s", point)
		}
	}
	t.Logf("%d deaths: %v", len(whole.w.points), died)
}

// Who goes on with a plan and asks for no escalation has none, whatever the process before was at.
func TestEscalatesNoFurther(t *testing.T) {
	w := stuckWorld()
	b := on(t, w, escalating("a"))
	b.onStuck, b.accept = EscalateOnStuck, []string{"escalate/shop/Deployment/web"}
	w.dieIf = func(point string) bool { return point == "intent.after" && len(w.forced) == 1 }
	_, _ = b.run(t, t.Context(), false)
	if b.died == "" {
		t.Fatal("it lives")
	}
	w.dieIf, b.onStuck, b.accept = nil, PauseOnStuck, nil
	status, err := b.run(t, t.Context(), true)
	if status != Paused || err != nil || len(w.forced) != 1 || w.cordoned["a"] {
		t.Error(status, err, w.forced, w.cordoned)
	}
	b.onStuck = EscalateOnStuck
	var open *Unaccepted
	if _, err := b.run(t, t.Context(), true); !errors.As(err, &open) || len(open.Risks) != 1 {
		t.Error("gone on with, with risks that nobody has accepted:", err)
	}
	b.accept = []string{"escalate/shop/Deployment/web"}
	if status, err := b.run(t, t.Context(), true); status != Finished || err != nil {
		t.Error(status, err)
	}
	b.replaced(t, "a")
}

// An escalation that takes too long pauses the plan, and what was begun is undone.
func TestEscalationIsStuck(t *testing.T) {
	w := stuckWorld()
	p := escalating("a")
	p.Steps[1].Escalation.TimeoutSeconds = 120
	b := on(t, w, p)
	b.onStuck, b.accept = EscalateOnStuck, []string{"escalate/shop/Deployment/web"}
	status, err := b.run(t, t.Context(), false)
	why := b.last.State().Why
	if status != Paused || err != nil || w.cordoned["a"] || !strings.Contains(why, "not done 2 min after it was escalated") {
		t.Error(status, err, w.cordoned, why)
	}
	if s := b.fold(t); s.Steps["drain/a"].Escalated().IsZero() || !s.Steps["cordon/a"].Escalated().IsZero() {
		t.Error("the journal does not say which step is escalated")
	}
}

// A plan whose escalations nobody asks for begins without their risks, one that has none escalates nothing.
func TestEscalationIsAskedFor(t *testing.T) {
	b := on(t, newWorld("a"), escalating("a"))
	if status, err := b.run(t, t.Context(), false); status != Finished || err != nil {
		t.Error(status, err)
	}
	b = on(t, newWorld("a"), escalating("a"))
	b.onStuck = EscalateOnStuck
	var open *Unaccepted
	if status, err := b.run(t, t.Context(), false); status != NotBegun || !errors.As(err, &open) {
		t.Error(status, err)
	}
	guards := map[string]Guard{"window": guard{b.w}}
	_, err := New(Settings{Plan: planFor("a"), Runners: b.runners(), Guards: guards, OnStuck: EscalateOnStuck}, 1)
	if !errors.Is(err, ErrNoEscalation) {
		t.Error(err)
	}
	p := escalating("a")
	p.Steps[1].Escalation.Action.Kind = "shove"
	if err := Check(p, b.runners(), guards); err == nil || err.Error() != `step drain/a: there is no action "shove"` {
		t.Error(err)
	}
}
