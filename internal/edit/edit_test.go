package edit

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/onus-project/onus/internal/finding"
)

const web = `# The shop.
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}} # one line
spec:
  replicas: 1 # raised on Fridays

  # how it is rolled
  strategy:
    type: "Recreate"
  template:
    spec:
      containers:
      - name: web
        image: web:1
        args: ["-v"]
      # none is drained faster
      terminationGracePeriodSeconds: 30
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 100%
  selector:
    matchLabels:
      app: web
# the end
`

func TestObject(t *testing.T) {
	deployment, budget := finding.Object{Kind: "Deployment", Name: "web"}, finding.Object{Kind: "PodDisruptionBudget", Name: "web"}
	for _, c := range []struct {
		name  string
		of    finding.Object
		line  int
		edits []finding.Edit
		want  string // what is other, as lines taken out and put in
	}{
		{"a number", deployment, 2, []finding.Edit{{Path: "/spec/replicas", After: finding.Data("3")}},
			"-  replicas: 1 # raised on Fridays\n+  replicas: 3 # raised on Fridays\n"},
		{"in quotes", deployment, 2, []finding.Edit{{Path: "/spec/strategy/type", After: finding.Data(`"RollingUpdate"`)}},
			"-    type: \"Recreate\"\n+    type: RollingUpdate\n"},
		{"a new field", deployment, 2, []finding.Edit{{Path: "/spec/minReadySeconds", After: finding.Data("10")}},
			"+  minReadySeconds: 10\n"},
		{"new below new", deployment, 2, []finding.Edit{{Path: "/spec/strategy/rollingUpdate/maxSurge", After: finding.Data("1")}},
			"+    rollingUpdate:\n+      maxSurge: 1\n"},
		{"in flow style", deployment, 2, []finding.Edit{{Path: "/metadata/labels/tier", After: finding.Data(`"front"`)}},
			"-metadata: {name: web, labels: {app: web}} # one line\n+metadata: {name: web, labels: {app: web, tier: front}} # one line\n"},
		{"an item of a list", deployment, 2, []finding.Edit{{Path: "/spec/template/spec/containers/0/args",
			After: finding.Data(`["-v","-q"]`)}}, "-        args: [\"-v\"]\n+        args: [-v, -q]\n"},
		{"a list whole", deployment, 2, []finding.Edit{{Path: "/spec/template/spec/containers",
			After: finding.Data(`[{"name":"web","image":"web:2","args":["-v"]}]`)}}, "-        image: web:1\n+        image: web:2\n"},
		{"one gone for another", budget, 20, []finding.Edit{
			{Path: "/spec/maxUnavailable", After: finding.Data("1")}, {Path: "/spec/minAvailable"}},
			"-  minAvailable: 100%\n+  maxUnavailable: 1\n"},
		{"null", budget, 20, []finding.Edit{{Path: "/spec/minAvailable", After: finding.Data("null")}},
			"-  minAvailable: 100%\n+  minAvailable: null\n"},
		{"one in place of another", budget, 20, []finding.Edit{{Path: "/spec", After: finding.Data(
			`{"maxUnavailable":1,"selector":{"matchLabels":{"app":"web"}}}`)}}, "-  minAvailable: 100%\n+  maxUnavailable: 1\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Object([]byte(web), c.line, c.of, c.edits)
			if err != nil {
				t.Fatal(err)
			}
			if diff := difference(web, string(got)); diff != c.want {
				t.Errorf("changed\n%s\nwant\n%s", diff, c.want)
			}
		})
	}
}

// difference is what is other, as lines taken out and put in, each of a file once.
func difference(before, after string) string {
	a, b := strings.SplitAfter(before, "\n"), strings.SplitAfter(after, "\n")
	var out strings.Builder
	for _, l := range a {
		if !slices.Contains(b, l) {
			out.WriteString("-" + l)
		}
	}
	for _, l := range b {
		if !slices.Contains(a, l) {
			out.WriteString("+" + l)
		}
	}
	return out.String()
}

// A list that is longer than anybody writes is left alone: each item would read the text anew.
func TestLongLists(t *testing.T) {
	for n, changes := range map[int]bool{longest: true, longest + 1: false} {
		items := make([]any, n)
		for i := range items {
			items[i] = float64(i)
		}
		text := []byte("a:\n" + strings.Repeat("- 0\n", n))
		if _, err := towardSequence(text, []string{"a"}, items, items); errors.Is(err, ErrForm) == changes {
			t.Errorf("%d items: %v", n, err)
		}
	}
}

