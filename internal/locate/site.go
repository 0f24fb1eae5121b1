package locate

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/purpose"
)

// sites are the names of clusters and environments that folders of some input go by: those of
// the folders in clusters and in environments, wherever a path has them.
type sites map[string]bool

// sitesOf are those of some units, by where they stand and where what has them applied does.
func sitesOf(units []Unit) sites {
	all := sites{}
	for i := range units {
		for _, at := range []string{units[i].applied(), path.Clean(filepath.ToSlash(units[i].Path))} {
			parts := folders(at)
			for k, name := range parts {
				if k > 0 && purpose.HoldsClusters(parts[k-1]) && !purpose.NamesNoCluster(name) && !purpose.IsForm(name) && path.Ext(name) == "" {
					all[name] = true
				}
			}
		}
	}
	return all
}

// of is the first name of a cluster in a path; empty for none.
func (s sites) of(dir string) string {
	for _, name := range folders(dir) {
		if s[name] {
			return name
		}
	}
	return ""
}

// where is in which cluster something is, as far as names tell: by the environment that values
// are for, and by the folder of a cluster.
type where struct{ environment, folder string }

// apart reports whether two things are in different clusters, by their names.
func (w where) apart(o where) bool {
	differ := func(a, b string) bool { return a != "" && b != "" && !strings.EqualFold(a, b) }
	return differ(w.environment, o.environment) || differ(w.folder, o.folder)
}

// where is in which cluster what stands in a directory of a unit is: of a unit that something
// applies from the folder of a cluster, in that.
func (u *Unit) where(dir string) where {
	w := where{environment: u.Environment, folder: u.sites.of(dir)}
	if w.folder == "" && u.By != "" {
		w.folder = u.sites.of(u.applied())
	}
	return w
}

// of reports whether what is shown is of the cluster that something is in, or may be.
func (n *near) of(w where) bool {
	return slices.ContainsFunc(n.in, func(o where) bool { return !w.apart(o) })
}
