package unit

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// grow makes a tree of files, each holding its own name, below a new directory.
func grow(t *testing.T, names ...string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A root that is a link is bounded by the repository that it leads to, and not
// by the one that the link stands in.
func TestTreeOfALink(t *testing.T) {
	dir := grow(t, "linked/.git/HEAD", "linked/base/a.yaml", "linked/apps/b.yaml", "around/.git/HEAD", "around/c.yaml")
	link := filepath.Join(dir, "around/apps")
	if err := os.Symlink("../linked/apps", link); err != nil {
		t.Fatal(err)
	}
	tree, err := NewTree(link, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]error{
		"around/apps/b.yaml": nil, "linked/base/a.yaml": nil, "around/c.yaml": ErrOutside,
	} {
		if _, err := tree.ReadFile(filepath.Join(dir, name)); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
}

// A tree of a directory that is not there is an error, as is a link to nothing.
func TestNoTree(t *testing.T) {
	dir := grow(t)
	if err := os.Symlink("gone", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"gone", "link"} {
		if tree, err := NewTree(filepath.Join(dir, name), nil); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v, %v", name, tree, err)
		}
	}
}

// What a path leads to is told within the bounds, and only there.
func TestTreeKinds(t *testing.T) {
	dir := grow(t, "repo/.git/HEAD", "repo/apps/b.yaml", "outside/c.yaml")
	repo := filepath.Join(dir, "repo")
	for link, to := range map[string]string{"file": "apps/b.yaml", "folder": "apps", "away": "../outside", "nowhere": "gone"} {
		if err := os.Symlink(to, filepath.Join(repo, link)); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := NewTree(repo, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path       string
		file, dir  bool
		err        error
		resolvesTo string
	}{
		{path: "apps/b.yaml", file: true, resolvesTo: "repo/apps/b.yaml"},
		{path: "file", file: true, resolvesTo: "repo/apps/b.yaml"},
		{path: "apps", dir: true, resolvesTo: "repo/apps"},
		{path: "folder", dir: true, resolvesTo: "repo/apps"},
		{path: ".", dir: true, resolvesTo: "repo"},
		{path: "away", err: ErrOutside},
		{path: "away/c.yaml", err: ErrOutside},
		{path: "../outside", err: ErrOutside},
		{path: "nowhere", err: fs.ErrNotExist},
		{path: "gone", err: fs.ErrNotExist},
	} {
		path := filepath.Join(repo, c.path)
		if got := tree.IsFile(path); got != c.file {
			t.Errorf("%s is a file: %t", c.path, got)
		}
		if got := tree.IsDir(path); got != c.dir {
			t.Errorf("%s is a directory: %t", c.path, got)
		}
		info, err := tree.Stat(path)
		if !errors.Is(err, c.err) || err == nil && info.IsDir() != c.dir {
			t.Errorf("%s is %v, %v, want %v", c.path, info, err, c.err)
		}
		want := ""
		if c.resolvesTo != "" {
			want = filepath.Join(dir, c.resolvesTo)
		}
		if real, err := tree.Inside(path); real != want || !errors.Is(err, c.err) {
			t.Errorf("%s leads to %q, %v, want %q, %v", c.path, real, err, want, c.err)
		}
		entries, err := tree.ReadDir(path)
		if (err == nil) != c.dir || c.dir && len(entries) == 0 {
			t.Errorf("%s lists %v, %v", c.path, entries, err)
		}
	}
}

// Paths are named as the user named the root: relative to where the command
// was run, or absolute.
func TestTreeNames(t *testing.T) {
	dir := grow(t, "repo/.git/HEAD", "repo/apps/deep/b.yaml", "alone/c.yaml")
	t.Chdir(filepath.Join(dir, "repo/apps"))
	for _, c := range []struct{ root, clean, top, path, name string }{
		{".", ".", "..", "deep/b.yaml", "deep/b.yaml"},
		{"deep/", "deep", "..", "deep/b.yaml", "b.yaml"},
		{"deep", "deep", "..", "deep", "."},
		{"..", "..", "..", "../apps/deep", "apps/deep"},
		{"../../alone", "../../alone", "../../alone", "../../alone/c.yaml", "c.yaml"},
		{dir + "/repo/apps", dir + "/repo/apps", dir + "/repo", dir + "/repo/apps/deep", "deep"},
		// No way leads from a relative root to an absolute path but that path.
		{"deep", "deep", "..", "/elsewhere/d.yaml", "/elsewhere/d.yaml"},
	} {
		tree, err := NewTree(c.root, []string{c.path})
		if err != nil {
			t.Fatal(err)
		}
		if tree.Root != c.clean || len(tree.Files) != 1 {
			t.Errorf("%s: the root is %s, with %v", c.root, tree.Root, tree.Files)
		}
		if top := tree.Top(); top != c.top {
			t.Errorf("%s: the top is %s, want %s", c.root, top, c.top)
		}
		if name := tree.Name(c.path); name != c.name {
			t.Errorf("%s: %s is named %s, want %s", c.root, c.path, name, c.name)
		}
	}
}

// A root that has gone since is its own top.
func TestTopOfWhatIsGone(t *testing.T) {
	dir := grow(t, "repo/.git/HEAD", "repo/apps/b.yaml")
	apps := filepath.Join(dir, "repo/apps")
	tree, err := NewTree(apps, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(apps); err != nil {
		t.Fatal(err)
	}
	if top := tree.Top(); top != apps {
		t.Errorf("the top is %s", top)
	}
}

// A file is read whole up to the largest size, and not at all beyond it.
func TestTreeLargeFiles(t *testing.T) {
	dir := grow(t, "small", "largest", "larger")
	for name, size := range map[string]int64{"largest": maxFile, "larger": maxFile + 1} {
		if err := os.Truncate(filepath.Join(dir, name), size); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := NewTree(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := tree.ReadFile(filepath.Join(dir, "small")); err != nil || !bytes.Equal(b, []byte("small")) {
		t.Errorf("small: %q, %v", b, err)
	}
	if b, err := tree.ReadFile(filepath.Join(dir, "largest")); err != nil || len(b) != maxFile {
		t.Errorf("the largest: %d bytes, %v", len(b), err)
	}
	if b, err := tree.ReadFile(filepath.Join(dir, "larger")); err == nil || len(b) > 0 {
		t.Errorf("larger: %d bytes, %v", len(b), err)
	}
}
