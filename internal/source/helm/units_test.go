package helm

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/source/unit/unittest"
)

const repository = `
-- shop/Chart.yaml --
apiVersion: v2
name: shop
version: 1.0.0
-- shop/values.yaml --
replicas: 1
note: a
-- shop/values-prod.yaml --
replicas: 3
-- shop/values-same.yaml --
note: b
-- shop/values.test.yaml --
fail: true
-- shop/values.schema.json --
{}
-- shop/ci/01-values.yaml --
replicas: 7
-- shop/ci/02-values.yaml --
second: true
-- shop/ci/03-values.yaml --
second: true
replicas: 5
-- shop/ci/README.yaml --
second: true
-- shop/templates/a.yaml --
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  annotations:
    checksum/config: {{ .Values.note }}
spec:
  replicas: {{ .Values.replicas }}
{{- if .Values.fail }}{{ fail "no tests" }}{{ end }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data: {note: {{ .Values.note }}}
{{- if .Values.second }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: shop}
{{- end }}
---
apiVersion: batch/v1
kind: Job
metadata: {name: once, annotations: {helm.sh/hook: post-install}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: once, annotations: {helm.sh/hook: post-install}}
-- shop/charts/sub/Chart.yaml --
apiVersion: v2
name: sub
version: 1.0.0
-- shop/examples/other/Chart.yaml --
apiVersion: v2
name: other
version: 1.0.0
-- shopping/Chart.yaml --
apiVersion: v2
name: shopping
version: 1.0.0
-- asks/Chart.yaml --
apiVersion: v2
name: asks
version: 1.0.0
-- asks/ci/a-values.yaml --
host: a
-- asks/templates/a.yaml --
kind: Service
metadata: {name: {{ required "a host" .Values.host }}}
-- lib/Chart.yaml --
apiVersion: v2
name: lib
type: library
version: 1.0.0
`

