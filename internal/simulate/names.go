package simulate

import (
	"fmt"
)

// nodeName is a node's place in the names of the run.
func (e *engine) nodeName(n int32) int32 {
	x := &e.nodes[n]
	if x.name >= 0 {
		return x.name
	}
	x.name = int32(len(e.run.Names.Nodes))
	name := ""
	if x.initial >= 0 {
		name = e.World.nodes[x.initial].name
	} else {
		e.made++
		name = fmt.Sprintf("%s-new-%d", e.World.pools[x.pool].name, e.made)
	}
	e.run.Names.Nodes = append(e.run.Names.Nodes, name)
	return x.name
}

// podName is a pod's place in the names of the run.
func (e *engine) podName(p int32) int32 {
	x := &e.pods[p]
	if x.name >= 0 {
		return x.name
	}
	x.name = int32(len(e.run.Names.Pods))
	l := &e.World.loads[e.classes[x.class].load]
	name := ""
	switch {
	case x.gen == 0 && int(p) < len(e.World.pods):
		name = e.World.pods[p].name
	case x.ordinal >= 0:
		name = fmt.Sprintf("%s-%d", l.Name, x.ordinal)
	default:
		name = fmt.Sprintf("%s-new-%d", l.Name, x.name)
	}
	e.run.Names.Pods = append(e.run.Names.Pods, name)
	return x.name
}
