package unit

import (
	"os"
	"path/filepath"
	"testing"
)

// A file for which there is another text has that one, by whatever path it is read, and
// others what stands in them.
func TestTexts(t *testing.T) {
	dir := grow(t, "repo/.git/HEAD", "repo/a.yaml", "repo/b.yaml")
	repo := filepath.Join(dir, "repo")
	if err := os.Symlink("a.yaml", filepath.Join(repo, "link.yaml")); err != nil {
		t.Fatal(err)
	}
	tree, err := NewTree(repo, nil)
	if err != nil {
		t.Fatal(err)
	}
	tree.Texts = map[string][]byte{Real(filepath.Join(repo, "link.yaml")): []byte("changed")}
	t.Chdir(repo)
	over := Over(tree.Texts, os.ReadFile)
	for name, want := range map[string]string{"a.yaml": "changed", "link.yaml": "changed", "b.yaml": "repo/b.yaml", "gone.yaml": ""} {
		if got, _ := tree.ReadFile(filepath.Join(repo, name)); string(got) != want {
			t.Errorf("of the tree, %s: %q, want %q", name, got, want)
		}
		if got, _ := over(name); string(got) != want {
			t.Errorf("over files, %s: %q, want %q", name, got, want)
		}
	}
	if got := Real("gone.yaml"); got != filepath.Join(repo, "gone.yaml") {
		t.Errorf("what leads to nothing is %q", got)
	}
}
