package manifest

import (
	"slices"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
)

// What is built stands where its source does, and its faults do.
func TestBuilt(t *testing.T) {
	var raw kubernetes.Raw
	node := []byte("apiVersion: v1\nkind: Node\nmetadata: {name: a}\n")
	if faults := Built("base/node.yaml", 7, nil, node, &raw); len(faults) > 0 {
		t.Fatal(faults)
	}
	if len(raw.Nodes) != 1 || raw.Nodes[0].Position != (origin.Position{File: "base/node.yaml", Line: 7}) {
		t.Errorf("%+v", raw.Nodes)
	}
	pool := []byte("apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: a}\nspec: {weight: 0}\n")
	faults := Built("base/pool.yaml", 3, nil, pool, &raw)
	if len(faults) != 1 || faults[0].File != "base/pool.yaml" || faults[0].Line != 3 || len(raw.Pools) > 0 {
		t.Errorf("%v", faults)
	}
}

// A template by its name is no manifest, whatever of it parses, and says what it
// may hold.
func TestUnrendered(t *testing.T) {
	for text, want := range map[string]origin.Kinds{
		"apiVersion: apps/v1\nkind: Deployment\n": {"Deployment"}, "apiVersion: v1\nkind: ConfigMap\n": nil,
		"apiVersion: policy/v1\nkind: PodDisruptionBudget\n---\napiVersion: apps/v1\nkind: StatefulSet\n": {"PodDisruptionBudget", "StatefulSet"},
	} {
		f := Unrendered("a.tpl", []byte(text))
		if f == nil || f.Any || !slices.Equal(f.Kinds, want) || f.File != "a.tpl" || f.Line != 1 {
			t.Errorf("%q: %+v, want %v", text, f, want)
		}
	}
	if f := Unrendered("a.tpl", []byte("apiVersion: apps/v1\nkind: {{ .Kind }}\n")); f == nil || !f.Any {
		t.Errorf("a kind that is filled in: %+v", f)
	}
	for name, page := range map[string]bool{
		"README.md.gotmpl": true, "docs/NOTES.MD.tpl": true, "index.html.tmpl": true, "web.yaml.tpl": false, "md.tpl": false, "readme.tpl": false,
	} {
		if f := Unrendered(name, []byte("apiVersion: apps/v1\nkind: Deployment\n{{ x }}\n")); f == nil != page {
			t.Errorf("%s: %+v", name, f)
		}
	}
	for _, text := range []string{"", "hello {{ name }}\n", "kind: x\n", "apiVersion: v1\n"} {
		if f := Unrendered("a.tpl", []byte(text)); f != nil {
			t.Errorf("%q: %+v", text, f)
		}
	}
}

// Documents with values that SOPS has encrypted are counted, and not read.
func TestEncrypted(t *testing.T) {
	const node = "apiVersion: v1\nkind: Node\nmetadata: {name: a}\n"
	for text, want := range map[string]int{
		node + "data: 'ENC[AES256_GCM,data:x]'\nsops: {version: 3.9.0}\n": 1,
		node + "sops: {version: 3.9.0}\n":                                 0,
		node + "data: 'ENC[AES256_GCM,data:x]'\nnote: sops\n":             0,
		node: 0,
	} {
		e := mustRead(t, text)
		if e.Seen.Encrypted != want || len(e.Nodes) != 1-want {
			t.Errorf("%q: %d encrypted, %d nodes", text, e.Seen.Encrypted, len(e.Nodes))
		}
	}
}

// A field of what was built stands where the line that gave it does, and where that is not
// known, or the lines are not those of the document, with the whole.
func TestLinesOfBuilt(t *testing.T) {
	const budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec:\n  minAvailable: 3\n"
	for _, x := range []struct {
		each []int
		want int
	}{{nil, 7}, {[]int{7, 8, 9, 12, 14, 0}, 14}, {[]int{7, 8, 9, 12, 0, 0}, 7}, {[]int{7, 8, 9, 12, 14}, 7}} {
		var raw kubernetes.Raw
		if faults := Built("templates/pdb.yaml", 7, x.each, []byte(budget), &raw); len(faults) > 0 {
			t.Fatal(faults)
		}
		if b := raw.Budgets[0]; b.Spec.Line != x.want || b.Position.Line != 7 {
			t.Errorf("%v: the field on %d, want %d; the object on %d", x.each, b.Spec.Line, x.want, b.Position.Line)
		}
	}
}
