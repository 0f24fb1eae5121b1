package simulate

import (
	"slices"

	"github.com/onus-project/onus/internal/bound"
)

// capacityProof shows that pods always find a place.
type capacityProof struct{ *World }

// alwaysPlaced reports whether evicted pods are sure to find a node, so that how
// long they take is known: somebody makes nodes as they are needed, or a like
// node is ready before each that goes and no pod waits for one already.
func (w capacityProof) alwaysPlaced(m *bound.Model, s *Scenario) bool {
	if s.Fault.NoCapacity {
		return false
	}
	for i := range m.Groups {
		p := &w.pools[m.Groups[i].Pool]
		if !m.Groups[i].Disruption.Before && (!p.managed || p.closed || !w.withinLimits(m, int32(m.Groups[i].Pool))) {
			return false
		}
	}
	if slices.ContainsFunc(w.classes, func(c class) bool { return c.open }) {
		return false
	}
	for i := range m.Groups {
		if w.strays(&m.Groups[i]) && w.zonal(m.Groups[i].Pool) {
			return false
		}
	}
	for i := range w.classes {
		// A node may be started in a zone that suits it without the pods that go,
		// and not with them: then it waits until they are gone.
		if c := &w.classes[i]; len(c.near) > 0 && len(c.pdbs) > 0 {
			return false
		}
	}
	return !w.slotsMayLack() && !w.waitsForPods() && w.keepsToRules()
}

// waitsForPods reports whether a pod waits for a node, or a budget may wait without
// end for a pod that is not ready or is yet to be made.
func (w capacityProof) waitsForPods() bool {
	there := make([]int, len(w.workloads))
	for i := range w.pods {
		p := &w.pods[i]
		there[w.classes[p.class].workload] += boolean(p.deleted.IsZero())
		if p.deleted.IsZero() && !p.ready && len(w.classes[p.class].pdbs) > 0 || w.waits(p) {
			return true
		}
	}
	for i := range w.workloads {
		if l := &w.workloads[i]; l.madeAnew() && there[i] < l.replicas && len(l.pdbs) > 0 {
			return true
		}
	}
	return false
}

// withinLimits reports whether a pool may have all its nodes that are to go
// twice over: those on their way out do not count against its limits, but what
// comes in their place may be more than they were.
func (w capacityProof) withinLimits(m *bound.Model, p int32) bool {
	limits := &w.pools[p].limits
	var most amount
	for i := range w.nodes {
		if s := &w.shapes[w.nodes[i].shape]; s.pool == p {
			most.add(&s.size)
			if m.Nodes[i].Group != bound.Stays {
				most.add(&s.size)
			}
		}
	}
	return !exceeds(&most, limits)
}

// keepsToRules reports whether each pod that a drain may evict stands where its template
// of today would have it: a like node does not take one that was bound before its rule
// was made, or before what is apart from it came.
func (w capacityProof) keepsToRules() bool {
	m, used := w.members(), make([]amount, len(w.nodes))
	for i := range w.pods {
		p := &w.pods[i]
		if p.node < 0 || !p.deleted.IsZero() {
			continue
		}
		c := &w.classes[p.class]
		used[p.node].add(&c.asks)
		if !c.ofNode && !(w.fits[c.constraint][w.nodes[p.node].shape] && w.standsApart(c, p.node, m)) {
			return false
		}
	}
	for i := range w.nodes {
		if !w.shapes[w.nodes[i].shape].capacity.holds(&used[i]) {
			return false
		}
	}
	return true
}

// domain is a value of the topology key of a group.
type domain struct{ group, value int32 }

// members is how many pods of each group are where.
type members struct {
	at map[domain]int32
	// Of a group that spreads: the fewest in a domain, and how many domains there are.
	least, domains []int32
}

// members counts the pods of each group by domain.
func (w capacityProof) members() *members {
	m := &members{at: map[domain]int32{}, least: make([]int32, len(w.groups)), domains: make([]int32, len(w.groups))}
	for g := range w.groups {
		if !w.groups[g].spreads {
			continue
		}
		for i := range w.nodes {
			if d := w.domainAt(int32(g), int32(i)); d.value >= 0 {
				m.at[d] = 0
			}
		}
	}
	for i := range w.pods {
		p := &w.pods[i]
		if p.node < 0 || !p.deleted.IsZero() {
			continue
		}
		for _, g := range w.classes[p.class].member {
			if d := w.domainAt(g, p.node); d.value >= 0 {
				m.at[d]++
			}
		}
	}
	for d, n := range m.at {
		if m.domains[d.group] == 0 || n < m.least[d.group] {
			m.least[d.group] = n
		}
		m.domains[d.group]++
	}
	for g := range w.groups {
		if m.domains[g] < w.groups[g].minDomains {
			m.least[g] = 0
		}
	}
	return m
}

// domainAt is the domain of a group that a node lies in; its value is below 0 for none.
func (w capacityProof) domainAt(group, node int32) domain {
	x, shape := &w.groups[group], w.nodes[node].shape
	switch {
	case x.spreads && !x.counts[shape]:
		return domain{group, -1}
	case x.key != 0:
		return domain{group, w.shapes[shape].domains[x.key]}
	}
	return domain{group, node}
}

// standsApart reports whether a pod of a class on a node is as far from others as it asks.
func (w capacityProof) standsApart(c *class, node int32, m *members) bool {
	for _, g := range c.anti {
		if d := w.domainAt(g, node); d.value >= 0 && m.at[d] > int32(boolean(slices.Contains(c.member, g))) {
			return false
		}
	}
	for _, x := range c.spread {
		if d := w.domainAt(x.group, node); d.value < 0 || m.at[d]-m.least[x.group] > x.maxSkew {
			return false
		}
	}
	return true
}
