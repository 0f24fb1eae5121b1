package helm

import (
	"path/filepath"
	"slices"

	chart "helm.sh/helm/v4/pkg/chart/v2"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/source/unit"
)

// valueFolders are what folders of values for environments are called.
var valueFolders = []string{"values", "environments", "envs", "env"}

// inFolders are patterns of all files in such folders.
var inFolders = func() []string {
	var all []string
	for _, folder := range valueFolders {
		all = append(all, folder+"/*.yaml", folder+"/*.yml")
	}
	return all
}()

// outside are the files of values for environments that stand in a folder above a
// chart, where that folder holds no other chart: a team keeps the chart and the values
// with which it installs it side by side.
func outside(in *unit.Tree, c *chart.Chart, dir string, charts []string) []string {
	top := filepath.Clean(in.Root)
	others := func(at string) bool {
		return slices.ContainsFunc(charts, func(o string) bool { return o != dir && inside(at, o) })
	}
	for at := filepath.Dir(dir); (at == top || inside(top, at)) && at != dir && !others(at); at = filepath.Dir(at) {
		if files := fitting(in, c, matching(in, at, slices.Concat(environments, inFolders))); len(files) > 0 {
			return files
		}
		if at == top {
			break
		}
	}
	return nil
}

// fitting are those of some files that hold values for a chart: most of their keys are
// keys of the chart's own values, or names of charts that it depends on.
func fitting(in *unit.Tree, c *chart.Chart, files []string) []string {
	known := map[string]bool{"global": true}
	for key := range c.Values {
		known[key] = true
	}
	for _, d := range c.Metadata.Dependencies {
		known[d.Name], known[d.Alias] = true, true
	}
	return slices.DeleteFunc(files, func(f string) bool {
		data, err := in.ReadFile(f)
		if err != nil {
			return true
		}
		var values map[string]any
		if yaml.Unmarshal(data, &values) != nil || values["kind"] != nil {
			return true
		}
		fit := 0
		for key := range values {
			if known[key] {
				fit++
			}
		}
		return fit == 0 || 2*fit < len(values)
	})
}
