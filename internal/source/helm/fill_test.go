package helm

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// made are the units of charts in an archive, each with what it makes, a unit a line.
func made(t *testing.T, archive string) string {
	t.Helper()
	var b strings.Builder
	for _, f := range Units(Given{})(t.Context(), unittest.Tree(t, unpacked(t, files(archive)))) {
		built := f.Build(t.Context())
		fmt.Fprintf(&b, "%s, own %t:", f.Name, f.OwnValues)
		for _, d := range built.Documents {
			fmt.Fprintf(&b, " %s", strings.Join(strings.Fields(string(d.Bytes)), " "))
		}
		if len(built.Refused) > 0 {
			b.WriteString(" refused")
		}
		if len(built.Missing) > 0 {
			b.WriteString(" fails")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// A chart that asks for values is told with those that a file for tests gives, and else as its
// defaults say; where only such a file has it rendered, that file is the chart unless it says
// how much there is of it.
func TestChartsThatAskForValues(t *testing.T) {
	const (
		head    = minimal + "-- chart/values.yaml --\nports: 1\n-- chart/templates/a.yaml --\nkind: Service\n"
		asks    = head + "metadata: {name: {{ required \"a host\" .Values.host }}}\nspec: {ports: {{ .Values.ports }}}\n"
		deep    = head + "metadata: {name: {{ required \"a host\" .Values.web.host }}}\nspec: {ports: {{ .Values.ports }}}\n"
		refuses = head + "metadata: {name: {{ .Values.name | default \"x\" }}}\nspec: {ports: {{ .Values.ports }}}\n" +
			"{{ if not .Values.ok }}{{ fail \"say ok\" }}{{ end }}\n"
		fails = head + "metadata: {name: x}\nspec: {ports: {{ .Values.ports }}}\n" +
			"-- chart/templates/b.yaml --\nkind: ConfigMap\nmetadata: {name: {{ .Values.a.b }}}\n"
	)
	for name, x := range map[string]struct{ archive, want string }{
		"what it asks for": {asks + "-- chart/ci/a-values.yaml --\nhost: a\nports: 7\n",
			"chart, own true: kind: Service metadata: {name: a} spec: {ports: 1}\n"},
		"what it asks for, deeper": {strings.Replace(deep, "ports: 1\n", "ports: 1\nweb: {}\n", 1) +
			"-- chart/ci/a-values.yaml --\nweb: {host: a, ports: 7}\nports: 7\n" +
			"-- chart/templates/c.yaml --\n{{ .Values.web.ports }}\n",
			"chart, own true: kind: Service metadata: {name: a} spec: {ports: 1}\n"},
		"of the second file": {asks + "-- chart/ci/1-values.yaml --\nports: 7\n-- chart/ci/2-values.yaml --\nhost: b\nports: 8\n",
			"chart, own true: kind: Service metadata: {name: b} spec: {ports: 1}\n" +
				"chart/ci/1-values.yaml, own false: kind: Service metadata: {name: made-up} spec: {ports: 7} refused\n"},
		"by what is said alone": {refuses + "-- chart/ci/a-values.yaml --\nok: true\nports: 7\n",
			"chart, own true: kind: Service metadata: {name: x} spec: {ports: 1}\n"},
		"with other objects": {refuses + "-- chart/ci/a-values.yaml --\nok: true\nname: why\nports: 7\n",
			"chart, own false: kind: Service metadata: {name: why} spec: {ports: 7}\n"},
		"with other objects, of a size": {refuses + "-- chart/ci/a-values.yaml --\nok: true\nname: why\nweb: {replicaCount: 2}\n",
			"chart/ci/a-values.yaml, own false: kind: Service metadata: {name: why} spec: {ports: 1}\n"},
		"with other objects, of a size in a list": {refuses + "-- chart/ci/a-values.yaml --\nok: true\nname: why\nall: [{pdb: {}}]\n",
			"chart/ci/a-values.yaml, own false: kind: Service metadata: {name: why} spec: {ports: 1}\n"},
		"with other objects, of a list": {refuses + "-- chart/ci/a-values.yaml --\nok: true\nname: why\nall: [{a: {}}, b]\n",
			"chart, own false: kind: Service metadata: {name: why} spec: {ports: 1}\n"},
		"the second one of no size": {refuses + "-- chart/ci/1-values.yaml --\nok: true\nname: why\nreplicas: 2\n" +
			"-- chart/ci/2-values.yaml --\nok: true\nname: z\n",
			"chart/ci/1-values.yaml, own false: kind: Service metadata: {name: why} spec: {ports: 1}\n" +
				"chart, own false: kind: Service metadata: {name: z} spec: {ports: 1}\n"},
		"a template that fails": {fails + "-- chart/ci/a-values.yaml --\na: {b: c}\nports: 7\n",
			"chart, own true: kind: Service metadata: {name: x} spec: {ports: 1} kind: ConfigMap metadata: {name: c}\n"},
		"values for production": {asks + "-- chart/values-prod.yaml --\nhost: p\n-- chart/ci/a-values.yaml --\nhost: a\nports: 7\n",
			"chart/values-prod.yaml, own false: kind: Service metadata: {name: p} spec: {ports: 1}\n" +
				"chart/ci/a-values.yaml, own false: kind: Service metadata: {name: a} spec: {ports: 7}\n"},
		"values for production that ask as well": {asks + "-- chart/values-prod.yaml --\nports: 2\n",
			"chart, own true: kind: Service metadata: {name: made-up} spec: {ports: 1} refused\n" +
				"chart/values-prod.yaml, own false: kind: Service metadata: {name: made-up} spec: {ports: 2} refused\n"},
		"no file that gives it": {asks + "-- chart/ci/a-values.yaml --\nports: 7\n",
			"chart, own true: kind: Service metadata: {name: made-up} spec: {ports: 1} refused\n" +
				"chart/ci/a-values.yaml, own false: kind: Service metadata: {name: made-up} spec: {ports: 7} refused\n"},
		"for another Kubernetes": {strings.Replace(asks, "version: 1.0.0\n", "version: 1.0.0\nkubeVersion: <1.20\n", 1) +
			"-- chart/ci/a-values.yaml --\nhost: a\n", "chart, own true: fails\nchart/ci/a-values.yaml, own false: fails\n"},
	} {
		if got := made(t, x.archive); got != x.want {
			t.Errorf("%s:\n%swant:\n%s", name, got, x.want)
		}
	}
}

// Of a file only what is asked for is given.
func TestOnly(t *testing.T) {
	values := map[string]any{"a": map[string]any{"b": map[string]any{"c": 1, "d": 2}}, "text": "t"}
	for path, want := range map[string]string{
		"text": "map[text:t]", "a.b.c": "map[a:map[b:map[c:1]]]", "a.b": "map[a:map[b:map[c:1 d:2]]]", "gone": "map[]", "text.x": "map[]",
		"a.gone": "map[a:map[]]",
	} {
		if got := fmt.Sprint(only(values, strings.Split(path, "."))); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
