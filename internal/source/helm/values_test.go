package helm

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/source/unit/unittest"
)

func asYAML(t *testing.T, v any) string {
	t.Helper()
	b, err := yaml.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(b))
}

// What is set for one rendering of an object's values is not there in the next one: below a key of
// the object, in a list, and in a place that it has not.
func TestValuesOfAnObjectStay(t *testing.T) {
	inline := map[string]any{"web": map[string]any{"budget": map[string]any{}, "ports": []any{map[string]any{"port": 80}}}}
	before := asYAML(t, inline)
	for _, set := range []string{"web.budget.maxUnavailable=1", "web.replicas=2", "web.ports[0].port=81", "api.replicas=2"} {
		if _, err := values(nil, Options{Inline: inline, Set: []string{set}}); err != nil {
			t.Fatal(err)
		}
		if after := asYAML(t, inline); after != before {
			t.Errorf("%s: %s", set, after)
		}
	}
}

// Values go over one another: the user's files, those of the tree, those of an
// object, and what is set.
func TestValues(t *testing.T) {
	dir := unpacked(t, files("-- 1.yaml --\na: {x: 1, w: 1, z: 1}\nlist: [1]\n-- 2.yaml --\na: {x: 2}\nlist: [2]\n-- empty.yaml --\n"+
		"# nothing\n-- list.yaml --\n- a\n-- bad.yaml --\na: b\nc: ]\n"))
	in := unittest.Tree(t, dir)
	at := func(names ...string) []string {
		for i, name := range names {
			names[i] = filepath.Join(dir, name)
		}
		return names
	}
	for _, c := range []struct {
		name    string
		options Options
		want    string
	}{
		{"none", Options{}, "{}"},
		{"files of the user's in order", Options{Given: at("1.yaml", "2.yaml")}, "a:\n  w: 1\n  x: 2\n  z: 1\nlist:\n- 2"},
		{"files of the tree over them", Options{Given: at("2.yaml"), Values: at("1.yaml")}, "a:\n  w: 1\n  x: 1\n  z: 1\nlist:\n- 1"},
		{"a file of nothing", Options{Given: at("2.yaml", "empty.yaml")}, "a:\n  x: 2\nlist:\n- 2"},
		{"those of an object", Options{Values: at("2.yaml"), Inline: map[string]any{"a": map[string]any{"x": 3}, "list": nil}},
			"a:\n  x: 3\nlist: null"},
		{"what is set", Options{Inline: map[string]any{"a": 1}, Set: []string{"a=2,b.c=x", "b.d=y"}}, "a: 2\nb:\n  c: x\n  d: \"y\""},
	} {
		all, err := values(in, c.options)
		if got := asYAML(t, all); err != nil || got != c.want {
			t.Errorf("%s: %v, got:\n%s\nwant:\n%s", c.name, err, got, c.want)
		}
	}
	for _, c := range []struct {
		options Options
		want    document.Error
	}{
		{Options{Given: at("gone.yaml")}, document.Error{File: "gone.yaml", Msg: "no such file or directory"}},
		{Options{Values: at("gone.yaml")}, document.Error{File: "gone.yaml", Msg: "no such file or directory"}},
		{Options{Given: at("bad.yaml")},
			document.Error{File: "bad.yaml", Line: 1, Msg: "is no file of values: did not find expected node content"}},
		{Options{Values: at("list.yaml")},
			document.Error{File: "list.yaml", Msg: "is no file of values: it holds a list or a single value where keys are wanted"}},
		{Options{Set: []string{"a"}}, document.Error{Msg: `--set a: key "a" has no value`}},
	} {
		var e *document.Error
		all, err := values(in, c.options)
		if !errors.As(err, &e) || all != nil {
			t.Errorf("%+v: %v, %v", c.options, all, err)
			continue
		}
		if file := strings.TrimPrefix(e.File, dir+string(filepath.Separator)); file != c.want.File || e.Line != c.want.Line ||
			e.Msg != c.want.Msg || (e.Hint == "") != (e.Msg == "no such file or directory") {
			t.Errorf("%+v: %+v, want %+v", c.options, *e, c.want)
		}
	}
}

// What the user gives is read before any chart is.
func TestGivenCheck(t *testing.T) {
	file := filepath.Join(t.TempDir(), "values.yaml")
	if err := os.WriteFile(file, []byte("a: b\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		given Given
		right bool
	}{
		{Given{}, true}, {Given{Values: []string{file}, Set: []string{"a=b"}}, true}, {Given{Values: []string{file + ".gone"}}, false},
		{Given{Set: []string{"a"}}, false},
	} {
		if err := c.given.Check(); (err == nil) != c.right {
			t.Errorf("%+v: %v", c.given, err)
		}
	}
}

// One value is set at a path, whatever is in it.
func TestSetAndMerge(t *testing.T) {
	for _, c := range []struct{ path, value, want string }{
		{"a", "1", "a: 1"}, {"a.b", "x,y", "a:\n  b: x,y"}, {"a[0].b", "x", "a:\n- b: x"}, {"a", "b=c", "a: b=c"}, {"", "x", "{}"},
		{"a[", "x", "{}"}, {"a[x].b", "y", "{}"},
	} {
		if got := asYAML(t, Set(c.path, c.value)); got != c.want {
			t.Errorf("%s=%s:\n%s, want\n%s", c.path, c.value, got, c.want)
		}
	}
	under, over := map[string]any{"a": map[string]any{"x": 1, "y": 1}}, map[string]any{"a": map[string]any{"x": 2}, "b": 3}
	if got := asYAML(t, Merge(under, over)); got != "a:\n  x: 2\n  \"y\": 1\nb: 3" {
		t.Errorf("merged:\n%s", got)
	}
}

// A chart says for which versions it is, on a line of its own.
func TestFitsKubernetes(t *testing.T) {
	for version, fits := range map[string]bool{
		"": true, ">=1.20": true, ">=1.20.0-0": true, "~1.36.0": true, "<1.30": false, ">=1.37": false, "1.35.x": false,
	} {
		text := minimal
		if version != "" {
			text += "# for\nkubeVersion: '" + version + "'\n"
		}
		dir := unpacked(t, files(text))
		_, err := Render(t.Context(), unittest.Tree(t, dir), filepath.Join(dir, "chart"), Options{})
		var e *document.Error
		if fits != (err == nil) || !fits && (!errors.As(err, &e) || e.Line != 5 || e.File != filepath.Join(dir, "chart/Chart.yaml") ||
			!strings.Contains(e.Msg, "is for Kubernetes "+version) || e.Hint == "") {
			t.Errorf("%s: %v", version, err)
		}
	}
}
