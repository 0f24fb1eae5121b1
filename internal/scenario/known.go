package scenario

import (
	"slices"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/simulate"
)

// Known is what a scenario may name.
type Known struct {
	Nodes, Pools []string
	Workloads    []kubernetes.Ref
	Offerings    []*responsibility.Offering // under whose contracts nodes go
	Ages         []simulate.NodeAge         // of those nodes of which something is known
}

// Of is what a scenario on an estate may name.
func Of(e *kubernetes.Estate, world *simulate.World, offerings []*responsibility.Offering) Known {
	k := Known{Nodes: world.Nodes(), Pools: world.Pools(), Offerings: offerings, Ages: world.Ages()}
	for i := range e.Workloads {
		if w := &e.Workloads[i]; w.Kind != kubernetes.Static {
			k.Workloads = append(k.Workloads, w.Ref)
		}
	}
	return k
}

// Contracts are the offerings under whose contracts nodes go: those of the
// nodes, or, where none were read, of pools, or of the workloads.
func Contracts(e *kubernetes.Estate, places *locate.Places) []*responsibility.Offering {
	for _, at := range [][]locate.Place{places.Nodes, places.Pools, places.Workloads} {
		var found []*responsibility.Offering
		for _, p := range at {
			o := p.Offering
			if o == nil {
				o = places.Fallback.Offering
			}
			if o != nil && o.Contract != nil && !slices.Contains(found, o) {
				found = append(found, o)
			}
		}
		if len(at) > 0 {
			slices.SortFunc(found, func(a, b *responsibility.Offering) int { return a.Order - b.Order })
			return found
		}
	}
	return nil
}
