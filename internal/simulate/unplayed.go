package simulate

import (
	"slices"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Who takes nodes by rules of their own, which are not played: how many at once, whether
// they drain them, and whether by evictions.
//
// Source: PlanSpec in pkg/apis/upgrade.cattle.io/v1/types.go of system-upgrade-controller
// (concurrency, cordon, drain.disableEviction); cmd/kured/main.go of kured (--concurrency,
// --drain-timeout, --force-reboot).
const (
	upgradePlan = "upgrade.cattle.io/Plan"
	rebooter    = "kured"
)

// Who replaces nodes that are not healthy, up to a share that is not played.
//
// Source: isAllowedRemediation in internal/controllers/machinehealthcheck of the Cluster API.
const healthCheck = "cluster.x-k8s.io/MachineHealthCheck"

// findUnplayed notes who takes nodes by rules that are not played. Of nodes that no Karpenter
// drains nothing is then proved that rests on evictions.
func (b *builder) findUnplayed() {
	others := false
	for _, c := range b.estate.CustomResources {
		switch c.API {
		case upgradePlan:
			others = true
			b.note("Plan %s says how nodes are upgraded: how many at once, and whether they are drained, by evictions or without, "+
				"is not played", c.Name)
		case healthCheck:
			b.note("MachineHealthCheck %s says how many machines may be unhealthy for any to be replaced: that is not played", c.Name)
		}
	}
	reboots := func(c kubernetes.Container) bool { return c.Image == rebooter }
	for i := range b.estate.Workloads {
		if w := &b.estate.Workloads[i]; w.Kind == "DaemonSet" && slices.ContainsFunc(w.Template.Containers, reboots) {
			others = true
			b.note("DaemonSet %s (kured) reboots nodes by rules of its own: how many at once, and whether it waits for their drain, "+
				"is not played", w.Name)
		}
	}
	if !others {
		return
	}
	for i := range b.pools {
		o := b.pools[i].offering
		b.pools[i].settings.Unplayed = o != nil && o.Contract != nil && o.Contract.Drainer != contract.KarpenterDrain
	}
}
