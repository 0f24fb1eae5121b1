package kubernetes

import (
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/kubernetes/clustertest"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/nodes"
	"github.com/onus-project/onus/internal/plan/step"
)

// paused runs the plan, which has to be paused for a reason.
func (b *bench) paused(t *testing.T, resume bool, why string) clustertest.Seen {
	t.Helper()
	status, err := b.run(t, t.Context(), resume)
	if is := b.last.State().Why; status != apply.Paused || err != nil || !strings.Contains(is, why) {
		t.Errorf("%s, %v: %s, want %s", status, err, is, why)
	}
	return b.server.Seen()
}

// finishes goes on with the plan to its end.
func (b *bench) finishes(t *testing.T) {
	t.Helper()
	if status, err := b.run(t, t.Context(), true); status != apply.Finished || err != nil {
		t.Error(status, err, b.last.State().Why)
	}
}

// diesAfter lets the process die once a step is done.
func (b *bench) diesAfter(t *testing.T, id string) {
	t.Helper()
	b.told = func(ev apply.Event) {
		if ev.Kind == apply.StepDone && ev.Step == id {
			panic(death{id})
		}
	}
	if _, _ = b.run(t, t.Context(), false); b.died != id {
		t.Fatalf("died at %q", b.died)
	}
	b.told = nil
}

func spec(b *bench, node string) clustertest.Object {
	return b.server.Get("nodes", "", node)["spec"].(clustertest.Object)
}

// To take the cordon off is how people stop a drain: nothing further is evicted, also where its
// pods come back to the node.
func TestUncordonedWhileDrained(t *testing.T) {
	b := newBench(t, 1)
	b.plan.Steps = b.plan.Steps[:2]
	b.server.Spoil(func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "/eviction") {
			delete(b.server.Objects()["nodes//node-0"]["spec"].(clustertest.Object), "unschedulable")
		}
		return false
	})
	if seen := b.paused(t, false, "node-0 was uncordoned by somebody"); len(seen.Evicted) != 1 || len(seen.Deleted) > 0 {
		t.Errorf("%+v", seen)
	}
}

// A node that is taken into use again after its drain is not replaced, and one that has pods
// again is drained again before.
func TestDrainedNoMore(t *testing.T) {
	b := newBench(t, 1)
	b.diesAfter(t, "drain/node-0")
	delete(spec(b, "node-0"), "unschedulable")
	if seen := b.paused(t, true, "node-0 was uncordoned by somebody"); len(seen.Deleted) > 0 {
		t.Errorf("%+v", seen)
	}
	b.finishes(t)
	replaced(t, b.server, 1)

	again := newBench(t, 1)
	again.diesAfter(t, "drain/node-0")
	again.server.Get("pods", "shop", "web-1")["spec"].(clustertest.Object)["nodeName"] = "node-0"
	again.finishes(t)
	if replaced(t, again.server, 1); len(again.server.Seen().Evicted) != 2 {
		t.Errorf("%+v", again.server.Seen())
	}
}

// No command is run on another node of the same name, nor is one replaced.
func TestAnotherNodeOfTheName(t *testing.T) {
	b := newBench(t, 1)
	ran := filepath.Join(t.TempDir(), "ran")
	for i := range b.plan.Steps {
		a := &b.plan.Steps[i].Action
		a.With = maps.Clone(a.With)
		a.With[step.NodeUID], a.With[step.Command] = "the one before", "touch "+ran
		if a.Kind == step.ByKarpenter {
			a.Kind = step.ByCommand
		}
	}
	seen := b.paused(t, false, "another node has the name node-0 by now")
	if _, err := os.Stat(ran); err == nil || len(seen.Evicted) > 0 || len(seen.Cordoned) > 0 {
		t.Errorf("%v, %+v", err, seen)
	}
	of := newBench(t, 1)
	for i := range of.plan.Steps {
		a := &of.plan.Steps[i].Action
		a.With = maps.Clone(a.With)
		a.With[step.NodeUID] = "the one before"
	}
	if seen := of.paused(t, false, "another node has the name node-0 by now"); len(seen.Deleted) > 0 {
		t.Errorf("%+v", seen)
	}
}

