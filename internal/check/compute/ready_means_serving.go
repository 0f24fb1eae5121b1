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
	if len(coverageOf(p).covered[i]) == 0 || !calledWhenReady(p, i) {
		return false
	}
	b, lets := strictestOver(p, i, false)
	return b >= 0 && lets < p.Estate.Kubernetes.Workloads[i].AtLeast()
}

// calledWhenReady reports whether others call the pods of a workload by a Service as soon as they
// are ready, by what their containers say of that.
func calledWhenReady(p *check.Pass, i int) bool {
	w := &p.Estate.Kubernetes.Workloads[i]
	return w.Evictable && servingOf(p).serves(i) && w.MadeBy == nil && !w.Inferred && len(w.Template.Containers) > 0 &&
		!joined(&w.Template) && len(servingOf(p).used(i)) > 0
}

// isQuorum reports whether the pods of a workload are members of a quorum that can lose one.
func isQuorum(p *check.Pass, i int) bool {
	prog := programsOf(p).of(i)
	return prog != nil && prog.Quorum && p.Estate.Kubernetes.Workloads[i].AtLeast() >= 3
}

// unprobed is that nothing says when pods are ready, and what ends it.
const (
	unprobed  = "no container has a readinessProbe or a startupProbe"
	withProbe = "give the container that answers a readinessProbe"
)

// probedToo says of the fix of a quorum without a PDB that one alone would let the next member
// go as soon as another runs, where nothing says when its pods are ready: to members that still
// catch up that is as if nothing counted them.
func probedToo(p *check.Pass, i int, j *check.Judgement) {
	w := &p.Estate.Kubernetes.Workloads[i]
	if j.Fix == nil || !w.Template.Unprobed || !isQuorum(p, i) || !calledWhenReady(p, i) {
		return
	}
	fix := *j.Fix
	fix.Summary += "; and " + withProbe + ", by which it counts them"
	j.Fix, j.Evidence = &fix, append(j.Evidence, finding.Evidence{Text: unprobed, Position: w.Position})
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
		if isQuorum(p, i) {
			j.Severity = "medium" // at most
		}
		j.Message = fmt.Sprintf("nothing says when its pods are ready, so PDB %s counts each as soon as it runs", name)
		j.Consequence = consequencesOf(p).of(i).tooSoon(lets)
		j.Evidence = []finding.Evidence{size(w), {Text: unprobed, Position: w.Position}}
		j.Fix = &finding.Fix{Summary: withProbe}
	}
	ofWorkload(p, i, sure(p, j, i, []int{b}))
}
