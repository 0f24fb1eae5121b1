package kubernetes

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/kubernetes/clustertest"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

func TestReplaces(t *testing.T) {
	b := newBench(t, 3)
	if status, err := b.run(t, t.Context(), false); status != apply.Finished || err != nil {
		t.Fatal(status, err, b.events)
	}
	replaced(t, b.server, 3)
	seen := b.server.Seen()
	if seen.Changes["PATCH nodes"] != 3 || seen.Changes["POST pods/eviction"] < 3 || seen.Changes["DELETE pods"] != 0 {
		t.Error(seen.Changes)
	}
}

// A process that dies, at whichever point, is gone on with by another: no pod is evicted
// twice, no NodeClaim deleted twice, and no node left cordoned.
func TestDiesAtEachPoint(t *testing.T) {
	whole := newBench(t, 1)
	if status, err := whole.run(t, t.Context(), false); status != apply.Finished || err != nil {
		t.Fatal(status, err)
	}
	died := map[string]int{}
	for at := range len(whole.points) {
		b := newBench(t, 1)
		b.dieAt = at + 1
		_, _ = b.run(t, t.Context(), false) // it dies
		died[b.died]++
		status, err := b.run(t, t.Context(), true)
		if replaced(t, b.server, 1); t.Failed() || status != apply.Finished || err != nil {
			t.Fatalf("died at %s (%d): %s, %v", b.died, at+1, status, err)
		}
	}
	t.Logf("%d deaths, each gone on with: %v", len(whole.points), died)
}

// Whatever the API server answers once, and where its answer is lost after it did what was
// asked, the plan is carried out, and nothing is done twice.
func TestAnswersOnce(t *testing.T) {
	cuts := func(w http.ResponseWriter) { // the connection
		if c, _, err := w.(http.Hijacker).Hijack(); err == nil {
			c.Close()
		}
	}
	fail := func(code int, message, cause, says string, retry int) func(http.ResponseWriter, func()) {
		return func(w http.ResponseWriter, _ func()) { clustertest.Fail(w, code, message, cause, says, retry) }
	}
	for name, how := range map[string]func(w http.ResponseWriter, do func()){
		"a lost question": func(w http.ResponseWriter, _ func()) { cuts(w) },
		"a lost answer":   func(w http.ResponseWriter, do func()) { do(); cuts(w) },
		"throttled":       fail(429, "too many requests", "", "", 7),
		"no budget":       fail(429, "no", "DisruptionBudget", "The disruption budget web needs 3 healthy pods and has 3 currently", 0),
		"not counted":     fail(429, "no", "DisruptionBudget", "The disruption budget web is still being processed by the server.", 10),
		"a conflict":      fail(409, "the object has been modified", "", "", 0),
		"busy":            fail(504, "couldn't update PodDisruptionBudget", "", "", 10),
		"broken":          fail(500, "etcdserver: request timed out", "", "", 0),
	} {
		for _, what := range []string{"PATCH nodes", "POST pods/eviction", "DELETE nodeclaims", "PUT leases", "GET pods", "GET nodes",
			"GET leases"} {
			t.Run(name+" of "+what, func(t *testing.T) {
				t.Parallel()
				b := newBench(t, 2)
				spoilt := 0
				b.server.Spoil(func(w http.ResponseWriter, r *http.Request) bool {
					method, resource, _ := strings.Cut(what, " ")
					resource, sub, _ := strings.Cut(resource, "/")
					if spoilt > 0 || r.Method != method || !strings.Contains(r.URL.Path, "/"+resource) ||
						!strings.HasSuffix(r.URL.Path, sub) {
						return false
					}
					spoilt++
					how(w, func() { b.server.Answer(nowhere{http.Header{}}, r) })
					return true
				})
				status, err := b.run(t, t.Context(), false)
				if status == "" || status == apply.NotBegun { // it did not get the lease: nothing was done
					status, err = b.run(t, t.Context(), true)
				}
				if status != apply.Finished || err != nil || spoilt == 0 {
					t.Fatal(status, err, spoilt, b.events)
				}
				replaced(t, b.server, 2)
			})
		}
	}
}

// nowhere is where answers go that are lost.
type nowhere struct{ h http.Header }

func (n nowhere) Header() http.Header       { return n.h }
func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (nowhere) WriteHeader(int)             {}

// What says that nobody counts budgets any more, or that a right is missing, pauses the plan,
// and what was begun is undone.
func TestPauses(t *testing.T) {
	for message, want := range map[string]string{
		`pods "web-0" is forbidden: disruptions allowed is negative`:                       "nobody counts what PodDisruptionBudgets of shop",
		`DisruptedPods map too big - too many evictions not confirmed by PDB controller`:   "nobody counts",
		`User "x" cannot create resource "pods/eviction" in API group "" in the namespace`: "docs/rbac-apply.yaml has what it takes",
	} {
		b := newBench(t, 1)
		b.server.Spoil(func(w http.ResponseWriter, r *http.Request) bool {
			if strings.HasSuffix(r.URL.Path, "/eviction") {
				clustertest.Fail(w, 403, message, "", "", 0)
				return true
			}
			return false
		})
		status, err := b.run(t, t.Context(), false)
		seen := b.server.Seen()
		if why := b.last.State().Why; status != apply.Paused || err != nil || !strings.Contains(why, want) || len(seen.Cordoned) > 0 {
			t.Errorf("%s: %s, %v, %s, %+v", message, status, err, why, seen)
		}
		b.server.Spoil(nil)
		if status, err := b.run(t, t.Context(), true); status != apply.Finished || err != nil {
			t.Error(status, err)
		}
		replaced(t, b.server, 1)
	}
}

