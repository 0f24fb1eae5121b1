package helmfile

import (
	"context"
	"maps"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/source/helm"
)

// loading is one run of a state in an environment.
type loading struct {
	state *State
	env   string
	run   rendering
	over  map[string]any

	values    map[string]any            // of the environment, as far as was read
	named     map[string]bool           // environments
	branches  map[string]bool           // environments that stand in the text, whatever its templates make of it
	templates map[string]map[string]any // of releases, by their names
	specs     []map[string]any          // releases as they are written
	releases  []Release
	bases     []string
	nested    []nested
	missing   string // what the state does where a file of values is not there
	open      string // why it may have releases that are not known; empty for none
}

type nested struct {
	file   string
	nth    int // of those of the same file
	values map[string]any
}

var parted = regexp.MustCompile(`(?m)^---.*$`)

// load runs a state in an environment, its parts one after another.
func (s *State) load(ctx context.Context, text []byte, env string, otherwise bool, over map[string]any) *loading {
	l := &loading{
		state: s, env: called(env), over: over,
		run:    rendering{files: s.files, dir: filepath.Dir(s.File), otherwise: otherwise, budget: newBudget(ctx)},
		values: helm.Merge(map[string]any{}, over), named: map[string]bool{}, branches: map[string]bool{}, templates: map[string]map[string]any{},
	}
	for _, part := range parted.Split(string(text), -1) {
		l.part(s.File, part, true)
	}
	for i, spec := range l.specs {
		x, ok := l.release(spec)
		if !ok {
			l.open = byTemplates
			continue
		}
		x.Index = i
		l.add(x)
	}
	return l
}

// add adds a release, but for one that is there already, as what a base has that is named twice.
func (l *loading) add(x Release) {
	for _, o := range l.releases {
		if !x.alike(o) {
			continue
		}
		o.Index, o.nth = x.Index, x.nth
		if reflect.DeepEqual(o, x) {
			return
		}
		x.nth++
	}
	l.releases = append(l.releases, x)
}

// Why releases are not known.
const (
	byTemplates = "its releases are written by templates, and it is not known what they install"
	noYAML      = "it is not known what it installs: it is no YAML"
)

// part adds a part of a state: its bases, then what stands in it. What its environments say counts in all of it.
func (l *loading) part(file, text string, bases bool) {
	l.inText(text)
	if bases {
		l.based(texts(l.first(file, text)["bases"]))
	}
	l.environments(l.first(file, text))
	top, ok := l.parsed(file, text)
	if !ok {
		l.open = noYAML
		return
	}
	if handler, is := top["missingFileHandler"].(string); is {
		l.missing = handler
	}
	for name, t := range maps.All(mapOf(top["templates"])) {
		if t, is := t.(map[string]any); is {
			l.templates[name] = t
		}
	}
	if unsure(top["releases"]) {
		l.open = byTemplates
	}
	for _, spec := range listOf(top["releases"]) {
		if spec, is := spec.(map[string]any); is {
			l.specs = append(l.specs, spec)
		}
	}
	for _, n := range listOf(top["helmfiles"]) {
		l.nest(n)
	}
}

// based adds the bases of a part, which no base has of its own.
func (l *loading) based(names []string) {
	for _, name := range names {
		file := filepath.Join(l.run.dir, filepath.FromSlash(name))
		text, err := l.state.files.ReadFile(file)
		if err != nil || filepath.IsAbs(name) || len(text) > longest {
			l.run.partly, l.run.may, l.open = true, false, "it is made of "+name+" as well, which is not here"
			continue
		}
		l.bases = append(l.bases, file)
		for _, part := range parted.Split(string(text), -1) {
			l.part(file, part, false)
		}
	}
}

// nest adds a state that this one has run.
func (l *loading) nest(n any) {
	path, values := "", map[string]any{}
	switch n := n.(type) {
	case string:
		path = n
	case map[string]any:
		path, _ = n["path"].(string)
		before := l.run
		values = l.layered(values, listOf(n["values"]), "")
		l.run = before
	}
	file := filepath.Join(l.run.dir, filepath.FromSlash(path))
	if _, err := l.state.files.ReadFile(file); err == nil && path != "" && !filepath.IsAbs(path) {
		nth := 0
		for _, o := range l.nested {
			if o.file == file {
				nth++
			}
		}
		l.nested = append(l.nested, nested{file, nth, values})
	}
}

// ofReleases stands for a release where templates are run that are for one: they are written there again.
var ofReleases = map[string]any{
	"Name": "{{ .Release.Name }}", "Namespace": "{{ .Release.Namespace }}", "Chart": "{{ .Release.Chart }}", "Labels": map[string]any{},
}

// byTemplate are lines that a template writes.
var byTemplate = regexp.MustCompile(`(?m)^.*\{\{.*$`)

