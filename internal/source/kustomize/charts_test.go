package kustomize

import (
	"fmt"
	"testing"

	"github.com/onus-project/onus/internal/source/unit"
)

// A chart of the input that a kustomization has Helm render is built with the values that it is given, and changed as all else;
// it is no unit of its own. What is not here is asked for.
func TestChartsHere(t *testing.T) {
	const web = "Chart.yaml --\napiVersion: v2\nname: web\nversion: 1.0.0\n"
	body := func(dir string) string {
		return "-- " + dir + "/" + web + "-- " + dir + "/values.yaml --\nsize: 1\n-- " + dir + "/templates/a.yaml --\n" +
			"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  replicas: {{ .Values.size }}\n"
	}
	const at = "top/charts/web/templates/a.yaml:1\n"
	for name, x := range map[string]struct{ top, want string }{
		"with its own values": {"helmCharts: [{name: web, releaseName: w}]\n", "/Deployment/w 1 " + at},
		"a file of values": {"helmCharts: [{name: web, releaseName: w, valuesFile: v.yaml}]\n-- top/v.yaml --\nsize: 3\n",
			"/Deployment/w 3 " + at},
		"more files": {"helmCharts: [{name: web, releaseName: w, valuesFile: v.yaml, additionalValuesFiles: [more.yaml]}]\n" +
			"-- top/v.yaml --\nsize: 3\n-- top/more.yaml --\nsize: 4\n", "/Deployment/w 4 " + at},
		"values inline": {"helmCharts: [{name: web, releaseName: w, valuesFile: v.yaml, valuesInline: {size: 5}}]\n-- top/v.yaml --\nsize: 3\n",
			"/Deployment/w 5 " + at},
		"values inline alone": {"helmCharts: [{name: web, releaseName: w, valuesFile: v.yaml, valuesInline: {a: 5}, valuesMerge: replace}]\n" +
			"-- top/v.yaml --\nsize: 3\n", "/Deployment/w 1 " + at},
		"values inline under them": {"helmCharts: [{name: web, valuesInline: {size: 5}, valuesMerge: merge}]\n",
			"! top/kustomization.yaml:1: asks for the chart web\n"},
		"changed": {"namespace: shop\nnamePrefix: x-\nhelmCharts: [{name: web, releaseName: w}]\nreplicas: [{name: w, count: 6}]\n",
			"shop/Deployment/x-w 6 " + at},
		"twice": {"helmCharts: [{name: web, releaseName: v}, {name: web, releaseName: w, valuesInline: {size: 2}}]\n",
			"/Deployment/v 1 " + at + "/Deployment/w 2 " + at},
		"elsewhere": {"helmGlobals: {chartHome: ../lib}\nhelmCharts: [{name: web, releaseName: w}]\n" + body("lib/web"),
			"/Deployment/w 1 lib/web/templates/a.yaml:1\n"},
		"by its version": {"helmCharts: [{name: web, releaseName: w, version: 1.0.0, repo: 'https://example.com'}]\n" +
			"" + body("top/charts/web-1.0.0/web"),
			"/Deployment/w 1 top/charts/web-1.0.0/web/templates/a.yaml:1\n"},
		"not here": {"helmCharts: [{name: web, releaseName: w, version: 2.0.0, repo: 'https://example.com'}]\n",
			"! top/kustomization.yaml:1: asks for the chart web 2.0.0 of https://example.com\n"},
		"values that are not here": {"helmCharts: [{name: web, releaseName: w, valuesFile: v.yaml}]\n", "/Deployment/w 1 " + at +
			"! top/kustomization.yaml:1: asks for v.yaml, which is not there\n"},
		"in a base": {"resources: [../base]\nreplicas: [{name: w, count: 7}]\n-- base/kustomization.yaml --\n" +
			"helmGlobals: {chartHome: ../top/charts}\nhelmCharts: [{name: web, releaseName: w}]\n", "/Deployment/w 7 " + at},
	} {
		in := tree(t, "-- top/kustomization.yaml --\n"+x.top+body("top/charts/web"))
		b := New(in)
		if got := said(b.Build(t.Context(), "top")); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
	in := tree(t, "-- top/kustomization.yaml --\nhelmCharts: [{name: web}]\n"+body("top/charts/web")+body("other"))
	found := func(dir string, kind unit.Kind) unit.Found {
		return unit.Found{Unit: unit.Unit{Path: dir, Kind: kind}, Owns: []string{dir}}
	}
	all := []unit.Found{found("top/charts/web", unit.Chart), found("other", unit.Chart), found("top", unit.Kustomization)}
	others, owned := New(in).OwnCharts(all)
	if len(others) != 2 || others[0].Path != "other" || fmt.Sprint(owned) != "[top/charts/web]" {
		t.Errorf("%+v, owned %v", others, owned)
	}
}
