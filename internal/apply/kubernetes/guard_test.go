package kubernetes

import (
	"testing"
	"time"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

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
				v, err := window{}.Check(t.Context(), g, apply.Moment{Now: begin.Add(after), Begun: begun})
				if err != nil || v.Holds != want[i] {
					t.Errorf("%s, %s after its begin, begun %t: %+v, %v", length, after, begun, v, err)
				}
			}
		}
	}
}

// Where all nodes are cordoned first, a cordon does not count: no drain begins after the end of
// the window, those that are begun go on, and the others take pods again.
func TestCordonedIsNotBegun(t *testing.T) {
	b := newBench(t, 2)
	var first, then []plan.Step
	for i := range b.plan.Steps {
		s := b.plan.Steps[i]
		s.TimeoutSeconds = 3 * 86400
		s.Guards = append(s.Guards, plan.Guard{Kind: step.Window, Says: "the window is open", With: map[string]string{
			step.At: "11:00", step.Length: "61m"}})
		switch s.Action.Kind {
		case step.Cordon:
			s.Needs = nil
			first = append(first, s)
			continue
		case step.Drain:
			s.Needs = append(s.Needs, "cordon/node-0", "cordon/node-1")
		case step.Settle:
			s.Action.With = map[string]string{step.Node: "x", step.NodeUID: "x", step.Workloads: "shop/Deployment/web", step.Soak: "10m"}
		}
		then = append(then, s)
	}
	then[3].Needs = append(then[3].Needs, then[2].ID) // the other node follows when this one has settled
	b.plan.Steps = append(first, then...)
	status, err := b.run(t, t.Context(), false)
	if status != apply.Finished || err != nil {
		t.Fatal(status, err)
	}
	replaced(t, b.server, 2)
	undone := 0
	for _, e := range b.events {
		if e.Kind == apply.UndoDone && e.Step == "cordon/node-1" {
			undone++
		}
		if e.Kind == apply.Changed && e.Step == "drain/node-1" && e.At.Before(noon.Add(20*time.Hour)) {
			t.Errorf("%s at %s", e.Change, e.At)
		}
		if e.Kind == apply.UndoBegun && e.Step == "cordon/node-0" {
			t.Errorf("%s at %s: %s", e.Step, e.At, e.Says)
		}
	}
	if undone != 1 {
		t.Errorf("undone %d times", undone)
	}
}

// What the end of a window does not stop begins only where the window stays open for so long, and
// is left alone once it has begun.
func TestRoom(t *testing.T) {
	g := &plan.Guard{Kind: step.Window, With: map[string]string{step.At: "11:00", step.Length: "4h", step.Room: "90m"}}
	begin := noon.Add(-time.Hour)
	for after, want := range map[time.Duration]bool{-time.Minute: false, 0: true, 150 * time.Minute: true, 151 * time.Minute: false,
		5 * time.Hour: false} {
		v, err := window{}.Check(t.Context(), g, apply.Moment{Now: begin.Add(after)})
		if err != nil || v.Holds != want || !want && (v.Undo || !v.Patient || v.Poll <= 0 || v.Why == "") {
			t.Errorf("%s after its begin: %+v, %v", after, v, err)
		}
		if v, err := (window{}).Check(t.Context(), g, apply.Moment{Now: begin.Add(after), Begun: true}); err != nil || !v.Holds {
			t.Errorf("%s after its begin, begun: %+v, %v", after, v, err)
		}
		again := apply.Moment{Now: begin.Add(after), Begun: true, Change: &apply.Change{}} // where it failed before
		if v, err := (window{}).Check(t.Context(), g, again); err != nil || v.Holds != want {
			t.Errorf("%s after its begin, anew: %+v, %v", after, v, err)
		}
	}
	g.With[step.Room] = "5h"
	v, err := window{}.Check(t.Context(), g, apply.Moment{Now: begin})
	if err != nil || v.Holds || v.Why != "the window is never open for 5 h" {
		t.Errorf("%+v, %v", v, err)
	}
	g.With[step.Room] = "long"
	if err := (window{}).Knows(g); err == nil {
		t.Error("a room that is no time is taken")
	}
}

// Before a provider replaces a pool, each workload with pods on it has to have more ready than its floor.
func TestFloorOfAPool(t *testing.T) {
	b := newBench(t, 1)
	change := &apply.Change{Target: "blue", About: map[string]string{step.Pool: "blue"}}
	for least, want := range map[string]bool{"3": true, "4": false} {
		g := &plan.Guard{Kind: step.Floor, With: map[string]string{step.Namespace: "shop", step.Kind: "Deployment", step.Name: "web",
			step.Least: least}}
		if v, err := (floor{b.client}).Check(t.Context(), g, apply.Moment{Now: noon, Change: change}); err != nil || v.Holds != want {
			t.Errorf("floor %s: %+v, %v", least, v, err)
		}
	}
}
