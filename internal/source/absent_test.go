package source

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A chart that is not there hides what is named after it, where it makes objects of its own;
// and what the templates that need it may make is hidden whatever it is called.
func TestWhatAnAbsentChartHides(t *testing.T) {
	for name, x := range map[string]struct{ depends, template, want string }{
		"of its own": {"redis", "", "any of redis"},
		"needed by a template": {"redis", "kind: Service\nmetadata: {name: {{ include \"redis.name\" . }}}\n",
			"any of redis; Service of "},
		"needed by one that makes any":   {"redis", "kind: {{ .Values.kind }}\nmetadata: {name: {{ include \"redis.name\" . }}}\n", "any of "},
		"that is there for others":       {"common", "", "any of "},
		"for others, needed by template": {"common", "kind: Service\nmetadata: {name: {{ include \"common.name\" . }}}\n", "any of "},
	} {
		dir := t.TempDir()
		for file, text := range map[string]string{
			"Chart.yaml":       "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies: [{name: " + x.depends + ", version: 1.0.0}]\n",
			"templates/a.yaml": "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n",
			"templates/b.yaml": "apiVersion: v1\n" + x.template,
		} {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, file)), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		whole, err := Read(t.Context(), Input{Paths: []string{dir}})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, u := range whole.Units {
			for _, h := range u.Kubernetes.Hidden {
				kind := h.Kind
				if kind == "" {
					kind = "any"
				}
				got = append(got, kind+" of "+h.Scope.Chart)
			}
		}
		if all := strings.Join(got, "; "); all != x.want {
			t.Errorf("%s: %q, want %q", name, all, x.want)
		}
	}
}

// A file of which a kustomization makes a ConfigMap hides that alone, unless labels by which a
// PDB selects may be taken from it; another file may hold anything.
func TestWhatAnAbsentFileHides(t *testing.T) {
	const (
		web     = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {metadata: {labels: {app: web}}}}}\n"
		pdb     = "---\n{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web}, spec: {selector: {matchLabels: {app: web}}}}\n"
		envs    = "configMapGenerator: [{name: c, envs: [settings.env]}]\n"
		secrets = "secretGenerator: [{name: c, files: [key.pem]}]\n"
		replace = "replacements: [{source: {kind: ConfigMap, name: c, fieldPath: data.APP}, " +
			"targets: [{select: {kind: Deployment}, fieldPaths: [spec.template.metadata.labels.app]}]}]\n"
	)
	for name, x := range map[string]struct{ objects, lists, want string }{
		"of settings":                {web, envs, ""},
		"of a secret":                {web, secrets, ""},
		"of labels":                  {web, envs + replace, "ConfigMap"},
		"of labels and a PDB":        {web + pdb, envs + replace, "any"},
		"of settings beside objects": {web, "resources: [web.yaml, gone.yaml]\n" + envs, "any"},
	} {
		dir := t.TempDir()
		if !strings.HasPrefix(x.lists, "resources:") {
			x.lists = "resources: [web.yaml]\n" + x.lists
		}
		for file, text := range map[string]string{"kustomization.yaml": x.lists, "web.yaml": x.objects} {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		whole, err := Read(t.Context(), Input{Paths: []string{dir}})
		if err != nil {
			t.Fatal(err)
		}
		var kinds []string
		for _, u := range whole.Units {
			for _, h := range u.Kubernetes.Hidden {
				kinds = append(kinds, cmp.Or(h.Kind, "any"))
			}
		}
		if got := strings.Join(kinds, " "); got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}
