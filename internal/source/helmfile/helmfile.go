// Package helmfile renders the state files of helmfile for each environment that they name: templates in two passes,
// bases, values of environments, templates of releases.
//
// Nothing leaves the input: no command is run, no secret opened, no variable of the environment asked. What depends on
// such is not known: a condition on it is taken both ways, and what comes of one way alone is not known to be there.
//
// Source: helmfile.readthedocs.io (Configuration; Templating; Layering Release and Environment Values), and
// github.com/helmfile/helmfile (pkg/app/desired_state_file_loader.go, pkg/state/create.go, pkg/state/state_exec_tmpl.go).
package helmfile

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/origin"
)

// Files are those of the input that a state may read.
type Files interface {
	ReadFile(name string) ([]byte, error)
}

// None has no files.
type None struct{}

// ReadFile finds nothing.
func (None) ReadFile(string) ([]byte, error) { return nil, fs.ErrNotExist }

// Installed says whether helmfile installs a release.
type Installed int

// The answers; the zero value is that it does.
const (
	Yes Installed = iota
	Perhaps
	No
)

// Release is one of a state, as it is in an environment.
type Release struct {
	Name, Namespace, Chart string
	Values                 []any // files, by their names, and values
	Secrets                []any
	Set                    []string // in the form of Helm's --set
	Missing                string   // what helmfile does where a file of values is not there
	Installed              Installed
	// Unsure says that what it is made with depends on what is not known.
	Unsure bool

	Index int // of all in its state
	// Context is the cluster that it is installed in, as kubectl calls it; empty for the one at hand.
	Context string

	nth int // of those that are called alike in every way
}

// Environment is one that a state has, with its releases in it. The name of the one that helmfile has where none is
// named is empty.
type Environment struct {
	Name     string
	By       string // the state that runs it; empty for none
	Releases []Release

	values       map[string]any
	partly, some bool
}

// State is a state file of helmfile.
type State struct {
	File         string
	Environments []Environment
	// Releases are those of all environments, each once, as it is in the first that installs it.
	Releases []Release
	// Open says why it may have releases that are not known; empty where it has none.
	Open string
	// Bases are files that it is made of as well, and Nested those of other states that it has run.
	Bases  []string
	Nested []Nested

	files Files
}

// Nested is a state that another one has run, with values that go over its own in each environment.
type Nested struct {
	File   string
	Values map[string]map[string]any
}

// mostEnvironments bounds how often a state is rendered: of more it is told that they were not read.
const mostEnvironments = 32

// Over are values for the environments of a state that go over its own, by the names of these, and the environments that
// it has where it names none.
type Over struct {
	By     string // the state that runs it with these
	Values map[string]map[string]any
}

// Load renders a state, once for each that runs it with other values.
func Load(ctx context.Context, files Files, file string, text []byte, over ...Over) *State {
	s := &State{File: file, files: files}
	l := s.load(ctx, text, "default", false, nil)
	if l.run.doubts > 0 {
		l.join(s.load(ctx, text, "default", true, nil))
	}
	s.byName(ctx, text, l)
	if len(over) == 0 {
		over = []Over{{}}
	}
	left := mostEnvironments
	for i, o := range over {
		if slices.ContainsFunc(over[:i], func(before Over) bool { return reflect.DeepEqual(before.Values, o.Values) }) {
			continue
		}
		names := slices.Sorted(maps.Keys(l.named))
		if len(names) == 0 {
			names = slices.Sorted(maps.Keys(o.Values))
		}
		if len(names) == 0 {
			names = []string{""}
		}
		if len(names) > left {
			s.Open = fmt.Sprintf("of its environments, with the values that others run it with, no more than %d are read", mostEnvironments)
			names = names[:left]
		}
		left -= len(names)
		s.run(ctx, text, names, o)
	}
	s.number()
	return s
}

// run adds environments of a state as they are with some values.
func (s *State) run(ctx context.Context, text []byte, names []string, over Over) {
	type which struct {
		file string
		nth  int
	}
	at := map[which]int{}
	for _, name := range names {
		given, there := over.Values[name]
		if !there { // by a state that names no environment
			given = over.Values[""]
		}
		e, l := s.environment(ctx, text, name, given)
		e.By = over.By
		s.Environments = append(s.Environments, e)
		s.Open = cmp.Or(s.Open, l.open)
		for _, base := range l.bases {
			if !slices.Contains(s.Bases, base) {
				s.Bases = append(s.Bases, base)
			}
		}
		for _, n := range l.nested {
			i, there := at[which{n.file, n.nth}]
			if !there {
				i = len(s.Nested)
				at[which{n.file, n.nth}] = i
				s.Nested = append(s.Nested, Nested{n.file, map[string]map[string]any{}})
			}
			s.Nested[i].Values[name] = n.values
		}
	}
	slices.SortStableFunc(s.Nested, func(a, b Nested) int { return cmp.Compare(a.File, b.File) })
}

// environment is the state in one, by two runs where something depends on what is not known.
func (s *State) environment(ctx context.Context, text []byte, name string, over map[string]any) (Environment, *loading) {
	l := s.load(ctx, text, name, false, over)
	e := Environment{Name: name, Releases: l.releases, values: l.values, partly: l.run.partly, some: l.run.may}
	if l.run.doubts == 0 {
		return e, l
	}
	other := s.load(ctx, text, name, true, over)
	l.join(other)
	e.values, e.partly, e.some = l.values, l.run.partly, l.run.may
	for i := range e.Releases {
		x := &e.Releases[i]
		at := slices.IndexFunc(other.releases, x.is)
		switch {
		case at < 0:
			x.Installed = max(x.Installed, Perhaps)
		case x.Installed != other.releases[at].Installed:
			x.Installed = Perhaps
		}
		if at >= 0 {
			o := other.releases[at]
			o.Installed, o.Index = x.Installed, x.Index
			x.Unsure = x.Unsure || !reflect.DeepEqual(*x, o)
		}
	}
	for _, o := range other.releases {
		if !slices.ContainsFunc(e.Releases, o.is) {
			o.Installed = max(o.Installed, Perhaps)
			e.Releases = append(e.Releases, o)
		}
	}
	return e, l
}

