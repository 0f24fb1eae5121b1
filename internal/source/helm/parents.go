package helm

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/v2/util"

	"github.com/onus-project/onus/internal/source/unit"
)

// partsOfOthers are the directories of charts that are there for another one of an input, by
// that one's: it depends on them by their path, with its own values, and they stand in
// another folder than it does. Those beside it are installed by themselves as well.
func partsOfOthers(in *unit.Tree, dirs []string) map[string][]string {
	all := map[string][]string{}
	for _, dir := range dirs {
		data, err := in.ReadFile(filepath.Join(dir, ChartFile))
		if err != nil || !strings.Contains(string(data), "file://") {
			continue
		}
		for _, at := range dependedOn(in, dir) {
			if filepath.Dir(at) != filepath.Dir(filepath.Clean(dir)) && slices.Contains(dirs, at) {
				all[dir] = append(all[dir], at)
			}
		}
	}
	return all
}

// dependedOn are the directories at file:// addresses of the charts that a chart
// depends on, as far as its values do not switch them off.
func dependedOn(in *unit.Tree, dir string) []string {
	c, err := load(in, dir)
	if err != nil {
		return nil
	}
	named := map[string]string{} // by the names that they have in it
	for _, d := range c.root.Metadata.Dependencies {
		if strings.HasPrefix(d.Repository, "file://") {
			named[cmp.Or(d.Alias, d.Name)] = nearby(dir, d)
		}
	}
	if util.ProcessDependencies(c.root, common.Values{}) != nil {
		return nil
	}
	var all []string
	for _, sub := range c.root.Dependencies() {
		if at := named[sub.Name()]; !slices.Contains(all, at) {
			all = append(all, at)
		}
	}
	return all
}
