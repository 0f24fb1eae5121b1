package helm

import (
	"path/filepath"
	"slices"
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
	all := publishedOf(in)
	asked := published{name, strings.TrimPrefix(version, "v")}
	if dirs := all[asked]; len(dirs) == 1 {
		return dirs[0]
	}
	return ""
}

// Named is the directory of the one chart of an input that has a name, in whatever version;
// empty where none has, or several have.
func Named(in *unit.Tree, name string) string {
	var found []string
	for p, dirs := range publishedOf(in) {
		if p.Name == name {
			found = append(found, dirs...)
		}
	}
	if len(found) != 1 || name == "" {
		return ""
	}
	return found[0]
}

// Otherwise are the charts of an input that have a name in other versions than one is asked
// for, each as its directory and its version. Of a range Helm takes the newest one that the
// repository has, and of a version that one.
func Otherwise(in *unit.Tree, name, version string) []string {
	var all []string
	for p, dirs := range publishedOf(in) {
		for _, dir := range dirs {
			if p.Name == name && p.Version != strings.TrimPrefix(version, "v") {
				all = append(all, in.Name(dir)+" "+p.Version)
			}
		}
	}
	slices.Sort(all)
	return all
}

func publishedOf(in *unit.Tree) map[published][]string {
	all, _ := unit.Once(in, in.Root, func() (map[published][]string, error) { return publishable(in), nil })
	return all
}

// publishable are the directories of the charts of an input that are not part of others, by
// what they are published as.
func publishable(in *unit.Tree) map[published][]string {
	all := map[published][]string{}
	for _, dir := range charts(in) {
		data, _ := in.ReadFile(filepath.Join(dir, ChartFile))
		var p published
		_ = yaml.Unmarshal(data, &p) // of what cannot be read the name is not known
		if p.Name != "" && p.Version != "" {
			p.Version = strings.TrimPrefix(p.Version, "v")
			all[p] = append(all[p], dir)
		}
	}
	return all
}
