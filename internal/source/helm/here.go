package helm

import (
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/source/unit"
)

// published is what a chart is published as.
type published struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Here is the directory of the chart of an input that has a name and a version, as one is
// asked for that was published: what was published of it stands here. Empty where none has,
// or several have.
func Here(in *unit.Tree, name, version string) string {
	all, _ := unit.Once(in, in.Root, func() (map[published][]string, error) { return publishable(in), nil })
	asked := published{name, strings.TrimPrefix(version, "v")}
	if dirs := all[asked]; len(dirs) == 1 && name != "" && asked.Version != "" {
		return dirs[0]
	}
	return ""
}

// publishable are the directories of the charts of an input that are not part of others, by
// what they are published as.
func publishable(in *unit.Tree) map[published][]string {
	all := map[published][]string{}
	for _, dir := range charts(in) {
		data, err := in.ReadFile(filepath.Join(dir, ChartFile))
		var p published
		if err != nil || yaml.Unmarshal(data, &p) != nil {
			continue
		}
		p.Version = strings.TrimPrefix(p.Version, "v")
		all[p] = append(all[p], dir)
	}
	return all
}
