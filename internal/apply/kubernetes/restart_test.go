package kubernetes

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// single adds a Deployment with one pod, on the first node, under a budget that lets none go; it is
// restarted before that node is drained.
func (b *bench) single() {
	b.server.Deployment("shop", "db", 1, "node-0")
	with := map[string]string{step.Workloads: "shop/Deployment/db"}
	var steps []plan.Step
	for _, s := range b.plan.Steps {
		if s.Action.Kind == step.Drain {
			with[step.Node], with[step.NodeUID] = s.Action.With[step.Node], s.Action.With[step.NodeUID]
			restart := plan.Step{ID: "restart/" + s.Group, Group: s.Group, Wave: s.Wave, Needs: s.Needs, TimeoutSeconds: 600, Attempts: 1,
				Action: plan.Action{Kind: step.Restart, With: with}}
			steps = append(steps, restart)
			s.Needs = []string{restart.ID}
		}
		steps = append(steps, s)
	}
	b.plan.Steps = steps
}

// A Deployment with one pod is restarted once, wherever the process dies: its pod is not evicted, and
// another one is ready before it goes.
func TestRestarts(t *testing.T) {
	whole := 0
	for at := 0; at == 0 || at <= whole; at += 3 {
		b := newBench(t, 1)
		b.single()
		b.dieAt = at
		status, err := b.run(t, t.Context(), false)
		if at > 0 && b.died != "" {
			status, err = b.run(t, t.Context(), true)
		} else {
			whole = len(b.points)
		}
		if status != apply.Finished || err != nil {
			t.Fatal(at, status, err, b.events)
		}
		replaced(t, b.server, 1)
		if seen := b.server.Seen(); b.server.RolledOut["shop/db"] != 1 || seen.Least["shop/db"] != 1 || len(seen.Evicted) != 1 {
			t.Errorf("dies at %d: restarted %v, %+v", at, b.server.RolledOut, seen)
		}
	}
}

// What has no pod on the node is not restarted; a restart that does not get through leaves the old
// pod where it is, and the node takes pods again.
func TestRestartsThatAreNotMade(t *testing.T) {
	b := newBench(t, 1)
	b.single()
	b.plan.Steps[1].Action.With[step.Workloads] = "shop/Deployment/other"
	b.server.Deployment("shop", "other", 0, "node-3")
	b.server.Denied = map[string]bool{}
	if status, _ := b.run(t, t.Context(), false); status != apply.Paused || len(b.server.RolledOut) > 0 {
		t.Error("a Deployment elsewhere is restarted, or a pod evicted past its budget:", status, b.server.RolledOut)
	}
	b = newBench(t, 1)
	b.single()
	b.server.StuckRollout = true
	status, err := b.run(t, t.Context(), false)
	seen := b.server.Seen()
	if why := b.last.State().Why; status != apply.Paused || err != nil || !strings.Contains(why, "ReplicaSet has timed out progressing") ||
		!strings.Contains(why, "kubectl -n shop rollout undo deployment/db") {
		t.Error(status, err, why)
	}
	if len(seen.Cordoned) > 0 || len(seen.Evicted) > 0 || seen.Least["shop/db"] != 1 {
		t.Errorf("%+v", seen)
	}
}

// Only Deployments are restarted, and only where the action says which node it is about.
func TestRestartChecks(t *testing.T) {
	for workloads, want := range map[string]string{"shop/StatefulSet/db": "is no Deployment", "db": "is no workload",
		"shop/Deployment/db": ""} {
		a := &plan.Action{Kind: step.Restart, With: map[string]string{step.Workloads: workloads, step.Node: "a", step.NodeUID: "b"}}
		if err := (restart{}).Check(a); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", workloads, err)
		}
	}
}
