package guard

import (
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// A member is begun within its window, and only where that has room for it. What is begun is not asked about again.
func TestHours(t *testing.T) {
	g := &plan.Guard{Kind: step.Hours, With: map[string]string{step.At: "11:00", step.Length: "1h", step.Room: "10m"}}
	begin := noon.Add(-time.Hour)
	for after, want := range map[time.Duration]bool{-time.Second: false, 0: true, 50 * time.Minute: true, 50*time.Minute + time.Second: false,
		time.Hour: false} {
		for _, begun := range []bool{false, true} { // that of another member of its set does not count
			v, err := Hours{}.Check(t.Context(), g, apply.Moment{Now: begin.Add(after), Begun: begun})
			if err != nil || v.Holds != want || !want && (!v.Patient || v.Poll <= 0 || v.Undo || !strings.Contains(v.Why, "11:00 UTC")) {
				t.Errorf("%s after its begin: %+v, %v", after, v, err)
			}
		}
	}
	if v, err := (Hours{}).Check(t.Context(), g, apply.Moment{Now: begin.Add(-time.Hour), Change: &apply.Change{}}); err != nil || !v.Holds {
		t.Errorf("a change: %+v, %v", v, err)
	}
	g.With[step.Room] = "2h"
	v, err := Hours{}.Check(t.Context(), g, apply.Moment{Now: begin})
	if err != nil || v.Holds || v.Why != "the window is never open for 2 h" {
		t.Errorf("%+v, %v", v, err)
	}
}

// Nothing is begun in protected hours, nor what would go on into them.
func TestProtected(t *testing.T) {
	g := &plan.Guard{Kind: step.Protected, With: map[string]string{step.At: "12:00", step.Length: "2h", step.Room: "10m"}}
	for after, want := range map[time.Duration]bool{-11 * time.Minute: true, -10 * time.Minute: true, -10*time.Minute + time.Second: false,
		0: false, 2*time.Hour - time.Second: false, 2 * time.Hour: true} {
		v, err := Protected{}.Check(t.Context(), g, apply.Moment{Now: noon.Add(after)})
		if err != nil || v.Holds != want || !want && (!v.Patient || !strings.Contains(v.Why, "14:00 UTC")) {
			t.Errorf("%s after their begin: %+v, %v", after, v, err)
		}
	}
}

// What waits for a while counts from when the plan was begun, whoever goes on with it.
func TestElapsed(t *testing.T) {
	g := &plan.Guard{Kind: step.Elapsed, With: map[string]string{step.After: "24h"}}
	for after, want := range map[time.Duration]bool{0: false, 24*time.Hour - time.Second: false, 24 * time.Hour: true} {
		v, err := Elapsed{}.Check(t.Context(), g, apply.Moment{Now: noon.Add(after), PlanBegun: noon})
		if err != nil || v.Holds != want || !want && !v.Patient {
			t.Errorf("after %s: %+v, %v", after, v, err)
		}
	}
	if v, err := (Elapsed{}).Check(t.Context(), g, apply.Moment{Now: noon}); err != nil || v.Holds {
		t.Errorf("of a plan that is not begun: %+v, %v", v, err)
	}
}

// A guard with a field that nobody asks, or without one that it needs, is refused.
func TestKnows(t *testing.T) {
	type knower interface{ Knows(g *plan.Guard) error }
	for _, c := range []struct {
		of   knower
		with map[string]string
		ok   bool
	}{
		{Elapsed{}, map[string]string{step.After: "1h"}, true}, {Elapsed{}, map[string]string{}, false},
		{Elapsed{}, map[string]string{step.After: "-1h"}, false}, {Elapsed{}, map[string]string{step.After: "1h", "new": "x"}, false},
		{InHand{}, map[string]string{step.Most: "1", step.Lane: "eu"}, true}, {InHand{}, map[string]string{step.Most: "0"}, false},
		{Tolerates{}, map[string]string{step.Most: "0"}, true}, {Tolerates{}, map[string]string{step.Most: "few"}, false},
		{Hours{}, map[string]string{step.At: "02:00", step.Length: "4h"}, true}, {Hours{}, map[string]string{step.At: "02:00"}, false},
		{Protected{}, map[string]string{step.At: "26:00", step.Length: "4h"}, false},
	} {
		if err := c.of.Knows(&plan.Guard{With: c.with}); (err == nil) != c.ok {
			t.Errorf("%T of %v: %v", c.of, c.with, err)
		}
	}
}
