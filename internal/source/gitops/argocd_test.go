package gitops

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/source/unit"
)

// An Application applies its sources, or its one source where it has no others, and all that it
// applies is known where each is in the repository or has values alone.
func TestSourcesThatAreHere(t *testing.T) {
	r := inFolder(t, "-- a/x.yaml --\n-- b/x.yaml --\n-- web/Chart.yaml --\napiVersion: v2\nname: web\nversion: 1.0.0\n")
	const values, elsewhere = "{repoURL: x, ref: values}", "{repoURL: x, chart: redis}"
	for spec, x := range map[string]struct {
		dirs  string
		whole bool
	}{
		"{source: {path: a}}":                            {"a", true},
		"{source: {path: web}}":                          {"web", true},
		"{source: {path: a}, sources: [{path: b}]}":      {"b", true},
		"{sources: [{path: a}, {path: b}]}":              {"a b", true},
		"{sources: [" + values + ", {path: a}]}":         {"a", true},
		"{sources: [{path: a}, " + values + "]}":         {"a", true},
		"{sources: [" + elsewhere + ", {path: a}]}":      {"a", false},
		"{sources: [{path: a}, " + elsewhere + "]}":      {"a", false},
		"{sources: [" + elsewhere + ", " + values + "]}": {"", false},
		"{sources: [" + values + "]}":                    {"", false},
		"{}":                                             {"", false}, "3": {"", false},
	} {
		all, whole := (argoApps{r}).application(object{name: "x", data: []byte("spec: " + spec)})
		if dirsOf(all) != x.dirs || whole != x.whole {
			t.Errorf("%s: %s, whole %t, want %s, %t", spec, dirsOf(all), whole, x.dirs, x.whole)
		}
	}
}

// A plugin that fills secrets into what kustomize builds is told by its name, where there is
// something to build.
func TestPluginsThatKustomize(t *testing.T) {
	r := inFolder(t, "-- built/kustomization.yaml --\n-- plain/a.yaml --\n")
	for _, x := range []struct {
		plugin, dir string
		want        bool
	}{
		{`{"name": "argocd-vault-plugin-kustomize"}`, "built", true}, {`{"name": "argocd-vault-plugin-kustomize"}`, "plain", false},
		{`{"name": "argocd-vault-plugin-helm-kustomize"}`, "built", false}, {`{"name": "argocd-vault-plugin"}`, "built", false},
		{"{}", "built", false}, {"[]", "built", false}, {"", "built", false},
	} {
		var s argoSource
		if x.plugin != "" {
			raw := json.RawMessage(x.plugin)
			s.Plugin = &raw
		}
		if got := (argoApps{r}).kustomizes(s, x.dir); got != x.want {
			t.Errorf("%s in %s: %t", x.plugin, x.dir, got)
		}
	}
}

// Files of values whose names a template fills in are those that are there, one source for each
// environment.
func TestValueFilesByEnvironment(t *testing.T) {
	const template = "spec:\n  source:\n    helm:\n      valueFiles:\n      - values.yaml\n      - \"values-{{ .Values.env }}.yaml\"\n" +
		"      - extra-{{ .Values.env }}-x.yaml\n      - name: {{ .x }}\n"
	r := inFolder(t, "-- root/Chart.yaml --\n-- root/templates/a.yaml --\n"+template+"-- plain/templates/a.yaml --\n"+template+
		"-- web/values.yaml --\n-- web/values-prod.yaml --\n-- web/values-dev.yaml --\n"+
		"-- web/extra-prod-x.yaml --\n-- web/values-dir.yaml/x --\n")
	for name, x := range map[string]struct {
		by    string
		files []string
		want  map[string]string
	}{
		"none":              {"root/templates/a.yaml", nil, map[string]string{"mine": ""}},
		"one that is there": {"root/templates/a.yaml", []string{"values.yaml"}, map[string]string{"mine": "values.yaml"}},
		"one filled in": {"root/templates/a.yaml", []string{"values-.yaml"}, map[string]string{
			"prod": "values-prod.yaml", "dev": "values-dev.yaml"}},
		"with what is there": {"root/templates/a.yaml", []string{"values.yaml", "values-x.yaml"}, map[string]string{
			"prod": "values.yaml values-prod.yaml", "dev": "values.yaml values-dev.yaml"}},
		"two": {"root/templates/a.yaml", []string{"values-.yaml", "extra--x.yaml"}, map[string]string{
			"prod": "values-prod.yaml extra-prod-x.yaml", "dev": "values-dev.yaml extra-dev-x.yaml"}},
		"of another beginning": {"root/templates/a.yaml", []string{"value.yaml"}, map[string]string{"mine": "value.yaml"}},
		"of another end":       {"root/templates/a.yaml", []string{"values-x.yml"}, map[string]string{"mine": "values-x.yml"}},
		"too short":            {"root/templates/a.yaml", []string{"extra-x.yaml"}, map[string]string{"mine": "extra-x.yaml"}},
		"of no template":       {"plain/templates/a.yaml", []string{"values-.yaml"}, map[string]string{"mine": "values-.yaml"}},
		"of a file not here":   {"root/templates/gone.yaml", []string{"values-.yaml"}, map[string]string{"mine": "values-.yaml"}},
	} {
		s := argoSource{Helm: argoHelm{ValueFiles: x.files}}
		got := (argoApps{r}).byEnvironment(object{file: x.by, environment: "mine"}, s, "web", nil)
		if len(got) != len(x.want) {
			t.Errorf("%s: %d environments, want %d", name, len(got), len(x.want))
		}
		for env, files := range x.want {
			if one, ok := got[env]; !ok || strings.Join(one.Helm.ValueFiles, " ") != files {
				t.Errorf("%s, %s: %v, want %s", name, env, one.Helm.ValueFiles, files)
			}
		}
	}
}

// What is asked of a chart with more values goes into the namespace of its Application.
func TestAskedInNamespace(t *testing.T) {
	r := inFolder(t, "-- web/Chart.yaml --\napiVersion: v2\nname: web\nversion: 1.0.0\n-- web/templates/a.yaml --\n"+
		"apiVersion: v1\nkind: Service\nmetadata: {name: '{{ .Values.name }}'}\n")
	a := (argoApps{r}).ofSource(object{name: "a"}, argoSource{Path: "web"}, "web", destination{Namespace: "ns"}, nil)
	built := a.chart.With(t.Context(), []string{"name=b"})
	const want = " ()\n  web/templates/a.yaml:1 Service ns/b\n"
	if got := shown(t, ".", []unit.Found{{Build: func(context.Context) unit.Built { return built }}}); got != want {
		t.Errorf("%q", got)
	}
}
