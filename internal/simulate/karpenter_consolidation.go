package simulate

import (
	"cmp"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
)

// consolidator takes nodes that are not needed. Karpenter also trades a node
// for a cheaper one; prices are not known here, so that is not played.
type consolidator struct {
	*engine
	policy  *contract.Policy // of some node; nil where it is not played
	trigger *Trigger
	cause   int32
	enabled []bool // by pool, whether it is played for it
	// proposed is what will be done if it still can be.
	proposed proposal
	choosing bool    // a trial asks where pods of nodes that are not needed would go
	trial    []int32 // scratch: those pods
}

// proposal is what a method means to do. It looks again before it does so.
type proposal struct {
	method method
	nodes  []int32
	gens   []uint32
}

// mostTogether is how many nodes are considered together at the most.
//
// Source: MultiNodeConsolidation.ComputeCommands in multinodeconsolidation.go
// there.
const mostTogether = 100

// untraded says of which pools it is not known whether their nodes would be
// traded for cheaper ones.
func (co *consolidator) untraded() []string {
	var notes []string
	for i := range co.enabled {
		if p := &co.World.pools[i]; co.enabled[i] && !p.whenEmpty && !p.static && !p.oneType && p.quiet != time.Duration(never) {
			notes = append(notes, "nodes of pool "+p.name+" may be of several instance types: "+
				"Karpenter may also replace them by cheaper ones, which is not played, since prices are not known")
		}
	}
	return notes
}

// propose keeps in mind which nodes a method would take.
func (co *consolidator) propose(m method, nodes []int32) outcome {
	p := &co.proposed
	p.method, p.nodes, p.gens = m, append(p.nodes[:0], nodes...), p.gens[:0]
	for _, n := range nodes {
		p.gens = append(p.gens, co.nodes[n].gen)
	}
	return waiting
}

// confirm does what was proposed, if it still can be: of empty nodes those that
// are empty yet, of others all or none.
//
// Source: EmptinessValidator and ConsolidationValidator in validation.go of
// Karpenter 1.14.
func (co *consolidator) confirm(p *proposal) outcome {
	reason := disruption.Underutilized
	if p.method == emptyOnes {
		reason = disruption.EmptyNode
	}
	left, _ := co.loop.remaining(reason)
	var valid []int32
	for i, n := range p.nodes {
		x := &co.nodes[n]
		if x.gen == p.gens[i] && left[x.pool] > 0 && co.unneeded(n, p.method) {
			left[x.pool]--
			valid = append(valid, n)
		}
	}
	if p.method != emptyOnes && (len(valid) < len(p.nodes) || !co.fitElsewhere(valid)) || len(valid) == 0 {
		return nothing
	}
	for _, n := range valid {
		x := &co.nodes[n]
		x.policy, x.cause = co.triggers.policy(co.trigger, n), co.cause
		co.commands.start(n, nil, left[x.pool], reason)
	}
	return acted
}

// proposeEmpty proposes all empty nodes that the budgets let go.
//
// Source: Emptiness.ComputeCommands in emptiness.go.
func (co *consolidator) proposeEmpty() outcome {
	left, any := co.loop.remaining(disruption.EmptyNode)
	if !any {
		return nothing
	}
	if empty := co.inOrder(emptyOnes, left); len(empty) > 0 {
		return co.propose(emptyOnes, empty)
	}
	return nothing
}

// proposeTogether proposes as many nodes as can go together with all their pods
// fitting onto what is left, the least needed first. How many that is is
// found by halving, as if fewer could always go where more can.
//
// Source: firstNConsolidationOption in multinodeconsolidation.go.
func (co *consolidator) proposeTogether() outcome {
	left, any := co.loop.remaining(disruption.Underutilized)
	if !any {
		return nothing
	}
	nodes := co.inOrder(together, left)
	nodes = nodes[:min(len(nodes), mostTogether)]
	most := 0
	for low, high := 2, len(nodes); low <= high; {
		if k := (low + high) / 2; co.fitElsewhere(nodes[:k]) {
			most, low = k, k+1
		} else {
			high = k - 1
		}
	}
	if most == 0 {
		return nothing
	}
	return co.propose(together, nodes[:most])
}

