package estate

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/purpose"
)

// production is the path of the kustomization for production that stands where a unit
// of another environment does: apps/web/prod/base for apps/web/dev/base. There is none
// for units of no environment, and where there is none for production.
func production(u *Unit, paths map[string]bool) string {
	parts := strings.Split(filepath.ToSlash(u.Path), "/")
	for i, part := range parts {
		if !purpose.BeforeProduction(strings.ToLower(part)) {
			continue
		}
		for _, name := range purpose.Productions() {
			with := slices.Clone(parts)
			with[i] = name
			if at := path.Clean(strings.Join(with, "/")); paths[at] {
				return at
			}
		}
	}
	return ""
}

// early says of workloads that every kustomization which makes them is one of an
// environment before production, and that production beside it has them not: nobody
// but those who try it needs it yet.
func (w *Whole) early() {
	paths := map[string]bool{}
	for _, u := range w.Units {
		if u.Kind == "kustomization" && u.Objects() > 0 {
			paths[path.Clean(filepath.ToSlash(u.Path))] = true
		}
	}
	by, later := map[kubernetes.Ref][]*Unit{}, map[kubernetes.Ref]bool{}
	for _, u := range w.Units {
		tried := u.Kind == "kustomization" && production(u, paths) != ""
		for i := range u.Kubernetes.Workloads {
			ref := u.Kubernetes.Workloads[i].Ref
			by[ref], later[ref] = append(by[ref], u), later[ref] || !tried
		}
	}
	for ref, units := range by {
		for _, u := range units {
			if !later[ref] {
				u.count(ref, "only environments before production make it: "+production(u, paths)+" does not")
			}
		}
	}
}

// count says why another unit counts for a workload, unless that was said.
func (u *Unit) count(ref kubernetes.Ref, why string) {
	if u.Beside == nil {
		u.Beside = map[kubernetes.Ref]string{}
	}
	if u.Beside[ref] == "" {
		u.Beside[ref] = why
	}
}
