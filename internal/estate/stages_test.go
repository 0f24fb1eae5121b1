package estate

import (
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// What only environments before production make is needed by nobody yet, where
// production stands beside them and has it not.
func TestEarly(t *testing.T) {
	of := func(path, name string) *Unit {
		w := kubernetes.Workload{Ref: kubernetes.Ref{Kind: "Deployment", Name: name}}
		e := &kubernetes.Estate{Workloads: []kubernetes.Workload{w}, Seen: kubernetes.Seen{Objects: 1}}
		return &Unit{Name: path, Kind: "kustomization", Path: path, Estate: &Estate{Kubernetes: e}}
	}
	in := func(namespace string, u *Unit) *Unit {
		u.Kubernetes.Workloads[0].Namespace = namespace
		return u
	}
	idle := func(u *Unit) *Unit {
		u.Unneeded = "is applied by none"
		return u
	}
	unlisted := func(u *Unit) *Unit {
		u.Unlisted = true
		return u
	}
	empty := func(u *Unit) *Unit {
		u.Kubernetes = &kubernetes.Estate{}
		return u
	}
	by := func(file string, u *Unit) *Unit {
		u.Kind, u.By = "argocd", file
		return u
	}
	helmfile := func(u *Unit) *Unit {
		u.Kind, u.By = "helmfile", "helmfile.yaml"
		return u
	}
	chart := func(u *Unit) *Unit {
		u.Kind = "chart"
		return u
	}
	files := func(u *Unit) *Unit {
		u.Kind = Files
		return u
	}
	file := func(u *Unit) *Unit {
		u.Kind, u.Alternative = Files, true
		return u
	}
	for why, x := range map[string]struct {
		units []*Unit
		want  string
	}{
		"production has it not": {[]*Unit{of("mi/dev/base", "web"), of("mi/stg/base", "web"), of("mi/prod/base", "db")},
			"only environments before production make it: mi/prod/base does not"},
		"production has it": {[]*Unit{of("mi/dev/base", "web"), of("mi/prod/base", "web")},
			"it stands in an environment before production, which is mi/prod/base"},
		"production has it by a name of its own": {[]*Unit{of("mi/dev/base", "web"), of("mi/prod/base", "web-prod")},
			"it stands in an environment before production, which is mi/prod/base"},
		"another unit has it between them": {[]*Unit{
			of("mi/dev/base", "web"), of("eu", "web"), of("mi/stg/base", "web"), of("mi/prod/base", "db")}, ""},
		"of what is not applied": {[]*Unit{of("mi/dev/base", "web"), unlisted(of("eu", "web")), of("mi/prod/base", "db")},
			"only environments before production make it: mi/prod/base does not"},
		"production that makes nothing": {[]*Unit{of("mi/stg/base", "web"), empty(of("mi/prod/base", "db"))}, ""},
		"another unit has it":           {[]*Unit{of("mi/dev/base", "web"), of("eu", "web"), of("mi/prod/base", "db")}, ""},
		"a file of its own": {[]*Unit{file(of("hokusai/staging.yml", "web")), file(of("hokusai/production.yml", "web"))},
			"it stands in an environment before production, which is hokusai/production"},
		"a file called after both": {[]*Unit{file(of("k8s/web.dev.yaml", "web")), file(of("k8s/web.prod.yaml", "web"))},
			"it stands in an environment before production, which is k8s/web.prod"},
		"files of no environment": {[]*Unit{file(of("k8s/small.yml", "web")), file(of("k8s/production.yml", "web"))}, ""},
		"no production":           {[]*Unit{of("mi/stg/base", "web"), of("mi/dev/base", "web")}, ""},
		"production of another":   {[]*Unit{of("mi/stg/base", "web"), of("shop/prod/base", "db")}, ""},
		"for development alone": {[]*Unit{of("mi/dev/base", "web"), of("mi/stg/base", "web")},
			"it stands in mi/dev, by its name an environment to try things in"},
		"a word that begins so": {[]*Unit{of("mi/developer/base", "web"), of("mi/prod/base", "db")}, ""},
		"in another namespace": {[]*Unit{of("mi/dev/base", "web"), in("live", of("mi/prod/base", "web"))},
			"it stands in an environment before production, which is mi/prod/base"},
		"of what nobody needs": {[]*Unit{of("mi/dev/base", "web"), idle(of("eu", "web")), of("mi/prod/base", "db")},
			"only environments before production make it: mi/prod/base does not"},
		"applications": {[]*Unit{by("argo/dev/web.yaml", of("web/base", "web")), by("argo/prod/db.yaml", of("db/base", "db"))},
			"only environments before production make it: argo/prod does not"},
		"applications of both": {[]*Unit{by("argo/dev/web.yaml", of("web/base", "web")), by("argo/prod/web.yaml", of("web/base", "web"))},
			"it stands in an environment before production, which is argo/prod"},
		"a word at the end of another one": {[]*Unit{of("env/eudev", "web"), of("env/euprod", "web")},
			"it stands in an environment before production, which is env/euprod"},
		"production of another place": {[]*Unit{of("env/usdev", "web"), of("env/euprod", "web")}, ""},
		"charts": {[]*Unit{chart(of("teams/web/dev", "web")), chart(of("teams/web/prod", "web"))},
			"it stands in an environment before production, which is teams/web/prod"},
		"one to try things in": {[]*Unit{of("apps/web/overlays/dev", "web")},
			"it stands in apps/web/overlays/dev, by its name an environment to try things in"},
		"one for staging": {[]*Unit{of("apps/web/overlays/staging", "web")},
			"it stands in apps/web/overlays/staging, by its name an environment before production"},
		"a cluster for it": {[]*Unit{by("clusters/staging/web.yaml", of("web", "web"))},
			"it stands in clusters/staging, by its name an environment before production"},
		"values for staging": {[]*Unit{chart(of("web/values-staging.yaml", "web")), chart(of("web", "web"))},
			"its values are by the name values-staging.yaml those of an environment before production"},
		"values for staging, .yml": {[]*Unit{chart(of("web/values-staging.yml", "web"))},
			"its values are by the name values-staging.yml those of an environment before production"},
		"a chart in a folder with a dot": {[]*Unit{chart(of("overlays/staging.new", "web"))}, ""},
		"values for development": {[]*Unit{chart(of("web/values.dev.yaml", "web")), chart(of("web/values.prod.yaml", "web"))},
			"it stands in an environment before production, which is web/values.prod"},
		"values of a program":   {[]*Unit{chart(of("web/values-test-runner.yaml", "web"))}, ""},
		"values for production": {[]*Unit{chart(of("web/values-prod.yaml", "web"))}, ""},
		"an application by name": {[]*Unit{by("argo/web.yaml", of("web@shop-uat", "web"))},
			"it is applied as shop-uat, by its name for an environment before production"},
		"an application of a set": {[]*Unit{by("argo/web.yaml", of("web@shop/qa", "web"))},
			"it is applied as shop/qa, by its name for an environment before production"},
		"an application beside that of production": {
			[]*Unit{by("argo/web.yaml", of("web@shop/usdev", "web")), by("argo/web.yaml", of("web@shop/usprod", "web"))},
			"it stands in an environment before production, which is argo/shop/usprod"},
		"an application": {[]*Unit{by("argo/web.yaml", of("web@test-runner", "web"))}, ""},
		"an environment of a helmfile": {[]*Unit{helmfile(of("web@web/dev-keycloak", "web"))},
			"it is applied as web/dev-keycloak, by its name for an environment before production"},
		"one of several stages": {[]*Unit{helmfile(of("web@web/staging_eu", "web"))},
			"it is applied as web/staging_eu, by its name for an environment before production"},
		"a release of such a name":         {[]*Unit{helmfile(of("web@dev-portal", "web"))}, ""},
		"an application's part, called so": {[]*Unit{by("argo/web.yaml", of("web@shop/dev-portal", "web"))}, ""},
		"production of a helmfile":         {[]*Unit{helmfile(of("web@web/dev-prod", "web"))}, ""},
		"an environment of another name":   {[]*Unit{helmfile(of("web@web/developers", "web"))}, ""},
		"files of a network to try things in": {[]*Unit{files(of("k/hoodi", "web")), files(of("k/mainnet", "web"))},
			"it stands in an environment before production, which is k/mainnet"},
		"files that production has not": {[]*Unit{files(of("k/hoodi", "web")), files(of("k/mainnet", "db"))},
			"only environments before production make it: k/mainnet does not"},
		"files of an environment alone": {[]*Unit{files(of("overlays/dev", "web"))}, ""},
		"a folder of that name":         {[]*Unit{of("apps/staging", "web")}, ""},
		"no environment, but dev":       {[]*Unit{of("dev/web", "web")}, ""},
		"called production": {[]*Unit{of("overlays/staging", "web"), of("overlays/production", "db")},
			"only environments before production make it: overlays/production does not"},
		"an environment of tests": {[]*Unit{of("overlays/test", "web"), of("overlays/prd", "db")},
			"only environments before production make it: overlays/prd does not"},
	} {
		w := &Whole{Units: x.units}
		w.early()
		if got := x.units[0].Beside[kubernetes.Ref{Kind: "Deployment", Name: "web"}]; got != x.want {
			t.Errorf("%s: %q, want %q", why, got, x.want)
		}
	}
}
