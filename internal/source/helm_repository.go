package source

import (
	"path/filepath"
	"regexp"
	"slices"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/helm"
	"github.com/onus-project/onus/internal/source/unit"
)

// repositoryIndex is the file of a Helm repository, and repositoryEntries what it says.
//
// Source: IndexFile in pkg/repo/v1/index.go of Helm 4.
const repositoryIndex = "index.yaml"

var repositoryEntries = regexp.MustCompile(`(?m)^entries:`)

// packageName is how a package is called, by its chart and version.
var packageName = regexp.MustCompile(`^(.+?)-v?[0-9]+\.[0-9]+\.[0-9]+.*\.tgz$`)

// findRepositories keeps the folders that are Helm repositories: by their index, or
// because they hold a chart in several versions.
func (d *door) findRepositories(files []string) {
	versions := map[string]bool{}
	for _, file := range files {
		dir, name := filepath.Dir(filepath.Clean(file)), filepath.Base(file)
		is := name == repositoryIndex && repositoryEntries.MatchString(head(file, readmeRead))
		if parts := packageName.FindStringSubmatch(name); parts != nil {
			chart := filepath.Join(dir, parts[1])
			is, versions[chart] = versions[chart], true
		}
		if is {
			if d.repositories == nil {
				d.repositories = map[string]bool{}
			}
			d.repositories[dir] = true
		}
	}
}

// unpublished are charts without packages that a Helm repository has published of what stands
// beside it: these are there to be fetched, and nothing is installed by them. A repository of
// which no chart stands beside it is all that there is.
func (d *door) unpublished(in *unit.Tree, all []unit.Found) []unit.Found {
	if len(d.in.Units) > 0 { // one may be picked
		return all
	}
	beside := map[string]bool{} // folders with packages of charts that stand elsewhere
	isPackage := func(f unit.Found) bool {
		return filepath.Ext(f.Path) == helm.PackageExtension && d.published(f.Path)
	}
	for _, f := range all {
		if parts := packageName.FindStringSubmatch(filepath.Base(f.Path)); parts != nil && isPackage(f) && helm.Named(in, parts[1]) != "" {
			beside[filepath.Dir(f.Path)] = true
		}
	}
	for _, file := range in.Files {
		if dir := filepath.Dir(file); beside[dir] && filepath.Ext(file) == helm.PackageExtension {
			d.aside.Add(estate.Aside{Folders: []string{filepath.Base(dir)}, Holds: []string{"published packages of charts"}, Files: 1})
		}
	}
	return slices.DeleteFunc(all, func(f unit.Found) bool { return isPackage(f) && beside[filepath.Dir(f.Path)] })
}

// published reports whether a packaged chart stands in a Helm repository, or in a folder
// of one.
func (d *door) published(chart string) bool {
	for dir := range origin.Upwards(filepath.Dir(filepath.Clean(chart)), filepath.Dir) {
		if d.repositories[dir] {
			return true
		}
	}
	return false
}