// A node that somebody cordons between the intent and the request is theirs: it is not marked.
func TestCordonedMeanwhile(t *testing.T) {
	b := newBench(t, 1)
	whole := newBench(t, 1)
	if _, err := whole.run(t, t.Context(), false); err != nil {
		t.Fatal(err)
	}
	b.dieAt, b.plan.Steps = slices.Index(whole.points, "intent.after")+1, b.plan.Steps[:2]
	_, _ = b.run(t, t.Context(), false)
	b.dieAt = 0
	spec(b, "node-0")["unschedulable"] = true
	b.server.StopAfter = time.Hour
	seen := b.paused(t, true, "drain/node-0")
	if spec(b, "node-0")["unschedulable"] != true || seen.Changes["PATCH nodes"] > 0 {
		t.Errorf("%+v", seen)
	}
}

// Pods that are kept hold the drain before any other is moved; where the node was named,
// annotations keep nothing.
func TestKeptPods(t *testing.T) {
	for why, change := range map[string]func(clustertest.Object){
		"shop/api-0 would not come back: nothing makes it again": func(meta clustertest.Object) { delete(meta, "ownerReferences") },
		"shop/api-0 is annotated karpenter.sh/do-not-disrupt": func(meta clustertest.Object) {
			meta["annotations"] = clustertest.Object{"karpenter.sh/do-not-disrupt": "8h"}
		},
		`shop/api-0 is annotated cluster-autoscaler.kubernetes.io/safe-to-evict: "false"`: func(meta clustertest.Object) {
			meta["annotations"] = clustertest.Object{"cluster-autoscaler.kubernetes.io/safe-to-evict": "false"}
		},
	} {
		b := newBench(t, 1)
		b.server.Deployment("shop", "api", 0, "node-0")
		change(b.server.Get("pods", "shop", "api-0")["metadata"].(clustertest.Object))
		if seen := b.paused(t, false, why); len(seen.Evicted) > 0 || len(seen.Cordoned) > 0 {
			t.Errorf("%s: %+v", why, seen)
		}
		if !strings.Contains(why, "annotated") {
			continue
		}
		asked := newBench(t, 1)
		asked.server.Deployment("shop", "api", 0, "node-0")
		change(asked.server.Get("pods", "shop", "api-0")["metadata"].(clustertest.Object))
		asked.plan.Steps[0].Action.With[step.Named] = "true" // all steps share it
		if status, err := asked.run(t, t.Context(), false); status != apply.Finished || err != nil {
			t.Error(status, err, asked.last.State().Why)
		}
	}
}

// Each drain keeps the floors of all that the plan moves, and evicts nothing that the plan does
// not know and no budget guards.
func TestFloorsOfWhatArrives(t *testing.T) {
	b := newBench(t, 2)
	b.server.Deployment("shop", "api", 0, "node-0", "node-0")
	delete(b.server.Objects(), "poddisruptionbudgets/shop/api")
	p := b.planned(t, "nodes=node-0,node-1", func(a *nodes.Asked) { a.Replace = nodes.Replace{Asked: true} })
	for _, s := range p.Steps {
		if s.Action.Kind == step.Drain && !slices.ContainsFunc(s.Guards, func(g plan.Guard) bool { return g.With[step.Name] == "api" }) {
			t.Errorf("%s does not keep the floor of what may come: %v", s.ID, s.Guards)
		}
	}
	b.server.Deployment("shop", "later", 0, "node-0")
	delete(b.server.Objects(), "poddisruptionbudgets/shop/later")
	b.server.Deployment("shop", "batch", 0, "node-0") // in place of what runs to an end
	delete(b.server.Objects(), "poddisruptionbudgets/shop/batch")
	b.server.Get("pods", "shop", "batch-0")["spec"].(clustertest.Object)["restartPolicy"] = "Never"
	b.plan = p
	for _, r := range p.Risks {
		b.accept = append(b.accept, r.Name())
	}
	b.paused(t, false, "shop/later-0 is of shop/Deployment/later, which the plan does not know and no PodDisruptionBudget guards")
	if b.server.Get("pods", "shop", "batch-0") != nil {
		t.Error("what runs to an end is held")
	}
	if ready := b.server.Seen().Least["shop/api"]; ready < 1 {
		t.Errorf("%d pods of api were ready", ready)
	}
}

