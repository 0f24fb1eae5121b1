package simulate

import "fmt"

// paused says of a node that nobody begins it, as somebody has paused its pool.
func (e whyStays) paused(n int32) Stay {
	return Stay{Stuck: true, Cause: ByPause, Why: fmt.Sprintf("pool %s is paused, and none of its nodes is begun until it is resumed",
		e.World.pools[e.nodes[n].pool].name)}
}
