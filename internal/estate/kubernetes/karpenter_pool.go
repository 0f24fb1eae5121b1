package kubernetes

import (
	"slices"

	"github.com/onus-project/onus/internal/origin"
)

// KarpenterPool is the API of Karpenter's pools, which have node budgets and
// terms of their own.
const KarpenterPool = "karpenter.sh/NodePool"

// KarpenterPools is the kind of these pools.
var KarpenterPools = karpenterPools()

// karpenterPools are written as their resource: another group has the name.
func karpenterPools() origin.Kinds {
	i := slices.IndexFunc(Kinds, func(k Kind) bool { return k.API() == KarpenterPool })
	return origin.Kinds{Kinds[i].GroupResource()}
}

// HidesKarpenterPools returns what may hold some of these pools and could not be read. What
// could not be read is known by the name of its kind at most, which several groups have.
func (e *Estate) HidesKarpenterPools() []origin.Unread {
	i := slices.IndexFunc(Kinds, func(k Kind) bool { return k.API() == KarpenterPool })
	return e.Hides(origin.Kinds{Kinds[i].Name})
}