// A pod that a webhook holds back is named, is asked for seldom, and holds no other.
func TestWebhooksThatRefuse(t *testing.T) {
	b := newBench(t, 1)
	b.server.Deployment("shop", "zoo", 0, "node-0")
	posts := 0
	b.server.Spoil(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/web-0/eviction") {
			return false
		}
		posts++
		clustertest.Fail(w, 403, `admission webhook "drain-cleaner" denied the request: it is rolled by its operator`, "", "", 0)
		return true
	})
	seen := b.paused(t, false, "it is rolled by its operator")
	if posts > 50 || len(seen.Evicted) != 1 {
		t.Errorf("%d posts, %+v", posts, seen)
	}
}

// A floor that may not be read halts the plan, and guards that cannot be asked are refused
// before anything is done.
func TestGuardsThatCannotBeAsked(t *testing.T) {
	b := newBench(t, 1)
	b.server.Spoil(func(w http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.Path, "/deployments/") {
			clustertest.Fail(w, 403, "deployments is forbidden", "", "", 0)
			return true
		}
		return false
	})
	if seen := b.paused(t, false, "may not read shop/Deployment/web"); len(seen.Evicted) > 0 || b.clock.Now().Sub(noon) > time.Minute {
		t.Errorf("%v: %+v", b.clock.Now(), seen)
	}
	for want, g := range map[string]plan.Guard{
		`floor is "abc", wants a number`: {Kind: step.Floor, With: map[string]string{step.Namespace: "a", step.Kind: "b", step.Name: "c",
			step.Least: "abc"}},
		`25:00`:                       {Kind: step.Window, With: map[string]string{step.At: "25:00", step.Length: "1h"}},
		"quorum is not a field of it": {Kind: step.Budget, With: map[string]string{"quorum": "2"}},
	} {
		b.plan.Steps[0].Guards = []plan.Guard{g}
		if err := apply.Check(b.plan, Runners(b.client), Guards(b.client)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// A Machine that nothing replaced is not taken for replaced once its plan is gone on with.
func TestMachineThatIsNotReplaced(t *testing.T) {
	b := newBench(t, 1)
	uid := b.server.Put("machines", "infra", "m0", clustertest.Object{"status": clustertest.Object{"nodeName": "node-0"}})
	for i := range 4 { // another label has the pool's value as well
		n := b.server.Get("nodes", "", []string{"node-0", "node-1", "node-2", "node-3"}[i])
		n["metadata"].(clustertest.Object)["labels"] = clustertest.Object{"pool": []string{"true", "true", "x", "x"}[i], "other": "true"}
	}
	x := &b.plan.Steps[2]
	x.Action.Kind, x.Guards = step.ByMachine, nil
	for k, v := range map[string]string{step.Machine: "m0", step.MachineNamespace: "infra", step.MachineUID: uid,
		step.MachineGroup: "cluster.x-k8s.io", step.Pool: "true", step.PoolKey: "pool"} {
		x.Action.With[k] = v
	}
	b.server.Spoil(func(http.ResponseWriter, *http.Request) bool {
		for k := range b.server.Objects() {
			if strings.HasPrefix(k, "nodes//new-") {
				delete(b.server.Objects(), k)
			}
		}
		return false
	})
	b.paused(t, false, "the node is gone, and 1 of 2 nodes are ready")
	b.paused(t, true, "the node is gone, and 1 of 2 nodes are ready")
}

// After a crash the soak goes on where the pods themselves say that they have been Ready all along. Where one has
// not, or another came in its place, or one does not say it, all are watched anew.
func TestSettlesAnew(t *testing.T) {
	ready := func(b *bench, since time.Time) {
		for k, o := range b.server.Objects() {
			if strings.HasPrefix(k, "pods/shop/web-1") {
				c := o["status"].(clustertest.Object)["conditions"].([]any)[0].(clustertest.Object)
				if delete(c, "lastTransitionTime"); !since.IsZero() {
					c["lastTransitionTime"] = since.UTC().Format(time.RFC3339)
				}
			}
		}
	}
	for name, c := range map[string]struct {
		meanwhile   func(b *bench)
		least, most time.Duration
	}{
		"ready all along": {func(*bench) {}, 0, 2 * time.Minute},
		"ready again":     {func(b *bench) { ready(b, b.clock.Now().Add(-2*time.Minute)) }, 3 * time.Minute, 6 * time.Minute},
		"nobody says it":  {func(b *bench) { ready(b, time.Time{}) }, 5 * time.Minute, 7 * time.Minute},
		"another pod": {func(b *bench) {
			b.server.Get("pods", "shop", "web-1")["metadata"].(clustertest.Object)["creationTimestamp"] = b.clock.Now().UTC().Format(time.RFC3339)
			ready(b, b.clock.Now())
		}, 5 * time.Minute, 7 * time.Minute},
	} {
		b := newBench(t, 1)
		b.plan.Steps[3].Action.With = maps.Clone(b.plan.Steps[3].Action.With)
		b.plan.Steps[3].Action.With[step.Soak] = "5m"
		b.told = func(ev apply.Event) {
			if ev.Kind == apply.StepWaits && strings.Contains(ev.Says, "are watched for") {
				panic(death{"soak"})
			}
		}
		if _, _ = b.run(t, t.Context(), false); b.died != "soak" {
			t.Fatal(b.died)
		}
		b.told = nil
		b.clock.Sleep(t.Context(), 4*time.Minute)
		c.meanwhile(b)
		from := b.clock.Now()
		b.finishes(t)
		if took := b.clock.Now().Sub(from); took < c.least || took > c.most {
			t.Errorf("%s: it was watched for %v", name, took)
		}
	}
}

// A pod that stops being Ready between two looks, and is again, begins the soak anew.
func TestSoakSeesWhatFlaps(t *testing.T) {
	b := newBench(t, 1)
	b.plan.Steps[3].Action.With = maps.Clone(b.plan.Steps[3].Action.With)
	b.plan.Steps[3].Action.With[step.Soak] = "5m"
	var from, flapped time.Time
	b.server.Spoil(func(http.ResponseWriter, *http.Request) bool {
		if now := b.clock.Now(); !from.IsZero() && flapped.IsZero() && now.Sub(from) > 3*time.Minute {
			flapped = now
			c := b.server.Objects()["pods/shop/web-1"]["status"].(clustertest.Object)["conditions"].([]any)[0].(clustertest.Object)
			c["lastTransitionTime"] = now.UTC().Format(time.RFC3339)
		}
		return false
	})
	b.told = func(ev apply.Event) {
		if from.IsZero() && ev.Kind == apply.StepWaits && strings.Contains(ev.Says, "are watched for") {
			from = ev.At
		}
	}
	if b.finishes(t); flapped.IsZero() || b.clock.Now().Sub(flapped) < 5*time.Minute-time.Second {
		t.Error(from, flapped, b.clock.Now())
	}
}

// No wave begins while what the one before has moved is not settled any more: it waits, and goes on.
func TestSoakIsAskedBeforeAWave(t *testing.T) {
	b := newBench(t, 2)
	g := plan.Guard{Kind: step.Soaked, With: map[string]string{step.Workloads: "shop/Deployment/web", step.Soak: "5m"}}
	b.plan.Steps[4].Guards = append(b.plan.Steps[4].Guards, g)
	b.dieIf = func(point string) bool {
		return point == "end.after" && b.events[len(b.events)-1].Kind != apply.StepDone && b.server.Get("nodes", "", "node-0") == nil
	}
	if _, _ = b.run(t, t.Context(), false); b.died != "end.after" {
		t.Fatal(b.died)
	}
	b.dieIf = nil
	b.clock.Sleep(t.Context(), time.Hour)
	c := b.server.Get("pods", "shop", "web-2")["status"].(clustertest.Object)["conditions"].([]any)[0].(clustertest.Object)
	c["lastTransitionTime"] = b.clock.Now().UTC().Format(time.RFC3339)
	from := b.clock.Now()
	var begun time.Time
	b.told = func(ev apply.Event) {
		if ev.Kind == apply.StepBegun && ev.Step == "cordon/node-1" {
			begun = ev.At
		}
	}
	b.finishes(t)
	if begun.Sub(from) < 5*time.Minute-time.Second || begun.Sub(from) > 7*time.Minute {
		t.Error(from, begun)
	}
	for with, want := range map[string]string{"0s": `soak is "0s", wants a time such as 5m`, "x": `soak is "x", wants a time such as 5m`} {
		if err := (soak{}).Knows(&plan.Guard{With: map[string]string{step.Soak: with}}); err == nil || err.Error() != want {
			t.Error(err)
		}
	}
	if v, err := (soak{b.client}).Check(t.Context(), &g, apply.Moment{Now: b.clock.Now(), WaveBegun: true}); err != nil || !v.Holds {
		t.Error(v, err)
	}
}

// The nodes of a wave do not wait for each other's pods.
func TestSoakIsNotAskedWithinAWave(t *testing.T) {
	b := newBench(t, 3)
	b.server.Put("poddisruptionbudgets", "shop", "web", clustertest.Object{"spec": clustertest.Object{"minAvailable": 2,
		"selector": clustertest.Object{"matchLabels": clustertest.Object{"app": "web"}}}})
	g := plan.Guard{Kind: step.Soaked, With: map[string]string{step.Workloads: "shop/Deployment/web", step.Soak: "2s"}}
	for i := range b.plan.Steps {
		s := &b.plan.Steps[i]
		s.Wave = min(s.Wave, 2)
		if s.Guards[0].With[step.Least] = "2"; s.Action.Kind == step.Cordon && i > 0 {
			s.Needs, s.Guards = []string{"settle/node-0"}, append(s.Guards, g)
		}
	}
	begun := map[string]time.Time{}
	b.told = func(ev apply.Event) {
		if ev.Kind == apply.StepBegun {
			begun[ev.Step] = ev.At
		}
	}
	if b.finishes(t); begun["cordon/node-2"].Sub(begun["cordon/node-1"]) > time.Second {
		t.Error(begun)
	}
}

// Pods that come back to their node are not evicted for as long as the drain may take.
func TestBoundedWherePodsComeBack(t *testing.T) {
	b := newBench(t, 1)
	b.server.Spoil(func(http.ResponseWriter, *http.Request) bool {
		for k, o := range b.server.Objects() {
			if strings.HasPrefix(k, "pods/shop/web-n") { // who makes them binds them itself
				o["spec"].(clustertest.Object)["nodeName"] = "node-0"
			}
		}
		return false
	})
	if seen := b.paused(t, false, "they come back to it"); len(seen.Evicted) > 12 {
		t.Errorf("%d evictions", len(seen.Evicted))
	}
	stays := newBench(t, 1)
	stays.server.Deployment("shop", "agent", 0, "node-0")
	stays.server.Get("pods", "shop", "agent-0")["spec"].(clustertest.Object)["tolerations"] = []any{clustertest.Object{"operator": "Exists"}}
	if status, err := stays.run(t, t.Context(), false); status != apply.Finished || err != nil || len(stays.server.Seen().Evicted) != 1 {
		t.Errorf("%s, %v, %+v", status, err, stays.server.Seen())
	}
}

// A mark on a node that somebody uncordoned is of no plan that is at it.
func TestMarksThatStayed(t *testing.T) {
	b := newBench(t, 1)
	meta := b.server.Get("nodes", "", "node-0")["metadata"].(clustertest.Object)
	meta["annotations"] = clustertest.Object{Annotation: `{"plan":"another","step":"cordon/node-0","fence":1,"at":"2026-11-20T12:00:00Z"}`}
	if marked, err := b.client.Marked(t.Context()); err != nil || len(marked) > 0 {
		t.Error(marked, err)
	}
	spec(b, "node-0")["unschedulable"] = true
	if marked, err := b.client.Marked(t.Context()); err != nil || len(marked) != 1 {
		t.Error(marked, err)
	}
	delete(spec(b, "node-0"), "unschedulable")
	if status, err := b.run(t, t.Context(), false); status != apply.Finished || err != nil {
		t.Error(status, err, b.last.State().Why)
	}
	replaced(t, b.server, 1)
}
