package gitops

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"sigs.k8s.io/yaml"
)

// setSpec is what an ApplicationSet of Argo CD says.
//
// Source: argo-cd.readthedocs.io/en/stable/operator-manual/applicationset.
type setSpec struct {
	GoTemplate bool        `json:"goTemplate"`
	Generators []generator `json:"generators"`
	Template   any         `json:"template"`
}

type generator struct {
	List *struct {
		Elements []map[string]any `json:"elements"`
	} `json:"list"`
	Git *struct {
		RepoURL     string `json:"repoURL"`
		Directories []struct {
			Path    string `json:"path"`
			Exclude bool   `json:"exclude"`
		} `json:"directories"`
		Files []struct {
			Path string `json:"path"`
		} `json:"files"`
		Values map[string]string `json:"values"`
	} `json:"git"`
	Clusters *struct {
		Values map[string]string `json:"values"`
	} `json:"clusters"`
	Merge *struct {
		Keys       []string    `json:"mergeKeys"`
		Generators []generator `json:"generators"`
	} `json:"merge"`
	Matrix *struct {
		Generators []generator `json:"generators"`
	} `json:"matrix"`

	others map[string]json.RawMessage
}

// applicationSet are the directories that the Applications of a set apply. Of
// generators that ask a forge or a cloud, nothing is known. Whole says that the set
// applies nothing else.
func (r argoApps) applicationSet(o object) (all []application, whole bool) {
	made, unknown, ok := r.made(o)
	if !ok {
		return nil, false
	}
	whole = unknown == "" || r.onlyHere(o)
	fitted := whole && unknown != ""
	for _, a := range made {
		if a.open && !a.sourced() {
			whole = false
			continue
		}
		one, ok := r.application(a.object)
		if !ok && a.open {
			fits, absent := r.unresolved(a.object)
			fitted, ok = fitted || fits, fits || absent
		}
		all, whole = append(all, one...), whole && ok
	}
	return all, whole && (fitted || len(all) > 0)
}

// unfilled is what is called unknown of a set whose template cannot be filled in.
const unfilled = "whose template is not filled in"

// madeBySet is an Application that a set makes. Open says that it makes it if there is such a
// cluster.
type madeBySet struct {
	object
	open bool
}

// made are the Applications that a set makes, as far as it is known which: unknown is the
// generator that somebody else answers, or unfilled; empty for none.
func (r argoApps) made(o object) (all []madeBySet, unknown string, ok bool) {
	var spec setSpec
	if o.spec(&spec) != nil || spec.Template == nil {
		return nil, "", false
	}
	text, err := json.Marshal(spec.Template)
	if err != nil {
		return nil, "", false
	}
	for _, g := range spec.Generators {
		gives, elsewhere := r.gives(g, spec.GoTemplate)
		if elsewhere != "" {
			unknown = cmp.Or(unknown, elsewhere)
			continue
		}
		for _, one := range gives {
			if made, ok := filled(o, text, one.parameters, spec.GoTemplate); ok {
				if one.open {
					made = made.ofAnyCluster(o.name)
				}
				all = append(all, madeBySet{made, one.open})
			} else {
				unknown = cmp.Or(unknown, unfilled)
			}
		}
	}
	return all, unknown, true
}

// called is the name of a generator that is not read here.
func (g generator) called() string {
	return cmp.Or(strings.Join(slices.Sorted(maps.Keys(g.others)), ", "), unfilled)
}

// UnmarshalJSON keeps the names of what is not read here.
func (g *generator) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, &g.others); err != nil {
		return err
	}
	delete(g.others, "selector")
	type read generator
	return json.Unmarshal(data, (*read)(g))
}

// head is what an object is called.
type head struct {
	Metadata struct {
		Name string `json:"name"`
	} `json:"metadata"`
}

// filled is the Application that a set makes with some parameters.
func filled(set object, text []byte, parameters map[string]any, goTemplate bool) (object, bool) {
	var tree any
	if json.Unmarshal(text, &tree) != nil {
		return object{}, false
	}
	fill := fast(parameters)
	if goTemplate {
		fill = withTemplate(parameters)
	}
	tree, ok := eachString(tree, fill)
	if !ok {
		return object{}, false
	}
	data, err := yaml.Marshal(tree)
	var head head
	if err != nil || yaml.Unmarshal(data, &head) != nil {
		return object{}, false
	}
	return object{
		group: argo, kind: "Application", namespace: set.namespace, name: head.Metadata.Name,
		data: data, file: set.file, line: set.line,
	}, true
}

// eachString replaces the strings of a tree; it reports false where one fails.
func eachString(v any, fill func(string) (string, bool)) (any, bool) {
	switch v := v.(type) {
	case string:
		return fill(v)
	case map[string]any:
		for k, e := range v {
			filled, ok := eachString(e, fill)
			if !ok {
				return nil, false
			}
			v[k] = filled
		}
	case []any:
		for i, e := range v {
			filled, ok := eachString(e, fill)
			if !ok {
				return nil, false
			}
			v[i] = filled
		}
	}
	return v, true
}

var parameter = regexp.MustCompile(`\{\{\s*([^{}\s]+)\s*\}\}`)

// fast fills in {{name}}, as sets without goTemplate do. What is not known
// stays.
func fast(parameters map[string]any) func(string) (string, bool) {
	return func(s string) (string, bool) {
		return parameter.ReplaceAllStringFunc(s, func(p string) string {
			if v, ok := parameters[parameter.FindStringSubmatch(p)[1]]; ok {
				return fmt.Sprint(v)
			}
			return p
		}), true
	}
}

