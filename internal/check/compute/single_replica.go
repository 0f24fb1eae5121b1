package compute

import (
	"fmt"
	"strings"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/finding"
)

// SingleReplica looks for services that may run on one pod.
var SingleReplica = check.Check{
	ID: "single-replica", Axis: Axis, Subjects: workloads,
	Needs: check.Needs{Held: []check.Need{ownObject, ownSize}, Broken: []check.Need{ownObject, ownSize}},
	Run:   serving(true, (*facts).singleReplica),
}

// singleReplica looks for a service that may stand on one pod.
func (a *facts) singleReplica(p *check.Pass, i int) {
	w := &a.estate.Workloads[i]
	n := w.AtLeast()
	j := check.Judgement{Verdict: finding.Held, Position: w.Position, Evidence: []finding.Evidence{size(w)}}
	switch {
	case w.ScalesToZero():
		j.Message = "scales to zero, so its owner accepts that no pod is ready"
	case n >= 2:
		j.Message = fmt.Sprintf("runs with %d pods at the least", n)
	case guessed(w):
		j.Verdict = finding.Unknown
		j.Message = fmt.Sprintf("one pod of it was read; how many it should have was not: read %ss as well", w.Kind)
	default:
		j.Verdict = finding.Broken
		j.Message = "stands on a single pod"
		if w.Scaler != nil {
			j.Message = fmt.Sprintf("stands on a single pod when %s %s is at its minimum", w.Scaler.Kind, w.Scaler.Name)
			j.Position = w.Scaler.Position
		}
		j.Consequence = a.consequence(i).alone()
		routed, ok := a.routed(i)
		j.Evidence = append(j.Evidence, routed)
		if !ok {
			j.Severity = "low"
			j.Consequence = strings.Replace(j.Consequence, "is an outage,", "stops it,", 1)
		}
		j.Fix = a.fixSingle(i)
	}
	a.ofWorkload(p, i, a.sure(j, i, nil))
}
