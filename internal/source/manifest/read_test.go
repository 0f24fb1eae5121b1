package manifest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Every form in which objects come, and what is nearly one.
func TestRead(t *testing.T) {
	const budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec:\n  minAvailable: 1\n"
	indented := "- apiVersion: v1\n  kind: Service\n  metadata:\n    name: a\n  spec:\n    selector: {a: b}\n"
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"comments only", "# nothing\n---\n# here\n", ""},
		{"a document", budget, "default/PodDisruptionBudget/a@1 spec@5\n"},
		{"after a marker and comments", "# c\n---\n# Source: x\n" + budget, "default/PodDisruptionBudget/a@4 spec@8\n"},
		{"several documents", budget + "---\n" + strings.ReplaceAll(budget, "name: a", "name: b"),
			"default/PodDisruptionBudget/a@1 spec@5\ndefault/PodDisruptionBudget/b@7 spec@11\n"},
		{"a comment with a percent sign between markers", "---\n# 50% of them\n---\n" + budget, "default/PodDisruptionBudget/a@4 spec@8\n"},
		{"document end markers", budget + "...\n---\n" + strings.ReplaceAll(budget, "name: a", "name: b") + "... # end\n",
			"default/PodDisruptionBudget/a@1 spec@5\ndefault/PodDisruptionBudget/b@8 spec@12\n"},
		{"%YAML 1.1", "%YAML 1.1\n---\n" + budget, "default/PodDisruptionBudget/a@3 spec@7\n"},
		{"%YAML 1.2", "# c\n%YAML 1.2\n---\n" + budget + "...\n%YAML 1.2\n---\n" + strings.ReplaceAll(budget, "name: a", "name: b"),
			"default/PodDisruptionBudget/a@4 spec@8\ndefault/PodDisruptionBudget/b@12 spec@16\n"},
		{"%TAG", "%TAG !k! tag:example.com,2026:\n---\n" + budget, "default/PodDisruptionBudget/a@3 spec@7\n"},
		{"CRLF", strings.ReplaceAll("---\n"+budget+"---\n"+strings.ReplaceAll(budget, "name: a", "name: b"), "\n", "\r\n"),
			"default/PodDisruptionBudget/a@2 spec@6\ndefault/PodDisruptionBudget/b@8 spec@12\n"},
		{"byte order marks", "\ufeff" + budget + "\ufeff---\n" + strings.ReplaceAll(budget, "name: a", "name: b"),
			"default/PodDisruptionBudget/a@1 spec@5\ndefault/PodDisruptionBudget/b@7 spec@11\n"},
		{"UTF-16, as PowerShell writes", "\xff\xfe" + widen(budget), "default/PodDisruptionBudget/a@1 spec@5\n"},
		{"a marker in a block scalar", "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    ---\n    kind: PodDisruptionBudget\n" +
			"    ...\n---\n" + budget,
			"default/PodDisruptionBudget/a@9 spec@13\n1 unrelated\n"},
		{"no line end at the end", strings.TrimSuffix(budget, "\n"), "default/PodDisruptionBudget/a@1 spec@5\n"},
		{"a huge line", "# " + strings.Repeat("x", 1<<20) + "\n" + budget, "default/PodDisruptionBudget/a@2 spec@6\n"},
		{"null fields", "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: a\n  labels:\n  annotations: ~\nspec:\n" +
			"  selector: null\n  minAvailable:\n  maxUnavailable: 1\nstatus:\n",
			"default/PodDisruptionBudget/a@1 spec@10\n"},
		{"a null kind", "apiVersion: v1\nkind:\n", "1 skipped\n"},
		{"anchors and merge keys", "x: &b\n  minAvailable: 1\n" + strings.Replace(budget, "  minAvailable: 1\n", "  <<: *b\n", 1),
			"default/PodDisruptionBudget/a@1 spec@2\n"},
		{"not Kubernetes", "a: 1\n---\n- b\n---\njust words\n---\nkind: Deployment\n", "4 skipped\n"},
		{"a sequence of objects", "- " + strings.ReplaceAll(budget, "\n", "\n  ") + "\n- a: 1\n",
			"default/PodDisruptionBudget/a@1 spec@5\n1 skipped\n"},

		{"a List as kubectl writes it", "apiVersion: v1\nitems:\n" + indented + "- apiVersion: v1\n  kind: Node\n  metadata:\n    name: n1\n" +
			"kind: List\nmetadata:\n  resourceVersion: \"\"\n",
			"service default/a@3\nnode n1@9\n"},
		{"an indented List, comments between", "kind: List\napiVersion: v1\nitems: # all\n# one\n\n" + indent(indented) + "# two\n  # three\n" +
			"  - {apiVersion: v1, kind: Node, metadata: {name: n1}}\nmetadata: {}\n",
			"service default/a@6\nnode n1@14\n"},
		{"flow items", "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Node, metadata: {name: n1}}]}\n", "node n1@1\n"},
		{"flow items below", "apiVersion: v1\nkind: List\nitems:\n  [{apiVersion: v1, kind: Node, metadata: {name: n1}}]\n", "node n1@4\n"},
		{"a flow element that ends at the margin", "apiVersion: v1\nkind: List\nitems:\n- {\n  apiVersion: v1, kind: Node,\n" +
			"  metadata: {name: n1}\n}\nmetadata: {}\n", "node n1@4\n"},
		{"no items", "apiVersion: v1\nitems: []\nkind: List\n---\napiVersion: v1\nkind: List\nitems:\n---\n" + budget,
			"default/PodDisruptionBudget/a@9 spec@13\n1 unrelated\n"},
		{"a List, then a document", "apiVersion: v1\nkind: List\nitems:\n" + indented + "---\n" + budget,
			"default/PodDisruptionBudget/a@11 spec@15\nservice default/a@4\n"},
		{"a typed list", "apiVersion: v1\nkind: NodeList\nitems:\n- metadata:\n    name: n1\n- metadata: {name: o1}\n", "node n1@4\nnode o1@6\n"},
		{"items of a ConfigMap", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nitems:\n- apiVersion: v1\n  kind: Node\n" +
			"  metadata: {name: n1}\n", "1 unrelated\n"},
		{"items before the kind of what is no list", "apiVersion: policy/v1\nitems:\n- a\nkind: PodDisruptionBudget\n" +
			"metadata: {name: a}\nspec: {}\n",
			"default/PodDisruptionBudget/a@1 spec@1\n1 skipped\n"},
		{"items in a block scalar", "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    items:\n    - a\n", "1 unrelated\n"},
		{"block scalars in elements", "apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  data:\n    a: |\n      - b\n\n" +
			"      kind: List\n     # comment\n- apiVersion: v1\n  kind: Node\n  metadata: {name: n1}\nkind: List\n",
			"node n1@11\n1 unrelated\n"},
		{"an anchor before the items", "apiVersion: v1\nmetadata: &m {name: n1}\nkind: List\nitems:\n\n- apiVersion: v1\n  kind: Node\n" +
			"  metadata: *m\n", "node n1@6\n"},
		{"a List in a List", "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n  - apiVersion: v1\n" +
			"    kind: Node\n    metadata: {name: n1}\n", "node n1@7\n"},

		{"JSON", "\n  {\"apiVersion\": \"v1\",\n \"kind\": \"Node\", \"metadata\": {\"name\": \"n1\"}}", "node n1@2\n"},
		{"JSON objects in a row", "{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"n1\"}}{\"apiVersion\":\"v1\",\n" +
			"\"kind\":\"Node\",\"metadata\":{\"name\":\"o1\"}}\n{}", "node n1@1\nnode o1@1\n1 skipped\n"},
		{"a JSON array of objects", "[\n{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"n1\"}},\n 1]",
			"node n1@2\n1 skipped\n"},
		{"a JSON array of Lists", "[{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[\n" +
			"{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"n1\"}}]}]", "node n1@2\n"},
		{"a JSON List", "{\"apiVersion\":\"v1\",\"items\":[\n{\"apiVersion\":\"v1\",\n\"kind\":\"Node\",\"metadata\":{\"name\":\"n1\"}}\n" +
			",{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"o1\"}}],\"kind\":\"List\"}", "node n1@2\nnode o1@4\n"},
		{"a typed JSON list", "{\"apiVersion\":\"v1\",\"kind\":\"NodeList\",\"items\":[{\"metadata\":{\"name\":\"n1\"}}]}", "node n1@1\n"},
		{"a JSON List in a List", "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{\"apiVersion\":\"v1\",\"kind\":\"NodeList\",\n" +
			"\"items\":[\n{\"metadata\":{\"name\":\"n1\"}}]}]}", "node n1@3\n"},
		{"items of another JSON object", "{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"items\":[1],\"metadata\":{\"name\":\"n1\"}}", "node n1@1\n"},
		{"items before the kind of another JSON object", "{\"items\":[1],\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"n1\"}}",
			"node n1@1\n1 skipped\n"},
		{"JSON documents between markers", "{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"n1\"}}\n---\n" +
			"{\"apiVersion\":\"v1\",\"kind\":\"Node\",\n\"metadata\":{\"name\":\"o\\ud83d\\ude00\\/\"}}\n", "node n1@1\nnode o😀/@3\n"},
		{"a JSON List after a comment",
			"# dump\n{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"n1\"}}]}",
			"node n1@2\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := summary(mustRead(t, c.text)); got != c.want {
				t.Errorf("%s\ngot:\n%swant:\n%s", c.text, got, c.want)
			}
		})
	}
}

