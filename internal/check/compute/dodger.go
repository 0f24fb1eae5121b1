package compute

import (
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/finding"
)

// drainDodger looks for pods that tolerate what a drain taints their node with.
func (a *auditor) drainDodger(i int) {
	w := &a.estate.Workloads[i]
	j := judgement{verdict: finding.Held, message: "does not tolerate the taint of nodes that are about to go", position: w.Position}
	for _, t := range w.Template.Tolerations {
		pod := disruption.DrainPod{Tolerations: []disruption.Toleration{{Key: t.Key, Operator: t.Operator, Value: t.Value, Effect: t.Effect}}}
		if !pod.ToleratesDrainTaint() {
			continue
		}
		j.verdict = finding.Broken
		j.message = "tolerates the taint of nodes that are about to go, so drains do not evict its pods"
		j.consequence = a.consequence(i).gone()
		j.evidence = []finding.Evidence{{Text: "a toleration of " + t.Key, Position: w.Position}}
		j.fix = &finding.Fix{Summary: "leave that toleration out"}
		if t.Key == "" {
			j.evidence = []finding.Evidence{{Text: "a toleration without a key, which tolerates every taint", Position: w.Position}}
			j.fix = &finding.Fix{Summary: "name the taints it has to tolerate by key, in place of the toleration without one"}
		}
		break
	}
	a.onWorkload("drain-dodger", i, a.sure(j, i, nil))
}
