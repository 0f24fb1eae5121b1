package helm

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// A template gives documents up to each marker, however trimming left it, and
// those with nothing but comments are none.
func TestSplit(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "[]",
		"\n  \n# a\n":                      "[]",
		"a: b\n":                           `["a: b\n"]`,
		"---\na: b\n---\n---\nc: d\n---\n": `["\na: b\n" "\nc: d\n"]`,
		"---apiVersion: v1\n--- # kept\n---# x\n":  `["apiVersion: v1\n"]`,
		"a: |\n  ---\n  b\n":                       `["a: |\n  ---\n  b\n"]`,
		"  # a\n---\n# b\nc: d\n":                  `["\n# b\nc: d\n"]`,
		"a: b\n--- \t\nc: d\n":                     `["a: b\n" "\nc: d\n"]`,
		"--- {\"a\": 1}\n":                         `["{\"a\": 1}\n"]`,
		"a: b # ---\n":                             `["a: b # ---\n"]`,
		"# only\n---\n   # comments\n\n---\n# a\n": "[]",
	} {
		if got := fmt.Sprintf("%q", split(text)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// Hooks are told by the annotation, and tests and what Helm does not know are
// left out.
func TestHookOf(t *testing.T) {
	with := func(annotation string) string {
		return "kind: Job\nmetadata:\n  annotations:\n    " + annotation + "\n"
	}
	for _, c := range []struct {
		data, hook string
		kept       bool
	}{
		{"kind: Job\n", "", true},
		{with("helm.sh/hook: pre-install"), "pre-install", true},
		{with(`helm.sh/hook: "post-install, Pre-Upgrade"`), "post-install, Pre-Upgrade", true},
		{with("helm.sh/hook: pre-install,post-install,pre-delete,post-delete,pre-upgrade,post-upgrade,pre-rollback,post-rollback"),
			"pre-install,post-install,pre-delete,post-delete,pre-upgrade,post-upgrade,pre-rollback,post-rollback", true},
		{with("helm.sh/hook: test"), "", false},
		{with("helm.sh/hook: test-success"), "", false},
		{with("helm.sh/hook: pre-install,test"), "", false},
		{with("helm.sh/hook: crd-install"), "", false},
		{with(`helm.sh/hook: ""`), "", false},
		{with(`helm.sh/hook-weight: "1"`), "", true},
		{"# helm.sh/hook: test\nkind: Job\n", "", true},
		{"kind: Job\nspec: {template: {metadata: {annotations: {helm.sh/hook: test}}}}\n", "", true},
		{"helm.sh/hook: test\na: ]\n", "", true}, // its reader names the fault
	} {
		if hook, kept := hookOf(c.data); hook != c.hook || kept != c.kept {
			t.Errorf("%q: %q, kept %t, want %q, %t", c.data, hook, kept, c.hook, c.kept)
		}
	}
}

// Objects stand in a template where most of what they hold is written, one
// after the other.
func TestLocator(t *testing.T) {
	const template = `# of the shop
{{- if .Values.on }}
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}-a
spec:
  type: ClusterIP
---
kind: Service
metadata:
  name: {{ .Release.Name }}-b
spec:
  type: NodePort
{{- end }}
---
metadata:
  name: c
kind: "Deployment" # of it
apiVersion: apps/v1
---
metadata:
  labels: {}
kind: {{ .Values.kind }}
spec:
  any: thing
`
	for _, c := range []struct {
		name    string
		objects []string
		lines   string
	}{
		{"in order", []string{"kind: Service\nmetadata:\n  name: x-a\n", "kind: Service\nmetadata:\n  name: x-b\n"}, "[3 10]"},
		{"by what they hold", []string{"kind: Service\nspec:\n  type: NodePort\n", "kind: Service\nspec:\n  type: ClusterIP\n"}, "[10 3]"},
		{"of the same lines", []string{"kind: Service\nmetadata:\n", "kind: Service\nmetadata:\n", "kind: Service\nmetadata:\n"}, "[3 10 3]"},
		{"with quotes and a comment", []string{"kind: Deployment\nmetadata:\n  name: c\n"}, "[22]"},
		{"of a kind that is a value", []string{"kind: Job\nspec:\n  any: thing\n", "kind: 'Job' # one\nspec:\n  any: thing\n"}, "[22 22]"},
		{"of no kind here", []string{"apiVersion: v1\n", "kind: Service\n"}, "[22 3]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLocator([]byte(template))
			var got []int
			for _, o := range c.objects {
				n, _ := l.of(o)
				got = append(got, n)
			}
			if s := fmt.Sprint(got); s != c.lines {
				t.Errorf("lines %s, want %s", s, c.lines)
			}
		})
	}
	if n, _ := newLocator(nil).of("kind: A\n"); n != 0 {
		t.Errorf("line %d of a template that is not at hand", n)
	}
	if n, _ := newLocator([]byte("kind: A")).of("kind: A\n"); n != 1 {
		t.Errorf("line %d of a template of one line", n)
	}
	if n, _ := newLocator([]byte("{{ include \"a\" . }}\n")).of("kind: A\n"); n != 1 {
		t.Errorf("line %d of a template whose object another gives", n)
	}
}

// Lines tell objects apart as far as they stand near their kind, and before the
// next object.
func TestLinesInCommon(t *testing.T) {
	long := strings.Repeat("a: b\n", compared-1)
	for _, c := range []struct {
		template, object string
		want             int
	}{
		{"kind: A\na: b\nc: d\n", "c: d\na: b\n", 2},
		{"kind: A\na: b\n---\nc: d\n", "c: d\na: b\n", 1},
		{"kind: A\n\n  \na: b\n", "a: b\n\n  ", 1},
		{"kind: A\nname: {{ .x }}\n", "name: web\n", 1},
		{"kind: A\nname: {{ .x }}\n", "label: web\n", 0},
		{"kind: A\n{{ .x }}\n", "name: web\n", 0},
		{"kind: A\nname: we\n", "name: web\n", 0},
		{"kind: A\n" + long + "c: d\n", "c: d\n", 1},
		{"kind: A\n" + long + "a: b\nc: d\n", "c: d\n", 0},
		{"kind: A", "kind: A\n", 0},
	} {
		if got := newLocator([]byte(c.template)).common(0, strings.Split(c.object, "\n")); got != c.want {
			t.Errorf("%q and %q: %d, want %d", c.template, c.object, got, c.want)
		}
	}
}

func TestTopValue(t *testing.T) {
	for text, want := range map[string]string{
		"kind: A\nkind: B\n": "A", "a: b\nkind: 'A'\n": "A", "kind: \"A\" # b\n": "A", "kind:A\n": "A", "  kind: A\n": "",
		"kinds: A\n": "", "": "",
		"kind:\n": "", "kind: A#b\n": "A#b",
	} {
		if got := topValue(strings.Split(text, "\n"), "kind"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Each line of an object is given by the line of its template that has its text, or its key;
// what an included template or a value of several lines gives is not known.
func TestLinesThatGave(t *testing.T) {
	const budget = `{{- if .Values.pdb }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .Release.Name }}-web
  labels:
    {{- include "labels" . | nindent 4 }}
spec:
  {{- if .Values.pdb.least }}
  minAvailable: {{ .Values.pdb.least }}
  {{- else }}
  maxUnavailable: {{ .Values.pdb.most | default 1 }}
  {{- end }}
  selector:
    matchLabels: {app: "{{ .Values.app }}"}
{{- end }}
`
	const head = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: x-web\n  labels:\n    app: web\n    chart: a\nspec:\n"
	const selector = "  selector:\n    matchLabels: {app: \"web\"}"
	const loop = "{{- range .Values.all }}\n---\nkind: A\nspec:\n  - {{ .a }}\n  - {{ .b }}\n{{- end }}\n---\nkind: A\nspec:\n  - 3\n"
	for _, x := range []struct {
		name, template, object string
		want                   []int
	}{
		{"one branch", budget, head + "  minAvailable: 3\n" + selector, []int{2, 3, 4, 5, 6, 0, 0, 8, 10, 14, 15}},
		{"the other", budget, head + "  maxUnavailable: 1\n" + selector, []int{2, 3, 4, 5, 6, 0, 0, 8, 12, 14, 15}},
		{"a comment above it", budget, "# Source: a/b.yaml\n" + head, []int{0, 2, 3, 4, 5, 6, 0, 0, 8, 0}},
		{"in a loop", loop, "kind: A\nspec:\n  - 1\n  - 2", []int{3, 4, 5, 6}},
	} {
		if _, got := newLocator([]byte(x.template)).of(x.object); !slices.Equal(got, x.want) {
			t.Errorf("%s: %v, want %v", x.name, got, x.want)
		}
	}
	large := "kind: A\n" + strings.Repeat("a: b\n", 1000)
	if _, got := newLocator([]byte(large)).of(large); got != nil {
		t.Errorf("of what is too large %d lines are told", len(got))
	}
}

// A line speaks for one of an object by its text, or by what stands around what is filled in;
// a short one speaks less, and an empty one or a comment not at all.
func TestSpeaks(t *testing.T) {
	for _, x := range []struct {
		template, line string
		want           int
	}{
		{"a: b", "a: b", sameLine}, {"a: b \t", "a: b", sameLine}, {"a: b", "a: bc", 0}, {"a: b", "a:", 0}, {"", "", 0}, {"# a", "# a", 0},
		{"-", "-", shortLine}, {"a:", "a:", shortLine}, {"ab:", "ab:", sameLine}, {"ab: c", "d", 0},
		{"a: {{ .x }}", "a: b", filledLine}, {"a: {{ .x }}", "b: b", 0}, {"{{ .x }}", "a: b", 0}, {"  {{ .x }}", "  a: b", 0},
		{"a: {{ .x }}-web", "a: b-web", filledLine}, {"a: {{ .x }}-web", "a: b-api", 0}, {"a: {{ .x }}-{{ .y }}-web", "a: b-c-web", filledLine},
		{"aba{{ .x }}aba", "abaaba", filledLine}, {"aba{{ .x }}aba", "aba", 0}, {"a: {{ or", "a: b", filledLine},
	} {
		if line := templateLineOf(x.template); line.speaks(x.line) != x.want {
			t.Errorf("%q for %q: %d, want %d", x.template, x.line, line.speaks(x.line), x.want)
		}
	}
}

// Lines are paired within the object's document, in their order, and so that the most is told.
func TestPairsOfLines(t *testing.T) {
	for _, x := range []struct {
		name, template, object string
		want                   []int
	}{
		{"from the first line to the last", "apiVersion: v1\nkind: A\nx: 1", "apiVersion: v1\nkind: A\nx: 1", []int{1, 2, 3}},
		{"not above the marker", "x: 1\n---\nkind: A\n", "x: 1\nkind: A", []int{0, 3}},
		{"not below the marker", "kind: A\n---\nx: 1", "kind: A\nx: 1", []int{1, 0}},
		{"the same before what is filled in", "kind: A\na: {{ .x }}\na: 1", "kind: A\na: 1", []int{1, 3}},
		{"a short one", "kind: A\n-\n", "kind: A\n-", []int{1, 2}},
		{"behind an empty line", "\nkind: A", "kind: A", []int{2}},
		{"on the first line", "kind: A", "kind: A", []int{1}},
	} {
		if _, got := newLocator([]byte(x.template)).of(x.object); !slices.Equal(got, x.want) {
			t.Errorf("%s: %v, want %v", x.name, got, x.want)
		}
	}
	if n, _ := newLocator([]byte("\nkind: A\n")).of("kind: A\n"); n != 2 {
		t.Errorf("behind an empty line it begins on %d", n)
	}
	one := newLocator([]byte("kind: 'A'\nkind: 'A'\nkind: 'A'"))
	for want := 1; want <= 3; want++ {
		if n, _ := one.of("kind: A"); n != want {
			t.Errorf("line %d, want %d", n, want)
		}
	}
	text := "kind: A\n" + strings.Repeat("a: b\n", 498) + "a: b" // 500 lines
	if _, got := newLocator([]byte(text)).of(text); len(got) != 500 {
		t.Errorf("of 250,000 pairs %d lines are told", len(got))
	}
	if _, got := newLocator([]byte(text)).of(text + "\na: b"); got != nil {
		t.Errorf("of more than that %d lines are told", len(got))
	}
}