// units are those that are found and what they hold, one a line.
func units(t *testing.T, in *unit.Tree, given Given) string {
	t.Helper()
	var b strings.Builder
	for _, u := range Units(given)(t.Context(), in) {
		built := u.Build(t.Context())
		fmt.Fprintf(&b, "%s (%s, %s, owns %v): %d", u.Name, u.Kind, in.Name(u.Path), in.Name(u.Owns[0]), len(built.Documents))
		if n := len(built.Files); n > 0 {
			fmt.Fprintf(&b, " of %d files", n)
		}
		for _, m := range built.Missing {
			fmt.Fprintf(&b, "; %s:%d %s", in.Name(m.File), m.Line, m.Reason)
		}
		for _, m := range built.Refused {
			fmt.Fprintf(&b, "; %s:%d %s", in.Name(m.File), m.Line, m.Reason)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// A chart that is a library for others makes nothing by itself, and says so, whatever its
// templates hold and whichever values are given; another one without templates says that.
//
// Source: helm.sh/docs/topics/library_charts.
func TestLibraries(t *testing.T) {
	for name, x := range map[string]struct{ kind, template, want string }{
		"a library":                   {"library", "", "is a library for other charts"},
		"a library with templates":    {"library", "kind: Service\n", "is a library for other charts"},
		"a library that asks":         {"library", `{{ required "a host" .Values.host }}`, "is a library for other charts"},
		"an application":              {"application", "", "has no templates"},
		"one that does not say which": {`""`, "", "has no templates"},
	} {
		text := "-- lib/Chart.yaml --\napiVersion: v2\nname: lib\nversion: 1.0.0\ntype: " + x.kind + "\n"
		if x.template != "" {
			text += "-- lib/templates/a.yaml --\n" + x.template
		}
		dir := unpacked(t, files(text))
		r, err := Render(t.Context(), unittest.Tree(t, dir), filepath.Join(dir, "lib"), Options{})
		if err != nil {
			t.Fatal(name, err)
		}
		if r.Empty != x.want || len(r.Documents) > 0 || r.Refused != nil {
			t.Errorf("%s: %q, %d documents, %v", name, r.Empty, len(r.Documents), r.Refused)
		}
	}
}

// A chart is a unit, and so is each file of values beside it that changes what
// onus looks at; a chart in a chart is none.
func TestUnits(t *testing.T) {
	dir := unpacked(t, files(repository))
	in := unittest.Tree(t, dir)
	for _, c := range []struct {
		name  string
		given Given
		want  string
	}{
		{"as they stand", Given{}, `asks (chart, asks, owns asks): 1 of 1 files
lib (chart, lib, owns lib): 0
shop (chart, shop, owns shop): 3 of 1 files
shop/values-prod.yaml (chart, shop/values-prod.yaml, owns shop): 3 of 1 files
shop/values.test.yaml (chart, shop/values.test.yaml, owns shop): 0; shop/templates/a.yaml:9 does not render: no tests
shop/ci/02-values.yaml (chart, shop/ci/02-values.yaml, owns shop): 4 of 1 files
shopping (chart, shopping, owns shopping): 0
`},
		{"with the user's values", Given{Values: []string{filepath.Join(dir, "shop/ci/02-values.yaml")}, Set: []string{"host=x"}},
			`asks (chart, asks, owns asks): 1 of 1 files
lib (chart, lib, owns lib): 0
shop (chart, shop, owns shop): 4 of 1 files
shopping (chart, shopping, owns shopping): 0
`},
		{"with values that do not do", Given{Set: []string{"host="}},
			`asks (chart, asks, owns asks): 1 of 1 files; asks/templates/a.yaml:2 does not render: a host
lib (chart, lib, owns lib): 0
shop (chart, shop, owns shop): 3 of 1 files
shopping (chart, shopping, owns shopping): 0
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := units(t, in, c.given); got != c.want {
				t.Errorf("got:\n%swant:\n%s", got, c.want)
			}
		})
	}
}

// The directory that was named may be a chart itself.
func TestChartAsRoot(t *testing.T) {
	dir := filepath.Join(unpacked(t, files(repository)), "asks")
	const want = ". (chart, ., owns .): 1 of 1 files\n"
	if got := units(t, unittest.Tree(t, dir), Given{}); got != want {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
}

// BenchmarkChart renders one small chart from its files.
func BenchmarkChart(b *testing.B) {
	dir := unpacked(b, files(repository))
	in, err := unit.NewTree(dir, nil)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Render(b.Context(), in, filepath.Join(dir, "shop"), Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// Values that a link or an object leads to outside of the input are not read;
// those that the user names are, wherever they stand.
func TestValuesWithinBounds(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "values-secret.yaml")
	if err := os.WriteFile(outside, []byte("replicas: 7\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	dir := unpacked(t, files(minimal+"-- chart/templates/a.yaml --\nkind: Deployment\nmetadata: {name: a}\n"+
		"spec: {replicas: {{ .Values.replicas | default 1 }}}\n"))
	chart := filepath.Join(dir, "chart")
	if err := os.Symlink(outside, filepath.Join(chart, "values-linked.yaml")); err != nil {
		t.Fatal(err)
	}
	in := unittest.Tree(t, dir)
	if got := Units(Given{})(t.Context(), in); len(got) != 1 {
		t.Errorf("%d units, of which one has values from outside", len(got))
	}
	for _, file := range []string{outside, filepath.Join(chart, "values-linked.yaml")} {
		if _, err := Render(t.Context(), in, chart, Options{Values: []string{file}}); err == nil {
			t.Errorf("%s was read", file)
		}
	}
	r, err := Render(t.Context(), in, chart, Options{Given: []string{outside}})
	if err != nil || !strings.Contains(string(r.Documents[0].Data), "replicas: 7") {
		t.Errorf("the user's own: %v", err)
	}
}

// Where nobody says into which namespace a chart goes, it is the one that its objects
// write; of a release that is installed into one it is not asked.
func TestNamespaceOfChart(t *testing.T) {
	dir := unpacked(t, files(minimal+`-- chart/templates/a.yaml --
kind: Deployment
apiVersion: apps/v1
metadata: {name: a}
---
kind: Service
apiVersion: v1
metadata: {name: a, namespace: px}
`))
	for namespace, want := range map[string]bool{"": true, "other": false} {
		built := Build(t.Context(), unittest.Tree(t, dir), filepath.Join(dir, "chart"), Options{Namespace: namespace})
		if len(built.Documents) != 2 || strings.Contains(string(built.Documents[0].Bytes), "namespace: px") != want {
			t.Errorf("into %q: %s", namespace, built.Documents[0].Bytes)
		}
	}
}

// A chart that another one depends on by its path, from another folder, is there for
// that one: where the values switch it off, and where it stands beside it, it is not.
func TestPartsOfOthers(t *testing.T) {
	chart := func(dir, name, more string) string {
		return "-- " + dir + "/Chart.yaml --\napiVersion: v2\nname: " + name + "\nversion: 1.0.0\n" + more +
			"-- " + dir + "/templates/a.yaml --\nkind: Service\napiVersion: v1\nmetadata: {name: " + name + "}\n"
	}
	depends := func(name, at, more string) string {
		return "- {name: " + name + ", version: 1.0.0, repository: 'file://" + at + "'" + more + "}\n"
	}
	for _, x := range []struct{ name, text, want string }{
		{"from another folder", chart("charts/shop", "shop", "dependencies:\n"+depends("db", "../../external/db", "")) +
			chart("external/db", "db", ""), "charts/shop"},
		{"under another name", chart("charts/shop", "shop", "dependencies:\n"+depends("db", "../../external/db", ", alias: store")) +
			chart("external/db", "db", ""), "charts/shop"},
		{"beside it", chart("charts/shop", "shop", "dependencies:\n"+depends("db", "../db", "")) + chart("charts/db", "db", ""),
			"charts/db charts/shop"},
		{"switched off", chart("charts/shop", "shop", "dependencies:\n"+depends("db", "../../external/db", ", condition: db.enabled")) +
			"-- charts/shop/values.yaml --\ndb: {enabled: false}\n" + chart("external/db", "db", ""), "charts/shop external/db"},
		{"of another version",
			chart("charts/shop", "shop", "dependencies:\n- {name: db, version: 2.0.0, repository: 'file://../../external/db'}\n") +
				chart("external/db", "db", ""),
			"charts/shop external/db"},
		{"that is not there", chart("charts/shop", "shop", "dependencies:\n"+depends("db", "../../external/db", "")), "charts/shop"},
	} {
		in := unittest.Tree(t, unpacked(t, files(x.text)))
		var names, owns []string
		for _, f := range Units(Given{})(t.Context(), in) {
			names = append(names, f.Name)
			for _, dir := range f.Owns {
				owns = append(owns, in.Name(dir))
			}
		}
		if got := strings.Join(names, " "); got != x.want {
			t.Errorf("%s: units %s, want %s", x.name, got, x.want)
		}
		if len(names) == 1 && strings.Contains(x.text, "external/db/Chart") && !slices.Contains(owns, "external/db") {
			t.Errorf("%s: owns %v", x.name, owns)
		}
	}
}
