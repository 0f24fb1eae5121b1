package source

import (
	"slices"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/gitops"
)

// deployers is what the input tells of what is deployed from elsewhere: the sources of Flux,
// and the labels of workloads that a chart may have been rendered to.
type deployers struct {
	sources gitops.Sources
	labels  []map[string]string
}

func (d *door) deployers(all []*reading) *deployers {
	found := &deployers{}
	for _, r := range all {
		found.sources.Add(r.kubernetes.CustomResources)
		for i := range r.kubernetes.Workloads {
			if w := &r.kubernetes.Workloads[i]; w.Labels["helm.sh/chart"] != "" {
				found.labels = append(found.labels, w.Labels)
			}
		}
	}
	return found
}

// settle marks the objects of which all that they apply was read as units of their own, and
// adds what others apply: that could not be read. Where the user picked units it may be among
// those that were not. What those of a cluster apply is there to be read itself, and so is
// what was given beside them as Helm has rendered it.
func (r *reading) settle(found *deployers) {
	for i := range r.kubernetes.CustomResources {
		c := &r.kubernetes.CustomResources[i]
		if c.UID != "" {
			continue
		}
		of := r.deployedBy(c.Position.File)
		if of.Whole(*c) {
			c.Applied = len(r.in.Units) == 0
			continue
		}
		faults, known := of.NotHere(*c, found.sources)
		if !known {
			continue
		}
		c.Applied = true
		for _, f := range faults {
			if found.rendered(f, c) {
				continue
			}
			c.Applied, f.Unit = false, r.unitName()
			r.faults = append(r.faults, f)
		}
	}
}

// deployedBy knows what is deployed by the objects of a file.
func (d *door) deployedBy(file string) *gitops.Deployed {
	for _, of := range d.deploys {
		if of.Has(file) {
			return of
		}
	}
	return &gitops.Deployed{}
}

// rendered reports whether the input has a workload of the release that a fault is about.
func (found *deployers) rendered(f origin.Fault, c *kubernetes.CustomResource) bool {
	return slices.ContainsFunc(found.labels, func(labels map[string]string) bool { return gitops.Rendered(f, c.Name, labels) })
}
