package kustomize

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/source/unit"
)

// ended is a context of something that was given up.
func ended(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

const folders = `
-- in/base/kustomization.yaml --
resources: [a.yaml]
-- in/base/kustomization.yml --
resources: [b.yaml]
-- in/base/a.yaml --
kind: A
-- in/base/.hidden.yaml --
-- in/base/sub/c.yaml --
-- outside/d.yaml --
`

// disk is what kustomize sees of the directory in/, and where that is: with a
// link that leads out, and a directory and a text that are in memory alone.
func disk(t *testing.T) (*fileSystem, string) {
	t.Helper()
	tree(t, folders)
	for link, to := range map[string]string{
		"in/base/away":      "../../outside",
		"in/base/away.yaml": "../../outside/d.yaml",
		"in/linked":         "base/sub",
	} {
		if err := os.Symlink(to, link); err != nil {
			t.Fatal(err)
		}
	}
	in, err := unit.NewTree("in", nil)
	if err != nil {
		t.Fatal(err)
	}
	b := New(in)
	return &fileSystem{Builder: b, visited: map[string]prepared{}, read: map[string]bool{}, made: filepath.Join(b.root, "base/.made"),
		memory: map[string][]byte{
			filepath.Join(b.root, "base/.made/0.yaml"): []byte("kind: Made\n"),
			filepath.Join(b.root, "base/a.yaml"):       []byte("kind: B\n"),
		}}, b.root
}

// kustomize reads what is within the bounds and what is in memory, which goes
// before what stands on the disk.
func TestFileSystemReads(t *testing.T) {
	f, root := disk(t)
	for name, want := range map[string]string{
		"base/a.yaml": "kind: B\n", "base/.made/0.yaml": "kind: Made\n", "base/sub/c.yaml": "",
		"base/kustomization.yaml": "resources:\n    - ./a.yaml\nbuildMetadata: []\n",
	} {
		if got, err := f.ReadFile(filepath.Join(root, name)); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v, want %q", name, got, err, want)
		}
	}
	for _, name := range []string{"base/gone.yaml", "base/away/d.yaml", "base/away.yaml", "../outside/d.yaml", "base/sub",
		"gone/kustomization.yaml", "base/kustomization.yml"} {
		var at *fs.PathError
		if got, err := f.ReadFile(filepath.Join(root, name)); !errors.As(err, &at) || len(got) > 0 {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	// What a unit owns is what was read of the disk for it.
	var read []string
	for path := range f.read {
		read = append(read, strings.TrimPrefix(path, root+"/"))
	}
	slices.Sort(read)
	if want := []string{"base/kustomization.yaml", "base/sub/c.yaml"}; !slices.Equal(read, want) {
		t.Errorf("read %q, want %q", read, want)
	}
	if len(f.visited) != 1 || f.visited[filepath.Join(root, "base/kustomization.yaml")].data == nil {
		t.Errorf("visited %v", f.visited)
	}
}

func TestFileSystemKinds(t *testing.T) {
	f, root := disk(t)
	for _, c := range []struct {
		path        string
		exists, dir bool
		cleaned     string // the directory and the name
	}{
		{"base", true, true, "base "},
		{"base/a.yaml", true, false, "base a.yaml"},
		{"base/sub/c.yaml", true, false, "base/sub c.yaml"},
		{"linked", true, true, "base/sub "},
		{"linked/c.yaml", true, false, "base/sub c.yaml"},
		{"base/.made", true, true, "base/.made "},
		{"base/.made/0.yaml", true, false, "base/.made 0.yaml"},
		{"base/.made/1.yaml", false, false, ""},
		{"base/gone", false, false, ""},
		{"base/away", false, false, ""},
		{"base/away/d.yaml", false, false, ""},
		{"../outside", false, false, ""},
	} {
		path := filepath.Join(root, c.path)
		if got := f.Exists(path); got != c.exists {
			t.Errorf("%s exists: %t", c.path, got)
		}
		if got := f.IsDir(path); got != c.dir {
			t.Errorf("%s is a directory: %t", c.path, got)
		}
		dir, name, err := f.CleanedAbs(path)
		got := strings.TrimPrefix(string(dir), root+"/") + " " + name
		if c.cleaned == "" {
			if err == nil || dir != "" || name != "" {
				t.Errorf("%s: %s, no error", c.path, got)
			}
		} else if err != nil || got != c.cleaned {
			t.Errorf("%s: %s, %v, want %s", c.path, got, err, c.cleaned)
		}
	}
	if f.made = ""; f.isMade("") {
		t.Error("no path is that of a directory in memory where there is none")
	}
}

func TestFileSystemLists(t *testing.T) {
	f, root := disk(t)
	got, err := f.ReadDir(filepath.Join(root, "base"))
	if want := []string{".hidden.yaml", "a.yaml", "away", "away.yaml", "kustomization.yaml", "kustomization.yml", "sub"}; err != nil ||
		!slices.Equal(got, want) {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
	for _, name := range []string{"base/away", "gone", "base/a.yaml"} {
		if got, err := f.ReadDir(filepath.Join(root, name)); err == nil || len(got) > 0 {
			t.Errorf("%s: %q, no error", name, got)
		}
	}
	// Hidden files are no matches, as for kustomize, and nothing out of bounds is.
	for pattern, want := range map[string]string{
		"base/*.yaml": "base/a.yaml base/kustomization.yaml",
		"base/away/*": "",
		"*/c.yaml":    "linked/c.yaml",
	} {
		got, err := f.Glob(filepath.Join(root, pattern))
		for i := range got {
			got[i] = strings.TrimPrefix(got[i], root+"/")
		}
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: %q, %v, want %q", pattern, got, err, want)
		}
	}
	if _, err := f.Glob("["); err == nil {
		t.Error("a pattern that is none")
	}
}

func TestFileSystemWalks(t *testing.T) {
	f, root := disk(t)
	walked := func(path string) (string, error) {
		var names []string
		err := f.Walk(filepath.Join(root, path), func(p string, _ os.FileInfo, err error) error {
			names = append(names, strings.TrimPrefix(p, root+"/"))
			return err
		})
		return strings.Join(names, " "), err
	}
	const want = "base base/.hidden.yaml base/a.yaml base/kustomization.yaml base/kustomization.yml base/sub base/sub/c.yaml"
	if got, err := walked("base"); err != nil || got != want {
		t.Errorf("walked\n%s, %v, want\n%s", got, err, want)
	}
	for _, path := range []string{"base/away", "gone"} {
		if got, err := walked(path); err == nil || got != "" {
			t.Errorf("%s: walked %s, no error", path, got)
		}
	}
	stop := errors.New("stop")
	if err := f.Walk(root, func(string, os.FileInfo, error) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("what the caller says is lost: %v", err)
	}
}

// No build changes a file.
func TestFileSystemIsReadOnly(t *testing.T) {
	f, root := disk(t)
	path := filepath.Join(root, "base/new")
	_, opened := f.Open(filepath.Join(root, "base/a.yaml"))
	_, created := f.Create(path)
	for what, err := range map[string]error{
		"open": opened, "create": created, "mkdir": f.Mkdir(path), "mkdir all": f.MkdirAll(path),
		"remove": f.RemoveAll(filepath.Join(root, "base")),
		"write":  f.WriteFile(path, nil),
	} {
		if !errors.Is(err, errReadOnly) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if f.in.IsFile(path) || !f.in.IsDir(filepath.Join(root, "base")) {
		t.Error("a file was changed")
	}
}
