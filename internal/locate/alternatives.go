package locate

import (
	"slices"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// alternatives are files of which one is applied: they state one custom resource
// beside each other, as object.yaml and object-openshift.yaml do. What one shows of a
// cluster is not shown of the files beside it.
type alternatives map[string]bool

func alternativesOf(e *kubernetes.Estate) alternatives {
	type key struct{ dir, api, namespace, name string }
	a, first := alternatives{}, map[key]string{}
	for i := range e.CustomResources {
		c := &e.CustomResources[i]
		k := key{directory(c.Position.File), c.API, c.Namespace, c.Name}
		switch other, ok := first[k]; {
		case !ok:
			first[k] = c.Position.File
		case other != c.Position.File:
			a[other], a[c.Position.File] = true, true
		}
	}
	return a
}

// of is what counts as one place: such a file, or the directory of another.
func (a alternatives) of(file string) string {
	if a[file] {
		return file
	}
	return directory(file)
}

// beside are the sightings without those in such files, but for one.
func (a alternatives) beside(seen []sighting, file string) []sighting {
	return slices.DeleteFunc(slices.Clone(seen), func(s sighting) bool { return a[s.file] && s.file != file })
}

// in are the sightings in one such file.
func (a alternatives) in(seen []sighting, file string) []sighting {
	return slices.DeleteFunc(slices.Clone(seen), func(s sighting) bool { return !a[file] || s.file != file })
}
