// Package purpose tells by the names of folders and files what stands in them is
// there for: to run somewhere, or to be tried by those who develop it, by tests,
// or by readers.
package purpose

import (
	"path"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/origin"
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

// named is the rule that a folder's name goes by.
func named(name string) (rule, bool) {
	name = strings.TrimLeft(strings.ToLower(name), "_.")
	if at := strings.LastIndex(name, "-"); at > 0 {
		if r, ok := ruleOf(known().Endings, name[at+1:]); ok {
			return r, true
		}
	}
	first, _, _ := strings.Cut(name, "-")
	for _, r := range known().Folders {
		if slices.Contains(r.Words, name) || !r.Exact && slices.Contains(r.Words, first) {
			return r, true
		}
	}
	return rule{}, false
}

// OfName is the purpose of an object or a file by a word of its name. Fewer words
// count than of folders: gitlab-ci runs somewhere, and so may a demo.
func OfName(word string) Purpose {
	if r, ok := named(word); ok && !r.Exact && !r.Alone && (r.purpose == Tests || r.purpose == Development) {
		return r.purpose
	}
	r, _ := ruleOf(known().Objects, strings.ToLower(word))
	return r.purpose
}

// OfObject is the purpose of an object by its name, or by a word of it, and that word; one that
// ends in demo is a sample, one that ends in dev is for development, and one of several words
// with staging among them is for that.
func OfObject(name string) (of Purpose, word string) {
	words := strings.Split(withoutTesting(name), "-")
	for _, word := range words {
		if of := OfName(word); of != Deployed {
			return of, word
		}
	}
	if len(words) == 1 {
		return Deployed, ""
	}
	for _, word := range words {
		if r, ok := ruleOf(known().ObjectsAmong, word); ok {
			return r.purpose, word
		}
	}
	last := words[len(words)-1]
	if r, ok := ruleOf(known().ObjectEndings, last); ok {
		return r.purpose, last
	}
	return Deployed, ""
}

// OfFile is the purpose of a file by a word of its name, without the folders that it
// stands in, such as keeper-for-tests-only.yaml; one that is called demo is a sample.
func OfFile(file string) Purpose {
	stem := strings.ToLower(strings.TrimSuffix(path.Base(file), path.Ext(file)))
	if stem == "demo" {
		return Samples
	}
	for word := range strings.FieldsFuncSeq(withoutTesting(stem), func(r rune) bool { return r == '-' || r == '_' || r == '.' }) {
		if of := OfName(word); of != Deployed {
			return of
		}
		if r, ok := ruleOf(known().Files, word); ok {
			return r.purpose
		}
	}
	return Deployed
}

// withoutTesting is a name without those of what runs tests for others: it is needed for all of them.
func withoutTesting(name string) string {
	for _, of := range known().Testing {
		name = strings.ReplaceAll(name, of, "")
	}
	return name
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
	aside  map[string]string   // by folder: the one that it is put aside for, or itself for none
	// disclaimed are the folders of which a README says that they are not for production.
	disclaimed map[string]disclaimer
	atHome     map[string]disclaimer // likewise: those that a household has
	lent       map[string]string     // by folder: the one to which it belongs, wherever it stands
	fetched    map[string]bool       // folders of which a repository of charts has the original
	used       map[string]bool       // folders that are used, whatever they are called
}

// Use says of a folder that it is used, though its name says that it is not any more.
func (f *Folders) Use(folder string) {
	if f.used == nil {
		f.used = map[string]bool{}
	}
	f.used[folder] = true
}

// Fetch says of a folder that it holds a copy of what others publish.
func (f *Folders) Fetch(folder string) {
	if f.fetched == nil {
		f.fetched = map[string]bool{}
	}
	f.fetched[folder] = true
}

// Fetched reports whether a file is of others: it stands in a folder that was fetched, or in
// a packaged chart.
func (f *Folders) Fetched(file string) bool {
	if path.Ext(file) == ".tgz" {
		return true
	}
	if len(f.fetched) > 0 {
		for at := range origin.Upwards(path.Dir(file), path.Dir) {
			if f.fetched[at] {
				return true
			}
		}
	}
	return false
}

// Lend says of a folder that what stands in it belongs to another one, by which it is
// there: a chart in local/ that the chart in stable/ depends on is deployed with that. Of
// several such, one that is deployed counts.
func (f *Folders) Lend(folder, to string) {
	if f.lent == nil {
		f.lent = map[string]string{}
	}
	if of, _ := f.ofNames(f.below(to)); f.lent[folder] == "" || of == Deployed {
		f.lent[folder] = to
	}
}

// lentAbove is the folder at or above one that belongs to another folder; empty for none.
func (f *Folders) lentAbove(dir string) string {
	if len(f.lent) == 0 {
		return ""
	}
	for at := range origin.Upwards(dir, path.Dir) {
		if f.lent[at] != "" {
			return at
		}
	}
	return ""
}

// Add adds the files below a directory that the user named.
func (f *Folders) Add(root string, files []string) {
	if f.beside == nil {
		f.beside, f.newer, f.aside = map[string][]string{}, map[string]string{}, map[string]string{}
	}
	f.roots = append(f.roots, root)
	seen := map[string]bool{}
	for _, file := range files {
		for dir := path.Dir(file); dir != root && len(dir) > 1 && !seen[dir]; dir = path.Dir(dir) {
			seen[dir] = true
			f.beside[path.Dir(dir)] = append(f.beside[path.Dir(dir)], strings.ToLower(path.Base(dir)))
		}
	}
	for dir := range seen {
		f.putAside(dir, seen)
	}
}

// Of is the purpose of a file by the folders that it stands in, and the folder
// that tells, as the user would name it. Folders above the directory that was
// named do not count: how that is called is not ours to weigh.
func (f *Folders) Of(file string) (Purpose, string) { return f.OfDir(path.Dir(file)) }

// OfDir is the purpose of what stands in a folder, as Of is that of one file in it.
func (f *Folders) OfDir(dir string) (Purpose, string) {
	part := f.lentAbove(dir)
	if part == "" {
		return f.ofNames(f.below(dir))
	}
	if of, folder := f.ofNames(f.below(f.lent[part])); of != Deployed {
		return of, folder
	}
	return f.ofNames(part, strings.TrimPrefix(strings.TrimPrefix(dir, part), "/"))
}

// ofNames is that of a folder below another one, by the names of those between.
func (f *Folders) ofNames(at, below string) (Purpose, string) {
	before := ""
	for name := range strings.SplitSeq(below, "/") {
		used := f.used[path.Join(at, name)]
		r, ok := named(name)
		place := r.Place && !variantOfTests(before, name) && f.isPlace(at, before, name)
		if ok && !(used && r.purpose == Retired) && !f.isOwn(at, name) && !place {
			return r.purpose, path.Join(at, name)
		}
		at, before = path.Join(at, name), strings.ToLower(name)
		if !used && (f.newer[at] != "" || f.aside[at] != "") {
			return Retired, at
		}
	}
	return Deployed, ""
}

// SetAside says by which folder nobody needs what stands in a file but who tries, tests or develops
// it; empty where somebody may.
func (f *Folders) SetAside(file string) string {
	switch of, folder := f.Of(file); {
	case of == Retired && f.Newer(folder) != "":
		return "it stands in " + folder + ", of which " + f.Newer(folder) + " is a newer version"
	case of == Retired && f.AsideFor(folder) != "":
		return "it stands in " + folder + ", by its name put aside for " + f.AsideFor(folder)
	case of != Deployed:
		return "it stands in " + folder + ", a folder of " + string(of)
	}
	return ""
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
	k := known()
	return k.holds(before) || k.deploys(before) && OfFolder(name) == Development ||
		slices.ContainsFunc(f.beside[in], func(other string) bool { return other != name && k.place(other) })
}

// isOwn reports whether a folder called local in another one holds one's own, as one beside it holds what others wrote.
func (f *Folders) isOwn(in, name string) bool {
	return strings.ToLower(name) == "local" && slices.ContainsFunc(f.beside[in], func(other string) bool {
		return slices.Contains(known().FromOthers, other)
	})
}

// groupsBeside is how many folders that are no places to run in tell that one beside them is a
// group of what runs, whatever it is called.
const groupsBeside = 3

// Group reports whether a folder is called dev or the like for what stands in it, as what developers
// use: beside it stand groups of other things, and no place to run in.
func (f *Folders) Group(folder string) bool {
	name, groups := strings.ToLower(path.Base(folder)), 0
	if known().environment(name) == nil {
		return false
	}
	for _, other := range f.beside[path.Dir(folder)] {
		if other == name {
			continue
		}
		if e := known().environment(other); e != nil || known().place(other) || EarlyEnvironment(other) {
			return false
		}
		groups++
	}
	return groups >= groupsBeside
}

// Below is the folder of a file, as it stands below the directory that was named.
func (f *Folders) Below(file string) string {
	_, below := f.below(path.Dir(file))
	return below
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
