package compute

import (
	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// programs are what workloads run, as far as the catalog knows it.
type programs struct {
	estate *kubernetes.Estate
	all    []*responsibility.Program // by workload; nil for what is not known, and for what keeps nothing in its role
	roles  []role                    // by workload
}

// role is what a workload does of what its program can.
type role int

const (
	wholeProgram role = iota // nothing tells that it is a part of it
	dataless                 // it keeps nothing
	votes                    // it keeps nothing, and its vote counts
)

// programsOf are those of the estate that a pass is over.
func programsOf(p *check.Pass) *programs {
	return check.Shared(p, func(p *check.Pass) *programs {
		e := p.Estate.Kubernetes
		x := &programs{estate: e, all: make([]*responsibility.Program, len(e.Workloads)), roles: make([]role, len(e.Workloads))}
		for i := range e.Workloads {
			if x.roles[i] = roleOf(p.Catalog, &e.Workloads[i]); x.roles[i] == wholeProgram {
				x.all[i] = programOf(p.Catalog, &e.Workloads[i])
			}
		}
		return x
	})
}

func (x *programs) of(i int) *responsibility.Program { return x.all[i] }

// roleOf is the role of a workload, as its containers are told it or the label of
// its component names it.
func roleOf(c *responsibility.Catalog, w *kubernetes.Workload) role {
	var roles []string
	for _, x := range w.Template.Containers {
		roles = append(roles, x.Roles...)
	}
	component := w.Template.Labels["app.kubernetes.io/component"]
	switch {
	case !c.Dataless(roles) && !c.Dataless([]string{component}):
		return wholeProgram
	case c.Votes(append(roles, component)):
		return votes
	}
	return dataless
}

// fellows are the other workloads that are members of the same replica set, by
// what their containers are told.
func (x *programs) fellows(i int) (set string, fellows []string) {
	w := &x.estate.Workloads[i]
	if set = setOf(w); set == "" {
		return "", nil
	}
	for k := range x.estate.Workloads {
		if o := &x.estate.Workloads[k]; k != i && o.Namespace == w.Namespace && o.Lasting && o.AtLeast() > 0 && setOf(o) == set {
			fellows = append(fellows, o.Name)
		}
	}
	return set, fellows
}

func setOf(w *kubernetes.Workload) string {
	for _, x := range w.Template.Containers {
		if x.Set != "" {
			return x.Set
		}
	}
	return ""
}

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
	if _, fellows := x.fellows(i); len(fellows) > 0 { // they have it, too
		return ""
	}
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
