package gitops

import (
	"bytes"
	"encoding/json"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/kustomize"
	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/words"
)

// leftOut says of applications that what applies them is not applied itself: no
// kustomization and no other application has the file with the object, while they
// have others that stand beside it, or in a folder above it. Listed are the files
// that kustomizations name. What applies such objects in turn is applied by hand.
func (r *repository) leftOut(objects []object, applied []application, listed []string) {
	has := map[string]bool{}
	for _, file := range listed {
		has[filepath.Clean(file)] = true
	}
	for _, a := range applied {
		for _, file := range a.files {
			has[filepath.Clean(file)] = true
		}
	}
	with, applies := map[string]bool{}, map[string]bool{} // folders with such objects: that are listed, and any
	for _, o := range objects {
		if o.is(fluxKustomize, "Kustomization") || o.group == argo {
			dir := filepath.Dir(filepath.Clean(o.file))
			applies[dir] = true
			with[dir] = with[dir] || has[filepath.Clean(o.file)]
		}
	}
	for i, a := range applied {
		file := filepath.Clean(a.by.file)
		switch {
		case a.unneeded != "" || a.kind == unit.Helmfile || a.kind == unit.Terraform || has[file] || r.isTemplate(file), applies[a.dir]:
		case a.by.is(fluxHelm, "HelmRelease"):
		case within(filepath.Dir(file), with):
			applied[i].unneeded = "is applied by " + filepath.ToSlash(file) + ", which no kustomization lists"
		}
	}
}

// within reports whether a folder, or one that it stands in, is among some.
func within(dir string, among map[string]bool) bool {
	for at := range origin.Upwards(dir, filepath.Dir) {
		if among[at] {
			return true
		}
	}
	return false
}

// unreached says of kustomizations and charts that nothing applies them, in a
// repository where applications have most of what is built: overlays that none of them has may be
// applied by those of another cluster. Nothing is said where
// an application may, of which it is not known what it applies, and of what any
// other file names: a script, a pipeline.
func (r *repository) unreached(units []unit.Found, applied []application, objects []object) {
	reached := map[string]bool{}
	for _, a := range applied {
		if a.unneeded == "" {
			reached[a.dir] = true
		}
	}
	var left []int
	alone := map[string]bool{}
	for i, u := range units {
		if u.By == "" { // a kustomization or a chart, which no application has
			left = append(left, i)
			alone[directory(u)] = true
		}
	}
	const few = 3
	if len(reached) < few || len(reached) < len(alone) || len(left) == 0 {
		return
	}
	may, any := r.mayApply(objects)
	if any || slices.ContainsFunc(r.in.Files, r.templatesCharts) {
		return
	}
	why := none(objects, applied)
	named, asked := r.mentions(r.in.Files, alone), chartsNamed(r.in)
	for _, i := range left {
		dir := directory(units[i])
		name := r.in.Name(dir)
		if reached[dir] || named[dir] || units[i].Kind == unit.Chart && asked[path.Base(name)] ||
			slices.ContainsFunc(may, func(p *regexp.Regexp) bool { return p.MatchString(name) }) {
			continue
		}
		units[i].Unneeded = why
	}
}

// mayBeApplied takes back that a kustomization is applied by nothing, as another one leaves
// it out, where an object may apply it or any other file names it.
func (r *repository) mayBeApplied(units []unit.Found, objects []object) {
	dirs := map[string]bool{}
	for _, u := range units {
		if u.Kind == unit.Kustomization && u.Unneeded != "" && strings.Contains(r.in.Name(u.Path), "/") {
			dirs[u.Path] = true
		}
	}
	if len(dirs) == 0 {
		return
	}
	may, any := r.mayApply(objects)
	named := r.mentionedBy(slices.DeleteFunc(slices.Clone(r.in.Files), kustomize.Is), dirs, usesWhole)
	for i, u := range units {
		name := r.in.Name(u.Path)
		if dirs[u.Path] && (any || named[u.Path] || slices.ContainsFunc(may, func(p *regexp.Regexp) bool { return p.MatchString(name) })) {
			units[i].Unneeded = ""
		}
	}
}

