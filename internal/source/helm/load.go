package helm

import (
	"bytes"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"text/template/parse"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/ignore"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/words"
)

// loaded is a chart with everything that it depends on and that is there.
type loaded struct {
	root *chart.Chart
	dir  string
	in   *unit.Tree
	// source is where a chart was read, by the first of its files: those are kept
	// where Helm copies a chart to give it an alias.
	source map[*common.File]place
	// called is how the charts are called that others depend on: an alias takes the
	// place of the name once conditions and tags are applied.
	called map[*chart.Dependency]string
	notes  []origin.Fault         // of what its values are taken from
	trees  map[string]*parse.Tree // of the templates and what they define, once asked for
}

// place is a directory, or an archive, that holds a chart.
type place struct {
	path    string
	archive bool
}

// load reads the chart in a directory, or a packaged one. It does what Helm's loader does, except that it knows
// where each part came from, and that links do not lead out of bounds.
func load(in *unit.Tree, dir string) (*loaded, error) {
	c := &loaded{dir: filepath.Clean(dir), in: in, source: map[*common.File]place{}}
	var err error
	if filepath.Ext(c.dir) == PackageExtension && !in.IsDir(c.dir) {
		c.root, err = c.archive()
	} else {
		c.root, err = c.directory(c.dir, nil)
	}
	return c, err
}

// directory loads the chart in a directory; above are the directories of the
// charts that depend on it, so that none depends on itself.
func (c *loaded) directory(dir string, above []string) (*chart.Chart, error) {
	files, err := c.read(dir)
	if err != nil {
		return nil, err
	}
	return c.assemble(files, dir, append(slices.Clone(above), filepath.Clean(dir)))
}

// assemble makes a chart of its files, whose names start at its directory.
func (c *loaded) assemble(files []*archive.BufferedFile, dir string, above []string) (*chart.Chart, error) {
	own, subs := parts(files)
	own = c.withValues(own, dir)
	loadedChart, err := loader.LoadFiles(own)
	if err != nil {
		return nil, loadFault(dir, err)
	}
	c.source[loadedChart.Raw[0]] = place{path: dir}
	for _, name := range slices.Sorted(maps.Keys(subs)) {
		sub, err := c.vendored(name, subs[name], filepath.Join(dir, "charts", name), above)
		if err != nil {
			return nil, err
		}
		if sub != nil {
			loadedChart.AddDependency(sub)
		}
	}
	c.addLocal(loadedChart, dir, above)
	return loadedChart, nil
}

// pointer is how a file begins that Git LFS keeps elsewhere.
//
// Source: docs/spec.md of github.com/git-lfs/git-lfs.
const pointer = "version https://git-lfs.github.com/spec/"

// vendored is a chart in the charts directory of another, or nil where that
// holds no chart by this name.
func (c *loaded) vendored(name string, files []*archive.BufferedFile, at string, above []string) (*chart.Chart, error) {
	if strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".") {
		return nil, nil
	}
	if path.Ext(name) == PackageExtension && files[0].Name == "" {
		if bytes.HasPrefix(files[0].Data, []byte(pointer)) {
			return nil, &document.Error{File: at, Msg: "is a pointer of Git LFS, and not the chart", Hint: "git lfs pull"}
		}
		sub, err := loader.LoadArchive(bytes.NewReader(files[0].Data))
		if err != nil {
			return nil, &document.Error{File: at, Msg: "is no chart archive: " + words.OneLine(err.Error()), Hint: "helm dependency build"}
		}
		walk(sub, func(s *chart.Chart) { c.source[s.Raw[0]] = place{path: at, archive: true} })
		return sub, nil
	}
	if !slices.ContainsFunc(files, func(f *archive.BufferedFile) bool { return f.Name == ChartFile }) {
		return nil, nil
	}
	return c.assemble(files, at, above)
}

