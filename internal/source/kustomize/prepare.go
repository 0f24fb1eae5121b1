package kustomize

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/unit"
)

// prepared is a kustomization as it is built: without what cannot be had, and
// with the fields that kustomize has in place of old ones.
type prepared struct {
	data    []byte
	missing []origin.Fault
	folder  *origin.Fault // the one of these that is a folder which is not there
	files   []string      // local resources
	dirs    []string      // that it includes
	// charts are files that charts make, by their names beside it, and charted where what is in these stands.
	charts  map[string][]byte
	charted []sourced
	// What it puts before and behind names, and the namespace that it sets.
	prefix, suffix, namespace string
}

// preparer takes out of one kustomization what cannot be had.
type preparer struct {
	in *unit.Tree
	*kustomization
	out prepared
	// alone are ConfigMaps and Secrets that are made of what is said here alone, as what they go
	// into is elsewhere.
	alone map[generated]bool
	// lenient also takes out what only works where everything is there: patches
	// find what they patch or do nothing, and nothing is copied between objects.
	lenient bool
}

// nothing is a kustomization that makes nothing: one that says nothing at all is
// an error.
const nothing = "buildMetadata: []\n"

// Ways to have what a kustomization asks for: kustomize fetches, and runs Helm and
// other programs where it is told to, but makes no files.
//
// Source: kustomize build --help.
const (
	buildHint    = "render it where that can be had: kustomize build DIR | onus check -"
	chartHint    = "render it where that can be had: kustomize build --enable-helm DIR | onus check -"
	programsHint = "render it where they can run: kustomize build --enable-alpha-plugins --enable-exec DIR | onus check -"
	fileHint     = "kustomize needs it, too: have it made first, or take it out"
)

// generatorHint is the way out where a file is not there that a ConfigMap is made from, and
// noReplacement the fault where what replacements ask for is not there.
const (
	generatorHint = "kustomize needs it, too: have it made first"
	noReplacement = "replacements take values from objects that are not there"
)

// prepare makes what is built of a kustomization.
func prepare(in *unit.Tree, k *kustomization, lenient bool, alone map[generated]bool) prepared {
	p := preparer{in: in, kustomization: k, lenient: lenient, alone: alone}
	if k.root == nil {
		p.out.data = []byte(nothing)
		return p.out
	}
	p.out.prefix, p.out.suffix, p.out.namespace = k.text("namePrefix"), k.text("nameSuffix"), k.text("namespace")
	root := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	put := func(key string, value *yaml.Node) {
		if value.Kind != yaml.SequenceNode || len(value.Content) > 0 {
			root.Content = append(root.Content, scalar(key), value)
		}
	}
	for i := 0; i+1 < len(k.root.Content); i += 2 {
		key := k.root.Content[i].Value
		if !rewritten[key] {
			put(key, k.root.Content[i+1])
		}
	}
	p.out.charts = map[string][]byte{}
	put("resources", list(append(p.resources("resources", "bases").Content, p.charts().Content...)...))
	put("components", p.resources("components"))
	put("patches", p.patches())
	put("labels", p.labels())
	for _, key := range []string{"crds", "configurations"} {
		put(key, p.existing(key))
	}
	if !lenient {
		put("replacements", p.withPath("replacements"))
	} else if n := k.value("replacements"); n != nil {
		p.lacks(n, noReplacement, buildHint)
	}
	for _, key := range generators {
		put(key, p.generated(key))
	}
	for _, key := range []string{"generators", "transformers", "validators"} {
		put(key, p.plugins(key))
	}
	for _, n := range k.items("helmChartInflationGenerator") {
		p.lacks(n, "asks for the chart "+chartName(resolved(n)), chartHint)
	}
	root.Content = append(root.Content, scalar("buildMetadata"), list())
	var err error
	if p.out.data, err = yaml.Marshal(root); err != nil {
		p.lacks(k.root, err.Error(), buildHint)
		p.out.data = []byte(nothing)
	}
	return p.out
}

