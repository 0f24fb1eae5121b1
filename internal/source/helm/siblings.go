package helm

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/util"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/source/unit"
)

// forOthers says by directory of charts that each is there for another one of the input:
// that one depends on it by its name, wherever it is fetched from, and switches it off or
// gives it values of its own, so that what it makes is told with that one; and nothing else
// installs it. A chart with a README, or with values for environments, is one that people
// install by itself, as those of a library are.
func forOthers(in *unit.Tree, dirs []string) map[string]string {
	named := map[string][]string{} // by the names of charts: where they stand
	for _, dir := range dirs {
		if c := written(in, dir); !installedAlone(in, dir) {
			named[c.Name] = append(named[c.Name], dir)
		}
	}
	all := map[string]string{}
	for _, dir := range dirs {
		asked := slices.DeleteFunc(written(in, dir).Dependencies, func(d *chart.Dependency) bool { return len(named[d.Name]) == 0 })
		if len(asked) == 0 || purpose.OfFolder(filepath.Base(dir)) != purpose.Deployed {
			continue // or it is there to be tried, with what others install alone
		}
		c, err := load(in, dir)
		if err != nil {
			continue
		}
		given := c.root.Values
		_ = util.ProcessDependencies(c.root, common.Values{}) // what it cannot do is a fault of the rendering
		for _, d := range asked {
			how := "switches it off"
			if slices.ContainsFunc(c.root.Dependencies(), func(s *chart.Chart) bool { return s.Name() == cmp.Or(d.Alias, d.Name) }) {
				how = "gives it values of its own"
				if own, _ := given[cmp.Or(d.Alias, d.Name)].(map[string]any); !overrides(own) {
					continue
				}
			}
			for _, at := range named[d.Name] {
				if at == dir || all[at] != "" {
					continue
				}
				if c := written(in, at); fits(d, &c) {
					all[at] = "is there for chart " + in.Name(dir) + ", which depends on it and " + how
				}
			}
		}
	}
	return all
}

// overrides reports whether values of a dependency are more than what switches it on.
func overrides(values map[string]any) bool {
	for key := range values {
		if !switchValue.MatchString(key) {
			return true
		}
	}
	return false
}

// installedAlone reports whether a chart is one that people install by itself: it says how,
// or has values for where.
func installedAlone(in *unit.Tree, dir string) bool {
	entries, _ := in.ReadDir(dir) // of what cannot be listed the rendering tells
	for _, e := range entries {
		if strings.HasPrefix(strings.ToLower(e.Name()), "readme") {
			return true
		}
	}
	installed, _ := ofDeployments(matching(in, dir, environments))
	return len(installed) > 0
}

// written is what a chart says of itself, with what it depends on, as apiVersion v1 has it
// in a file of its own. What cannot be read says nothing.
func written(in *unit.Tree, dir string) chart.Metadata {
	var all chart.Metadata
	for _, name := range []string{ChartFile, "requirements.yaml"} {
		var c chart.Metadata
		data, _ := in.ReadFile(filepath.Join(dir, name))
		if yaml.Unmarshal(data, &c) != nil {
			continue
		}
		all.Name, all.Version = cmp.Or(all.Name, c.Name), cmp.Or(all.Version, c.Version)
		all.Dependencies = append(all.Dependencies, c.Dependencies...)
	}
	all.Dependencies = slices.DeleteFunc(all.Dependencies, func(d *chart.Dependency) bool { return d == nil })
	return all
}
