package apply

import (
	"context"
	"maps"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/plan"
)

// What a group rests on is asked for before it begins: what was done to others has changed what
// those are about, and a node that is gone is no surprise.
func TestFactsOfGroups(t *testing.T) {
	for name, is := range map[string]struct {
		object string // that changes once the first node is done
		value  string // empty for gone
		want   Status
		why    string
	}{
		"a node that was replaced": {"Node a", "new", Finished, ""},
		"a node that is gone":      {"Node b", "", Finished, ""},
		"a node that is another":   {"Node b", "new", Paused, "what the plan rests on has changed: Node b: metadata.uid was old and is new"},
		"a workload":               {"Deployment shop/web", "10", Paused, "Deployment shop/web: metadata.uid was old and is 10"},
		"a workload that is gone":  {"Deployment shop/web", "", Paused, "Deployment shop/web: metadata.uid was old and is not there"},
		"what no step names":       {"HorizontalPodAutoscaler shop/least", "new", Paused, "HorizontalPodAutoscaler shop/least"},
		"what others rest on":      {"Deployment shop/other", "new", Finished, ""},
		"one of several of others": {"Node a3", "new", Finished, ""},
	} {
		w := newWorld("a", "b")
		p := planFor("a", "b")
		for _, o := range []string{"Node a", "Node b", "Deployment shop/web", "HorizontalPodAutoscaler shop/least", "Deployment shop/other",
			"Node a3"} {
			p.Facts = append(p.Facts, plan.Fact{Object: o, Field: "metadata.uid", Value: "old"})
		}
		p.Steps[0].Action.With = maps.Clone(p.Steps[0].Action.With)
		p.Steps[0].Action.With["nodes"] = "a2,a3"
		p.Steps[1].Guards = append(p.Steps[1].Guards, plan.Guard{Kind: "window", With: map[string]string{"namespace": "shop", "name": "other"}})
		p.Steps[5].Guards = append(p.Steps[5].Guards, plan.Guard{Kind: "window", With: map[string]string{"namespace": "shop", "name": "web"}})
		b := on(t, w, p)
		b.facts = func(_ context.Context, asked []plan.Fact) (now []plan.Fact, err error) {
			for _, f := range asked {
				if w.made["replace a"] > 0 && f.Object == is.object {
					if f.Value = is.value; f.Value == "" {
						continue
					}
				}
				now = append(now, f)
			}
			return now, nil
		}
		status, err := b.run(t, t.Context(), false)
		if why := b.last.State().Why; status != is.want || err != nil || !strings.Contains(why, is.why) ||
			is.want == Paused && (w.made["cordon b"] > 0 || w.made["evict b 3"] > 0) {
			t.Errorf("%s: %s, %v, %s, %v", name, status, err, why, w.made)
		}
	}
}

// After two groups that were skipped one after the other no other one is begun.
func TestSkipsNoMoreThanTwoInARow(t *testing.T) {
	for refused, want := range map[string]Status{"ab": Paused, "acd": Paused, "ac": Left} {
		w := newWorld("a", "b", "c", "d", "e")
		for _, n := range strings.Split(refused, "") {
			w.refuse[n] = "no"
		}
		b := on(t, w, planFor("a", "b", "c", "d", "e"))
		b.onStuck = SkipOnStuck
		status, err := b.run(t, t.Context(), false)
		if status != want || err != nil || (w.made["replace e"] > 0) != (want == Left) {
			t.Error(refused, status, err, b.last.State().Why, w.made)
		}
	}
}

// Who goes on with a plan has seen what paused it, and may have changed that: it rests on what
// is so by then, which is said. Another object of the name is none of the plan's.
func TestRestsAnewOnResume(t *testing.T) {
	for field, want := range map[string]Status{"spec.minAvailable": Finished, "metadata.uid": Paused} {
		w := newWorld("a", "b")
		p := planFor("a", "b")
		p.Facts = []plan.Fact{{Object: "PodDisruptionBudget shop/web", Field: field, Value: "4"}}
		is := "4"
		b := on(t, w, p)
		b.facts = func(_ context.Context, asked []plan.Fact) (now []plan.Fact, err error) {
			for _, f := range asked {
				f.Value = is
				now = append(now, f)
			}
			if w.made["replace a"] > 0 && is == "4" {
				is = "3"
			}
			return now, nil
		}
		if status, err := b.run(t, t.Context(), false); status != Paused || err != nil {
			t.Fatal(field, status, err)
		}
		status, err := b.run(t, t.Context(), true)
		if status != want || err != nil {
			t.Errorf("%s: %s, %v, %s", field, status, err, b.last.State().Why)
		}
	}
}