// rewritten are the keys that are not taken over as they are. Old ones would
// have kustomize warn on stderr; openapi changes the state of the process;
// variables stay in the text as they are written, which no verdict rests on.
var rewritten = map[string]bool{
	"resources": true, "bases": true, "components": true, "patches": true, "patchesStrategicMerge": true, "patchesJson6902": true,
	"labels": true, "commonLabels": true, "imageTags": true, "vars": true, "openapi": true, "crds": true,
	"configurations": true, "replacements": true,
	"configMapGenerator": true, "secretGenerator": true, "generators": true, "transformers": true, "validators": true,
	"helmCharts": true, "helmChartInflationGenerator": true, "helmGlobals": true, "buildMetadata": true, "sortOptions": true,
}

// generators are the keys of what is made from files, and madeBy are the kinds of that.
var (
	generators = []string{"configMapGenerator", "secretGenerator"}
	madeBy     = map[string]string{"configMapGenerator": "ConfigMap", "secretGenerator": "Secret"}
)

// generated is what the kustomization in a directory makes from files.
type generated struct{ kind, name, dir string }

func scalar(value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}
}

func list(items ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: items}
}

func mapping(pairs ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: pairs}
}

// lacks notes what the kustomization asks for at a node and cannot have, and the
// way to have it.
func (p *preparer) lacks(at *yaml.Node, reason, hint string) {
	p.out.missing = append(p.out.missing, origin.Fault{File: p.file, Line: at.Line, Reason: reason, Hint: hint})
}

// remote notes that what stands at a node is elsewhere.
func (p *preparer) remote(at *yaml.Node, path string) {
	p.lacks(at, "asks for "+path+", which is remote", buildHint)
	p.out.missing[len(p.out.missing)-1].Lacks = origin.Lack{What: origin.LackingRemote, Name: path}
}

// absent notes that what stands at a node is not there.
func (p *preparer) absent(at *yaml.Node, path, hint string) {
	p.lacks(at, "asks for "+path+", which is not there", hint)
	p.out.missing[len(p.out.missing)-1].Lacks = origin.Lack{What: origin.LackingPath, Name: path}
}

// has reports whether a path leads to a file, or why it does not.
func (p *preparer) has(at *yaml.Node, path string) bool {
	if remote(path) {
		p.remote(at, path)
		return false
	}
	info, err := p.in.Stat(filepath.Join(p.dir, path))
	switch {
	case errors.Is(err, unit.ErrOutside):
		p.lacks(at, "asks for "+path+", which "+err.Error(), buildHint)
		return false
	case err != nil || !info.Mode().IsRegular():
		p.absent(at, path, fileHint)
		return false
	}
	return true
}

// resources are what a kustomization includes, as far as that is there.
func (p *preparer) resources(keys ...string) *yaml.Node {
	all := list()
	for _, key := range keys {
		for _, n := range p.items(key) {
			n = resolved(n)
			if n.Kind != yaml.ScalarNode || n.Value == "" {
				continue
			}
			if path, ok := p.resource(n); ok {
				all.Content = append(all.Content, scalar(path))
			}
		}
	}
	return all
}

// resource is the path of one, as it is built.
func (p *preparer) resource(n *yaml.Node) (string, bool) {
	path := filepath.ToSlash(filepath.Clean(n.Value))
	if filepath.IsAbs(path) {
		p.lacks(n, "asks for "+n.Value+", which kustomize takes by no absolute path", fileHint)
		return "", false
	}
	at := filepath.Join(p.dir, path)
	if p.in.IsDir(at) && !remote(n.Value) {
		if fileIn(p.in, at) == "" {
			p.lacks(n, "asks for "+n.Value+", a directory without a kustomization", fileHint)
			return "", false
		}
		p.out.dirs = append(p.out.dirs, at)
	} else {
		if p.noFolder(n, at) || !p.has(n, n.Value) {
			return "", false
		}
		if p.lenient && !p.parses(n, at) {
			return "", false
		}
		p.out.files = append(p.out.files, at)
	}
	if !strings.HasPrefix(path, "../") && path != ".." {
		path = "./" + path // or kustomize may take it for the address of a host
	}
	return path, true
}

