package source

import (
	"path/filepath"
	"testing"

	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// What a README or a chart says of its folder is known of the files below it, and of those that
// are built from it.
func TestReadmesAreRead(t *testing.T) {
	dir := t.TempDir()
	for file, text := range map[string]string{
		"mimic/README.md": "# Mimic\n\nThis is a non-production imitation.\n",
		"mimic/apps/web.yaml": "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {a: w}}, " +
			"template: {metadata: {labels: {a: w}}}}}",
		"apps/README.md":       "# Apps\n\nThis is what runs in production.\n",
		"apps/not-a-readme.md": "This is not for production.\n",
		"apps/web.yaml": "{apiVersion: apps/v1, kind: Deployment, metadata: {name: api}, spec: {selector: {matchLabels: {a: w}}, " +
			"template: {metadata: {labels: {a: w}}}}}",
		"apps/README.old/leave.yaml": "a: b\n",
		"given/Chart.yaml":           "apiVersion: v2\nname: given\nversion: 1.0.0\n",
		"given/README.md":            "# Given\n\n## Web\n\nThis chart is deprecated.\n",
		"given/templates/web.yaml": "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {a: w}}, " +
			"template: {metadata: {labels: {a: w}}}}}",
		"README.md":      "# All\n\n## Worker\n\nThis chart is deprecated.\n",
		"idp/Chart.yaml": "apiVersion: v2\nname: idp\nversion: 1.0.0\ndescription: An example idp of the shop\n",
		"idp/templates/web.yaml": "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {a: w}}, " +
			"template: {metadata: {labels: {a: w}}}}}",
		"real/Chart.yaml": "apiVersion: v2\nname: real\nversion: 1.0.0\ndescription: The identity provider\n",
		"real/templates/web.yaml": "{apiVersion: apps/v1, kind: Deployment, metadata: {name: idp}, spec: {selector: {matchLabels: {a: w}}, " +
			"template: {metadata: {labels: {a: w}}}}}",
	} {
		unittest.Write(t, filepath.Join(dir, file), text)
	}
	whole, err := Read(t.Context(), Input{Paths: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range whole.Units {
		for i := range u.Estate.Kubernetes.Workloads {
			w := &u.Estate.Kubernetes.Workloads[i]
			if _, said := u.Estate.Folders.Disclaimer(filepath.ToSlash(w.Position.File)); (said != "") != (w.Name == "web") {
				t.Errorf("%s is said to be %q", w.Name, said)
			}
		}
	}
}

// That a workflow is not there to which a README links says nothing of what runs: it may be called otherwise by now.
func TestLinksToWorkflowsThatAreGone(t *testing.T) {
	dir := t.TempDir()
	unittest.Write(t, filepath.Join(dir, "stacks/shop/README.md"), "Deployed by [this workflow](../../.github/workflows/deploy-shop.yml).\n")
	unittest.Write(t, filepath.Join(dir, "stacks/shop/web.yaml"), "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, "+
		"spec: {selector: {matchLabels: {a: w}}, template: {metadata: {labels: {a: w}}}}}")
	unittest.Write(t, filepath.Join(dir, ".github/workflows/deploy-shop.yaml"), "on: push\n")
	whole, err := Read(t.Context(), Input{Paths: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range whole.Units {
		if of, _ := u.Estate.Folders.OfDir(filepath.ToSlash(filepath.Join(dir, "stacks/shop"))); of != purpose.Deployed {
			t.Errorf("%s: %q", u.Name, of)
		}
	}
}
