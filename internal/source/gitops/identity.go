package gitops

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/source/unit"
)

// namedPath is a path in a Git repository that an object names.
type namedPath struct {
	url, path string
	here      string // the directory that the path leads to in this repository; empty for none
	holds     bool   // the object itself stands in that directory
}

// others are repositories that are others than this one, by lastOf.
type others map[string]bool

// has reports whether a Git repository is one of them. What is still to be filled in tells
// nothing.
func (o others) has(url string) bool { return len(o) > 0 && stated(url) && o[lastOf(url)] }

// identify tells which repositories are others than this one, by what they are called: the last
// part of an address, which forks and mirrors share. A folder here may well be called as one
// there. This one is called as where it was cloned from, where some object calls it so; else as
// most paths say that are here, and of as many those which the objects themselves stand in, or
// as its folder is called. One of which each of several paths is here is this one by another name.
func identify(r *repository, objects []object) others {
	paths := map[string]map[string]namedPath{}
	for _, o := range objects {
		for _, n := range pathsBy(r, o) {
			name := lastOf(n.url)
			if paths[name] == nil {
				paths[name] = map[string]namedPath{}
			}
			n.holds = n.holds || paths[name][n.path].holds
			paths[name][n.path] = n
		}
	}
	ours := called(r.in, paths)
	if len(ours) == 0 {
		return nil
	}
	all := others{}
	for name, of := range paths {
		if !slices.Contains(ours, name) && !alias(of) {
			all[name] = true
		}
	}
	return all
}

// leastOfAlias is of how many folders of folders a repository has to be named, all of which are
// here, to be this one by another name.
const leastOfAlias = 3

// alias reports whether paths of a repository are those of this one.
func alias(all map[string]namedPath) bool {
	n := 0
	for _, p := range all {
		if p.here == "" {
			return false
		}
		if strings.Contains(p.path, "/") && !strings.Contains(p.path, "*") {
			n++
		}
	}
	return n >= leastOfAlias
}

// called is how this repository is called, among names of which some paths are known.
func called(in *unit.Tree, paths map[string]map[string]namedPath) (ours []string) {
	remotes := remotes(in)
	top, _ := filepath.Abs(in.Top())
	var best [3]int
	for name, all := range paths {
		var score [3]int // cloned from there, paths that are here, and what decides among as many
		for _, p := range all {
			if p.here != "" {
				score[1]++
			}
			if p.holds || name == strings.ToLower(filepath.Base(top)) {
				score[2] = 1
			}
		}
		if score[1] == 0 {
			continue
		}
		if slices.Contains(remotes, name) {
			score[0] = 1
		}
		switch slices.Compare(score[:], best[:]) {
		case 1:
			ours, best = []string{name}, score
		case 0:
			ours = append(ours, name)
		}
	}
	return ours
}

// remotes are how the repository is called where it was cloned from.
//
// Source: git-scm.com/docs/git-config (remote.<name>.url).
func remotes(in *unit.Tree) (names []string) {
	data, err := in.ReadFile(filepath.Join(in.Top(), ".git", "config"))
	if err != nil {
		return nil
	}
	of := ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			of = line
		}
		if key, url, is := strings.Cut(line, "="); is && strings.HasPrefix(of, "[remote ") && strings.TrimSpace(key) == "url" {
			names = append(names, lastOf(strings.TrimSpace(url)))
		}
	}
	return names
}

// lastOf is how a repository is called without who owns it.
func lastOf(url string) string { return path.Base(calledIn(url)) }

// stated reports whether a text is as it is meant, and not to be filled in.
func stated(text string) bool { return text != "" && !strings.ContainsAny(text, "{$") }

// pathsBy are the paths that an object names, below the top of Git repositories whose addresses
// are known. The top itself is that of any.
func pathsBy(r *repository, o object) []namedPath {
	p := pathsOfObject{repository: r, by: o}
	switch {
	case o.is(fluxKustomize, "Kustomization"):
		var spec kustomizationSpec
		if o.spec(&spec) == nil && spec.SourceRef.Kind == "GitRepository" {
			dir, here := (fluxObjects{r}).sourced(o, spec)
			p.ofSource(spec.SourceRef, spec.Path, dir, here)
		}
	case o.is(fluxHelm, "HelmRelease"):
		if spec, dir, here := (helmReleases{r}).localChart(o); spec.Chart.Spec.SourceRef.Kind == "GitRepository" {
			p.ofSource(spec.Chart.Spec.SourceRef, spec.Chart.Spec.Chart, dir, here)
		}
	case o.is(argo, "Application"):
		var spec applicationSpec
		if o.spec(&spec) == nil {
			p.ofSources(append(spec.Sources, deref(spec.Source)...))
		}
	case o.is(argo, "ApplicationSet"):
		p.ofSet()
	}
	return p.all
}

// pathsOfObject gathers the paths that an object names.
type pathsOfObject struct {
	*repository
	by  object
	all []namedPath
}

func (p *pathsOfObject) add(url, at, dir string, here bool) {
	at = strings.Trim(path.Clean("/"+filepath.ToSlash(at)), "/")
	if !stated(url) || !stated(at) {
		return
	}
	n := namedPath{url: url, path: at}
	if here {
		n.here = filepath.Clean(dir)
		n.holds = strings.HasPrefix(filepath.Clean(p.by.file), n.here+string(filepath.Separator))
	}
	p.all = append(p.all, n)
}

func (p *pathsOfObject) ofSource(ref sourceRef, at, dir string, here bool) {
	if from, ok := (Sources{p.configs}).find(ref, p.by); ok {
		p.add(from.URL, at, dir, here)
	}
}

func (p *pathsOfObject) ofSources(all []argoSource) {
	for _, s := range all {
		if s.Chart == "" && !strings.HasPrefix(s.RepoURL, "oci://") {
			dir, here := (argoApps{p.repository}).sourceDirectory(s)
			p.add(s.RepoURL, s.Path, dir, here)
		}
	}
}

// ofSet adds what a set names: of what its generators look for in Git, the patterns alone, as
// what they find here is here.
func (p *pathsOfObject) ofSet() {
	var spec setSpec
	if p.by.spec(&spec) != nil {
		return
	}
	looks := false
	var look func(all []generator)
	look = func(all []generator) {
		for _, g := range all {
			switch {
			case g.Merge != nil:
				look(g.Merge.Generators)
			case g.Matrix != nil:
				look(g.Matrix.Generators)
			case g.Git != nil:
				looks = true
				for _, pattern := range g.patterns() {
					dirs := argoApps{p.repository}.glob(pattern.path, pattern.directory)
					p.add(g.Git.RepoURL, pattern.path+"*", "", len(dirs) > 0)
				}
			}
		}
	}
	if look(spec.Generators); looks {
		return
	}
	made, _, _ := argoApps{p.repository}.made(p.by)
	for _, one := range made {
		p.all = append(p.all, pathsBy(p.repository, one.object)...)
	}
}

// pattern is what a generator looks for in Git: directories, or files.
type pattern struct {
	path      string
	directory bool
}

func (g generator) patterns() (all []pattern) {
	for _, d := range g.Git.Directories {
		if !d.Exclude {
			all = append(all, pattern{d.Path, true})
		}
	}
	for _, f := range g.Git.Files {
		all = append(all, pattern{f.Path, false})
	}
	return all
}
