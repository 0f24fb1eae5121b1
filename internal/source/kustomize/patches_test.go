package kustomize

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// Patches of all three fields are those of the newest, in kustomize's order; what
// cannot be had is left out.
func TestPatches(t *testing.T) {
	const archive = "-- top/a.yaml --\nkind: A\nmetadata: {name: a}\n---\n# nothing\n---\n- list\n---\nkind: B\n-- top/ops.json --\n[]\n" +
		"-- top/bad.yaml --\nkind: A\n---\na: ]\n-- top/kustomization.yaml --\n"
	for _, c := range []struct{ name, top, strict, lenient string }{
		{"by paths", "patchesStrategicMerge: [a.yaml, gone.yaml, [x]]\n",
			"patches:\n    - path: a.yaml\n! 1: asks for gone.yaml, which is not there\n",
			"patches:\n    - patch: |\n        kind: A\n        metadata: {name: a}\n      target:\n        kind: A\n        name: a\n" +
				"    - patch: |\n        kind: B\n      target:\n        kind: B\n! 1: asks for gone.yaml, which is not there\n"},
		{"in place", "patchesStrategicMerge: ['{kind: A}']\n", "patches:\n    - patch: '{kind: A}'\n", "patches:\n    - patch: |\n" +
			"        {kind: A}\n      target:\n        kind: A\n"},
		{"by words", "patches: [a.yaml, gone.yaml, '{kind: B}']\n",
			"patches:\n    - path: a.yaml\n    - patch: '{kind: B}'\n! 1: asks for gone.yaml, which is not there\n",
			"patches:\n    - patch: |\n        kind: A\n        metadata: {name: a}\n      target:\n        kind: A\n        name: a\n" +
				"    - patch: |\n        kind: B\n      target:\n        kind: B\n    - patch: |\n        {kind: B}\n      target:\n        kind: B\n" +
				"! 1: asks for gone.yaml, which is not there\n"},
		{"with targets", "patches: [{path: a.yaml, target: {kind: C}}, {path: gone.yaml, target: {kind: C}}]\n" +
			"patchesJson6902: [{path: ops.json, target: {kind: D}}]\n",
			"patches:\n    - {path: a.yaml, target: {kind: C}}\n    - {path: ops.json, target: {kind: D}}\n! 1: asks for gone.yaml, " +
				"which is not there\n",
			"patches:\n    - {path: a.yaml, target: {kind: C}}\n    - {path: ops.json, target: {kind: D}}\n! 1: asks for gone.yaml, " +
				"which is not there\n"},
		{"with options", "patches: [{patch: 'kind: A', options: {allowNameChange: true}}]\n",
			"patches:\n    - {patch: 'kind: A', options: {allowNameChange: true}}\n",
			"patches:\n    - patch: |\n        kind: A\n      target:\n        kind: A\n      options: {allowNameChange: true}\n"},
		{"up to a fault", "patches: [{path: bad.yaml}]\n", "patches:\n    - {path: bad.yaml}\n", "patches:\n    - patch: |\n        kind: A\n" +
			"      target:\n        kind: A\n"},
		{"nothing to patch with", "patches: [{options: {}}]\n", "patches:\n    - {options: {}}\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, _ := made(t, archive+c.top, false); got != c.strict {
				t.Errorf("got:\n%swant:\n%s", got, c.strict)
			}
			if got, _ := made(t, archive+c.top, true); got != c.lenient {
				t.Errorf("leniently, got:\n%swant:\n%s", got, c.lenient)
			}
		})
	}
}

// A target names all that a patch names, to the letter.
func TestTargetOf(t *testing.T) {
	for patch, want := range map[string]string{
		"{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}}": "group: apps\nversion: v1\nkind: Deployment\n" +
			"name: web\nnamespace: shop",
		"{apiVersion: v1, kind: Service}":            "version: v1\nkind: Service",
		"{apiVersion: a.example.com/v1}":             "group: a\\.example\\.com\nversion: v1",
		"{kind: A, metadata: {name: a.b-c}}":         "kind: A\nname: a\\.b-c",
		"{kind: A+, metadata: {labels: {name: b}}}":  "kind: A\\+",
		"{apiVersion: '', kind: '', metadata: none}": "{}",
		"{spec: {kind: A}}":                          "{}",
	} {
		var doc yaml.Node
		if err := yaml.Unmarshal([]byte(patch), &doc); err != nil {
			t.Fatal(err)
		}
		got, err := yaml.Marshal(targetOf(doc.Content[0]))
		if s := strings.TrimSpace(string(got)); err != nil || s != want {
			t.Errorf("%s: %s, %v, want %s", patch, s, err, want)
		}
	}
}
