package kubernetes

import (
	"maps"
	"net/http"
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

// escalating is a bench with the plan of escalatingIn: while the others have been ready for ten minutes, five minutes
// apart.
func escalating(t *testing.T, ready time.Duration) *bench {
	t.Helper()
	b := newBench(t, 0)
	b.plan = escalatingIn(b.server, ready, "10m", "5m")
	b.onStuck, b.accept = apply.EscalateOnStuck, []string{"escalate/shop/Deployment/web"}
	return b
}

// escalatingIn has two pods of a workload on the first node, under a PDB that lets none go, and a plan by which they
// may be deleted past it.
func escalatingIn(s *clustertest.Server, ready time.Duration, healthy, interval string) *plan.Plan {
	p := planIn(s, 1)
	s.ReadyFor = ready
	s.Deployment("shop", "web", 5, "node-0", "node-0", "node-1", "node-2", "node-3")
	p.Risks = []plan.Risk{{Obligation: "escalate", Subject: "shop/Deployment/web"}}
	for i := range p.Steps {
		if st := &p.Steps[i]; st.Action.Kind == step.Drain {
			with := maps.Clone(st.Action.With)
			with[step.Healthy], with[step.Interval] = healthy, interval
			st.TimeoutSeconds = 60
			st.Escalation = &plan.Escalation{Action: plan.Action{Kind: step.Force, With: with}, TimeoutSeconds: 7200,
				Risks: []string{"escalate/shop/Deployment/web"}}
		}
	}
	return p
}

// forced holds that both pods were deleted, once each and so long apart, that nobody was evicted, the floor kept, the
// node replaced, and nothing left cordoned.
func forced(t *testing.T, s *clustertest.Server, apart time.Duration) {
	t.Helper()
	seen, at := s.Seen(), forcedOf(s)
	if len(at) != 2 || at[1].Sub(at[0]) < apart || seen.Least["shop/web"] < 4 || len(seen.Evicted) > 0 || len(seen.Cordoned) > 0 ||
		len(seen.Deleted) != 1 {
		t.Errorf("deleted at %v: %+v", at, seen)
	}
	for uid, n := range seen.Deleted {
		if n != 1 {
			t.Errorf("%s was deleted %d times", uid, n)
		}
	}
}

// forcedOf are the times at which pods were deleted, in their order.
func forcedOf(s *clustertest.Server) []time.Time {
	return slices.SortedFunc(maps.Values(s.Seen().Forced), time.Time.Compare)
}

// A pod that a PDB holds is deleted past it once the drain is stuck, the next one once the first is replaced by
// one that has been ready for long, and no other pod at all.
func TestForces(t *testing.T) {
	b := escalating(t, time.Hour)
	status, err := b.run(t, t.Context(), false)
	seen, at := b.server.Seen(), forcedOf(b.server)
	kept := seen.Least["shop/web"] >= 4 && len(seen.Evicted) == 0 && len(seen.Cordoned) == 0
	if status != apply.Finished || err != nil || len(at) != 2 || !kept {
		t.Fatalf("%s, %v, %v, %+v", status, err, at, seen)
	}
	if at[0].Sub(noon) < time.Minute || at[0].Sub(noon) > 2*time.Minute || at[1].Sub(at[0]) < 10*time.Minute {
		t.Error(at)
	}
	if !slices.ContainsFunc(b.events, func(ev apply.Event) bool { return ev.Kind == apply.StepEscalated }) {
		t.Error("nobody says that it is escalated")
	}
}

// Nothing is deleted while another pod of the workload is not ready for long enough, or its floor would not be
// kept, or the PDB is not counted yet, or the pod is of a workload whose risk nobody accepted.
func TestForcesNothing(t *testing.T) {
	for want, set := range map[string]func(b *bench){
		"is not deleted until shop/web-2 has been Ready for 10 min": func(b *bench) {
			b.server.Spoil(func(http.ResponseWriter, *http.Request) bool { // it is never ready for long
				p := b.server.Objects()["pods/shop/web-2"]["status"].(clustertest.Object)["conditions"].([]any)[0].(clustertest.Object)
				p["lastTransitionTime"] = b.clock.Now().UTC().Format(time.RFC3339)
				return false
			})
		},
		"since shop/web-3 is not Ready": func(b *bench) {
			b.server.Get("pods", "shop", "web-3")["status"].(clustertest.Object)["conditions"].([]any)[0].(clustertest.Object)["status"] = "False"
		},
		"has 3 of 4 other pods":                            func(b *bench) { delete(b.server.Objects(), "pods/shop/web-4") },
		"shop/Deployment/web has 5 pods ready, and 5 have": func(b *bench) { b.plan.Steps[1].Guards[0].With[step.Least] = "5" },
		"is of no workload whose pods may be deleted":      func(b *bench) { b.plan.Steps[1].Escalation.Action.With[step.Workloads] = "" },
		"was not counted yet": func(b *bench) {
			b.server.Get("poddisruptionbudgets", "shop", "web")["metadata"].(clustertest.Object)["generation"] = 2
		},
	} {
		b := escalating(t, time.Hour)
		b.plan.Steps[1].Escalation.TimeoutSeconds = 120
		set(b)
		status, err := b.run(t, t.Context(), false)
		seen := b.server.Seen()
		if why := b.last.State().Why; status != apply.Paused || err != nil || !strings.Contains(why, want) || len(seen.Forced) > 0 ||
			len(seen.Cordoned) > 0 {
			t.Errorf("%s: %s, %v\n%s\n%+v", want, status, err, why, seen)
		}
	}
}

// A process that dies while it escalates, at whichever point, is gone on with: each pod is deleted once, and not
// sooner than it may be. So it is where the answer to a deletion is lost.
func TestDiesWhileItForces(t *testing.T) {
	whole := escalating(t, time.Hour)
	if status, err := whole.run(t, t.Context(), false); status != apply.Finished || err != nil {
		t.Fatal(status, err)
	}
	died, last := map[string]int{}, ""
	for at, point := range whole.points {
		if point == "lease.renewing" && last == point {
			continue // it waits
		}
		last = point
		b := escalating(t, time.Hour)
		b.dieAt = at + 1
		_, _ = b.run(t, t.Context(), false) // it dies
		died[b.died]++
		status, err := b.run(t, t.Context(), true)
		if forced(t, b.server, 10*time.Minute); t.Failed() || status != apply.Finished || err != nil {
			t.Fatalf("died at %s (%d): %s, %v", b.died, at+1, status, err)
		}
	}
	if died["escalate.after"] == 0 || died["do.answered"] < 3 {
		t.Error(died)
	}
	t.Logf("deaths, each gone on with: %v", died)
}

// Where the right to delete pods is missing the plan is paused, and says which file grants it.
func TestMayNotForce(t *testing.T) {
	b := escalating(t, time.Hour)
	b.server.Spoil(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodDelete && strings.Contains(r.URL.Path, "/pods/") {
			clustertest.Fail(w, 403, "no", "", "", 0)
			return true
		}
		return false
	})
	status, err := b.run(t, t.Context(), false)
	if why := b.last.State().Why; status != apply.Paused || err != nil || !strings.Contains(why, "docs/rbac-escalate.yaml") {
		t.Error(status, err, why)
	}
	b.server.Denied = map[string]bool{"delete pods": true}
	lacks, err := b.client.Lacks(t.Context(), b.plan, "kube-system", true, noStep, untold)
	if err != nil || len(lacks) != 1 || !strings.Contains(lacks[0], "docs/rbac-escalate.yaml") {
		t.Error(lacks, err)
	}
	if lacks, err := b.client.Lacks(t.Context(), b.plan, "kube-system", false, noStep, untold); err != nil || len(lacks) != 0 {
		t.Error(lacks, err)
	}
}

