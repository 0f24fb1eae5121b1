package compute

import (
	"fmt"
	"strings"

	"github.com/onus-project/onus/internal/finding"
)

// singleReplica looks for a service that may stand on one pod.
func (a *auditor) singleReplica(i int) {
	w := &a.estate.Workloads[i]
	n := w.AtLeast()
	j := judgement{verdict: finding.Held, position: w.Position, evidence: []finding.Evidence{size(w)}}
	switch {
	case w.ScalesToZero():
		j.message = "scales to zero, so its owner accepts that no pod is ready"
	case n >= 2:
		j.message = fmt.Sprintf("runs with %d pods at the least", n)
	case guessed(w):
		j.verdict = finding.Unknown
		j.message = fmt.Sprintf("one pod of it was read; how many it should have was not: read %ss as well", w.Kind)
	default:
		j.verdict = finding.Broken
		j.message = "stands on a single pod"
		if w.Scaler != nil {
			j.message = fmt.Sprintf("stands on a single pod when %s %s is at its minimum", w.Scaler.Kind, w.Scaler.Name)
			j.position = w.Scaler.Position
		}
		j.consequence = a.consequence(i).alone()
		routed, ok := a.routed(i)
		j.evidence = append(j.evidence, routed)
		if !ok {
			j.severity = "low"
			j.consequence = strings.Replace(j.consequence, "is an outage,", "stops it,", 1)
		}
		j.fix = a.fixSingle(i)
	}
	a.onWorkload("single-replica", i, a.sure(j, i, nil))
}
