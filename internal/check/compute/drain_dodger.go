package compute

import (
	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
)

// DrainDodger looks for pods that tolerate the taint of nodes that are drained.
var DrainDodger = check.Check{
	ID: "drain-dodger", Axis: Axis, Subjects: workloads,
	Needs: check.Needs{Held: []check.Need{ownObject, place}, Broken: []check.Need{ownObject, place}},
	Run:   eachServing(true, drainDodger),
}

// drainDodger looks for pods that tolerate what a drain taints their node with.
func drainDodger(p *check.Pass, i int) {
	w := &p.Estate.Kubernetes.Workloads[i]
	j := check.Judgement{Verdict: finding.Held, Message: "does not tolerate the taint of nodes that are being drained", Position: w.Position}
	for _, t := range w.Template.Tolerations {
		pod := disruption.DrainPod{Tolerations: []disruption.Toleration{{Key: t.Key, Operator: t.Operator, Value: t.Value, Effect: t.Effect}}}
		if !pod.ToleratesDrainTaint() {
			continue
		}
		j.Verdict, j.Assumed = finding.Broken, p.Places.Workloads[i].Basis == locate.Assumed
		j.Message = "tolerates the taint of nodes that are being drained, so drains do not evict its pods"
		j.Consequence = consequencesOf(p).of(i).gone()
		j.Evidence = []finding.Evidence{{Text: "a toleration of " + t.Key, Position: w.Position}}
		j.Fix = &finding.Fix{Summary: "remove that toleration"}
		if t.Key == "" {
			j.Evidence = []finding.Evidence{{Text: "a toleration without a key, which tolerates every taint", Position: w.Position}}
			j.Fix = &finding.Fix{Summary: "name the taints it has to tolerate by key, instead of a toleration without a key"}
		}
		break
	}
	ofWorkload(p, i, sure(p, j, i, nil))
}
