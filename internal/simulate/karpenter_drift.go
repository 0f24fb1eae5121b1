package simulate

import (
	"slices"

	"github.com/onus-project/onus/internal/disruption"
)

// drifter is the method that replaces drifted nodes.
type drifter struct {
	*engine
	wanted []int32 // nodes that drifted and were not chosen yet
	groups driftGroups
}

// replaceOne replaces one drifted node. A command has one node; empty ones come
// first, and of the others those that drifted first, which here all did.
//
// Source: Drift.ComputeCommands in pkg/controllers/disruption/drift.go.
func (df *drifter) replaceOne() bool {
	if len(df.wanted) == 0 || !slices.ContainsFunc(df.wanted, df.dynamic) {
		return false
	}
	left, any := df.loop.remaining(disruption.Drifted)
	if !any {
		return false
	}
	df.solver.base = df.solver.reschedulable(df.solver.base[:0])
	df.solver.launchForecast.begin(df.engine, df.solver.base)
	df.groups.begin(df.engine)
	if len(df.wanted) > mostSingly {
		return df.replaceOneOfMany(left)
	}
	order := df.permutation(len(df.wanted))
	for _, empty := range []bool{true, false} {
		for _, k := range order {
			n := df.wanted[k]
			if left[df.nodes[n].pool] == 0 || !df.dynamic(n) || !df.loop.candidate(n) {
				continue
			}
			moves := df.nodes[n].moves
			if df.solver.bare(n) != empty || len(moves) > 0 && df.solver.launchForecast.blocks(df.engine, moves[0]) {
				continue
			}
			if df.try(n, moves, left) {
				return true
			}
		}
	}
	return false
}

// try starts a node if the pods on it, in Karpenter's order, find a place that is
// not on it. What the node itself has does not count against the limits of its
// pool.
//
// Source: SimulateScheduling in pkg/controllers/disruption/helpers.go, which
// leaves the candidates out of the nodes there are.
func (df *drifter) try(n int32, moves []int32, left []int) bool {
	x := &df.nodes[n]
	over := df.nodeClaims.overLimits()
	used := &df.pools[x.pool].used
	used.sub(&df.shapes[x.shape].size)
	df.close(n)
	claims, ok := df.solver.solve(df.solver.base, moves, true)
	df.open(n)
	used.add(&df.shapes[x.shape].size)
	if !ok || slices.ContainsFunc(claims, func(k nodeClaim) bool { return over[k.pool] }) {
		return false
	}
	df.unwant(n)
	df.commands.start(n, claims, left[x.pool]-1, disruption.Drifted)
	return true
}

// dynamic reports whether a node's pool makes nodes as pods need them.
func (df *drifter) dynamic(n int32) bool { return !df.World.pools[df.nodes[n].pool].static }

// want has a node drift when its turn comes.
func (df *drifter) want(n int32) {
	df.wanted = append(df.wanted, n)
	df.loop.concern(df.nodes[n].pool)
	if df.groups.on {
		df.groups.enter(df.engine, n)
	}
}

func (df *drifter) unwant(n int32) {
	if k := slices.Index(df.wanted, n); k >= 0 {
		df.wanted[k] = df.wanted[len(df.wanted)-1]
		df.wanted = df.wanted[:len(df.wanted)-1]
	}
	if df.groups.on {
		df.groups.leave(df.engine, n)
	}
}
