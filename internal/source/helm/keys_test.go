package helm

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/source/unit/unittest"
)

const asked = `
-- outside.yaml --
replicas: {{ .Values.outside }}
-- shop/Chart.yaml --
apiVersion: v2
name: shop
version: 1.0.0
-- shop/values.yaml --
replicas: 1
web:
  enabled: true
-- shop/templates/a.yaml --
# of the shop
kind: Deployment
spec:
  {{- if and .Values.web.scale .Values.web.scale.on }}
  # no replicas
  {{- else if .Values.global.fixed }}
  replicas: {{ .Values.web.replicas | default .Values.replicas }}
  {{- end }}
  replicas: {{ .Values.web.replicas }}{{ .Values.global.count }}
  strategy: Recreate
  grace: 30
  minReplicas: {{ .Chart.Name }}
  note: replicas
---
kind: PodDisruptionBudget
spec:
  {{- if .Values.far }}
  a: b
  c: d
  e: f
  g: h
  {{- if .Values.near }}
  i: j
  {{- with .Values.not }}
  maxUnavailable: 1
  maxUnavailable: {{ .Values.late }}
  grace: 40
-- shop/charts/sub/Chart.yaml --
apiVersion: v2
name: sub
version: 1.0.0
-- shop/charts/sub/charts/deep/Chart.yaml --
apiVersion: v2
name: deep
version: 1.0.0
-- shop/charts/sub/charts/deep/templates/a.yaml --
replicas: {{ .Values.count }}{{ .Values.global.count }}
-- shop/charts/sub/templates/a.yaml --
replicas: {{ .Values.count }}
-- shop/templates/charts/sub/a.yaml --
replicas: {{ .Values.own }}
`

// Values are those that an object of a template names for a field, as the chart
// has them; of another object, another file or another directory there are none.
func TestNamedValues(t *testing.T) {
	dir := unpacked(t, files(asked))
	c := Asked(unittest.Tree(t, dir), filepath.Join(dir, "shop"), Options{})
	for _, q := range []struct {
		file     string
		line     int
		field    string
		named    string
		written  int
		switches string
	}{
		{"shop/templates/a.yaml", 2, "replicas", "web.replicas replicas global.count", 0, "web.scale web.scale.on global.fixed"},
		{"shop/templates/a.yaml", 1, "replicas", "web.replicas replicas global.count", 0, "web.scale web.scale.on global.fixed"},
		{"shop/templates/a.yaml", 9, "replicas", "web.replicas global.count", 0, ""},
		{"shop/templates/a.yaml", 2, "strategy", "", 10, ""}, // the conditions end above it,
		{"shop/templates/a.yaml", 2, "note", "", 13, ""},
		{"shop/templates/a.yaml", 2, "grace", "", 11, ""},
		{"shop/templates/a.yaml", 2, "minReplicas", "", 0, ""},
		{"shop/templates/a.yaml", 2, "maxUnavailable", "", 0, ""},
		{"shop/templates/a.yaml", 2, "none", "", 0, ""},
		{"shop/templates/a.yaml", 15, "replicas", "", 0, ""},
		{"shop/templates/a.yaml", 15, "maxUnavailable", "late", 0, "far near"},
		{"shop/templates/a.yaml", 15, "grace", "", 27, "far near"},
		{"shop/templates/a.yaml", 15, "c", "", 19, "far"},
		{"shop/templates/a.yaml", 0, "replicas", "", 0, ""},
		{"shop/templates/a.yaml", 1000, "replicas", "", 0, ""},
		{"shop/templates/gone.yaml", 1, "replicas", "", 0, ""},
		{"shop/charts/sub/templates/a.yaml", 1, "replicas", "sub.count", 0, ""},
		{"shop/charts/sub/charts/deep/templates/a.yaml", 1, "replicas", "sub.deep.count global.count", 0, ""},
		{"shop/templates/charts/sub/a.yaml", 1, "replicas", "own", 0, ""},
		{"outside.yaml", 1, "replicas", "", 0, ""},
	} {
		file := filepath.Join(dir, q.file)
		if got := strings.Join(c.Named(file, q.line, q.field), " "); got != q.named {
			t.Errorf("%s:%d %s: names %q, want %q", q.file, q.line, q.field, got, q.named)
		}
		if got := c.Written(file, q.line, q.field); got != q.written {
			t.Errorf("%s:%d %s: written on line %d, want %d", q.file, q.line, q.field, got, q.written)
		}
		if got := strings.Join(c.Switches(file, q.line, q.field), " "); got != q.switches {
			t.Errorf("%s:%d %s: switches %q, want %q", q.file, q.line, q.field, got, q.switches)
		}
	}
}

// A chart is built with more values than it has, over those that it was given.
func TestAskedWith(t *testing.T) {
	dir := unpacked(t, files(minimal+"-- chart/templates/a.yaml --\nkind: Deployment\nmetadata: {name: {{ .Values.name }}}\n"+
		"spec: {replicas: {{ .Values.replicas }}}\n"))
	c := Asked(unittest.Tree(t, dir), filepath.Join(dir, "chart"), Options{Set: []string{"name=a", "replicas=2"}})
	for set, want := range map[string]string{
		"":           "name: a}\nspec: {replicas: 2}",
		"replicas=3": "name: a}\nspec: {replicas: 3}",
		"name=b":     "name: b}\nspec: {replicas: 2}",
	} {
		var more []string
		if set != "" {
			more = []string{set}
		}
		built := c.With(t.Context(), more)
		if len(built.Documents) != 1 || !strings.Contains(string(built.Documents[0].Bytes), want) {
			t.Errorf("--set %s: %+v", set, built)
		}
	}
}

