package source

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/onus-project/onus/internal/document"
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

// asideOf is the rule that dir, a folder below root, is set aside by. Root is what
// the user named, which is read whatever it is called.
func asideOf(root, dir string) (asideRule, bool) {
	below, err := filepath.Rel(root, dir)
	if err != nil {
		return asideRule{}, false
	}
	below = "/" + strings.ToLower(filepath.ToSlash(below))
	inside := entriesOf(dir)
	for _, r := range asideRules {
		if strings.HasSuffix(below, "/"+r.folder) && !inside.fit(r.unless) {
			return r, true
		}
	}
	if ofAnsible(dir) {
		return asideRule{folder: "templates", what: "templates of Ansible"}, true
	}
	if tool := inside.caseOf(); tool != "" {
		return asideRule{folder: "cases of " + tool, what: testData}, true
	}
	if !inside.areModule() {
		return asideRule{}, false
	}
	if module := foreignModule(root, dir); module != "" {
		return asideRule{folder: module, what: vendored}, true
	}
	if strings.Count(below, "/") >= 2 && inside.areProject() {
		return asideRule{folder: filepath.Base(dir), what: vendored}, true
	}
	return asideRule{}, false
}

// deployment are words in names of hidden folders in which applications keep what they deploy,
// as .k8s, and .helm of werf. What other hidden folders hold is for tools: .git, .terraform,
// .github, and .kube, which is kubectl's own.
//
// Source: werf.io/docs, Configuration: Helm chart directory.
var deployment = []string{
	"k8s", "kubernetes", "helm", "charts", "manifests", "deploy", "deployment", "deployments", "kustomize", "openshift", "infra",
	"infrastructure", "gitops", "argocd", "flux", "nais",
}

// hiddenFrom reports whether a folder is hidden, and not one of what is deployed.
func hiddenFrom(dir string) bool {
	name, hidden := strings.CutPrefix(strings.ToLower(filepath.Base(dir)), ".")
	return hidden && !slices.ContainsFunc(strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("-_.", r) }),
		func(word string) bool { return slices.Contains(deployment, word) })
}

// entries are the names of what stands in one folder.
type entries []string

// entriesOf are those of a folder; none where it cannot be listed, of which the
// walk through the folders says so.
func entriesOf(dir string) entries {
	listed, _ := os.ReadDir(dir)
	all := make(entries, len(listed))
	for i, e := range listed {
		all[i] = e.Name()
	}
	return all
}

// fit reports whether one of them fits one of the patterns, which are in small
// letters.
func (e entries) fit(patterns []string) bool {
	return slices.ContainsFunc(e, func(name string) bool {
		return slices.ContainsFunc(patterns, func(pattern string) bool {
			fits, _ := filepath.Match(pattern, strings.ToLower(name))
			return fits
		})
	})
}

// play is how a playbook of Ansible says where it runs.
//
// Source: docs.ansible.com, Ansible playbooks: hosts.
var play = regexp.MustCompile(`(?m)^(- |  )hosts:[ \t]*\S`)

// mostOfPlaybook is more MiB than any playbook has.
const mostOfPlaybook = 1

// ofAnsible reports whether a folder has the templates of a playbook or of a role beside it, and
// kustomizations among them: of one that is not filled in nothing can be built.
//
// Source: docs.ansible.com, Roles: role directory structure.
func ofAnsible(dir string) bool {
	if filepath.Base(dir) != "templates" {
		return false
	}
	up := filepath.Dir(dir)
	beside := entriesOf(up)
	if slices.Contains(beside, helm.ChartFile) || !playedBy(up, beside) {
		return false
	}
	has := false
	_ = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if has = err == nil && !d.IsDir() && kustomize.Is(p); has {
			return fs.SkipAll
		}
		return nil
	})
	return has
}

// playedBy reports whether a folder is a role, or holds a playbook.
func playedBy(dir string, inside entries) bool {
	if slices.Contains(inside, "tasks") && entriesOf(filepath.Join(dir, "tasks")).fit([]string{"main.yml", "main.yaml"}) {
		return true
	}
	return slices.ContainsFunc(inside, func(name string) bool {
		if ext := filepath.Ext(name); ext != ".yaml" && ext != ".yml" {
			return false
		}
		text, err := document.ReadRegular(os.DirFS(dir), name, mostOfPlaybook)
		return err == nil && play.Match(text)
	})
}

// areModule reports whether they are those of a Go module that has its own license,
// as one that was copied from elsewhere has.
func (e entries) areModule() bool {
	return slices.Contains(e, "go.mod") && e.fit([]string{"license*"})
}

// kuttlAsserts are the names of files with what a case of kuttl expects to find,
// and not to find, after the steps of a number.
//
// Source: kuttl.dev/docs/kuttl-test-harness.html, and testStepRegex in
// pkg/test/case.go of kudobuilder/kuttl.
var kuttlAsserts = regexp.MustCompile(`^\d+-(assert|errors)\.ya?ml$`)

// caseOf is the tool of which a folder with these entries is one case of a test;
// empty where it is none. Its files are applied one after the other, or compared
// with what came of that: no two of them need stand in a cluster together. What is
// built from a folder stands for itself.
//
// Source: kyverno.github.io/chainsaw, Tests: chainsaw-test.yaml.
func (e entries) caseOf() string {
	tool := ""
	for _, name := range e {
		switch {
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
var project = []string{
	"owners*", "changelog*", "contributing*", "code-of-conduct*", "code_of_conduct*", "maintainers*", "governance*", "security*",
}

// areProject reports whether they are those of a copy of a whole repository: beside
// a module with its license, most of what a project says of itself. The module may
// have been renamed. A part of the repository around it has some of these at most.
func (e entries) areProject() bool {
	said := 0
	for _, pattern := range project {
		if e.fit([]string{pattern}) {
			said++
		}
	}
	return said >= 3
}

// foreignModule is the path of the Go module that a folder, one with a license, has
// been copied from; empty where the owner is that of the module around it.
func foreignModule(root, dir string) string {
	own := modulePath(dir)
	if own == "" {
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

// mostOfModule is more MiB than any go.mod has.
const mostOfModule = 4

// modulePath is the path of the Go module that begins in a folder, where it is one
// that others can import; empty else.
//
// Source: go.dev/ref/mod#module-path.
func modulePath(dir string) string {
	data, err := document.ReadRegular(os.DirFS(dir), "go.mod", mostOfModule)
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

// setAside counts the files below a folder that would be read.
func setAside(dir string, r asideRule) estate.Aside {
	all := estate.Aside{Folders: []string{r.folder}, Holds: []string{r.what}}
	_ = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil: // it is not looked into
		case d.IsDir() && p != dir && hiddenFrom(p):
			return filepath.SkipDir
		case d.Type().IsRegular() && readable(p):
			all.Files++
		}
		return nil
	})
	return all
}
