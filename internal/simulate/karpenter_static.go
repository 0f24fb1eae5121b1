package simulate

import (
	"github.com/onus-project/onus/internal/disruption"
)

// staticPools keep the number of nodes of Karpenter pools with a fixed one,
// whatever the pods need.
type staticPools struct {
	*engine
	any bool // there are some
}

// nodeCount is the nodes of a pool by where they are: in use or starting, chosen
// to be replaced, and draining.
//
// Source: NodePoolState.nodeCounts in pkg/controllers/state/statenodepool.go of
// Karpenter 1.14.
type nodeCount struct{ active, pending, deleting int }

func (sp *staticPools) count(p int32) (c nodeCount) {
	for n := range sp.nodes {
		x := &sp.nodes[n]
		if x.pool != p {
			continue
		}
		switch x.state {
		case nodeLaunching, nodeActive:
			c.active++
		case nodeMarked:
			c.pending++
		case nodeDraining:
			c.deleting++
		}
	}
	return c
}

// reserve is how many nodes of those wanted the limit of a pool allows:
// until it is gone a node counts in it.
//
// Source: NodePoolState.ReserveNodeCount, beside it.
func (sp *staticPools) reserve(p int32, c nodeCount, wanted int) int {
	if limit := int(sp.World.pools[p].limits[slots]); limit > 0 {
		wanted = min(wanted, limit-c.active-c.pending-c.deleting)
	}
	if sp.World.pools[p].closed || sp.scenario.Fault.NoCapacity {
		return 0
	}
	return max(0, wanted)
}

// keep starts the nodes that a static pool lacks.
//
// Source: Controller.Reconcile in
// pkg/controllers/static/provisioning/controller.go of Karpenter 1.14.
func (sp *staticPools) keep(p int32, cause int32) {
	x := &sp.World.pools[p]
	if !x.static || !x.managed {
		return
	}
	c := sp.count(p)
	if c.active+c.pending >= x.replicas {
		return
	}
	for range sp.reserve(p, c, x.replicas-c.active) {
		sp.nodeLifecycle.launch(p, x.shapes[sp.rng.IntN(len(x.shapes))], cause)
	}
}

// replaceDrifted replaces drifted nodes of static pools, one for one and without
// a look at where their pods go: as many as the budgets and the limit of the
// pool allow, once those that were chosen before are draining.
//
// Source: StaticDrift.ComputeCommands in
// pkg/controllers/disruption/staticdrift.go of Karpenter 1.14.
func (sp *staticPools) replaceDrifted() bool {
	if !sp.any {
		return false
	}
	wanted := map[int32][]int32{}
	for _, n := range sp.drift.wanted {
		if p := sp.nodes[n].pool; sp.World.pools[p].static && sp.loop.candidate(n) {
			wanted[p] = append(wanted[p], n)
		}
	}
	if len(wanted) == 0 {
		return false
	}
	left, _ := sp.loop.remaining(disruption.Drifted)
	did := false
	for p := range sp.World.pools {
		nodes := wanted[int32(p)]
		c := sp.count(int32(p))
		if left[p] == 0 || len(nodes) == 0 || c.active+c.pending > sp.World.pools[p].replicas {
			continue
		}
		for k, n := range nodes[:sp.reserve(int32(p), c, min(left[p], len(nodes)))] {
			sp.drift.unwant(n)
			x := &sp.nodes[n]
			sp.commands.start(n, []nodeClaim{{pool: x.pool, options: sp.World.pools[p].shapes}}, left[p]-k-1, disruption.Drifted)
			did = true
		}
	}
	return did
}