// What onus plan nodes says may be done once a drain is stuck is done as it stands, where the PDB was made
// tighter after the plan, by somebody who then goes on with it.
func TestPlansToEscalate(t *testing.T) {
	b := newBench(t, 1)
	b.server.ReadyFor = 2 * time.Hour
	b.server.Deployment("shop", "web", 3, "node-0", "node-1", "node-2", "node-3")
	b.plan = b.planned(t, "nodes=node-0", func(a *nodes.Asked) { a.Escalate = time.Hour })
	if len(b.plan.RisksOf(false)) > 0 || len(b.plan.RisksOfEscalations()) != 1 || b.plan.Risks[0].Name() != "escalate/shop/Deployment/web" {
		t.Fatalf("%+v", b.plan.Risks)
	}
	b.server.Get("poddisruptionbudgets", "shop", "web")["spec"].(clustertest.Object)["minAvailable"] = 4
	if status, err := b.run(t, t.Context(), false); status != apply.Paused || err != nil {
		t.Fatal(status, err)
	}
	b.onStuck, b.accept = apply.EscalateOnStuck, []string{"escalate/shop/Deployment/web"}
	status, err := b.run(t, t.Context(), true)
	if seen := b.server.Seen(); status != apply.Finished || err != nil || len(seen.Forced) != 1 || len(seen.Evicted) > 0 {
		t.Errorf("%s, %v, %+v", status, err, seen)
	}
	if plain := b.planned(t, "nodes=node-1", nil); plain.Escalates() {
		t.Error("a plan escalates though nobody asked for it")
	}
}
