package helm

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/util"

	"github.com/onus-project/onus/internal/source/unit"
)

// pack writes a chart as helm package does.
func pack(t *testing.T, dir, name, version string) {
	t.Helper()
	template := "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + name + "}\nspec: {replicas: {{ .Values.replicas }}}\n"
	c := &chart.Chart{
		Metadata:  &chart.Metadata{APIVersion: "v2", Name: name, Version: version},
		Raw:       []*common.File{{Name: "values.yaml", Data: []byte("replicas: 2\n")}},
		Values:    map[string]any{"replicas": 2},
		Templates: []*common.File{{Name: "templates/a.yaml", Data: []byte(template)}},
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := util.Save(c, dir); err != nil {
		t.Fatal(err)
	}
}

// Of packaged charts the newest of each name in a folder is a unit, as Helm would
// install it; what a chart depends on, and archives of something else, are none.
func TestPackagedCharts(t *testing.T) {
	dir := t.TempDir()
	for _, version := range []string{"0.9.0", "0.10.0", "0.2.0", "1.0.0-alpha.1"} {
		pack(t, dir, "shop", version)
	}
	pack(t, dir, "shop-admin", "2.0.0-rc.2")
	pack(t, dir, "shop-admin", "2.0.0-rc.10")
	pack(t, filepath.Join(dir, "old"), "shop", "0.1.0")
	pack(t, filepath.Join(dir, "web", "charts"), "redis", "1.0.0")
	for name, text := range map[string]string{"web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n", "notes-1.0.0.tgz": "no archive",
		"notes.tgz": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var files []string
	err := filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if !d.IsDir() {
			files = append(files, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	in, err := unit.NewTree(dir, files)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range Units(Given{})(t.Context(), in) {
		names = append(names, f.Name)
		if f.Name != "shop-0.10.0.tgz" {
			continue
		}
		built := f.Build(t.Context())
		if len(built.Documents) != 1 || built.Documents[0].File != filepath.Join(dir, f.Name) || len(built.Missing)+len(built.Refused) > 0 {
			t.Errorf("%s makes %+v", f.Name, built)
		}
		for field, want := range map[string]string{"replicas": "replicas", "paused": ""} {
			if got := strings.Join(f.Chart.Named(filepath.Join(dir, f.Name), 1, field), " "); got != want {
				t.Errorf("%s names %q for %s, wants %q", f.Name, got, field, want)
			}
		}
	}
	if want := []string{"web", "old/shop-0.1.0.tgz", "shop-0.10.0.tgz", "shop-admin-2.0.0-rc.10.tgz"}; !slices.Equal(names, want) {
		t.Errorf("units %q, wants %q", names, want)
	}
}
