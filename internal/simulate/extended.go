package simulate

import (
	"fmt"
	"time"
)

// SafeToEvict is the annotation by which a pod of GKE Autopilot asks to run for longer,
// where it is false.
const SafeToEvict = "cluster-autoscaler.kubernetes.io/safe-to-evict"

// extendedUntil is until when pods that ask for it keep a node from being begun, and one
// of those that do so for the longest; before now where none does.
//
// Source: docs.cloud.google.com/kubernetes-engine/docs/how-to/extended-duration-pods.
func (e *engine) extendedUntil(n int32) (until int64, pod int32) {
	x := &e.nodes[n]
	until, pod = -1, -1
	if x.policy == nil || x.policy.Extended == 0 {
		return until, pod
	}
	for _, p := range x.pods {
		y := &e.pods[p]
		if y.state != podRunning || !e.classes[y.class].extended {
			continue
		}
		from := y.started
		if from == never {
			from = 0
		}
		if end := from + int64(x.policy.Extended); end > until {
			until, pod = end, p
		}
	}
	return until, pod
}

// heldByExtended reports whether a trigger takes nodes with pods that ask to run on where
// it lets them: no bound looks at that.
func (w *World) heldByExtended(s *Scenario, t *Trigger) bool {
	for i := range w.pods {
		p := &w.pods[i]
		if p.node < 0 || !w.classes[p.class].extended {
			continue
		}
		n := &w.nodes[p.node]
		policy, ok := w.policyFor(s, w.shapes[n.shape].pool, n.offering, n.grace, t)
		if ok && policy.Extended > 0 && w.takes(t, n, s) {
			return true
		}
	}
	return false
}

// runsOn says of a node that such a pod keeps it from being begun.
func (e *engine) runsOn(until int64, p int32) Stay {
	name := e.podNamed(p)
	return Stay{
		Cause: ByAnnotation, Holder: e.World.workloads[e.classes[e.pods[p].class].workload].Ref, Pod: name,
		Why: fmt.Sprintf("its turn has not come: pod %s is annotated %s: \"false\", and runs on until %s",
			name, SafeToEvict, clockTime(e.start.Add(time.Duration(until)))),
	}
}
