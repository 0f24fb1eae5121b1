package cli

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/onus-project/onus/"

// The page of the architecture names every package, none that is gone, and each
// below all that it imports.
func TestArchitectureNamesEveryPackage(t *testing.T) {
	page, err := os.ReadFile("../../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	line := map[string]int{} // where the page names a package
	seen := map[string]bool{}
	for i, m := range regexp.MustCompile(`(?m)^((?:cmd|internal)/\S+)  +\S`).FindAllSubmatch(page, -1) {
		line[string(m[1])] = i + 1
	}
	for _, root := range []string{"cmd", "internal"} {
		err := filepath.WalkDir(filepath.Join("../..", root), func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.IsDir() {
				return err
			}
			if slices.Contains([]string{"testdata", "clustertest", "ekstest", "unittest"}, d.Name()) { // what tests alone use
				return filepath.SkipDir
			}
			files, err := filepath.Glob(filepath.Join(path, "*.go"))
			if err != nil || len(files) == 0 {
				return err
			}
			name, err := filepath.Rel("../..", path)
			name = filepath.ToSlash(name)
			if seen[name] = true; line[name] == 0 {
				t.Errorf("docs/architecture.md does not name %s", name)
			}
			for _, imported := range importsOf(t, files) {
				if line[imported] > line[name] {
					t.Errorf("docs/architecture.md has %s above %s, which it imports", name, imported)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for name := range line {
		if !seen[name] {
			t.Errorf("docs/architecture.md names %s, and there is no such package", name)
		}
	}
}

// importsOf are the packages of onus that files import, tests aside.
func importsOf(t *testing.T, files []string) []string {
	var all []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			if name, ours := strings.CutPrefix(strings.Trim(i.Path.Value, `"`), module); ours {
				all = append(all, name)
			}
		}
	}
	return all
}
