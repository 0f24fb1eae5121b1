package helm

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	chart "helm.sh/helm/v4/pkg/chart/v2"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/purpose"
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
		if files, _ := ofDeployments(fitting(in, c, matching(in, at, slices.Concat(environments, inFolders)))); len(files) > 0 {
			return files
		}
		if at == top {
			break
		}
	}
	return nil
}

// ofCharts are the names of folders of a chart that hold no values.
var ofCharts = []string{"templates", "crds", "charts", "ci"}

// Profiles are files of values that are called by what they are for, such as
// profiles/production.yaml: as many as a chart has at most, and how far below it.
const (
	mostProfiles    = 16
	deepestProfiles = 2
)

// profiles are the files of a chart, or in folders below it that are not there to be
// tried, which hold nothing but values of it, by keys that its own values have or its
// templates name.
func profiles(in *unit.Tree, c *chart.Chart, dir string) []string {
	known, prefix := named(c, knownTo(c)), filepath.Clean(dir)+string(filepath.Separator)
	var all []string
	for _, f := range in.Files {
		if dir != "." && !strings.HasPrefix(f, prefix) {
			continue
		}
		if ext := filepath.Ext(f); ext != ".yaml" && ext != ".yml" || !profileAt(dir, f) {
			continue
		}
		values := valuesIn(in, f)
		if len(values) >= 2 && !slices.ContainsFunc(slices.Collect(maps.Keys(values)), func(key string) bool { return !known[key] }) {
			all = append(all, f)
		}
	}
	if len(all) > mostProfiles {
		return nil
	}
	return all
}

// profileAt reports whether a file stands where a chart may have values of another name
// than those by which people tell them.
func profileAt(dir, file string) bool {
	below, err := filepath.Rel(dir, file)
	if err != nil {
		return false
	}
	folders := strings.Split(filepath.ToSlash(below), "/")
	name := folders[len(folders)-1]
	folders = folders[:len(folders)-1]
	return len(folders) <= deepestProfiles && name != "values.yaml" && name != ChartFile && !notValues.MatchString(name) &&
		!slices.ContainsFunc(folders, func(f string) bool {
			return strings.HasPrefix(f, ".") || slices.Contains(ofCharts, f) || purpose.OfFolder(f) != purpose.Deployed
		})
}

// knownTo are the keys that values of a chart may have.
func knownTo(c *chart.Chart) map[string]bool {
	known := map[string]bool{"global": true}
	for key := range c.Values {
		known[key] = true
	}
	for _, d := range c.Metadata.Dependencies {
		known[d.Name], known[d.Alias] = true, true
	}
	return known
}

// ofTemplates are keys of values that a template names.
var ofTemplates = regexp.MustCompile(`\.Values\.([A-Za-z_]\w*)`)

// named are keys and those that the templates of a chart name: some have no default.
func named(c *chart.Chart, known map[string]bool) map[string]bool {
	for _, t := range c.Templates {
		for _, m := range ofTemplates.FindAllSubmatch(t.Data, -1) {
			known[string(m[1])] = true
		}
	}
	return known
}

// valuesIn are those of a file; none where it holds something else.
func valuesIn(in *unit.Tree, file string) map[string]any {
	data, err := in.ReadFile(file)
	if err != nil {
		return nil
	}
	var values map[string]any
	if yaml.Unmarshal(data, &values) != nil || values["kind"] != nil {
		return nil
	}
	return values
}

// fitting are those of some files that hold values for a chart: most of their keys are
// keys of the chart's own values, or names of charts that it depends on.
func fitting(in *unit.Tree, c *chart.Chart, files []string) []string {
	known := knownTo(c)
	return slices.DeleteFunc(files, func(f string) bool {
		values, fit := valuesIn(in, f), 0
		for key := range values {
			if known[key] {
				fit++
			}
		}
		return fit == 0 || 2*fit < len(values)
	})
}
