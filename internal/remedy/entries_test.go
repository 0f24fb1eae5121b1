package remedy

import "testing"

// What a kustomization asks is told apart by field and by object.
func TestEntries(t *testing.T) {
	for text, want := range map[string]int{
		"resources: [a.yaml, b.yaml]\n": 2, "replicas: [{name: web, count: 2}]\nnamePrefix: a-\n": 2,
		"patches:\n- patch: |\n    kind: a\n- path: p.yaml\n": 2, "patches: [": 1, "": 0,
	} {
		if got := entries(text); len(got) != want {
			t.Errorf("%q: %q", text, got)
		}
	}
	got := entries("replicas: [{name: web, count: 2}]\n")[0]
	if !got.any(func(s string) bool { return s == "replicas" }) || !got.any(func(s string) bool { return s == "count" }) {
		t.Errorf("%q does not have its fields", got)
	}
	if !got.names("web") || got.names("name") || got.names("replicas") {
		t.Errorf("%q names another object", got)
	}
	if got := entries("patches:\n- patch: |\n    metadata: {name: web}\n    spec: {}\n")[0]; !got.names("web") || got.names("we") {
		t.Errorf("the patch %q is not of the object that it names", got)
	}
}
