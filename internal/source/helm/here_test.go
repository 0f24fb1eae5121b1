package helm

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/onus-project/onus/internal/source/unit/unittest"
)

const publishedHere = `
-- charts/web/Chart.yaml --
apiVersion: v2
name: web
version: v1.2.0
-- charts/web/charts/db/Chart.yaml --
apiVersion: v2
name: db
version: 1.0.0
-- a/queue/Chart.yaml --
apiVersion: v2
name: queue
version: 1.0.0
-- b/queue/Chart.yaml --
apiVersion: v2
name: queue
version: 1.0.0
-- c/queue/Chart.yaml --
apiVersion: v2
name: queue
version: 2.0.0
-- broken/Chart.yaml --
name: [
-- nameless/Chart.yaml --
version: 9.9.9
-- unversioned/Chart.yaml --
name: unversioned
-- c/shop/Chart.yaml --
apiVersion: v2
name: shop
version: 1.0.0
dependencies:
- {name: web, version: 1.2.0, repository: "https://charts.example.com"}
- {name: queue, version: 1.0.0, repository: "https://charts.example.com"}
- {name: worker, version: 1.x, repository: "https://charts.example.com"}
-- d/worker/Chart.yaml --
apiVersion: v2
name: worker
version: 1.0.0
`

// A chart that was published from here is known by its name and its very version.
func TestHere(t *testing.T) {
	dir := t.TempDir()
	unittest.Unpack(t, dir, txtar.Parse([]byte(publishedHere)))
	in := unittest.Tree(t, dir)
	for _, c := range []struct{ name, version, want string }{
		{"web", "1.2.0", "charts/web"}, {"web", "v1.2.0", "charts/web"}, {"web", "1.2.1", ""}, {"web", "", ""}, {"", "1.2.0", ""},
		{"web", "1.x", ""}, {"db", "1.0.0", ""}, {"queue", "1.0.0", ""}, {"queue", "2.0.0", "c/queue"}, {"gone", "1.0.0", ""},
		{"", "9.9.9", ""}, {"", "", ""}, {"unversioned", "", ""},
	} {
		got := Here(in, c.name, c.version)
		if got != "" {
			got, _ = filepath.Rel(dir, got)
		}
		if got != filepath.FromSlash(c.want) {
			t.Errorf("%s %s: %q, want %q", c.name, c.version, got, c.want)
		}
	}
	for asked, want := range map[string]string{
		"web 1.2.1": "charts/web 1.2.0", "web 1.2.0": "", "queue 1.0.0": "c/queue 2.0.0",
		"queue 3":    "a/queue 1.0.0, b/queue 1.0.0, c/queue 2.0.0",
		"worker 1.x": "d/worker 1.0.0", "db 2.0.0": "", "gone 1": "", "unversioned 1": "", " 1": "",
	} {
		name, version, _ := strings.Cut(asked, " ")
		if got := strings.Join(Otherwise(in, name, version), ", "); got != want {
			t.Errorf("%s: %q, want %q", asked, got, want)
		}
	}
	c, err := load(in, filepath.Join(dir, "c", "shop"))
	if err != nil {
		t.Fatal(err)
	}
	if subs := c.root.Dependencies(); len(subs) != 1 || subs[0].Name() != "web" {
		t.Errorf("depends on %v", subs)
	}
}

// What the charts directory holds of a chart in another version than is asked for is rendered
// as it stands, as helm install does, and not beside the one that is asked for.
func TestOtherVersionInCharts(t *testing.T) {
	const parent = "-- shop/Chart.yaml --\napiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n- {name: web, version: 1.2.x}\n" +
		"-- shop/charts/web/Chart.yaml --\napiVersion: v2\nname: web\nversion: 1.1.0\n" +
		"-- shop/charts/web/templates/a.yaml --\n{apiVersion: v1, kind: Service, metadata: {name: old}}\n"
	for why, x := range map[string]struct{ more, want string }{
		"alone": {"", "old"},
		"beside the one that is asked for": {"-- web/Chart.yaml --\napiVersion: v2\nname: web\nversion: 1.2.1\n" +
			"-- web/templates/a.yaml --\n{apiVersion: v1, kind: Service, metadata: {name: new}}\n", "new"},
		"beside another one": {"-- web/Chart.yaml --\napiVersion: v2\nname: web\nversion: 1.3.0\n" +
			"-- web/templates/a.yaml --\n{apiVersion: v1, kind: Service, metadata: {name: new}}\n", "old"},
	} {
		dir := t.TempDir()
		unittest.Unpack(t, dir, txtar.Parse([]byte(parent+x.more)))
		r, err := Render(t.Context(), unittest.Tree(t, dir), filepath.Join(dir, "shop"), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Documents) != 1 || !strings.Contains(string(r.Documents[0].Data), "name: "+x.want) || len(r.Missing) > 0 {
			t.Errorf("%s: %v %v", why, r.Documents, r.Missing)
		}
	}
}

