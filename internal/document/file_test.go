package document

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A file is read to its end or to a bound, and nothing is waited for without end.
func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("small", "a: 1\n")
	write("full", strings.Repeat("x", 1<<20))
	write("large", strings.Repeat("x", 1<<20+1))
	write("sparse", "")
	if err := os.Truncate(filepath.Join(dir, "sparse"), 10<<30); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("small", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, whole, regular string }{ // what is wrong, by both
		{"small", "", ""},
		{"link", "", ""},
		{"full", "", ""},
		{"large", "has more than 1 MiB", "has more than 1 MiB"},
		{"sparse", "has more than 1 MiB", "has more than 1 MiB"},
		{".", "is a directory, wants a file", "is not a file"},
		{"absent", "no such file or directory", "no such file or directory"},
	} {
		_, whole := ReadFile(filepath.Join(dir, c.name), 1)
		_, regular := ReadRegular(os.DirFS(dir), c.name, 1)
		for _, got := range []struct {
			by   string
			err  error
			want string
		}{{"ReadFile", whole, c.whole}, {"ReadRegular", regular, c.regular}} {
			if said := told(got.err); said != got.want {
				t.Errorf("%s of %s: %q, want %q", got.by, c.name, said, got.want)
			}
		}
	}
	if _, err := ReadFile(os.DevNull, 1); err != nil {
		t.Errorf("a device is read as it is: %v", err)
	}
	if _, err := ReadRegular(os.DirFS(filepath.Dir(os.DevNull)), filepath.Base(os.DevNull), 1); told(err) != "is not a file" {
		t.Errorf("a device is no regular file: %v", err)
	}
}

func told(err error) string {
	if err == nil {
		return ""
	}
	return cause(err).Error()
}
