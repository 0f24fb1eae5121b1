package source

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/source/helm"
	"github.com/onus-project/onus/internal/source/kustomize"
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
func asideOf(root, dir string) (asideRule, bool) {
	below, err := filepath.Rel(root, dir)
	if err != nil {
		return asideRule{}, false
	}
	below = "/" + strings.ToLower(filepath.ToSlash(below))
	for _, r := range asideRules {
		if strings.HasSuffix(below, "/"+r.folder) && !r.holds(dir) {
			return r, true
		}
	}
	if tool := caseOf(dir); tool != "" {
		return asideRule{folder: "cases of " + tool, what: testData}, true
	}
	if module := foreignModule(root, dir); module != "" {
		return asideRule{folder: module, what: vendored}, true
	}
	if strings.Count(below, "/") >= 2 && isProject(dir) {
		return asideRule{folder: filepath.Base(dir), what: vendored}, true
	}
	return asideRule{}, false
}

// kuttlAsserts are the names of files with what a case of kuttl expects to find,
// and not to find, after the steps of a number.
//
// Source: kuttl.dev/docs/kuttl-test-harness.html, and testStepRegex in
// pkg/test/case.go of kudobuilder/kuttl.
var kuttlAsserts = regexp.MustCompile(`^\d+-(assert|errors)\.ya?ml$`)

// caseOf is the tool of which a folder is one case of a test; empty where it is
// none. Its files are applied one after the other, or compared with what came of
// that: no two of them need stand in a cluster together. What is built from a
// folder stands for itself.
//
// Source: kyverno.github.io/chainsaw, Tests: chainsaw-test.yaml.
func caseOf(dir string) string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return ""
	}
	tool := ""
	for _, e := range entries {
		switch name := e.Name(); {
		case name == helm.ChartFile, kustomize.Is(name):
			return ""
		case name == "chainsaw-test.yaml", name == "chainsaw-test.yml":
			tool = "chainsaw"
		case kuttlAsserts.MatchString(name):
			tool = "kuttl"
		}
	}
	return tool
}

// project are the files by which the project of a repository says how it is run.
//
// Source: docs.github.com, Setting up your project for healthy contributions.
var project = []string{"owners*", "changelog*", "contributing*", "code-of-conduct*", "code_of_conduct*", "maintainers*", "governance*", "security*"}

// isProject reports whether a folder is a copy of a whole repository: it has a
// module, a license and most of what a project says of itself. Its module may have
// been renamed. A part of the repository around it has some of these at most.
func isProject(dir string) bool {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	module, license := false, false
	said := map[string]bool{}
	for _, e := range entries {
		name := strings.ToLower(e.Name())
		module, license = module || name == "go.mod", license || strings.HasPrefix(name, "license")
		for _, pattern := range project {
			if fits, _ := filepath.Match(pattern, name); fits {
				said[pattern] = true
			}
		}
	}
	return module && license && len(said) >= 3
}

// foreignModule is the path of the Go module that a folder has been copied from,
// with its license; empty where it has none, or the owner is that of the module
// around it.
func foreignModule(root, dir string) string {
	own := modulePath(dir)
	if license, err := filepath.Glob(filepath.Join(escaped.Replace(dir), "LICENSE*")); own == "" || err != nil || len(license) == 0 {
		return ""
	}
	for at := dir; at != root && at != filepath.Dir(at); {
		at = filepath.Dir(at)
		if around := modulePath(at); around != "" {
			if ownerOf(around) == ownerOf(own) {
				return ""
			}
			return own
		}
	}
	return ""
}

// escaped makes a pattern of a path, that fits nothing else.
var escaped = strings.NewReplacer(`*`, `\*`, `?`, `\?`, `[`, `\[`, `\`, `\\`)

// modulePath is the path of the Go module that begins in a folder, where it is one
// that others can import; empty else.
//
// Source: go.dev/ref/mod#module-path.
func modulePath(dir string) string {
	data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return ""
	}
	module := modfile.ModulePath(data)
	if host, _, _ := strings.Cut(module, "/"); !strings.Contains(host, ".") {
		return ""
	}
	return module
}

// ownerOf is the host of a module and who has it there: of github.com/a/b, a; of
// others, such as sigs.k8s.io/b, the host.
func ownerOf(module string) string {
	parts := strings.Split(module, "/")
	if hosts := []string{"github.com", "gitlab.com", "bitbucket.org", "codeberg.org"}; slices.Contains(hosts, parts[0]) && len(parts) > 1 {
		return strings.Join(parts[:2], "/")
	}
	return parts[0]
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
