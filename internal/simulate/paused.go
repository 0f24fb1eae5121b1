package simulate

import "fmt"

// paused says of a node that nobody begins it, as somebody has paused its pool.
func (e whyStays) paused(n int32) Stay {
	x := &e.nodes[n]
	name := e.World.pools[x.pool].name
	if by := x.policy.PausedBy; by != "" {
		return Stay{Stuck: true, Cause: ByPause, Why: fmt.Sprintf("none of the nodes of pool %s is begun (%s)", name, by)}
	}
	return Stay{Stuck: true, Cause: ByPause, Why: fmt.Sprintf("pool %s is paused, and none of its nodes is begun until it is resumed", name)}
}
