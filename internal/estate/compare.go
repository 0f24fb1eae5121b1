package estate

import (
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/words"
)

// Compare says of the workloads of units which other unit counts in their place: an
// overlay or values for production that run several pods of what this one runs one
// of, from the same file; or a chart or kustomization that makes what stands, built,
// in a file of its own; or production, which has none of it yet.
func (w *Whole) Compare() {
	if len(w.Units) < 2 {
		return
	}
	type place struct{ unit, workload int }
	by := map[kubernetes.Ref][]place{}
	for i, u := range w.Units {
		for k := range u.Kubernetes.Workloads {
			ref := u.Kubernetes.Workloads[k].Ref
			by[ref] = append(by[ref], place{i, k})
		}
	}
	for ref, places := range by {
		for _, p := range places {
			for _, o := range places {
				why := instead(w.Units[p.unit], w.Units[o.unit], p.workload, o.workload)
				if why != "" {
					w.Units[p.unit].count(ref, why)
				}
				if copied(w.Units[p.unit], w.Units[o.unit], p.workload, o.workload) {
					w.Units[p.unit].copyOf(ref, w.Units[o.unit])
				}
			}
		}
	}
	w.early()
}

// instead says why a workload of another unit counts in place of one; empty where it
// does not.
func instead(u, other *Unit, workload, of int) string {
	a, b := &u.Kubernetes.Workloads[workload], &other.Kubernetes.Workloads[of]
	switch {
	case other.Unneeded != "":
	case u.Kind == Files && other.Kind != Files:
		if copied(u, other, workload, of) {
			return "it stands in " + filepath.ToSlash(a.Position.File) + " as unit " + other.Name + " makes it, of which it is told"
		}
	case u.variant(other) && a.AtLeast() < 2 && b.AtLeast() >= 2:
		return other.Name + " beside it runs it with " + words.Count(b.AtLeast(), "pod")
	case u.Kind != other.Kind || u.Kind == Files || a.Position.File != b.Position.File || lasts(u) || !lasts(other):
	case a.AtLeast() < 2 && b.AtLeast() >= 2:
		return other.Name + " beside it runs it with " + words.Count(b.AtLeast(), "pod")
	}
	return ""
}

// copied reports whether a workload of plain files is what another unit makes, as it is: what a
// kustomization or a chart builds is kept in a file as well.
func copied(u, other *Unit, workload, of int) bool {
	a, b := &u.Kubernetes.Workloads[workload], &other.Kubernetes.Workloads[of]
	return other.Unneeded == "" && u.Kind == Files && other.Kind != Files &&
		a.AtLeast() == b.AtLeast() && reflect.DeepEqual(a.Template, b.Template)
}

// copyOf says of a workload that another unit makes it, too.
func (u *Unit) copyOf(ref kubernetes.Ref, other *Unit) {
	if u.Copies == nil {
		u.Copies = map[kubernetes.Ref][]*Unit{}
	}
	u.Copies[ref] = append(u.Copies[ref], other)
}

// lasts reports whether the name of a unit says that it is the one to rely on:
// overlays/production, release-ha, values-high-availability.yaml.
func lasts(u *Unit) bool {
	name := strings.ToLower(filepath.Base(u.Path))
	parts := strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune(".-_", r) })
	return strings.Contains(name, "high-availability") || slices.Contains(parts, "ha") || purpose.IsProduction(name)
}

// variant reports whether another unit is the same chart with a file of values beside its
// defaults, that is not there for tests: who writes such a file installs it with that.
func (u *Unit) variant(other *Unit) bool {
	return u.Kind == "chart" && other.Kind == "chart" && !other.Trial && u.By == "" &&
		strings.HasPrefix(filepath.ToSlash(other.Path), filepath.ToSlash(filepath.Clean(u.Path))+"/")
}
