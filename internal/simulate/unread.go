package simulate

import (
	"slices"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
)

// Lacks returns what playing an estate rests on and could not be read. A play
// rests on the whole: a pod that was not seen takes the place of others, a
// budget holds a drain up and thereby the next one, or runs it into its
// deadline. Not on services, and not on autoscalers: workloads are played at the
// size they have. Volumes tie pods to zones and nodes, where some pod mounts one,
// and of nodes it matters then how many they take.
func Lacks(e *kubernetes.Estate) []origin.Unread {
	lacks := append(e.LacksControllers(), e.Lacks(
		kubernetes.BudgetKinds, kubernetes.PodKinds, kubernetes.NodeKinds, kubernetes.PoolKinds, kubernetes.NodeClaimKinds,
		kubernetes.DrainRuleKinds, kubernetes.MachineKinds,
	)...)
	if slices.ContainsFunc(e.Workloads, func(w kubernetes.Workload) bool {
		return len(w.Template.VolumeClaims)+len(w.VolumeClaimTemplates) > 0
	}) {
		lacks = append(lacks, e.Lacks(kubernetes.MountKinds)...)
	}
	return lacks
}
