package gitops

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/source/helm"
	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/words"
)

// HelmfileRelease is a release of a helmfile, as far as it stands there: what
// templates write is left out, but for the names of the environment and of the
// release itself.
//
// Source: helmfile.readthedocs.io (Configuration; Templating).
type HelmfileRelease struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Chart     string `json:"chart"`
	Values    []any  `json:"values"`
	Secrets   []any  `json:"secrets"`
	Missing   string `json:"missingFileHandler"`

	index int // of all in its file
}

// helmfile is a state file of helmfile.
type helmfile struct {
	file         string
	environments []string
	values       map[string][]any // by environment
	releases     []HelmfileRelease
}

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

// Marks of names that templates of a helmfile write.
const (
	environmentMark = "ONUS-ENVIRONMENT-NAME"
	releaseMark     = "ONUS-RELEASE-NAME"
	openMark        = "ONUS-OPEN-BRACES"
)

// openMarks keep the name of a chart that a template writes, to say it, and ofMarks give it back.
var (
	openMarks = strings.NewReplacer("{{", openMark)
	ofMarks   = strings.NewReplacer(openMark, "{{", environmentMark, "{{ .Environment.Name }}")
)

var (
	escapedOpen     = strings.NewReplacer("{{`", "", "`}}", "")
	environmentName = regexp.MustCompile(`\{\{-?\s*\.Environment\.Name\s*-?\}\}`)
	releaseName     = regexp.MustCompile(`\{\{-?\s*\.Release\.Name\s*-?\}\}`)
	ofTemplate      = regexp.MustCompile(`(?m)^.*\{\{.*$`)
	chartByTemplate = regexp.MustCompile(`(?m)^([ \t]*(?:-[ \t]+)?chart:[ \t]*)["']?([^\n"']*\{\{[^\n']*?)["']?[ \t\r]*$`)
	parted          = regexp.MustCompile(`(?m)^---.*$`)
)

// HelmfileReleases are the releases that a helmfile has. What is no YAML, or made by templates,
// is left out.
func HelmfileReleases(text []byte) []HelmfileRelease { return parsedHelmfile("", text).releases }

// parsedHelmfile is a helmfile with its releases, and the environments that it names.
func parsedHelmfile(file string, text []byte) helmfile {
	h := helmfile{file: file, values: map[string][]any{}}
	plain := escapedOpen.Replace(string(text))
	plain = environmentName.ReplaceAllString(plain, environmentMark)
	plain = releaseName.ReplaceAllString(plain, releaseMark)
	plain = chartByTemplate.ReplaceAllStringFunc(plain, func(line string) string {
		m := chartByTemplate.FindStringSubmatch(line)
		return m[1] + "'" + openMarks.Replace(m[2]) + "'"
	})
	plain = ofTemplate.ReplaceAllString(plain, "")
	named := map[string]bool{}
	for _, part := range parted.Split(plain, -1) {
		var read struct {
			Environments map[string]any    `json:"environments"`
			Releases     []HelmfileRelease `json:"releases"`
		}
		if yaml.Unmarshal([]byte(part), &read) != nil {
			continue
		}
		maps.Copy(h.values, environmentValues(read.Environments))
		for name := range read.Environments {
			named[name] = true
		}
		for _, x := range read.Releases {
			x.index, x.Chart = len(h.releases), ofMarks.Replace(strings.ReplaceAll(x.Chart, releaseMark, x.Name))
			h.releases = append(h.releases, x)
		}
	}
	h.environments = slices.Sorted(maps.Keys(named))
	return h
}

// HelmfileNotHere says that the chart of a release of a helmfile, of which the text is given, is
// not in the input.
func (d *Deployed) HelmfileNotHere(file string, text []byte, x HelmfileRelease) origin.Fault {
	o := object{kind: "release", namespace: x.Namespace, name: x.Name, file: file}
	return o.lacking(origin.LackingInstalled, x.Chart, "installs the chart "+x.Chart, d.tree().templated(file, text, x))
}

// besides are the files that stand beside a helmfile; nil where these were not listed.
type besides struct{ in *unit.Tree }

func (d *Deployed) tree() besides {
	if d == nil || d.repository == nil {
		return besides{}
	}
	return besides{d.repository.in}
}

