// Package purpose tells by the names of folders and files what stands in them is
// there for: to run somewhere, or to be tried by those who develop it, by tests,
// or by readers.
package purpose

import (
	"path"
	"slices"
	"strings"
)

// Purpose is what something is there for; empty for what is deployed.
type Purpose string

// What is there for somebody else than those who need it.
const (
	Deployed    Purpose = ""
	Tests       Purpose = "tests"
	Development Purpose = "development"
	Staging     Purpose = "staging"
	Samples     Purpose = "samples"
	Tutorials   Purpose = "tutorials"
	Retired     Purpose = "what is no longer used"
	Copies      Purpose = "copies of what others make"
)

// rule names folders of one purpose.
type rule struct {
	purpose Purpose
	words   []string
	// exact says that the name is the whole word. Of others it may go on after a
	// dash: test-apps, sample-manifests.
	exact bool
	// place says that places to run in are called so, too: see Folders.
	place bool
}

// rules are all of them. Where one folder goes by several words the first counts.
var rules = []rule{
	{purpose: Tests, place: true, words: []string{"test", "testing", "acceptance"}},
	{purpose: Tests, words: []string{
		"tests", "testdata", "e2e", "fixture", "fixtures", "mock", "mocks", "fake", "fakes", "conformance", "smoke", "chainsaw", "kuttl",
	}},
	{purpose: Tests, exact: true, words: []string{"ci"}},
	{purpose: Tests, words: []string{
		"testfiles", "testcases", "testenv", "testsuite", "testsuites", "testutil", "testutils", "test_data", "test_files", "test_cases",
		"test_fixtures", "test_resources", "test_manifests",
	}},
	{purpose: Copies, exact: true, words: []string{
		"third_party", "third-party", "thirdparty", "3rd_party", "3rd-party", "3rdparty", "vendored",
	}},
	{purpose: Development, words: []string{"kind", "minikube", "k3d", "prow", "hack", "localstack"}},
	{purpose: Development, exact: true, words: []string{"local"}},
	{purpose: Development, exact: true, place: true, words: []string{"dev", "devel", "develop", "development"}},
	{purpose: Development, exact: true, words: []string{"dev-env", "devenv", "dev-environment", "local-dev", "dev-local"}},
	{purpose: Samples, place: true, exact: true, words: []string{"demo", "playground", "sandbox"}},
	{purpose: Samples, exact: true, words: []string{"simple"}},
	{purpose: Samples, words: []string{
		"example", "examples", "sample", "samples", "configsamples", "config-samples", "demos", "docs", "poc", "proof-of-concept",
	}},
	{purpose: Tutorials, words: []string{
		"tutorial", "tutorials", "quickstart", "quickstarts", "quick-start", "getting-started", "workshop", "workshops", "walkthrough",
		"walkthroughs",
	}},
	{purpose: Retired, words: []string{"archive", "archived", "attic", "deprecated", "legacy", "obsolete"}},
	{purpose: Retired, exact: true, words: []string{"old"}},
}

// holders are folders whose own folders are places to run in: one of them that is
// called test holds what runs there.
var holders = []string{
	"overlays", "environments", "environment", "envs", "env", "clusters", "cluster", "stages", "accounts", "regions", "tenants",
}

// places are names of places to run in, and of what those have in common. A folder
// beside one of them is a place as well.
var places = []string{
	"prod", "production", "prd", "live", "stage", "staging", "stg", "preprod", "pre-prod", "preproduction", "nonprod", "uat", "qa", "base",
}

// deploying are folders that hold what is deployed: one of them that is called dev
// is a place to run in, even where it is the only one.
var deploying = []string{
	"deploy", "deployment", "deployments", "k8s", "kubernetes", "manifests", "kustomize", "helm", "charts", "gitops", "argocd", "flux",
	"apps", "applications", "infra", "infrastructure", "terraform",
}

// endings are last words of names of folders that hold samples or tests, or what is for a
// cluster on somebody's own machine: opentelemetry-demo, trace-stress-test, dev-kind.
var endings = map[string]Purpose{
	"demo": Samples, "demos": Samples, "example": Samples, "examples": Samples, "sample": Samples, "samples": Samples,
	"quickstart": Samples, "poc": Samples, "playground": Samples, "sandbox": Samples,
	"test": Tests, "tests": Tests, "testing": Tests, "e2e": Tests,
	"kind": Development, "minikube": Development, "k3d": Development,
}

// named is the rule that a folder's name goes by.
func named(name string) (rule, bool) {
	name = strings.TrimLeft(strings.ToLower(name), "_.")
	if at := strings.LastIndex(name, "-"); at > 0 && endings[name[at+1:]] != Deployed {
		of := endings[name[at+1:]]
		return rule{purpose: of, place: of == Tests || name[at+1:] == "sandbox"}, true
	}
	first, _, _ := strings.Cut(name, "-")
	for _, r := range rules {
		if slices.Contains(r.words, name) || !r.exact && slices.Contains(r.words, first) {
			return r, true
		}
	}
	return rule{}, false
}

