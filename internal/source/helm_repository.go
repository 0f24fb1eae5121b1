package source

import (
	"path/filepath"
	"regexp"

	"github.com/onus-project/onus/internal/origin"
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
