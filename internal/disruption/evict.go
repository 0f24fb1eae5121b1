package disruption

import (
	"errors"
	"time"
)

// DeletionTimeout is for how long the disruption controller believes that an
// evicted pod is about to go, when nothing else shows it.
//
// Source: DeletionTimeout in pkg/controller/disruption/disruption.go.
const DeletionTimeout = 2 * time.Minute

// maxDisrupted is how many evictions of one budget may wait to be confirmed.
//
// Source: MaxDisruptedPodSize in pkg/registry/core/pod/storage/eviction.go.
const maxDisrupted = 2000

// PodState is what an eviction looks at in a pod.
type PodState struct {
	Name        string
	Phase       string // Pending, Running, Succeeded, Failed or Unknown
	Ready       bool   // its Ready condition is true
	Terminating bool   // it has a deletion timestamp
}

// BudgetState is a budget over the pod as the API server has it: with the
// status that the disruption controller wrote last.
type BudgetState struct {
	// AlwaysAllow is the policy for unhealthy pods; IfHealthyBudget is the
	// other one, and the default.
	AlwaysAllow bool
	BudgetStatus
}

// BudgetStatus is what the disruption controller keeps of a budget.
type BudgetStatus struct {
	Healthy, Desired, Expected, Allowed int
	// Disrupted are pods that were evicted and not yet seen to go, with when.
	Disrupted map[string]time.Time
	// Observed says that it was computed for the budget as it is now.
	Observed bool
	// SyncFailed says that the controller could not count, and allows nothing.
	SyncFailed bool
	// Recheck is when it counts anew although nothing happened: when the first
	// of Disrupted is given up. Zero for never.
	Recheck time.Time
}

// Decision is the API server's answer to an eviction.
type Decision int

// The decisions. The pod goes with the first two.
const (
	// Granted: the pod goes, and where it has a budget that counts it.
	Granted Decision = iota
	// GrantedIgnoringBudget: the pod goes, and no budget is asked or counts it.
	GrantedIgnoringBudget
	// TooManyRequests: the budget does not let it go now.
	TooManyRequests
	// Forbidden: the budget's status is beyond reason.
	Forbidden
	// Refused: several budgets select the pod, and none is asked.
	Refused
)

// Code is the decision's HTTP status.
func (d Decision) Code() int {
	switch d {
	case TooManyRequests:
		return 429
	case Forbidden:
		return 403
	case Refused:
		return 500
	}
	return 201
}

// Evicts reports whether the pod goes.
func (d Decision) Evicts() bool { return d == Granted || d == GrantedIgnoringBudget }

func (d Decision) String() string {
	switch d {
	case Granted:
		return "granted"
	case GrantedIgnoringBudget:
		return "granted, ignoring the budget"
	case TooManyRequests:
		return "refused by its budget (429)"
	case Forbidden:
		return "refused, the budget's status is broken (403)"
	}
	return "refused, several budgets select it (500)"
}

// Decide answers an eviction of a pod under the budgets that select it. It
// changes nothing: where it says Granted and there is a budget, Take counts
// the pod.
//
// A pod that is finished, on its way out or not yet running ignores every
// budget. Of the others one with several budgets cannot be evicted at all. A
// pod that is not ready goes under AlwaysAllow, or while the budget has as
// many healthy ones as it wants, without being counted; else the budget must
// allow it as it must for a ready one.
//
// Source: EvictionREST.Create, canIgnorePDB and checkAndDecrement in
// pkg/registry/core/pod/storage/eviction.go of Kubernetes 1.36.
func Decide(pod PodState, budgets []BudgetState) Decision {
	switch {
	case pod.Phase == "Succeeded" || pod.Phase == "Failed" || pod.Phase == "Pending" || pod.Terminating:
		return GrantedIgnoringBudget
	case len(budgets) > 1:
		return Refused
	case len(budgets) == 0:
		return Granted
	}
	b := &budgets[0]
	if !pod.Ready && (b.AlwaysAllow || b.Healthy >= b.Desired && b.Desired > 0) {
		return GrantedIgnoringBudget
	}
	switch {
	case !b.Observed:
		return TooManyRequests
	case b.Allowed < 0 || len(b.Disrupted) > maxDisrupted:
		return Forbidden
	case b.Allowed == 0:
		return TooManyRequests
	}
	return Granted
}

// Take counts an eviction that Decide granted, until the controller counts
// anew: one fewer may go, and the pod is no longer taken as healthy.
//
// Source: checkAndDecrement.
func (s *BudgetStatus) Take(pod string, now time.Time) {
	s.Allowed--
	if s.Disrupted == nil {
		s.Disrupted = map[string]time.Time{}
	}
	s.Disrupted[pod] = now
}

var errNoScale = errors.New("a pod's controller has no scale")

// Status is what the disruption controller makes of a budget and the pods that
// it selects. The pods are all of them, in any phase: those that are pending
// or finished count as expected but not as healthy. The groups say how they
// belong to controllers, over the same pods. Before is the status as it was,
// with the evictions that were granted since.
//
// It fails where the controller cannot count. The status is then as it was,
// but allows nothing, and is not taken as computed for the budget as it is.
//
// Source: trySync, buildDisruptedPodMap, countHealthyPods, updatePdbStatus and
// failSafe in pkg/controller/disruption/disruption.go of Kubernetes 1.36.
func Status(b Budget, groups []Group, pods []PodState, before BudgetStatus, now time.Time) (BudgetStatus, error) {
	a, err := Allow(b, groups)
	if err == nil && a.Reason == NoScale {
		err = errNoScale
	}
	if err != nil {
		before.Allowed, before.SyncFailed, before.Recheck = 0, true, time.Time{}
		return before, err
	}
	s := BudgetStatus{Desired: a.Desired, Expected: a.Expected, Observed: true}
	for _, p := range pods {
		if p.Terminating {
			continue
		}
		if evicted, ok := before.Disrupted[p.Name]; ok {
			end := evicted.Add(DeletionTimeout)
			if !end.Before(now) { // at the very end it is still on the list, and healthy again
				if s.Disrupted == nil {
					s.Disrupted = map[string]time.Time{}
				}
				s.Disrupted[p.Name] = evicted
				if s.Recheck.IsZero() || end.Before(s.Recheck) {
					s.Recheck = end
				}
			}
			if end.After(now) {
				continue
			}
		}
		if p.Ready {
			s.Healthy++
		}
	}
	if s.Expected > 0 {
		s.Allowed = max(0, s.Healthy-s.Desired)
	}
	return s, nil
}
