package locate

import (
	"maps"
	"path"
	"path/filepath"
	"slices"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/responsibility"
)

// Unit is an estate that stands beside others of one input, with the directory
// or file that makes it a unit.
type Unit struct {
	Path   string
	Estate *kubernetes.Estate
	// By is the file with the object of Flux or Argo CD that has it applied; empty for
	// others.
	By string
	// Scattered says that its files are of directories that nothing builds
	// together: what one of them shows counts for those above and below alone.
	Scattered bool
	// Alternative says that files beside it state the same in another way, of which
	// one is applied: what those show is not shown of it.
	Alternative bool
	// Folders tell what the folders of the input are there for.
	Folders *purpose.Folders
	// Environment is the one that it is applied for by an object that files of values make, such
	// as prod; empty where nothing tells. In another one it is another cluster.
	Environment string
	// around are the pools of other units of the input, and own those that Terraform makes in this one.
	around, own []pool
	// sites are the names of clusters in the input.
	sites sites
}

// of are those of what is shown that count for a directory: what stands in a folder
// of tests or of samples, for one platform beside others, or for one cluster or environment,
// shows where that runs, and nothing else.
func (u *Unit) of(dir string, shown []near) []near {
	at := path.Clean(filepath.ToSlash(dir))
	here := u.where(at)
	shown = slices.DeleteFunc(slices.Clone(shown), func(n near) bool { return len(n.in) > 0 && !n.of(here) })
	if u.Folders == nil {
		return shown
	}
	return slices.DeleteFunc(slices.Clone(shown), func(n near) bool {
		return !slices.ContainsFunc(n.made, func(made string) bool {
			what, folder := u.Folders.OfDir(made)
			platform := u.Folders.OfPlatform(made)
			return (what == purpose.Deployed || within(at, folder)) && (platform == "" || within(at, platform))
		})
	})
}

// rivals reports whether of two units one is applied.
func (u *Unit) rivals(o *Unit) bool {
	return u.Alternative && o.Alternative && u.Path != "." && o.Path != "." && filepath.Dir(u.Path) == filepath.Dir(o.Path)
}

// Units places estates that stand beside each other, each as Locate does. What
// one of them shows of its cluster is a hint for others that leave it open: see
// counting.
func Units(c *responsibility.Catalog, units []Unit, as, fallback *responsibility.Offering) []Places {
	l := newLocator(c)
	all := make([]Places, len(units))
	if len(units) < 2 || as != nil {
		for i, u := range units {
			all[i] = l.locate(u, as, fallback, nil)
		}
		if as == nil {
			l.oneNode(units, all)
		}
		return all
	}
	shown, pools := make([][]near, len(units)), make([][]pool, len(units))
	known := sitesOf(units)
	for i := range units {
		units[i].sites = known
		shown[i], pools[i] = l.shownBy(units[i]), l.pools(units[i].Estate)
	}
	beside := make([][]near, len(units))
	for i := range units {
		u := &units[i]
		for k := range units {
			if k != i && !u.rivals(&units[k]) {
				beside[i] = append(beside[i], shown[k]...)
				u.around = append(u.around, units[k].near(pools[k], u)...)
			}
		}
		all[i] = l.locate(*u, nil, fallback, beside[i])
	}
	for i, same := range l.sameCluster(units, all) {
		if same.Offering != nil {
			at := path.Clean(filepath.ToSlash(units[i].Path))
			all[i] = l.locate(units[i], nil, fallback, append(beside[i], near{made: []string{at}, dirs: []string{at}, Place: same}))
		}
	}
	l.oneNode(units, all)
	return all
}

// sameCluster is for each unit what the others show that are applied by the objects of
// Flux or Argo CD in the same folder: as a rule they go to one cluster. Where these
// contradict each other, and for what nobody applies, it has no Offering.
func (l *locator) sameCluster(units []Unit, places []Places) []Place {
	type from struct{ dir, environment string }
	of := map[from][]Place{}
	by := func(u *Unit) from { return from{directory(u.By), u.Environment} }
	for i := range units {
		if p := places[i].Shown; units[i].By != "" && p.Offering != nil && p.Basis != Conflict {
			of[by(&units[i])] = with(of[by(&units[i])], p)
		}
	}
	all := make([]Place, len(units))
	for i := range units {
		if units[i].By != "" {
			all[i] = l.common(of[by(&units[i])])
		}
	}
	return all
}

// near are those of the pools of a unit that may be of the cluster of another one.
func (u *Unit) near(pools []pool, o *Unit) []pool {
	to := o.where(path.Clean(filepath.ToSlash(o.Path)))
	return slices.DeleteFunc(slices.Clone(pools), func(p pool) bool { return u.where(directory(p.Position.File)).apart(to) })
}

// shownBy is what a unit shows to others: what is the cluster's own, and nodes
// and pools, each where it counts.
func (l *locator) shownBy(u Unit) []near {
	all := l.clusters(u.Estate, l.sightings(u.Estate, nil))
	if u.Scattered {
		return u.placed(append(all, l.machines(u.Estate.Nodes, u.Estate.Pools)...))
	}
	if p := l.onThese(u.Estate.Nodes, u.Estate.Pools); p.Offering != nil {
		at := path.Clean(filepath.ToSlash(u.Path))
		all = append(all, near{made: []string{at}, dirs: []string{site(at)}, Place: p})
	}
	return u.placed(all)
}

// placed are what a unit shows, each with the clusters in which it does.
func (u *Unit) placed(all []near) []near {
	for i := range all {
		all[i].in = nil
		for _, dir := range all[i].made {
			all[i].in = append(all[i].in, u.where(dir))
		}
	}
	return all
}

// machines are what nodes and pools show that stand in directories of their own.
func (l *locator) machines(nodes []kubernetes.Node, pools []kubernetes.Pool) []near {
	type machines struct {
		nodes []kubernetes.Node
		pools []kubernetes.Pool
	}
	by := map[string]machines{}
	for i := range nodes {
		dir := directory(nodes[i].Position.File)
		by[dir] = machines{append(by[dir].nodes, nodes[i]), by[dir].pools}
	}
	for i := range pools {
		dir := directory(pools[i].Position.File)
		by[dir] = machines{by[dir].nodes, append(by[dir].pools, pools[i])}
	}
	var all []near
	for _, dir := range slices.Sorted(maps.Keys(by)) {
		if p := l.onThese(by[dir].nodes, by[dir].pools); p.Offering != nil {
			all = append(all, near{made: []string{dir}, dirs: []string{site(dir)}, Place: p})
		}
	}
	return all
}

// onThese is what nodes and pools show.
func (l *locator) onThese(nodes []kubernetes.Node, pools []kubernetes.Pool) Place {
	if len(nodes)+len(pools) == 0 {
		return Place{}
	}
	return l.locate(Unit{Estate: &kubernetes.Estate{Nodes: nodes, Pools: pools}}, nil, nil, nil).Shown
}