// folderHint is the way out where a folder that a kustomization asks for is not there: a
// file may be left out of a repository on purpose, as a Secret is, and folders hardly are.
const folderHint = "as long as that folder is not there kustomize itself builds nothing of this"

// noFolder notes that a folder is not there: what has no ending is none of the files that
// kustomize reads.
func (p *preparer) noFolder(n *yaml.Node, at string) bool {
	if remote(n.Value) || filepath.Ext(at) != "" {
		return false
	}
	if _, err := p.in.Stat(at); !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	p.absent(n, n.Value, folderHint)
	if p.out.folder == nil {
		p.out.folder = &p.out.missing[len(p.out.missing)-1]
	}
	return true
}

// parses reports whether kustomize can read a file of objects.
func (p *preparer) parses(n *yaml.Node, file string) bool {
	data, err := p.in.ReadFile(file)
	if err == nil {
		err = wellFormed(data)
	}
	if err != nil {
		p.lacks(n, "includes "+n.Value+", which kustomize cannot read: "+err.Error(), buildHint)
	}
	return err == nil
}

// existing are the files of a list that are there.
func (p *preparer) existing(key string) *yaml.Node {
	all := list()
	for _, n := range p.items(key) {
		if n = resolved(n); n.Kind == yaml.ScalarNode && p.has(n, n.Value) {
			all.Content = append(all.Content, n)
		}
	}
	return all
}

// withPath are the elements of a list whose file is there, where they have one.
func (p *preparer) withPath(key string) *yaml.Node {
	all := list()
	for _, n := range p.items(key) {
		n = resolved(n)
		if path := member(n, "path"); path == nil || p.has(path, path.Value) {
			all.Content = append(all.Content, n)
		}
	}
	return all
}

// plugins are the generators, transformers and validators that are built in. The
// others are programs, which are not run.
func (p *preparer) plugins(key string) *yaml.Node {
	all := list()
	for _, n := range p.items(key) {
		if n = resolved(n); n.Kind != yaml.ScalarNode {
			continue
		}
		text := n.Value
		if !inline(text) {
			if p.in.IsDir(filepath.Join(p.dir, text)) {
				p.lacks(n, "asks for the "+key+" in "+text+", which are programs that onus does not run", programsHint)
				continue
			}
			if !p.has(n, text) {
				continue
			}
			data, _ := p.in.ReadFile(filepath.Join(p.dir, text))
			text = string(data)
		}
		if !builtinOnly(text) {
			p.lacks(n, "asks for a program among its "+key+", which onus does not run", programsHint)
			continue
		}
		charts, others := chartsIn(text)
		for _, chart := range charts {
			p.lacks(n, "asks for the chart "+chartName(chart), chartHint)
		}
		switch {
		case len(charts) == 0:
			all.Content = append(all.Content, n)
		case others != "":
			all.Content = append(all.Content, scalar(others))
		}
	}
	return all
}

// builtinOnly reports whether all plugins that a text configures are kustomize's.
func builtinOnly(text string) bool {
	dec := yaml.NewDecoder(strings.NewReader(text))
	for {
		var n yaml.Node
		if err := dec.Decode(&n); err != nil {
			return errors.Is(err, io.EOF)
		}
		one := n.Content[0]
		if one.Tag == "!!null" { // comments between two markers
			continue
		}
		if api := member(one, "apiVersion"); api == nil || api.Value != "builtin" {
			return false
		}
	}
}

// chartsIn are the charts that a text of built-in generators has Helm render, and the text of the
// others: it is the same as an entry of helmCharts.
//
// Source: kubectl.docs.kubernetes.io/references/kustomize/builtins (HelmChartInflationGenerator).
func chartsIn(text string) (charts []*yaml.Node, others string) {
	dec := yaml.NewDecoder(strings.NewReader(text))
	for {
		var n yaml.Node
		if dec.Decode(&n) != nil {
			return charts, others
		}
		one := n.Content[0]
		if kind := member(one, "kind"); kind != nil && kind.Value == "HelmChartInflationGenerator" {
			charts = append(charts, one)
			continue
		}
		if text, err := yaml.Marshal(one); err == nil && one.Tag != "!!null" {
			others += "---\n" + string(text)
		}
	}
}

