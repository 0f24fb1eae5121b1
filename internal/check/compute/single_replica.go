package compute

import (
	"fmt"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/finding"
)

// SingleReplica looks for services that may run on one pod.
var SingleReplica = check.Check{
	ID: "single-replica", Axis: Axis, Subjects: workloads,
	Needs: check.Needs{Held: []check.Need{ownObject, ownSize}, Broken: []check.Need{ownObject, ownSize}},
	Run:   eachServing(true, singleReplica),
}

// singleReplica looks for a service that may stand on one pod.
func singleReplica(p *check.Pass, i int) {
	w := &p.Estate.Kubernetes.Workloads[i]
	n := w.AtLeast()
	j := check.Judgement{Verdict: finding.Held, Position: w.Position, Evidence: []finding.Evidence{size(w)}}
	switch {
	case w.ScalesToZero():
		j.Message = "scales to zero, so having no ready pod is accepted"
	case n >= 2:
		j.Message = fmt.Sprintf("runs at least %d pods", n)
	case guessed(w):
		j.Verdict = finding.Unknown
		j.Message = fmt.Sprintf("one of its pods was read, but not how many it should have: read %ss as well", w.Kind)
	default:
		j.Verdict = finding.Broken
		j.Message = "runs on a single pod"
		if w.Scaler != nil {
			j.Message = fmt.Sprintf("runs on a single pod when %s %s is at its minimum", w.Scaler.Kind, w.Scaler.Name)
			j.Position = w.Scaler.Position
		}
		_, single := fixesOf(p).alone(i)
		_, serves := servingOf(p).routed(i)
		j.Consequence = consequencesOf(p).of(i).alone(serves && !single)
		j.Fix = fixesOf(p).single(i)
	}
	ofWorkload(p, i, sure(p, j, i, nil))
}
