package source

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// workloadChart is a chart of one Deployment.
var workloadChart = map[string]string{
	"charts/web/Chart.yaml":  "{apiVersion: v2, name: web, version: 0.1.0}",
	"charts/web/values.yaml": "replicas: 1\nrole: ''\nbudget: ''\nhosts: []\n",
	"charts/web/templates/web.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  annotations: {role: "{{ .Values.role }}"}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "registry.example.com/web:1"}]
{{- if .Values.budget }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
{{- end }}
`,
}

// made says of each unit what it is, how many pods its workloads have, and whether something of it
// could not be read.
func made(w *estate.Whole) []string {
	var all []string
	for _, u := range w.Units {
		for i := range u.Kubernetes.Workloads {
			x := &u.Kubernetes.Workloads[i]
			said := fmt.Sprintf("%s %s/%s %v", u.Kind, x.Namespace, x.Name, x.Replicas)
			if len(u.Unreadable) > 0 {
				said += " ?"
			}
			all = append(all, said)
		}
	}
	slices.Sort(all)
	return all
}

// A chart of the repository that Terraform installs is a unit with what the release gives it, and
// is none with its defaults. On a value that is not known may depend what it makes, or only a text.
func TestChartsThatTerraformInstalls(t *testing.T) {
	for text, want := range map[string]string{
		`namespace = "shop"`:                                           "terraform shop/web 1",
		`values = [yamlencode({ replicas = 3 })]`:                      "terraform default/web 3",
		`values = [file("${path.module}/values.yaml")]`:                "terraform default/web 4",
		`values = ["replicas: 2", file("values.yaml")]`:                "terraform default/web 4",
		`values = [file("values.yaml"), yamlencode({ replicas = 2 })]`: "terraform default/web 2",
		`values = [templatefile("t.yaml", { n = 5 })]`:                 "terraform default/web 5",
		`set = [{ name = "replicas", value = "6" }]`:                   "terraform default/web 6",
		"set {\n name = \"replicas\"\n value = 7\n }":                  "terraform default/web 7",
		`values = [yamlencode({ role = module.iam.arn })]`:             "terraform default/web 1",
		`values = [yamlencode({ hosts = ["a.${module.iam.zone}"] })]`:  "terraform default/web 1",
		`values = [yamlencode({ budget = module.iam.arn })]`:           "terraform default/web 1 ?",
		`values = [yamlencode({ hosts = module.iam.zones })]`:          "terraform default/web 1 ?",
		`values = [module.iam.values]`:                                 "terraform default/web 1 ?",
		`set = [{ name = "role", value = "1", type = "string" }]`:      "terraform default/web 1",
		`set = [{ name = "hosts", value = module.iam.arn }]`:           "terraform default/web 1 ?",
	} {
		dir := t.TempDir()
		for file, text := range workloadChart {
			unittest.Write(t, filepath.Join(dir, file), text)
		}
		unittest.Write(t, filepath.Join(dir, "infra/values.yaml"), "replicas: 4\n")
		unittest.Write(t, filepath.Join(dir, "infra/t.yaml"), "replicas: ${n}\n")
		release := "resource \"helm_release\" \"web\" {\n name = \"web\"\n chart = \"../charts/web\"\n "
		unittest.Write(t, filepath.Join(dir, "infra/main.tf"), release+text+"\n}\n")
		w, err := Read(t.Context(), Input{Paths: []string{dir}})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(made(w), ", "); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// On a text that is not known it may depend what a chart makes, though not which kinds: one that
// its templates compare with others decides, one that they write does not.
func TestTextsThatDecideInCharts(t *testing.T) {
	for replicas, x := range map[string]struct {
		byDefault string
		want      string
	}{
		`{{ if eq .Values.mode "ha" }}3{{ else }}1{{ end }}`:                                             {"single", "terraform default/web 1 ?"},
		`{{ if ne "single" .Values.mode }}3{{ else }}1{{ end }}`:                                         {"single", "terraform default/web 3 ?"},
		`{{ ternary 3 1 (has .Values.mode (list "ha" "zones")) }}`:                                       {"", "terraform default/web 1 ?"},
		`{{ if .Values.mode }}3{{ else }}1{{ end }}`:                                                     {"", "terraform default/web 3 ?"},
		`1 # {{ .Values.mode }}`:                                                                         {"single", "terraform default/web 1"},
		`{{ if eq .Values.other "ha" }}3{{ else }}1{{ end }}`:                                            {"single", "terraform default/web 1"},
		"1\n  strategy: {type: {{ if eq .Values.mode \"ha\" }}Recreate{{ else }}RollingUpdate{{ end }}}": {"single", "terraform default/web 1 ?"},
	} {
		dir := t.TempDir()
		for file, text := range workloadChart {
			text = strings.Replace(text, "{{ .Values.replicas }}", replicas, 1)
			text = strings.Replace(text, "role: ''", "role: ''\nother: ''\nmode: '"+x.byDefault+"'", 1)
			unittest.Write(t, filepath.Join(dir, file), text)
		}
		unittest.Write(t, filepath.Join(dir, "infra/main.tf"), "resource \"helm_release\" \"web\" {\n name = \"web\"\n "+
			"chart = \"../charts/web\"\n values = [yamlencode({ mode = module.iam.mode, role = module.iam.arn })]\n}\n")
		w, err := Read(t.Context(), Input{Paths: []string{dir}})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(made(w), ", "); got != x.want {
			t.Errorf("%s: %s, want %s", replicas, got, x.want)
		}
	}
}

