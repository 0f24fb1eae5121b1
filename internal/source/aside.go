package source

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate"
)

// asideRule names folders of which nothing is deployed from this repository.
type asideRule struct {
	folder string // its name, or the last of its path
	what   string // that it holds
	// unless are names of entries that show the folder to be something else: an
	// application that happens to be called so.
	unless []string
}

const (
	vendored = "vendored code"
	testData = "test data"
)

// manifests are names of what an application's folder holds.
var manifests = []string{"*.yaml", "*.yml", "base", "overlays", "templates"}

// asideRules are all of them. Not among them are folders in which some
// repositories have what others test with, and others what they deploy:
// third_party, test, e2e, examples.
var asideRules = []asideRule{
	{"vendor", vendored, manifests},       // Go (go.dev/ref/mod#vendoring), Composer, Bundler, jsonnet-bundler
	{"node_modules", vendored, nil},       // docs.npmjs.com/cli/configuring-npm/folders
	{"testdata", testData, nil},           // pkg.go.dev/cmd/go: ignored by the go tool
	{"test-data", testData, nil},          // the same in other languages
	{"test_data", testData, nil},          // the same
	{"fixtures", testData, nil},           // pytest, Rails, Helm's and Terraform's test suites
	{"golden", testData, nil},             // what a test compares with
	{"__tests__", testData, nil},          // jestjs.io/docs/configuration#testmatch-arraystring
	{"__fixtures__", testData, nil},       // the same
	{"__snapshots__", testData, nil},      // jestjs.io/docs/snapshot-testing
	{"testing-manifests", testData, nil},  // kubernetes/kubernetes, test/e2e/testing-manifests
	{"src/test/resources", testData, nil}, // maven.apache.org, Introduction to the Standard Directory Layout
}

// asideOf is the rule that a folder is set aside by: dir, of which below is the
// path below what the user named. What the user named itself is read.
func asideOf(dir, below string) (asideRule, bool) {
	below = "/" + strings.ToLower(filepath.ToSlash(below))
	for _, r := range asideRules {
		if strings.HasSuffix(below, "/"+r.folder) && !r.holds(dir) {
			return r, true
		}
	}
	return asideRule{}, false
}

// holds reports whether a folder holds what shows it to be something else.
func (r asideRule) holds(dir string) bool {
	if len(r.unless) == 0 {
		return false
	}
	entries, err := os.ReadDir(dir)
	return err == nil && slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return slices.ContainsFunc(r.unless, func(pattern string) bool {
			fits, _ := filepath.Match(pattern, strings.ToLower(e.Name()))
			return fits
		})
	})
}

// setAside counts the files below a folder that would be read.
func setAside(dir string, r asideRule) estate.Aside {
	all := estate.Aside{Folders: []string{r.folder}, Holds: []string{r.what}}
	_ = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil: // it is not looked into
		case d.IsDir() && p != dir && strings.HasPrefix(d.Name(), "."):
			return filepath.SkipDir
		case d.Type().IsRegular() && readable(p):
			all.Files++
		}
		return nil
	})
	return all
}
