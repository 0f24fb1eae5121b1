package compute

import (
	"slices"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
)

// dodges reports whether no drain where a workload runs asks its PDBs: Karpenter empties its
// nodes, and its pods tolerate the taint by which it does so. They go with their nodes, whatever
// their PDBs say, and hold none of them up: that is for drain-dodger. Drains like kubectl's ask.
//
// Source: isEvictable in pkg/utils/pdb/pdb.go of Karpenter 1.14.
func dodges(p *check.Pass, i int) bool {
	at := &p.Places.Workloads[i]
	if at.Offering == nil || at.Basis == locate.Unknown {
		return false
	}
	pod := disruption.DrainPod{Tolerations: p.Estate.Kubernetes.Workloads[i].Template.DrainTolerations()}
	return pod.ToleratesDrainTaint() && !slices.ContainsFunc(offeringsOf(at), func(o *responsibility.Offering) bool {
		return o.Contract == nil || o.Contract.Drainer != contract.KarpenterDrain
	})
}
