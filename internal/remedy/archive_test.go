package remedy_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"maps"
	"slices"
	"testing"
)

// archived is a chart as `helm package` leaves it.
func archived(t *testing.T, name string, files map[string]string) string {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	w := tar.NewWriter(z)
	for _, file := range slices.Sorted(maps.Keys(files)) {
		if err := w.WriteHeader(&tar.Header{Name: name + "/" + file, Mode: 0o600, Size: int64(len(files[file]))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[file])); err != nil {
			t.Fatal(err)
		}
	}
	for _, close := range []func() error{w.Close, z.Close} {
		if err := close(); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

// Of a chart in an archive the template is not at hand: its values are those by which
// charts set replicas, and the one that mends the finding is the one.
func TestValuesOfAChartInAnArchive(t *testing.T) {
	const chart = "apiVersion: v2\nname: front\nversion: 1.0.0\n"
	for name, x := range map[string]struct {
		values, replicas string
		want             []string
	}{
		"at the top":           {"replicaCount: 1\nother: {replicas: 1}\n", "{{ .Values.replicaCount }}", []string{"front.replicaCount=2"}},
		"of a part":            {"replicaCount: 1\nother: {replicas: 1}\n", "{{ .Values.other.replicas }}", []string{"front.other.replicas=2"}},
		"by another name":      {"size: 1\n", "{{ .Values.size }}", nil},
		"that is not a number": {"replicas: {web: x}\n", "1", nil},
	} {
		fix := fixOf(t, "single-replica", map[string]string{
			"Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [{name: front, version: 1.0.0}]\n",
			"charts/front-1.0.0.tgz": archived(t, "front", map[string]string{
				"Chart.yaml": chart, "values.yaml": x.values, "templates/web.yaml": deployed("web", x.replicas),
			}),
		})
		if !slices.Equal(fix.Values, x.want) {
			t.Errorf("%s: %v, want %v: %s", name, fix.Values, x.want, fix.Summary)
		}
	}
}
