package locate

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// Unit is an estate that stands beside others of one input, with the directory
// or file that makes it a unit.
type Unit struct {
	Path   string
	Estate *kubernetes.Estate
}

// Units places estates that stand beside each other, each as Locate does. What
// one of them shows of its cluster is a hint for others that leave it open: all
// of that, where it agrees, and else what stands in the nearest directories.
func Units(c *responsibility.Catalog, units []Unit, as, fallback *responsibility.Offering) []Places {
	l := newLocator(c)
	all := make([]Places, len(units))
	if len(units) < 2 || as != nil {
		for i, u := range units {
			all[i] = l.locate(u.Estate, as, fallback, nil)
		}
		return all
	}
	shown := make([][]near, len(units))
	for i, u := range units {
		shown[i] = l.shownBy(u)
	}
	for i, u := range units {
		all[i] = l.locate(u.Estate, nil, fallback, l.beside(u.Path, slices.Concat(slices.Delete(slices.Clone(shown), i, i+1)...)))
	}
	return all
}

// near is what is shown of a cluster, and in which directory.
type near struct {
	dir string
	Place
}

// shownBy is what a unit shows: its objects each in their directory, all else in
// its own.
func (l *locator) shownBy(u Unit) []near {
	var all []near
	byDir := map[string][]kubernetes.Object{}
	var dirs []string
	for _, o := range u.Estate.Objects {
		dir := path.Dir(filepath.ToSlash(o.Position.File))
		if byDir[dir] == nil {
			dirs = append(dirs, dir)
		}
		byDir[dir] = append(byDir[dir], o)
	}
	for _, dir := range dirs {
		if p := l.shown(&kubernetes.Estate{Objects: byDir[dir]}, nil); p.Offering != nil {
			all = append(all, near{dir, p})
		}
	}
	rest := *u.Estate
	rest.Objects = nil
	if p := l.locate(&rest, nil, nil, nil).Shown; p.Offering != nil {
		all = append(all, near{u.Path, p})
	}
	return all
}

// beside is what counts of that for a unit.
func (l *locator) beside(unit string, shown []near) []Place {
	var all, nearest []Place
	most := -1
	for _, n := range shown {
		all = with(all, n.Place)
		switch shared := common(unit, n.dir); {
		case shared > most:
			nearest, most = []Place{n.Place}, shared
		case shared == most:
			nearest = with(nearest, n.Place)
		}
	}
	if l.common(all).Offering != nil {
		return all
	}
	return nearest
}

// with adds a place that says something else than those before it.
func with(all []Place, p Place) []Place {
	if slices.ContainsFunc(all, func(q Place) bool { return q.Offering == p.Offering && q.Basis == p.Basis && len(p.Also)+len(q.Also) == 0 }) {
		return all
	}
	return append(all, p)
}

// common counts the directories that two paths begin with.
func common(a, b string) int {
	x, y := strings.Split(path.Clean(filepath.ToSlash(a)), "/"), strings.Split(path.Clean(filepath.ToSlash(b)), "/")
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}
