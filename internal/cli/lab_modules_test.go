package cli

import (
	"bytes"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
)

// The lab is a module of its own, which no other test builds. The modules that the packages of
// onus need which it imports stand in its go.mod and go.sum, in onus's own versions at least:
// else it does not build.
func TestModulesOfTheLab(t *testing.T) {
	const mend = "go mod tidy in lab mends it"
	lab, replaced := requires(t, "../../lab/go.mod")
	sums, err := os.ReadFile("../../lab/go.sum")
	if err != nil {
		t.Fatal(err)
	}
	for path, version := range needed(t, importedFrom(t, "../../lab"), lab) {
		if lab[path] == "" {
			t.Errorf("lab/go.mod lacks %s %s: %s", path, version, mend)
		}
	}
	own, _ := requires(t, "../../go.mod")
	for path, version := range lab {
		if semver.Compare(version, own[path]) < 0 {
			t.Errorf("lab/go.mod has %s %s, and go.mod %s: %s", path, version, own[path], mend)
		}
		if !slices.Contains(replaced, path) && !bytes.Contains(sums, []byte(path+" "+version+" h1:")) {
			t.Errorf("lab/go.sum lacks %s %s: %s", path, version, mend)
		}
	}
}

// requires are the modules that a go.mod names, with their versions, and those of them for
// which it has others.
func requires(t *testing.T, name string) (versions map[string]string, replaced []string) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	f, err := modfile.Parse(name, data, nil)
	if err != nil {
		t.Fatal(err)
	}
	versions = map[string]string{}
	for _, r := range f.Require {
		versions[r.Mod.Path] = r.Mod.Version
	}
	for _, r := range f.Replace {
		replaced = append(replaced, r.Old.Path)
	}
	return versions, replaced
}

// importedFrom are the packages of onus that are imported under a folder, and the program,
// which tests there build.
func importedFrom(t *testing.T, dir string) []string {
	t.Helper()
	all := []string{module + "cmd/onus"}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".go" {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, s := range f.Imports {
			path, err := strconv.Unquote(s.Path.Value)
			if err != nil {
				return err
			}
			if strings.HasPrefix(path, module) && !strings.HasPrefix(path, module+"lab/") {
				all = append(all, path)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// needed are the modules of the packages that some rest on, with their versions and, of packages
// whose module the lab has in a newer version, no more than that: what that one needs is its own
// affair. They are there as onus was built: nothing is fetched.
func needed(t *testing.T, packages []string, lab map[string]string) map[string]string {
	t.Helper()
	const each = `{{.ImportPath}} {{with .Module}}{{.Path}}@{{.Version}}{{end}} {{join .Imports " "}}`
	list := exec.Command("go", append([]string{"list", "-deps", "-f", each}, packages...)...)
	list.Env = append(os.Environ(), "GOPROXY=off")
	out, err := list.Output()
	if err != nil {
		t.Fatalf("listing what packages of onus rest on: %v", err)
	}
	of := map[string][]string{} // module and imports of each
	for line := range strings.Lines(string(out)) {
		words := strings.Split(strings.TrimSpace(line), " ")
		of[words[0]] = words[1:]
	}
	all, seen := map[string]string{}, map[string]bool{}
	for next := packages; len(next) > 0; next = next[1:] {
		is := of[next[0]]
		if seen[next[0]] || len(is) == 0 {
			continue
		}
		seen[next[0]] = true
		path, version, _ := strings.Cut(is[0], "@")
		if version != "" {
			all[path] = version
		}
		if version == "" || semver.Compare(lab[path], version) <= 0 {
			next = append(next, is[1:]...)
		}
	}
	return all
}
