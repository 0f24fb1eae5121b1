package kubernetes

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/kubernetes/clustertest"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// fixing has a plan of four changes: a second pod of shop/api, shop/old deleted, shop/web loosened, and shop/api made.
func fixing(t *testing.T) *bench {
	t.Helper()
	b := newBench(t, 0)
	b.server.Deployment("shop", "api", 0, "node-1")
	delete(b.server.Objects(), "poddisruptionbudgets/shop/api")
	old := clustertest.Object{"minAvailable": 1, "selector": clustertest.Object{"matchLabels": clustertest.Object{"app": "old"}}}
	uid := b.server.Put("poddisruptionbudgets", "shop", "old", clustertest.Object{"spec": old})
	b.plan = &plan.Plan{Schema: plan.Schema, ID: "p1", Kind: "fixes"}
	uidOf := func(resource, name string) string {
		return b.server.Get(resource, "shop", name)["metadata"].(clustertest.Object)["uid"].(string)
	}
	add := func(kind, undo, object, resource string, with map[string]string) {
		with[step.Object], with[step.Resource] = object, resource
		s := plan.Step{ID: strings.TrimSuffix(kind, "/kubernetes") + "/" + object, Group: object, Wave: 1, TimeoutSeconds: 900, Attempts: 1,
			Action: plan.Action{Kind: kind, With: with}, Undo: &plan.Action{Kind: undo, With: with}}
		if n := len(b.plan.Steps); n > 0 {
			s.Needs = []string{b.plan.Steps[n-1].ID}
		}
		b.plan.Steps = append(b.plan.Steps, s)
	}
	const pdbs = "poddisruptionbudgets.v1.policy"
	add(step.Change, step.Unchange, "Deployment shop/api", "deployments.v1.apps", map[string]string{
		step.ObjectUID: uidOf("deployments", "api"), step.Edits: `[{"path":"/spec/replicas","before":1,"after":2}]`})
	add(step.Delete, step.Undelete, "PodDisruptionBudget shop/old", pdbs, map[string]string{step.ObjectUID: uid,
		step.Value: `{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"old","namespace":"shop"},` +
			`"spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"old"}}}}`})
	add(step.Change, step.Unchange, "PodDisruptionBudget shop/web", pdbs, map[string]string{
		step.ObjectUID: uidOf("poddisruptionbudgets", "web"),
		step.Edits:     `[{"path":"/spec/maxUnavailable","after":1},{"path":"/spec/minAvailable","before":3}]`})
	add(step.Create, step.Uncreate, "PodDisruptionBudget shop/api", pdbs, map[string]string{
		step.Value: `{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"api","namespace":"shop"},` +
			`"spec":{"maxUnavailable":1,"selector":{"matchLabels":{"app":"api"}}}}`})
	b.plan.Steps[3].Guards = []plan.Guard{{Kind: step.Uncovered, With: map[string]string{step.Namespace: "shop",
		step.Object: "PodDisruptionBudget shop/api", step.Selector: `{"matchLabels":{"app":"api"}}`}}}
	b.facts = b.client.Facts
	b.plan.Facts = []plan.Fact{{Object: "Deployment shop/api", Field: "spec.replicas", Value: "1"},
		{Object: "PodDisruptionBudget shop/web", Field: "spec.minAvailable", Value: "3"},
		{Object: "PodDisruptionBudget shop/old", Field: "metadata.uid", Value: uid}}
	return b
}

// says is the cluster of fixing in short.
func (b *bench) says() string {
	spec := func(resource, name, field string) any {
		if o := b.server.Get(resource, "shop", name); o != nil {
			return o["spec"].(clustertest.Object)[field]
		}
		return "none"
	}
	return fmt.Sprint(spec("deployments", "api", "replicas"), " ", spec("poddisruptionbudgets", "old", "minAvailable"), " ",
		spec("poddisruptionbudgets", "web", "minAvailable"), " ", spec("poddisruptionbudgets", "web", "maxUnavailable"), " ",
		spec("poddisruptionbudgets", "api", "maxUnavailable"))
}

const (
	toFix = "1 1 3 <nil> none"
	fixed = "2 none <nil> 1 1"
)

// onceEach holds that each change was asked for once.
func (b *bench) onceEach(t *testing.T, what string) {
	t.Helper()
	changes := b.server.Seen().Changes
	if is := b.says(); is != fixed || changes["PATCH deployments"] != 1 || changes["PATCH poddisruptionbudgets"] != 1 ||
		changes["POST poddisruptionbudgets"] != 1 || changes["DELETE poddisruptionbudgets"] != 1 {
		t.Errorf("%s: %s, %v", what, is, changes)
	}
}

