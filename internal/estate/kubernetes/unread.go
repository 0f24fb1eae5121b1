package kubernetes

import (
	"slices"

	"github.com/onus-project/onus/internal/origin"
)

// What estates are made of, by what it tells.
var (
	BudgetKinds  = origin.Kinds{"PodDisruptionBudget"}
	ScalerKinds  = origin.Kinds{"HorizontalPodAutoscaler", "ScaledObject"}
	PodKinds     = origin.Kinds{"Pod"}
	ServiceKinds = origin.Kinds{"Service"}
	NodeKinds    = origin.Kinds{"Node"}
	// KarpenterPools have node budgets; PoolKinds are all that nodes are made from.
	KarpenterPools = origin.Kinds{"nodepools.karpenter.sh"}
	PoolKinds      = origin.Kinds{"NodePool", "MachineDeployment", "MachinePool", "MachineSet"}
	NodeClaimKinds = origin.Kinds{"NodeClaim"}
	VolumeKinds    = origin.Kinds{"PersistentVolumeClaim", "PersistentVolume"}
)

// Lacks returns what could not be read of some kinds.
func (e *Estate) Lacks(kinds ...origin.Kinds) []origin.Unread {
	var all []origin.Unread
	for _, u := range e.Unread {
		if slices.ContainsFunc(kinds, func(k origin.Kinds) bool { return slices.Contains(k, u.Kind) || slices.Contains(k, u.Resource) }) {
			all = append(all, u)
		}
	}
	return all
}

// LacksControllers returns the kinds of controllers that could not be read: all
// that are nothing else. What is not known here may keep pods as well.
func (e *Estate) LacksControllers() []origin.Unread {
	var all []origin.Unread
	for _, u := range e.Unread {
		if !slices.ContainsFunc([]origin.Kinds{BudgetKinds, ScalerKinds, PodKinds, ServiceKinds, NodeKinds, PoolKinds, NodeClaimKinds, VolumeKinds}, func(k origin.Kinds) bool { return slices.Contains(k, u.Kind) }) {
			all = append(all, u)
		}
	}
	return all
}
