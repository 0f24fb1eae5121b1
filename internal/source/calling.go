package source

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/source/manifest"
)

// calling are the hosts that values of charts name: those of files, and those of the objects
// that have charts installed. What is there for tests or samples calls nobody.
func (d *door) calling() []estate.Told {
	files := slices.DeleteFunc(slices.Clone(d.mayOverride), func(file string) bool { return !ofValues(filepath.ToSlash(file)) })
	for of := range d.applied {
		if of.Kind == "HelmRelease" || of.Kind == "Application" || of.Kind == "ApplicationSet" {
			files = append(files, of.File)
		}
	}
	slices.Sort(files)
	var all []estate.Told
	for _, file := range slices.Compact(files) {
		if of, _ := d.folders.Of(filepath.ToSlash(file)); of != purpose.Deployed {
			continue
		}
		text, err := document.ReadRegular(os.DirFS(filepath.Dir(file)), filepath.Base(file), mostOfValues)
		if err != nil {
			continue // what cannot be read names nobody
		}
		for _, n := range manifest.CallsInValues(string(text)) {
			all = append(all, estate.Told{Host: n.Host, Position: origin.Position{File: file, Line: n.Line}})
		}
	}
	return all
}

// ofValues reports whether a file is one of values by its name or by that of its folder.
func ofValues(file string) bool {
	folder := path.Base(path.Dir(file))
	return strings.Contains(path.Base(file), "values") || folder == "values" || strings.HasSuffix(folder, "-values")
}
