package source

import (
	"os"
	"path/filepath"
	"testing"
)

// What an Application in a folder of samples applies is needed by nobody, wherever
// the chart stands that it installs.
func TestAppliedBySamples(t *testing.T) {
	const application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web, namespace: argocd}\nspec:\n" +
		"  source: {repoURL: r, path: charts/web}\n"
	for at, unneeded := range map[string]bool{
		"docs/examples/web.yaml": true,
		"tutorials/web.yaml":     true,
		"argocd/web.yaml":        false,
		"clusters/test/web.yaml": false,
	} {
		dir := t.TempDir()
		for name, text := range map[string]string{
			at:                              application,
			"charts/web/Chart.yaml":         "apiVersion: v2\nname: web\nversion: 1.0.0\n",
			"charts/web/templates/web.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n",
		} {
			path := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		whole, err := Read(t.Context(), Input{Paths: []string{dir}})
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, u := range whole.Units {
			if u.Kind == "argocd" {
				found = true
				if (u.Unneeded != "") != unneeded {
					t.Errorf("%s: unneeded %q", at, u.Unneeded)
				}
			}
		}
		if !found {
			t.Errorf("%s: nothing is applied", at)
		}
	}
}
