package locate

import (
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/purpose"
)

// near is what is shown of a cluster, the directories in which that is made, and the
// directories whose deployments it is about, with all that stands below these. A module of
// Terraform makes nothing itself: what it says is made where it is called.
type near struct {
	made []string
	dirs []string
	Place
	in []where // the clusters in which it is made
}

// site is the directory that a cluster made in a directory is for.
func site(dir string) string {
	for purpose.IsInfrastructure(strings.ToLower(path.Base(dir))) {
		dir = path.Dir(dir)
	}
	return dir
}

// reach is where what Terraform makes is used: modules by the directories that
// call them, and charts by those that install them, each by a literal path.
type reach struct{ callers, charts map[string][]string }

func reachOf(e *kubernetes.Estate) reach {
	r := reach{callers: map[string][]string{}, charts: map[string][]string{}}
	for i := range e.Objects {
		o := &e.Objects[i]
		dir := directory(o.Position.File)
		if source := o.Values["source"]; o.API == "terraform/module" && local(source) {
			called := path.Join(dir, source)
			r.callers[called] = append(r.callers[called], dir)
		}
		if chart := o.Values["chart"]; o.API == "terraform/helm_release" && local(chart) {
			r.charts[dir] = append(r.charts[dir], path.Join(dir, chart))
		}
	}
	return r
}

func local(path string) bool { return strings.HasPrefix(path, "./") || strings.HasPrefix(path, "../") }

// of are the directories that evidence in one is about, and those in which what it speaks of
// is made.
func (r reach) of(dir string) (all, made []string) {
	visited := []string{dir}
	for i := 0; i < len(visited); i++ {
		at := visited[i]
		all = append(all, site(at))
		if len(r.callers[at]) == 0 {
			made = append(made, at)
		}
		all = append(all, r.charts[at]...)
		for _, caller := range r.callers[at] {
			if !slices.Contains(visited, caller) {
				visited = append(visited, caller)
			}
		}
	}
	if len(made) == 0 { // they call each other
		made = []string{dir}
	}
	return all, made
}

// clusters are what an estate shows that is a cluster's own.
func (l *locator) clusters(e *kubernetes.Estate, seen []sighting) []near {
	r := reachOf(e)
	var all []near
	var dirs []string
	for i := range seen {
		dir := seen[i].dir
		if !seen[i].cluster || slices.Contains(dirs, dir) {
			continue
		}
		dirs = append(dirs, dir)
		if p := l.shown(seen, func(s *sighting) bool { return s.cluster && s.dir == dir }); p.Offering != nil {
			about, made := r.of(dir)
			all = append(all, near{made: made, dirs: about, Place: p})
		}
	}
	return all
}

// counting are those that count for what stands in a directory: what the nearest
// directory at or above it has, and where that leaves something open, what those
// further up add, and then all there is. Where none has anything, that of those below; and else all there is,
// which says something only where it agrees. What stands in a directory beside it is
// about others.
func (l *locator) counting(dir string, shown []near) Place {
	dir = path.Clean(filepath.ToSlash(dir))
	above := map[int][]Place{} // by how deep the directory is
	var below, all []Place
	for _, n := range shown {
		all = with(all, n.Place)
		for _, d := range n.dirs {
			switch depth := strings.Count(d, "/") + 1; {
			case within(dir, d) && d == ".":
				above[0] = with(above[0], n.Place)
			case within(dir, d):
				above[depth] = with(above[depth], n.Place)
			case within(d, dir):
				below = with(below, n.Place)
			}
		}
	}
	switch {
	case len(above) > 0:
		depths := slices.Sorted(maps.Keys(above))
		slices.Reverse(depths)
		p := l.common(above[depths[0]])
		for _, depth := range depths[1:] {
			if p.Offering != nil { // where they contradict each other nothing is known
				p = l.narrowed(p, l.common(above[depth]))
			}
		}
		if p.Offering != nil {
			p = l.narrowed(p, l.common(all))
		}
		return p
	case len(below) > 0 && l.common(below).Offering != nil:
		return l.common(below)
	}
	return l.common(all)
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
