package compute

import (
	"fmt"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/words"
)

// refOfPool is what a pool is told by.
func refOfPool(e *kubernetes.Estate, name string) kubernetes.Ref {
	if p := poolNamed(e, name); p != nil && p.API == kubernetes.ConfigPool {
		return kubernetes.Ref{Kind: "MachineConfigPool", Name: name}
	}
	return kubernetes.Ref{Kind: "NodePool", Name: name}
}

// byOnePool takes the pool of all nodes under a workload, or, where it has no pods on
// nodes that are known, the only one that may carry them.
func (c *consequence) byOnePool(e *kubernetes.Estate, places *locate.Places, nodes map[string]int, w *kubernetes.Workload,
	hosts []*kubernetes.Pool) {
	name := ""
	for _, p := range w.Pods {
		n, ok := nodes[e.Pods[p].Node]
		if !ok || places.NodePools[n] == "" || name != "" && places.NodePools[n] != name {
			return
		}
		name = places.NodePools[n]
	}
	p := poolNamed(e, name)
	if name == "" && len(hosts) == 1 {
		p = hosts[0]
	}
	if p == nil || c.contract() != nil && c.contract().Drainer == contract.KarpenterDrain {
		return
	}
	c.pool = p
	for _, of := range places.NodePools {
		if of == p.Name {
			c.updates++
		}
	}
}

// set is what the pool under a workload says of how its nodes go; nothing where none is
// known.
func (c consequence) set() contract.Settings {
	if c.pool == nil {
		return contract.Settings{}
	}
	settings := c.pool.Settings()
	settings.Nodes = c.updates
	return settings
}

// usual are the terms on which nodes are patched, by the strategy of their pool.
func (c consequence) usual() contract.Terms {
	return c.contract().Following(c.contract().Routine(), c.set())
}

// paceOfPool says how many nodes go at once by what their pool says; empty where that is
// what the contract has by default.
func (c consequence) paceOfPool(t contract.Terms) string {
	if c.pool == nil {
		return ""
	}
	set, called := c.set(), "pool "+c.pool.Name
	if c.pool.API == kubernetes.ConfigPool {
		called = "MachineConfigPool " + c.pool.Name
	}
	switch p := contract.PolicyOf(c.contract(), t, set); {
	case p.Budgeted:
	case p.PausedBy != "":
		return fmt.Sprintf("none of the nodes of %s goes (%s)", called, p.PausedBy)
	case p.Paused:
		return called + " is paused, and none of its nodes goes until it is resumed"
	case set.Nodes == 0 && set.Rolling.Percent():
		return fmt.Sprintf("%s takes a share of the nodes at once, as %s has it", t.Title(), called)
	case p.Pace.Kind == contract.PaceNodes && p.Pace.Nodes == 1 && t.Pace != p.Pace:
		return fmt.Sprintf("%s takes 1 node at a time, as %s has it", t.Title(), called)
	case p.Pace.Kind == contract.PaceNodes && p.Pace.Nodes > 1:
		return fmt.Sprintf("%s takes %s at once, as %s has it", t.Title(), words.Count(p.Pace.Nodes, "node"), called)
	}
	return ""
}

// stuck says what follows where no eviction is ever allowed: by the terms, unless the pool
// has machines wait without end for the volumes of what a drain has left, or what may set a
// limit was not read.
func (c consequence) stuck(t contract.Terms, pods int) string {
	if c.pool != nil && c.pool.Unread != "" && c.grace == 0 {
		return fmt.Sprintf("a drain waits for an eviction that never comes, without limit unless %s sets one, which was not read", c.pool.Unread)
	}
	after, binds := t.Deadline.Finite()
	if c.pool == nil || !c.mounts || !binds || after <= 0 || c.set().Detach < contract.Forever || t.OnDeadline != contract.ThenForce {
		return t.Blocked(pods)
	}
	return fmt.Sprintf("a drain waits %s for an eviction that never comes, and then without limit for the volumes of what is left: "+
		"the node stays unpatched until somebody acts", words.Duration(after))
}
