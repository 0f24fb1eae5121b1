package simulate

import (
	"cmp"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
)

// consolidation takes nodes that are not needed. Karpenter also trades a node
// for a cheaper one; prices are not known here, so that is not played.
type consolidation struct {
	policy *contract.Policy // nil where it is not played
	cause  int32
	pools  []bool // those it is played for
	// proposed is what will be done if it still can be.
	proposed proposal
	choosing bool // a trial asks where pods of nodes that are not needed would go
}

// proposal is what a method means to do. It looks again before it does so.
type proposal struct {
	method method
	nodes  []int32
	gens   []uint32
}

// validation is how long it waits before it looks again. Nothing else is
// chosen in that time.
//
// Source: commandValidationDelay in pkg/controllers/disruption/consolidation.go
// of Karpenter 1.14.
const validation = 15 * time.Second

// mostTogether is how many nodes are considered together at the most.
//
// Source: MultiNodeConsolidation.ComputeCommands in multinodeconsolidation.go
// there.
const mostTogether = 100

// untraded says of which pools it is not known whether their nodes would be
// traded for cheaper ones.
func (e *engine) untraded() []string {
	var notes []string
	for i := range e.loop.consolidation.pools {
		if p := &e.World.pools[i]; e.loop.consolidation.pools[i] && !p.whenEmpty && !p.oneType && p.quiet != time.Duration(never) {
			notes = append(notes, "nodes of pool "+p.name+" may be of several instance types: Karpenter may also replace them by cheaper ones, which is not played, since prices are not known")
		}
	}
	return notes
}

// propose keeps in mind which nodes a method would take.
func (e *engine) propose(m method, nodes []int32) outcome {
	p := &e.loop.consolidation.proposed
	p.method, p.nodes, p.gens = m, append(p.nodes[:0], nodes...), p.gens[:0]
	for _, n := range nodes {
		p.gens = append(p.gens, e.nodes[n].gen)
	}
	return waiting
}

// confirm does what was proposed, if it still can be: of empty nodes those that
// are empty yet, of others all or none.
//
// Source: EmptinessValidator and ConsolidationValidator in validation.go of
// Karpenter 1.14.
func (e *engine) confirm(p *proposal) outcome {
	reason := disruption.Underutilized
	if p.method == emptyOnes {
		reason = disruption.EmptyNode
	}
	left, _ := e.remaining(reason)
	var valid []int32
	for i, n := range p.nodes {
		x := &e.nodes[n]
		if x.gen == p.gens[i] && left[x.pool] > 0 && e.unneeded(n, p.method) {
			left[x.pool]--
			valid = append(valid, n)
		}
	}
	if p.method != emptyOnes && (len(valid) < len(p.nodes) || !e.fitElsewhere(valid)) || len(valid) == 0 {
		return nothing
	}
	c := &e.loop.consolidation
	for _, n := range valid {
		x := &e.nodes[n]
		x.policy, x.cause = c.policy, c.cause
		e.start(n, nil, left[x.pool], reason)
	}
	return acted
}

// proposeEmpty proposes all empty nodes that the budgets let go.
//
// Source: Emptiness.ComputeCommands in emptiness.go.
func (e *engine) proposeEmpty() outcome {
	left, any := e.remaining(disruption.EmptyNode)
	if !any {
		return nothing
	}
	if empty := e.inOrder(emptyOnes, left); len(empty) > 0 {
		return e.propose(emptyOnes, empty)
	}
	return nothing
}

// proposeTogether proposes as many nodes as can go together with all their pods
// finding room on what is left, the least needed first. How many that is is
// found by halving, as if fewer could always go where more can.
//
// Source: firstNConsolidationOption in multinodeconsolidation.go.
func (e *engine) proposeTogether() outcome {
	left, any := e.remaining(disruption.Underutilized)
	if !any {
		return nothing
	}
	nodes := e.inOrder(together, left)
	nodes = nodes[:min(len(nodes), mostTogether)]
	most := 0
	for low, high := 2, len(nodes); low <= high; {
		if k := (low + high) / 2; e.fitElsewhere(nodes[:k]) {
			most, low = k, k+1
		} else {
			high = k - 1
		}
	}
	if most == 0 {
		return nothing
	}
	return e.propose(together, nodes[:most])
}

