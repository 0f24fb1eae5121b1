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
// without the ending of a file of values or of one of several for one environment each, or the
// folder with the object that has it applied.
func (u *Unit) stage() string {
	at := u.Path
	if u.By != "" {
		at = filepath.Dir(u.By)
	} else if u.ofValues() || u.ofFile() {
		at = strings.TrimSuffix(at, filepath.Ext(at))
	}
	return path.Clean(filepath.ToSlash(at))
}

// ofValues reports whether a unit is a chart with a file of values that stands with it.
func (u *Unit) ofValues() bool {
	ext := filepath.Ext(u.Path)
	return u.Kind == "chart" && (ext == ".yaml" || ext == ".yml")
}

// ofFile reports whether a unit is one of several files of a folder that state the same objects in
// another way.
func (u *Unit) ofFile() bool {
	return u.Kind == Files && u.Alternative && slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(u.Path))
}

// title is as what an object applies a unit, by its own name and that of an environment;
// empty for other units.
func (u *Unit) title() string {
	if u.By == "" {
		return ""
	}
	_, title, _ := strings.Cut(u.Name, "@")
	return title
}

// places are where a unit stands, the one that tells first: what applies several of one
// chart has each under a name of its own.
func (u *Unit) places() []string {
	if title := u.title(); title != "" {
		return []string{u.stage(), path.Join(u.stage(), title)}
	}
	return []string{u.stage()}
}

// productionOf is the first of the stages for production of the places of a unit; empty
// where there is none.
func productionOf(u *Unit, stages map[string]bool) string {
	for _, at := range u.places() {
		if found := production(at, stages); found != "" {
			return found
		}
	}
	return ""
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

// named is a workload in whatever namespace, and without the words of its environment in its name: each environment may have
// one of its own.
type named struct{ kind, name string }

// running are the workloads by the places where they stand.
type running map[string]map[named]bool

func (r running) add(u *Unit, of named) {
	for _, at := range u.places() {
		if r[at] == nil {
			r[at] = map[named]bool{}
		}
		r[at][of] = true
	}
}

// early says of workloads that every unit which makes them is one of an environment
// before production, and that production beside it has them not: nobody but those who
// try it needs it yet. Where production has them, it says what there is to say of them.
func (w *Whole) early() {
	stages := map[string]bool{}
	for _, u := range w.Units {
		if u.Objects() > 0 {
			for _, at := range u.places() {
				stages[at] = true
			}
		}
	}
	by, later, live := map[named]map[*Unit][]kubernetes.Ref{}, map[named]bool{}, running{}
	for _, u := range w.Units {
		tried := productionOf(u, stages) != ""
		for i := range u.Kubernetes.Workloads {
			ref := u.Kubernetes.Workloads[i].Ref
			of := named{ref.Kind, purpose.WithoutEnvironment(ref.Name)}
			if by[of] == nil {
				by[of] = map[*Unit][]kubernetes.Ref{}
			}
			live.add(u, of)
			by[of][u], later[of] = append(by[of][u], ref), later[of] || !tried && u.Unneeded == "" && !u.Unlisted
		}
	}
	for of, units := range by {
		for u, refs := range units {
			why := ""
			switch at := productionOf(u, stages); {
			case at == "":
				why = u.tried()
			case live[at][of]:
				why = "it stands in an environment before production, which is " + at
			case !later[of]:
				why = "only environments before production make it: " + at + " does not"
			}
			for _, ref := range refs {
				u.count(ref, why)
			}
		}
	}
}

// tried says by which name a unit is there for an environment before production, where no
// production of it was found; empty where none tells.
func (u *Unit) tried() string {
	stage := u.stage()
	if folder := purpose.ToTry(stage); folder != "" && u.Kind != Files && !u.Folders.Group(folder) {
		return "it stands in " + folder + ", by its name an environment to try things in"
	}
	early := purpose.EarlyFolder(stage)
	switch {
	case u.Kind == Files: // of one that production does not stand beside nothing tells
		return ""
	case early != "":
		return "it stands in " + early + ", by its name an environment before production"
	case u.ofValues() && purpose.EarlyValues(u.Path):
		return "its values are by the name " + path.Base(filepath.ToSlash(u.Path)) + " those of an environment before production"
	case u.Kind == "helmfile" && strings.Contains(u.title(), "/") && purpose.EarlyEnvironment(path.Base(u.title())):
		return "it is applied as " + u.title() + ", by its name for an environment before production"
	case purpose.EarlyName(u.title()):
		return "it is applied as " + u.title() + ", by its name for an environment before production"
	}
	return ""
}

// count says why another unit counts for a workload, unless that was said.
func (u *Unit) count(ref kubernetes.Ref, why string) {
	if why == "" {
		return
	}
	if u.Beside == nil {
		u.Beside = map[kubernetes.Ref]string{}
	}
	if u.Beside[ref] == "" {
		u.Beside[ref] = why
	}
}
