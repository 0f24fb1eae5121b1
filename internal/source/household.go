package source

import (
	"path"
	"slices"

	phrase "github.com/onus-project/onus/internal/words"
)

// manyAtHome is how many programs that people run at home tell that a household has the
// clusters of an input.
const manyAtHome = 3

// atHome says by which programs it is known that what was read runs at somebody's home:
// those that workloads, their images, and releases of Helm are; empty where too few tell.
func (d *door) atHome(all []*reading) string {
	if d.in.Catalog == nil {
		return ""
	}
	var found []string
	note := func(name string) {
		if x := d.in.Catalog.AtHome(name); x != "" && !slices.Contains(found, x) {
			found = append(found, x)
		}
	}
	for _, r := range all {
		for i := range r.kubernetes.Workloads {
			w := &r.kubernetes.Workloads[i]
			note(w.Name)
			for _, c := range w.Template.Containers {
				note(c.Image)
			}
		}
		for i := range r.kubernetes.CustomResources {
			if c := &r.kubernetes.CustomResources[i]; path.Base(c.API) == "HelmRelease" || path.Base(c.API) == "Application" {
				note(c.Name)
			}
		}
	}
	if len(found) < manyAtHome {
		return ""
	}
	slices.Sort(found)
	return "a household has this cluster: " + phrase.And(found[:manyAtHome]) + " run in it"
}
