package unit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/onus-project/onus/internal/origin"
)

// Tree is a directory that the user named: the files in it, and the bounds
// within which what they refer to may be read.
type Tree struct {
	Root  string   // as the user named it
	Files []string // regular files below it, sorted, each beginning with Root
	// Texts are files that hold other than what stands there, by their paths without links.
	Texts map[string][]byte
	// Tried reports whether a file stands in a folder of what is there to be tried, by those who
	// develop it, in tests or as a sample; nil where nobody knows.
	Tried func(file string) bool
	// bound is the directory that nothing outside of is read: the repository that
	// encloses Root, or Root itself; absolute and without links.
	bound string

	mu       sync.Mutex
	resolved map[string]string // paths of directories, without links
	read     map[string]any    // what was made of a path
}

// Real is the path of a file without links, by which Texts has it; the path itself where
// it leads to nothing.
func Real(path string) string {
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

// Over reads files as some texts have them, by their paths without links, and others as read
// does.
func Over(texts map[string][]byte, read func(file string) ([]byte, error)) func(file string) ([]byte, error) {
	return func(file string) ([]byte, error) {
		if text, ok := texts[Real(file)]; ok {
			return text, nil
		}
		return read(file)
	}
}

// ErrOutside is the error of reading what stands outside of the bounds.
var ErrOutside = errors.New("is outside of the input and of its repository, so it is not read")

// NewTree is the tree of a directory with these files.
func NewTree(root string, files []string) (*Tree, error) {
	absolute, err := filepath.Abs(root)
	if err == nil {
		absolute, err = filepath.EvalSymlinks(absolute)
	}
	if err != nil {
		return nil, err
	}
	return &Tree{Root: filepath.Clean(root), Files: files, bound: repository(absolute)}, nil
}

// repository is the nearest directory at or above dir with a .git, or dir.
func repository(dir string) string {
	for at := range origin.Upwards(dir, filepath.Dir) {
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			return at
		}
	}
	return dir
}

// Name is the path of a file or directory below the root, with slashes; "." for
// the root itself.
func (t *Tree) Name(path string) string {
	name, err := filepath.Rel(t.Root, path)
	if err != nil {
		return filepath.ToSlash(path)
	}
	return filepath.ToSlash(name)
}

// Top is the directory that the bounds are, as the user would name it: that of
// the repository which encloses the root, or the root.
func (t *Tree) Top() string {
	real, err := t.Inside(t.Root)
	if err != nil {
		return t.Root
	}
	up, err := filepath.Rel(real, t.bound)
	if err != nil {
		return t.Root
	}
	return filepath.Join(t.Root, up)
}

// Inside resolves a path, as the user named it or relative to it, to the file
// or directory that it leads to. It fails with ErrOutside where that is out of
// bounds, links followed, and with fs.ErrNotExist where there is none.
func (t *Tree) Inside(path string) (string, error) {
	real, err := filepath.Abs(path)
	if err == nil {
		real, err = t.resolve(real)
	}
	if err != nil {
		return "", err
	}
	if real != t.bound && !strings.HasPrefix(real, strings.TrimSuffix(t.bound, string(filepath.Separator))+string(filepath.Separator)) {
		return "", ErrOutside
	}
	return real, nil
}

// resolve is filepath.EvalSymlinks for an absolute path, for which the directories above
// are looked at once: many files stand in each.
func (t *Tree) resolve(path string) (string, error) {
	dir, base := filepath.Dir(path), filepath.Base(path)
	if dir == path { // the root
		return filepath.EvalSymlinks(path)
	}
	t.mu.Lock()
	above, known := t.resolved[dir]
	t.mu.Unlock()
	if !known {
		var err error
		if above, err = t.resolve(dir); err != nil {
			return "", err
		}
		t.mu.Lock()
		if t.resolved == nil {
			t.resolved = map[string]string{}
		}
		t.resolved[dir] = above
		t.mu.Unlock()
	}
	real := filepath.Join(above, base)
	info, err := os.Lstat(real)
	switch {
	case err != nil:
		return "", err
	case info.Mode()&fs.ModeSymlink != 0:
		return filepath.EvalSymlinks(real)
	}
	return real, nil
}

// Once is what make makes of a path, which it is asked for once while nothing goes wrong:
// it does not change while it is read.
func Once[T any](t *Tree, path string, make func() (T, error)) (T, error) {
	key := fmt.Sprintf("%T %s", *new(T), path)
	t.mu.Lock()
	known, ok := t.read[key]
	t.mu.Unlock()
	if ok {
		return known.(T), nil
	}
	made, err := make()
	if err == nil {
		t.mu.Lock()
		if t.read == nil {
			t.read = map[string]any{}
		}
		t.read[key] = made
		t.mu.Unlock()
	}
	return made, err
}

// maxFile bounds one file that is read whole.
const maxFile = 64 << 20

// ReadFile reads a regular file within the bounds.
func (t *Tree) ReadFile(path string) ([]byte, error) {
	real, err := t.Inside(path)
	if err != nil {
		return nil, err
	}
	if text, ok := t.Texts[real]; ok {
		return text, nil
	}
	switch info, err := os.Stat(real); {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fs.ErrInvalid
	case info.Size() > maxFile:
		return nil, errors.New("is larger than 64 MiB")
	}
	return os.ReadFile(real)
}

// ReadDir lists a directory within the bounds.
func (t *Tree) ReadDir(path string) ([]fs.DirEntry, error) {
	real, err := t.Inside(path)
	if err != nil {
		return nil, err
	}
	return os.ReadDir(real)
}

// IsFile reports whether a path leads to a regular file within the bounds.
func (t *Tree) IsFile(path string) bool {
	info, err := t.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// IsDir reports whether a path leads to a directory within the bounds.
func (t *Tree) IsDir(path string) bool {
	info, err := t.Stat(path)
	return err == nil && info.IsDir()
}

// Stat is what a path leads to within the bounds, links followed.
func (t *Tree) Stat(path string) (fs.FileInfo, error) {
	real, err := t.Inside(path)
	if err != nil {
		return nil, err
	}
	return os.Stat(real)
}