// proposeOne proposes a single node, one of each pool in turn.
//
// Source: SingleNodeConsolidation.ComputeCommands in singlenodeconsolidation.go.
func (co *consolidator) proposeOne() outcome {
	left, any := co.loop.remaining(disruption.Underutilized)
	if !any {
		return nothing
	}
	for i := range left { // its commands have one node each
		left[i] = min(left[i], 1) * len(co.nodes)
	}
	nodes := co.inOrder(single, left)
	turn := make(map[int32]int, len(nodes)) // by node, its place among those of its pool
	seen := make([]int, len(left))
	for _, n := range nodes {
		turn[n] = seen[co.nodes[n].pool]
		seen[co.nodes[n].pool]++
	}
	slices.SortStableFunc(nodes, func(a, b int32) int { return cmp.Compare(turn[a], turn[b]) })
	for i, n := range nodes {
		if i == mostTried {
			break
		}
		if co.fitElsewhere(nodes[i : i+1]) {
			return co.propose(single, []int32{n})
		}
	}
	return nothing
}

// inOrder are the nodes that a method may take, as many of each pool as are
// left to its budgets: those first that save the most for what their pods are
// worth.
//
// Source: sortCandidates in consolidation.go, Candidate.SavingsRatio in types.go.
func (co *consolidator) inOrder(m method, left []int) []int32 {
	var nodes []int32
	for _, n := range co.permutation(len(co.nodes)) { // equals come in any order
		if left[co.nodes[n].pool] > 0 && co.unneeded(n, m) {
			nodes = append(nodes, n)
		}
	}
	slices.SortStableFunc(nodes, func(a, b int32) int { return cmp.Compare(co.saving(b), co.saving(a)) })
	kept := nodes[:0]
	for _, n := range nodes {
		if p := co.nodes[n].pool; left[p] > 0 {
			left[p]--
			kept = append(kept, n)
		}
	}
	return kept
}

// saving is what a node would save, by what it is to move its pods. Prices are
// taken to go with size, 8 GiB as a core.
func (co *consolidator) saving(n int32) float64 {
	size := &co.shapes[co.nodes[n].shape].capacity
	return float64(size[cpu]+size[memory]>>23) / (1 + co.disruptionCost(n))
}

// disruptionCost is what it is to move the pods of a node: one for each, more for those
// of high priority. A node is empty where it is nothing.
//
// Source: computeRescheduleDisruptionCost and Candidate.IsEmpty in types.go,
// EvictionCost in pkg/utils/disruption/disruption.go.
func (co *consolidator) disruptionCost(n int32) float64 {
	sum := 0.0
	for _, p := range co.nodes[n].pods {
		c := &co.classes[co.pods[p].class]
		if c.ofNode || co.pods[p].state == podLeaving && co.World.workloads[c.workload].kind != ordered {
			continue
		}
		sum += max(0, min(1+float64(c.priority)/(1<<25), 10))
	}
	return sum
}

// unneeded reports whether a method may take a node now, as far as that lies in
// the node.
//
// Source: NewCandidate in types.go, and the methods' ShouldDisrupt.
func (co *consolidator) unneeded(n int32, m method) bool {
	x := &co.nodes[n]
	p := &co.World.pools[x.pool]
	if x.state != nodeActive || x.kept || x.unready || x.blocks > 0 {
		return false
	}
	if !p.managed || p.static || !co.enabled[x.pool] || p.quiet == time.Duration(never) {
		return false
	}
	if m != emptyOnes && p.whenEmpty || (m == emptyOnes) != (co.disruptionCost(n) == 0) {
		return false
	}
	if soonest := max(x.nominated, x.lastPodEvent+int64(p.quiet)); soonest > co.now {
		co.loop.again = min(co.loop.again, soonest)
		return false
	}
	return true
}

// fitElsewhere reports whether the pods of some nodes fit onto the others.
//
// Source: consolidation.computeConsolidation.
func (co *consolidator) fitElsewhere(nodes []int32) bool {
	co.solver.base = co.solver.reschedulable(co.solver.base[:0])
	co.solver.launchForecast.begin(co.engine, co.solver.base)
	co.trial = co.trial[:0]
	for _, n := range nodes {
		co.trial = co.solver.movable(n, co.trial)
		co.close(n)
	}
	slices.SortFunc(co.trial, co.solver.before)
	co.choosing = true
	claims, ok := co.solver.solve(co.solver.base, co.trial, true)
	co.choosing = false
	for _, n := range nodes {
		co.open(n)
	}
	return ok && len(claims) == 0
}

// quiet reports whether a node may take the pods of one that is not needed:
// no pod came or went there lately.
//
// Source: Scheduler.addToExistingNode in
// pkg/controllers/provisioning/scheduling/scheduler.go.
func (co *consolidator) quiet(n int32) bool {
	x := &co.nodes[n]
	p := &co.World.pools[x.pool]
	return !p.managed || p.quiet == time.Duration(never) || x.lastPodEvent+int64(p.quiet) <= co.now
}
