package estate

import (
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Of what several units make, one counts: that for production where it runs more of
// the same, and what builds it where the result stands in a file, too.
func TestCompare(t *testing.T) {
	of := func(kind, path, file string, pods int, image string) *Unit {
		w := kubernetes.Workload{Ref: kubernetes.Ref{Kind: "Deployment", Name: "web"}, Replicas: pods}
		w.Position.File = file
		w.Template.Containers = []kubernetes.Container{{Image: image}}
		e := &kubernetes.Estate{Workloads: []kubernetes.Workload{w}, Seen: kubernetes.Seen{Objects: 1}}
		return &Unit{Name: path, Kind: kind, Path: path, Estate: &Estate{Kubernetes: e}}
	}
	trial := of("kustomization", "tests/ui", "base/web.yaml", 1, "i")
	trial.Unneeded = "is there for tests"
	tried := of("chart", "charts/web/values-lint.yaml", "charts/web/templates/a.yaml", 2, "i")
	tried.Trial = true
	installed := of("chart", "charts/web", "charts/web/templates/a.yaml", 1, "i")
	installed.By = "apps/web.yaml"
	const base = "base/web.yaml"
	for why, x := range map[string]struct {
		u, other *Unit
		want     string
	}{
		"for high availability": {of("kustomization", "overlays/release", base, 1, "i"),
			of("kustomization", "overlays/release-ha", base, 2, "i"), "overlays/release-ha beside it runs it with 2 pods"},
		"for production": {of("kustomization", "overlays/small", base, 1, "i"), of("kustomization", "overlays/production", base, 3, "i"),
			"overlays/production beside it runs it with 3 pods"},
		"values": {of("chart", "charts/web", "charts/web/templates/a.yaml", 1, "i"), of("chart", "charts/web/values-ha.yaml",
			"charts/web/templates/a.yaml", 2, "i"), "charts/web/values-ha.yaml beside it runs it with 2 pods"},
		"values of any place": {of("chart", "charts/web", "charts/web/templates/a.yaml", 1, "i"), of("chart", "charts/web/values-wan.yaml",
			"charts/web/templates/a.yaml", 3, "i"), "charts/web/values-wan.yaml beside it runs it with 3 pods"},
		"values below it": {of("chart", "charts/web", "charts/web/templates/a.yaml", 1, "i"), of("chart", "charts/web/profiles/big.yaml",
			"charts/web/templates/a.yaml", 2, "i"), "charts/web/profiles/big.yaml beside it runs it with 2 pods"},
		"values of a chart of a longer name": {of("chart", "charts/web", "charts/web/templates/a.yaml", 1, "i"),
			of("chart", "charts/web-api/values-x.yaml", "charts/web/templates/a.yaml", 2, "i"), ""},
		"values of one pod": {of("chart", "charts/web", "charts/web/templates/a.yaml", 1, "i"), of("chart", "charts/web/values-wan.yaml",
			"charts/web/templates/a.yaml", 1, "i"), ""},
		"values of several, and others of one": {of("chart", "charts/web/values-lan.yaml", "charts/web/templates/a.yaml", 1, "i"),
			of("chart", "charts/web/values-wan.yaml", "charts/web/templates/a.yaml", 3, "i"), ""},
		"a kustomization in the folder of a chart": {of("chart", "charts/web", "charts/web/templates/a.yaml", 1, "i"),
			of("kustomization", "charts/web/more", "charts/web/templates/a.yaml", 3, "i"), ""},
		"values for tests": {of("chart", "charts/web", "charts/web/templates/a.yaml", 1, "i"), tried, ""},
		"another chart": {of("chart", "charts/web", "charts/web/templates/a.yaml", 1, "i"), of("chart", "charts/api/values-wan.yaml",
			"charts/web/templates/a.yaml", 3, "i"), ""},
		"values for high availability of another kind": {of("kustomization", "overlays/small", base, 1, "i"),
			of("chart", "charts/web/values-ha.yaml", base, 2, "i"), ""},
		"for high availability, in two words": {of("kustomization", "overlays/release", base, 1, "i"),
			of("kustomization", "overlays/high-availability", base, 2, "i"), "overlays/high-availability beside it runs it with 2 pods"},
		"production as others apply it": {of("argocd", "apps/small", base, 1, "i"), of("argocd", "apps/production", base, 3, "i"),
			"apps/production beside it runs it with 3 pods"},
		"files for production": {of(Files, "overlays/small", base, 1, "i"), of(Files, "overlays/production", base, 3, "i"), ""},
		"values of two pods, and others of three": {of("chart", "charts/web", "charts/web/templates/a.yaml", 2, "i"),
			of("chart", "charts/web/values-wan.yaml", "charts/web/templates/a.yaml", 3, "i"), ""},
		"what Argo CD applies in the folder of a chart": {of("chart", "charts/web", "charts/web/templates/a.yaml", 1, "i"),
			of("argocd", "charts/web/app", "charts/web/templates/a.yaml", 3, "i"), ""},
		"what Argo CD applies, and a chart in its folder": {of("argocd", "charts/web", "charts/web/templates/a.yaml", 1, "i"),
			of("chart", "charts/web/app", "charts/web/templates/a.yaml", 3, "i"), ""},
		"a chart that is applied, and values beside it": {installed,
			of("chart", "charts/web/values-wan.yaml", "charts/web/templates/a.yaml", 3, "i"), ""},
		"what stands before production": {of("kustomization", "mi/dev/base", base, 1, "i"), of("kustomization", "mi/prod/base", base, 1, "i"),
			"it stands in an environment before production, which is mi/prod/base"},
		"of one pod as well": {of("kustomization", "overlays/small", base, 1, "i"),
			of("kustomization", "overlays/production", base, 1, "i"), ""},
		"of two already": {of("kustomization", "overlays/small", base, 2, "i"),
			of("kustomization", "overlays/production", base, 3, "i"), ""},
		"another name": {of("kustomization", "overlays/eu", base, 1, "i"), of("kustomization", "overlays/us", base, 3, "i"), ""},
		"both for production": {of("kustomization", "overlays/prod-eu", base, 1, "i"),
			of("kustomization", "overlays/prod-us", base, 3, "i"), ""},
		"of another file": {of("kustomization", "overlays/small", base, 1, "i"),
			of("kustomization", "shop/production", "shop/base/web.yaml", 3, "i"), ""},
		"a word that begins so": {of("kustomization", "overlays/small", base, 1, "i"),
			of("kustomization", "overlays/products", base, 3, "i"), ""},
		"what is built, in a file": {of(Files, "files", "install.yaml", 1, "i"), of("kustomization", "manifests/ui", base, 1, "i"),
			"it stands in install.yaml as unit manifests/ui makes it, of which it is told"},
		"another image":      {of(Files, "files", "install.yaml", 1, "o"), of("kustomization", "manifests/ui", base, 1, "i"), ""},
		"another size":       {of(Files, "files", "install.yaml", 2, "i"), of("kustomization", "manifests/ui", base, 1, "i"), ""},
		"what a test builds": {of(Files, "files", "install.yaml", 1, "i"), trial, ""},
		"two of files":       {of(Files, "files", "install.yaml", 1, "i"), of(Files, "a/install.yaml", "a/install.yaml", 1, "i"), ""},
	} {
		w := &Whole{Units: []*Unit{x.u, x.other}}
		w.Compare()
		ref := kubernetes.Ref{Kind: "Deployment", Name: "web"}
		if got := x.u.Beside[ref]; got != x.want {
			t.Errorf("%s: %q, want %q", why, got, x.want)
		}
		if got := x.other.Beside[ref]; got != "" {
			t.Errorf("%s: the other one: %q", why, got)
		}
	}
}
