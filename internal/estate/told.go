package estate

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
)

// Told is a host that values for a chart name, of a file or of an object that has the chart
// installed. Which chart that is may not have been read.
type Told struct {
	Host     string // of a Service, or of one and its namespace: api.shop
	Position origin.Position
}

// heed counts values that name a Service as those of who calls it, but the values of what
// makes the Service. A name without a namespace counts where one Service is called so.
func (w *Whole) heed() {
	services := map[string][]int{} // by name: the units that have one
	for i, u := range w.Units {
		for _, s := range u.Kubernetes.Services {
			if s.Unit == "" && !slices.Contains(services[s.Name], i) {
				services[s.Name] = append(services[s.Name], i)
			}
		}
	}
	for _, t := range w.Told {
		name, namespace, _ := strings.Cut(t.Host, ".")
		sole := w.sole(services[name], name)
		stem, _, _ := strings.Cut(path.Base(filepath.ToSlash(t.Position.File)), ".")
		for _, i := range services[name] {
			u := w.Units[i]
			if u.Unlisted || u.Unneeded != "" || u.owns(t.Position.File) || !sameEnvironment(u, t.Position.File) {
				continue
			}
			for _, s := range u.Kubernetes.Services {
				if s.Name == name && s.Unit == "" && (s.Namespace == namespace || namespace == "" && (sole || u.called(stem, s.Namespace))) {
					u.Kubernetes.Calls = append(u.Kubernetes.Calls, kubernetes.Call{
						Namespace: s.Namespace, Service: name, Names: true, Position: t.Position,
						By: kubernetes.Ref{Kind: kubernetes.Values, Name: valuesOf(t.Position.File)},
					})
				}
			}
		}
	}
}

// called reports whether a unit stands in a folder of a name, or a Service of it in a
// namespace of that: superset.yaml has values for what runs beside manifests/superset/redis.yaml.
func (u *Unit) called(name, namespace string) bool {
	return name == namespace || u.Kind != Files && slices.Contains(strings.Split(filepath.ToSlash(u.Path), "/"), name)
}

// sole reports whether the Services of a name stand in one namespace, and in one unit where
// nothing says which that is.
func (w *Whole) sole(units []int, name string) bool {
	namespaces := map[string]bool{}
	for _, i := range units {
		for _, s := range w.Units[i].Kubernetes.Services {
			if s.Name == name {
				namespaces[s.Namespace] = true
			}
		}
	}
	return len(namespaces) == 1 && (len(units) == 1 || !namespaces[metav1.NamespaceDefault])
}

// owns reports whether a file stands with the chart of a unit, or has it applied: what
// values say there they say of itself.
func (u *Unit) owns(file string) bool {
	dir := path.Clean(filepath.ToSlash(u.Path))
	if ext := path.Ext(dir); ext == ".yaml" || ext == ".yml" {
		dir = path.Dir(dir)
	}
	file = path.Clean(filepath.ToSlash(file))
	return file == path.Clean(filepath.ToSlash(u.By)) || u.Kind != Files && strings.HasPrefix(file, dir+"/")
}

// sameEnvironment reports whether a file may be for the environment of a unit by the names
// in their paths.
func sameEnvironment(u *Unit, file string) bool {
	a, b := u.environments(), (&Unit{Path: file}).environments()
	return len(a) == 0 || len(b) == 0 || slices.Equal(a, b)
}

// valuesOf is what values are called by: their file, with the folder that it stands in
// where that says which they are.
func valuesOf(file string) string {
	file = filepath.ToSlash(file)
	return path.Join(path.Base(path.Dir(file)), path.Base(file))
}