// none says that no object applies a unit, with how many there are of each kind.
func none(objects []object, applied []application) string {
	kinds := []struct {
		name, of string
		n        int
	}{{name: "Application"}, {name: "ApplicationSet"}, {name: "Kustomization", of: " of Flux"}, {name: "release", of: " of helmfile"},
		{name: "release", of: " of Terraform"}}
	for _, o := range objects {
		switch {
		case o.is(argo, "Application"):
			kinds[0].n++
		case o.is(argo, "ApplicationSet"):
			kinds[1].n++
		case o.is(fluxKustomize, "Kustomization"):
			kinds[2].n++
		}
	}
	for _, a := range applied {
		switch a.kind {
		case unit.Helmfile:
			kinds[3].n++
		case unit.Terraform:
			kinds[4].n++
		}
	}
	var all []string
	total, last := 0, ""
	for _, k := range kinds {
		if total += k.n; k.n > 0 {
			all, last = append(all, words.Count(k.n, k.name)+k.of), k.name+k.of
		}
	}
	if total == 1 {
		return "is not among what the one " + last + " applies"
	}
	return "is applied by none of the " + words.And(all)
}

// filledIn is what a template, a set or Flux writes into a path.
var filledIn = regexp.MustCompile(`\{\{[^}]*\}\}|\$\{[^}]*\}`)

// mayApply are the paths, as far as they are known, of objects of which it is not
// known what they apply. Any says that this may be anything.
func (r *repository) mayApply(objects []object) (paths []*regexp.Regexp, any bool) {
	for _, o := range objects {
		for _, p := range pathsOf(o) {
			clean := strings.Trim(path.Clean("/"+p), "/")
			switch {
			case clean == "" && o.is(fluxKustomize, "Kustomization"): // all that stands in it
				return nil, true
			case !filledIn.MatchString(clean):
				continue
			}
			pattern := "^"
			for i, part := range filledIn.Split(clean, -1) {
				if i > 0 {
					pattern += ".*"
				}
				pattern += regexp.QuoteMeta(part)
			}
			if pattern == "^.*" {
				return nil, true
			}
			paths = append(paths, regexp.MustCompile(pattern+"$"))
		}
	}
	return paths, false
}

// templatedChart is where a helmfile writes the chart of a release by a template.
var templatedChart = regexp.MustCompile(`(?m)^[\s-]*chart:.*\{\{`)

// namedChart is where a helmfile names the chart of a release, of whatever repository.
var namedChart = regexp.MustCompile(`(?m)^[\s-]*chart:\s*["']?([^\s"'{}#]+)`)

// chartsNamed are the names of charts that helmfiles ask for, also those of which it is not known
// what else they say.
func chartsNamed(in *unit.Tree) map[string]bool {
	all := map[string]bool{}
	for _, file := range in.Files {
		if !strings.Contains(filepath.ToSlash(file), "helmfile") {
			continue
		}
		data, err := in.ReadFile(file)
		if err != nil || len(data) > longest {
			continue
		}
		for _, m := range namedChart.FindAllSubmatch(data, -1) {
			all[path.Base(string(m[1]))] = true
		}
	}
	return all
}

// templatesCharts reports whether a file is a helmfile of which it is not known what
// charts it installs.
func (r *repository) templatesCharts(file string) bool {
	if !strings.Contains(filepath.ToSlash(file), "helmfile") {
		return false
	}
	data, err := r.in.ReadFile(file)
	return err == nil && templatedChart.Match(data)
}

