package source

import (
	"os"
	"path/filepath"
	"testing"

	"helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/util"

	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// A packaged chart is read where the user names it, and in a directory; another
// archive by its name is a fault. Beside what is not packaged nobody needs it.
func TestReadPackagedChart(t *testing.T) {
	dir := t.TempDir()
	template := []byte("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec: {replicas: 3, selector: {}, " +
		"template: {spec: {containers: []}}}\n")
	c := &chart.Chart{Metadata: &chart.Metadata{APIVersion: "v2", Name: "shop", Version: "1.2.0"},
		Templates: []*common.File{{Name: "templates/a.yaml", Data: template}}}
	file, err := util.Save(c, dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{file, dir} {
		whole, err := Read(t.Context(), Input{Paths: []string{p}})
		if err != nil || len(whole.Units) != 1 {
			t.Fatal(p, whole, err)
		}
		u := whole.Units[0]
		if u.Name != "shop-1.2.0.tgz" || u.Kind != "chart" || len(u.Estate.Kubernetes.Workloads) != 1 ||
			u.Estate.Kubernetes.Workloads[0].Position.File != file {
			t.Errorf("%s: %+v", p, u)
		}
	}
	web := filepath.Join(dir, "web.yaml")
	if err := os.WriteFile(web, []byte("apiVersion: v1\nkind: Service\nmetadata: {name: web}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	whole, err := Read(t.Context(), Input{Paths: []string{dir}})
	if err != nil || len(whole.Units) != 2 {
		t.Fatal(whole, err)
	}
	for _, u := range whole.Units {
		if (u.Unneeded != "") != (u.Kind == "chart") {
			t.Errorf("%s, beside what is not packaged: %q", u.Name, u.Unneeded)
		}
	}
	other := filepath.Join(dir, "notes-1.0.0.tgz")
	if err := os.WriteFile(other, []byte("\x00\x01\x02\x00"), 0o666); err != nil {
		t.Fatal(err)
	}
	const want = ": is neither YAML nor JSON but binary"
	if _, err := read(t, other); err == nil || err.Error() != other+want {
		t.Errorf("got  %v\nwant %s", err, other+want)
	}
}

// Packages that a Helm repository has published are no units beside the chart that they were
// packaged of. A repository alone is what there is, and one package is none.
func TestPublishedPackages(t *testing.T) {
	for name, x := range map[string]struct {
		index, source string
		units, files  int
	}{
		"beside their chart":  {"docs/index.yaml", "charts/shop", 1, 2},
		"of another chart":    {"docs/index.yaml", "", 2, 0},
		"no repository":       {"docs/notes.yaml", "charts/shop", 3, 0},
		"the index above":     {"index.yaml", "src/shop", 1, 2},
		"beside, in one name": {"docs/index.yaml", "shop", 1, 2},
	} {
		dir := t.TempDir()
		for _, name := range []string{"shop", "gone"} {
			c := &chart.Chart{Metadata: &chart.Metadata{APIVersion: "v2", Name: name, Version: "1.2.0"}, Templates: []*common.File{
				{Name: "templates/a.yaml", Data: []byte("apiVersion: v1\nkind: Service\nmetadata: {name: " + name + "}\n")}}}
			if _, err := util.Save(c, filepath.Join(dir, "docs")); err != nil {
				t.Fatal(err)
			}
		}
		unittest.Write(t, filepath.Join(dir, x.index), "apiVersion: v1\nentries:\n  shop: []\n")
		if x.source != "" {
			unittest.Write(t, filepath.Join(dir, x.source, "Chart.yaml"), "apiVersion: v2\nname: shop\nversion: 1.3.0\n")
			unittest.Write(t, filepath.Join(dir, x.source, "templates/a.yaml"), "apiVersion: v1\nkind: Service\nmetadata: {name: shop}\n")
		}
		whole, err := Read(t.Context(), Input{Paths: []string{dir}})
		if err != nil {
			t.Fatal(name, err)
		}
		charts := 0
		for _, u := range whole.Units {
			if u.Kind == "chart" {
				charts++
			}
		}
		if charts != x.units || whole.Aside.Files != x.files {
			t.Errorf("%s: %d charts, %+v", name, charts, whole.Aside)
		}
	}
}
