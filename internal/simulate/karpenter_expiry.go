package simulate

import (
	"github.com/onus-project/onus/internal/contract"
)

// expirer deletes nodes that have reached their age.
type expirer struct {
	*engine
	trigger   *Trigger // by which nodes expire, those of later, too; nil where none do
	busyUntil int64
}

// setTimer has a node expire at its age, or at once where it is named.
func (ex *expirer) setTimer(t *Trigger, n int32, policy *contract.Policy, cause int32) {
	x := &ex.nodes[n]
	due := x.expires
	if t.Nodes != nil {
		due = ex.now
	}
	if due >= never || due > ex.horizon {
		return
	}
	x.policy, x.cause = policy, cause
	ex.at(max(due, ex.now)+int64(ex.between(driftNoticed)), doExpire, n, 0, x.gen)
}

// expire drains a node whose time has come. One controller does so for all of
// them, and rests for a second after each.
//
// Source: Controller.Reconcile in
// pkg/controllers/nodeclaim/expiration/controller.go of Karpenter 1.14.
func (ex *expirer) expire(n, again int32) {
	x := &ex.nodes[n]
	if x.state == nodeDraining {
		return
	}
	if again == 0 {
		at := max(ex.now, ex.busyUntil)
		ex.busyUntil = at + int64(ex.between(expiryRests))
		if at > ex.now {
			ex.at(at, doExpire, n, 1, x.gen)
			return
		}
	}
	policy := x.policy
	if policy == nil { // it came later: its pool may have another deadline
		policy = ex.triggers.policy(ex.trigger, n)
	}
	ex.triggers.ask(n, policy, x.cause)
	ex.drainer.begin(n, x.cause)
}
