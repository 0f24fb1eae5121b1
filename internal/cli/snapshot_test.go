package cli

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A file is written whole or not at all, where its name leads, and stays as others have
// set it up.
func TestWholeFiles(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	ok := func(w io.Writer) error { _, err := io.WriteString(w, "new"); return err }
	fails := func(w io.Writer) error {
		_, _ = io.WriteString(w, "ne")
		return errors.New("cut off")
	}
	for _, err := range []error{
		os.WriteFile(at("open"), []byte("old"), 0o600), os.Chmod(at("open"), 0o644),
		os.Symlink("open", at("link")), os.Symlink("absent", at("dangling")), os.Symlink("dangling", at("twice")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	long := strings.Repeat("x", 250)
	for _, c := range []struct {
		name  string
		write func(io.Writer) error
		file  string // that is looked at
		holds string
		mode  fs.FileMode
	}{
		{"open", fails, "open", "old", 0o644},
		{"open", ok, "open", "new", 0o644},
		{"link", ok, "open", "new", 0o644},
		{"twice", ok, "absent", "new", 0o600},
		{long, ok, long, "new", 0o600},
		{"none", fails, "none", "", 0},
	} {
		err := whole(at(c.name), c.write)
		holds, _ := os.ReadFile(at(c.file))
		if string(holds) != c.holds || (err == nil) != (c.holds == "new") {
			t.Errorf("%.20s: %v, and %s holds %q", c.name, err, c.file, holds)
		}
		if info, err := os.Lstat(at(c.file)); err == nil && info.Mode() != c.mode {
			t.Errorf("%.20s: the mode of %s is %v, want %v", c.name, c.file, info.Mode(), c.mode)
		}
	}
	if left, _ := filepath.Glob(at("*.part")); len(left) > 0 {
		t.Errorf("left over: %q", left)
	}
	if left, _ := filepath.Glob(at(".*")); len(left) > 0 {
		t.Errorf("left over: %q", left)
	}
}
