package compute

import (
	"fmt"
	"strings"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// keptAlways reports whether the pods of a workload are annotated so that Karpenter never takes
// them. For some time after their start is not always.
func keptAlways(w *kubernetes.Workload) bool {
	return w.Template.Annotations[disruption.DoNotDisrupt] == "true"
}

// neverTaken says of workloads that ask Karpenter never to take their pods that it does not
// replace their nodes, where no nodes were read on which that is played.
func neverTaken(p *check.Pass) {
	e, serving := p.Estate.Kubernetes, servingOf(p)
	if len(e.Nodes) > 0 {
		return
	}
	for i := range e.Workloads {
		w, c := &e.Workloads[i], consequencesOf(p).of(i)
		if !keptAlways(w) || !w.Lasting || !serving.drained(i) || !c.karpenters() {
			continue
		}
		n := w.AtLeast()
		j := check.Judgement{Verdict: finding.Broken, Position: w.Position, Consequence: c.kept(n), Evidence: []finding.Evidence{size(w)}}
		j.Message = fmt.Sprintf("is annotated %s: Karpenter evicts none of its %s", disruption.DoNotDisrupt, words.Count(n, "pod"))
		j.Fix = &finding.Fix{Summary: "take the annotation off its pods, and have a PDB let one go at a time"}
		if n == 1 {
			j.Message = fmt.Sprintf("is annotated %s: Karpenter does not evict its pod", disruption.DoNotDisrupt)
			j.Fix.Summary = "take the annotation off its pod, or replace its node by hand when that suits it"
		}
		ofWorkload(p, i, j)
	}
}

// kept: an annotation keeps Karpenter from taking pods.
func (c consequence) kept(pods int) string {
	t := c.routine()
	_, binds := t.Deadline.Finite()
	switch {
	case c.open:
		return "Its nodes get no patch until somebody acts, or until a deadline takes all that is on them."
	case binds:
		return c.blocked(pods)
	}
	return strings.TrimSpace(fmt.Sprintf("On %s its nodes stay unpatched until somebody acts: a drain that begins all the same, "+
		"as at their maximum age, waits without limit.", c.offering.Title) + c.expiry(t, pods))
}

// leftByKarpenter says of a finding that Karpenter takes no pods of its workload: a PDB would be for
// other drains.
func leftByKarpenter(p *check.Pass, i int, j *check.Judgement) {
	w, c := &p.Estate.Kubernetes.Workloads[i], consequencesOf(p).of(i)
	if !keptAlways(w) {
		return
	}
	said := fmt.Sprintf("its pods are annotated %s: true", disruption.DoNotDisrupt)
	j.Evidence = append(j.Evidence, finding.Evidence{Text: said, Position: w.Position})
	switch {
	case c.karpenters():
		j.Severity, j.Because = "low", said
	case (c.open || c.contract() == nil) && j.Severity != "low":
		j.Severity, j.Because = "medium", said // at most
	default:
		return // who drains nodes there does not ask for it
	}
	j.Consequence = c.keptByKarpenter(w.AtLeast())
}
