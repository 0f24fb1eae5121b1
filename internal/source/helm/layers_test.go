package helm

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// A file of values that a command gives over another one is rendered over it, and not alone; so is one that is called
// after another and needs it.
func TestLayers(t *testing.T) {
	const chart = minimal + "-- chart/values-prod.yaml --\nvault: {path: p}\nreplicas: 3\n" +
		"-- chart/values-prod-dr.yaml --\nzone: b\n" +
		"-- chart/templates/a.yaml --\nkind: Deployment\nmetadata: {name: a, namespace: {{ .Values.zone | default \"a\" }}}\n" +
		"spec: {replicas: {{ .Values.replicas | default 1 }}}\n"
	const vault = "-- chart/templates/b.yaml --\nkind: Deployment\nmetadata: {name: b}\n" +
		"spec: {x: {{ required \"a path\" (.Values.vault).path }}}\n"
	const ready = "-- chart/values.yaml --\nvault: {path: q}\n"
	for _, c := range []struct{ name, files, want string }{
		{"a workflow", ready + "-- .github/workflows/prod.yml --\njobs:\n  a:\n    steps:\n    - run: |\n" +
			"        helm upgrade a -f ./chart/values-prod.yaml -f ./chart/values-prod-dr.yaml ./chart --set a=${{ x.y }}\n",
			"chart: 1; chart/values-prod.yaml+values-prod-dr.yaml: 3; chart/values-prod.yaml: 3"},
		{"a Makefile, with variables", ready + "-- Makefile --\ndeploy:\n\t@helm upgrade --install a chart \\\n" +
			"\t  --values chart/values-$(ENV).yaml \\\n\t  --values chart/values-$(ENV)-dr.yaml\n",
			"chart: 1; chart/values-prod.yaml+values-prod-dr.yaml: 3; chart/values-prod.yaml: 3"},
		{"a README beside it, with a comma", ready + "-- chart/README.md --\nRun `helm template . -f values-prod.yaml,values-prod-dr.yaml`.\n",
			"chart: 1; chart/values-prod.yaml+values-prod-dr.yaml: 3; chart/values-prod.yaml: 3"},
		{"a script from elsewhere, by the only file of that name", ready + "-- bin/go.sh --\ncd \"$1\" && helm install a . -f values-prod.yaml " +
			"-f=values-prod-dr.yaml\n", "chart: 1; chart/values-prod.yaml+values-prod-dr.yaml: 3; chart/values-prod.yaml: 3"},
		{"a name that goes on, and is needed", vault, "chart/values-prod.yaml+values-prod-dr.yaml: 3; chart/values-prod.yaml: 3"},
		{"a name that goes on, of one that needs nothing", ready, "chart: 1; chart/values-prod-dr.yaml: 1; chart/values-prod.yaml: 3"},
		{"one that a command gives alone", vault + "-- a.sh --\nhelm install a chart -f chart/values-prod-dr.yaml\n",
			"chart/values-prod-dr.yaml: 1; chart/values-prod.yaml: 3"},
		{"one over the chart's own values", ready + "-- a.sh --\nhelm install a chart -f chart/values.yaml -f chart/values-prod-dr.yaml\n",
			"chart: 1; chart/values-prod-dr.yaml: 1; chart/values-prod.yaml: 3"},
		{"what is no command, and one of another tool", ready + "-- a.sh --\n" +
			"# helm install a chart -f chart/values-prod.yaml -f chart/values-prod-dr.yaml\n" +
			"kubectl apply -f chart/values-prod.yaml -f chart/values-prod-dr.yaml # no helm\n",
			"chart: 1; chart/values-prod-dr.yaml: 1; chart/values-prod.yaml: 3"},
		{"for another chart", ready + "-- web/Chart.yaml --\napiVersion: v2\nname: web\nversion: 1.0.0\n" +
			"-- a.sh --\nhelm install web ./web -f chart/values-prod.yaml -f chart/values-prod-dr.yaml\n",
			"chart: 1; chart/values-prod-dr.yaml: 1; chart/values-prod.yaml: 3; web: "},
		{"under it a file that is not there, and one that is encrypted", ready + "-- chart/enc.yaml --\nvault: {path: ENC}\nsops: {a: b}\n" +
			"-- a.sh --\nhelm install a chart -f chart/gone.yaml -f chart/enc.yaml -f chart/values-prod-dr.yaml\n",
			"chart: 1; chart/values-prod-dr.yaml: 1; chart/values-prod.yaml: 3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := unittest.Tree(t, unpacked(t, files(chart+c.files)))
			var got []string
			for _, f := range Units(Given{})(t.Context(), in) {
				if strings.HasSuffix(f.Path, "enc.yaml") {
					continue
				}
				replicas := ""
				for _, d := range f.Build(t.Context()).Documents {
					if _, after, ok := strings.Cut(string(d.Bytes), "replicas: "); ok {
						replicas = after[:1]
					}
				}
				got = append(got, fmt.Sprintf("%s: %s", filepath.ToSlash(f.Name), replicas))
			}
			if s := strings.Join(got, "; "); s != c.want {
				t.Errorf("got  %s\nwant %s", s, c.want)
			}
		})
	}
}

// What a variable of a name stands for is the same wherever it stands.
func TestFilling(t *testing.T) {
	for _, c := range []struct {
		name, file string
		want       bool
	}{
		{"a/b.yaml", "a/b.yaml", true}, {"a/$X.yaml", "a/b.yaml", true}, {"${X}/v-${X}.yaml", "a/v-a.yaml", true},
		{"${X}/v-${X}.yaml", "a/v-b.yaml", false}, {"<env>.yaml", "prod.yaml", true}, {"$X.yaml", "a/b.yaml", false},
		{"a.yaml", "b.yaml", false}, {"$X.yaml", "../b.yaml", false}, {"${{a.b}}.yaml", "b.yaml", true}, {"{{.ENV}}.yaml", "b.yaml", true},
	} {
		if _, got := patternOf(c.name).filling(c.file); got != c.want {
			t.Errorf("%s, %s: %t", c.name, c.file, got)
		}
	}
}
