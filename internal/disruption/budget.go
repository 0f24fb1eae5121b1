// Package disruption is the rules by which pods and nodes are taken away, as
// pure functions: they do no I/O and take the time as an argument.
//
// The rules are those of the real thing. Each function names the upstream
// code that fixes its behaviour.
package disruption

import (
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Budget is what a PodDisruptionBudget asks for. At most one of the two is
// set; the API server refuses both.
type Budget struct {
	MinAvailable   *intstr.IntOrString
	MaxUnavailable *intstr.IntOrString
}

// Group is a set of pods under one controller that a budget selects.
//
// Scale is the replica count of the controller's /scale, which counts for
// percentages and for maxUnavailable. A Deployment is one controller, however
// many ReplicaSets its pods belong to. Scaled says whether there is a scale to
// ask: Deployments, StatefulSets, ReplicaSets, ReplicationControllers and
// custom resources with a scale subresource have one; DaemonSets, Jobs and
// nodes (static pods) do not. Bare pods have no controller at all.
type Group struct {
	Pods   int  // pods selected that are healthy
	Down   int  // pods selected that are not: finished ones still count for their controller
	Scale  int  // spec.replicas of the controller
	Scaled bool // the controller has a scale subresource
	Bare   bool // the pods have no controller
}

// Reason says why a budget allows nothing, where it never does.
type Reason string

// The reasons. Allows is that of a budget which lets an eviction through.
const (
	Allows Reason = "allows"
	// TooStrict: the budget wants every pod healthy, after rounding.
	TooStrict Reason = "too-strict"
	// NoScale: some pod's controller has no scale, so the disruption
	// controller fails to sync and allows nothing for any pod.
	NoScale Reason = "no-scale"
	// Unmanaged: only bare pods, and the budget counts through a scale.
	Unmanaged Reason = "unmanaged"
	// Empty: neither minAvailable nor maxUnavailable is set; the controller
	// then expects no pods, and allows nothing.
	Empty Reason = "empty"
	// NoPods: nothing is selected.
	NoPods Reason = "no-pods"
)

// Arithmetic is what the disruption controller computes for a budget.
type Arithmetic struct {
	Expected int // pods it counts with: the pods, or the sum of scales
	Desired  int // how many must stay healthy
	Healthy  int // how many are, when all selected pods are healthy
	Allowed  int // how many may go now
	Reason   Reason
}

// Allow does the disruption controller's arithmetic over the groups of pods
// that a budget selects, all of them healthy.
//
// minAvailable as a number counts the pods themselves; everything else counts
// the sum of the controllers' scales, and both percentages are rounded up:
// what must stay for minAvailable, and what may go for maxUnavailable.
//
// Source: getExpectedPodCount, getExpectedScale and updatePdbStatus in
// pkg/controller/disruption/disruption.go of Kubernetes 1.36. Errors are those
// of intstr.GetScaledValueFromIntOrPercent, for values the API server refuses.
func Allow(b Budget, groups []Group) (Arithmetic, error) {
	n := sum(groups)
	a := Arithmetic{Healthy: n.healthy}
	switch {
	case n.healthy+n.down == 0:
		a.Reason = NoPods
		if b.MaxUnavailable == nil && b.MinAvailable != nil && b.MinAvailable.Type == intstr.Int {
			a.Desired = int(b.MinAvailable.IntVal) // what it wants does not depend on the pods
		}
		return a, nil
	case b.MaxUnavailable == nil && b.MinAvailable == nil:
		a.Reason = Empty
		return a, nil
	case b.MaxUnavailable == nil && b.MinAvailable.Type == intstr.Int:
		a.Expected, a.Desired = n.healthy+n.down, int(b.MinAvailable.IntVal)
	case n.unscaled:
		a.Reason = NoScale
		return a, nil
	default:
		share := b.MaxUnavailable
		if share == nil {
			share = b.MinAvailable
		}
		part, err := intstr.GetScaledValueFromIntOrPercent(share, n.scales, true)
		if err != nil {
			return Arithmetic{}, err
		}
		a.Expected, a.Desired = n.scales, part
		if b.MaxUnavailable != nil {
			a.Desired = max(0, n.scales-part)
		}
	}
	if a.Expected > 0 {
		a.Allowed = max(0, a.Healthy-a.Desired)
	}
	switch {
	case a.Allowed > 0:
		a.Reason = Allows
	case a.Expected == 0 && n.bare > 0:
		a.Reason = Unmanaged
	default:
		a.Reason = TooStrict
	}
	return a, nil
}

// sums are what groups come to together.
type sums struct {
	healthy, down int
	scales        int  // of the controllers that have one
	bare          int  // healthy pods without a controller
	unscaled      bool // some pod's controller has no scale
}

func sum(groups []Group) sums {
	var n sums
	for _, g := range groups {
		n.healthy += g.Pods
		n.down += g.Down
		switch {
		case g.Pods+g.Down == 0:
		case g.Bare:
			n.bare += g.Pods
		case !g.Scaled:
			n.unscaled = true
		default:
			n.scales += g.Scale
		}
	}
	return n
}
