package plan

import (
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"
)

func step(id string, needs ...string) Step {
	return Step{ID: id, Needs: needs, Action: Action{Kind: "wait"}, TimeoutSeconds: 60, Attempts: 1}
}

func planOf(steps ...Step) *Plan {
	return &Plan{Schema: Schema, ID: "p1", Kind: "nodes", Steps: steps}
}

// What cannot be carried out is refused, with the step and the field.
func TestPlansThatCannotBeCarriedOut(t *testing.T) {
	late := step("a")
	late.TimeoutSeconds = 0
	open := step("a")
	open.Guards = []Guard{{}}
	for want, p := range map[string]*Plan{
		`schema is "onus.plan/v2", wants onus.plan/v1`: {Schema: "onus.plan/v2", ID: "p1"},
		"id is not set": {Schema: Schema},
		`steps[1].id: "a" is that of steps[0] as well`:   planOf(step("a"), step("a")),
		`steps[0].needs[0]: no step is "b"`:              planOf(step("a", "b")),
		"steps need each other in a circle: a among":     planOf(step("a", "b"), step("b", "a"), step("c")),
		"steps[0]: a: timeoutSeconds is 0, wants 1":      planOf(late),
		"steps[0]: a: a guard has no kind":               planOf(open),
		"steps[0]: a: action.kind is not set":            planOf(Step{ID: "a"}),
		"steps need each other in a circle: itself amon": planOf(step("itself", "itself")),
	} {
		if err := p.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// A plan is read as it was written, and a field that is not known is refused.
func TestRead(t *testing.T) {
	p := planOf(step("a"), step("b", "a"))
	p.Facts = []Fact{{"Node a", "metadata.uid", "1"}}
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Read("plan.json", data)
	if err != nil {
		t.Fatal(err)
	}
	was, _ := p.Hash()
	if is, _ := got.Hash(); is != was {
		t.Errorf("hash %s after reading, %s before", is, was)
	}
	for text, want := range map[string]string{
		strings.Replace(string(data), `"needs"`, `"need"`, 1): "plan.json:1: steps[0].need: ",
		"":   "plan.json: is empty",
		"{}": `plan.json: schema is ""`,
	} {
		if _, err := Read("plan.json", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// A plan is stale where a fact is another, is gone, or there is one more; not by their order.
func TestStale(t *testing.T) {
	p := planOf()
	p.Facts = []Fact{{"PodDisruptionBudget shop/web", "spec.maxUnavailable", "1"}, {"Node a", "metadata.uid", "1"}}
	same := []Fact{p.Facts[1], p.Facts[0]}
	if got := p.Stale(same); len(got) > 0 || Fingerprint(same) != Fingerprint(p.Facts) {
		t.Errorf("stale by order: %v", got)
	}
	now := []Fact{{"Node a", "metadata.uid", "2"}, {"Node b", "metadata.uid", "3"}}
	want := []Moved{
		{"PodDisruptionBudget shop/web", "spec.maxUnavailable", "1", ""},
		{"Node a", "metadata.uid", "1", "2"},
		{"Node b", "metadata.uid", "", "3"},
	}
	if got := p.Stale(now); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// In the order of a plan each step comes after what it needs, and all come where no circle is.
func TestOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 12).Draw(t, "steps")
		names := rapid.Permutation(slices.Collect(strings.SplitSeq("abcdefghijkl", ""))[:n]).Draw(t, "names")
		p := planOf()
		for i, name := range names {
			s := step(name)
			for _, before := range names[:i] {
				if rapid.Bool().Draw(t, name+before) {
					s.Needs = append(s.Needs, before)
				}
			}
			p.Steps = append(p.Steps, s)
		}
		if n > 0 {
			p.Steps = rapid.Permutation(p.Steps).Draw(t, "order")
		}
		if err := p.Validate(); err != nil {
			t.Fatal(err)
		}
		order := p.Order()
		if len(order) != n {
			t.Fatalf("%d of %d steps", len(order), n)
		}
		for i := range p.Steps {
			for _, id := range p.Steps[i].Needs {
				if slices.Index(order, id) > slices.Index(order, p.Steps[i].ID) {
					t.Fatalf("%s before %s in %v", p.Steps[i].ID, id, order)
				}
			}
		}
	})
}
