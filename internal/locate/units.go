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
	// Scattered says that its files are of directories that nothing builds
	// together: what one of them shows counts for those above and below alone.
	Scattered bool
}

// Units places estates that stand beside each other, each as Locate does. What
// one of them shows of its cluster is a hint for others that leave it open: all
// of that, where it agrees, and else what stands in the nearest directories.
func Units(c *responsibility.Catalog, units []Unit, as, fallback *responsibility.Offering) []Places {
	l := newLocator(c)
	all := make([]Places, len(units))
	if len(units) < 2 || as != nil {
		for i, u := range units {
			all[i] = l.locate(u, as, fallback, nil)
		}
		return all
	}
	shown := make([][]near, len(units))
	for i, u := range units {
		shown[i] = l.shownBy(u)
	}
	for i, u := range units {
		all[i] = l.locate(u, nil, fallback, l.beside(u.Path, slices.Concat(slices.Delete(slices.Clone(shown), i, i+1)...)))
	}
	return all
}

// near is what is shown of a cluster, and in which directory.
type near struct {
	dir string
	Place
}

// shownBy is what a unit shows to others: what is the cluster's own, each in its
// directory, and nodes and pools in that of the unit.
func (l *locator) shownBy(u Unit) []near {
	var all []near
	seen := l.sightings(u.Estate, nil)
	var dirs []string
	for i := range seen {
		if dir := seen[i].dir; seen[i].cluster && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
			if p := l.shown(seen, func(s *sighting) bool { return s.cluster && s.dir == dir }); p.Offering != nil {
				all = append(all, near{dir, p})
			}
		}
	}
	if len(u.Estate.Nodes)+len(u.Estate.Pools) > 0 {
		machines := Unit{Estate: &kubernetes.Estate{Nodes: u.Estate.Nodes, Pools: u.Estate.Pools}}
		if p := l.locate(machines, nil, nil, nil).Shown; p.Offering != nil {
			all = append(all, near{u.Path, p})
		}
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
	if slices.ContainsFunc(all, func(q Place) bool {
		return q.Offering == p.Offering && q.Basis == p.Basis && len(p.Also)+len(q.Also) == 0
	}) {
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
