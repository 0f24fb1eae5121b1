package helm

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/util"

	"github.com/onus-project/onus/internal/source/unit/unittest"
)

const asked = `
-- outside.yaml --
replicas: {{ .Values.outside }}
-- written.yaml --
grace: 3
-- shop/Chart.yaml --
apiVersion: v2
name: shop
version: 1.0.0
-- shop/values.yaml --
replicas: 1
web:
  enabled: true
live: true
dead: false
word: "yes"
apps: {b: {size: 1}, a: {parts: {c: {size: 2}}}}
none: {}
list: [{size: 1}]
-- shop/templates/b.yaml --
kind: A{{ if .Values.dead }}
---
kind: B{{ if or .Values.gone .Values.live .Values.word }}
grace: 1
--- # {{ .Values.behind }}
kind: C
replicas: {{ if .Values.lines }}1{{ end }}
-- shop/templates/c.yaml --
{{- range .Values.apps }}
replicas: {{ .size }}
grace: {{ range .parts }}{{ .size }}{{ end }}
{{- end }}
{{- range .Values.none }}
none: {{ .size }}
{{- end }}
{{- range .Values.list }}
list: {{ .size }}
{{- end }}
{{- range .Values.absent }}
absent: {{ .size }}
{{- end }}
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
		{"written.yaml", 1, "grace", "", 0, ""},
		{"shop/templates/b.yaml", 1, "grace", "", 0, ""},
		{"shop/templates/b.yaml", 3, "grace", "", 4, "gone"}, // and not what is on, or open before it
		{"shop/templates/b.yaml", 3, "--- #", "", 0, ""},
		{"shop/templates/b.yaml", 6, "replicas", "lines", 0, "lines"},
		{"shop/templates/c.yaml", 1, "replicas", "apps.a.size apps.b.size", 0, ""},
		{"shop/templates/c.yaml", 1, "grace", "apps.a.parts apps.b.parts apps.a.parts.c.size apps.b.parts[].size", 0, ""},
		{"shop/templates/c.yaml", 1, "none", "none[].size", 0, ""},
		{"shop/templates/c.yaml", 1, "list", "list[].size", 0, ""},
		{"shop/templates/c.yaml", 1, "absent", "absent[].size", 0, ""},
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
		{"a minimum of a word", "pdb:\n  enabled: false\n  minAvailable: \"\"\n", "[pdb.enabled=true] [pdb.enabled=true pdb.maxUnavailable=1]"},
		{"a minimum of 0", "pdb:\n  enabled: false\n  minAvailable: 0\n", "[pdb.enabled=true] [pdb.enabled=true pdb.maxUnavailable=1] " +
			"[pdb.enabled=true pdb.maxUnavailable=1 pdb.minAvailable=null]"},
		{"a minimum one step below", "pdb:\n  enabled: false\n  a: {b: c}\n  spec:\n    minAvailable: 2\n",
			"[pdb.enabled=true] [pdb.enabled=true pdb.spec.maxUnavailable=1 pdb.spec.minAvailable=null]"},
		{"a maximum one step below", "pdb:\n  enabled: false\n  spec:\n    maxUnavailable: \"\"\n",
			"[pdb.enabled=true] [pdb.enabled=true pdb.spec.maxUnavailable=1]"},
		{"no switch, but another one", "pdb:\n  verbose: false\n", "[pdb.maxUnavailable=1]"},
		{"no switch, and empty", "pdb:\n  minAvailable: \"\"\n  maxUnavailable:\n", "[pdb.maxUnavailable=1]"},
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
		"put in, one deeper":         {top + "spec:\n  selector:\n   {{- include \"x\" . | nindent 3 }}\n" + pods, true},
		"put in as a field":          {top + "spec:\n  selector: {{ toYaml .Values.a }}\n" + pods, true},
		"another action":             {top + "spec:\n  {{- if .Values.a }}\n  a: b\n  {{- end }}\n" + pods, true},
		"a template of no spec":      {top + "  template:\n    a: b\nspec:\n  replicas: 1\n", false},
		"no pods":                    {top + "spec:\n  a: b\n", false},
	} {
		if got := (object{lines: strings.Split(x.text, "\n")}).lacks("replicas"); got != x.want {
			t.Errorf("%s: lacks replicas: %v", name, got)
		}
	}
}

// Of what stands in an archive, the values that may set replicas are those of the chart there,
// at its top before what is below; a path to it may be written otherwise.
func TestNamedInAnArchive(t *testing.T) {
	dir := unpacked(t, files(minimal+"-- chart/values.yaml --\nreplicas: 1\n-- chart/templates/a.yaml --\nkind: A\nspec:\n  template: {}\n"))
	packed := &chart.Chart{
		Metadata:  &chart.Metadata{APIVersion: "v2", Name: "redis", Version: "1.0.0"},
		Raw:       []*common.File{{Name: "values.yaml", Data: []byte("replicaCount: 1\na: {replicas: 2, port: 3}\nz: 1\n")}},
		Templates: []*common.File{{Name: "templates/a.yaml", Data: []byte("kind: A\n")}},
		Values:    map[string]any{"replicaCount": 1, "a": map[string]any{"replicas": 2, "port": 3}, "z": 1},
	}
	if _, err := util.Save(packed, filepath.Join(dir, "chart/charts")); err != nil {
		t.Fatal(err)
	}
	c := Asked(unittest.Tree(t, dir), filepath.Join(dir, "chart"), Options{})
	for _, file := range []string{"/chart/charts/redis-1.0.0.tgz", "/chart//./charts/redis-1.0.0.tgz"} {
		if got := strings.Join(c.Named(dir+file, 1, "replicas"), " "); got != "redis.replicaCount redis.a.replicas" {
			t.Errorf("%s: %s", file, got)
		}
		if got := c.Named(dir+file, 1, "port"); len(got) > 0 {
			t.Errorf("%s: %s for another field", file, got)
		}
	}
	gone := Options{Values: []string{filepath.Join(dir, "gone.yaml")}}
	if c := Asked(unittest.Tree(t, dir), filepath.Join(dir, "chart"), gone); c.Budgets() != nil {
		t.Error("values that are not there make budgets")
	}
	if !c.Lacks(filepath.Join(dir, "chart/templates/a.yaml"), 1, "replicas") {
		t.Error("what has none has replicas")
	}
}
