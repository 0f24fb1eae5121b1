package source

import (
	"os"
	"path/filepath"
	"testing"
)

// Terraform of one directory is read together, and a file that is not HCL takes
// nothing away from the others.
func TestTerraform(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"infra/variables.tf": `variable "autopilot" { default = true }`,
		"infra/main.tf":      `resource "google_container_cluster" "c" { enable_autopilot = var.autopilot }`,
		"other/main.tf":      `resource "google_container_cluster" "d" { enable_autopilot = var.autopilot }`,
		"other/broken.tf":    `resource {`,
		"k8s/web.yaml":       `{apiVersion: v1, kind: ServiceAccount, metadata: {name: a, annotations: {iam.gke.io/gcp-service-account: s}}}`,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	e, err := One(t.Context(), Input{Paths: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	autopilot := map[string]string{}
	for _, o := range e.Kubernetes.Objects {
		if o.API == "terraform/google_container_cluster" {
			autopilot[o.Name] = o.Values["enable_autopilot"]
		}
	}
	if len(autopilot) != 2 || autopilot["c"] != "true" || autopilot["d"] != "" {
		t.Errorf("%v", autopilot)
	}
	if len(e.Unreadable) != 1 || filepath.Base(e.Unreadable[0].File) != "broken.tf" || len(e.Hidden()) != 0 {
		t.Errorf("unreadable: %+v, hidden: %+v", e.Unreadable, e.Hidden())
	}
}
