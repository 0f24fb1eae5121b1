package helm

import (
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

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