// is reports whether another release is the same one.
func (x *Release) is(o Release) bool {
	return x.nth == o.nth && x.alike(o)
}

// alike reports whether nothing by which a release is called tells it from another one.
func (x *Release) alike(o Release) bool {
	return x.Name == o.Name && x.Namespace == o.Namespace && x.Chart == o.Chart && x.Context == o.Context
}

// number gives each release the same number in all environments.
func (s *State) number() {
	for i := range s.Environments {
		for j := range s.Environments[i].Releases {
			x := &s.Environments[i].Releases[j]
			at := slices.IndexFunc(s.Releases, x.is)
			if at < 0 {
				at = len(s.Releases)
				s.Releases = append(s.Releases, *x)
			}
			x.Index = at
			if x.Installed < s.Releases[at].Installed {
				s.Releases[at] = *x
			}
			s.Releases[at].Index = at
		}
	}
}

// ValuesOf are the values that a file, a template, makes for a release in an environment, as far as they are known, and
// the paths of those of which nothing is; false where it is not known what the template makes at all.
func (s *State) ValuesOf(ctx context.Context, e Environment, x Release, file string) (values map[string]any, open []string, ok bool) {
	values, doubts, ok := s.valuesBy(ctx, e, x, file, false)
	if !ok {
		return nil, nil, false
	}
	if doubts > 0 {
		others, _, ok := s.valuesBy(ctx, e, x, file, true)
		if !ok {
			return nil, nil, false
		}
		values = inBoth(values, others)
	}
	return values, openIn(values, ""), true
}

// valuesBy are the values that a template makes where it takes what stands in conditions on what is not known, or
// leaves that out, and how many such it has.
func (s *State) valuesBy(ctx context.Context, e Environment, x Release, file string, otherwise bool) (map[string]any, int, bool) {
	text, err := s.files.ReadFile(file)
	if err != nil {
		return nil, 0, false
	}
	r := &rendering{files: s.files, dir: filepath.Dir(s.File), partly: e.partly, may: e.some, otherwise: otherwise, budget: newBudget(ctx)}
	out, err := r.text(file, string(text), dataOf(called(e.Name), e.values, &x))
	if err != nil {
		return nil, 0, false
	}
	values, err := decoded([]byte(out))
	return values, r.doubts, err == nil
}

// inBoth are values of which nothing is known where they are not the same in both.
func inBoth(a, b map[string]any) map[string]any {
	all := map[string]any{}
	for key := range a {
		switch v, w := mapOf(a[key]), mapOf(b[key]); {
		case reflect.DeepEqual(a[key], b[key]):
			all[key] = a[key]
		case v != nil && w != nil:
			all[key] = inBoth(v, w)
		default:
			all[key] = unclear
		}
	}
	for key := range b {
		if _, there := a[key]; !there {
			all[key] = unclear
		}
	}
	return all
}

// ofPods is a key of values that says how many pods there are: what depends on it is not what it is by default.
var ofPods = regexp.MustCompile(`(?i)^(?:replicas?|replica_?count)$`)

// openIn are the paths of the values of which nothing is known. They are taken out, but for how many pods there are.
func openIn(values map[string]any, above string) []string {
	var open []string
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if below := mapOf(values[key]); below != nil && !strings.Contains(key, unclear) {
			open = append(open, openIn(below, above+key+".")...)
			continue
		}
		if !strings.Contains(key, unclear) && !holdsUnclear(values[key]) {
			continue
		}
		open = append(open, above+key)
		if !ofPods.MatchString(key) {
			delete(values, key)
		}
	}
	return open
}

// called is the name that an environment has in templates.
func called(name string) string {
	if name == "" {
		return "default"
	}
	return name
}

// dataOf is what templates are rendered with, for a release or none.
func dataOf(env string, values map[string]any, x *Release) map[string]any {
	data := map[string]any{
		"Environment": map[string]any{"Name": env, "Values": values, "KubeContext": origin.NotKnown}, "Values": values, "StateValues": values,
		"Namespace": "",
	}
	if x != nil {
		data[ofRelease] = map[string]any{"Name": x.Name, "Namespace": x.Namespace, "Chart": x.Chart, "Labels": map[string]any{}}
		data["Namespace"] = x.Namespace
	}
	return data
}

var errNoMap = errors.New("is no map")

// decoded is a map in YAML, whole numbers as such.
func decoded(text []byte) (map[string]any, error) {
	var all any
	if err := yaml.Unmarshal(text, &all); err != nil {
		return nil, err
	}
	switch all := whole(all).(type) {
	case nil:
		return map[string]any{}, nil
	case map[string]any:
		return all, nil
	}
	return nil, errNoMap
}

func whole(v any) any {
	switch v := v.(type) {
	case float64:
		if n := int(v); float64(n) == v {
			return n
		}
	case []any:
		for i := range v {
			v[i] = whole(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = whole(v[key])
		}
	}
	return v
}

// Template reports whether helmfile runs a file of values as a template.
func Template(file string) bool { return strings.HasSuffix(file, ".gotmpl") }
