package source

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// What the configuration ignores is counted as set aside, by the folder as it is named from the
// input, or by the file; what is hidden in it, and what nobody would read, is not.
func TestWhatIsIgnored(t *testing.T) {
	dir := t.TempDir()
	for _, file := range []string{
		"a.yaml", "b.yaml", "notes.bin", "old/v1/a.yaml", "old/v1/deep/b.json", "old/v1/.git/c.yaml",
		"old/v1/picture.png", "old/v2/d.yaml", ".onus.yaml",
	} {
		unittest.Write(t, filepath.Join(dir, file), "a: b\n")
	}
	ignore := func(p string) bool {
		rel, _ := filepath.Rel(dir, p)
		return slices.Contains([]string{"b.yaml", "notes.bin", "old/v1"}, filepath.ToSlash(rel))
	}
	found, err := list(t.Context(), dir, ignore)
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, f := range found.files {
		rel, _ := filepath.Rel(dir, f)
		files = append(files, filepath.ToSlash(rel))
	}
	if got := strings.Join(files, " "); got != "a.yaml old/v2/d.yaml" {
		t.Errorf("read are %s", got)
	}
	if a := found.aside; a.Files != 3 || !slices.Equal(a.Folders, []string{"b.yaml", "old/v1"}) ||
		!slices.Equal(a.Holds, []string{ignoredFiles}) {
		t.Errorf("%+v", a)
	}
}

// Values are for an environment before production by their name, by a folder below what they have in
// common with the chart, or by what they say.
func TestValuesBeforeProduction(t *testing.T) {
	dir := t.TempDir()
	for file, text := range map[string]string{
		"dev/chart/Chart.yaml": "", "dev/values.yaml": "", "dev/envs/staging/web.yaml": "", "dev/envs/live/web.yaml": "",
		"dev/values-dev.yaml":  "",
		"dev/values-prod.yaml": "environment: dev\n", "dev/told.yaml": "a: b\nenvironment: \"staging\" # here\n",
		"dev/other.yaml":   "web:\n  environment: dev\n",
		"staging/web.yaml": "",
	} {
		unittest.Write(t, filepath.Join(dir, file), text)
	}
	for file, want := range map[string]bool{
		"dev/values.yaml": false, "dev/envs/staging/web.yaml": true, "dev/envs/live/web.yaml": false, "dev/values-dev.yaml": true,
		"dev/values-prod.yaml": false, "dev/told.yaml": true, "dev/other.yaml": false, "staging/web.yaml": true,
	} {
		if got := beforeProduction(filepath.Join(dir, file), filepath.Join(dir, "dev/chart")); got != want {
			t.Errorf("%s: %t", file, got)
		}
	}
	for file, want := range map[string]bool{
		"web/values/eu.yaml": true, "web/values/eu/x.yaml": false, "web/other/eu.yaml": false, "web/values.yaml": true, "web/x.yaml": false,
		"web/a/values/eu.yaml": false, "values/web.yaml": true, "x/values-web.yaml": true, "web/a/b/values.yaml": false,
	} {
		if got := named(file, "web"); got != want {
			t.Errorf("%s is for web: %t", file, got)
		}
	}
}

// The keys of a file are those at its top, and an inventory is no object of Kubernetes.
func TestKeysAtTheTop(t *testing.T) {
	for head, want := range map[string]string{
		`{"a": {"b": 1, "c": {"d": 2}}, "e": [{"f": 1}, "g"], "h": "i"}`: "a e h", `{"a": "b", "c": "d"`: "a c", "[{\"a\": 1}]": "",
	} {
		if got := strings.Join(topKeys([]byte(head)), " "); got != want {
			t.Errorf("%s: %s, want %s", head, got, want)
		}
	}
	const list = "inventory:\n- product: mongodb\n  offering: x\n"
	for text, want := range map[string]bool{list: true, "kind: A\n" + list: false, strings.Replace(list, "inventory", "other", 1): false} {
		if got := isInventoryDocument(beginning{name: "a.yaml", head: []byte(text), keys: topKeys([]byte(text))}); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}
