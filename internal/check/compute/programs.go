package compute

import (
	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// programs are what workloads run, as far as the catalog knows it.
type programs struct{ all []*responsibility.Program } // by workload; nil for what is not known

// programsOf are those of the estate that a pass is over.
func programsOf(p *check.Pass) *programs {
	return check.Shared(p, func(p *check.Pass) *programs {
		e := p.Estate.Kubernetes
		x := &programs{all: make([]*responsibility.Program, len(e.Workloads))}
		for i := range e.Workloads {
			x.all[i] = programOf(p.Catalog, &e.Workloads[i])
		}
		return x
	})
}

func (x *programs) of(i int) *responsibility.Program { return x.all[i] }

// programOf is what the first container of a workload runs that is not only there
// for another one, as a proxy is. Operators know theirs.
func programOf(c *responsibility.Catalog, w *kubernetes.Workload) *responsibility.Program {
	if w.MadeBy != nil {
		return nil
	}
	for _, x := range w.Template.Containers {
		var ports []int
		for _, p := range x.Ports {
			if !watched(p.Name) {
				ports = append(ports, int(p.Number))
			}
		}
		if p := c.Program(x.Image, x.Runs, ports); p != nil || !c.InFront(x.Image) {
			return p
		}
	}
	return nil
}

// loses says that what a workload keeps is gone with its pod; empty where it keeps
// nothing, or on a volume that outlasts pods.
func (x *programs) loses(i int, w *kubernetes.Workload) string {
	p := x.of(i)
	if p == nil || p.Keeps != responsibility.KeepsData || w.Template.Lasting || len(w.Template.VolumeClaims)+len(w.VolumeClaimTemplates) > 0 {
		return ""
	}
	on := "in its container"
	if w.Template.EmptyDir {
		on = "on an emptyDir"
	}
	said := p.Title + " keeps its data " + on + ": each eviction loses it"
	if p.Unless != "" {
		said += ", unless " + p.Unless
	}
	return said + "."
}
