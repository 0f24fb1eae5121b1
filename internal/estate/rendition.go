package estate

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/purpose"
)

// Renders reports whether two units state one thing in two ways, of which somebody takes
// one: a chart, a kustomization and plain files of it. Theirs are the files that the
// objects stand in, which tell of plain files where they are. Units that a tool applies,
// and those of environments, are each there.
func (u *Unit) Renders(o *Unit, theirs, others string) bool {
	// What a chart makes is kept in files as well, for those who do without Helm.
	built := u.Kind != o.Kind && (u.Kind == "chart" || o.Kind == "chart") && (u.twins(o) || o.twins(u))
	for _, x := range []*Unit{u, o} {
		if x.deployed() || x.Trial || x.Alternative && !built {
			return false
		}
	}
	ofFiles := u.Kind == Files || o.Kind == Files // called so by who wrote them down
	if u == o || !(built && ofFiles) && !slices.Equal(u.environments(), o.environments()) {
		return false
	}
	return built || alike(u.stands(theirs), o.stands(others))
}

// stands is the folder that says what a unit is: its own, or that of a file.
func (u *Unit) stands(file string) string {
	if u.Kind == Files {
		return path.Dir(filepath.ToSlash(file))
	}
	return path.Clean(filepath.ToSlash(u.Path))
}

// alike reports whether two folders differ in no more than how things are written there.
func alike(a, b string) bool {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	for _, both := range [][2][]string{{x, y}, {y, x}} {
		for _, name := range both[0] {
			if !slices.Contains(both[1], name) && !rendering(name) {
				return false
			}
		}
	}
	return true
}

// rendering reports whether all words of a name say how things are written.
func rendering(name string) bool {
	between := func(r rune) bool { return strings.ContainsRune("-_.", r) }
	return !slices.ContainsFunc(strings.FieldsFunc(strings.ToLower(name), between), func(word string) bool {
		return !purpose.IsForm(word)
	})
}

// twins reports whether each workload of a unit that lasts, of two or more, is one of
// another unit as well.
func (u *Unit) twins(o *Unit) bool {
	all := slices.DeleteFunc(slices.Clone(u.Kubernetes.Workloads), func(w kubernetes.Workload) bool { return !w.Lasting })
	return len(all) > 1 && !slices.ContainsFunc(all, func(w kubernetes.Workload) bool {
		return !slices.ContainsFunc(o.Kubernetes.Workloads, func(x kubernetes.Workload) bool { return Same(&w, &x) })
	})
}

// Same reports whether two workloads are called alike, and run as many pods of the same
// images.
func Same(a, b *kubernetes.Workload) bool {
	return a.Kind == b.Kind && a.Name == b.Name && a.AtLeast() == b.AtLeast() &&
		slices.EqualFunc(a.Template.Containers, b.Template.Containers, func(x, y kubernetes.Container) bool { return x.Image == y.Image })
}
