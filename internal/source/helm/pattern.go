package helm

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/origin"
)

// clusterGroup is the part of a file of values that says what is installed in the clusters of
// a group, by name or in a list.
//
// Source: learn/clustergroup-in-values-files of github.com/validatedpatterns/docs: what all
// clusters share stands in values-global.yaml beside it.
type clusterGroup struct {
	ClusterGroup struct {
		Applications any `json:"applications"`
	} `json:"clusterGroup"`
}

// installs reports whether it installs the chart at a path.
func (g *clusterGroup) installs(at string) bool {
	by := func(one any) bool {
		application, _ := one.(map[string]any)
		p, _ := application["path"].(string)
		return p != "" && path.Clean(p) == at
	}
	switch all := g.ClusterGroup.Applications.(type) {
	case map[string]any:
		for _, one := range all {
			if by(one) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(all, by)
	}
	return false
}

// giving is how a chart that needs values is rendered: with those of the cluster group that
// installs it by its path, where one of the input does.
func (c *loaded) giving() string {
	for dir := range origin.Upwards(c.dir, filepath.Dir) {
		rel, err := filepath.Rel(dir, c.dir)
		if err != nil || rel == "." {
			continue
		}
		shared := filepath.Join(dir, "values-global.yaml")
		if !c.in.IsFile(shared) {
			continue
		}
		for _, file := range slices.Sorted(slices.Values(c.in.Files)) {
			if filepath.Dir(file) != dir || file == shared || !strings.HasPrefix(filepath.Base(file), "values-") {
				continue
			}
			var g clusterGroup
			if data, err := c.in.ReadFile(file); err == nil && yaml.Unmarshal(data, &g) == nil && g.installs(filepath.ToSlash(rel)) {
				return "give the values that " + filepath.Base(file) + " installs it with: --values " + filepath.ToSlash(shared) +
					" --values " + filepath.ToSlash(file) + ", and what it still needs with --set KEY=VALUE"
			}
		}
	}
	return giveValues
}
