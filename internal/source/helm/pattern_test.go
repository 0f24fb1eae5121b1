package helm

import (
	"path/filepath"
	"testing"

	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// A chart that a cluster group installs by its path is rendered with what that has.
func TestValuesOfClusterGroups(t *testing.T) {
	dir := unpacked(t, files(`
-- values-global.yaml --
global: {pattern: edge}
-- values-hub.yaml --
clusterGroup:
  applications:
    web: {name: web, path: charts/hub/web}
    vault: {name: vault, chart: hashicorp-vault}
    none:
-- values-site.yaml --
clusterGroup:
  applications:
  - {name: api, path: ./charts/site/api/}
-- values-broken.yaml --
clusterGroup: {
-- values-secret.yaml --
secrets: []
-- charts/hub/web/Chart.yaml --
{apiVersion: v2, name: web, version: 1.0.0}
-- charts/site/api/Chart.yaml --
{apiVersion: v2, name: api, version: 1.0.0}
-- charts/site/other/Chart.yaml --
{apiVersion: v2, name: other, version: 1.0.0}
`))
	tree := unittest.Tree(t, dir)
	with := func(file string) string {
		at := func(name string) string { return filepath.ToSlash(filepath.Join(dir, name)) }
		return "give the values that " + file + " installs it with: --values " + at("values-global.yaml") + " --values " + at(file) +
			", and what it still needs with --set KEY=VALUE"
	}
	for chart, want := range map[string]string{
		"charts/hub/web": with("values-hub.yaml"), "charts/site/api": with("values-site.yaml"), "charts/site/other": giveValues,
	} {
		c, err := load(tree, filepath.Join(dir, chart))
		if err != nil {
			t.Fatal(err)
		}
		if got := c.giving(); got != want {
			t.Errorf("%s: %q, want %q", chart, got, want)
		}
	}
}
