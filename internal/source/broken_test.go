package source

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// A kustomization that asks for a folder which is not there is built by nobody; a file may
// be left out on purpose, and a remote base be had elsewhere.
func TestKustomizationWithoutAFolder(t *testing.T) {
	for asks, unneeded := range map[string]bool{
		"base": true, "../shared/base": true, "secret.yaml": false, "https://example.org/x/base?ref=1": false, "github.com/o/r/base?ref=1": false,
		"there": false,
	} {
		dir := t.TempDir()
		for file, text := range map[string]string{
			"app/kustomization.yaml": "resources: [web.yaml, " + asks + "]\n",
			"app/web.yaml": "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {a: w}}, " +
				"template: {metadata: {labels: {a: w}}}}}",
			"app/there/kustomization.yaml": "resources: []\n",
		} {
			unittest.Write(t, filepath.Join(dir, file), text)
		}
		whole, err := Read(t.Context(), Input{Paths: []string{dir}})
		if err != nil {
			t.Fatal(err)
		}
		seen := false
		for _, u := range whole.Units {
			if len(u.Kubernetes.Workloads) == 0 {
				continue
			}
			seen = true
			if got := u.Unneeded; strings.Contains(got, asks+", which is not there") != unneeded || !unneeded && got != "" {
				t.Errorf("%s: %q", asks, got)
			}
		}
		if !seen {
			t.Errorf("%s: nothing was built", asks)
		}
	}
}
