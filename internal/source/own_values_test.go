package source

import (
	"path/filepath"
	"testing"

	"github.com/onus-project/onus/internal/source/helm"
	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// A chart has its own values alone where no file of values goes over them: one beside it, one
// that the user names, or what installs it.
func TestChartsWithTheirOwnValues(t *testing.T) {
	dir := t.TempDir()
	for file, text := range map[string]string{
		"web/Chart.yaml":       "apiVersion: v2\nname: web\nversion: 1.0.0\n",
		"web/values.yaml":      "n: 1\n",
		"web/values-prod.yaml": "n: 3\n",
		"web/templates/web.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: {{ .Values.n }}, " +
			"selector: {matchLabels: {a: w}}, template: {metadata: {labels: {a: w}}}}\n",
		"apps/web.yaml": "{apiVersion: apps/v1, kind: Deployment, metadata: {name: api}, spec: {selector: {matchLabels: {a: w}}, " +
			"template: {metadata: {labels: {a: w}}}}}",
	} {
		unittest.Write(t, filepath.Join(dir, file), text)
	}
	for _, x := range []struct {
		given helm.Given
		own   int
	}{{helm.Given{}, 1}, {helm.Given{Set: []string{"n=2"}}, 0}} {
		whole, err := Read(t.Context(), Input{Paths: []string{dir}, Charts: x.given})
		if err != nil {
			t.Fatal(err)
		}
		own := 0
		for _, u := range whole.Units {
			if u.Estate.OwnValues {
				own++
				if u.Estate.Kubernetes.Workloads[0].Replicas != 1 {
					t.Errorf("unit %s has its own values", u.Name)
				}
			}
		}
		if own != x.own {
			t.Errorf("%+v: %d of %d units", x.given, own, len(whole.Units))
		}
	}
}
