package helm

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	chart "helm.sh/helm/v4/pkg/chart/v2"

	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// Values of a chart are told by their keys, whatever the file is called; what stands in its
// templates, is there to be tried, or holds something else is none.
func TestProfiles(t *testing.T) {
	const (
		chart = "-- c/Chart.yaml --\napiVersion: v2\nname: c\nversion: 1.0.0\n-- c/values.yaml --\nreplicas: 1\nport: 80\nhost: a\n" +
			"-- c/templates/a.yaml --\napiVersion: apps/v1\nkind: Deployment\n" +
			"metadata: {name: web}\n" +
			"spec: {replicas: {{ .Values.replicas }}, paused: {{ .Values.withoutDefault }}}\n"
		three = "replicas: 3\nport: 81\n"
	)
	for file, want := range map[string]bool{
		"c/profiles/production.yaml": true, "c/production.yaml": true, "c/profiles/eu/big.yml": true,
		"c/profiles/eu/west/big.yaml": false, "c/templates/production.yaml": false, "c/crds/x.yaml": false, "c/ci/x.yaml": false,
		"c/tests/production.yaml": false, "c/local/production.yaml": false, "c/.hidden/production.yaml": false, "production.yaml": false,
		"c/eu/values.yaml": false,
	} {
		if got := unitsOf(t, chart+"-- "+file+" --\n"+three); strings.Contains(got, file) != want {
			t.Errorf("%s: %s", file, got)
		}
	}
	if got := unitsOf(t, chart+"-- c/profiles/big.json --\n"+three); strings.Contains(got, "big") {
		t.Errorf("of another form: %s", got)
	}
	for text, want := range map[string]bool{
		three: true, "replicas: 3\n": false, "replicas: 3\nother: 1\n": false, "kind: Service\nport: 80\n": false, "- replicas\n": false,
		"replicas: 3\nglobal: {}\n": true, "replicas: 3\nwithoutDefault: 1\n": true,
	} {
		if got := unitsOf(t, chart+"-- c/profiles/big.yaml --\n"+text); strings.Contains(got, "big") != want {
			t.Errorf("%q: %s", text, got)
		}
	}
}

// A chart that the command is run in has the profiles below it.
func TestProfilesHere(t *testing.T) {
	dir := t.TempDir()
	unittest.Unpack(t, dir, txtar.Parse([]byte("-- Chart.yaml --\napiVersion: v2\nname: c\nversion: 1.0.0\n"+
		"-- values.yaml --\nreplicas: 1\nport: 80\n-- templates/a.yaml --\napiVersion: apps/v1\nkind: Deployment\n"+
		"metadata: {name: web}\nspec: {replicas: {{ .Values.replicas }}}\n-- profiles/big.yaml --\nreplicas: 3\nport: 81\n")))
	t.Chdir(dir)
	var names []string
	for _, f := range Units(Given{})(t.Context(), unittest.Tree(t, ".")) {
		names = append(names, f.Name)
	}
	if got := strings.Join(names, " "); !strings.Contains(got, "profiles/big.yaml") {
		t.Errorf("units %s", got)
	}
}

// unitsOf are the names of the units of charts in an archive.
func unitsOf(t *testing.T, archive string) string {
	t.Helper()
	dir := t.TempDir()
	unittest.Unpack(t, dir, txtar.Parse([]byte(archive)))
	var names []string
	for _, f := range Units(Given{})(t.Context(), unittest.Tree(t, dir)) {
		names = append(names, f.Name)
	}
	return strings.Join(names, " ")
}

// Profiles are called by anything but what charts call files of their own, and stand in no folder of
// other things.
func TestProfileAt(t *testing.T) {
	for file, want := range map[string]bool{
		"c/big.yaml": true, "c/a/b/big.yaml": true, "c/a/b/c/big.yaml": false, "c/values.yaml": false, "c/Chart.yaml": false,
		"c/.github/big.yaml": false, "c/charts/big.yaml": false, "big.yaml": false, "other/big.yaml": false,
	} {
		if got := profileAt("c", file); got != want {
			t.Errorf("%s: %t", file, got)
		}
	}
}

// A chart has so many profiles; where more files hold its values, they are something else.
func TestMostProfiles(t *testing.T) {
	text := "-- c/Chart.yaml --\napiVersion: v2\nname: c\nversion: 1.0.0\n-- c/values.yaml --\na: 0\nb: 0\n" +
		"-- c/templates/a.yaml --\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: {{ .Values.a }}}\n"
	for n := 1; n <= mostProfiles+1; n++ {
		text += fmt.Sprintf("-- c/sizes/%d.yaml --\na: %[1]d\nb: 1\n", n)
		want := n + 1
		if n > mostProfiles {
			want = 1
		}
		if n < mostProfiles {
			continue
		}
		if got := strings.Fields(unitsOf(t, text)); len(got) != want {
			t.Errorf("of %d there are %d units", n, len(got))
		}
	}
}

// Values are known by the keys of a chart and the names of what it depends on; of a file at
// least half of them are.
func TestFittingValues(t *testing.T) {
	c := &chart.Chart{Metadata: &chart.Metadata{Dependencies: []*chart.Dependency{{Name: "redis"}, {Name: "pg", Alias: "store"}}},
		Values: map[string]any{"size": 1}}
	for text, want := range map[string]bool{
		"size: 1\n": true, "global: {}\n": true, "redis: {}\n": true, "pg: {}\n": true, "store: {}\n": true, "other: 1\n": false, "": false,
		"size: 1\nother: 1\n": true, "size: 1\nother: 1\nmore: 1\n": false, "size: 1\nredis: {}\nother: 1\n": true,
	} {
		dir := t.TempDir()
		file := filepath.Join(dir, "values-x.yaml")
		unittest.Write(t, file, text)
		if got := fitting(unittest.Tree(t, dir), c, []string{file}); (len(got) == 1) != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// The folder that the command is run in is looked at for values above a chart, and none above
// it; those beside a chart there are beside it.
func TestValuesHere(t *testing.T) {
	const of = "Chart.yaml --\napiVersion: v2\nname: c\nversion: 1.0.0\n-- %[1]svalues.yaml --\nreplicas: 1\n-- %[1]stemplates/a.yaml --\n" +
		"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: {{ .Values.replicas }}}\n"
	for archive, want := range map[string]string{
		"-- c/" + fmt.Sprintf(of, "c/"):                                               "c",
		"-- c/" + fmt.Sprintf(of, "c/") + "-- values-prod.yaml --\nreplicas: 3\n":     "values-prod.yaml",
		"-- " + fmt.Sprintf(of, "") + "-- values-prod.yaml --\nreplicas: 3\n":         ". values-prod.yaml",
		"-- d/c/" + fmt.Sprintf(of, "d/c/") + "-- values-prod.yaml --\nreplicas: 3\n": "values-prod.yaml",
	} {
		dir := t.TempDir()
		unittest.Unpack(t, dir, txtar.Parse([]byte(archive)))
		t.Chdir(dir)
		var names []string
		for _, f := range Units(Given{})(t.Context(), unittest.Tree(t, ".")) {
			names = append(names, f.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s\n%s, want %s", archive, got, want)
		}
	}
}
