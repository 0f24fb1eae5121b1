package gitops

import (
	"context"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gobwas/glob"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/kustomize"
	"github.com/onus-project/onus/internal/source/unit"
)

// lookup is the directory that a path in the repository leads to: from the top
// of the repository that encloses the input, or from the input.
func (r *repository) lookup(p string) (string, bool) {
	p = filepath.FromSlash(strings.TrimLeft(p, "/"))
	for _, top := range []string{r.in.Top(), r.in.Root} {
		if dir := filepath.Join(top, p); r.in.IsDir(dir) {
			return dir, true
		}
	}
	return "", false
}

// lookupAbove is the directory that a path of several parts leads to from a folder which a file
// stands in, below the top of the input.
func (r *repository) lookupAbove(p, file string) (string, bool) {
	p = filepath.FromSlash(strings.Trim(p, "/"))
	if !strings.Contains(p, string(filepath.Separator)) {
		return "", false
	}
	for at := range origin.Upwards(filepath.Dir(filepath.Clean(file)), filepath.Dir) {
		if at == r.in.Root {
			break
		}
		if dir := filepath.Join(at, p); r.in.IsDir(dir) {
			return dir, true
		}
	}
	return "", false
}

// has reports whether a directory holds a file of one of some names.
func (r *repository) has(dir string, names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return r.in.IsFile(filepath.Join(dir, name)) })
}

// fluxDirectory is what Flux applies of a directory: its kustomization, or all
// the YAML below it, with directories that have a kustomization built.
//
// Source: fluxcd.io/flux/components/kustomize/kustomizations (Generate a
// kustomization.yaml file).
func (r fluxObjects) fluxDirectory(ctx context.Context, dir string) unit.Built {
	if r.has(dir, kustomize.Names...) {
		return r.kustomize.Build(ctx, dir)
	}
	var all unit.Built
	entries, err := r.in.ReadDir(dir)
	if err != nil {
		return all
	}
	for _, e := range entries {
		p := filepath.Join(dir, e.Name())
		switch {
		case ctx.Err() != nil:
			return all
		case strings.HasPrefix(e.Name(), "."):
		case e.IsDir():
			all = joined(all, r.fluxDirectory(ctx, p))
		case isYAML(e.Name()):
			all = joined(all, r.file(p))
		}
	}
	return all
}

// fluxFiles are those that Flux applies as they are of a directory: not those
// that a kustomization in it names.
func (r fluxObjects) fluxFiles(dir string) []string {
	entries, err := r.in.ReadDir(dir)
	if err != nil || r.has(dir, kustomize.Names...) {
		return nil
	}
	var all []string
	for _, e := range entries {
		p := filepath.Join(dir, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case e.IsDir():
			all = append(all, r.fluxFiles(p)...)
		case isYAML(e.Name()):
			all = append(all, p)
		}
	}
	return all
}

// argoDirectory is what Argo CD applies of a directory that is neither a chart
// nor a kustomization: its YAML and JSON, and that below where it is told to.
//
// Source: argo-cd.readthedocs.io/en/stable/user-guide/directory.
func (r argoApps) argoDirectory(ctx context.Context, dir string, d directorySource) unit.Built {
	var all unit.Built
	for _, p := range r.argoFiles(dir, d) {
		if ctx.Err() != nil {
			return all
		}
		all = joined(all, r.file(p))
	}
	return all
}

// argoFiles are those that Argo CD applies of such a directory as they are.
func (r argoApps) argoFiles(dir string, d directorySource) []string {
	return r.filesOf(dir, d, func(name string) bool { return isYAML(name) || strings.EqualFold(path.Ext(name), ".json") })
}

// filesOf are the files of such a directory which are called so.
func (r argoApps) filesOf(dir string, d directorySource, called func(name string) bool) []string {
	var all []string
	var walk func(at, below string)
	walk = func(at, below string) {
		entries, err := r.in.ReadDir(at)
		if err != nil {
			return
		}
		for _, e := range entries {
			p, name := filepath.Join(at, e.Name()), path.Join(below, e.Name())
			switch {
			case e.IsDir():
				if d.Recurse && !strings.HasPrefix(e.Name(), ".") {
					walk(p, name)
				}
			case called(e.Name()) && d.takes(name):
				all = append(all, p)
			}
		}
	}
	walk(dir, "")
	return all
}

// directorySource is how Argo CD reads a directory of files.
type directorySource struct {
	Recurse bool   `json:"recurse"`
	Include string `json:"include"`
	Exclude string `json:"exclude"`
}

func (d directorySource) takes(name string) bool {
	if d.Exclude != "" && matches(d.Exclude, name) {
		return false
	}
	return d.Include == "" || matches(d.Include, name)
}

// matches reports whether a path below the directory fits a pattern, as Argo CD takes it: with no
// separators, so that a star stands for folders as well. One that is none fits nothing.
func matches(pattern, name string) bool {
	g, err := glob.Compile(pattern)
	return err == nil && g.Match(name)
}

func isYAML(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".yaml" || ext == ".yml"
}

// file are the documents of one file.
func (r *repository) file(p string) unit.Built {
	data, err := r.in.ReadFile(p)
	if err != nil {
		return unit.Built{}
	}
	documents := []unit.Document{{Bytes: data, File: p, Line: 1}}
	if isYAML(p) {
		documents = cut(p, data)
	}
	return unit.Built{Documents: documents, Files: []string{p}}
}

func joined(a, b unit.Built) unit.Built {
	a.Documents = append(a.Documents, b.Documents...)
	a.Missing = append(a.Missing, b.Missing...)
	a.Absent = append(a.Absent, b.Absent...)
	a.Refused = append(a.Refused, b.Refused...)
	a.Notes = append(a.Notes, b.Notes...)
	a.Files = append(a.Files, b.Files...)
	return a
}
