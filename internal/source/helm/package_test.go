package helm

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/Masterminds/semver/v3"
	"helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/util"

	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/source/unit/unittest"
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
	pack(t, filepath.Join(dir, "named"), "api", "1.0.0") // and called otherwise
	for from, to := range map[string]string{
		"shop-0.9.0.tgz": "named/plain.tgz", "shop-0.10.0.tgz": "named/odd-1.2.3_4.tgz", "shop-0.2.0.tgz": "named/other-1.0.0.tar.gz",
	} {
		if err := os.Link(filepath.Join(dir, from), filepath.Join(dir, to)); err != nil {
			t.Fatal(err)
		}
	}
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
	if want := []string{"web", "named/api-1.0.0.tgz", "named/odd-1.2.3_4.tgz", "named/plain.tgz",
		"old/shop-0.1.0.tgz", "shop-0.10.0.tgz", "shop-admin-2.0.0-rc.10.tgz"}; !slices.Equal(names, want) {
		t.Errorf("units %q, wants %q", names, want)
	}
}

// Of two versions Helm installs the newer release, and a release before what comes before one.
func TestNewer(t *testing.T) {
	for _, x := range []struct {
		one, other string
		want       bool
	}{
		{"1.0.0", "0.9.0", true}, {"0.10.0", "0.9.0", true}, {"0.9.0", "1.0.0-rc.1", true}, {"1.0.0-rc.10", "1.0.0-rc.2", true},
		{"1.0.1", "1.0.0", true},
	} {
		one, other := packaged{"a.tgz", semver.MustParse(x.one)}, packaged{"a.tgz", semver.MustParse(x.other)}
		if one.newer(other) != x.want || other.newer(one) == x.want {
			t.Errorf("%s is newer than %s: %t", x.one, x.other, one.newer(other))
		}
	}
	same := semver.MustParse("1.0.0")
	if a, b := (packaged{"a.tgz", same}), (packaged{"b.tgz", same}); a.newer(b) || !b.newer(a) || a.newer(a) {
		t.Error("of the same version the last file counts")
	}
}

// A packaged chart is one by its name and by what it holds; whether it is deprecated stands in it,
// and whether another one is in its folder.
func TestIsPackage(t *testing.T) {
	dir := t.TempDir()
	pack(t, dir, "shop", "1.0.0")
	file := filepath.Join(dir, "shop-1.0.0.tgz")
	for to, text := range map[string]string{"notes.tgz": "no archive", "Chart.yaml": "name: shop\nversion: 1.0.0\ndeprecated: true\n"} {
		if err := os.WriteFile(filepath.Join(dir, to), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link(file, filepath.Join(dir, "shop-1.0.0.tar.gz")); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{
		"shop-1.0.0.tgz": true, "shop-1.0.0.tar.gz": false, "notes.tgz": false, "Chart.yaml": false, "gone.tgz": false,
	} {
		if got := IsPackage(filepath.Join(dir, name)); got != want {
			t.Errorf("%s: %t", name, got)
		}
	}
	old := &chart.Chart{Metadata: &chart.Metadata{APIVersion: "v2", Name: "old", Version: "1.0.0", Deprecated: true}}
	if _, err := util.Save(old, dir); err != nil {
		t.Fatal(err)
	}
	in := unittest.Tree(t, dir)
	for at, want := range map[string]bool{"old-1.0.0.tgz": true, "shop-1.0.0.tgz": false, ".": true, "gone": false} {
		if got := deprecated(in, filepath.Join(dir, at)); got != want {
			t.Errorf("%s is deprecated: %t", at, got)
		}
	}
}

// What fails in an archive stands in that, on no line of it.
func TestFaultInAnArchive(t *testing.T) {
	dir := unpacked(t, files(minimal))
	c := &chart.Chart{
		Metadata:  &chart.Metadata{APIVersion: "v2", Name: "redis", Version: "1.0.0"},
		Templates: []*common.File{{Name: "templates/a.yaml", Data: []byte("kind: A\nname: {{ required \"a host\" .Values.host }}\n")}},
	}
	if _, err := util.Save(c, filepath.Join(dir, "chart/charts")); err != nil {
		t.Fatal(err)
	}
	r, err := Render(t.Context(), unittest.Tree(t, dir), filepath.Join(dir, "chart"), Options{})
	if err != nil || r.Refused == nil || r.Refused.File != filepath.Join(dir, "chart/charts/redis-1.0.0.tgz") || r.Refused.Line != 0 {
		t.Errorf("%+v %v", r.Refused, err)
	}
}
