package simulate

import (
	"time"

	"github.com/onus-project/onus/internal/words"
)

// longStopping is how long after its grace a pod that is still there is taken to stay: its
// kubelet has killed it long before, and something else keeps it.
const longStopping = 5 * time.Minute

// overdue reports whether a pod is one that should have stopped before the run began, and
// that is there until its node is gone.
func (e *engine) overdue(p int32) bool {
	return e.pods[p].gen == 0 && int(p) < len(e.World.pods) && e.World.pods[p].overdue
}

// overdueBy says since when a pod should have stopped, and what keeps it as far as that is
// known.
func (p *pod) overdueBy() string {
	why := "nothing that was read says why"
	if len(p.keptBy) > 0 {
		why = "its finalizer " + words.Few(p.keptBy) + " keeps it"
		if len(p.keptBy) > 1 {
			why = "its finalizers " + words.Few(p.keptBy) + " keep it"
		}
	}
	return "pod " + p.name + " should have stopped by " + clockTime(p.deleted) + " and is there still: " + why
}
