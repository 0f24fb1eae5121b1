package estate

import (
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
)

// Values of another chart that name a Service count as those of who calls it.
func TestHeed(t *testing.T) {
	of := func(kind, path, namespace, name string) *Unit {
		e := &kubernetes.Estate{Services: []kubernetes.Service{{Namespace: namespace, Name: name}}}
		return &Unit{Name: path, Kind: kind, Path: path, Estate: &Estate{Kubernetes: e}}
	}
	web := func(u *Unit) *Unit {
		u.By = "argo/redis.yaml"
		return u
	}
	idle := func(u *Unit) *Unit {
		u.Unneeded = "is a copy"
		return u
	}
	unlisted := func(u *Unit) *Unit {
		u.Unlisted = true
		return u
	}
	lent := func(u *Unit) *Unit {
		u.Kubernetes.Services[0].Unit = "other"
		return u
	}
	for why, x := range map[string]struct {
		units      []*Unit
		host, file string
		called     bool
	}{
		"by its name":                {[]*Unit{of("kustomization", "redis", "data", "redis")}, "redis", "values/superset.yaml", true},
		"plain files":                {[]*Unit{of(Files, "", "data", "redis")}, "redis", "values/superset.yaml", true},
		"with its namespace":         {[]*Unit{of("chart", "redis", "data", "redis")}, "redis.data", "values/superset.yaml", true},
		"for an environment":         {[]*Unit{of("kustomization", "redis/dev", "data", "redis")}, "redis.data", "values/shop-dev.yaml", true},
		"in another namespace":       {[]*Unit{of("chart", "redis", "data", "redis")}, "redis.shop", "values/superset.yaml", false},
		"another name":               {[]*Unit{of("chart", "redis", "data", "redis")}, "cache", "values/superset.yaml", false},
		"its own values":             {[]*Unit{of("chart", "redis", "data", "redis")}, "redis", "redis/values-eu.yaml", false},
		"its own values with others": {[]*Unit{of("chart", "redis/values-eu.yaml", "data", "redis")}, "redis", "redis/values.yaml", false},
		"what applies it":            {[]*Unit{web(of("argocd", "redis", "data", "redis"))}, "redis", "argo/redis.yaml", false},
		"for another environment":    {[]*Unit{of("kustomization", "redis/prod", "data", "redis")}, "redis.data", "values/shop-dev.yaml", false},
		"one of two namespaces": {
			[]*Unit{of("chart", "redis", "data", "redis"), of("chart", "r", "shop", "redis")}, "redis", "values/x.yaml", false},
		"two ways of one": {
			[]*Unit{of("chart", "redis", "data", "redis"), of("chart", "r", "data", "redis")}, "redis", "values/x.yaml", true},
		"two that may be anywhere": {
			[]*Unit{of("chart", "redis", "default", "redis"), of("chart", "r", "default", "redis")}, "redis", "values/x.yaml", false},
		"two, and the one of that name": {
			[]*Unit{of("chart", "m/superset", "default", "redis"), of("chart", "m/x", "default", "redis")}, "redis", "values/superset.yaml", true},
		"two, and the other one of that name": {
			[]*Unit{of("chart", "m/x", "default", "redis"), of("chart", "m/superset", "default", "redis")}, "redis", "values/superset.yaml", false},
		"its folder written otherwise": {[]*Unit{of("chart", "redis", "data", "redis")}, "redis", "./redis/values-eu.yaml", false},
		"values beside plain files":    {[]*Unit{of(Files, "apps", "data", "redis")}, "redis", "apps/superset.yaml", true},
		"its own values of a .yml":     {[]*Unit{of("chart", "redis/values-eu.yml", "data", "redis")}, "redis", "redis/values.yaml", false},
		"of no environment":            {[]*Unit{of("kustomization", "redis", "data", "redis")}, "redis.data", "values/shop-dev.yaml", true},
		"what is not applied":          {[]*Unit{unlisted(of(Files, "redis", "data", "redis"))}, "redis", "values/superset.yaml", false},
		"what another unit has lent":   {[]*Unit{lent(of("chart", "redis", "data", "redis"))}, "redis", "values/superset.yaml", false},
		"values of no environment":     {[]*Unit{of("kustomization", "redis/prod", "data", "redis")}, "redis.data", "values/web.yaml", true},
		"one, and one that is lent": {
			[]*Unit{of("chart", "redis", "default", "redis"), lent(of("chart", "r", "default", "redis"))}, "redis", "values/x.yaml", true},
		"default, the only one": {[]*Unit{of("chart", "redis", "default", "redis")}, "redis", "values/superset.yaml", true},
		"two, and one in the namespace of that name": {
			[]*Unit{of("chart", "m/x", "superset", "redis"), of("chart", "m/y", "shop", "redis")}, "redis", "values/superset.yaml", true},
		"two of plain files in a folder of that name": {
			[]*Unit{of(Files, "m/superset", "default", "redis"), of("chart", "m/x", "default", "redis")}, "redis", "values/superset.yaml", false},
		"what nobody needs": {[]*Unit{idle(of("chart", "redis", "data", "redis"))}, "redis", "values/superset.yaml", false},
		"one of two, with its namespace": {
			[]*Unit{of("chart", "redis", "data", "redis"), of("chart", "r", "shop", "redis")}, "redis.data", "values/x.yaml", true},
	} {
		w := &Whole{Units: x.units, Told: []Told{{Host: x.host, Position: origin.Position{File: x.file, Line: 3}}}}
		w.Share()
		calls := w.Units[0].Kubernetes.Calls
		if (len(calls) == 1) != x.called || x.called && (calls[0].By.Kind != kubernetes.Values ||
			calls[0].Position.Line != 3 || !calls[0].Names) {
			t.Errorf("%s: %+v", why, calls)
		}
	}
}

// Of a unit with several Services values call the one that they name, once; they are called
// by their file and its folder.
func TestHeedOneService(t *testing.T) {
	services := []kubernetes.Service{
		{Namespace: "data", Name: "redis"}, {Namespace: "data", Name: "web"}, {Namespace: "shop", Name: "redis"},
		{Namespace: "data", Name: "redis", Unit: "lends"},
	}
	u := &Unit{Name: "redis", Kind: "chart", Path: "redis", Estate: &Estate{Kubernetes: &kubernetes.Estate{Services: services}}}
	w := &Whole{Units: []*Unit{u}, Told: []Told{{Host: "redis.data", Position: origin.Position{File: "apps/eu/values.yaml"}}}}
	w.Share()
	if c := u.Kubernetes.Calls; len(c) != 1 || c[0].Service != "redis" || c[0].Namespace != "data" || c[0].By.Name != "eu/values.yaml" {
		t.Errorf("%+v", c)
	}
}