func TestForms(t *testing.T) {
	of := finding.Object{Kind: "Deployment", Name: "web"}
	for _, c := range []struct{ name, text, path, after, want string }{
		{"empty brackets", "kind: Deployment\nspec: {}\nx: 1\n", "/spec/replicas", "2", "kind: Deployment\nspec:\n  replicas: 2\nx: 1\n"},
		{"no value", "kind: Deployment\nspec:\n", "/spec/replicas", "2", "kind: Deployment\nspec:\n  replicas: 2\n"},
		{"no value, more", "kind: Deployment\nspec:\nx: 1\n", "/spec/replicas", "2", "kind: Deployment\nspec:\n  replicas: 2\nx: 1\n"},
		{"no end of line", "kind: Deployment\nspec:\n  replicas: 1", "/spec/replicas", "2", "kind: Deployment\nspec:\n  replicas: 2"},
		{"no end of line, new", "kind: Deployment\nspec:\n  a: 1", "/spec/replicas", "2", "kind: Deployment\nspec:\n  a: 1\n  replicas: 2"},
		{"carriage returns", "kind: Deployment\r\nspec:\r\n  a: 1\r\nx: 1\r\n", "/spec/replicas", "2",
			"kind: Deployment\r\nspec:\r\n  a: 1\r\n  replicas: 2\r\nx: 1\r\n"},
		{"behind a text", "kind: Deployment\nspec:\n  a: |\n    # one\n    two\n\n\nx: 1\n", "/spec/replicas", "2",
			"kind: Deployment\nspec:\n  replicas: 2\n  a: |\n    # one\n    two\n\n\nx: 1\n"},
		{"a mapping behind a text", "kind: Deployment\nspec:\n  a: |\n    # one\n    two\n\n\nx: 1\n", "/spec/b", `{"c": 1}`,
			"kind: Deployment\nspec:\n  a: |\n    # one\n    two\n  b:\n    c: 1\n\n\nx: 1\n"},
		{"a text for a number", "kind: Deployment\nspec:\n  a: |\n    one\n    two\n  b: 1\n", "/spec/a", `"x"`,
			"kind: Deployment\nspec:\n  a: x\n  b: 1\n"},
		{"a mapping for a scalar", "kind: Deployment\nspec:\n  a: 1\n  b: 1\n", "/spec/a", `{"c":[1]}`,
			"kind: Deployment\nspec:\n  a:\n    c:\n    - 1\n  b: 1\n"},
		{"in an item", "kind: List\nitems:\n  - kind: Deployment\n    metadata: {name: web}\n  - kind: Deployment\n    metadata: {name: other}\n",
			"/spec/replicas", "2", "kind: List\nitems:\n  - kind: Deployment\n    metadata: {name: web}\n    spec:\n      replicas: 2\n" +
				"  - kind: Deployment\n    metadata: {name: other}\n"},
		{"first of an item", "kind: List\nitems:\n- kind: Deployment\n  metadata: {name: web}\n", "/kind", `"StatefulSet"`,
			"kind: List\nitems:\n- kind: StatefulSet\n  metadata: {name: web}\n"},
		{"an anchor beside it", "kind: Deployment\na: &x {b: 1}\nspec:\n  c: *x\n", "/spec/replicas", "2",
			"kind: Deployment\na: &x {b: 1}\nspec:\n  replicas: 2\n  c: *x\n"},
		{"an anchor", "kind: Deployment\na: &x {b: 1}\nspec: *x\n", "/spec/replicas", "2",
			"kind: Deployment\na: &x {b: 1}\nspec:\n  b: 1\n  replicas: 2\n"},
		{"an anchored number", "kind: Deployment\na: &x 1\nspec:\n  replicas: *x\n", "/a", "2", ""},
		{"a template", "kind: Deployment\nspec:\n  replicas: {{ .Values.n }}\n", "/spec/replicas", "2", ""},
		{"a remark", "kind: Deployment\nspec:\n  a: 1  # why\n  b: 1\n", "/spec", `{"b":1,"c":2}`,
			"kind: Deployment\nspec:\n  c: 2  # why\n  b: 1\n"},
		{"a scalar in the way", "kind: Deployment\nspec: 1\n", "/spec/replicas", "2", ""},
		{"json", `{"kind": "Deployment", "spec": {"replicas": 1}}`, "/spec/replicas", "2",
			`{"kind": "Deployment", "spec": {"replicas": 2}}`},
		{"json, new", `{"kind": "Deployment", "spec": {"a": [{"b": 1}]}}`, "/spec/replicas", "2",
			`{"kind": "Deployment", "spec": {"a": [{"b": 1}], "replicas": 2}}`},
		{"examples in comments", "kind: Deployment\nspec: {}\n  # replicas: 1\nx: 1\n", "/spec/replicas", "2",
			"kind: Deployment\nspec:\n  replicas: 2\n  # replicas: 1\nx: 1\n"},
		{"examples below nothing", "kind: Deployment\nspec:\n  # replicas: 1\nx: 1\n", "/spec/replicas", "2",
			"kind: Deployment\nspec:\n  replicas: 2\n  # replicas: 1\nx: 1\n"},
		{"first of all", "kind: Deployment\nspec:\n  # whom\n  selector:\n    a: b\n", "/spec/replicas", "2",
			"kind: Deployment\nspec:\n  replicas: 2\n  # whom\n  selector:\n    a: b\n"},
		{"an item goes", "kind: Deployment\nspec:\n- a: 1 # one\n# two\n- a: 2\n# three\n- a: 3\n", "/spec", `[{"a":1},{"a":3}]`,
			"kind: Deployment\nspec:\n- a: 1 # one\n# three\n- a: 3\n"},
		{"an item comes", "kind: Deployment\nspec:\n  - a: 1 # one\n  # two\n  - a: 2\n", "/spec",
			`[{"a":1},{"schedule":"x","nodes":"0"},{"a":2},{"a":3}]`,
			"kind: Deployment\nspec:\n  - a: 1 # one\n  - nodes: \"0\"\n    schedule: x\n  # two\n  - a: 2\n  - a: 3\n"},
		{"an item is other", "kind: Deployment\nspec:\n- a: 1 # one\n- a: 2 # two\n", "/spec", `[{"a":1},{"a":5},{"a":7}]`,
			"kind: Deployment\nspec:\n- a: 1 # one\n- a: 5 # two\n- a: 7\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Object([]byte(c.text), 1, of, []finding.Edit{{Path: c.path, After: finding.Data(c.after)}})
			if c.want == "" {
				if !errors.Is(err, ErrForm) {
					t.Errorf("gives %q, %v; want that it is not changed", got, err)
				}
				return
			}
			if err != nil || string(got) != c.want {
				t.Errorf("gives %q, %v\nwant  %q", got, err, c.want)
			}
		})
	}
}

