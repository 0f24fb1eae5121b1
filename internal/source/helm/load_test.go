package helm

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/util"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// The files of the charts in a chart are theirs, whose names start at theirs;
// signatures of archives belong to no chart.
func TestParts(t *testing.T) {
	var all []*archive.BufferedFile
	for _, name := range []string{"Chart.yaml", "charts/a/Chart.yaml", "charts/a/charts/b/Chart.yaml", "charts/c.tgz", "charts/c.tgz.prov",
		"templates/charts/x.yaml"} {
		all = append(all, &archive.BufferedFile{Name: name, Data: []byte(name)})
	}
	own, subs := parts(all)
	names := func(files []*archive.BufferedFile) string {
		var s []string
		for _, f := range files {
			s = append(s, f.Name+"="+string(f.Data))
		}
		return strings.Join(s, " ")
	}
	if got := names(own); got != "Chart.yaml=Chart.yaml charts/c.tgz.prov=charts/c.tgz.prov templates/charts/x.yaml=templates/charts/x.yaml" {
		t.Errorf("its own: %s", got)
	}
	var got []string
	for _, name := range slices.Sorted(maps.Keys(subs)) {
		got = append(got, name+": "+names(subs[name]))
	}
	if s := strings.Join(got, "; "); s != "a: Chart.yaml=charts/a/Chart.yaml charts/b/Chart.yaml=charts/a/charts/b/Chart.yaml; "+
		"c.tgz: =charts/c.tgz" {
		t.Errorf("of others: %s", s)
	}
}

