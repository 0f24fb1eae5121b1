package kubernetes

import (
	"cmp"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/origin"
)

// InstanceGroups is the GROUP/KIND of the pools of kOps.
const InstanceGroups = "kops.k8s.io/InstanceGroup"

// instanceGroupCluster is the label by which an instance group names its cluster.
//
// Source: LabelClusterName in pkg/apis/kops/instancegroup.go of kOps.
const instanceGroupCluster = "kops.k8s.io/cluster"

// InstanceGroup is a pool of kOps, as it is written: what it leaves out its cluster may say.
type InstanceGroup struct {
	Name     string
	Labels   map[string]string
	Bastion  bool // its instances are no nodes
	Control  bool // its nodes are the control plane
	Update   RollingUpdate
	Position origin.Position
}

// KopsCluster is a Cluster of kOps: what its instance groups have that say nothing else.
type KopsCluster struct {
	Name   string
	Update RollingUpdate
}

// RollingUpdate is how a rolling update of kOps goes; what is not set is nil.
type RollingUpdate struct {
	DrainAndTerminate  *bool
	Surge, Unavailable *contract.Pace
}

// instanceGroups are pools, each by what it says itself and then by what its cluster says.
// Instances of the control plane are not surged. One that does not drain and terminate has
// its nodes tainted, and leaves it at that.
//
// Source: resolveSettings in pkg/instancegroups/settings.go, and rollingUpdateInstanceGroup in
// pkg/instancegroups/instancegroups.go of kOps.
func (l *linker) instanceGroups() {
	all := deduplicated(l.raw.InstanceGroups, func(g *InstanceGroup) string { return g.Labels[instanceGroupCluster] + "/" + g.Name })
	l.replaced(len(l.raw.InstanceGroups), len(all))
	for i := range all {
		g := &all[i]
		if g.Bastion {
			continue
		}
		var of RollingUpdate
		for j := range l.raw.KopsClusters {
			if c := &l.raw.KopsClusters[j]; c.Name == g.Labels[instanceGroupCluster] {
				of = c.Update
			}
		}
		p := Pool{API: InstanceGroups, Name: g.Name, Labels: g.Labels, Position: g.Position}
		if drains := cmp.Or(g.Update.DrainAndTerminate, of.DrainAndTerminate); drains != nil && !*drains {
			p.Paused, p.PausedBy = true, "rollingUpdate.drainAndTerminate: false"
		}
		if n := cmp.Or(g.Update.Surge, of.Surge); n != nil {
			p.Rolling.Surge = *n
		}
		if g.Control {
			p.Rolling.Surge = contract.Pace{Kind: contract.PaceNodes}
		}
		if n := cmp.Or(g.Update.Unavailable, of.Unavailable); n != nil {
			p.Rolling.Unavailable, p.Rolling.OneAtLeast = *n, n.Kind == contract.PacePercent
		}
		l.Pools = append(l.Pools, p)
	}
}
