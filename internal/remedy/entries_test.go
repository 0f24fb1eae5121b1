package remedy

import (
	"strings"
	"testing"
)

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
	if got := entries("replicas: [{name: web, count: 2}]\n")[0]; !strings.Contains(got, "replicas") || !strings.Contains(got, "web") {
		t.Errorf("%q does not name the field and the object", got)
	}
}
