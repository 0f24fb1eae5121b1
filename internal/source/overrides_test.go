package source

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Files of values are for a chart by their names, or by those of their folders.
func TestForChart(t *testing.T) {
	for file, want := range map[string]bool{
		"r/values/web.yaml.gotmpl": true, "r/web.yaml": true, "r/values-web.yaml": true, "r/web-values.yaml": true,
		"r/web/values.yaml": true, "r/web/values-eu.yaml": true, "r/web/values/eu.yaml": true, "r/apps/site/values.yaml": true,
		"r/web/deployment.yaml": false, "r/webs.yaml": false, "r/values.yaml": false, "r/web/config/eu.yaml": false, "r/web/x/values.yaml": false,
	} {
		if got := forChart(file, []string{"web", "site", ""}); got != want {
			t.Errorf("%s: %t", file, got)
		}
	}
}

// What a file of values sets is read as far as no template writes it.
func TestLiterals(t *testing.T) {
	defaults := map[string]any{"controller": nil, "replicas": nil, "web": nil}
	for text, want := range map[string][]string{
		"replicas: 3\n": {"replicas=3"},
		"controller:\n  kind: DaemonSet # all nodes\n  args: {{ toYaml .Values.args | nindent 4 }}\n  {{- if and .Values.a\n    .Values.b }}\n" +
			"  hostNetwork: true\n  {{ end }}\nreplicas: {{ .Values.replicas }}\n": {"controller.kind=DaemonSet", "controller.hostNetwork=true"},
		"web:\n  pdb:\n    minAvailable: 0\n  name: \"a b\"\n":                             {"web.pdb.minAvailable=0", "web.name=a b"},
		"other:\n  replicas: 2\n":                                                          nil,
		"controller:\n  text: |\n    replicas: 2\n  list:\n  - name: x\n    replicas: 4\n": nil,
		"kind: Deployment\nreplicas: 3\n":                                                  nil,
		"# replicas: 3\n":                                                                  nil,
		"controller:\n  list: [1, 2]\n  map: {a: 1}\n  a: b,c\n":                           nil,
	} {
		file := filepath.Join(t.TempDir(), "web.yaml.gotmpl")
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if got := literals(file, defaults); !slices.Equal(got, want) {
			t.Errorf("%s\n%q, want %q", text, got, want)
		}
	}
}

// What files elsewhere in the input set for a chart at its defaults is told with it, and not
// what stands in the chart itself or is for another one.
func TestOverrides(t *testing.T) {
	inFolder(t, "-- in/charts/web/Chart.yaml --\napiVersion: v2\nname: web\nversion: 1.0.0\n-- in/charts/web/values.yaml --\nreplicas: 1\n"+
		"-- in/charts/web/templates/a.yaml --\n"+
		"{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: {{ .Values.replicas }}}}\n"+
		"-- in/charts/web/web/values.yaml --\nreplicas: 2\n"+
		"-- in/releases/web/values.yaml --\nreplicas: 3\n-- in/releases/web/values-eu.yaml --\nother: 3\n"+
		"-- in/releases/api/values.yaml --\nreplicas: 4\n")
	whole, err := Read(t.Context(), Input{Paths: []string{"in"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range whole.Units {
		if u.Name != "charts/web" {
			continue
		}
		got := u.Chart.Overrides()
		if len(got) != 1 || got[0].File != "in/releases/web/values.yaml" || !slices.Equal(got[0].Set, []string{"replicas=3"}) {
			t.Errorf("%+v", got)
		}
		return
	}
	t.Errorf("no chart in %v", namesOf(t, Input{Paths: []string{"in"}}))
}
