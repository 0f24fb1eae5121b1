package estate

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/purpose"
)

// stage is where a unit stands of which the names of environments tell: its own path,
// or the folder with the object that has it applied.
func (u *Unit) stage() string {
	at := u.Path
	if u.By != "" {
		at = filepath.Dir(u.By)
	}
	return path.Clean(filepath.ToSlash(at))
}

// production is the stage for production that stands where one of another environment
// does: apps/web/prod/base for apps/web/dev/base. There is none for those of no
// environment, and where there is none for production.
func production(stage string, stages map[string]bool) string {
	parts := strings.Split(stage, "/")
	for i, part := range parts {
		for _, name := range purpose.ProductionsOf(strings.ToLower(part)) {
			with := slices.Clone(parts)
			with[i] = name
			if at := path.Clean(strings.Join(with, "/")); stages[at] {
				return at
			}
		}
	}
	return ""
}

// named is a workload in whatever namespace: each environment may have one of its own.
type named struct{ kind, name string }

// early says of workloads that every unit which makes them is one of an environment
// before production, and that production beside it has them not: nobody but those who
// try it needs it yet. Where production has them, it says what there is to say of them.
func (w *Whole) early() {
	stages := map[string]bool{}
	for _, u := range w.Units {
		if u.staged() && u.Objects() > 0 {
			stages[u.stage()] = true
		}
	}
	by, later, live := map[named]map[*Unit]kubernetes.Ref{}, map[named]bool{}, map[string]map[named]bool{}
	for _, u := range w.Units {
		tried := u.staged() && production(u.stage(), stages) != ""
		for i := range u.Kubernetes.Workloads {
			ref := u.Kubernetes.Workloads[i].Ref
			of := named{ref.Kind, ref.Name}
			if by[of] == nil {
				by[of] = map[*Unit]kubernetes.Ref{}
			}
			if live[u.stage()] == nil {
				live[u.stage()] = map[named]bool{}
			}
			live[u.stage()][of] = true
			by[of][u], later[of] = ref, later[of] || !tried && u.Unneeded == "" && !u.Unlisted
		}
	}
	for of, units := range by {
		for u, ref := range units {
			switch at := production(u.stage(), stages); {
			case !u.staged():
			case at == "":
				if folder := purpose.ToTry(u.stage()); folder != "" {
					u.count(ref, "it stands in "+folder+", by its name an environment to try things in")
				}
			case live[at][of]:
				u.count(ref, "it stands in an environment before production, which is "+at)
			case !later[of]:
				u.count(ref, "only environments before production make it: "+at+" does not")
			}
		}
	}
}

// staged reports whether the path of a unit may name an environment: a kustomization, a
// chart, and what an application of Argo CD or Flux has applied.
func (u *Unit) staged() bool { return u.Kind == "kustomization" || u.Kind == "chart" || u.By != "" }

// count says why another unit counts for a workload, unless that was said.
func (u *Unit) count(ref kubernetes.Ref, why string) {
	if u.Beside == nil {
		u.Beside = map[kubernetes.Ref]string{}
	}
	if u.Beside[ref] == "" {
		u.Beside[ref] = why
	}
}
