package manifest

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// fault reads text, which has to be refused.
func fault(t *testing.T, text string) *document.Error {
	t.Helper()
	e, err := read(t, text)
	if err == nil {
		t.Fatalf("was read:\n%s", summary(e))
	}
	var fault *document.Error
	if !errors.As(err, &fault) {
		t.Fatalf("%T: %v", err, err)
	}
	return fault
}

// Every fault names the file, the line where the reader has to look, and the
// field.
func TestReadFaults(t *testing.T) {
	deployment := func(spec string) string {
		return "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\nspec:\n  selector: {matchLabels: {a: b}}\n" + spec
	}
	budget := func(spec string) string {
		return "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: a\nspec:\n" + spec
	}
	service := "- apiVersion: v1\n  kind: Service\n  metadata: {name: a}\n"
	for _, c := range []struct{ name, text, want string }{
		{"a string for a number", deployment("  replicas: three\n"), `<stdin>:7: spec.replicas: is a string ("three"), wants a whole number`},
		{"a fraction", deployment("  replicas: 1.5\n"), `<stdin>:7: spec.replicas: is a number (1.5), wants a whole number`},
		{"too many", deployment("  replicas: 3000000000\n"), `<stdin>:7: spec.replicas: is a number (3000000000), out of range`},
		{"fewer than none", deployment("  replicas: -1\n"), `<stdin>:7: spec.replicas: is -1, wants 0 or more`},
		{"in the second document", "# one\n---\n" + deployment("  replicas: three\n"),
			`<stdin>:9: spec.replicas: is a string ("three"), wants a whole number`},
		{"behind CRLF", strings.ReplaceAll("a: b\n---\n"+deployment("  replicas: three\n"), "\n", "\r\n"),
			`<stdin>:9: spec.replicas: is a string ("three"), wants a whole number`},
		{"deep down", deployment("  template:\n    spec:\n      containers:\n      - name: a\n      - name: b\n        ports:\n" +
			"        - containerPort: http\n"),
			`<stdin>:13: spec.template.spec.containers[1].ports[0].containerPort: is a string ("http"), wants a whole number`},
		{"a list for a mapping", deployment("  template:\n  - a\n"), `<stdin>:7: spec.template: is a list, wants a mapping`},
		{"in a selector", "apiVersion: apps/v1\nkind: Deployment\nspec:\n  selector:\n    matchLabels:\n      a: 1\n",
			`<stdin>:6: spec.selector.matchLabels.a: is a number (1), wants a string`},
		{"a selector nobody can use", "apiVersion: apps/v1\nkind: Deployment\nspec:\n  selector:\n    matchExpressions:\n" +
			"    - {key: a, operator: Is}\n", `<stdin>:4: spec.selector: "Is" is not a valid label selector operator`},
		{"a quantity", deployment("  template:\n    spec:\n      containers:\n      - resources:\n          limits:\n            cpu: much\n"),
			`<stdin>:12: spec.template.spec.containers[0].resources.limits.cpu: quantities must match the regular expression ` +
				`'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`},
		{"less than nothing", deployment("  template:\n    spec:\n      containers:\n      - name: a\n      - resources:\n          limits:\n" +
			"            nvidia.com/gpu: -1\n"),
			`<stdin>:13: spec.template.spec.containers[1].resources.limits.nvidia.com/gpu: is -1, wants 0 or more`},
		{"less than nothing to start", "apiVersion: v1\nkind: Pod\nspec:\n  initContainers:\n  - resources:\n      requests:\n" +
			"        cpu: -100m\n", `<stdin>:7: spec.initContainers[0].resources.requests.cpu: is -100m, wants 0 or more`},
		{"less than nothing of a whole pod", "apiVersion: v1\nkind: Pod\nspec:\n  resources:\n    limits:\n      memory: -1Gi\n",
			`<stdin>:6: spec.resources.limits.memory: is -1Gi, wants 0 or more`},
		{"less than no overhead", "apiVersion: batch/v1\nkind: CronJob\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n" +
			"          overhead:\n            cpu: -1\n", `<stdin>:9: spec.jobTemplate.spec.template.spec.overhead.cpu: is -1, wants 0 or more`},
		{"a quantity of a node", "apiVersion: v1\nkind: Node\nstatus:\n  allocatable:\n    cpu: 4\n    memory: lots\n",
			`<stdin>:6: status.allocatable.memory: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`},
		{"a limit of a pool", "apiVersion: karpenter.sh/v1\nkind: NodePool\nspec:\n  limits:\n    cpu: many\n",
			`<stdin>:5: spec.limits.cpu: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`},
		{"a weight of a pool", "apiVersion: karpenter.sh/v1\nkind: NodePool\nspec:\n  weight: 0\n",
			`<stdin>:4: spec.weight: is 0, wants 1 to 100`},
		{"a time", "apiVersion: v1\nkind: Pod\nmetadata:\n  creationTimestamp: yesterday\n",
			`<stdin>:4: metadata.creationTimestamp: is "yesterday", wants a time such as 2026-11-22T06:12:00Z`},
		{"a number for a time", "apiVersion: v1\nkind: Pod\nstatus:\n  conditions:\n  - lastTransitionTime: 5\n",
			`<stdin>:5: status.conditions[0].lastTransitionTime: is 5, wants a time such as 2026-11-22T06:12:00Z`},
		{"a word YAML takes for a boolean", "apiVersion: v1\nkind: Service\nmetadata:\n  labels:\n    a: yes\n",
			`<stdin>:5: metadata.labels.a: is a boolean (yes), wants a string`},
		{"through an anchor", "x: &x\n  replicas: three\n" + "apiVersion: apps/v1\nkind: Deployment\nspec:\n  <<: *x\n",
			`<stdin>:2: spec.replicas: is a string ("three"), wants a whole number`},
		{"a key that stands there twice", deployment("  replicas: 1\n  paused: true\n  replicas: 2\n"),
			`<stdin>:9: spec.replicas: stands here twice: the last one counts`},
		{"in a List", "apiVersion: v1\nitems:\n" + service + "# comment\n" + "- apiVersion: v1\n  kind: Service\n  spec:\n    selector:\n" +
			"      a: 1\nkind: List\n", `<stdin>:11: spec.selector.a: is a number (1), wants a string`},
		{"in a flow List", "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Service,\n  spec: {selector: {a: 1}}}]",
			`<stdin>:4: spec.selector.a: is a number (1), wants a string`},
		{"behind the items", "apiVersion: v1\nitems:\n" + service + "kind: List\nmetadata: [\n", `<stdin>:7: did not find expected node content`},
		{"items twice", "apiVersion: v1\nkind: List\nitems:\n" + service + "items:\n" + service,
			`<stdin>:7: items: stands here twice: the last one counts`},
		{"an anchor of another batch", "kind: List\nitems:\n- &a {b: c}\n" + strings.Repeat("- {d: e}\n", batch/9) + "- *a\n",
			`<stdin>:7285: unknown anchor 'a' referenced`},

		{"JSON", "{\"apiVersion\": \"apps/v1\", \"kind\": \"Deployment\",\n\"spec\":\n{\n\"replicas\": \"three\"}}",
			`<stdin>:4: spec.replicas: is a string ("three"), wants a whole number`},
		{"JSON with the same key twice", "{\"apiVersion\": \"v1\", \"kind\": \"Node\",\n\"metadata\":{\"name\":\"a\",\n\"name\":\"b\"}}",
			`<stdin>:3: metadata.name: stands here twice: the last one counts`},
		{"a JSON List", "{\"kind\": \"List\", \"apiVersion\": \"v1\", \"items\": [\n{}, {\n" +
			"\"apiVersion\": \"apps/v1\", \"kind\": \"Deployment\",\n\"spec\": {\"replicas\":\n\"three\"}}]}",
			`<stdin>:4: spec.replicas: is a string ("three"), wants a whole number`},
		{"JSON items twice", "{\"kind\":\"List\",\"items\":[],\n\"items\":[]}",
			`<stdin>:2: items: stands here twice: the last one counts`},
		{"cut JSON", "{\"kind\":\"List\",\"items\":[\n{\"a\":\n", `<stdin>:3: the JSON ends in the middle: it was cut off`},
		{"cut JSON array", "[\n{\"a\":1}", `<stdin>:2: the JSON ends in the middle: it was cut off`},
		{"cut JSON object", "{\"a\":1,\n", `<stdin>:2: the JSON ends in the middle: it was cut off`},
		{"JSON with a comma too many", "{\"kind\":\"List\",\"items\":[\n{\"a\":1,\n}]}",
			`<stdin>:3: items[0]: is not JSON: invalid character '}' at start of string (expecting '"')`},
		{"JSON that is not UTF-8", "{\"a\":\n\"\xff\"}", `<stdin>:2: a: is not JSON: invalid UTF-8`},
		{"text after JSON", "{\"a\":1}\noops", `<stdin>:2: is not JSON: invalid character 'o' at start of value`},
		{"YAML after JSON and a marker", "{\"a\":1}\n---\n" + budget("  minAvailable: -1\n"),
			`<stdin>:8: spec.minAvailable: is -1, wants 0 or more`},

		{"not UTF-8", "a: 1\n---\nb: 1\nc: \xff\n", `<stdin>:4: is not valid UTF-8`},
		{"binary", "\x89PNG\r\n\x1a\n\x00\x00", `<stdin>: is neither YAML nor JSON but binary`},
		{"a control character", "a: 1\n---\n" + strings.Repeat("#\n", 4096) + "b: \x00\n", `<stdin>:4099: control characters are not allowed`},
		{"a tab", "a:\n\tb: 1\n", `<stdin>:2: found character that cannot start any token`},
		{"an indentation", "a:\n  b: 1\n c: 2\nd: 3\n", `<stdin>:3: did not find expected key`},
		{"an indentation in an element", "apiVersion: v1\nkind: List\nitems:\n" + service + "- a:\n    b: 1\n   c: 2\n  d: 3\n",
			`<stdin>:9: did not find expected key`},
		{"a string that does not end", "a: 1\nb: \"c\nd: 1\n", `<stdin>:2: found unexpected end of stream`},
		{"an unknown anchor", "a: 1\nb: *c\nd: 1\n", `<stdin>:2: unknown anchor 'c' referenced`},
		{"a directive nobody knows", "%JAML 1.2\n---\na: 1\n", `<stdin>:1: found unknown directive name`},
		{"text behind an end", "a: 1\n... b\n", `<stdin>:2: has text behind the ... that ends a document`},
		{"JSON objects in a row, after a comment", "# dump\n{\"a\":1}\n{\"b\":1}\n", `<stdin>:3: did not find expected <document start>`},
		{"deep nesting", "apiVersion: v1\nkind: Node\nspec: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000),
			`<stdin>:3: is nested more than 1000 levels deep`},
		{"deeper nesting", strings.Repeat("[", 20000), `<stdin>:1: exceeded max depth of 10000`},
		{"deep JSON", "{\"a\":" + strings.Repeat("[", 20000), ""},
		{"an alias bomb", "apiVersion: v1\nkind: Node\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n" +
			"c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n" +
			"f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n",
			`<stdin>:5: has more than 2000000 values once its aliases are written out`},

		{"both of a budget", budget("  minAvailable: 1\n  selector: {}\n  maxUnavailable: 1\n"),
			`<stdin>:8: spec: minAvailable and maxUnavailable cannot both be set; the API server refuses it`},
		{"a number as a string", budget("  minAvailable: \"50\"\n"),
			`<stdin>:6: spec.minAvailable: is "50", wants a whole number or a percentage such as 50%`},
		{"more than all", budget("  maxUnavailable: 101%\n"), `<stdin>:6: spec.maxUnavailable: is 101%, wants no more than 100%`},
		{"less than none", budget("  maxUnavailable: -1\n"), `<stdin>:6: spec.maxUnavailable: is -1, wants 0 or more`},
		{"less than none of a hundred", budget("  maxUnavailable: -1%\n"),
			`<stdin>:6: spec.maxUnavailable: is "-1%", wants a whole number or a percentage such as 50%`},
		{"a fraction of a pod", budget("  maxUnavailable: 1.5\n"), `<stdin>:6: spec.maxUnavailable: is a number (1.5), wants a whole number`},
		{"a boolean of pods", budget("  maxUnavailable: true\n"), `<stdin>:6: spec.maxUnavailable: is a boolean (true), wants a whole number`},
		{"a policy nobody knows", budget("  unhealthyPodEvictionPolicy: Always\n"),
			`<stdin>:6: spec.unhealthyPodEvictionPolicy: is "Always", wants IfHealthyBudget or AlwaysAllow`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := fault(t, c.text).Error(); c.want != "" && got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// A fault early in a long file ends the reading, and is what gets reported.
func TestReadStopsAtTheFirstFault(t *testing.T) {
	long := estateYAML(1000)
	for _, c := range []struct{ name, text string }{
		{"yaml", strings.Replace(long, "replicas: 3", "replicas: three", 1)},
		{"list", strings.Replace(asList(long), "replicas: 3", "replicas: three", 1)},
		{"json", strings.Replace(estateJSON(1000), `"replicas": 3`, `"replicas": "three"`, 1)},
		{"the first of two", strings.ReplaceAll(long, "replicas: 3", "replicas: three")},
	} {
		line := 1 + strings.Count(c.text[:strings.Index(c.text, "three")], "\n")
		for range 5 {
			in := &counter{in: strings.NewReader(c.text)}
			_, err := readFrom(in)
			var fault *document.Error
			if !errors.As(err, &fault) || fault.Line != line || fault.Field != "spec.replicas" {
				t.Fatalf("%s: got %v, want line %d", c.name, err, line)
			}
		}
	}
}

type counter struct {
	in io.Reader
	n  int
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.n += n
	return n, err
}

// What another tool has to render first is called that, on the line where it
// shows, with what renders it.
func TestReadNamesTemplates(t *testing.T) {
	const deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n"
	for _, c := range []struct{ name, text, want, hint string }{
		{"a condition", "{{- if .Values.a }}\napiVersion: apps/v1\n{{- end }}\n", "1: is a Go template", "helm template"},
		{"a value", deployment + "  name: a\nspec:\n  replicas: {{ .Values.replicas }}\n", "6: is a Go template", "helm template"},
		{"an element", "kind: List\nitems:\n- a: 1\n{{ end }}\n", "4: is a Go template", "helm template"},
		{"a quoted value", "apiVersion: policy/v1\nkind: PodDisruptionBudget\nspec:\n  minAvailable: \"{{ .Values.min }}\"\n",
			"4: is a Go template", "helm template"},
		{"a kind", "apiVersion: apps/v1\nkind: {{ .Values.kind }}\nmetadata: {name: a}\n", "2: is a Go template", "helm template"},
		{"an include", "{{ include \"common.pdb\" . }}\n", "1: is a Go template", "helm template"},
		{"a block of Jinja", deployment + "{% if a %}\n  name: a\n{% endif %}\n", "4: is a Jinja template", "Ansible"},
		{"a block of Terraform", deployment + "%{ if a ~}\n  name: a\n%{~ endif }\n", "4: is a template of Terraform", "templatefile"},
		{"a variable of Jinja", deployment + "  name: a\nspec:\n  replicas: {{ replicas | int }}\n", "6: is a Jinja template", "Ansible"},
		{"a variable of envsubst", deployment + "  name: app-${ENV}\nspec:\n  replicas: ${REPLICAS}\n",
			"6: is a template for envsubst", "envsubst"},
		{"ytt, which YAML takes for comments", "#@ load(\"@ytt:data\", \"data\")\n---\n" + deployment + "  name: a\nspec:\n" +
			"  replicas: #@ data.values.replicas\n", "8: is a ytt template", "ytt -f"},
		{"an overlay of ytt", "#@overlay/match by=overlay.all\n---\n" + deployment + "  #@overlay/match missing_ok=True\n  name: a\n",
			"6: is a ytt template", "ytt -f"},
		{"an annotation that is meant", deployment + "  annotations:\n    a: \"{{ $labels.pod }}\"\nspec:\n  replicas: three\n",
			"7: spec.replicas: is a string (\"three\"), wants a whole number", ""},
		{"a price that is no variable", deployment + "  annotations: {a: $5}\nspec:\n  replicas: three\n",
			"6: spec.replicas: is a string (\"three\"), wants a whole number", ""},
		{"a variable elsewhere", deployment + "  annotations: {a: $FIVE}\nspec:\n  replicas: three\n",
			"6: spec.replicas: is a string (\"three\"), wants a whole number", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := fault(t, c.text); got.Error() != "<stdin>:"+c.want || !strings.Contains(got.Hint, c.hint) ||
				(c.hint == "") != (got.Hint == "") {
				t.Errorf("%v: hint %q", got, got.Hint)
			}
		})
	}
	for _, text := range []string{"a: 1 #@home\n", "# see user#@ host\na: 1\n", "kind: Deployment\napiVersion: apps/v1\n" +
		"metadata: {name: 'a-${ENV}'}\n"} {
		if _, err := read(t, text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// One fault takes nothing but its own object away, wherever the next one stands,
// and says which objects may have stood there.
func TestReadGoesOn(t *testing.T) {
	node := func(name string) string { return "apiVersion: v1\nkind: Node\nmetadata: {name: " + name + "}\n" }
	const budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b, namespace: ns}\nspec: {minAvailable: -1}\n"
	element := func(text string) string {
		return "- " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n  ") + "\n"
	}
	for _, c := range []struct{ name, text, read, faults string }{
		{"a value among documents", node("a") + "---\n" + budget + "---\n" + node("c"), "a c", "8 PodDisruptionBudget in ns"},
		{"syntax among documents", node("a") + "---\nkind: Deployment\napiVersion: apps/v1\na: ]\n---\n" + node("c"), "a c", "7 Deployment"},
		{"syntax of a budget", node("a") + "---\napiVersion: policy/v1\nkind: PodDisruptionBudget # ours\na: ]\n---\n" + node("c"), "a c",
			"7 PodDisruptionBudget"},
		{"syntax of what holds no object", "a: ]\n---\n" + node("c"), "c", "1 nothing"},
		{"syntax of what does not matter", "apiVersion: v1\nkind: ConfigMap\na: ]\n---\n" + node("c"), "c", "3 nothing"},
		{"syntax of what may make pods", "apiVersion: example.io/v1\nkind: Broker\na: ]\n---\n" + node("c"), "c", "3 Broker"},
		{"syntax of several objects", "apiVersion: v1\nkind: Pod\n\tkind: Service\nkind: Pod\n---\n" + node("c"), "c", "2 Pod Service"},
		{"syntax of several groups", "apiVersion: v1\nkind: ConfigMap\n\tapiVersion: example.io/v1\nkind: Broker\n---\n" + node("c"), "c",
			"2 ConfigMap Broker"},
		{"syntax of a kind without a group", "kind: ConfigMap\na: ]\n---\n" + node("c"), "c", "2 ConfigMap"},
		{"a template of any kind", "apiVersion: v1\nkind: {{ .Values.kind }}\na: {{ if }}\n---\n" + node("c"), "c", "2 any"},
		{"a template without a kind", "{{ include \"x\" . }}\n---\n" + node("c"), "c", "1 any"},
		{"bytes that are no text", "kind: Pod\na: \xff\n---\n" + node("c"), "c", "2 Pod"},
		{"a key that stands twice", node("a") + "kind: Node\n---\n" + node("c"), "a c", "4 nothing"},
		{"two faults", budget + "---\n" + node("a") + "---\n" + budget, "a", "4 PodDisruptionBudget in ns, 13 PodDisruptionBudget in ns"},
		{"text behind an end", node("a") + "... x\n" + node("c"), "a c", "4 nothing"},
		{"a value in a List", "apiVersion: v1\nkind: List\nitems:\n" + element(node("a")) + element(budget) + element(node("c")), "a c",
			"10 PodDisruptionBudget in ns"},
		{"syntax in a List", "apiVersion: v1\nkind: List\nitems:\n" + element(node("a")) + "- kind: Pod\n  a: ]\n" + element(node("c")),
			"a c", "8 Pod"},
		{"a value in a flow List", "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Node, metadata: {name: a}}, " +
			"{apiVersion: apps/v1, kind: Deployment, spec: {replicas: x}}, {apiVersion: v1, kind: Node, metadata: {name: c}}]}", "a c",
			"1 Deployment"},
		{"behind the items", "apiVersion: v1\nitems:\n" + element(node("a")) + "kind: List\nmetadata: [\n---\n" + node("c"), "a c", "7 any"},
		{"a typed list", "apiVersion: apps/v1\nkind: DeploymentList\nitems:\n- metadata: {name: d}\n  spec: {replicas: x}\n---\n" + node("c"),
			"c", "5 Deployment"},
		{"a value in JSON", `{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"apps/v1","kind":"Deployment","spec":{"replicas":"x"}},` +
			`{"apiVersion":"v1","kind":"Node","metadata":{"name":"c"}}]}`, "c", "1 Deployment"},
		{"JSON that was cut off", "[" + `{"apiVersion":"v1","kind":"Node","metadata":{"name":"a"}},` + "\n{", "a", "2 any"},
		{"a snapshot of another version", `{"schema":"onus.snapshot/v9","apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1",` +
			`"kind":"Node","metadata":{"name":"c"}}]}`, "", "1 any"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in, _, err := document.Text("f", strings.NewReader(c.text))
			if err != nil {
				t.Fatal(err)
			}
			var raw kubernetes.Raw
			faults, err := Read(t.Context(), "f", in, &raw)
			if err != nil {
				t.Fatal(err)
			}
			var read, said []string
			for _, n := range raw.Nodes {
				read = append(read, n.Name)
			}
			for _, f := range faults {
				what := strings.Join(f.Kinds, " ")
				if f.Any {
					what = "any"
				}
				if what == "" {
					what = "nothing"
				}
				if f.Namespace != "" {
					what += " in " + f.Namespace
				}
				said = append(said, fmt.Sprint(f.Line, " ", what))
			}
			if got := strings.Join(read, " "); got != c.read {
				t.Errorf("read %q, want %q", got, c.read)
			}
			if got := strings.Join(said, ", "); got != c.faults {
				t.Errorf("faults %q, want %q (%v)", got, c.faults, faults)
			}
		})
	}
}

// Text that cannot be parsed is foreign where no object can stand in it, however
// it is written.
func TestReadKnowsForeignText(t *testing.T) {
	for _, c := range []struct {
		name, file, text string
		want             bool
	}{
		{"what a shell printed", "find.json", "switched to db myApp\n{ \"_id\" : 1, x: 2 }\n", true},
		{"JSON with comments", "babel.json", "{\n  // presets\n  \"presets\": []\n}\n", true},
		{"JSON of another language", "rs.json", "{ \"version\" : NumberLong(1) }\n", true},
		{"values for Terraform to fill in", "ui.yaml", "app:\n%{ if a }\n  b: c\n%{ endif }\n", true},
		{"settings with braces in a comment", ".hooks.yaml", "a:\n- b # {{ x }}\n  c: ]\n", true},
		{"a log", "two_lines.csv", "2022-11-22 09:00:00 UTC,\"a\": b: c\n d\n", true},
		{"a dump that was cut off", "dump.json", "{\"apiVersion\": \"v1\", \"items\": [{\"meta", false},
		{"objects on one line", "one.yaml", "{apiVersion: v1, kind: Pod, metadata: ]}\n", false},
		{"an object without an API", "a.yaml", "kind: Pod\na: ]\n", false},
		{"an object without a kind", "a.yaml", "apiVersion: v1\na: ]\n", false},
		{"a template of whatever it includes", "a.yaml", "{{ include \"common.pdb\" . }}\n", false},
		{"elements that are filled in", "a.yaml", "items:\n- {{ x }}\n- {% y %}\n", false},
		{"bytes that are no text", "a.yaml", "a: \xff\nb: ]\n", false},
		{"a dump whose list begins with what it says of itself", "dump.json", "{\"items\": [{\"apiVersion\": \"v1\", \"a\": " +
			strings.Repeat(" ", 5000) + "x", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			in, _, err := document.Text(c.file, strings.NewReader(c.text))
			if err != nil {
				t.Fatal(err)
			}
			var raw kubernetes.Raw
			faults, err := Read(t.Context(), c.file, in, &raw)
			if err != nil || len(faults) != 1 {
				t.Fatal(faults, err)
			}
			if f := faults[0]; f.Foreign != c.want || f.Foreign && (f.Any || len(f.Kinds) > 0) {
				t.Errorf("%+v: %v", f, f.Error)
			}
		})
	}
}

// One object or line may be large, but not without end.
func TestReadBoundsOneObject(t *testing.T) {
	wide := strings.Repeat("x", 1000)
	for _, c := range []struct{ name, open, fill string }{
		{"a line", "a: 1\nb: ", "x"},
		{"a document", "a: 1\nb: |\n", " " + wide + "\n"},
		{"an element", "kind: List\nitems:\n- a: 1\n- b: |\n", "    " + wide + "\n"},
		{"flow items", "kind: List\nitems: [\n", wide + ",\n"},
		{"a JSON string", "{\"kind\":\"List\",\n\"items\":[\n\"", "x"},
		{"a JSON object of many members", "{\"a\":1", ",\n\"b\":\"" + wide + "\""},
		{"a JSON object", "{\"a\":1,\n\"b\":[0", ",\n\"" + wide + "\""},
		{"blank JSON", "{\n", strings.Repeat(" ", 99) + "\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := &counter{in: io.MultiReader(strings.NewReader(c.open), &repeated{text: []byte(strings.Repeat(c.fill, 64)), left: 100 << 20})}
			_, err := readFrom(in)
			var fault *document.Error
			if !errors.As(err, &fault) || fault.Msg != tooLarge || fault.Line == 0 {
				t.Fatalf("got %v", err)
			}
			if in.n > maxObject+8<<20 {
				t.Errorf("read %d MiB before it gave up", in.n>>20)
			}
		})
	}
}

func TestReadFailsWithItsInput(t *testing.T) {
	for _, text := range []string{"a: 1\n", "{\"a\":", strings.Repeat("a: 1\n---\n", 1<<12), "{\"a\":[" + strings.Repeat("1,", 1<<14)} {
		in := io.MultiReader(strings.NewReader(text), iotest.ErrReader(errors.New("the disk is gone")))
		_, err := readFrom(in)
		if err == nil || !strings.Contains(err.Error(), "<stdin>: ") || !strings.Contains(err.Error(), "the disk is gone") {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}
