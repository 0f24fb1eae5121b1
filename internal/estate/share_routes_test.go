package estate

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// applied is a unit that Argo CD applies from a path, with a Service called web in a
// namespace.
func applied(path, namespace string) *Unit {
	e := &kubernetes.Estate{Services: []kubernetes.Service{{Namespace: namespace, Name: "web", Selector: map[string]string{"app": path}}}}
	return &Unit{Name: path, Kind: "argocd", Path: path, Estate: &Estate{Kubernetes: e}}
}

// A route counts in the unit that has the Service it sends requests to: in the same
// namespace and environment; where several may be meant, in none.
func TestRoutesOfOtherUnits(t *testing.T) {
	plain := func(u *Unit) *Unit { u.Kind = "kustomization"; return u }
	unlisted := applied("b", "shop")
	unlisted.Unlisted = true
	for _, x := range []struct {
		name      string
		path      string // of the unit with the route
		namespace string // that it goes to
		units     []*Unit
		in        string
	}{
		{"the only one", "ingress", "shop", []*Unit{applied("web", "shop"), applied("api", "bank")}, "web"},
		{"none of the namespace", "ingress", "shop", []*Unit{applied("web", "bank")}, ""},
		{"two that may be", "ingress", "shop", []*Unit{applied("web", "shop"), applied("web2", "shop")}, ""},
		{"two environments", "ingress/overlays/dev", "shop", []*Unit{applied("web/overlays/dev", "shop"), applied("web/overlays/prod", "shop")},
			"web/overlays/dev"},
		{"its environments in another order", "ingress/prod/stage", "shop", []*Unit{applied("web/stage/prod", "shop")}, "web/stage/prod"},
		{"another environment", "ingress/overlays/dev", "shop", []*Unit{applied("web/overlays/prod", "shop")}, ""},
		{"one of no environment", "ingress/overlays/dev", "shop", []*Unit{applied("web/base", "shop")}, "web/base"},
		{"default that a tool says", "ingress", "default", []*Unit{applied("web", "default")}, "web"},
		{"default that nobody says", "ingress", "default", []*Unit{plain(applied("web", "default"))}, ""},
		{"a unit that is not applied", "ingress", "shop", []*Unit{unlisted}, ""},
	} {
		from := &Unit{Name: x.path, Kind: "argocd", Path: x.path, Estate: &Estate{Kubernetes: &kubernetes.Estate{
			Backends: []kubernetes.Backend{{Namespace: x.namespace, Service: "web"}},
			Calls:    []kubernetes.Call{{Namespace: x.namespace, Service: "web"}},
		}}}
		(&Whole{Units: append([]*Unit{from}, x.units...)}).Share()
		var in []string
		for _, u := range x.units {
			if len(u.Kubernetes.Calls) != len(u.Kubernetes.Backends) {
				t.Errorf("%s: %d calls of %s, and %d routes", x.name, len(u.Kubernetes.Calls), u.Name, len(u.Kubernetes.Backends))
			}
			if len(u.Kubernetes.Backends) > 0 {
				in = append(in, u.Name)
			}
		}
		if strings.Join(in, " ") != x.in {
			t.Errorf("%s: in %v, want %s", x.name, in, x.in)
		}
	}
}

// What sends requests to a Service counts where the Service does, though that stands
// beside it.
func TestRoutesThroughSharedServices(t *testing.T) {
	from, to := applied("ingress", "shop"), unitOf("b", "web")
	from.Kubernetes.Services[0].Selector = labels.Set{"app": "web"}
	from.Kubernetes.Backends = []kubernetes.Backend{{Namespace: "shop", Service: "web"}}
	(&Whole{Units: []*Unit{from, to}}).Share()
	if len(to.Kubernetes.Services) != 1 || len(to.Kubernetes.Backends) != 1 {
		t.Errorf("has %d Services and %d backends", len(to.Kubernetes.Services), len(to.Kubernetes.Backends))
	}
}

// A claim that another unit has says where a workload can run; where several have it in
// different ways, none does.
func TestClaimsOfOtherUnits(t *testing.T) {
	storage := func(path, host string) *Unit {
		e := &kubernetes.Estate{VolumeClaims: []kubernetes.VolumeClaim{{Namespace: "shop", Name: "data", Host: host, Once: true}}}
		return &Unit{Name: path, Kind: "flux", Path: path, Estate: &Estate{Kubernetes: e}}
	}
	for _, x := range []struct {
		name  string
		units []*Unit
		want  string
	}{
		{"one", []*Unit{storage("a", "n1")}, "n1"},
		{"none", nil, ""},
		{"two", []*Unit{storage("a", "n1"), storage("b", "n1")}, ""},
		{"its own", []*Unit{storage("prod/a", "n1"), storage("dev/b", "n2")}, "n1"},
	} {
		to := unitOf("prod/web", "web")
		to.Kubernetes.Workloads[0].Template.VolumeClaims = []string{"data"}
		(&Whole{Units: append([]*Unit{to}, x.units...)}).Share()
		host := ""
		for _, c := range to.Kubernetes.VolumeClaims {
			host += c.Host
		}
		if host != x.want {
			t.Errorf("%s: on %q, want %q", x.name, host, x.want)
		}
	}
}