// templated is how helmfile renders a release: with the variables of the environment that it,
// or a template of its values, cannot do without, and where the files are that are not here.
func (b besides) templated(file string, text []byte, x HelmfileRelease) string {
	needs, gone := neededBy(nil, text), []string(nil)
	for _, v := range slices.Concat(x.Values, x.Secrets) {
		name, is := v.(string)
		if !is || b.in == nil || filepath.IsAbs(name) || strings.Contains(name, "://") || strings.Contains(name, environmentMark) {
			continue
		}
		name = strings.ReplaceAll(strings.TrimSpace(name), releaseMark, x.Name)
		data, err := b.in.ReadFile(filepath.Join(filepath.Dir(file), filepath.FromSlash(name)))
		switch {
		case errors.Is(err, fs.ErrNotExist) && (x.Missing == "" || x.Missing == "Error"):
			gone = append(gone, name)
		case gotmpl(name):
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

// HelmfileUnknown says that templates write the releases of a helmfile.
func (d *Deployed) HelmfileUnknown(file string, text []byte) origin.Fault {
	return origin.Fault{File: file, Reason: "its releases are written by templates, and it is not known what they install",
		Hint: d.tree().templated(file, text, HelmfileRelease{}), Lacks: origin.Lack{What: origin.LackingInstalled}}
}

// ReleaseAt names a release of a helmfile among what was applied.
func ReleaseAt(file string, index int) Object {
	return Object{Kind: "release of helmfile", File: filepath.Clean(file), Line: index}
}

// helmfileReleases are releases of helmfiles.
type helmfileReleases struct{ *repository }

// helmfiles are the state files of helmfile in the input.
func (r helmfileReleases) helmfiles() []helmfile {
	var all []helmfile
	for _, file := range r.in.Files {
		ext := strings.ToLower(filepath.Ext(strings.TrimSuffix(file, ".gotmpl")))
		if ext != ".yaml" && ext != ".yml" {
			continue
		}
		data, _ := r.in.ReadFile(file) // what cannot be read is none
		if len(data) > longest || !bytes.Contains(data, []byte("releases:")) || !IsHelmfile(file, data) {
			continue
		}
		all = append(all, parsedHelmfile(file, data))
	}
	return all
}

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
func (r helmfileReleases) installed(all []helmfile, read map[Object]bool, others map[string]int) []application {
	charts := r.charts()
	var made []application
	for _, h := range all {
		for _, x := range h.releases {
			dir, ok := r.chartOf(h, x, charts)
			if !ok {
				continue
			}
			read[ReleaseAt(h.file, x.index)] = true
			made = append(made, r.inEnvironments(h, x, dir)...)
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
// an environment that is called as a release of the same chart for that release.
func (r helmfileReleases) inEnvironments(h helmfile, x HelmfileRelease, dir string) []application {
	environments := h.environments
	if len(environments) == 0 {
		environments = []string{""}
	}
	called := func(name string) bool {
		return slices.ContainsFunc(h.releases, func(o HelmfileRelease) bool { return o.Name == name && o.Chart == x.Chart })
	}
	var all []application
	seen := map[string]bool{}
	for _, env := range environments {
		if env != "" && env != x.Name && (slices.Contains(environments, x.Name) || called(env)) {
			continue
		}
		options, missing, templates := r.helmfileOptions(h, x, env)
		key := fmt.Sprint(options.Values, options.Inline, templates)
		if seen[key] {
			continue
		}
		seen[key] = true
		by := object{kind: "release", namespace: options.Namespace, name: x.Name, file: h.file}
		name := x.Name
		if len(environments) > 1 && env != "" && env != x.Name {
			name += "/" + env
		}
		all = append(all, application{
			by: by, name: name, kind: unit.Helmfile, dir: dir, early: early(x.Name) || early(env),
			chart: r.asked(dir, options, options.Namespace),
			build: func(ctx context.Context) unit.Built {
				built := helm.Build(ctx, r.in, dir, options)
				for _, file := range missing {
					built.Missing = append(built.Missing, by.asks("takes values from "+file+", which is not here", "helmfile template | onus check -"))
				}
				for _, file := range templates {
					built.Missing = append(built.Missing, by.asks("takes values from "+file+", of which a template decides by what is not here",
						besides{r.in}.templated(h.file, nil, x)))
				}
				built.Documents = unit.In(options.Namespace, built.Documents)
				return built
			},
		})
	}
	return all
}

// helmfileOptions are what a release is rendered with in an environment, the files of values
// that are not there and have to be, and the templates of which it is not known what they make.
func (r helmfileReleases) helmfileOptions(h helmfile, x HelmfileRelease, env string) (o helm.Options, missing, templates []string) {
	o = helm.Options{Release: x.Name, Namespace: x.Namespace}
	for _, v := range x.Values {
		switch v := v.(type) {
		case map[string]any:
			o.Inline = helm.Merge(o.Inline, v)
		case string:
			file := strings.NewReplacer(environmentMark, env, releaseMark, x.Name).Replace(strings.TrimSpace(v))
			at := filepath.Join(filepath.Dir(h.file), filepath.FromSlash(file))
			switch {
			case !filepath.IsAbs(file) && r.in.IsFile(at) && gotmpl(file):
				if values, ok := r.valuesByTemplate(at, h, x, env); ok {
					o.Inline = helm.Merge(o.Inline, values)
				} else {
					templates = append(templates, file)
				}
			case !filepath.IsAbs(file) && r.in.IsFile(at):
				r.layFile(&o, at)
			case !filepath.IsAbs(file) && v == file && (x.Missing == "" || x.Missing == "Error"):
				missing = append(missing, file)
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
func (r helmfileReleases) chartOf(h helmfile, x HelmfileRelease, charts map[string][]string) (string, bool) {
	if strings.Contains(x.Chart, "{{") {
		return "", false
	}
	dir := filepath.Join(filepath.Dir(h.file), filepath.FromSlash(x.Chart))
	if is := r.has(dir, helm.ChartFile); is || strings.HasPrefix(x.Chart, ".") {
		return dir, is
	}
	_, name, ok := strings.Cut(x.Chart, "/")
	if ok && len(charts[name]) == 1 {
		return charts[name][0], true
	}
	return "", false
}