// A chart that stands elsewhere is named with the command that renders it.
func TestChartsElsewhereThatTerraformInstalls(t *testing.T) {
	const far = `chart = "redis"` + "\n" + `repository = "https://charts.example.com"` + "\n"
	const fromOCI = "helm template redis oci://registry.example.com/charts/redis"
	const byURL = "helm template redis redis --repo https://charts.example.com"
	for text, want := range map[string]string{
		far + `version = "1.2.3"` + "\n" + `namespace = "db"`: byURL +
			" --version 1.2.3 -n db",
		far + `values = [file("v.yaml"), yamlencode({ a = 1 }), "b: 2"]`: byURL +
			" -f v.yaml -f VALUES",
		far + `set = [{ name = "a", value = "1" }, { name = "b", value = var.b }]`: byURL +
			" --set a=1 --set b=VALUE",
		far + `set = [{ name = "auth.password", value = "hunter2" }]`: byURL +
			" --set auth.password=VALUE",
		far + `set_sensitive = [{ name = "password", value = "secret" }]`: byURL +
			" --set password=VALUE",
		"chart = \"redis\"\n" + `repository = "oci://registry.example.com/charts"`: fromOCI,
		`chart = "oci://registry.example.com/charts/redis"`:                        fromOCI,
		`chart = "bitnami/redis"`:                                                  "helm template redis bitnami/redis",
		`chart = "redis"` + "\n" + `repository = "bitnami"`:                        "helm template redis bitnami/redis",
		`chart = "redis"` + "\n" + `repository = var.repository`:                   "helm template redis REPO/redis",
		`chart = "./gone"`:                          "helm template redis infra/gone",
		`chart = "https://example.com/redis-1.tgz"`: "helm template redis https://example.com/redis-1.tgz",
		`chart = var.chart`:                         "helm get manifest redis",
	} {
		dir := t.TempDir()
		t.Chdir(dir)
		unittest.Write(t, "infra/main.tf", "\nresource \"helm_release\" \"r\" {\n name = \"redis\"\n "+text+"\n}\n")
		unittest.Write(t, "infra/v.yaml", "a: 1\n")
		e, err := One(t.Context(), Input{Paths: []string{"."}})
		if err != nil {
			t.Fatal(err)
		}
		if len(e.Unreadable) != 1 || e.Unreadable[0].Line != 2 || !e.Unreadable[0].Lacks.Deployed() {
			t.Errorf("%s: %+v", text, e.Unreadable)
			continue
		}
		want := strings.Replace(want, "-f v.yaml", "-f infra/v.yaml", 1) + " | onus check -"
		if got := e.Unreadable[0].Hint; got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
		if len(e.Kubernetes.Elsewhere) != 1 {
			t.Errorf("%s: elsewhere are %v", text, e.Kubernetes.Elsewhere)
		}
	}
}