// What stands in the charts directory is a chart where it has a Chart.yaml, or
// is an archive of one, unless its name says that it is to be passed over.
func TestVendored(t *testing.T) {
	const sub = "apiVersion: v2\nname: sub\nversion: 1.0.0\n"
	for _, c := range []struct{ name, archive, subs, fault string }{
		{"a chart", "-- chart/charts/sub/Chart.yaml --\n" + sub, "sub", ""},
		{"passed over", "-- chart/charts/_sub/Chart.yaml --\n" + sub + "-- chart/charts/.sub/Chart.yaml --\n" + sub, "", ""},
		{"no chart", "-- chart/charts/sub/values.yaml --\na: b\n-- chart/charts/README.md --\n", "", ""},
		{"no archive", "-- chart/charts/sub.tgz --\ntext\n", "", "chart/charts/sub.tgz: is no chart archive: "},
		{"a folder by the name of an archive", "-- chart/charts/sub.tgz/Chart.yaml --\n" + sub, "sub", ""},
		{"a pointer", "-- chart/charts/sub.tgz --\n" + pointer + "v1\n", "", "chart/charts/sub.tgz: is a pointer of Git LFS"},
		{"a chart with a fault", "-- chart/charts/sub/Chart.yaml --\na: ]\n", "", "chart/charts/sub/Chart.yaml"},
		{"no files of Helm's own", "-- chart/.helmignore --\n[\n", "", "chart/.helmignore: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := unpacked(t, files(minimal+c.archive))
			l, err := load(unittest.Tree(t, dir), filepath.Join(dir, "chart"))
			if c.fault != "" {
				var e *document.Error
				if !errors.As(err, &e) || !strings.HasPrefix(strings.TrimPrefix(e.Error(), dir+"/"), c.fault) {
					t.Errorf("%v, want %s", err, c.fault)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, d := range l.root.Dependencies() {
				names = append(names, d.Name())
			}
			if got := strings.Join(names, " "); got != c.subs {
				t.Errorf("charts %q, want %q", got, c.subs)
			}
		})
	}
}

// Files that Helm passes over in every chart are passed over, and a mark of
// byte order is no part of a file.
func TestFilesOfAChart(t *testing.T) {
	dir := unpacked(t, files(minimal+"-- chart/templates/.hidden.yaml --\nkind: Hidden\n-- chart/templates/a.yaml --\n\ufeffkind: A\n"))
	l, err := load(unittest.Tree(t, dir), filepath.Join(dir, "chart"))
	if err != nil {
		t.Fatal(err)
	}
	if len(l.root.Templates) != 1 || string(l.root.Templates[0].Data) != "kind: A\n" {
		t.Errorf("templates %+v", l.root.Templates)
	}
	// By the name that the engine gives a template it is found, and taken out.
	if text := l.text("shop/templates/a.yaml"); string(text) != "kind: A\n" {
		t.Errorf("text %q", text)
	}
	if file, text := l.origin("shop/templates/a.yaml"); file != filepath.Join(dir, "chart/templates/a.yaml") || string(text) != "kind: A\n" {
		t.Errorf("origin %s %q", file, text)
	}
	for _, name := range []string{"", "a.yaml", "templates/a.yaml", "shop/templates/b.yaml", "other/templates/a.yaml", "shop/"} {
		if file, text := l.origin(name); file != "" || text != nil || l.text(name) != nil || l.leaveOut(name) {
			t.Errorf("%s: %s %q", name, file, text)
		}
	}
	if !l.leaveOut("shop/templates/a.yaml") || len(l.root.Templates) != 0 {
		t.Errorf("left in: %+v", l.root.Templates)
	}
}

// A chart with a directory that is reached twice by links has its files once for
// each way, and none on a way back.
func TestLinkedTwice(t *testing.T) {
	dir := unpacked(t, files(minimal+"-- shared/a.txt --\na\n"))
	for _, name := range []string{"one", "two"} {
		if err := os.Symlink("../shared", filepath.Join(dir, "chart", name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(".", filepath.Join(dir, "shared/again")); err != nil {
		t.Fatal(err)
	}
	l, err := load(unittest.Tree(t, dir), filepath.Join(dir, "chart"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range l.root.Files {
		names = append(names, f.Name)
	}
	slices.Sort(names)
	if got := strings.Join(names, " "); got != "one/a.txt two/a.txt" {
		t.Errorf("files %s", got)
	}
}

// A chart that is not there, or whose rendering is given up, is an error.
func TestNoRelease(t *testing.T) {
	dir := unpacked(t, files(minimal+"-- chart/templates/a.yaml --\nkind: A\n-- empty/a.yaml --\n"))
	in := unittest.Tree(t, dir)
	for name, want := range map[string]string{"gone": "no such file", "empty": "Chart.yaml", "chart/Chart.yaml": "not a directory"} {
		if r, err := Render(t.Context(), in, filepath.Join(dir, name), Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %+v %v", name, r, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r, err := Render(ctx, in, filepath.Join(dir, "chart"), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%+v, %v", r, err)
	}
	if b := Build(t.Context(), in, filepath.Join(dir, "gone"), Options{}); len(b.Missing) != 1 || len(b.Documents) > 0 {
		t.Errorf("%+v", b)
	}
}

// What is left out of a chart that Helm refuses is counted, NOTES.txt aside.
func TestRefusedWithNotes(t *testing.T) {
	const ask, broken = "kind: Service\nmetadata: {name: {{ required \"a host\" .Values.host }}}\n", "kind: B\nname: {{ .Chart.Name.x }}\n"
	for _, c := range []struct{ name, templates, reason, text string }{
		{"asked for", "-- chart/templates/a.yaml --\n" + ask, "does not render: a host", ask},
		{"failing", "-- chart/templates/b.yaml --\n" + broken,
			"does not render: .Chart.Name.x: can't evaluate field x in type interface {}; 1 template is left out", broken},
		{"failing notes", "-- chart/templates/NOTES.txt --\n{{ .Chart.Name.x }}\n",
			"does not render: .Chart.Name.x: can't evaluate field x in type interface {}", ""},
		{"both", "-- chart/templates/NOTES.txt --\n{{ .Chart.Name.x }}\n-- chart/templates/b.yaml --\n" + broken +
			"-- chart/templates/c.yaml --\n" + broken, "; 2 templates are left out", broken + "\n" + broken},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := unpacked(t, files(minimal+c.templates))
			r, err := Render(t.Context(), unittest.Tree(t, dir), filepath.Join(dir, "chart"), Options{})
			if err != nil || r.Refused == nil {
				t.Fatalf("%+v, %v", r, err)
			}
			u := r.Refused.asUnits()
			if !strings.HasSuffix(u.Reason, c.reason) || strings.TrimSpace(string(u.Text)) != strings.TrimSpace(c.text) || u.Any || u.Hint == "" {
				t.Errorf("%+v\n%q", u.Fault, u.Text)
			}
		})
	}
}

// What cannot be rendered without a chart that is missing may be what its text tells: of
// notes and of templates that write nothing, nothing.
func TestTextWithoutAChart(t *testing.T) {
	const needs, notes = "kind: A\nname: {{ include \"redis.name\" . }}\n", "{{ include \"redis.name\" . }}\n"
	const check = "{{ if .Values.redis.on.x }}{{ fail \"no\" }}{{ end }}\n"
	for _, c := range []struct {
		name, templates, reason, text string
	}{
		{"one", "-- chart/templates/a.yaml --\n" + needs, "here; 1 template cannot be rendered without it: templates/a.yaml", needs + "\n"},
		{"two", "-- chart/templates/a.yaml --\n" + needs + "-- chart/templates/b.yaml --\n" + needs,
			"here; 2 templates cannot be rendered without it: templates/a.yaml and templates/b.yaml", needs + "\n" + needs + "\n"},
		{"notes", "-- chart/templates/NOTES.txt --\n" + notes, "which is not here", ""},
		{"one that writes nothing", "-- chart/templates/a.yaml --\n" + check,
			"here; 1 template cannot be rendered without it: templates/a.yaml", ""},
		{"that and another", "-- chart/templates/a.yaml --\n" + needs + "-- chart/templates/b.yaml --\n" + check,
			"here; 2 templates cannot be rendered without it: templates/a.yaml and templates/b.yaml", needs + "\n"},
	} {
		dir := unpacked(t, files(minimal+"dependencies: [{name: redis, version: 1.0.0}]\n"+c.templates))
		r, err := Render(t.Context(), unittest.Tree(t, dir), filepath.Join(dir, "chart"), Options{})
		if err != nil || r.Refused != nil || len(r.Missing) != 1 {
			t.Fatalf("%s: %+v, %v", c.name, r, err)
		}
		if m := r.Missing[0]; !strings.HasSuffix(m.Reason, c.reason) || string(m.Text) != c.text || m.Own != "redis" || m.Hint == "" {
			t.Errorf("%s: %+v\n%q", c.name, m.Fault, m.Text)
		}
	}
}

// What is lost with a chart that is not there is a text of the object, where nothing but itself hangs on it: a hash of
// another object, a variable of the program, the name of a Secret. What names or selects objects is none.
func TestTextInThePlaceOfWhatIsLost(t *testing.T) {
	const lost = "{{ include \"redis.name\" . }}"
	const rest = "-- chart/templates/config.yaml --\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  n: " + lost + "\n"
	const of = "kind: Deployment\nmetadata:\n  name: web\nspec:\n"
	for name, x := range map[string]struct {
		text string
		kept bool
	}{
		"a hash of what is lost": {"  a: {{ include (print .Template.BasePath \"/config.yaml\") . | sha256sum }}\n", true},
		"one in quotes":          {"  a: \"{{ include (print $.Template.BasePath \"/config.yaml\") $ | sha1sum | trunc 8 }}\"\n", true},
		"a value":                {"  env:\n  - name: HOST\n    value: \"http://" + lost + ":6379\"\n", true},
		"a variable":             {"  env:\n    REDIS_HOST: " + lost + "\n", true},
		"a Secret":               {"  valueFrom:\n    secretKeyRef:\n      key: a\n      name: " + lost + "\n", true},
		"a hash of no file":      {"  a: {{ include (print .Template.BasePath \"/gone.yaml\") . | sha256sum }}\n", false},
		"a hash of no value":     {"  a: {{ .Values.a.b.c | sha256sum }}\n", false},
		"a toleration":           {"  tolerations:\n  - key: a\n    value: " + lost + "\n", false},
		"a priority":             {"value: " + lost + "\n", false},
		"a name":                 {"  name: " + lost + "\n", false},
		"a number":               {"  replicas: " + lost + "\n", false},
		"a condition":            {"  value: {{ if eq " + strings.Trim(lost, "{ }") + " 1 }}a{{ end }}\n", false},
		"a list of labels":       {"  labels: {{ include \"redis.name\" . | nindent 4 }}\n", false},
	} {
		text := minimal + "dependencies: [{name: redis, version: 1.0.0}]\n-- chart/templates/web.yaml --\n" + of + x.text + rest
		dir := unpacked(t, files(text))
		r, err := Render(t.Context(), unittest.Tree(t, dir), filepath.Join(dir, "chart"), Options{})
		if err != nil || len(r.Missing) == 0 {
			t.Fatalf("%s: %+v, %v", name, r, err)
		}
		if got := len(r.Documents) == 1 && r.Refused == nil; got != x.kept {
			t.Errorf("%s: kept: %t: %s", name, got, r.Missing[0].Reason)
		}
	}
}

// Dependencies are taken from where they stand, if name and version fit.
func TestNearby(t *testing.T) {
	for _, c := range []struct {
		dir  string
		d    chart.Dependency
		want string
	}{
		{"repo/shop", chart.Dependency{Name: "redis", Repository: "file://../redis-chart/"}, "repo/redis-chart"},
		{"repo/shop", chart.Dependency{Name: "redis", Repository: "file:///charts/redis"}, "/charts/redis"},
		{"repo/shop", chart.Dependency{Name: "redis", Repository: "https://example.com"}, "repo/redis"},
		{"repo/shop/", chart.Dependency{Name: "redis"}, "repo/redis"},
		{"repo/shop", chart.Dependency{Name: "../../etc/redis"}, "repo/redis"},
		{".", chart.Dependency{Name: "redis"}, "redis"},
	} {
		if got := nearby(c.dir, &c.d); got != c.want {
			t.Errorf("%s %+v: %s, want %s", c.dir, c.d, got, c.want)
		}
	}
	made := func(version string) *chart.Chart {
		return &chart.Chart{Metadata: &chart.Metadata{Name: "redis", Version: version}}
	}
	root := &chart.Chart{Metadata: &chart.Metadata{Name: "shop"}}
	root.AddDependency(made("18.2.0"))
	for d, want := range map[[2]string]bool{
		{"redis"}: true, {"redis", "18.x.x"}: true, {"redis", "17.x.x"}: false, {"pg"}: false, {"redis", "none"}: false,
	} {
		if got := provided(root, &chart.Dependency{Name: d[0], Version: d[1]}); got != want {
			t.Errorf("%s is provided: %t", d, got)
		}
	}
}

// A chart that is missing is named on the line that asks for it, by its name or
// its alias.
func TestDependencyLine(t *testing.T) {
	dir := unpacked(t, files(minimal+"dependencies:\n- name: redis\n  version: 1.0.0\n- name: redis\n  alias: sessions\n- name: pg\n"+
		"  repository: https://example.com\n"))
	l, err := load(unittest.Tree(t, dir), filepath.Join(dir, "chart"))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]int{
		"": 0, "a: ]\n": 0, "dependencies: x\n": 0, "name: shop\ndependencies:\n- {name: web, alias: redis}\n": 3,
		"dependencies:\n- {name: redis, alias: web}\n- {name: pg, alias: redis}\n": 3,
		"dependencies:\n- {name: redis, alias: web}\n":                             0,
	} {
		of := &chart.Chart{Raw: []*common.File{
			{Name: "values.yaml", Data: []byte("dependencies: [{name: redis}]")}, {Name: "Chart.yaml", Data: []byte(text)},
		}}
		if got := dependencyLine(of, &chart.Dependency{Name: "redis"}); got != want {
			t.Errorf("%q: line %d, want %d", text, got, want)
		}
	}
	for name, want := range map[string]int{"redis": 5, "sessions": 7, "pg": 9, "gone": 0} {
		if got := dependencyLine(l.root, &chart.Dependency{Name: name}); got != want {
			t.Errorf("%s: line %d, want %d", name, got, want)
		}
	}
	if err := util.ProcessDependencies(l.root, common.Values{}); err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, m := range l.missing() {
		m.leftOut = len(said)
		said = append(said, fmt.Sprint(m.fault().Line, m.fault().Msg))
	}
	const want = "5depends on the chart redis 1.0.0, which is not here|7depends on the chart sessions, which is not here; 1 template cannot " +
		"be rendered without it|9depends on the chart pg of https://example.com, which is not here; 2 templates cannot be rendered without it"
	if got := strings.Join(said, "|"); got != want {
		t.Errorf("said\n%s, want\n%s", got, want)
	}
	for _, d := range []struct {
		d    chart.Dependency
		want string
	}{
		{chart.Dependency{}, ""},
		{chart.Dependency{Version: "1"}, " 1"},
		{chart.Dependency{Repository: "r"}, " of r"},
		{chart.Dependency{Version: "1", Repository: "r"}, " 1 of r"},
	} {
		if got := versionAndAddress(&d.d); got != d.want {
			t.Errorf("%+v: %q", d.d, got)
		}
	}
}

// A folder may be called as an archive is, a file may be larger than Helm reads of any, and what a
// chart depends on may not be there.
func TestOddCharts(t *testing.T) {
	dir := unpacked(t, files("-- shop.tgz/Chart.yaml --\napiVersion: v2\nname: shop\nversion: 1.0.0\n"+
		"dependencies: [{name: gone, version: 1.0.0}]\n"+
		"-- shop.tgz/templates/a.yaml --\nkind: A\n"))
	for name, size := range map[string]int64{"most": archive.MaxDecompressedFileSize, "more": archive.MaxDecompressedFileSize + 1} {
		file := filepath.Join(dir, "shop.tgz", name)
		unittest.Write(t, file, "")
		if err := os.Truncate(file, size); err != nil {
			t.Fatal(err)
		}
	}
	in := unittest.Tree(t, dir)
	l, err := load(in, filepath.Join(dir, "shop.tgz"))
	if err != nil || len(l.root.Files) != 1 || l.root.Files[0].Name != "most" {
		t.Errorf("%v", err)
	}
	if b := Build(t.Context(), in, filepath.Join(dir, "shop.tgz"), Options{}); len(b.Documents) != 1 || len(b.Absent) != 1 {
		t.Errorf("%+v", b)
	}
}
