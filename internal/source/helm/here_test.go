package helm

import (
	"path/filepath"
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
	} {
		got := Here(in, c.name, c.version)
		if got != "" {
			got, _ = filepath.Rel(dir, got)
		}
		if got != filepath.FromSlash(c.want) {
			t.Errorf("%s %s: %q, want %q", c.name, c.version, got, c.want)
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