// A chart that is depended on takes the place of the versions in the charts directory that
// nothing asks for, and of no other chart.
func TestOtherVersionsThatStay(t *testing.T) {
	of := func(dir, name, version string) string {
		return "-- " + dir + "/Chart.yaml --\napiVersion: v2\nname: " + name + "\nversion: " + version + "\n-- " + dir + "/templates/" + version +
			".yaml --\n{apiVersion: v1, kind: Service, metadata: {name: \"" + name + " " + version + "\"}}\n"
	}
	const shop = "-- shop/Chart.yaml --\napiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n"
	for name, x := range map[string]struct{ archive, want string }{
		"one that nothing asks for": {shop + "- {name: web, version: 1.2.x}\n" +
			of("shop/charts/web", "web", "1.1.0") + of("web", "web", "1.2.1"),
			"web 1.2.1"},
		"one that something asks for": {shop + "- {name: web, version: 1.1.x, alias: old}\n- {name: web, version: 1.2.x}\n" +
			of("shop/charts/web", "web", "1.1.0") + of("web", "web", "1.2.1"), "web 1.1.0, web 1.2.1"},
		"of another name": {shop + "- {name: web, version: 1.2.x}\n" + of("shop/charts/db", "db", "3.0.0") + of("web", "web", "1.2.1"),
			"db 3.0.0, web 1.2.1"},
		"of a name whose version fits": {shop + "- {name: web, version: 1.2.x}\n- {name: db, version: 1.1.x}\n" +
			of("shop/charts/web", "web", "1.1.0") + of("shop/charts/db", "db", "1.1.0") + of("web", "web", "1.2.1"), "db 1.1.0, web 1.2.1"},
		"a folder of that name with another chart": {shop + "- {name: web, version: 1.2.x}\n" + of("web", "api", "1.2.1"), ""},
		"a folder of that name with a fault":       {shop + "- {name: web, version: 1.2.x}\n-- web/Chart.yaml --\na: ]\n", ""},
		"by its path, with another name": {shop + "- {name: web, version: 1.2.x, repository: 'file://../x'}\n" +
			of("x", "api", "1.2.1"), ""},
		"one that depends on it": {shop + "- {name: web, version: 1.x}\n" + strings.Replace(of("web", "web", "1.2.1"), "version: 1.2.1\n",
			"version: 1.2.1\ndependencies:\n- {name: shop, version: 1.x}\n", 1), "web 1.2.1"},
		"one at hand, and one that is not": {shop + "- {name: gone, version: 1.x}\n- {name: web, version: 1.2.x}\n" + of("web", "web", "1.2.1"),
			"web 1.2.1"},
		"one that is there, and one at hand": {shop + "- {name: db, version: 1.x}\n- {name: web, version: 1.2.x}\n" +
			of("shop/charts/db", "db", "1.1.0") + of("web", "web", "1.2.1"), "db 1.1.0, web 1.2.1"},
	} {
		dir := t.TempDir()
		unittest.Unpack(t, dir, txtar.Parse([]byte(x.archive)))
		r, err := Render(t.Context(), unittest.Tree(t, dir), filepath.Join(dir, "shop"), Options{})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, d := range r.Documents {
			_, name, _ := strings.Cut(string(d.Data), "name: \"")
			name, _, _ = strings.Cut(name, "\"")
			names = append(names, name)
		}
		slices.Sort(names)
		if got := strings.Join(names, ", "); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}
