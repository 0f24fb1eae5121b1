package simulate

import (
	"github.com/onus-project/onus/internal/bound"
)

// modelWaits says what of a pod has the drain of its node wait.
func (w boundModel) modelWaits(m *bound.Model, p *pod) {
	n := &m.Nodes[p.node]
	if kept := w.workloads[w.classes[p.class].workload].kind; w.nodes[p.node].unreachable && kept != daemon && kept != static {
		n.Unreachable = true
	}
	if why := w.awaited(m, p); why != "" {
		n.Awaits = why
	}
	if !p.deleted.IsZero() {
		n.Stopping = max(n.Stopping, p.deleted.Sub(m.Start))
	}
}

// modelPods counts the pods of each workload by node.
func (w boundModel) modelPods(m *bound.Model) {
	at, there := placesOfPods{}, make([]int, len(w.workloads))
	for i := range w.pods {
		p := &w.pods[i]
		if p.node >= 0 {
			w.modelWaits(m, p)
		}
		if !p.deleted.IsZero() {
			continue
		}
		c := &w.classes[p.class]
		x := &m.Workloads[c.workload]
		x.Protected = x.Protected && c.drain.DoNotDisrupt == "true"
		if l := &w.workloads[c.workload]; l.madeAnew() && l.kind != job {
			there[c.workload]++
			x.Shrinks = x.Shrinks || there[c.workload] > l.replicas || l.kind == ordered && int(p.ordinal) >= l.replicas
		}
		x.Partly = x.Partly || len(c.pdbs) != len(w.workloads[c.workload].pdbs)
		on := p.node
		if w.waits(p) {
			on = bound.Unbound
		}
		n := at.of(x, c.workload, on)
		if p.ready {
			n.Ready++
		} else {
			// It may get ready, or the one made in its place may: a bound does not
			// rest on its staying down.
			n.Unready++
		}
		if n.Node >= 0 && n.Ready+n.Unready > x.PerNode {
			x.PerNode = 0 // whatever rule it has now, it had none when it was placed
		}
	}
}

// placesOfPods finds the pods of a workload on a node among all of it, where there are many.
type placesOfPods map[placeOfPods]int

type placeOfPods struct{ workload, node int32 }

// fewPlaces are looked through.
const fewPlaces = 16

// of are a workload's pods on a node, which are added where there were none.
func (at placesOfPods) of(x *bound.Workload, workload, node int32) *bound.Pods {
	if len(x.Pods) <= fewPlaces {
		for k := range x.Pods {
			if x.Pods[k].Node == node {
				return &x.Pods[k]
			}
		}
	} else if k, known := at[placeOfPods{workload, node}]; known {
		return &x.Pods[k]
	}
	if x.Pods == nil {
		x.Pods = make([]bound.Pods, 0, min(max(x.Replicas, 1), fewPlaces))
	}
	x.Pods = append(x.Pods, bound.Pods{Node: node})
	switch n := len(x.Pods); {
	case n == fewPlaces+1:
		for k := range x.Pods {
			at[placeOfPods{workload, x.Pods[k].Node}] = k
		}
	case n > fewPlaces:
		at[placeOfPods{workload, node}] = n - 1
	}
	return &x.Pods[len(x.Pods)-1]
}
