package disruption

import (
	"time"
)

// OnDeadline is what follows when a drain has not finished by its deadline, in
// the words of the contracts.
type OnDeadline string

// What may follow.
const (
	Force OnDeadline = "force" // pods left are killed and the node goes
	Fail  OnDeadline = "fail"  // the whole operation stops; the node stays cordoned
	Skip  OnDeadline = "skip"  // the node is given up and taken into use again; the operation goes on
	Wait  OnDeadline = "wait"  // the drain goes on without end
)

// Deadline bounds the drain of one node. The zero value bounds nothing.
type Deadline struct {
	After time.Duration // counted from the start of the drain; 0 for none
	Then  OnDeadline
	// Early: pods are deleted in time for their grace to end with the deadline.
	Early bool
	// Evictions: it is for evictions, and pods that stop by then are waited for.
	Evictions bool
	// GraceCap cuts the grace of pods; 0 for none.
	GraceCap time.Duration
}

// Binds reports whether the drain ends at some time, done or not.
func (d Deadline) Binds() bool { return d.After > 0 && d.Then != Wait && d.Then != "" }

// At is when a drain that began then has to be done.
func (d Deadline) At(began time.Time) (time.Time, bool) {
	if !d.Binds() {
		return time.Time{}, false
	}
	return began.Add(d.After), true
}

// Grace is what a pod gets of its own grace when it is evicted.
func (d Deadline) Grace(own time.Duration) time.Duration {
	if d.GraceCap > 0 {
		return min(own, d.GraceCap)
	}
	return own
}

// ForceDeleted is when a pod that no eviction removes is deleted against its will,
// and the grace it gets then; false where it never is. With early deletion
// that is its grace before the deadline, else at the deadline, with none.
func (d Deadline) ForceDeleted(began time.Time, own time.Duration) (at time.Time, grace time.Duration, killed bool) {
	end, ok := d.At(began)
	if !ok || d.Then != Force {
		return time.Time{}, 0, false
	}
	if !d.Early {
		return end, 0, true
	}
	grace = min(d.Grace(own), d.After)
	return end.Add(-grace), grace, true
}

// Outcome is where a deadline leaves a node that is not drained by then.
type Outcome struct {
	PodsForceDeleted bool // what is left on it goes without asking budgets
	NodeGone         bool // it is replaced; else it stays, and unpatched
	InUse            bool // it takes new pods again
	Stops            bool // no further node is begun
}

// Outcome is what follows; false where nothing does, because the drain goes on.
func (d Deadline) Outcome() (Outcome, bool) {
	if !d.Binds() {
		return Outcome{}, false
	}
	switch d.Then {
	case Force:
		return Outcome{PodsForceDeleted: true, NodeGone: true}, true
	case Fail:
		return Outcome{Stops: true}, true
	case Skip:
		return Outcome{InUse: true}, true
	}
	return Outcome{}, false
}
