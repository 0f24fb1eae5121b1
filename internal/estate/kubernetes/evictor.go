package kubernetes

import (
	"slices"
	"strings"
)

// Evictor is what evicts pods by rules of its own, by a custom resource: in words Says, which
// follow its name.
type Evictor struct {
	By, Says string
	// Of is the one workload whose pods it takes; the zero Ref for any.
	Of Ref
	// Least is how many pods a workload must have for it to take one.
	Least int
	// Asks are the beginnings of names of resources, of which pods must ask for one; nil for
	// pods of all kinds.
	Asks []string
	// Past says that it takes them whatever PDBs say.
	Past bool
}

// Takes reports whether it evicts pods of a workload that has so many.
func (e *Evictor) Takes(w *Workload, pods int) bool {
	if e.Of != (Ref{}) && e.Of != w.Ref || pods < e.Least {
		return false
	}
	asks := len(e.Asks) == 0
	for name := range w.Template.Requests.Other {
		asks = asks || slices.ContainsFunc(e.Asks, func(begins string) bool { return strings.HasPrefix(name, begins) })
	}
	return asks
}