func TestDocuments(t *testing.T) {
	budget, deployment := finding.Object{Kind: "PodDisruptionBudget", Name: "web"}, finding.Object{Kind: "Deployment", Name: "web"}
	without, err := Without([]byte(web), 20, budget)
	if want := web[:strings.Index(web, "---")]; err != nil || string(without) != want {
		t.Errorf("without the last: %q, %v", without, err)
	}
	without, err = Without([]byte(web), 2, deployment)
	if want := web[strings.Index(web, "---")+4:]; err != nil || string(without) != want {
		t.Errorf("without the first: %q, %v", without, err)
	}
	if _, err := Without(without, 1, budget); !errors.Is(err, ErrWhole) {
		t.Errorf("without the only one: %v", err)
	}
	const list = "kind: List\nitems:\n- kind: PodDisruptionBudget\n  metadata: {name: web}\n- kind: ConfigMap # mine\n"
	for _, c := range []struct {
		name, text string
		line       int
		want       string
	}{
		{"a head", "# copyright\n\n# of it\nkind: PodDisruptionBudget\n---\nkind: X\n", 4, "# copyright\n\nkind: X\n"},
		{"a foot", "kind: PodDisruptionBudget\n# of it\n\n# of what follows\n---\nkind: X\n", 1, "# of what follows\nkind: X\n"},
		{"an item", list, 3, "kind: List\nitems:\n- kind: ConfigMap # mine\n"},
		{"a marker with words", "kind: X\n--- # b\nkind: PodDisruptionBudget\n", 3, "kind: X\n"},
		{"a marker with content", "kind: X\n--- {kind: PodDisruptionBudget}\n", 2, ""},
	} {
		if got, err := Without([]byte(c.text), c.line, budget); string(got) != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s: %q, %v, want %q", c.name, got, err, c.want)
		}
	}
	for before, want := range map[string]string{
		"":                      "kind: X\n",
		"kind: A":               "kind: A\n---\nkind: X\n",
		"kind: A\n---":          "kind: A\n---\nkind: X\n",
		"# none\n":              "# none\nkind: X\n",
		"kind: A\r\n":           "kind: A\r\n---\r\nkind: X\r\n",
		"a: 1\n--- {kind: A}\n": "a: 1\n--- {kind: A}\n---\nkind: X\n",
	} {
		if got, err := With([]byte(before), "kind: X\n"); err != nil || string(got) != want {
			t.Errorf("behind %q: %q, %v, want %q", before, got, err, want)
		}
	}
	if got, err := With([]byte("a: [\n"), "kind: X\n"); !errors.Is(err, ErrForm) {
		t.Errorf("behind what is none: %q, %v", got, err)
	}
	for before, want := range map[string]string{"": "a:\n  b: 1\n", "# mine\n": "# mine\na:\n  b: 1\n"} {
		if got, err := Values([]byte(before), []finding.Edit{{Path: "/a/b", After: finding.Data("1")}}); err != nil || string(got) != want {
			t.Errorf("values of %q: %q, %v", before, got, err)
		}
	}
}

