package compute

import (
	"fmt"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/responsibility"
)

// ReadyMeansServing looks for pods that count as ready before they answer, so that a PDB
// lets the next one go too soon.
var ReadyMeansServing = check.Check{
	ID: "ready-means-serving", Axis: Axis, Subjects: whereReplaced(isCounted),
	Needs: check.Needs{Held: []check.Need{ownObject, place}, Broken: []check.Need{ownObject, place, ownSize, underOwnBudgets}},
	Run:   eachReplaced(isCounted, readyMeansServing),
}

// isCounted reports whether a PDB counts the ready pods of a workload, which others call
// by a Service, and lets them go by that.
func isCounted(p *check.Pass, i int) bool {
	w := &p.Estate.Kubernetes.Workloads[i]
	if !w.Evictable || !servingOf(p).serves(i) || w.MadeBy != nil || w.Inferred ||
		len(w.Template.Containers) == 0 || joined(&w.Template) {
		return false
	}
	if len(coverageOf(p).covered[i]) == 0 || len(servingOf(p).used(i)) == 0 {
		return false
	}
	b, lets := strictestOver(p, i, false)
	return b >= 0 && lets < w.AtLeast()
}

// joined reports whether something puts a container of its own into pods of a template,
// by a label or an annotation that asks for that: a proxy, as a rule, which has a probe.
// That the container itself only pauses says as much.
func joined(t *kubernetes.PodTemplate) bool {
	for _, all := range []map[string]string{t.Annotations, t.Labels} {
		for key, is := range all {
			if responsibility.Injects(key, is) {
				return true
			}
		}
	}
	return t.Pause
}

func readyMeansServing(p *check.Pass, i int) {
	w := &p.Estate.Kubernetes.Workloads[i]
	b, lets := strictestOver(p, i, false)
	name := p.Estate.Kubernetes.Budgets[b].Name
	j := check.Judgement{Verdict: finding.Held, Position: w.Position}
	j.Message = "a probe says when its pods are ready, by which PDB " + name + " counts them"
	if w.Template.Unprobed {
		j.Verdict, j.Severity, j.Because = finding.Broken, "low", "its pods serve soon after they run, as far as is known"
		if prog := programsOf(p).of(i); prog != nil && prog.Quorum && w.AtLeast() >= 3 {
			j.Severity = "medium" // at most
		}
		j.Message = fmt.Sprintf("nothing says when its pods are ready, so PDB %s counts each as soon as it runs", name)
		j.Consequence = consequencesOf(p).of(i).tooSoon(lets)
		j.Evidence = []finding.Evidence{size(w), {Text: "no container has a readinessProbe or a startupProbe", Position: w.Position}}
		j.Fix = &finding.Fix{Summary: "give the container that answers a readinessProbe"}
	}
	ofWorkload(p, i, sure(p, j, i, []int{b}))
}
