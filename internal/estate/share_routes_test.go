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
	file := func(name string) *Unit {
		u := applied(name, "shop")
		u.Kind, u.Path, u.Alternative = Files, "dir/"+name, true
		return u
	}
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
		{"no tool, in a namespace of its own", "ingress", "shop", []*Unit{plain(applied("web", "shop"))}, "web"},
		{"for any environment", "ingress", "shop", []*Unit{applied("web/overlays/dev", "shop")}, "web/overlays/dev"},
		{"two of the environment", "ingress/dev", "shop", []*Unit{applied("web/dev", "shop"), applied("web/dev/eu", "shop")},
			"web/dev web/dev/eu"},
		{"one of the environment, and one of none", "ingress/dev", "shop", []*Unit{applied("web/dev", "shop"), applied("web", "shop")},
			"web/dev"},
		{"one of none, and two of environments", "ingress", "shop", []*Unit{applied("web", "shop"), applied("web/dev", "shop")}, ""},
		{"alternatives beside another one", "ingress", "shop", []*Unit{file("a.yaml"), file("b.yaml")}, ""},
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

// What sends requests to a Service of its own unit, or says so in what is not applied or
// needed by nobody, counts in no other one; nor does it in an alternative, or in namespace
// default where no tool says that it goes there.
func TestRoutesThatStayAtHome(t *testing.T) {
	alternative := func(u *Unit) {
		u.Kind, u.Path, u.Alternative = Files, "dir/"+u.Name, true
	}
	for name, x := range map[string]struct {
		namespace string
		from, to  func(u *Unit)
		own       bool // the unit has such a Service itself
		want      int
	}{
		"another one's":           {namespace: "shop", want: 1},
		"its own":                 {namespace: "shop", own: true},
		"its own alone":           {namespace: "shop", own: true, to: func(u *Unit) { u.Kubernetes.Services = nil }},
		"not applied":             {namespace: "shop", from: func(u *Unit) { u.Unlisted = true }},
		"needed by nobody":        {namespace: "shop", from: func(u *Unit) { u.Unneeded = "is a copy" }},
		"of which one is applied": {namespace: "shop", from: alternative, to: alternative},
		"default":                 {namespace: "default", want: 1},
		"default that nobody says goes there": {namespace: "default",
			from: func(u *Unit) { u.Kind = "chart" }},
	} {
		from, to := applied("a", x.namespace), applied("b", x.namespace)
		if !x.own {
			from.Kubernetes.Services = nil
		}
		from.Kubernetes.Backends = []kubernetes.Backend{{Namespace: x.namespace, Service: "web"}}
		if x.from != nil {
			x.from(from)
		}
		if x.to != nil {
			x.to(to)
		}
		(&Whole{Units: []*Unit{from, to}}).Share()
		if n := len(to.Kubernetes.Backends); n != x.want || len(from.Kubernetes.Backends) != 1 {
			t.Errorf("%s: %d, want %d, and %d at home", name, n, x.want, len(from.Kubernetes.Backends))
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
	shared := func(u *Unit) *Unit {
		u.Kubernetes.VolumeClaims[0].Once = false
		return u
	}
	beside := func(u *Unit) *Unit {
		of := u.Kubernetes.VolumeClaims[0]
		u.Kubernetes.VolumeClaims = append(u.Kubernetes.VolumeClaims, kubernetes.VolumeClaim{Namespace: "bank", Name: of.Name, Host: "n8"},
			kubernetes.VolumeClaim{Namespace: of.Namespace, Name: "other", Host: "n9"})
		return u
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
		{"two of its environment that say the same", []*Unit{storage("prod/a", "n1"), storage("prod/b", "n1")}, "n1"},
		{"two of its environment", []*Unit{storage("prod/a", "n1"), storage("prod/b", "n2")}, ""},
		{"two that are used by one node or by many", []*Unit{storage("prod/a", "n1"), shared(storage("prod/b", "n1"))}, ""},
		{"one beside others", []*Unit{beside(storage("prod/a", "n1"))}, "n1"},
	} {
		to := unitOf("prod/web", "web", "api")
		to.Kubernetes.Workloads[0].Template.VolumeClaims = []string{"data", "none"}
		to.Kubernetes.Workloads[1].Template.VolumeClaims = []string{"data"}
		(&Whole{Units: append([]*Unit{to}, x.units...)}).Share()
		host := ""
		for _, c := range to.Kubernetes.VolumeClaims {
			host += c.Host
		}
		if host != x.want || len(to.Kubernetes.VolumeClaims) != len(x.want)/2 {
			t.Errorf("%s: %d claims on %q, want %q", x.name, len(to.Kubernetes.VolumeClaims), host, x.want)
		}
	}
}

// Claims of one name in two namespaces are two, and so are two names in one.
func TestClaimsByNamespaceAndName(t *testing.T) {
	var claims []kubernetes.VolumeClaim
	for _, of := range []string{"shop/data", "shop/logs", "bank/data"} {
		namespace, name, _ := strings.Cut(of, "/")
		claims = append(claims, kubernetes.VolumeClaim{Namespace: namespace, Name: name, Host: of})
	}
	to := unitOf("web", "web", "api")
	to.Kubernetes.Workloads[1].Namespace = "bank"
	to.Kubernetes.Workloads[0].Template.VolumeClaims = []string{"data", "logs"}
	to.Kubernetes.Workloads[1].Template.VolumeClaims = []string{"data"}
	from := &Unit{Name: "storage", Kind: "flux", Path: "storage", Estate: &Estate{Kubernetes: &kubernetes.Estate{VolumeClaims: claims}}}
	(&Whole{Units: []*Unit{to, from}}).Share()
	var hosts []string
	for _, c := range to.Kubernetes.VolumeClaims {
		hosts = append(hosts, c.Host)
	}
	if got := strings.Join(hosts, " "); got != "shop/data shop/logs bank/data" {
		t.Error(got)
	}
}