// TestEdits holds any change of any document against the same change of what it holds: and
// lines that are of no field which is changed stay.
func TestEdits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := mapping(t, 3)
		value["kind"] = "Deployment"
		text := styled(t, value)
		if yaml.Unmarshal([]byte(text), new(any)) != nil {
			return // the library does not read all that it writes
		}
		path, after := rapid.SliceOfN(rapid.SampledFrom(keys), 1, 4).Draw(t, "path"), anything(t, 2)
		gone := rapid.Bool().Draw(t, "gone")
		if path[0] == "kind" {
			return
		}
		e := finding.Edit{Path: "/" + strings.Join(path, "/")}
		if !gone {
			e.After = finding.DataOf(after)
		}
		got, err := Object([]byte(text), 1, finding.Object{Kind: "Deployment"}, []finding.Edit{e})
		want, ok := with(generic(t, text), path, generic(t, string(finding.DataOf(after))), gone)
		if !ok {
			if err == nil {
				t.Fatalf("%s of\n%s\nis changed", e.Path, text)
			}
			return
		}
		if err != nil {
			t.Fatalf("%s to %s of\n%s\n%v", e.Path, e.After, text, err)
		}
		if is := generic(t, string(got)); !reflect.DeepEqual(is, want) {
			t.Fatalf("%s to %s of\n%s\ngives\n%s", e.Path, e.After, text, got)
		}
		comments := strings.Count(text, "# of none")
		oneLine := !gone && len(path) == 1 && isScalar(after) && isScalar(value[path[0]])
		if n := strings.Count(string(got), "# of none"); oneLine && n < comments-1 {
			t.Fatalf("%d comments of %d are left of\n%s\nin\n%s", n, comments, text, got)
		}
	})
}

var keys = []string{"a", "b", "spec", "x-y", "on", "1"}

func mapping(t *rapid.T, depth int) map[string]any {
	out := map[string]any{}
	for _, k := range rapid.SliceOfDistinct(rapid.SampledFrom(keys), rapid.ID[string]).Draw(t, "keys") {
		out[k] = anything(t, depth-1)
	}
	return out
}

func anything(t *rapid.T, depth int) any {
	kinds := []string{"number", "text", "bool", "null", "lines", "map", "list"}
	if depth <= 0 {
		kinds = kinds[:5]
	}
	switch rapid.SampledFrom(kinds).Draw(t, "kind") {
	case "number":
		return rapid.IntRange(-3, 100).Draw(t, "number")
	case "text":
		return rapid.SampledFrom([]string{"", "x", "two words", "a: b", "# no", "'", `"`, "10%", "yes", "~", "ä", "- a", "{x}"}).Draw(t, "text")
	case "bool":
		return rapid.Bool().Draw(t, "bool")
	case "null":
		return nil
	case "lines":
		return rapid.SampledFrom([]string{"one\ntwo\n", "one\n\n# two", "one\n\n\n"}).Draw(t, "lines")
	case "map":
		return mapping(t, depth)
	}
	list := make([]any, rapid.IntRange(0, 3).Draw(t, "items"))
	for i := range list {
		list[i] = anything(t, depth-1)
	}
	return list
}

// styled is a value as YAML of different styles, with comments and empty lines.
func styled(t *rapid.T, value any) string {
	var n yaml.Node
	if err := n.Encode(value); err != nil {
		t.Fatal(err)
	}
	each(&n, func(n *yaml.Node) bool {
		if n.Kind != yaml.ScalarNode && rapid.IntRange(0, 5).Draw(t, "flow") == 0 {
			n.Style = yaml.FlowStyle
		}
		if n.Kind == yaml.ScalarNode && n.Tag == "!!str" && rapid.IntRange(0, 3).Draw(t, "quotes") == 0 {
			n.Style = rapid.SampledFrom([]yaml.Style{yaml.DoubleQuotedStyle, yaml.SingleQuotedStyle}).Draw(t, "quote")
		}
		return true
	})
	n.Style = 0
	var out strings.Builder
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(rapid.IntRange(2, 4).Draw(t, "indent"))
	if err := encoder.Encode(&n); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	block := false // comments are no comments within texts
	for line := range strings.Lines(out.String()) {
		block = block || strings.ContainsAny(line, "|>\"'{[")
		if !block && rapid.IntRange(0, 4).Draw(t, "comment") == 0 {
			fmt.Fprintf(&text, "%s# of none\n\n", strings.Repeat(" ", len(line)-len(strings.TrimLeft(line, " "))))
		}
		text.WriteString(line)
	}
	return text.String()
}

func generic(t *rapid.T, text string) any {
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v:\n%q", err, text)
	}
	return v
}
