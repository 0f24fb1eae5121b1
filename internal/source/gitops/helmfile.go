package gitops

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/source/helm"
	"github.com/onus-project/onus/internal/source/helmfile"
	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/words"
)

// IsHelmfile knows the state file of helmfile by its name, by its folder, or by the
// keys that its documents have, as far as they stand in text.
func IsHelmfile(file string, text []byte) bool {
	keys := keysOf(text)
	has := func(key string) bool { return slices.Contains(keys, key) }
	stem, _, _ := strings.Cut(filepath.Base(file), ".")
	switch {
	case has("kind"):
		return false
	case stem == "helmfile":
		return slices.ContainsFunc([]string{"releases", "helmfiles", "bases", "environments", "helmDefaults", "repositories"}, has)
	case !has("releases"):
		return false
	}
	return filepath.Base(filepath.Dir(file)) == "helmfile.d" || slices.ContainsFunc([]string{"repositories", "helmDefaults", "bases"}, has)
}

// HelmfileReleases are the releases of a helmfile that may be installed, each once. Open says why it may have others.
// A file that others are made of has none of its own.
func (d *Deployed) HelmfileReleases(ctx context.Context, file string, text []byte) (all []helmfile.Release, open string) {
	if d != nil && d.repository != nil {
		all := (helmfileReleases{d.repository}).helmfiles(ctx)
		if all.parts[filepath.Clean(file)] {
			return nil, ""
		}
		for _, h := range all.states {
			if h.File == filepath.Clean(file) {
				return installable(h)
			}
		}
	}
	return installable(helmfile.Load(ctx, d.tree().files(), file, text))
}

func installable(s *helmfile.State) ([]helmfile.Release, string) {
	return slices.DeleteFunc(slices.Clone(s.Releases), func(x helmfile.Release) bool { return x.Installed == helmfile.No }), s.Open
}

// HelmfileNotHere says that the chart of a release of a helmfile, of which the text is given, is
// not in the input.
func (d *Deployed) HelmfileNotHere(file string, text []byte, x helmfile.Release) origin.Fault {
	o := object{kind: "release", namespace: x.Namespace, name: x.Name, file: file}
	chart := x.Chart
	if chart == "" || strings.Contains(chart, origin.NotKnown) {
		chart = chartByTemplate(text)
	}
	return o.lacking(origin.LackingInstalled, chart, "installs the chart "+chart, d.tree().templated(file, text, x))
}

// templatedName is where a template writes the name of a chart.
var templatedName = regexp.MustCompile(`(?m)^[ \t]*(?:-[ \t]+)?chart:[ \t]*["']?([^\n"']*\{\{[^\n']*?)["']?[ \t\r]*$`)

// chartByTemplate is how a helmfile writes the one name of a chart that it writes by a template.
func chartByTemplate(text []byte) string {
	name := ""
	for _, m := range templatedName.FindAllSubmatch(text, -1) {
		if name != "" && name != string(m[1]) {
			return "{{ ... }}"
		}
		name = string(m[1])
	}
	return cmp.Or(name, "{{ ... }}")
}

// besides are the files that stand beside a helmfile; nil where these were not listed.
type besides struct{ in *unit.Tree }

func (b besides) files() helmfile.Files {
	if b.in == nil {
		return helmfile.None{}
	}
	return b.in
}

func (d *Deployed) tree() besides {
	if d == nil || d.repository == nil {
		return besides{}
	}
	return besides{d.repository.in}
}

// templated is how helmfile renders a release: with the variables of the environment that it,
// or a template of its values, cannot do without, and where the files are that are not here.
func (b besides) templated(file string, text []byte, x helmfile.Release) string {
	needs, gone := neededBy(nil, text), []string(nil)
	for _, v := range slices.Concat(x.Values, x.Secrets) {
		name, is := v.(string)
		if !is || b.in == nil || filepath.IsAbs(name) || strings.Contains(name, "://") || strings.Contains(name, origin.NotKnown) {
			continue
		}
		data, err := b.in.ReadFile(filepath.Join(filepath.Dir(file), filepath.FromSlash(name)))
		switch {
		case errors.Is(err, fs.ErrNotExist) && (x.Missing == "" || x.Missing == "Error"):
			gone = append(gone, name)
		case helmfile.Template(name):
			needs = neededBy(needs, data)
		}
	}
	said := ""
	if len(gone) > 0 {
		said = "with " + words.And(gone) + ", which " + words.Agree(len(gone), "is", "are") + " not here: "
	}
	for _, name := range needs {
		said += name + "=VALUE "
	}
	said += "helmfile -f " + words.InShell(file)
	if x.Name != "" {
		said += " -l " + words.InShell("name="+x.Name)
	}
	return said + " template | onus check -"
}

