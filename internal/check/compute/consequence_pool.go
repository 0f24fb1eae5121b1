package compute

import (
	"fmt"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
)

// refOfPool is what a pool is told by.
func refOfPool(e *kubernetes.Estate, name string) kubernetes.Ref {
	if p := poolNamed(e, name); p != nil && p.API == kubernetes.ConfigPool {
		return kubernetes.Ref{Kind: "MachineConfigPool", Name: name}
	}
	return kubernetes.Ref{Kind: "NodePool", Name: name}
}

// byConfigPool takes the MachineConfigPool that updates all nodes under a workload.
func (c *consequence) byConfigPool(e *kubernetes.Estate, places *locate.Places, nodes map[string]int, w *kubernetes.Workload) {
	name := ""
	for _, p := range w.Pods {
		n, ok := nodes[e.Pods[p].Node]
		if !ok || places.NodePools[n] == "" || name != "" && places.NodePools[n] != name {
			return
		}
		name = places.NodePools[n]
	}
	p := poolNamed(e, name)
	if p == nil || p.API != kubernetes.ConfigPool {
		return
	}
	c.config = p
	for _, of := range places.NodePools {
		if of == name {
			c.updates++
		}
	}
}

// paceOfConfigPool says how many nodes go at once by what their MachineConfigPool says;
// empty where that is what the contract has by default.
func (c consequence) paceOfConfigPool(t contract.Terms) string {
	if c.config == nil {
		return ""
	}
	settings := c.config.Settings()
	settings.Nodes = c.updates
	switch p := contract.PolicyOf(c.contract(), t, settings); {
	case p.Paused:
		return fmt.Sprintf("MachineConfigPool %s is paused, and none of its nodes goes until it is resumed", c.config.Name)
	case p.Pace.Kind == contract.PaceNodes && p.Pace.Nodes > 1:
		return fmt.Sprintf("%s takes %d nodes at once, as MachineConfigPool %s has it", t.Title(), p.Pace.Nodes, c.config.Name)
	}
	return ""
}
