package helm

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// What a chart takes from a repository is of others, where a copy of it stands in its charts
// directory. What it takes by a path, and what stands there without being named, is its own.
func TestFetched(t *testing.T) {
	dir := unpacked(t, files(`
-- app/Chart.yaml --
apiVersion: v2
name: app
version: 1.0.0
dependencies:
- {name: redis, version: 1.0.0, repository: 'https://charts.example.com'}
- {name: db, version: 1.0.0, repository: 'oci://charts.example.com'}
- {name: web, version: 1.0.0, repository: 'file://charts/web'}
- {name: near, version: 1.0.0}
- {name: gone, version: 1.0.0, repository: '@r'}
-- app/charts/redis/Chart.yaml --
-- app/charts/db/Chart.yaml --
-- app/charts/web/Chart.yaml --
-- app/charts/near/Chart.yaml --
-- app/charts/own/Chart.yaml --
-- old/Chart.yaml --
-- old/requirements.yaml --
dependencies: [{name: mq, version: 1.0.0, repository: '@r'}]
-- old/charts/mq/Chart.yaml --
-- bad/Chart.yaml --
repository: {
`))
	got := DependenciesIn(unittest.Tree(t, dir)).Fetched
	want := []string{filepath.Join(dir, "app/charts/redis"), filepath.Join(dir, "app/charts/db"), filepath.Join(dir, "old/charts/mq")}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What a chart takes by a path is a part of it, with what that takes, whether it is switched
// on or not; not what stands beside it.
func TestPartsByPath(t *testing.T) {
	dir := unpacked(t, files(`
-- stable/app/Chart.yaml --
dependencies:
- {name: db, repository: file://../../local/db/, condition: db.enabled}
- {name: gone, repository: file://../../local/gone}
- {name: web, repository: file://../web}
- {name: away, repository: https://charts.example.com}
-- stable/web/Chart.yaml --
dependencies: [{name: db, repository: file://../../local/db}]
-- local/db/Chart.yaml --
dependencies: [{name: common, repository: file://../common}, {name: app, repository: file://../../stable/app}]
-- local/common/Chart.yaml --
-- local/away/Chart.yaml --
`))
	all := DependenciesIn(unittest.Tree(t, dir)).Parts
	at := func(names ...string) (paths []string) {
		for _, name := range names {
			paths = append(paths, filepath.Join(dir, name))
		}
		return paths
	}
	for chart, want := range map[string][]string{
		"stable/app": at("local/db", "local/common"), "stable/web": at("local/db", "local/common"), "local/db": at("stable/app", "stable/web"),
		"local/common": nil, "local/away": nil,
	} {
		if got := all[filepath.Join(dir, chart)]; !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", chart, got, want)
		}
	}
}