// neededVariable is a variable of the environment without which a template of helmfile fails.
//
// Source: helmfile.readthedocs.io/en/latest/templating_funcs (requiredEnv).
var neededVariable = regexp.MustCompile(`\brequiredEnv\s+["\x60](\w+)["\x60]`)

// neededBy are such variables of a text, behind some.
func neededBy(some []string, text []byte) []string {
	for _, m := range neededVariable.FindAllSubmatch(text, -1) {
		if name := string(m[1]); !slices.Contains(some, name) {
			some = append(some, name)
		}
	}
	return some
}

// HelmfileUnknown says that a helmfile may have releases that are not known, and why.
func (d *Deployed) HelmfileUnknown(file string, text []byte, why string) origin.Fault {
	return origin.Fault{File: file, Reason: why, Hint: d.tree().templated(file, text, helmfile.Release{}),
		Lacks: origin.Lack{What: origin.LackingInstalled}}
}

// ReleaseAt names a release of a helmfile among what was applied.
func ReleaseAt(file string, index int) Object {
	return Object{Kind: "release of helmfile", File: filepath.Clean(file), Line: index}
}

// helmfileReleases are releases of helmfiles.
type helmfileReleases struct{ *repository }

// stateFiles are those of helmfile in the input, and the files that these are made of: what stands in one of those
// is in each that names it.
type stateFiles struct {
	states []*helmfile.State
	parts  map[string]bool
}

// helmfiles are the state files of the input. One that another has run is run with the values that it is given.
func (r helmfileReleases) helmfiles(ctx context.Context) stateFiles {
	r.onceHelmfiles.Do(func() { r.helmfile = r.findHelmfiles(ctx) })
	return r.helmfile
}

func (r helmfileReleases) findHelmfiles(ctx context.Context) stateFiles {
	found, text := stateFiles{parts: map[string]bool{}}, map[string][]byte{}
	for _, file := range r.in.Files {
		ext := strings.ToLower(filepath.Ext(strings.TrimSuffix(file, ".gotmpl")))
		if ext != ".yaml" && ext != ".yml" {
			continue
		}
		data, _ := r.in.ReadFile(file) // what cannot be read is none
		if len(data) > longest || !statesKey.Match(data) || !IsHelmfile(file, data) {
			continue
		}
		file = filepath.Clean(file)
		text[file] = data
		found.states = append(found.states, helmfile.Load(ctx, r.in, file, data))
	}
	for _, s := range found.states {
		for _, base := range s.Bases {
			found.parts[base] = true
		}
	}
	found.states = slices.DeleteFunc(found.states, func(s *helmfile.State) bool { return found.parts[s.File] })
	nested := map[string][]helmfile.Over{}
	for _, s := range found.states {
		for _, n := range s.Nested {
			nested[n.File] = append(nested[n.File], helmfile.Over{By: s.File, Values: n.Values})
		}
	}
	for i, s := range found.states {
		if over, is := nested[s.File]; is {
			found.states[i] = helmfile.Load(ctx, r.in, s.File, text[s.File], over...)
		}
	}
	return found
}

// statesKey is one of the keys by which a state has releases.
var statesKey = regexp.MustCompile(`(?m)^(releases|bases|helmfiles):`)

// keysOf are the keys that stand at the top of any document of a file.
func keysOf(data []byte) []string {
	var all []string
	for line := range bytes.Lines(data) {
		if key, _, ok := bytes.Cut(line, []byte(":")); ok && len(key) > 0 && !bytes.ContainsAny(key, " \t#-{") {
			all = append(all, string(key))
		}
	}
	return all
}

