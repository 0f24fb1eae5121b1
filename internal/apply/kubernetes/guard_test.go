package kubernetes

import (
	"testing"
	"time"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

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
