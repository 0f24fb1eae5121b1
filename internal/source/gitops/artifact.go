package gitops

import (
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/onus-project/onus/internal/source/kustomize"
)

// artifacts are the folders of the repository that are pushed as artifacts, by how a source of
// Flux is called.
type artifacts struct {
	once    sync.Once
	folders map[string][]string // by kind and name of the source
}

// pushes is how Flux's own command is told which folder it makes an artifact of.
//
// Source: fluxcd.io/flux/cmd/flux_push_artifact.
var pushes = regexp.MustCompile(`flux push artifact(?:[^\n\\]|\\.|\\\n)*?--path[= ]["']?([\w./-]+)`)

// inArtifact is the directory that a path in an artifact leads to, where that is a folder of
// this repository: one that a file of it pushes, or else the only one below which everything
// stands that is applied of the artifact.
func (r *repository) inArtifact(ref sourceRef, p string) (string, bool) {
	r.artifacts.once.Do(r.findArtifacts)
	for _, folder := range r.artifacts.folders[ref.Kind+" "+ref.Name] {
		if dir := filepath.Join(folder, filepath.FromSlash(p)); r.in.IsDir(dir) {
			return dir, true
		}
	}
	return "", false
}

// findArtifacts looks for what each source is that is an artifact.
func (r *repository) findArtifacts() {
	r.artifacts.folders = map[string][]string{}
	applied := map[string][]string{}
	for _, o := range r.configs {
		var spec kustomizationSpec
		if !o.is(fluxKustomize, "Kustomization") || o.spec(&spec) != nil || strings.Contains(spec.Path, "$") {
			continue
		}
		if kind := spec.SourceRef.Kind; kind == "OCIRepository" || kind == "Bucket" {
			of := kind + " " + spec.SourceRef.Name
			if p := path.Clean("/" + spec.Path); !slices.Contains(applied[of], p) {
				applied[of] = append(applied[of], p)
			}
		}
	}
	if len(applied) == 0 {
		return
	}
	pushed := r.pushedFolders()
	for of, paths := range applied {
		for _, folder := range pushed {
			if r.countBelow(folder, paths) > 0 {
				r.artifacts.folders[of] = append(r.artifacts.folders[of], folder)
			}
		}
		if len(r.artifacts.folders[of]) == 0 {
			r.artifacts.folders[of] = r.onlyFolder(paths)
		}
	}
}

// countBelow is how many of some paths there are below a folder.
func (r *repository) countBelow(folder string, paths []string) (n int) {
	for _, p := range paths {
		if r.in.IsDir(filepath.Join(folder, filepath.FromSlash(p))) {
			n++
		}
	}
	return n
}

// onlyFolder is the only one below which some paths are; none where there are several, or by one
// path or first parts alone, as these may be of any repository.
func (r *repository) onlyFolder(paths []string) []string {
	if len(paths) < 2 || !slices.ContainsFunc(paths, func(p string) bool { return strings.Count(p, "/") > 1 }) {
		return nil
	}
	var only []string
	for _, folder := range append([]string{r.in.Top()}, r.foldersBelow()...) {
		if r.countBelow(folder, paths) == len(paths) {
			only = append(only, folder)
		}
	}
	if len(only) > 1 {
		return nil
	}
	return only
}

// foldersBelow are the folders that stand at most two below the top of the input.
func (r *repository) foldersBelow() []string {
	var all []string
	for dir := range r.foldersOfFiles() {
		if name, err := filepath.Rel(r.in.Top(), dir); err == nil && name != "." && strings.Count(filepath.ToSlash(name), "/") < 2 {
			all = append(all, dir)
		}
	}
	return all
}

// pushedFolders are those that workflows, scripts and Makefiles of the repository push.
func (r *repository) pushedFolders() []string {
	files := slices.Clone(r.in.Files)
	pipelines := filepath.Join(r.in.Top(), kustomize.Workflows)
	if entries, err := r.in.ReadDir(pipelines); err == nil {
		for _, e := range entries {
			files = append(files, filepath.Join(pipelines, e.Name()))
		}
	}
	var all []string
	for _, file := range files {
		data, err := r.in.ReadFile(file)
		if err != nil || len(data) > longest {
			continue
		}
		for _, found := range pushes.FindAllSubmatch(data, -1) {
			folder := filepath.Join(r.in.Top(), filepath.FromSlash(path.Clean("/"+string(found[1]))))
			if !slices.Contains(all, folder) && r.in.IsDir(folder) {
				all = append(all, folder)
			}
		}
	}
	return all
}