// installed are the charts of the repository that helmfiles install, each release
// with its values, once for each environment that gives it other ones. Releases and
// environments that are for tests or development, or come before production, are
// left out where the chart is installed otherwise as well, and counted by their environment, or
// by the release where that is named for one.
func (r helmfileReleases) installed(ctx context.Context, all []*helmfile.State, read map[Object]bool, others map[string]int) []application {
	charts := r.charts()
	var made []application
	for _, h := range all {
		for _, x := range h.Releases {
			dir, ok := r.chartOf(h, x, charts)
			if !ok {
				continue
			}
			read[ReleaseAt(h.File, x.Index)] = true
			made = append(made, r.inEnvironments(ctx, h, x, dir)...)
		}
	}
	live := map[string]bool{}
	for _, a := range made {
		live[a.dir] = live[a.dir] || !a.early
	}
	return slices.DeleteFunc(made, func(a application) bool {
		left := a.early && live[a.dir]
		if left {
			others[path.Base(a.name)]++
		}
		return left
	})
}

// early reports whether an environment, or a release for one, comes before production,
// by a word of its name. The one that helmfile has where none is asked for is called
// default.
func early(name string) bool {
	words := strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '_' })
	return slices.ContainsFunc(words, func(w string) bool { return purpose.BeforeProduction(w) || w == "canary" || w == "default" })
}

// inEnvironments is a release in each environment that it is installed in, as far as
// its values differ. A release that is called as an environment is for that one, and
// an environment that is called as a release of the same chart for that release. Where it is not known of one
// whether it is installed, it is there, and says so.
func (r helmfileReleases) inEnvironments(ctx context.Context, h *helmfile.State, x helmfile.Release, dir string) []application {
	called := func(name string) bool {
		return slices.ContainsFunc(h.Releases, func(o helmfile.Release) bool { return o.Name == name && o.Chart == x.Chart })
	}
	named := slices.ContainsFunc(h.Environments, func(e helmfile.Environment) bool { return e.Name == x.Name })
	var all []application
	seen := map[string]bool{}
	for _, as := range []helmfile.Installed{helmfile.Yes, helmfile.Perhaps} { // what is known goes before the same that is not
		for _, e := range h.Environments {
			if e.Name != "" && e.Name != x.Name && (named || called(e.Name)) {
				continue
			}
			at := slices.IndexFunc(e.Releases, func(o helmfile.Release) bool { return o.Index == x.Index })
			if at < 0 || e.Releases[at].Installed != as {
				continue
			}
			a, key := r.inEnvironment(ctx, h, e, e.Releases[at], dir)
			if seen[key] {
				continue
			}
			seen[key] = true
			all = append(all, a)
		}
	}
	return all
}

// inEnvironment is a release in one environment, and what tells it from that in another one.
func (r helmfileReleases) inEnvironment(ctx context.Context, h *helmfile.State, e helmfile.Environment, x helmfile.Release, dir string) (
	application, string) {
	options, missing, templates := r.helmfileOptions(ctx, h, e, x)
	by := object{kind: "release", namespace: options.Namespace, name: x.Name, file: h.File}
	name := x.Name
	elsewhere := func(o helmfile.Release) bool { return o.Name == x.Name && o.Context != x.Context }
	if x.Context != "" && slices.ContainsFunc(h.Releases, elsewhere) {
		name += "/" + x.Context
	}
	if slices.ContainsFunc(h.Environments, func(o helmfile.Environment) bool { return o.By != e.By }) {
		name += "/" + e.By
	}
	if len(h.Environments) > 1 && e.Name != "" && e.Name != x.Name {
		name += "/" + e.Name
	}
	hint := besides{r.in}.templated(h.File, nil, x)
	var faults []origin.Fault
	for _, file := range missing {
		faults = append(faults, by.asks("takes values from "+file+", which is not here", "helmfile template | onus check -"))
	}
	for _, t := range templates {
		faults = append(faults, by.asks(t.said(), hint))
	}
	if x.Unsure {
		faults = append(faults, by.asks("has values by a template that decides by what is not here", hint))
	}
	if x.Installed == helmfile.Perhaps {
		faults = append(faults, by.asks("is installed or not by what is not here", hint))
	}
	return application{
		by: by, name: name, kind: unit.Helmfile, dir: dir, early: early(x.Name) || early(e.Name),
		chart: r.asked(dir, options, options.Namespace),
		build: func(ctx context.Context) unit.Built {
			built := helm.Build(ctx, r.in, dir, options)
			built.Missing = append(built.Missing, faults...)
			if open := helm.Undecided(ctx, r.in, dir, options); len(open) > 0 && !x.Unsure {
				built.Missing = append(built.Missing, by.asks("takes "+words.First(open, mostOpen)+" from what is not here", hint))
			}
			counted := unsized(&built, r.sizedOtherwise(ctx, dir, options, templates))
			if len(counted) > 0 {
				built.Missing = append(built.Missing, by.asks("has "+words.Few(counted)+" run as many pods as what is not here says", hint))
			}
			built.Documents = unit.In(options.Namespace, built.Documents)
			return built
		},
	}, fmt.Sprint(options.Namespace, options.Values, options.Inline, options.Set, templates, x.Unsure)
}

