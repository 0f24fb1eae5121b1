package simulate

import (
	"slices"

	"github.com/onus-project/onus/internal/bound"
)

// modelLost says which workloads have pods that may not come back, because their
// volumes go with their nodes, or lie in a zone where no node may come, or because they
// ask for a node by a name that none has any more.
func (w boundModel) modelLost(m *bound.Model) {
	for i := range w.pods {
		p := &w.pods[i]
		if p.node < 0 {
			continue
		}
		g := m.Nodes[p.node].Group
		if g == bound.Stays || m.Groups[g].Disruption.Returns {
			continue
		}
		x := &m.Workloads[w.classes[p.class].workload]
		x.Lost = x.Lost || w.named(p)
		tie := w.tieOf(p)
		if tie == untied {
			continue
		}
		t := &w.ties[tie]
		x.Lost = x.Lost || t.host != anyHost || t.zones != nil && w.strays(&m.Groups[g])
	}
}

// named reports whether what is made in place of a pod asks for a node by its name, so
// that another machine is none for it.
func (w boundModel) named(p *pod) bool {
	shape := w.nodes[p.node].shape
	anew := w.shapes[shape].anew
	c := &w.classes[w.workloads[w.classes[p.class].workload].class]
	return anew != shape && w.fits[c.constraint][shape] && !w.fits[c.constraint][anew]
}

// tieOf is where the volumes of a pod lie, or those of what would be made in its place
// where nothing is known of its own.
func (w boundModel) tieOf(p *pod) int32 {
	c := &w.classes[p.class]
	if ties := w.workloads[c.workload].ties; p.tie == untied && p.ordinal >= 0 && int(p.ordinal) < len(ties) {
		return ties[p.ordinal]
	}
	if p.tie == untied {
		return c.tie
	}
	return p.tie
}

// strays reports whether the node that comes in place of another may come in
// another zone.
func (w *World) strays(g *bound.Group) bool {
	if !g.Disruption.Before || g.Disruption.Karpenter {
		return false
	}
	shapes := w.pools[g.Pool].shapes
	return slices.ContainsFunc(shapes, func(s int32) bool { return w.shapes[s].domains[w.zoned] != w.shapes[shapes[0]].domains[w.zoned] })
}
