package unit

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// Nothing outside of the repository of the input is read, by whatever way a
// path leads there; what is inside is, also above the directory that was named.
func TestTreeBounds(t *testing.T) {
	dir := t.TempDir()
	write := func(name string) {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"repo/.git/HEAD", "repo/base/a.yaml", "repo/apps/b.yaml", "secret.yaml", "repo-other/c.yaml"} {
		write(name)
	}
	if err := os.Symlink("../../secret.yaml", filepath.Join(dir, "repo/apps/link.yaml")); err != nil {
		t.Fatal(err)
	}
	apps := filepath.Join(dir, "repo/apps")
	tree, err := NewTree(apps, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]error{
		"b.yaml": nil, "../base/a.yaml": nil, "link.yaml": ErrOutside, "../../secret.yaml": ErrOutside, "../../repo-other/c.yaml": ErrOutside,
		"gone.yaml": fs.ErrNotExist, "gone/d.yaml": fs.ErrNotExist, "../base": fs.ErrInvalid,
	} {
		if _, err := tree.ReadFile(filepath.Join(apps, name)); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
	if _, err := tree.ReadDir(filepath.Join(dir)); !errors.Is(err, ErrOutside) {
		t.Errorf("the directory above the repository: %v", err)
	}
	if _, err := tree.ReadFile("/"); !errors.Is(err, ErrOutside) {
		t.Errorf("the root of all: %v", err)
	}
	if name := tree.Name(filepath.Join(apps, "x/y")); name != "x/y" {
		t.Errorf("named %s", name)
	}

	alone, err := NewTree(filepath.Join(dir, "repo-other"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := alone.ReadFile(filepath.Join(dir, "repo/base/a.yaml")); !errors.Is(err, ErrOutside) {
		t.Errorf("beside a directory of no repository: %v", err)
	}
}