// labels are those of commonLabels in their new form, and the others.
func (p *preparer) labels() *yaml.Node {
	all := list()
	if n := p.value("commonLabels"); n != nil && n.Kind == yaml.MappingNode && len(n.Content) > 0 {
		yes := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"}
		all.Content = append(all.Content, mapping(scalar("pairs"), n, scalar("includeSelectors"), yes))
	}
	all.Content = append(all.Content, p.items("labels")...)
	return all
}

// largest is how long a file may be that goes into a ConfigMap or a Secret: no
// cluster stores a longer one.
const largest = 1 << 20

// generated are ConfigMaps or Secrets without the files that are not there: what
// they hold changes no verdict.
func (p *preparer) generated(key string) *yaml.Node {
	all := list()
	for _, n := range p.items(key) {
		n = resolved(n)
		if n.Kind != yaml.MappingNode {
			continue
		}
		one := mapping()
		name := member(n, "name")
		alone := name != nil && p.alone[generated{kind: madeBy[key], name: name.Value, dir: p.dir}]
		for i := 0; i+1 < len(n.Content); i += 2 {
			value := resolved(n.Content[i+1])
			switch n.Content[i].Value {
			case "behavior":
				if alone {
					continue
				}
			case "files", "envs":
				kept := list()
				for _, v := range value.Content {
					if v = resolved(v); p.holds(pathOf(v.Value)) {
						kept.Content = append(kept.Content, v)
					} else {
						p.unmade(v, pathOf(v.Value))
					}
				}
				value = kept
			case "env":
				if !p.holds(value.Value) {
					p.unmade(value, value.Value)
					continue
				}
			}
			one.Content = append(one.Content, n.Content[i], value)
		}
		all.Content = append(all.Content, one)
	}
	return all
}

// unmade notes, where it is looked for why kustomize fails, that a file is not there which a
// ConfigMap or a Secret is made from.
func (p *preparer) unmade(at *yaml.Node, path string) {
	if !p.lenient || remote(path) {
		return
	}
	if _, err := p.in.Stat(filepath.Join(p.dir, path)); errors.Is(err, fs.ErrNotExist) {
		p.absent(at, path, generatorHint)
		p.out.missing[len(p.out.missing)-1].Lacks.Settings = true
	}
}

// holds reports whether a path leads to a file that a cluster could store.
func (p *preparer) holds(path string) bool {
	if remote(path) {
		return false
	}
	data, err := p.in.ReadFile(filepath.Join(p.dir, path))
	return err == nil && len(data) <= largest
}

// sources are the files that a ConfigMap or a Secret is made from.
func sources(generator *yaml.Node) []string {
	var files []string
	for _, key := range []string{"files", "envs"} {
		if n := member(generator, key); n != nil {
			for _, v := range n.Content {
				files = append(files, pathOf(resolved(v).Value))
			}
		}
	}
	if n := member(generator, "env"); n != nil {
		files = append(files, n.Value)
	}
	return files
}

// pathOf is the file of KEY=FILE, or of FILE.
func pathOf(entry string) string {
	if _, path, ok := strings.Cut(entry, "="); ok {
		return path
	}
	return entry
}

// chartName is a chart as it is asked for: its name, version and repository.
func chartName(n *yaml.Node) string {
	name := "without a name"
	for _, key := range []string{"name", "chartName"} {
		if v := member(n, key); v != nil {
			name = v.Value
		}
	}
	for _, part := range []struct{ before, key string }{{" ", "version"}, {" ", "chartVersion"}, {" of ", "repo"}, {" of ", "chartRepo"}} {
		if v := member(n, part.key); v != nil && v.Value != "" {
			name += part.before + v.Value
		}
	}
	return name
}

// inline reports whether what may be a path is YAML itself.
func inline(text string) bool {
	return strings.ContainsAny(text, "\n{") || strings.HasPrefix(text, "[")
}
