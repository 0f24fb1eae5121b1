package helm

import (
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/source/unit"
)

// Dependencies is where the charts come from that charts of an input depend on, whether
// their values switch them on or not.
type Dependencies struct {
	// Fetched are the directories that `helm dependency build` put into the charts directory
	// of another chart: it takes them from a repository, so that others write them.
	Fetched []string
	// Parts are, by the directory of a chart, those of charts in other folders that it takes
	// by their path.
	Parts map[string][]string
}

// DependenciesIn are those of all charts of an input.
func DependenciesIn(in *unit.Tree) Dependencies {
	all := Dependencies{Parts: map[string][]string{}}
	for _, file := range in.Files {
		if name := filepath.Base(file); name != ChartFile && name != "requirements.yaml" {
			continue
		}
		data, err := in.ReadFile(file)
		if err != nil || !strings.Contains(string(data), "repository:") {
			continue
		}
		var c struct {
			Dependencies []struct{ Name, Repository string } `json:"dependencies"`
		}
		if yaml.Unmarshal(data, &c) != nil {
			continue
		}
		dir := filepath.Dir(file)
		for _, d := range c.Dependencies {
			fetched := filepath.Join(dir, "charts", filepath.Base(d.Name))
			switch address, local := strings.CutPrefix(d.Repository, "file://"); {
			case local && !filepath.IsAbs(address) && in.IsFile(filepath.Join(dir, address, ChartFile)):
				all.Parts[dir] = append(all.Parts[dir], filepath.Join(dir, address))
			case !local && d.Repository != "" && in.IsFile(filepath.Join(fetched, ChartFile)):
				all.Fetched = append(all.Fetched, fetched)
			}
		}
	}
	return all.throughout()
}

// throughout adds to the parts of charts what those take by their path, and leaves out what
// stands in the same folder as the chart itself: people install that as well.
func (d Dependencies) throughout() Dependencies {
	every := map[string][]string{}
	for dir := range d.Parts {
		todo, seen := []string{dir}, []string{dir}
		for len(todo) > 0 {
			next := todo[0]
			todo = todo[1:]
			for _, part := range d.Parts[next] {
				if slices.Contains(seen, part) {
					continue
				}
				todo, seen = append(todo, part), append(seen, part)
				if filepath.Dir(part) != filepath.Dir(dir) {
					every[dir] = append(every[dir], part)
				}
			}
		}
	}
	d.Parts = every
	return d
}