// proposeOne proposes a single node, one of each pool in turn.
//
// Source: SingleNodeConsolidation.ComputeCommands in singlenodeconsolidation.go.
func (e *engine) proposeOne() outcome {
	left, any := e.remaining(disruption.Underutilized)
	if !any {
		return nothing
	}
	for i := range left { // its commands have one node each
		left[i] = min(left[i], 1) * len(e.nodes)
	}
	nodes := e.inOrder(single, left)
	turn := make(map[int32]int, len(nodes)) // by node, its place among those of its pool
	seen := make([]int, len(left))
	for _, n := range nodes {
		turn[n] = seen[e.nodes[n].pool]
		seen[e.nodes[n].pool]++
	}
	slices.SortStableFunc(nodes, func(a, b int32) int { return cmp.Compare(turn[a], turn[b]) })
	for i, n := range nodes {
		if i == mostTried {
			break
		}
		if e.fitElsewhere(nodes[i : i+1]) {
			return e.propose(single, []int32{n})
		}
	}
	return nothing
}

// inOrder are the nodes that a method may take, as many of each pool as are
// left to its budgets: those first that save the most for what their pods are
// worth.
//
// Source: sortCandidates in consolidation.go, Candidate.SavingsRatio in types.go.
func (e *engine) inOrder(m method, left []int) []int32 {
	var nodes []int32
	for _, n := range e.permutation(len(e.nodes)) { // equals come in any order
		if left[e.nodes[n].pool] > 0 && e.unneeded(n, m) {
			nodes = append(nodes, n)
		}
	}
	slices.SortStableFunc(nodes, func(a, b int32) int { return cmp.Compare(e.saving(b), e.saving(a)) })
	kept := nodes[:0]
	for _, n := range nodes {
		if p := e.nodes[n].pool; left[p] > 0 {
			left[p]--
			kept = append(kept, n)
		}
	}
	return kept
}

// saving is what a node would save, by what it is to move its pods. Prices are
// taken to go with size, 8 GiB as a core.
func (e *engine) saving(n int32) float64 {
	size := &e.shapes[e.nodes[n].shape].capacity
	return float64(size[cpu]+size[memory]>>23) / (1 + e.worth(n))
}

// worth is what it is to move the pods of a node: one for each, more for those
// of high priority. A node is empty where it is nothing.
//
// Source: computeRescheduleDisruptionCost and Candidate.IsEmpty in types.go,
// EvictionCost in pkg/utils/disruption/disruption.go.
func (e *engine) worth(n int32) float64 {
	sum := 0.0
	for _, p := range e.nodes[n].pods {
		c := &e.classes[e.pods[p].class]
		if c.drain.DaemonSet || c.drain.Static || e.pods[p].state == podLeaving && e.World.loads[c.load].kind != ordered {
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
func (e *engine) unneeded(n int32, m method) bool {
	x := &e.nodes[n]
	p := &e.World.pools[x.pool]
	if x.state != nodeActive || x.unready || x.blocks > 0 || !p.managed || !e.loop.consolidation.pools[x.pool] || p.quiet == time.Duration(never) {
		return false
	}
	if m != emptyOnes && p.whenEmpty || (m == emptyOnes) != (e.worth(n) == 0) {
		return false
	}
	if soonest := max(x.nominated, x.stirred+int64(p.quiet)); soonest > e.now {
		e.loop.again = min(e.loop.again, soonest)
		return false
	}
	return true
}

// fitElsewhere reports whether the pods of some nodes fit onto the others.
//
// Source: consolidation.computeConsolidation.
func (e *engine) fitElsewhere(nodes []int32) bool {
	l := &e.loop
	l.base = e.homeless(l.base[:0])
	l.ahead.begin(e, l.base)
	l.trial = l.trial[:0]
	for _, n := range nodes {
		l.trial = e.movable(n, l.trial)
		e.close(n)
	}
	slices.SortFunc(l.trial, e.byKarpenter)
	l.consolidation.choosing = true
	claims, ok := e.solve(l.base, l.trial, true)
	l.consolidation.choosing = false
	for _, n := range nodes {
		e.open(n)
	}
	return ok && len(claims) == 0
}

// atRest reports whether a node may take the pods of one that is not needed:
// no pod came or went there lately.
//
// Source: Scheduler.addToExistingNode in
// pkg/controllers/provisioning/scheduling/scheduler.go.
func (e *engine) atRest(n int32) bool {
	x := &e.nodes[n]
	p := &e.World.pools[x.pool]
	return !p.managed || p.quiet == time.Duration(never) || x.stirred+int64(p.quiet) <= e.now
}

// stirs is for how long after one more pods that come or go are not noted.
//
// Source: dedupeTimeout in pkg/controllers/nodeclaim/podevents/controller.go.
const stirs = 10 * time.Second

// stir notes that a pod came to a node or began to leave it.
func (e *engine) stir(n int32, c *class) {
	x := &e.nodes[n]
	if c.drain.DaemonSet || x.hadPods && e.now-x.stirred < int64(stirs) {
		return
	}
	x.stirred, x.hadPods = e.now, true
}