// helmfileOptions are what a release is rendered with in an environment, the files of values
// that are not there and have to be, and the templates of which it is not known what they make.
func (r helmfileReleases) helmfileOptions(ctx context.Context, h *helmfile.State, e helmfile.Environment, x helmfile.Release) (
	o helm.Options, missing []string, templates []undecided) {
	o = helm.Options{Release: x.Name, Namespace: x.Namespace, Set: x.Set}
	for _, v := range x.Values {
		switch v := v.(type) {
		case map[string]any:
			o.Inline = helm.Merge(o.Inline, v)
		case string:
			at := filepath.Join(filepath.Dir(h.File), filepath.FromSlash(v))
			switch {
			case filepath.IsAbs(v) || strings.Contains(v, origin.NotKnown):
			case r.in.IsFile(at) && helmfile.Template(v):
				values, open, ok := h.ValuesOf(ctx, e, x, at)
				if o.Inline = helm.Merge(o.Inline, values); !ok || len(open) > 0 {
					templates = append(templates, undecided{v, open})
				}
			case r.in.IsFile(at):
				r.layFile(&o, at)
			case x.Missing == "" || x.Missing == "Error":
				missing = append(missing, v)
			}
		}
	}
	return o, missing, templates
}

// layFile puts a file of values over those before it: over what stands in no file as well, which
// goes over all files.
func (r helmfileReleases) layFile(o *helm.Options, file string) {
	values := map[string]any{}
	text, err := r.in.ReadFile(file)
	if o.Inline == nil || err != nil || yaml.Unmarshal(text, &values) != nil {
		o.Values = append(o.Values, file)
		return
	}
	o.Inline = helm.Merge(o.Inline, values)
}

// charts are the directories of the repository with a chart that is in no other one,
// by the last part of their path.
func (r helmfileReleases) charts() map[string][]string {
	all := map[string][]string{}
	for _, file := range r.in.Files {
		dir := filepath.Dir(file)
		part := filepath.Base(filepath.Dir(dir)) == "charts" && r.has(filepath.Dir(filepath.Dir(dir)), helm.ChartFile)
		if filepath.Base(file) == helm.ChartFile && !part {
			all[filepath.Base(dir)] = append(all[filepath.Base(dir)], filepath.Clean(dir))
		}
	}
	return all
}

// chartOf is the chart in the repository that a release installs: at a path, or the
// one that is called as the chart of a repository of charts is.
func (r helmfileReleases) chartOf(h *helmfile.State, x helmfile.Release, charts map[string][]string) (string, bool) {
	if strings.Contains(x.Chart, origin.NotKnown) {
		return "", false
	}
	dir := filepath.Join(filepath.Dir(h.File), filepath.FromSlash(x.Chart))
	if is := r.has(dir, helm.ChartFile); is || strings.HasPrefix(x.Chart, ".") {
		return dir, is
	}
	_, name, ok := strings.Cut(x.Chart, "/")
	if ok && len(charts[name]) == 1 {
		return charts[name][0], true
	}
	return "", false
}
