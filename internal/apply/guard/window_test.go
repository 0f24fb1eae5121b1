package guard

import (
	"testing"
	"time"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// noon is a Saturday's.
var noon = time.Date(2026, time.November, 28, 12, 0, 0, 0, time.UTC)

// What was begun may go on for half an hour from the end of a window, however short that was,
// and what was not begun does not begin after it.
func TestOverrun(t *testing.T) {
	for _, length := range []string{"10m", "90m", "4h"} {
		d, err := time.ParseDuration(length)
		if err != nil {
			t.Fatal(err)
		}
		g := &plan.Guard{Kind: step.Window, With: map[string]string{step.At: "11:00", step.Length: length}}
		begin := noon.Add(-time.Hour)
		for after, want := range map[time.Duration][2]bool{ // since the window began: what was begun, and what was not
			-time.Minute: {}, 0: {true, true}, d - time.Second: {true, true}, d: {true, false}, d + 15*time.Minute: {true, false},
			d + 29*time.Minute: {true, false}, d + 31*time.Minute: {}, d + 45*time.Minute: {},
		} {
			for i, begun := range []bool{true, false} {
				v, err := Window{}.Check(t.Context(), g, apply.Moment{Now: begin.Add(after), Begun: begun})
				if err != nil || v.Holds != want[i] {
					t.Errorf("%s, %s after its begin, begun %t: %+v, %v", length, after, begun, v, err)
				}
			}
		}
	}
}

// What the end of a window does not stop begins only where the window stays open for so long, and
// is left alone once it has begun.
func TestRoom(t *testing.T) {
	g := &plan.Guard{Kind: step.Window, With: map[string]string{step.At: "11:00", step.Length: "4h", step.Room: "90m"}}
	begin := noon.Add(-time.Hour)
	for after, want := range map[time.Duration]bool{-time.Minute: false, 0: true, 150 * time.Minute: true, 151 * time.Minute: false,
		5 * time.Hour: false} {
		v, err := Window{}.Check(t.Context(), g, apply.Moment{Now: begin.Add(after)})
		if err != nil || v.Holds != want || !want && (v.Undo || !v.Patient || v.Poll <= 0 || v.Why == "") {
			t.Errorf("%s after its begin: %+v, %v", after, v, err)
		}
		if v, err := (Window{}).Check(t.Context(), g, apply.Moment{Now: begin.Add(after), Begun: true}); err != nil || !v.Holds {
			t.Errorf("%s after its begin, begun: %+v, %v", after, v, err)
		}
		again := apply.Moment{Now: begin.Add(after), Begun: true, Change: &apply.Change{}} // where it failed before
		if v, err := (Window{}).Check(t.Context(), g, again); err != nil || v.Holds != want {
			t.Errorf("%s after its begin, anew: %+v, %v", after, v, err)
		}
	}
	g.With[step.Room] = "5h"
	v, err := Window{}.Check(t.Context(), g, apply.Moment{Now: begin})
	if err != nil || v.Holds || v.Why != "the window is never open for 5 h" {
		t.Errorf("%+v, %v", v, err)
	}
	g.With[step.Room] = "long"
	if err := (Window{}).Knows(g); err == nil {
		t.Error("a room that is no time is taken")
	}
}

// An approval without a name is of nothing that anybody could approve.
func TestApprovalWantsAName(t *testing.T) {
	if err := (Approval{}).Knows(&plan.Guard{Kind: step.Approval}); err == nil {
		t.Error("an approval without a name is taken")
	}
}
