package finding

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/onus-project/onus/internal/origin"
)

func edit(path string, before, after any) Edit { return Edit{path, some(before), some(after)} }

func TestEdits(t *testing.T) {
	type object = map[string]any
	for name, x := range map[string]struct {
		before, after any
		want          []Edit
	}{
		"nothing": {object{"a": 1}, object{"a": 1}, nil},
		"a number": {object{"spec": object{"replicas": 1, "x": "y"}}, object{"spec": object{"replicas": 2, "x": "y"}},
			[]Edit{edit("/spec/replicas", 1, 2)}},
		"added":             {object{}, object{"spec": object{"maxUnavailable": 1}}, []Edit{edit("/spec", nil, object{"maxUnavailable": 1})}},
		"removed":           {object{"min": "67%"}, object{}, []Edit{edit("/min", "67%", nil)}},
		"in order of paths": {object{"b": 1, "a": 1}, object{"b": 2, "a": 2}, []Edit{edit("/a", 1, 2), edit("/b", 1, 2)}},
		"a list is whole":   {object{"l": []int{1, 2}}, object{"l": []int{1}}, []Edit{edit("/l", []int{1, 2}, []int{1})}},
		"keys are escaped":  {object{"a/b~c": 1}, object{"a/b~c": 2}, []Edit{edit("/a~1b~0c", 1, 2)}},
	} {
		if got := Edits(x.before, x.after); !reflect.DeepEqual(got, x.want) {
			t.Errorf("%s: %+v, want %+v", name, got, x.want)
		}
	}
}

// The published form: as it has been, with the value and its edits beside the
// manifest; and it can be read back.
func TestChangeIsPublished(t *testing.T) {
	c := Change{
		Action: Patch, Object: Object{Namespace: "shop", Kind: "Deployment", Name: "web"},
		Value: DataOf(map[string]any{"spec": map[string]any{"replicas": 2}}),
		Edits: []Edit{edit("/spec/replicas", 1, 2)}, Position: &origin.Position{File: "web.yaml", Line: 3},
	}
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"action":"patch","object":{"namespace":"shop","kind":"Deployment","name":"web"},"manifest":"spec:\n  replicas: 2\n",` +
		`"value":{"spec":{"replicas":2}},"edits":[{"path":"/spec/replicas","before":1,"after":2}],"position":{"file":"web.yaml","line":3}}`
	if string(data) != want {
		t.Errorf("published\n%s, want\n%s", data, want)
	}
	var back Change
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if again, _ := json.Marshal(back); string(again) != want {
		t.Errorf("read back it is published\n%s, want\n%s", again, want)
	}
	if back.Manifest() != c.Manifest() {
		t.Errorf("read back its manifest is\n%s", back.Manifest())
	}
	gone := Change{Action: Delete, Object: Object{Kind: "PodDisruptionBudget", Name: "web"}}
	if data, _ := json.Marshal(gone); string(data) != `{"action":"delete","object":{"kind":"PodDisruptionBudget","name":"web"}}` {
		t.Errorf("a deletion is published %s", data)
	}
}

func TestCount(t *testing.T) {
	got := Count([]Finding{
		{Verdict: Held},
		{Verdict: Broken, Severity: "high"},
		{Verdict: Broken, Severity: "low"},
		{Verdict: Unknown},
		{Verdict: Unknown},
		{Verdict: Unknown, Severity: "high"},
		{Verdict: Waived},
	})
	if want := (Summary{Held: 1, Broken: 2, Unknown: 3, Waived: 1, BySeverity: BySeverity{High: 1, Low: 1}}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
