package source

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// Files belong to units by their names and by the folders that they stand in, and of a chart at
// the root of the input those of its own folders; what no unit names does not, whatever it is called.
func TestFilesOfUnits(t *testing.T) {
	o := newOwnership(&unit.Tree{Root: "in"}, []string{"in/web/./kustomization.yaml", "in/a.yaml"})
	o.add([]string{"in/chart/", "in"})
	for file, want := range map[string]bool{
		"in/web/kustomization.yaml": true, "in/a.yaml": true, "in/other/kustomization.yaml": false, "in/web/a.yaml": false,
		"in/chart/values.yaml": true, "in/chart/x/y.yaml": true, "in/charts/a.yaml": true, "in/charter.yaml": false, "in/chart": false,
		"in/templates/a.yaml": true, "in/crds/a.yaml": true, "in/ci/a.yaml": true, "in/deploy/a.yaml": false, "templates/a.yaml": false,
	} {
		if o.has(file) != want {
			t.Errorf("%s: %t", file, !want)
		}
	}
}

// What is built of a folder goes over what a cluster has, and is no unit beside it.
func TestWhatIsBuiltOverACluster(t *testing.T) {
	const live = `{"schema":"onus.snapshot/v1","apiVersion":"v1","kind":"List","context":"prod","items":[{"apiVersion":"policy/v1",` +
		`"kind":"PodDisruptionBudget","metadata":{"name":"b","uid":"u"},"spec":{"minAvailable":1}}]}`
	const file = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b}\nspec: {minAvailable: 2, selector: {}}\n"
	inFolder(t, "-- in/kustomization.yaml --\nresources: [b.yaml]\n-- in/b.yaml --\n"+file)
	whole, err := Read(t.Context(), Input{Live: strings.NewReader(live), Paths: []string{"in"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(whole.Units) != 1 {
		t.Fatalf("%d units", len(whole.Units))
	}
	if k := whole.Units[0].Kubernetes; len(k.Budgets) != 1 || k.Budgets[0].MinAvailable.IntValue() != 2 {
		t.Errorf("%+v", k.Budgets)
	}
}

// Without a catalog nothing is known of what serves a volume: its claim is for one node.
func TestClaimsWithoutACatalog(t *testing.T) {
	inFolder(t, "-- in/a.yaml --\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c, namespace: ns}\n"+
		"spec: {accessModes: [ReadWriteOnce], volumeName: v}\n---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {name: v}\n"+
		"spec: {nfs: {server: s, path: /p}}\n")
	whole, err := Read(t.Context(), Input{Paths: []string{"in"}})
	if err != nil {
		t.Fatal(err)
	}
	if all := whole.Units[0].Kubernetes.VolumeClaims; len(all) != 1 || !all[0].Once {
		t.Errorf("%+v", all)
	}
}

// Of what is set aside the files count that would be read, hidden ones among them, and none of
// hidden folders; the folder itself may be hidden.
func TestFilesThatAreSetAside(t *testing.T) {
	dir := filepath.Join(t.TempDir(), ".cache")
	for _, file := range []string{".a.yaml", "b.yaml", "c.txt", "d/e.json", "d/.git/f.yaml", "g.yaml/readme.md"} {
		unittest.Write(t, filepath.Join(dir, file), "a: b\n")
	}
	a := setAside(dir, asideRule{folder: "x", what: "y"})
	if a.Files != 3 || !slices.Equal(a.Folders, []string{"x"}) || !slices.Equal(a.Holds, []string{"y"}) {
		t.Errorf("%+v", a)
	}
	if a := setAside(filepath.Join(dir, "none"), asideRule{}); a.Files != 0 {
		t.Errorf("%+v", a)
	}
}

// Files of values count for a chart up to a number of them, and values of a file up to another
// one; one that is too long is not read.
func TestBoundsOfOverrides(t *testing.T) {
	var archive strings.Builder
	archive.WriteString("-- in/charts/web/Chart.yaml --\napiVersion: v2\nname: web\nversion: 1.0.0\n" +
		"-- in/charts/web/values.yaml --\nreplicas: 1\n" +
		"-- in/charts/web/templates/a.yaml --\n{apiVersion: v1, kind: Node, metadata: {name: n}}\n")
	for i := range mostOverrides + 2 {
		fmt.Fprintf(&archive, "-- in/sites/r%d/web/values.yaml --\nreplicas: %d\n", i, i)
	}
	inFolder(t, archive.String())
	whole, err := Read(t.Context(), Input{Paths: []string{"in"}})
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(whole.Units, func(u *estate.Unit) bool { return u.Chart != nil })
	if got := whole.Units[at].Chart.Overrides(); len(got) != mostOverrides || got[0].File != "in/sites/r0/web/values.yaml" {
		t.Errorf("%+v", got)
	}
	var text strings.Builder
	for i := range mostOverridden + 2 {
		fmt.Fprintf(&text, "k%d: 1\n", i)
	}
	file := filepath.Join(t.TempDir(), "web.yaml")
	known := map[string]any{}
	for i := range mostOverridden + 2 {
		known[fmt.Sprintf("k%d", i)] = nil
	}
	for more, want := range map[int]int{0: mostOverridden, overrideSize - text.Len(): mostOverridden, overrideSize - text.Len() + 1: 0} {
		if err := os.WriteFile(file, []byte(text.String()+strings.Repeat("\n", more)), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := literals(file, known); len(got) != want {
			t.Errorf("%d more bytes: %d values", more, len(got))
		}
	}
}

// The comment that a file begins with ends at its first line of another kind.
func TestOpeningsOfFiles(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "a: b\n": "", "# a\n# b\nc: d\n# e\n": "# a\n# b\n", "\n  # a\n\n---\n# b\nc: d\n": "\n  # a\n\n---\n# b\n", "# a": "# a",
		"----\n# a\n": "",
	} {
		if got := string(opening([]byte(text))); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// A file is one of values by its own name or by that of the folder that it stands in.
func TestFilesOfValues(t *testing.T) {
	for file, want := range map[string]bool{
		"web/values.yaml": true, "web/prod-values.yml": true, "web/values-prod.yaml": true, "values.yaml": true, "values/prod.yaml": true,
		"in/web-values/prod.yaml": true, "values/prod/a.yaml": false, "web/prod.yaml": false, "values-of/prod.yaml": false, "prod.yaml": false,
		"in/values/values.yaml": true,
	} {
		if ofValues(file) != want {
			t.Errorf("%s: %t", file, !want)
		}
	}
}
