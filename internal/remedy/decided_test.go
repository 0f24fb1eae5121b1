package remedy_test

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/check/table"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/remedy"
)

// How many replicas an object has is shown where it is decided: in a patch, by the field of a
// kustomization, or in a file of values; and in the base or the template where that is not known.
func TestWhereReplicasAreDecided(t *testing.T) {
	const patched = onTop + "patches:\n- path: patch.yaml\n"
	web, chart := deployed("web", "1"), "apiVersion: v2\nname: shop\nversion: 1.0.0\n"
	const edits = "- op: replace\n  path: /spec/replicas\n  value: 3\n"
	merge := "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 3\n"
	const atPatch = "replicas: 3, as a patch has it live/patch.yaml:5"
	inline := "patches:\n- patch: |-\n    " + strings.ReplaceAll(strings.TrimSpace(merge), "\n", "\n    ") + "\n"
	for name, x := range map[string]struct {
		kustomization, patch string
		more                 map[string]string
		want                 string // the evidence, and where
	}{
		"the base":              {onTop, "", map[string]string{"base/web.yaml": deployed("web", "3")}, "replicas: 3 base/web.yaml:1"},
		"a patch":               {patched, merge, nil, atPatch},
		"a patch, and a prefix": {patched + "namePrefix: my-\n", merge, nil, atPatch},
		"a patch of all of them": {patched + "  target: {kind: Deployment}\n", strings.Replace(merge, "name: web", "name: x", 1), nil,
			atPatch},
		"a list of edits":      {patched + "  target: {name: we.*}\n", edits, nil, strings.Replace(atPatch, ":5", ":3", 1)},
		"in the kustomization": {onTop + inline, "", nil, "replicas: 3, as a patch has it live/kustomization.yaml:8"},
		"a field of the kustomization": {onTop + "replicas:\n- {name: web, count: 3}\n", "", nil,
			"replicas: 3, as a patch has it live/kustomization.yaml:3"},
		"a patch below it": {"resources: [../middle]\n", "",
			map[string]string{"middle/kustomization.yaml": patched, "middle/patch.yaml": merge},
			strings.Replace(atPatch, "live", "middle", 1)},
		"by labels": {patched + "  target: {labelSelector: 'a!=b'}\n", merge, nil, "replicas: 3 base/web.yaml:1"},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{"base/kustomization.yaml": "resources: [web.yaml]\n", "base/web.yaml": web}
			files["live/kustomization.yaml"], files["live/patch.yaml"] = x.kustomization, x.patch
			if maps.Copy(files, x.more); x.patch == "" {
				delete(files, "live/patch.yaml")
			}
			if got := replicasIn(t, files, func(u *estate.Unit) bool { return filepath.Base(u.Path) == "live" }); got != x.want {
				t.Errorf("%q, want %q", got, x.want)
			}
		})
	}
	for name, x := range map[string]struct {
		values map[string]string
		unit   string
		want   string
	}{
		"a chart's own": {map[string]string{"values.yaml": "a: 1\nreplicas: 3\n"}, "", "replicas: 3, by replicas of its chart values.yaml:2"},
		"a file beside it": {map[string]string{"values.yaml": "replicas: 2\n", "values-prod.yaml": "b: 1\nreplicas: 4\n"},
			"values-prod.yaml", "replicas: 4, by replicas of its chart values-prod.yaml:2"},
		"a file that says less": {map[string]string{"values.yaml": "replicas: 2\nport: 80\n", "values-prod.yaml": "port: 81\n"},
			"values-prod.yaml", "replicas: 2, by replicas of its chart values.yaml:1"},
		"no value": {map[string]string{"values.yaml": "port: 80\n"}, "", "replicas: 5 templates/web.yaml:1"},
	} {
		t.Run(name, func(t *testing.T) {
			made := deployed("web", "{{ .Values.replicas | default 5 }}")
			made = strings.Replace(made, "image: i", "image: 'i:{{ .Values.port }}'", 1)
			files := map[string]string{"Chart.yaml": chart, "templates/web.yaml": made}
			maps.Copy(files, x.values)
			in := func(u *estate.Unit) bool { return u.Chart != nil && strings.HasSuffix(u.Name, x.unit) }
			if got := replicasIn(t, files, in); got != x.want {
				t.Errorf("%q, want %q", got, x.want)
			}
		})
	}
}

// replicasIn is the evidence of how many replicas web has, in a unit of some files.
func replicasIn(t *testing.T, files map[string]string, in func(*estate.Unit) bool) string {
	t.Helper()
	c, u, findings := checked(t, files, in)
	remedy.New(c, table.All(), u.units, os.ReadFile).Fit(t.Context(), u.Unit, findings)
	for _, f := range findings {
		for _, e := range f.Evidence {
			if strings.HasPrefix(e.Text, "replicas: ") {
				dir := filepath.Dir(u.Path)
				if u.Chart != nil && filepath.Ext(u.Path) == "" {
					dir = u.Path
				}
				rel, err := filepath.Rel(dir, e.File)
				if err != nil {
					t.Fatal(err)
				}
				e.File = filepath.ToSlash(rel)
				return e.Text + " " + e.Position.String()
			}
		}
	}
	t.Fatalf("no evidence: %+v", findings)
	return ""
}
