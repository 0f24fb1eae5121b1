package simulate

import (
	"fmt"
	"time"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/words"
)

// longStopping is how long after its grace a pod that is still there is taken to stay: its
// kubelet has killed it long before, and something else keeps it.
const longStopping = 5 * time.Minute

// overdue reports whether a pod is one that should have stopped before the run began, and
// that is there until its node is gone.
func (e whyStays) overdue(p int32) bool {
	return e.pods[p].gen == 0 && int(p) < len(e.World.pods) && e.World.pods[p].overdue
}

// awaited says why the drain of a pod's node waits for it, and may without end: it should have
// stopped long ago, or somebody annotated it alone. It is empty where neither is so.
func (w boundModel) awaited(m *bound.Model, p *pod) string {
	if p.node < 0 || m.Nodes[p.node].Group == bound.Stays {
		return ""
	}
	c := &w.classes[p.class]
	l := &w.workloads[c.workload]
	switch karpenter := m.Groups[m.Nodes[p.node].Group].Disruption.Karpenter; {
	case !karpenter && p.overdue && l.kind != daemon && l.kind != static:
		return p.overdueBy()
	case karpenter && p.deleted.IsZero() && c.drain.DoNotDisrupt == "true" && w.classes[l.class].drain.DoNotDisrupt != "true":
		return fmt.Sprintf("pod %s is annotated %s", p.name, disruption.DoNotDisrupt)
	}
	return ""
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