func indent(text string) string {
	return "  " + strings.TrimSuffix(strings.ReplaceAll(text, "\n", "\n  "), "  ")
}

// widen writes ASCII as UTF-16.
func widen(text string) string {
	var b strings.Builder
	for i := range len(text) {
		b.WriteByte(text[i])
		b.WriteByte(0)
	}
	return b.String()
}

// Batches must not show: each object is on the line where it stands, however many there are.
func TestReadManyInOrder(t *testing.T) {
	documents := estateYAML(2000)
	for _, c := range []struct{ name, text string }{{"yaml", documents}, {"list", asList(documents)}, {"json", estateJSON(2000)}} {
		e := mustRead(t, c.text)
		if len(e.Workloads) != 2000 || len(e.Budgets) != 2000 {
			t.Fatalf("%s: %d workloads, %d budgets", c.name, len(e.Workloads), len(e.Budgets))
		}
		lines := strings.Split(c.text, "\n")
		slices.SortFunc(e.Workloads, func(a, b kubernetes.Workload) int { return cmp.Compare(a.Position.Line, b.Position.Line) })
		for i, w := range e.Workloads {
			if want := fmt.Sprintf("app-%d", i); w.Name != want {
				t.Fatalf("%s: %s on line %d, where %s should be", c.name, w.Ref, w.Position.Line, want)
			}
			if i > 0 && w.Position.Line <= e.Workloads[i-1].Position.Line {
				t.Fatalf("%s: %s on line %d stands after line %d", c.name, w.Ref, w.Position.Line, e.Workloads[i-1].Position.Line)
			}
			at := lines[w.Position.Line-1]
			if c.name != "json" && strings.TrimLeft(at, "- ") != "apiVersion: apps/v1" {
				t.Fatalf("%s: %s on line %d is %q", c.name, w.Ref, w.Position.Line, at)
			}
		}
		for _, b := range e.Budgets {
			if at := lines[b.Spec.Line-1]; !strings.Contains(at, "maxUnavailable") {
				t.Fatalf("%s: the budget's line %d is %q", c.name, b.Spec.Line, at)
			}
		}
	}
}

// What marks the end of a document may be the end of a file as well.
func TestEndOfAFile(t *testing.T) {
	const service = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {a: b}}\n"
	for _, end := range []string{"", "...", "...\n", "... ", "---", "---\n", "...\n---"} {
		if e := mustRead(t, service+end); len(e.Services) != 1 {
			t.Errorf("%q at the end: %d Services", end, len(e.Services))
		}
	}
}

// Of a custom resource all is kept that an operator may go by, unless it comes of a cluster,
// which has what the operator made.
func TestWhatIsKeptOfCustomResources(t *testing.T) {
	const text = "apiVersion: example.com/v1\nkind: Shop\nmetadata: {name: a, namespace: ns}\nspec: {size: 3}\n"
	if c := mustRead(t, text).CustomResources; len(c) != 1 || !strings.Contains(string(c[0].Object), `"size":3`) {
		t.Errorf("of a file: %+v", c)
	}
	live := strings.Replace(text, "name: a,", "name: a, uid: u,", 1)
	if c := mustRead(t, live).CustomResources; len(c) != 1 || c[0].Object != nil || c[0].UID != "u" {
		t.Errorf("of a cluster: %+v", c)
	}
}
