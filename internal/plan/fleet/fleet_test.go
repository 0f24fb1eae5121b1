package fleet

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/onus-project/onus/internal/apply"
	carried "github.com/onus-project/onus/internal/apply/fleet"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/velocity"
)

// What is planned is what the fleet's runners and guards can carry out, whatever is asked for.
func TestPlansAreTaken(t *testing.T) {
	f := sets(9)
	f.Deployments[0].Deferrals = 1
	for _, c := range []func(*Asked){
		nil,
		func(a *Asked) { a.Verify, a.Rollback, a.Quorum, a.Health = "./v", "./r", "./q", "./h" },
		func(a *Asked) { a.Announce, a.Approve = "https://example.com/hook", true },
	} {
		p := made(t, f, played(t, f, strategy()), c)
		if err := p.Validate(); err != nil {
			t.Error(err)
		}
		if err := apply.Check(p, carried.Runners(nil), carried.Guards()); err != nil {
			t.Error(err)
		}
	}
}

// Members of a set are one after the other, the primary last; a set of the next wave needs all that ends the one
// before; what is never two at a time in a set is never two in the plan.
func TestStepsKeepTheirOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := sets(rapid.IntRange(1, 12).Draw(rt, "sets"))
		for i := range f.Deployments {
			for k := range f.Deployments[i].Members {
				f.Deployments[i].Members[k].Fixed = rapid.IntRange(0, 5).Draw(rt, "fixed") == 0
			}
		}
		of := played(t, f, strategy())
		health := rapid.Bool().Draw(rt, "health")
		a := &Asked{Fleet: f, Played: of, Made: noon, Commands: Commands{Patch: "./p"}, Within: time.Hour}
		if health {
			a.Health = "./h"
		}
		p, err := Make(a)
		if err != nil {
			if err == ErrNothing {
				return
			}
			rt.Fatal(err)
		}
		at, wave := map[string]int{}, map[string]int{}
		for i, id := range p.Order() {
			at[id] = i
		}
		instances := 0
		for i := range p.Steps {
			s := &p.Steps[i]
			wave[s.Of] = s.Wave
			for _, need := range s.Needs {
				if at[need] >= at[s.ID] {
					rt.Fatalf("%s comes before %s, which it needs", s.ID, need)
				}
			}
			if s.Action.Kind == step.Patch {
				instances++
				inSet(rt, p, s)
			}
			if s.Wave > 1 && s.Of != "" && s.Action.Kind == step.Patch && len(s.Needs) == 0 {
				rt.Fatalf("%s of wave %d needs nothing", s.ID, s.Wave)
			}
		}
		todo := 0
		for i := range of.Turns {
			if of.Turns[i].Outcome == velocity.Patched {
				todo += len(of.Turns[i].Steps)
			}
		}
		if instances != todo {
			rt.Fatalf("%d instances are patched, and %d were played", instances, todo)
		}
	})
}

// inSet holds that a member needs the one of its set that comes before it, and that a primary is the last.
func inSet(rt *rapid.T, p *plan.Plan, s *plan.Step) {
	before, after := 0, 0
	for i := range p.Steps {
		o := &p.Steps[i]
		if o.Of != s.Of || o.Action.Kind != step.Patch || o.ID == s.ID {
			continue
		}
		if needs(p, s.ID, o.ID) {
			before++
		} else if needs(p, o.ID, s.ID) {
			after++
		} else {
			rt.Fatalf("%s and %s of one set may go at the same time", s.ID, o.ID)
		}
	}
	if s.Action.With[step.Role] == "primary" && after > 0 {
		rt.Fatalf("%s is the primary, and %d come after it", s.ID, after)
	}
}

// needs reports whether a step comes to another one by what it needs.
func needs(p *plan.Plan, from, to string) bool {
	for i := range p.Steps {
		if p.Steps[i].ID != from {
			continue
		}
		for _, n := range p.Steps[i].Needs {
			if n == to || needs(p, n, to) {
				return true
			}
		}
	}
	return false
}

// A window guards each of its members, with room for one; an override takes it away, says why and has to be accepted.
func TestOverride(t *testing.T) {
	f := sets(3)
	hours := func(p *plan.Plan) (n int) {
		for i := range p.Steps {
			for _, g := range p.Steps[i].Guards {
				if g.Kind == step.Hours {
					n++
				}
			}
		}
		return n
	}
	p := made(t, f, played(t, f, strategy()), nil)
	if n := hours(p); n != 3 {
		t.Errorf("%d members are guarded by hours, want the 3 of the one set that has a window", n)
	}
	with := velocity.Usual(noon)
	with.Override = true
	of, err := velocity.Play(t.Context(), &f.Fleet, strategy(), with)
	if err != nil {
		t.Fatal(err)
	}
	p = made(t, f, of, func(a *Asked) { a.Reason = "used in the wild" })
	if n := hours(p); n != 0 {
		t.Errorf("%d members are guarded by hours that are overridden", n)
	}
	said := ""
	for i := range p.Risks {
		said += p.Risks[i].Name() + " " + p.Risks[i].Says + "\n"
	}
	if !strings.Contains(said, "maintenance-window-set/override windows, protected hours and deferrals are overridden: used in the wild") {
		t.Error(said)
	}
}

// A wave that begins by the clock waits for that, and not for the wave before.
func TestTimedWaves(t *testing.T) {
	f := sets(4)
	s := &velocity.Strategy{ID: "timed", Title: "Timed", Waves: []velocity.Wave{{Percent: 25, After: velocity.Duration(time.Hour)},
		{Percent: 100, After: velocity.Duration(4 * time.Hour)}}}
	p := made(t, f, played(t, f, s), func(a *Asked) { a.Approve = true })
	for i := range p.Steps {
		x := &p.Steps[i]
		if x.Action.Kind != step.Gate {
			continue
		}
		want := map[int]string{1: "1h0m0s", 2: "4h0m0s"}[x.Wave]
		if len(x.Needs) > 0 || len(x.Guards) != x.Wave || x.Guards[0].With[step.After] != want {
			t.Errorf("wave %d: %+v", x.Wave, x)
		}
		if x.Wave == 2 && x.Guards[1].Kind != step.Approval { // it pauses the plan, and must not before the wave is due
			t.Errorf("%+v", x.Guards)
		}
	}
}
