package source

import (
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
