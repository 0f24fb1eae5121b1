package source

import (
	"path/filepath"
	"strings"

	"github.com/onus-project/onus/internal/source/kustomize"
	"github.com/onus-project/onus/internal/source/unit"
)

// ownership is which files belong to units, and are not read as they are.
type ownership struct {
	root  string
	files map[string]bool
	dirs  []string
}

func newOwnership(tree *unit.Tree, files []string) *ownership {
	o := &ownership{root: tree.Root, files: map[string]bool{}}
	o.name(files)
	return o
}

// name adds files that a unit names.
func (o *ownership) name(files []string) {
	for _, f := range files {
		o.files[filepath.Clean(f)] = true
	}
}

// chartDirs are what a chart has below its directory. Where that is the root of
// the input, what else stands there is not of the chart.
//
// Source: helm.sh/docs/topics/charts (the chart file structure).
var chartDirs = []string{"templates", "charts", "crds", "ci"}

// add adds directories of which no file is read as it is.
func (o *ownership) add(dirs []string) {
	for _, dir := range dirs {
		if dir = filepath.Clean(dir); dir != o.root {
			o.dirs = append(o.dirs, dir)
			continue
		}
		for _, sub := range chartDirs {
			o.dirs = append(o.dirs, filepath.Join(dir, sub))
		}
	}
}

func (o *ownership) has(file string) bool {
	if o.files[file] || kustomize.Is(file) && o.files[filepath.Join(filepath.Dir(file), filepath.Base(file))] {
		return true
	}
	for _, dir := range o.dirs {
		if strings.HasPrefix(file, dir+string(filepath.Separator)) {
			return true
		}
	}
	return false
}