// parsed is a part as its templates write it. Where they cannot be run it is what stands there: helmfile runs none from its
// version 1 on where the file is not called .gotmpl, and those of releases ask for one, which is not there yet.
func (l *loading) parsed(file, text string) (map[string]any, bool) {
	data := dataOf(l.env, l.values, nil)
	for range 2 {
		if out, err := l.run.text(file, text, data); err == nil {
			if top, err := decoded([]byte(out)); err == nil {
				return top, true
			}
		}
		if top, err := decoded([]byte(text)); err == nil {
			return top, true
		}
		data[ofRelease] = ofReleases
	}
	top, err := decoded([]byte(byTemplate.ReplaceAllString(text, "")))
	l.open = byTemplates
	return top, err == nil
}

// inText are the environments that a part has by any of its templates: of those in a branch of a condition on the name
// of the environment, each shows in itself alone.
func (l *loading) inText(text string) {
	if !strings.Contains(text, "{{") || !strings.Contains(text, "environments:") {
		return
	}
	top, err := decoded([]byte(byTemplate.ReplaceAllString(text, "")))
	if err != nil {
		return // what is written by templates is told where they are run
	}
	for name := range mapOf(top["environments"]) {
		l.branches[name] = true
	}
}

// byName adds to the environments of a state those that it has where it is asked for them, and not where it is asked
// for the one that is called default.
func (s *State) byName(ctx context.Context, text []byte, l *loading) {
	for _, name := range slices.Sorted(maps.Keys(l.branches)) {
		if l.named[name] || len(l.named) > mostEnvironments {
			continue
		}
		own := s.load(ctx, text, name, false, nil)
		if !own.named[name] && own.run.doubts > 0 {
			own = s.load(ctx, text, name, true, nil)
		}
		if own.named[name] {
			l.named[name] = true
		}
	}
}

// first is a part before the values are known that it has itself.
func (l *loading) first(file, text string) map[string]any {
	before, open := l.run, l.open
	l.run.partly, l.run.may = true, false
	top, _ := l.parsed(file, text)
	l.run, l.open = before, open
	return top
}

// environments adds the values that a part has for the environment.
func (l *loading) environments(top map[string]any) {
	all, _ := top["environments"].(map[string]any)
	for name := range all {
		if !unsure(name) {
			l.named[name] = true
		}
	}
	defaults := l.layered(map[string]any{}, listOf(top["values"]), "")
	l.values = helm.Merge(defaults, l.values)
	own := mapOf(all[l.env])
	handler, _ := own["missingFileHandler"].(string)
	values := l.layered(l.values, listOf(own["values"]), handler)
	if len(listOf(own["secrets"])) > 0 && !l.run.partly {
		l.run.partly, l.run.may = true, true
	}
	l.values = helm.Merge(values, l.over)
}

// layered are values with a list of others over them: maps, and files. Where one was not read, it may set others.
func (l *loading) layered(values map[string]any, list []any, handler string) map[string]any {
	for _, v := range list {
		switch v := v.(type) {
		case map[string]any:
			values = helm.Merge(values, v)
		case string:
			more, ok := l.fileOfValues(v, values)
			if !ok {
				may := optional(handler) || handler == "" && optional(l.missing)
				l.run.may = may && (l.run.may || !l.run.partly)
				l.run.partly = true
				continue
			}
			values = helm.Merge(values, more)
		}
	}
	return values
}

// optional reports whether helmfile goes on where a file is not there.
func optional(handler string) bool {
	return slices.Contains([]string{"Warn", "Info", "Debug"}, handler)
}

// fileOfValues are the values in a file, which may be a template of those before it.
func (l *loading) fileOfValues(name string, before map[string]any) (map[string]any, bool) {
	data := dataOf(l.env, before, nil)
	name, err := l.run.text("values", name, data)
	if err != nil || unsure(name) || filepath.IsAbs(name) {
		return nil, false
	}
	text, err := l.state.files.ReadFile(filepath.Join(l.run.dir, filepath.FromSlash(strings.TrimSpace(name))))
	if err != nil || len(text) > longest {
		return nil, false
	}
	out := string(text)
	if Template(name) {
		doubts := l.run.doubts
		if out, err = l.run.text(name, out, data); err != nil || l.run.doubts > doubts {
			return nil, false
		}
	}
	values, err := decoded([]byte(out))
	return values, err == nil
}

func mapOf(v any) map[string]any {
	all, _ := v.(map[string]any)
	return all
}

func listOf(v any) []any {
	all, _ := v.([]any)
	return all
}

func texts(v any) []string {
	var all []string
	for _, x := range listOf(v) {
		if s, is := x.(string); is {
			all = append(all, s)
		}
	}
	return all
}

// cloned is a map that can be changed, with all that is in it.
func cloned(v map[string]any) map[string]any {
	text, err := yaml.Marshal(v)
	if err != nil {
		return maps.Clone(v)
	}
	all, err := decoded(text)
	if err != nil {
		return maps.Clone(v)
	}
	return all
}