// Wherever the process dies, another one goes on, and each change is made once.
func TestFixesOnce(t *testing.T) {
	whole := 1
	for at := 0; at <= whole; at++ {
		b := fixing(t)
		b.dieAt = at
		status, err := b.run(t, t.Context(), false)
		if at == 0 {
			whole = len(b.points)
		} else if b.died != "" {
			status, err = b.run(t, t.Context(), true)
		}
		if b.onceEach(t, fmt.Sprint("dies at ", at)); status != apply.Finished || err != nil || t.Failed() {
			t.Fatal(at, b.died, status, err, b.events)
		}
	}
	if t.Logf("%d deaths", whole); whole < 30 {
		t.Error("too few")
	}
}

// Whatever is answered once, lost answers among it, each change is made, and none twice; one that somebody else has made before
// the server did is theirs.
func TestFixesWhateverIsAnswered(t *testing.T) {
	cuts := func(w http.ResponseWriter) {
		if c, _, err := w.(http.Hijacker).Hijack(); err == nil {
			c.Close()
		}
	}
	for name, how := range map[string]func(b *bench, w http.ResponseWriter, r *http.Request){
		"a lost question": func(_ *bench, w http.ResponseWriter, _ *http.Request) { cuts(w) },
		"a lost answer": func(b *bench, w http.ResponseWriter, r *http.Request) {
			b.server.Answer(nowhere{http.Header{}}, r)
			cuts(w)
		},
		"throttled": func(_ *bench, w http.ResponseWriter, _ *http.Request) {
			clustertest.Fail(w, 429, "too many", "", "", 1)
		},
		"a conflict": func(_ *bench, w http.ResponseWriter, _ *http.Request) {
			clustertest.Fail(w, 409, "modified", "", "", 0)
		},
		"broken": func(_ *bench, w http.ResponseWriter, _ *http.Request) {
			clustertest.Fail(w, 500, "timed out", "", "", 0)
		},
	} {
		for _, what := range []string{"PATCH deployments", "PATCH poddisruptionbudgets", "POST poddisruptionbudgets",
			"DELETE poddisruptionbudgets", "GET poddisruptionbudgets", "GET deployments"} {
			b, spoilt := fixing(t), false
			method, resource, _ := strings.Cut(what, " ")
			b.server.Spoil(func(w http.ResponseWriter, r *http.Request) bool {
				begun := len(b.events) > 0 // before that it is not begun at all
				if spoilt || !begun || r.Method != method || !strings.Contains(r.URL.Path, "/"+resource) {
					return false
				}
				spoilt = true
				how(b, w, r)
				return true
			})
			status, err := b.run(t, t.Context(), false)
			if b.onceEach(t, name+" of "+what); status != apply.Finished || err != nil || !spoilt {
				t.Error(name, what, status, err, spoilt)
			}
		}
	}
}

// What is another by now is left as it is, and what was done before stays, until somebody gives the plan up twice.
func TestFixesNothingElse(t *testing.T) {
	at := func(b *bench, resource, name string) clustertest.Object {
		return b.server.Get(resource, "shop", name)["spec"].(clustertest.Object)
	}
	for name, x := range map[string]struct {
		changes func(b *bench)
		says    string
		is      string
	}{
		"another value": {func(b *bench) { at(b, "poddisruptionbudgets", "web")["minAvailable"] = 2 },
			"PodDisruptionBudget shop/web has 2 at /spec/minAvailable by now: somebody else has set it", "2 none 2 <nil> none"},
		"made by somebody else": {func(b *bench) {
			b.server.Put("poddisruptionbudgets", "shop", "api", clustertest.Object{"spec": clustertest.Object{"maxUnavailable": 9}})
		}, "PodDisruptionBudget shop/api is there by now", "2 none <nil> 1 9"},
		"another object": {func(b *bench) {
			b.server.Put("poddisruptionbudgets", "shop", "old", clustertest.Object{"spec": clustertest.Object{"minAvailable": 1}})
		}, "PodDisruptionBudget shop/old", "2 1 3 <nil> none"},
		"changed before it is deleted": {func(b *bench) { at(b, "poddisruptionbudgets", "old")["minAvailable"] = 7 },
			"PodDisruptionBudget shop/old is another by now", "2 7 3 <nil> none"},
		"under another PDB": {func(b *bench) {
			b.server.Put("poddisruptionbudgets", "shop", "all", clustertest.Object{"spec": clustertest.Object{"minAvailable": 1,
				"selector": clustertest.Object{"matchLabels": clustertest.Object{"app": "api"}}}})
		}, "PodDisruptionBudget shop/all is over pod api-", "2 none <nil> 1 none"},
	} {
		b := fixing(t)
		b.facts = nil // who looks at each object itself
		b.told = func(e apply.Event) {
			if e.Kind == apply.StepDone && e.Step == b.plan.Steps[0].ID {
				x.changes(b)
			}
		}
		status, err := b.run(t, t.Context(), false)
		if why := b.last.State().Why; status != apply.Paused || err != nil || !strings.Contains(why, x.says) || b.says() != x.is {
			t.Errorf("%s: %s %v, %s: %s", name, status, err, why, b.says())
		}
	}
}

