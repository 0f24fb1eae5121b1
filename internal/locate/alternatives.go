package locate

import (
	"path"
	"slices"
	"strings"

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

// variants are folders that hold the same in another way, such as bundle/community and
// bundle/openshift: each states an object of one name in a file of one name. What one
// shows of a cluster is shown of nothing outside of it.
type variants []string

func variantsOf(e *kubernetes.Estate) variants {
	type key struct{ base, api, name string }
	var all variants
	first := map[key]string{}
	for i := range e.Objects {
		o := &e.Objects[i]
		dir, k := directory(o.Position.File), key{path.Base(o.Position.File), o.API, o.Name}
		other, ok := first[k]
		if !ok {
			first[k] = dir
			continue
		}
		for _, folder := range parted(other, dir) {
			if !slices.Contains(all, folder) {
				all = append(all, folder)
			}
		}
	}
	return all
}

// parted are the folders at which the paths of two directories part; none where one is
// the other, or stands in it.
func parted(a, b string) []string {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	for k := range min(len(x), len(y)) {
		if x[k] != y[k] {
			return []string{strings.Join(x[:k+1], "/"), strings.Join(y[:k+1], "/")}
		}
	}
	return nil
}

// about are the sightings that may say something of what stands in a directory.
func (v variants) about(dir string, seen []sighting) []sighting {
	return slices.DeleteFunc(slices.Clone(seen), func(s sighting) bool {
		return slices.ContainsFunc(v, func(folder string) bool { return within(s.dir, folder) && !within(dir, folder) })
	})
}
