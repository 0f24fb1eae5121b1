package simulate

import (
	"slices"
	"sync"

	"github.com/onus-project/onus/internal/bound"
)

// renewalProof shows before which nodes another one has to be ready, where replacements
// come before nodes go.
type renewalProof struct{ *World }

// of says so of the nodes of each pool, and of the pools which may come to have more of them.
func (w renewalProof) of(m *bound.Model) {
	asks := w.asksAlready(m)
	for p := range m.Pools {
		x := &w.pools[p]
		m.Pools[p].Grows = asks && x.managed && !x.static
	}
	w.renewals(m, asks)
}

// renewals says so of the nodes of pools whose nodes a Karpenter makes as pods need them. It
// asks for none where pods find room on the nodes that there are, and of one that is new
// there may be room for the pods of several: how large they are is not known. Those of
// static pools are replaced one for one, but for what these have beyond what they want.
func (w renewalProof) renewals(m *bound.Model, asks bool) {
	lacks, sole := sync.OnceValue(func() []bool { return w.lacksRoom(m) }), onePoolGoes(m)
	for i := range m.Nodes {
		n := &m.Nodes[i]
		if n.Group == bound.Stays {
			continue
		}
		g := &m.Groups[n.Group]
		p := &w.pools[g.Pool]
		switch {
		case !g.Disruption.Before || !g.Disruption.Karpenter:
		case p.static && (boundModel{w.World}).remaining(int32(g.Pool)) <= p.replicas:
		case p.static || asks || !sole || !lacks()[i]: // where more is asked for, what is new may be ready sooner, and have room
			n.Renewal = bound.Doubtful
		default:
			n.Renewal = bound.Common
		}
	}
}

// onePoolGoes reports whether nodes of one pool alone are to go: what is new in another one may have room for their pods.
func onePoolGoes(m *bound.Model) bool {
	of := -1
	for i := range m.Nodes {
		g := m.Nodes[i].Group
		if g == bound.Stays {
			continue
		}
		if of >= 0 && m.Groups[g].Pool != of {
			return false
		}
		of = m.Groups[g].Pool
	}
	return true
}

// lacksRoom says of nodes whether the pods that have to leave them have no room on all others
// together, whatever else goes before: until a new one is ready they stay.
func (w renewalProof) lacksRoom(m *bound.Model) []bool {
	lacks := make([]bool, len(w.nodes))
	there, moves := make([]amount, len(w.nodes)), make([]amount, len(w.nodes))
	for i := range w.pods {
		p := &w.pods[i]
		c := &w.classes[p.class]
		x := &m.Workloads[c.workload]
		if p.node < 0 || !p.deleted.IsZero() || !c.ofNode && (!lasting(x) || x.EvictedBy != "" || x.Operated || len(x.PreemptedBy) > 0) {
			continue
		}
		there[p.node].add(&c.asks)
		if g := m.Nodes[p.node].Group; !c.ofNode && p.ready && g != bound.Stays &&
			(m.Groups[g].Disruption.SkipBlocked || len(c.pdbs) == 0 && c.drain.DoNotDisrupt == "") {
			moves[p.node].add(&c.asks)
		}
	}
	var room amount
	free := make([]amount, len(w.nodes))
	for i := range w.nodes {
		free[i] = w.shapes[w.nodes[i].shape].capacity
		free[i].sub(&there[i])
		for r := range free[i] {
			free[i][r] = max(0, free[i][r])
			room[r] += free[i][r]
		}
	}
	for i := range lacks {
		for r := range room {
			lacks[i] = lacks[i] || moves[i][r] > room[r]-free[i][r]
		}
	}
	return lacks
}

// lasting reports whether pods of a workload are made anew wherever they go.
func lasting(x *bound.Workload) bool { return x.Kind == bound.Replicated || x.Kind == bound.Ordered }

// asksAlready reports whether new nodes may be asked for besides those in place of others,
// and before: for pods that wait, that are yet to be made, or whose nodes do not report, or
// go before another comes.
func (w renewalProof) asksAlready(m *bound.Model) bool {
	there := make([]int, len(w.workloads))
	for i := range w.pods {
		p := &w.pods[i]
		there[w.classes[p.class].workload]++
		if p.node < 0 || !p.deleted.IsZero() {
			return true
		}
	}
	for i := range w.workloads {
		if l := &w.workloads[i]; l.madeAnew() && there[i] != l.replicas {
			return true
		}
	}
	for i := range w.nodes {
		if n := &w.nodes[i]; !n.ready || n.deleted {
			return true
		}
	}
	return slices.ContainsFunc(m.Groups, func(g bound.Group) bool { return !g.Disruption.Before })
}