// What does not come about is set back to what it was, and what was done before stays; abort sets all of it back, but what
// somebody else has changed since.
func TestFixesAreTakenBack(t *testing.T) {
	b := fixing(t)
	b.server.StuckRollout = true
	status, err := b.run(t, t.Context(), false)
	why := b.last.State().Why
	if status != apply.Paused || err != nil || b.says() != toFix || !strings.Contains(why, "1 of 2 pods are available") {
		t.Error(status, err, why, b.says())
	}
	b = fixing(t)
	if status, err := b.run(t, t.Context(), false); status != apply.Finished || err != nil {
		t.Fatal(status, err)
	}
	if status, err := b.abort(t); status != apply.Aborted || err != nil || b.says() != toFix {
		t.Error(status, err, b.says())
	}
	b = fixing(t)
	if status, err := b.run(t, t.Context(), false); status != apply.Finished || err != nil {
		t.Fatal(status, err)
	}
	b.server.Get("poddisruptionbudgets", "shop", "web")["spec"].(clustertest.Object)["maxUnavailable"] = 2
	if status, err := b.abort(t); status != apply.Paused || err != nil || b.says() != "1 1 <nil> 2 none" ||
		!strings.Contains(b.last.State().Why, "change/PodDisruptionBudget shop/web") {
		t.Error(status, err, b.says(), b.last.State().Why)
	}
}

// What sets an object back after each change is told of, once it was looked at for long enough that no old answer says so; a stale
// read alone is none.
func TestFixesThatAreSetBack(t *testing.T) {
	for name, always := range map[string]bool{"a stale read": false, "a repository": true} {
		b := fixing(t)
		spec := func() clustertest.Object {
			return b.server.Get("deployments", "shop", "api")["spec"].(clustertest.Object)
		}
		looks := 0
		b.server.Spoil(func(w http.ResponseWriter, r *http.Request) bool {
			if o := b.server.Objects()["deployments/shop/api"]; r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/deployments/api") &&
				o["spec"].(clustertest.Object)["replicas"] == 2.0 {
				if looks++; looks < 3 || always {
					o["spec"].(clustertest.Object)["replicas"] = 1.0
					b.server.Answer(w, r)
					if !always {
						o["spec"].(clustertest.Object)["replicas"] = 2.0
					}
					return true
				}
			}
			return false
		})
		status, err := b.run(t, t.Context(), false)
		why := b.last.State().Why
		if !always {
			b.onceEach(t, name)
		}
		if want := map[bool]apply.Status{false: apply.Finished, true: apply.Paused}[always]; status != want || err != nil ||
			always && !strings.Contains(why, "somebody else has changed it back") {
			t.Errorf("%s: %s %v %s, %v", name, status, err, why, spec())
		}
	}
}

// What stands in a plan of fixes and cannot be made is refused before anything is done.
func TestFixChecks(t *testing.T) {
	for want, with := range map[string]map[string]string{
		"wants a kind and a name": {}, "resource is": {step.Object: "Deployment a/b"},
		"objectUID is not set": {step.Object: "Deployment a/b", step.Resource: "deployments.v1.apps"},
		"edits is no list":     {step.Object: "Deployment a/b", step.Resource: "deployments.v1.apps", step.ObjectUID: "u"},
		"wants such as /spec/replicas": {step.Object: "Deployment a/b", step.Resource: "deployments.v1.apps", step.ObjectUID: "u",
			step.Edits: `[{"path":"spec"}]`},
	} {
		err := (alter{}).Check(&plan.Action{Kind: step.Change, With: with})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %s", with, err, want)
		}
	}
	if err := (alter{}).Check(&plan.Action{Kind: step.Create, With: map[string]string{step.Object: "Deployment a/b",
		step.Resource: "deployments.v1.apps"}}); err == nil || !strings.Contains(err.Error(), "value is no object") {
		t.Error(err)
	}
}
