package responsibility

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// removedFile holds the versions of kinds that no API server takes any more.
const removedFile = "removed.yaml"

// removedVersions is the form of the file.
type removedVersions struct {
	Removed []Removal `json:"removed"`

	at written
}

// Removal is since which Kubernetes no API server takes some kinds in some versions, and
// in which they are to be written.
type Removal struct {
	Since string              `json:"since"`
	Write string              `json:"write"`
	Read  bool                `json:"read,omitempty"`
	Kinds map[string][]string `json:"kinds"` // by their versions
	From  []string            `json:"from"`
}

// Minor is the minor version of Kubernetes 1 that it came with.
func (r *Removal) Minor() int {
	n, _ := strconv.Atoi(strings.TrimPrefix(r.Since, "1.")) // digits, by the schema
	return n
}

// removals are those of the catalog, by VERSION/KIND: old ones, and those to write in
// their place. They are part of the program, so that a fault of them is one of its own.
var removals = sync.OnceValue(func() (all struct{ old, now map[string]*Removal }) {
	f := ownFile[removedVersions](removedFile)
	all.old, all.now = map[string]*Removal{}, map[string]*Removal{}
	for i := range f.Removed {
		r := &f.Removed[i]
		for version, kinds := range r.Kinds {
			for _, kind := range kinds {
				all.old[version+"/"+kind] = r
				if before := all.now[r.Write+"/"+kind]; before == nil || strings.Compare(before.Since, r.Since) < 0 {
					all.now[r.Write+"/"+kind] = r
				}
			}
		}
	}
	return all
})

// Removed is since when no API server takes a kind in a version; nil where it takes it.
func Removed(api, kind string) *Removal { return removals().old[api+"/"+kind] }

// Replaces is the last removal of versions of a kind in place of which a version is
// written; nil for none.
func Replaces(api, kind string) *Removal { return removals().now[api+"/"+kind] }

// MostRemoved is the minor version of Kubernetes 1 that took away the most versions of kinds
// before a later one.
func MostRemoved(before int) int {
	taken, most := map[int]int{}, 0
	for _, r := range removals().old {
		if n := r.Minor(); n < before {
			taken[n]++
		}
	}
	for _, n := range slices.Sorted(maps.Keys(taken)) {
		if most == 0 || taken[n] > taken[most] {
			most = n
		}
	}
	return most
}

// Removals are all of them.
func (c *Catalog) Removals() []Removal { return c.removed.Removed }

// check is the fault of one that cites no source there is.
func (x *removedVersions) check(c *Catalog) error {
	for _, r := range x.Removed {
		if err := x.at.uncited(c, r.Write, r.From); err != nil {
			return err
		}
	}
	return nil
}