// A budget is switched on as the chart has it, and so that one pod may go; one
// without a switch is filled in, and one that is there is left alone.
func TestBudgetValues(t *testing.T) {
	for _, c := range []struct{ name, values, want string }{
		{"none", "replicas: 1\nenabled: false\nnothing: null\n", ""},
		{"a switch", "pdb:\n  enabled: false\n", "[pdb.enabled=true] [pdb.enabled=true pdb.maxUnavailable=1]"},
		{"a switch and a minimum", "podDisruptionBudget:\n  create: false\n  minAvailable: 2\n",
			"[podDisruptionBudget.create=true] [podDisruptionBudget.create=true " +
				"podDisruptionBudget.maxUnavailable=1 podDisruptionBudget.minAvailable=null]"},
		{"a switch by another name", "pdb:\n  pdbEnabled: false\n  other: false\n",
			"[pdb.pdbEnabled=true] [pdb.pdbEnabled=true pdb.maxUnavailable=1]"},
		{"a switch in the name", "enablePDB: false\ncreatePdb: true\n", "[enablePDB=true]"},
		{"a switch by the name alone", "podDisruptionBudget: false\n", "[podDisruptionBudget=true]"},
		{"on", "pdb:\n  enabled: true\n", ""},
		{"no switch", "pdb: {}\nbudget: {}\n", "[pdb.maxUnavailable=1]"},
		{"no switch, null", "pdb:\n", "[pdb.maxUnavailable=1]"},
		{"no switch, and filled in", "pdb:\n  minAvailable: 1\nwebPdb:\n  maxUnavailable: 1\n", ""},
		{"no switch but a word", "pdb:\n  enabled: \"yes\"\n", "[pdb.maxUnavailable=1]"},
		{"deep", "web:\n  pdb:\n    create: false\n  other:\n    enabled: false\n",
			"[web.pdb.create=true] [web.pdb.create=true web.pdb.maxUnavailable=1]"},
		{"in order", "b:\n  pdb: {}\na:\n  pdb: {}\n", "[a.pdb.maxUnavailable=1] [b.pdb.maxUnavailable=1]"},
		{"only its own switches", "pdb:\n  enabled: true\n  labels:\n    enabled: false\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := unpacked(t, files(minimal+"-- chart/values.yaml --\n"+c.values))
			if got := fmt.Sprint(Asked(unittest.Tree(t, dir), filepath.Join(dir, "chart"), Options{}).Budgets()); got != "["+c.want+"]" {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	dir := unpacked(t, files(minimal+"-- chart/charts/sub/Chart.yaml --\napiVersion: v2\nname: sub\nversion: 1.0.0\n"+
		"-- chart/charts/sub/values.yaml --\npdb: {}\n-- broken/Chart.yaml --\na: ]\n"))
	in := unittest.Tree(t, dir)
	if got := fmt.Sprint(Asked(in, filepath.Join(dir, "chart"), Options{}).Budgets()); got != "[[sub.pdb.maxUnavailable=1]]" {
		t.Errorf("of a chart in a chart: %s", got)
	}
	if got := Asked(in, filepath.Join(dir, "broken"), Options{}).Budgets(); got != nil {
		t.Errorf("of no chart: %s", got)
	}
}

// A template lacks a field of the spec where it does not write it above the template of
// the pods, and puts in nothing that may.
func TestLacks(t *testing.T) {
	const top, pods = "kind: Deployment\nmetadata:\n  name: web\n", "  template:\n    spec: {}\n"
	for name, x := range map[string]struct {
		text string
		want bool
	}{
		"nothing of it":              {top + "spec:\n  selector: {}\n" + pods, true},
		"written":                    {top + "spec:\n  replicas: 1\n" + pods, false},
		"written by a value":         {top + "spec:\n  replicas: {{ .Values.replicas }}\n" + pods, false},
		"written below":              {top + "spec:\n" + pods + "  replicas: 1\n", true},
		"put in":                     {top + "spec:\n  {{- toYaml .Values.spec | nindent 2 }}\n" + pods, false},
		"put in, nobody knows where": {top + "spec:\n  {{- include \"x\" . }}\n" + pods, false},
		"put in deeper":              {top + "spec:\n  selector:\n    {{- include \"x\" . | nindent 4 }}\n" + pods, true},
		"put in above":               {top + "  {{- include \"x\" . | nindent 2 }}\nspec:\n" + pods, true},
		"another action":             {top + "spec:\n  {{- if .Values.a }}\n  a: b\n  {{- end }}\n" + pods, true},
		"a template of no spec":      {top + "  template:\n    a: b\nspec:\n  replicas: 1\n", false},
		"no pods":                    {top + "spec:\n  a: b\n", false},
	} {
		if got := (object{lines: strings.Split(x.text, "\n")}).lacks("replicas"); got != x.want {
			t.Errorf("%s: lacks replicas: %v", name, got)
		}
	}
}
