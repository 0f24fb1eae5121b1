package components

import (
	"os"
	"path/filepath"
	"testing"
)

// A component is missing until its program lies where it is looked for.
func TestMissing(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("ONUS_LAB", cache)
	set, err := Find()
	if err != nil {
		t.Fatal(err)
	}
	if n := len(set.Missing()); n != len(All) {
		t.Errorf("%d are missing, want %d", n, len(All))
	}
	seen := map[string]bool{}
	for _, c := range All {
		path := set.Path(c.Name)
		if rel, err := filepath.Rel(cache, path); err != nil || !filepath.IsLocal(rel) || seen[path] {
			t.Errorf("%s lies at %s", c.Name, path)
		}
		seen[path] = true
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if missing := set.Missing(); missing != nil {
		t.Errorf("%v are missing", missing)
	}
}
