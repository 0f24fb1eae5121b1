// Package unittest makes inputs of units for tests out of txtar archives.
package unittest

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/onus-project/onus/internal/source/unit"
)

// Unpack writes the files of an archive below a directory.
func Unpack(t testing.TB, dir string, a *txtar.Archive) {
	t.Helper()
	for _, f := range a.Files {
		Write(t, filepath.Join(dir, f.Name), string(f.Data))
	}
}

// Write writes a file, with the folders that it stands in.
func Write(t testing.TB, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Tree is the input of a directory, as the door gives it to builders: folders
// whose names start with a dot are not entered.
func Tree(t testing.TB, dir string) *unit.Tree {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != dir && d.Name()[0] == '.':
			return filepath.SkipDir
		case d.Type().IsRegular():
			files = append(files, p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	in, err := unit.NewTree(dir, files)
	if err != nil {
		t.Fatal(err)
	}
	return in
}
