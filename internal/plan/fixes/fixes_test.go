package fixes

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/mend"
	"github.com/onus-project/onus/internal/plan"
)

func object(kind, name string) finding.Object {
	return finding.Object{Namespace: "shop", Kind: kind, Name: name}
}

func found(print string) finding.Finding {
	return finding.Finding{Obligation: "o", Fingerprint: print, Subject: finding.Subject{Namespace: "shop", Kind: "Deployment", Name: print},
		Fix: &finding.Fix{Summary: "do it"}}
}

// makeOf plans changes of a cluster that has some objects.
func makeOf(t *testing.T, changes []mend.Edit, has map[string]map[string]any) *plan.Plan {
	t.Helper()
	of := &mend.Plan{Changes: changes, Cured: []finding.Finding{found("a"), found("b")}}
	p, err := Make(t.Context(), &Asked{Fixes: of, Made: time.Unix(0, 0), Target: plan.Target{UID: "u"},
		Look: func(_ context.Context, _ string, o finding.Object) (string, map[string]any, error) {
			return strings.ToLower(o.Kind) + "s.v1.x", has[o.Kind+" "+o.Name], nil
		}})
	if err == nil {
		err = p.Validate()
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func says(p *plan.Plan) string {
	var all []string
	for i := range p.Steps {
		s := &p.Steps[i]
		all = append(all, fmt.Sprint(s.Title, " after ", s.Needs))
	}
	for _, l := range p.Left {
		all = append(all, "left: "+l.Why)
	}
	return strings.Join(all, "; ")
}

func like(spec map[string]any) map[string]any {
	meta := map[string]any{"uid": "1", "name": "x", "resourceVersion": "7"}
	return map[string]any{"metadata": meta, "spec": spec, "status": map[string]any{}}
}

// Pods are made before the PDB over them, and what goes before what comes in its place; changes of one object are one.
func TestOrder(t *testing.T) {
	has := map[string]map[string]any{"Deployment web": like(map[string]any{}),
		"PodDisruptionBudget old": like(map[string]any{"minAvailable": 1}),
		"PodDisruptionBudget two": like(map[string]any{"minAvailable": 2, "x": "y"})}
	p := makeOf(t, []mend.Edit{
		{Action: finding.Create, Object: object("PodDisruptionBudget", "web"), Cures: []string{"a"},
			Value: finding.Data(`{"spec":{"selector":{}}}`)},
		{Action: finding.Replace, Object: object("PodDisruptionBudget", "two"), Cures: []string{"b"},
			Fields: []finding.Edit{{Path: "/spec/minAvailable", Before: finding.Data("2"), After: finding.Data("1")}}},
		{Action: finding.Delete, Object: object("PodDisruptionBudget", "old"), Cures: []string{"b"}},
		{Action: finding.Patch, Object: object("Deployment", "web"), Cures: []string{"a"},
			Fields: []finding.Edit{{Path: "/spec/replicas", After: finding.Data("2")}}},
		{Action: finding.Patch, Object: object("PodDisruptionBudget", "two"), Cures: []string{"a"},
			Fields: []finding.Edit{{Path: "/spec/x", Before: finding.Data(`"y"`)}}},
	}, has)
	const want = "change Deployment shop/web: spec.replicas nothing → 2 after []; " +
		"delete PodDisruptionBudget shop/old after [change/Deployment/shop/web]; " +
		"change PodDisruptionBudget shop/two: spec.minAvailable 2 → 1, spec.x y → nothing after [delete/PodDisruptionBudget/shop/old]; " +
		"create PodDisruptionBudget shop/web after [change/PodDisruptionBudget/shop/two]"
	if is := says(p); is != want {
		t.Errorf("%s, want\n%s", is, want)
	}
	for i := range p.Steps { // the edits of two are of both findings
		if of := p.Steps[i].Of; of != p.Steps[0].Of || of == "" {
			t.Errorf("%s is of %q, and the first of %q", p.Steps[i].ID, of, p.Steps[0].Of)
		}
	}
	if was := p.Steps[1].Action.With["value"]; strings.Contains(was, "resourceVersion") || strings.Contains(was, "status") {
		t.Error(was)
	}
	if g := p.Steps[3].Guards; len(g) != 1 || g[0].Kind != "uncovered" {
		t.Error(g)
	}
}

// What is another since it was checked is left, and so is the other half of its fix, and all that that is of.
func TestLeft(t *testing.T) {
	raise := mend.Edit{Action: finding.Patch, Object: object("Deployment", "web"), Cures: []string{"a"},
		Fields: []finding.Edit{{Path: "/spec/replicas", Before: finding.Data("1"), After: finding.Data("2")}}}
	budget := mend.Edit{Action: finding.Create, Object: object("PodDisruptionBudget", "web"), Cures: []string{"a"}}
	for want, has := range map[string]map[string]map[string]any{
		"left: Deployment shop/web has 3 at /spec/replicas, and had 1 when it was checked": {
			"Deployment web": like(map[string]any{"replicas": 3})},
		"left: Deployment shop/web is gone since it was checked": {},
		"left: there is a PodDisruptionBudget shop/web already": {"Deployment web": like(map[string]any{"replicas": 1}),
			"PodDisruptionBudget web": like(nil)},
	} {
		if is := says(makeOf(t, []mend.Edit{raise, budget}, has)); is != want {
			t.Errorf("%s, want %s", is, want)
		}
	}
	template := raise
	template.Fields = []finding.Edit{{Path: "/spec/template/spec/x", After: finding.Data("1")}}
	is := says(makeOf(t, []mend.Edit{template}, map[string]map[string]any{"Deployment web": like(nil)}))
	if !strings.Contains(is, "left: it changes what pods") {
		t.Error(is)
	}
	list := raise
	list.Fields = []finding.Edit{{Path: "/spec/budgets", Before: finding.Data(`[{"nodes":"1"}]`), After: finding.Data(`[{"nodes":"2"}]`)}}
	now := []any{map[string]any{"nodes": "1", "duration": "60m"}} // the same in other words
	p := makeOf(t, []mend.Edit{list}, map[string]map[string]any{"Deployment web": like(map[string]any{"budgets": now})})
	if len(p.Steps) != 1 || !strings.Contains(p.Steps[0].Action.With["edits"], `"duration":"60m"`) || len(p.Facts) != 2 {
		t.Errorf("%s, %v: it is set back to what was read", says(p), p.Facts)
	}
}