// A budget that allows nothing is named, with what it needs and has and the finding that has
// the fix, and nothing is asked of it meanwhile.
func TestBudgetsThatHold(t *testing.T) {
	for want, budgets := range map[string][]int{
		"PodDisruptionBudget shop/web wants all 4 pods healthy, so that shop/web-0 cannot be evicted unless there are more (pdb-never-allows: " +
			"onus check --only pdb-never-allows -n shop has the fix)": {4},
		"shop/web-0 is selected by several PodDisruptionBudgets (other, web), so that it cannot be evicted at all (pdb-overlap: " +
			"onus check --only pdb-overlap -n shop has the fix)": {3, 3},
	} {
		b := newBench(t, 1)
		for i, n := range budgets {
			b.server.Put("poddisruptionbudgets", "shop", []string{"web", "other"}[i], clustertest.Object{"spec": clustertest.Object{
				"minAvailable": n, "selector": clustertest.Object{"matchLabels": clustertest.Object{"app": "web"}}}})
		}
		status, err := b.run(t, t.Context(), false)
		seen := b.server.Seen()
		if why := b.last.State().Why; status != apply.Paused || err != nil || !strings.HasSuffix(why, want) || len(seen.Cordoned) > 0 ||
			seen.Changes["POST pods/eviction"] > 0 {
			t.Errorf("%s, %v\n%s\n%s\n%+v", status, err, why, want, seen)
		}
	}
}

// The floor of a plan holds where there is no budget.
func TestFloor(t *testing.T) {
	b := newBench(t, 1)
	b.server.Put("poddisruptionbudgets", "shop", "web", clustertest.Object{"spec": clustertest.Object{
		"minAvailable": 0, "selector": clustertest.Object{"matchLabels": clustertest.Object{"app": "web"}}}})
	for i := range b.plan.Steps {
		b.plan.Steps[i].Guards[0].With[step.Least] = "4"
	}
	status, err := b.run(t, t.Context(), false)
	if why := b.last.State().Why; status != apply.Paused || err != nil || len(b.server.Seen().Evicted) > 0 ||
		!strings.HasSuffix(why, "shop/Deployment/web has 4 pods ready, and 4 have to stay") {
		t.Error(status, err, why)
	}
}

// A node that somebody else cordoned stays cordoned, and one that is gone is done.
func TestCordonsOfOthers(t *testing.T) {
	b := newBench(t, 1)
	b.server.Get("nodes", "", "node-0")["spec"].(clustertest.Object)["unschedulable"] = true
	b.plan.Steps = b.plan.Steps[:2]
	b.plan.Steps[1].TimeoutSeconds = 1
	b.server.StopAfter = time.Hour // the drain does not end
	status, err := b.run(t, t.Context(), false)
	if seen := b.server.Seen(); status != apply.Paused || err != nil || len(seen.Cordoned) != 1 || seen.Changes["PATCH nodes"] != 0 {
		t.Errorf("%s, %v, %+v", status, err, seen)
	}
	gone := newBench(t, 1)
	for i := range gone.plan.Steps {
		gone.plan.Steps[i].Action.With[step.NodeUID] = "another"
	}
	gone.plan.Steps = gone.plan.Steps[:2]
	status, err = gone.run(t, t.Context(), false)
	if seen := gone.server.Seen(); status != apply.Finished || err != nil || len(seen.Evicted) > 0 || len(seen.Cordoned) > 0 {
		t.Errorf("%s, %v, %+v", status, err, seen)
	}
}