// parts tells a chart's own files from those of the charts in its charts
// directory, whose names then start at theirs.
func parts(files []*archive.BufferedFile) (own []*archive.BufferedFile, subs map[string][]*archive.BufferedFile) {
	subs = map[string][]*archive.BufferedFile{}
	for _, f := range files {
		rest, below := strings.CutPrefix(f.Name, "charts/")
		if !below || path.Ext(f.Name) == ".prov" {
			own = append(own, f)
			continue
		}
		name, inside, _ := strings.Cut(rest, "/")
		subs[name] = append(subs[name], &archive.BufferedFile{Name: inside, ModTime: f.ModTime, Data: f.Data})
	}
	return own, subs
}

// reader reads the files of one chart's directory.
type reader struct {
	in     *unit.Tree
	rules  *ignore.Rules
	files  []*archive.BufferedFile
	linked []string // the links to directories that lead to where it is
}

// read reads the files of a chart's directory, without those that its
// .helmignore names.
func (c *loaded) read(dir string) ([]*archive.BufferedFile, error) {
	return unit.Once(c.in, dir, func() ([]*archive.BufferedFile, error) { return c.readAnew(dir) })
}

func (c *loaded) readAnew(dir string) ([]*archive.BufferedFile, error) {
	rules, err := c.ignored(dir)
	if err != nil {
		return nil, err
	}
	r := reader{in: c.in, rules: rules}
	err = r.directory(dir, "")
	return r.files, err
}

// directory reads those below a directory, whose names begin with prefix.
func (r *reader) directory(dir, prefix string) error {
	entries, err := r.in.ReadDir(dir)
	if err != nil {
		return document.PathError(dir, err)
	}
	for _, entry := range entries {
		p, name := filepath.Join(dir, entry.Name()), prefix+entry.Name()
		info, err := r.in.Stat(p)
		if err != nil || r.rules.Ignore(name, info) { // a dangling link, or one that leads out
			continue
		}
		switch {
		case info.IsDir():
			err = r.enter(p, name+"/", entry.Type()&fs.ModeSymlink != 0)
		case info.Mode().IsRegular() && info.Size() <= archive.MaxDecompressedFileSize:
			err = r.file(p, name, info)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// enter reads a directory, and one that a link leads to once on the way.
func (r *reader) enter(dir, prefix string, link bool) error {
	if link {
		to, err := filepath.EvalSymlinks(dir)
		if err != nil || slices.Contains(r.linked, to) {
			return nil
		}
		r.linked = append(r.linked, to)
		defer func() { r.linked = r.linked[:len(r.linked)-1] }()
	}
	return r.directory(dir, prefix)
}

func (r *reader) file(p, name string, info fs.FileInfo) error {
	data, err := r.in.ReadFile(p)
	if err != nil {
		return document.PathError(p, err)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	r.files = append(r.files, &archive.BufferedFile{Name: name, ModTime: info.ModTime(), Data: data})
	return nil
}

func (c *loaded) ignored(dir string) (*ignore.Rules, error) {
	rules := ignore.Empty()
	data, err := c.in.ReadFile(filepath.Join(dir, ignore.HelmIgnore))
	if err == nil {
		if rules, err = ignore.Parse(bytes.NewReader(data)); err != nil {
			return nil, &document.Error{File: filepath.Join(dir, ignore.HelmIgnore), Msg: words.OneLine(err.Error())}
		}
	}
	rules.AddDefaults()
	return rules, nil
}

// text is that of a template, by the name that the engine gives it.
func (c *loaded) text(name string) []byte {
	var text []byte
	walk(c.root, func(sub *chart.Chart) {
		for _, t := range sub.Templates {
			if sub.ChartFullPath()+"/"+t.Name == name {
				text = t.Data
			}
		}
	})
	return text
}

// origin is where a template stands that the engine names by its chart's path:
// shop/charts/redis/templates/pod.yaml.
func (c *loaded) origin(name string) (file string, text []byte) {
	walk(c.root, func(sub *chart.Chart) {
		rest, ok := strings.CutPrefix(name, sub.ChartFullPath()+"/")
		if !ok {
			return
		}
		for _, t := range sub.Templates {
			if t.Name != rest {
				continue
			}
			from := c.source[sub.Raw[0]]
			if file = from.path; !from.archive {
				file, text = filepath.Join(from.path, filepath.FromSlash(rest)), t.Data
			}
		}
	})
	return file, text
}