// withTemplate fills in Go templates. What is not known stays.
func withTemplate(parameters map[string]any) func(string) (string, bool) {
	functions := sprig.TxtFuncMap()
	for _, outside := range []string{"env", "expandenv", "getHostByName"} {
		delete(functions, outside)
	}
	return func(s string) (string, bool) {
		if !strings.Contains(s, "{{") {
			return s, true
		}
		t, err := template.New("").Funcs(functions).Parse(s)
		if err != nil {
			return "", false
		}
		var b bytes.Buffer
		if err := t.Execute(&b, parameters); err != nil {
			return "", false
		}
		if strings.Contains(b.String(), "<no value>") {
			return s, true
		}
		return b.String(), true
	}
}

// parameters are what a generator gives, an Application each.
func (r argoApps) parameters(g generator, goTemplate bool) []map[string]any {
	switch {
	case g.List != nil:
		return flattened(g.List.Elements, goTemplate)
	case g.Git == nil:
		return nil
	}
	var all []map[string]any
	for _, dir := range r.directoriesOf(g) {
		all = append(all, withPath(map[string]any{}, dir, goTemplate))
	}
	for _, f := range g.Git.Files {
		for _, file := range r.glob(f.Path, false) {
			values := map[string]any{}
			data, err := r.in.ReadFile(joinTop(r.in.Top(), file))
			if err != nil || yaml.Unmarshal(data, &values) != nil {
				continue
			}
			p := withPath(flattened([]map[string]any{values}, goTemplate)[0], path.Dir(file), goTemplate)
			all = append(all, p)
		}
	}
	for _, p := range all {
		for k, v := range g.Git.Values {
			if filled, ok := fast(p)(v); ok {
				p["values."+k] = filled
			}
		}
	}
	return all
}

// directoriesOf are those that a generator takes and does not exclude.
func (r argoApps) directoriesOf(g generator) []string {
	var all []string
	for _, d := range g.Git.Directories {
		if !d.Exclude {
			all = append(all, r.glob(d.Path, true)...)
		}
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(dir string) bool {
		for _, d := range g.Git.Directories {
			if ok, _ := path.Match(strings.Trim(d.Path, "/"), dir); d.Exclude && ok {
				return true
			}
		}
		return false
	})
}

// glob are the directories, or the files, of the repository that fit a pattern,
// as paths in it. Two stars stand for any number of directories.
func (r argoApps) glob(pattern string, directories bool) []string {
	top := r.in.Top()
	var all []string
	for p := range r.everyPath(directories) {
		name, err := filepath.Rel(top, p)
		if err != nil {
			continue
		}
		name = filepath.ToSlash(name)
		if fits(strings.Split(strings.Trim(pattern, "/"), "/"), strings.Split(name, "/")) {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

// everyPath are the files of the input, or the directories that they are in.
func (r argoApps) everyPath(directories bool) map[string]bool {
	if directories {
		r.onceFolders.Do(func() { r.folders = r.foldersOfFiles() })
		return r.folders
	}
	all := map[string]bool{}
	for _, f := range r.in.Files {
		all[f] = true
	}
	return all
}

// foldersOfFiles are the directories that files of the input are in.
func (r *repository) foldersOfFiles() map[string]bool {
	all := map[string]bool{}
	for _, f := range r.in.Files {
		for dir := filepath.Dir(f); !all[dir]; dir = filepath.Dir(dir) {
			if real, err := r.in.Inside(dir); err != nil || real == string(os.PathSeparator) {
				break
			}
			all[dir] = true
		}
	}
	return all
}

func fits(pattern, name []string) bool {
	switch {
	case len(pattern) == 0:
		return len(name) == 0
	case pattern[0] == "**":
		return fits(pattern[1:], name) || len(name) > 0 && fits(pattern, name[1:])
	case len(name) == 0:
		return false
	}
	ok, _ := path.Match(pattern[0], name[0])
	return ok && !strings.HasPrefix(name[0], ".") && fits(pattern[1:], name[1:])
}

// withPath adds what a Git generator says of a directory.
func withPath(p map[string]any, dir string, goTemplate bool) map[string]any {
	segments := strings.Split(dir, "/")
	base := path.Base(dir)
	normalized := strings.ToLower(regexp.MustCompile(`[^A-Za-z0-9.-]+`).ReplaceAllString(base, "-"))
	if goTemplate {
		list := make([]any, len(segments))
		for i, s := range segments {
			list[i] = s
		}
		p["path"] = map[string]any{"path": dir, "basename": base, "basenameNormalized": normalized, "segments": list}
		return p
	}
	p["path"], p["path.basename"], p["path.basenameNormalized"] = dir, base, normalized
	for i, s := range segments {
		p[fmt.Sprintf("path[%d]", i)] = s
	}
	return p
}

// flattened are parameters by the names that sets without goTemplate know them
// by: a.b of what is nested.
func flattened(all []map[string]any, goTemplate bool) []map[string]any {
	if goTemplate {
		return all
	}
	flat := make([]map[string]any, len(all))
	for i, one := range all {
		flat[i] = map[string]any{}
		flatten(flat[i], "", one)
	}
	return flat
}

func flatten(into map[string]any, prefix string, from map[string]any) {
	for _, k := range slices.Sorted(maps.Keys(from)) {
		if nested, ok := from[k].(map[string]any); ok {
			flatten(into, prefix+k+".", nested)
			continue
		}
		into[prefix+k] = from[k]
	}
}
