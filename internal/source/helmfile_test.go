package source

import (
	"os"
	"path/filepath"
	"testing"
)

// A helmfile is known by its name, its folder or its keys; what is called so and
// holds something else is none.
func TestHelmfiles(t *testing.T) {
	const release = "releases:\n- {name: web, namespace: shop, chart: stable/web}\n"
	for name, want := range map[string]int{
		"helmfile.yaml": 1, "helmfile.d/web.yaml": 1, "web.yaml": 0, "values/helmfile.yaml": 1,
	} {
		if got := elsewhere(t, name, release); got != want {
			t.Errorf("%s: %d releases, want %d", name, got, want)
		}
	}
	for text, want := range map[string]int{
		"helmDefaults: {wait: true}\n" + release:                       1,
		"apiVersion: v1\nkind: Releases\nrepositories: []\n" + release: 0,
		"bases: [a.yaml]\n---\n" + release:                             1, // keys of several documents
	} {
		if got := elsewhere(t, "live.yaml", text); got != want {
			t.Errorf("%q: %d releases, want %d", text, got, want)
		}
	}
	if got := elsewhere(t, "helmfile.yaml", "releases:\n- {name: web, chart: [}\n"); got != 1 {
		t.Errorf("of one that is no YAML: %d releases, want 1", got)
	}
}

// What a release of a helmfile may hold is unread in its namespace, and nowhere else.
func TestHelmfileHides(t *testing.T) {
	path := filepath.Join(t.TempDir(), "helmfile.yaml")
	if err := os.WriteFile(path, []byte("releases:\n- {name: web, namespace: shop, chart: stable/web}\n- {name: api, chart: stable/api}\n"),
		0o600); err != nil {
		t.Fatal(err)
	}
	e, err := One(t.Context(), Input{Paths: []string{path}})
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Kubernetes.Hidden) != 1 || e.Kubernetes.Hidden[0].Scope.Namespace != "shop" {
		t.Errorf("%+v", e.Kubernetes.Hidden)
	}
}

func elsewhere(t *testing.T, name, text string) int {
	path := filepath.Join(t.TempDir(), name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	e, err := One(t.Context(), Input{Paths: []string{path}})
	if err != nil {
		t.Fatal(err)
	}
	return len(e.Kubernetes.Elsewhere)
}
