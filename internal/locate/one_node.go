package locate

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/fields"
	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/responsibility"
)

// maker is something that makes a cluster.
type maker struct {
	names []string // by which its cluster may be called: its own, and those of its folders
	one   bool     // the cluster has one node
	said  string
}

// oneNodes say for each of some units by what it is known that its cluster has one node;
// empty where nothing tells. Where all there is makes one cluster, that is the cluster of
// all units, but those that go to another one by the folders of clusters. Of several, a
// unit goes to the one whose name is in the path of what has it applied, or in its own.
func (l *locator) oneNodes(units []Unit) []string {
	all := make([]string, len(units))
	makers := l.makers(units)
	if len(makers) == 1 && makers[0].one {
		for i := range units {
			if !elsewhere(makers[0].names, units, i) {
				all[i] = makers[0].said
			}
		}
	}
	if len(makers) < 2 {
		return all
	}
	tellApart(makers)
	for i := range units {
		of := folders(units[i].applied())
		var found []maker
		for _, m := range makers {
			if slices.ContainsFunc(m.names, func(name string) bool { return slices.Contains(of, name) }) {
				found = append(found, m)
			}
		}
		if len(found) > 0 && !slices.ContainsFunc(found, func(m maker) bool { return !m.one }) {
			all[i] = found[0].said
		}
	}
	return all
}

// oneNode puts into places what oneNodes say.
func (l *locator) oneNode(units []Unit, places []Places) {
	for i, said := range l.oneNodes(units) {
		places[i].OneNode = said
	}
}

// makers are what makes clusters in some units: what stands in folders of tests and
// samples makes those, and does not count.
func (l *locator) makers(units []Unit) []maker {
	var all []maker
	for i := range units {
		u := &units[i]
		for k := range u.Estate.Objects {
			o := &u.Estate.Objects[k]
			if u.Folders != nil {
				if of, _ := u.Folders.OfDir(directory(o.Position.File)); of != purpose.Deployed {
					continue
				}
			}
			f := fields.OfObject(o)
			for _, r := range l.rules["object"] {
				if len(r.OneNode) == 0 {
					continue
				}
				if _, ok := f.Match(r.Rule); !ok {
					continue
				}
				unmet := func(c responsibility.Condition) bool { _, ok := f.Satisfies(c); return !ok }
				file := filepath.ToSlash(o.Position.File)
				m := maker{one: !slices.ContainsFunc(r.OneNode, unmet), names: folders(strings.TrimSuffix(file, path.Ext(file)))}
				m.said = f.Of + " in " + o.Position.File + " makes a cluster of one node"
				if o.Name != "" {
					m.names = append(m.names, strings.ToLower(o.Name))
				}
				all = append(all, m)
			}
		}
	}
	return all
}

// tellApart leaves of the names of clusters those that the others have not, and that name
// more than a tool.
func tellApart(makers []maker) {
	times := map[string]int{}
	for _, m := range makers {
		slices.Sort(m.names)
		for _, name := range slices.Compact(m.names) {
			times[name]++
		}
	}
	for i := range makers {
		makers[i].names = slices.DeleteFunc(makers[i].names, func(name string) bool {
			return name == "" || times[name] == len(makers) || purpose.NamesNoCluster(name)
		})
	}
}

// applied is the folder that says to which cluster a unit goes: that of what has it
// applied, or its own.
func (u *Unit) applied() string {
	if u.By != "" {
		return directory(u.By)
	}
	return path.Clean(filepath.ToSlash(u.Path))
}

// folders are the folders of a path, in small letters.
func folders(at string) []string { return strings.Split(strings.ToLower(at), "/") }

// elsewhere reports whether a unit goes to a cluster that is called otherwise than by some
// names: it stands in clusters/OTHER, and another unit in clusters/NAME.
func elsewhere(names []string, units []Unit, i int) bool {
	of := clusterOf(&units[i])
	return of != "" && !slices.Contains(names, of) &&
		slices.ContainsFunc(units, func(u Unit) bool { return slices.Contains(names, clusterOf(&u)) })
}

// clusterOf is the name of the folder of a cluster that a unit goes to; empty for none.
func clusterOf(u *Unit) string {
	all := folders(u.applied())
	if i := slices.Index(all, "clusters"); i >= 0 && i+1 < len(all) {
		return all[i+1]
	}
	return ""
}
