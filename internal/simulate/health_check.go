package simulate

import (
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// findHealthChecks has the pools of the Cluster API repaired as their MachineHealthCheck
// allows. One that is about more than one pool, or of which that is not known, and one of
// several about a pool, is noted: it counts the machines of all of them. What is set so
// elsewhere repairs by other rules here.
func (b unplayedParts) findHealthChecks() {
	if b.as {
		return
	}
	checked := map[int]int{} // how many are about a pool, or may be
	about := make([][]int, len(b.estate.HealthChecks))
	sure := make([]bool, len(about))
	pools := 0
	for i := range b.estate.Pools {
		pools += boolean(b.estate.Pools[i].Detach > 0)
	}
	for k := range b.estate.HealthChecks {
		sure[k] = true
		for i := range b.estate.Pools {
			p := &b.estate.Pools[i]
			if p.Detach == 0 { // none of the Cluster API
				continue
			}
			if is := b.estate.HealthChecks[k].Of(p); is != kubernetes.No {
				about[k] = append(about[k], i)
				sure[k] = sure[k] && is == kubernetes.Yes
				checked[i]++
			}
		}
	}
	for k := range about {
		h := &b.estate.HealthChecks[k]
		switch {
		case h.Most.Kind == "" && !h.Unknown: // nothing limits it
		case len(about[k]) == 0 && pools > 0: // it is about none of those that were read
		case !h.Unknown && sure[k] && len(about[k]) == 1 && checked[about[k][0]] == 1:
			pool := b.nodeShapes.poolOf[b.estate.Pools[about[k][0]].Name]
			b.pools[pool].settings.Unhealthy = contract.Threshold{Most: h.Most, By: "MachineHealthCheck " + h.Name}
		default:
			b.note("MachineHealthCheck %s says how many machines may be unhealthy for any to be replaced, which is not played", h.Name)
		}
	}
}
