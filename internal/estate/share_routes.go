package estate

import (
	"path/filepath"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/purpose"
)

// placed are the units that have an object of a kind, by its namespace/name.
type placed map[string][]int

// routes gives the units that have a Service what another unit sends requests to it
// by: an Ingress or a route that goes into the same namespace of the same environment, and
// workloads that are told to call it.
func (s *sharing) routes() {
	services, lent := placed{}, placed{} // lent are those that another unit has them from
	for i, u := range s.Units {
		for _, service := range u.Kubernetes.Services {
			if name := service.Namespace + "/" + service.Name; service.Unit == "" {
				services.add(name, i)
			} else {
				lent.add(service.Unit+" "+name, i)
			}
		}
	}
	backends, calls := make([][]kubernetes.Backend, len(s.Units)), make([][]kubernetes.Call, len(s.Units))
	for unit, from := range s.Units {
		to := func(namespace, service string) []int {
			name := namespace + "/" + service
			return slices.Concat(s.meant(unit, namespace, services[name]), lent[from.Name+" "+name])
		}
		for _, b := range from.Kubernetes.Backends {
			for _, i := range to(b.Namespace, b.Service) {
				backends[i] = append(backends[i], b)
			}
		}
		for _, c := range from.Kubernetes.Calls {
			for _, i := range to(c.Namespace, c.Service) {
				calls[i] = append(calls[i], c)
			}
		}
	}
	for i, u := range s.Units {
		u.Kubernetes.Backends, u.Kubernetes.Calls = append(u.Kubernetes.Backends, backends[i]...), append(u.Kubernetes.Calls, calls[i]...)
	}
}

// claims gives the units whose workloads mount a claim that they have not what another
// unit has of it: where it can be used.
func (s *sharing) claims() {
	claims := placed{}
	for i, u := range s.Units {
		for _, c := range u.Kubernetes.VolumeClaims {
			claims.add(c.Namespace+"/"+c.Name, i)
		}
	}
	given := make([][]kubernetes.VolumeClaim, len(s.Units))
	for unit, u := range s.Units {
		for k := range u.Kubernetes.Workloads {
			w := &u.Kubernetes.Workloads[k]
			for _, name := range w.Template.VolumeClaims {
				at := s.meant(unit, w.Namespace, claims[w.Namespace+"/"+name])
				c, ok := s.claim(at, w.Namespace, name)
				is := func(o kubernetes.VolumeClaim) bool { return o.Namespace == c.Namespace && o.Name == c.Name }
				if ok && !slices.ContainsFunc(given[unit], is) {
					given[unit] = append(given[unit], c)
				}
			}
		}
	}
	for i, u := range s.Units {
		u.Kubernetes.VolumeClaims = append(u.Kubernetes.VolumeClaims, given[i]...)
	}
}

// claim is the one that some units have; where they have it in several ways it is not
// known which.
func (s *sharing) claim(units []int, namespace, name string) (found kubernetes.VolumeClaim, ok bool) {
	for _, i := range units {
		for _, c := range s.Units[i].Kubernetes.VolumeClaims {
			switch {
			case c.Namespace != namespace || c.Name != name:
			case ok && (c.Once != found.Once || c.Host != found.Host):
				return kubernetes.VolumeClaim{}, false
			default:
				found, ok = c, true
			}
		}
	}
	return found, ok
}

func (p placed) add(name string, unit int) {
	if all := p[name]; len(all) == 0 || all[len(all)-1] != unit {
		p[name] = append(all, unit)
	}
}

// meant are the units, of those that have an object, in which what another unit says of
// it counts: where that has none of its own, those for the same environment, and the
// only one where no name tells. Of what is written into no namespace nothing is known:
// who applies it says where it goes.
func (s *sharing) meant(unit int, namespace string, have []int) []int {
	from := s.Units[unit]
	if from.Unlisted || from.Unneeded != "" || slices.Contains(have, unit) || namespace == metav1.NamespaceDefault && !from.deployed() {
		return nil
	}
	of := from.environments()
	var alike, other []int
	for _, i := range have {
		to := s.Units[i]
		switch there := to.environments(); {
		case to.Unlisted || from.rivals(to) || namespace == metav1.NamespaceDefault && !to.deployed():
		case slices.Equal(of, there):
			alike = append(alike, i)
		case len(of) == 0 || len(there) == 0:
			other = append(other, i)
		}
	}
	switch {
	case len(of) > 0 && len(alike) > 0:
		return alike
	case len(alike)+len(other) == 1:
		return append(alike, other...)
	}
	return nil
}

// deployed reports whether a tool applies a unit, which says into which namespace.
func (u *Unit) deployed() bool {
	return slices.Contains([]string{"flux", "argocd", "helmfile", "terraform"}, u.Kind)
}

// environments are the names of environments in the path of a unit, sorted.
func (u *Unit) environments() []string {
	var all []string
	between := func(r rune) bool { return strings.ContainsRune("/.-_@", r) }
	for _, word := range strings.FieldsFunc(strings.ToLower(filepath.ToSlash(u.Path)+"/"+u.Name), between) {
		if (purpose.BeforeProduction(word) || slices.Contains(purpose.Productions(), word)) && !slices.Contains(all, word) {
			all = append(all, word)
		}
	}
	slices.Sort(all)
	return all
}