// pathsOf are the paths that an object applies, as it writes them.
func pathsOf(o object) []string {
	var spec struct {
		Path     string           `json:"path"`
		Source   *argoSource      `json:"source"`
		Sources  []argoSource     `json:"sources"`
		Template *json.RawMessage `json:"template"`
	}
	if o.spec(&spec) != nil {
		return nil
	}
	switch {
	case o.is(fluxKustomize, "Kustomization"):
		return []string{spec.Path}
	case o.is(argo, "ApplicationSet") && spec.Template != nil:
		return pathsOf(object{group: argo, kind: "Application", data: *spec.Template})
	case o.group != argo:
		return nil
	}
	var all []string
	if spec.Source != nil {
		spec.Sources = append(spec.Sources, *spec.Source)
	}
	for _, s := range spec.Sources {
		if s.Path != "" {
			all = append(all, s.Path)
		}
	}
	return all
}

// prose are the endings of files that are read by people.
var prose = []string{".md", ".txt", ".rst", ".adoc", ".svg", ".png"}

// mentions are the directories that one of some files, or a workflow of the repository,
// names by their path: a script or a pipeline that applies it.
func (r *repository) mentions(files []string, dirs map[string]bool) map[string]bool {
	return r.mentionedBy(files, dirs, names)
}

// mention reports whether a file names a directory, which is called so below the input.
type mention func(data []byte, file, dir, name string) bool

// handled are words of lines that copy, show or remove what they name, or only speak of it.
var handled = regexp.MustCompile(`^\s*#|\b(cp|mv|rm|ls|cat|echo|printf|info|log|warn|rsync|tar)\b`)

// usesWhole reports whether a file outside of a directory names it as a whole, on a line that
// does not only handle its files.
func usesWhole(data []byte, file, dir, name string) bool {
	whole := regexp.MustCompile(`(^|[^\w-])` + regexp.QuoteMeta(name) + `/?($|[^\w/-])`)
	if strings.HasPrefix(file, dir+string(filepath.Separator)) || !bytes.Contains(data, []byte(name)) {
		return false
	}
	for line := range bytes.Lines(data) {
		if whole.Match(line) && !handled.Match(line) {
			return true
		}
	}
	return false
}

// mentionedBy is that of mentions, with what counts as such.
func (r *repository) mentionedBy(files []string, dirs map[string]bool, names mention) map[string]bool {
	all := map[string]bool{}
	files = slices.Clone(files)
	pipelines := filepath.Join(r.in.Top(), kustomize.Workflows)
	if entries, err := r.in.ReadDir(pipelines); err == nil {
		for _, e := range entries {
			files = append(files, filepath.Join(pipelines, e.Name()))
		}
	}
	for dir := range dirs {
		all[dir] = !strings.Contains(r.in.Name(dir), "/") // too short a name to look for
	}
	for _, file := range files {
		if slices.Contains(prose, strings.ToLower(filepath.Ext(file))) {
			continue
		}
		data, err := r.in.ReadFile(file)
		if err != nil || len(data) > longest {
			continue
		}
		for dir := range dirs {
			all[dir] = all[dir] || names(data, file, dir, r.in.Name(dir))
		}
	}
	return all
}

// names reports whether a file outside of a directory names it. A base goes by the
// folder that it stands in.
func names(data []byte, file, dir, name string) bool {
	if path.Base(name) == "base" && strings.Count(name, "/") > 1 {
		dir, name = filepath.Dir(dir), path.Dir(name)
	}
	if strings.HasPrefix(file, dir+string(filepath.Separator)) {
		return false
	}
	for from := 0; ; {
		at := bytes.Index(data[from:], []byte(name))
		if at < 0 {
			return false
		}
		begin, end := from+at, from+at+len(name)
		if (begin == 0 || !partOfName(data[begin-1])) && (end == len(data) || !partOfName(data[end])) {
			return true
		}
		from = end
	}
}

// partOfName reports whether a character may be part of the name of a folder.
func partOfName(c byte) bool {
	return c == '-' || c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
