package source

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/source/unit/unittest"
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

// Of objects of Kubernetes that Terraform makes it may not be known what they are, and that is said of those on
// which something rests: pods, and what goes with them. A manifest says itself which kind it is; one
// that does not may be any, and a custom one may make pods.
func TestObjectsThatTerraformMakes(t *testing.T) {
	manifest := func(version, kind string) string {
		return fmt.Sprintf("kubernetes_manifest\" \"a\" { manifest = { apiVersion = %s, kind = %q, spec = { size = var.n } } }", version, kind)
	}
	for resource, want := range map[string]string{
		`kubernetes_deployment" "a" {}`:                            "Deployment",
		`kubernetes_deployment_v1" "a" {}`:                         "Deployment",
		`kubernetes_cron_job_v1" "a" {}`:                           "CronJob",
		`kubernetes_daemon_set_v1" "a" {}`:                         "DaemonSet",
		`kubernetes_horizontal_pod_autoscaler_v2beta2" "a" {}`:     "HorizontalPodAutoscaler",
		`kubernetes_pod_disruption_budget_v1" "a" {}`:              "PodDisruptionBudget",
		`kubernetes_service" "a" {}`:                               "Service",
		`kubernetes_ingress_v1" "a" {}`:                            "none",
		`kubernetes_config_map" "a" {}`:                            "none",
		`kubernetes_v1" "a" {}`:                                    "none",
		`kubernetes_deployment_version" "a" {}`:                    "none",
		`kubectl_deployment" "a" {}`:                               "none",
		manifest(`"apps/v1"`, "StatefulSet"):                       "StatefulSet",
		manifest(`"policy/v1"`, "PodDisruptionBudget"):             "PodDisruptionBudget",
		manifest(`"autoscaling/v2"`, "HorizontalPodAutoscaler"):    "HorizontalPodAutoscaler",
		manifest(`"v1"`, "Service"):                                "Service",
		manifest(`"v1"`, "ConfigMap"):                              "none",
		manifest(`"v1"`, "Namespace"):                              "none",
		manifest(`"networking.k8s.io/v1"`, "Ingress"):              "none",
		manifest(`"acid.zalan.do/v1"`, "postgresql"):               "postgresql",
		manifest(`var.version`, "postgresql"):                      "postgresql",
		`kubernetes_manifest" "a" { manifest = var.of_who_knows }`: "",
	} {
		dir := t.TempDir()
		unittest.Write(t, filepath.Join(dir, "main.tf"), "\nresource \""+resource+"\n")
		e, err := One(t.Context(), Input{Paths: []string{dir}})
		if err != nil {
			t.Fatal(resource, err)
		}
		got := "none"
		if hidden := e.Hidden(); len(hidden) == 1 && len(e.Unreadable) == 1 && e.Unreadable[0].Line == 2 {
			got = hidden[0].Kind
		} else if len(hidden)+len(e.Unreadable) > 0 {
			t.Errorf("%s: hidden are %+v by %+v", resource, hidden, e.Unreadable)
		}
		if got != want {
			t.Errorf("%s: %q is not read, want %q", resource, got, want)
		}
	}
}

// Objects of Kubernetes that Terraform makes stand at their blocks, in the unit of their folder
// where another one has the same otherwise; a template that one is made of is none itself.
func TestObjectsReadOfTerraform(t *testing.T) {
	const web = `variable "n" { default = 2 }
resource "kubernetes_deployment_v1" "web" {
  metadata { name = "web" }
  spec {
    replicas = var.n
    selector { match_labels = { app = "web" } }
    template {
      metadata { labels = { app = "web" } }
      spec {
        container {
          name  = "web"
          image = "registry.example.com/web:1"
        }
      }
    }
  }
}
`
	const job = `resource "kubectl_manifest" "job" {
  yaml_body = templatefile("${path.module}/job.yaml", { name = "once" })
}
`
	const template = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: ${name}}\n" +
		"spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'registry.example.com/a:1'}]}}}\n"
	for _, c := range []struct {
		files map[string]string
		want  string
	}{
		{map[string]string{"main.tf": web}, "files default/web 2"},
		{map[string]string{"prod/main.tf": web, "prod/terraform.tfvars": "n = 4"}, "files default/web 4"},
		{map[string]string{"prod/main.tf": web, "test/main.tf": strings.ReplaceAll(web, "= 2", "= 1")},
			"files default/web 1, files default/web 2"},
		{map[string]string{"infra/main.tf": job, "infra/job.yaml": template}, "files default/once 1"},
		{map[string]string{"infra/main.tf": `resource "kubectl_manifest" "a" {
  yaml_body = file("${path.module}/a.yaml")
}`, "infra/a.yaml": strings.ReplaceAll(template, "${name}", "plain")}, "files default/plain 1"},
	} {
		dir := t.TempDir()
		for file, text := range c.files {
			unittest.Write(t, filepath.Join(dir, file), text)
		}
		w, err := Read(t.Context(), Input{Paths: []string{dir}})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(made(w), ", "); got != c.want || len(w.Unreadable) > 0 {
			t.Errorf("%v: %s by %+v, want %s", c.files, got, w.Unreadable, c.want)
		}
		for _, u := range w.Units {
			for i := range u.Kubernetes.Workloads {
				if at := u.Kubernetes.Workloads[i].Position; filepath.Ext(at.File) == ".tf" && at.Line != 2 && at.Line != 1 {
					t.Errorf("%s stands at %v", u.Kubernetes.Workloads[i].Name, at)
				}
			}
		}
	}
}

// What Terraform makes beside a kustomization is applied as elsewhere.
func TestTerraformBesideAKustomization(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"k/kustomization.yaml": "resources: [web.yaml]\n",
		"k/web.yaml":           "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80}]}}\n",
		"k/main.tf": "resource \"kubernetes_pod_disruption_budget_v1\" \"web\" {\n metadata {\n name = \"web\"\n }\n spec {\n" +
			" max_unavailable = 1\n selector {\n match_labels = { app = \"web\" }\n }\n }\n}\n",
		"k/below/more.tf": "variable \"n\" {}\nresource \"kubernetes_deployment\" \"db\" {\n metadata {\n name = \"db\"\n }\n" +
			" spec {\n replicas = var.n\n }\n}\n",
	} {
		unittest.Write(t, filepath.Join(dir, name), text)
	}
	w, err := Read(t.Context(), Input{Paths: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	budgets, unread := 0, 0
	for _, u := range w.Units {
		budgets, unread = budgets+len(u.Kubernetes.Budgets), unread+len(u.Unreadable)
	}
	if budgets != 1 || unread != 1 {
		t.Errorf("%d budgets, %d objects that could not be read", budgets, unread)
	}
}