// A window that closes while a node is drained lets it go on for a while, undoes it then, and
// goes on when it opens again.
func TestWindowCloses(t *testing.T) {
	b := newBench(t, 1)
	for i := range b.plan.Steps {
		s := &b.plan.Steps[i]
		s.TimeoutSeconds, s.Action.With[step.Free] = 3*86400, "shop/Deployment/other"
		s.Guards = append(s.Guards, plan.Guard{Kind: step.Window, Says: "the window is open", With: map[string]string{
			step.At: "11:00", step.Length: "90m"}})
	}
	b.server.Deployment("shop", "other", 0, "node-0", "node-0")
	b.server.Put("poddisruptionbudgets", "shop", "other", clustertest.Object{"spec": clustertest.Object{"minAvailable": 2,
		"selector": clustertest.Object{"matchLabels": clustertest.Object{"app": "other"}}}})
	opened := false
	b.server.Spoil(func(_ http.ResponseWriter, r *http.Request) bool {
		now := b.clock.Now()
		if now.After(noon.Add(22*time.Hour)) && !opened {
			opened = true
			delete(b.server.Objects(), "poddisruptionbudgets/shop/other")
		}
		return false
	})
	b.told = func(ev apply.Event) {
		const next = "the window opens at Mon 23 Nov 11:00 UTC"
		if ev.Kind == apply.StepWaits && strings.Contains(ev.Says, next) && b.clock.Now().Before(noon.Add(20*time.Hour)) {
			b.clock.Sleep(t.Context(), 21*time.Hour) // nothing happens meanwhile
		}
	}
	status, err := b.run(t, t.Context(), false)
	var undone time.Time
	for _, ev := range b.events {
		if ev.Kind == apply.UndoDone {
			undone = ev.At
		}
	}
	if status != apply.Finished || err != nil || undone.Format("15:04") != "13:00" {
		t.Error(status, err, undone, b.events)
	}
}

// A lease is taken over only after the taker has seen it unchanged for all of its time, whatever
// the clocks say; the number of one that takes over is higher.
func TestLease(t *testing.T) {
	b := newBench(t, 1)
	ahead := &fakeClock{now: noon.Add(time.Hour)} // another machine's
	lease := func(who string, clock *fakeClock) *Lease {
		c, err := New(&rest.Config{Host: b.server.URL, QPS: -1}, 5*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		return &Lease{Client: c, Namespace: "kube-system", Holder: who, Duration: 30 * time.Second, Clock: clock}
	}
	sleep := func(d time.Duration) {
		b.clock.Sleep(t.Context(), d)
		ahead.Sleep(t.Context(), d)
	}
	first, second := lease("a", b.clock), lease("b", ahead)
	if _, err := first.Take(t.Context()); err != nil {
		t.Fatal(err)
	}
	var taken *apply.Taken
	refused := func() {
		t.Helper()
		if _, err := second.Take(t.Context()); !errors.As(err, &taken) || taken.Holder != "a" {
			t.Error(err)
		}
	}
	refused() // though by its clock the lease was over long ago
	sleep(15 * time.Second)
	if err := first.Hold(t.Context()); err != nil { // renews
		t.Error(err)
	}
	sleep(16 * time.Second)
	refused() // it was renewed meanwhile
	sleep(29 * time.Second)
	refused()
	if first.left() >= 0 {
		t.Error("the lease was not renewed, and holds")
	}
	if _, _, err := first.Client.under(t.Context()); err == nil {
		t.Error("what is changed is sent after the end of the lease")
	}
	sleep(2 * time.Second)
	if _, err := second.Take(t.Context()); err != nil || second.fence != first.fence+1 {
		t.Fatal(err, second.fence, first.fence)
	}
	var gone *apply.Lost
	if err := first.Hold(t.Context()); !errors.As(err, &gone) || gone.Holder != "b" {
		t.Error(err)
	}
	if err := errors.Join(first.Release(t.Context()), second.Hold(t.Context()), second.Release(t.Context())); err != nil {
		t.Error(err)
	}
	third := lease("c", b.clock)
	if _, err := third.Take(t.Context()); err != nil || third.fence != second.fence+1 {
		t.Error(err)
	}
}

// Facts are read as planners tell them.
func TestFacts(t *testing.T) {
	b := newBench(t, 1)
	asked := []plan.Fact{{Object: "PodDisruptionBudget shop/web", Field: "spec.minAvailable", Value: "3"},
		{Object: "PodDisruptionBudget shop/web", Field: "spec.selector", Value: `{"matchLabels":{"app":"web"}}`},
		{Object: "PodDisruptionBudget shop/web", Field: "spec.unhealthyPodEvictionPolicy"},
		{Object: "Deployment shop/web", Field: "spec.replicas", Value: "4"},
		{Object: "Node node-0", Field: "metadata.uid", Value: b.plan.Steps[0].Action.With[step.NodeUID]},
		{Object: "NodeClaim claim-node-0", Field: "metadata.uid", Value: b.plan.Steps[0].Action.With[step.NodeClaimUID]},
		{Object: "Deployment shop/gone", Field: "spec.replicas", Value: "4"}}
	now, err := b.client.Facts(t.Context(), asked)
	if err != nil || len(now) != len(asked)-1 {
		t.Fatal(now, err)
	}
	for i := range now {
		if now[i] != asked[i] {
			t.Errorf("%+v, want %+v", now[i], asked[i])
		}
	}
	b.server.Put("horizontalpodautoscalers", "shop", "web", clustertest.Object{"spec": clustertest.Object{"minReplicas": 3}})
	scaled, err := b.client.Facts(t.Context(), []plan.Fact{{Object: "HorizontalPodAutoscaler shop/web", Field: "spec.minReplicas"}})
	if err != nil || fmt.Sprint(scaled) != "[{HorizontalPodAutoscaler shop/web spec.minReplicas 3}]" {
		t.Error(scaled, err)
	}
}