// OfName is the purpose of an object or a file by a word of its name. Fewer words
// count than of folders: gitlab-ci runs somewhere, and so may a demo.
func OfName(word string) Purpose {
	switch r, ok := named(word); {
	case ok && !r.exact && (r.purpose == Tests || r.purpose == Development):
		return r.purpose
	case slices.Contains([]string{"example", "examples", "sample", "samples", "helloworld"}, strings.ToLower(word)):
		return Samples
	}
	return Deployed
}

// OfObject is the purpose of an object by its name, or by a word of it; one that ends
// in demo is a sample, one that ends in dev is for development, and one of several words
// with staging among them is for that.
func OfObject(name string) Purpose {
	for word := range strings.SplitSeq(name, "-") {
		if of := OfName(word); of != Deployed {
			return of
		}
	}
	if words := strings.Split(name, "-"); len(words) > 1 && (slices.Contains(words, "staging") || slices.Contains(words, "stg")) {
		return Staging
	}
	switch {
	case strings.HasSuffix(name, "-demo"):
		return Samples
	case strings.HasSuffix(name, "-dev"):
		return Development
	}
	return Deployed
}

// OfFile is the purpose of a file by a word of its name, without the folders that it
// stands in, such as keeper-for-tests-only.yaml; one that is called demo is a sample.
func OfFile(file string) Purpose {
	stem := strings.ToLower(strings.TrimSuffix(path.Base(file), path.Ext(file)))
	if stem == "demo" {
		return Samples
	}
	for word := range strings.FieldsFuncSeq(stem, func(r rune) bool { return r == '-' || r == '_' || r == '.' }) {
		if of := OfName(word); of != Deployed {
			return of
		}
	}
	return Deployed
}

// OfFolder is the purpose of a folder by its name alone.
func OfFolder(name string) Purpose {
	r, _ := named(name)
	return r.purpose
}

// Folders are those of what was read: what stands beside a folder tells whether
// it is one of tests or of development, or a place to run in that is called so.
// The zero value knows of none beside it.
type Folders struct {
	roots  []string
	beside map[string][]string // by folder: the names of those in it
	newer  map[string]string   // by folder: the one with a newer version of what it holds
	// disclaimed are the folders of which a README says that they are not for production.
	disclaimed map[string]disclaimer
	atHome     map[string]disclaimer // likewise: those that a household has
}

// Add adds the files below a directory that the user named.
func (f *Folders) Add(root string, files []string) {
	if f.beside == nil {
		f.beside, f.newer = map[string][]string{}, map[string]string{}
	}
	f.roots = append(f.roots, root)
	seen := map[string]bool{}
	for _, file := range files {
		for dir := path.Dir(file); dir != root && len(dir) > 1 && !seen[dir]; dir = path.Dir(dir) {
			seen[dir] = true
			f.beside[path.Dir(dir)] = append(f.beside[path.Dir(dir)], strings.ToLower(path.Base(dir)))
		}
	}
}

// Of is the purpose of a file by the folders that it stands in, and the folder
// that tells, as the user would name it. Folders above the directory that was
// named do not count: how that is called is not ours to weigh.
func (f *Folders) Of(file string) (Purpose, string) { return f.OfDir(path.Dir(file)) }

// OfDir is the purpose of what stands in a folder, as Of is that of one file in it.
func (f *Folders) OfDir(dir string) (Purpose, string) {
	at, below := f.below(dir)
	before := ""
	for name := range strings.SplitSeq(below, "/") {
		if r, ok := named(name); ok && !(r.place && !variantOfTests(before, name) && f.isPlace(at, before, name)) {
			return r.purpose, path.Join(at, name)
		}
		at, before = path.Join(at, name), strings.ToLower(name)
		if f.newer[at] != "" {
			return Retired, at
		}
	}
	return Deployed, ""
}

// variantOfTests reports whether a folder is an overlay for one of several tests:
// overlays/test-kfp. One that is called test alone may be a place to run in.
func variantOfTests(in, name string) bool {
	return in == "overlays" && strings.HasPrefix(strings.ToLower(name), "test-")
}

// isPlace reports whether a folder in another one is a place to run in. Before is
// the name of that one.
func (f *Folders) isPlace(in, before, name string) bool {
	name = strings.ToLower(name)
	return slices.Contains(holders, before) ||
		slices.Contains(deploying, before) && OfFolder(name) == Development ||
		slices.ContainsFunc(f.beside[in], func(other string) bool { return other != name && slices.Contains(places, other) })
}

// below is a folder as it stands below the deepest directory that was named, and
// that directory: "." for that one, and where it stands below none.
func (f *Folders) below(dir string) (root, below string) {
	longest := -1
	below = "."
	for _, r := range f.roots {
		prefix := strings.TrimSuffix(r, "/") + "/"
		if r == "." {
			prefix = ""
		}
		if rest, ok := strings.CutPrefix(dir+"/", prefix); ok && len(prefix) > longest {
			longest, root, below = len(prefix), r, path.Clean(rest)
		}
	}
	return root, below
}
