package simulate

import (
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// NodeAge is how old a node gets.
type NodeAge struct {
	Node    string
	Created time.Time     // zero where that is not known
	Life    time.Duration // contract.Forever where it does not expire
	// On is the offering that it runs on, or is taken to; nil where none is known.
	On *responsibility.Offering
	// Spot says that its cloud takes it back when it needs it.
	Spot bool
}

// Due is when the node expires.
func (a NodeAge) Due() time.Time { return a.Created.Add(a.Life) }

// Ages are those of all nodes, in the order of Nodes.
func (w *World) Ages() []NodeAge {
	ages := make([]NodeAge, len(w.nodes))
	for i := range w.nodes {
		n := &w.nodes[i]
		ages[i] = NodeAge{Node: n.name, Created: n.created, Life: n.life, On: n.offering, Spot: n.spot}
	}
	return ages
}

// lifeOf is how old a node of a pool gets, by its claim where it has one.
func lifeOf(p *pool, claim *kubernetes.NodeClaim, o *responsibility.Offering) time.Duration {
	var c *contract.Contract
	if o != nil {
		c = o.Contract
	}
	return contract.NodeAge(p.expires, claim.Expires(), c).Life()
}
