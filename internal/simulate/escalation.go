package simulate

import (
	"slices"
	"time"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Escalation is what a plan does about a drain that has taken too long: of the pods that a PDB holds it deletes one,
// past that PDB, and the next one only after Interval, whichever node that is on. Floors are kept as before any
// eviction, and all others of its workload have to have been ready for Healthy.
type Escalation struct {
	Healthy, Interval time.Duration
	Timeout           time.Duration    // after which the drain is stuck for good, in time in which the window is open
	Workloads         []kubernetes.Ref // those whose pods may be deleted
}

// PastPDB is a pod that an escalation has deleted.
type PastPDB struct {
	Pod      string
	Workload kubernetes.Ref
	At       time.Duration
}

// late goes on with a drain that takes too long: it is escalated, and in the end given up.
func (pw *plannedWaves) late(g *goingNode) {
	most := g.Timeout
	if g.escalated {
		most = g.Escalation.Timeout
	}
	switch {
	case g.spent <= int64(most):
	case g.Escalation != nil && !g.escalated:
		g.escalated, g.spent = true, 0
	default:
		pw.giveUp(g)
		return
	}
	if g.escalated {
		pw.force(g)
	}
}

// force deletes a pod of a node that a PDB holds, where one may be deleted now.
func (pw *plannedWaves) force(g *goingNode) {
	if pw.forced && pw.now-pw.lastForced < int64(g.Escalation.Interval) {
		return
	}
	for _, p := range pw.nodes[g.node].pods {
		x := &pw.pods[p]
		l := pw.classes[x.class].workload
		ref := pw.World.workloads[l].Ref
		if x.state != podRunning || !x.waiting || !slices.Contains(g.listed, listedPod{p, x.gen}) ||
			!slices.Contains(g.Escalation.Workloads, ref) || pw.lessThanFloor(p, l) || !pw.othersReady(p, l, int64(g.Escalation.Healthy)) {
			continue
		}
		pw.forced, pw.lastForced = true, pw.now
		g.outcome.Forced = append(g.outcome.Forced, PastPDB{Pod: pw.podNamed(p), Workload: ref, At: time.Duration(pw.now)})
		pw.drainer.deleteForced(p, g.node, pw.classes[x.class].grace, "its drain is stuck, and was escalated")
		return
	}
}

// lessThanFloor reports whether a workload would have fewer ready pods than its floor without one. Those whose eviction was
// refused are there.
func (pw *plannedWaves) lessThanFloor(p, l int32) bool {
	if pw.floors[l] < 0 || !pw.pods[p].ready {
		return false
	}
	going := int32(0)
	for _, q := range pw.workloads[l].pods {
		x := &pw.pods[q]
		going += int32(boolean(q != p && x.evicting && !x.waiting && x.state == podRunning && x.ready))
	}
	return pw.workloads[l].ready-going <= pw.floors[l]
}

// othersReady reports whether all pods of a workload but one have been ready for so long, and none is missing.
func (pw *plannedWaves) othersReady(p, l int32, long int64) bool {
	n := int32(0)
	for _, q := range pw.workloads[l].pods {
		x := &pw.pods[q]
		if q == p || x.state == podLeaving {
			continue
		}
		if !x.ready || pw.now-x.since < long {
			return false
		}
		n++
	}
	return n >= pw.workloads[l].replicas-1
}
