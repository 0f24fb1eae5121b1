package simulate

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/locate"
)

// extensions are what pods can ask for under the contracts at hand.
func extensions(places *locate.Places) []contract.Extension {
	var all []contract.Extension
	for _, o := range append(places.Offerings(), places.Fallback.Offering) {
		if o == nil || o.Contract == nil {
			continue
		}
		for i := range o.Contract.Terms {
			if x := o.Contract.Terms[i].Extended; x.For > 0 && !slices.Contains(all, x) {
				all = append(all, x)
			}
		}
	}
	return all
}

// extendedBy are the annotations by which a pod asks for one of those.
func (b *podClasses) extendedBy(annotations map[string]string) []contract.Annotation {
	var by []contract.Annotation
	for _, x := range b.extensions {
		if x.Asked(annotations) {
			by = append(by, x.By)
		}
	}
	return by
}

// extendedUntil is until when pods that ask for it keep a node from being begun, and one
// of those that do so for the longest; before now where none does.
//
// Source: docs.cloud.google.com/kubernetes-engine/docs/how-to/extended-duration-pods.
func (e *engine) extendedUntil(n int32) (until int64, pod int32) {
	x := &e.nodes[n]
	until, pod = -1, -1
	if x.policy == nil || x.policy.Extended.For == 0 {
		return until, pod
	}
	for _, p := range x.pods {
		y := &e.pods[p]
		if y.state != podRunning || !slices.Contains(e.classes[y.class].extended, x.policy.Extended.By) {
			continue
		}
		from := y.started
		if from == never {
			from = 0
		}
		if end := from + int64(x.policy.Extended.For); end > until {
			until, pod = end, p
		}
	}
	return until, pod
}

// heldByExtended reports whether a trigger takes nodes with pods that ask to run on where
// it lets them, and by which annotation: no bound looks at that.
func (w boundModel) heldByExtended(s *Scenario, t *Trigger) (by contract.Annotation, held bool) {
	for i := range w.pods {
		p := &w.pods[i]
		if p.node < 0 || len(w.classes[p.class].extended) == 0 {
			continue
		}
		n := &w.nodes[p.node]
		// Where the contract has no such move the policy is empty, and lets no pod run on.
		policy, _ := contractTerms{w.World}.policyFor(s, w.shapes[n.shape].pool, n.offering, n.grace, t)
		if slices.Contains(w.classes[p.class].extended, policy.Extended.By) && (takenNodes{w.World}).takes(t, n, s) {
			return policy.Extended.By, true
		}
	}
	return contract.Annotation{}, false
}

// runsOn says of a node that such a pod keeps it from being begun.
func (e whyStays) runsOn(until int64, p int32, by contract.Annotation) Stay {
	name := e.podNamed(p)
	return Stay{
		Cause: ByAnnotation, Holder: e.World.workloads[e.classes[e.pods[p].class].workload].Ref, Pod: name,
		Why: fmt.Sprintf("its turn has not come: pod %s is annotated %s, and runs on until %s",
			name, by, clockTime(e.start.Add(time.Duration(until)))),
	}
}
