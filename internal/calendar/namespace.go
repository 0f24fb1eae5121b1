package calendar

import (
	"slices"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
)

// Under leaves of the calendars of an estate's pools those on whose nodes pods of some namespaces
// run, and tells how many it leaves out. Where no node of a pool that was read has one of some namespace, each pool
// may be its: these are unplaced.
func Under(pools []Pool, e *kubernetes.Estate, places *locate.Places, namespaces []string) (theirs []Pool, left, unplaced int) {
	poolOf := make(map[string]string, len(e.Nodes))
	for i := range e.Nodes {
		poolOf[e.Nodes[i].Name] = places.NodePools[i]
	}
	named, placed := map[string]bool{}, map[string]bool{}
	for i := range e.Pods {
		if p := &e.Pods[i]; slices.Contains(namespaces, p.Namespace) && poolOf[p.Node] != "" {
			named[poolOf[p.Node]], placed[p.Namespace] = true, true
		}
	}
	switch {
	case len(namespaces) == 0:
		return pools, 0, 0
	case slices.ContainsFunc(namespaces, func(of string) bool { return !placed[of] }):
		return pools, 0, len(pools)
	}
	for _, p := range pools {
		if named[p.Name] {
			theirs = append(theirs, p)
		}
	}
	return theirs, len(pools) - len(theirs), 0
}
