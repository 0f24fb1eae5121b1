package estate

import (
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// A chart, a kustomization and plain files state one thing in several ways where their
// folders tell no more than that, or where all of one stands in the other; what is
// applied, and what stands for an environment, is there by itself.
func TestRenders(t *testing.T) {
	workload := func(name, image string, replicas int) kubernetes.Workload {
		w := kubernetes.Workload{Ref: kubernetes.Ref{Kind: "Deployment", Name: name}, Replicas: replicas, Scaled: true, Lasting: true}
		w.Template.Containers = []kubernetes.Container{{Image: image}}
		return w
	}
	unit := func(kind, path string, all ...kubernetes.Workload) *Unit {
		return &Unit{Kind: kind, Path: path, Name: path, Estate: &Estate{Kubernetes: &kubernetes.Estate{Workloads: all}}}
	}
	web, db := workload("web", "web", 1), workload("db", "postgres", 1)
	job := workload("migrate", "web", 1)
	job.Lasting = false
	applied := unit("flux", "deploy")
	trial := unit("chart", "helm-chart")
	trial.Trial = true
	several := unit(Files, "installer/shop.yaml", web, db)
	several.Alternative = true
	for _, c := range []struct {
		name string
		a, b *Unit
		file string // of b
		want bool
	}{
		{"a chart and a kustomization", unit("chart", "helm-chart"), unit("kustomization", "kustomize"), "kustomize/base/a.yaml", true},
		{"a chart and plain files", unit("chart", "helm-chart"), unit(Files, "."), "release/kubernetes-manifests.yaml", true},
		{"plain files at the top", unit("chart", "chart"), unit(Files, "."), "a.yaml", true},
		{"two kustomizations", unit("kustomization", "kustomize"), unit("kustomization", "kubernetes-manifests"), "k/a.yaml", true},
		{"of one folder", unit("chart", "shop/helm"), unit("kustomization", "shop/deploy/k8s"), "a.yaml", true},
		{"of two components", unit("chart", "shop/helm"), unit("kustomization", "blog/k8s"), "a.yaml", false},
		{"plain files of another thing", unit("chart", "charts"), unit(Files, "."), "monitoring/redis.yaml", false},
		{"two environments", unit("kustomization", "base"), unit("kustomization", "deploy/dev"), "a.yaml", false},
		{"two clusters", unit("kustomization", "a", web, db), unit("kustomization", "b", web, db), "b/a.yaml", false},
		{"all of a chart", unit("chart", "charts/shop", web, db),
			unit("kustomization", "apps/shop-all", web, db, workload("x", "x", 1)), "a.yaml", true},
		{"all of a chart, in a file", unit("chart", "installer/helm/shop", web, db), unit(Files, "installer/shop.yaml", web, db), "a.yaml", true},
		{"all of a chart, in one file of several", unit("chart", "installer/helm/shop", web, db), several, "a.yaml", true},
		{"all of a chart, in a file for development", unit("chart", "installer/helm/shop", web, db),
			unit(Files, "installer/shop-development.yaml", web, db), "a.yaml", true},
		{"all of a kustomization, in a file", unit("kustomization", "a/shop", web, db), unit(Files, "b", web, db), "b/a.yaml", false},
		{"another size", unit("chart", "charts/shop", web, workload("db", "postgres", 2)),
			unit("kustomization", "apps/x", web, db), "a.yaml", false},
		{"another image", unit("chart", "charts/shop", web, workload("db", "mysql", 1)),
			unit("kustomization", "apps/x", web, db), "a.yaml", false},
		{"one workload alone", unit("chart", "charts/shop", web), unit("kustomization", "apps/x", web), "a.yaml", false},
		{"one of several files", unit("kustomization", "kustomize"), several, "a.yaml", false},
		{"plain files of an environment", unit("kustomization", "shop/dev"), unit(Files, "."), "shop/dev/a.yaml", false},
		{"all of a chart, for an environment", unit("chart", "charts/shop", web, db),
			unit("kustomization", "shop/dev", web, db), "a.yaml", false},
		{"all of a chart but a Job", unit("chart", "charts/shop", web, db, job),
			unit("kustomization", "apps/x", web, db, workload("x", "x", 1)), "a.yaml", true},
		{"two charts", unit("chart", "charts/shop", web, db), unit("chart", "charts/store", web, db), "a.yaml", false},
		{"what is applied", applied, unit("chart", "helm-chart"), "a.yaml", false},
		{"what helmfile applies", unit("helmfile", "deploy"), unit("chart", "helm-chart"), "a.yaml", false},
		{"what Argo CD applies", unit("argocd", "deploy"), unit("chart", "helm-chart"), "a.yaml", false},
		{"what is tried", trial, unit("kustomization", "kustomize"), "a.yaml", false},
	} {
		if got := c.a.Renders(c.b, "a.yaml", c.file); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
		if got := c.b.Renders(c.a, c.file, "a.yaml"); got != c.want {
			t.Errorf("%s, the other way: %v", c.name, got)
		}
		if c.a.Renders(c.a, "a.yaml", "a.yaml") {
			t.Errorf("%s: a unit is another way of itself", c.name)
		}
	}
}

// Workloads are the same by kind, name, pods and images, wherever they stand.
func TestSame(t *testing.T) {
	of := func(kind, namespace, name string, pods int, image string) *kubernetes.Workload {
		w := &kubernetes.Workload{Ref: kubernetes.Ref{Kind: kind, Namespace: namespace, Name: name}, Replicas: pods}
		w.Template.Containers = []kubernetes.Container{{Image: image}}
		return w
	}
	web := of("Deployment", "shop", "web", 2, "web:1")
	for _, c := range []struct {
		name  string
		other *kubernetes.Workload
		want  bool
	}{
		{"itself", web, true}, {"in another namespace", of("Deployment", "bank", "web", 2, "web:1"), true},
		{"of another kind", of("StatefulSet", "shop", "web", 2, "web:1"), false},
		{"called otherwise", of("Deployment", "shop", "api", 2, "web:1"), false},
		{"of another size", of("Deployment", "shop", "web", 3, "web:1"), false},
		{"of another image", of("Deployment", "shop", "web", 2, "web:2"), false},
	} {
		if Same(web, c.other) != c.want || Same(c.other, web) != c.want {
			t.Errorf("%s: %v", c.name, !c.want)
		}
	}
}
