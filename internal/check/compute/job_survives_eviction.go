package compute

import (
	"fmt"
	"time"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// JobSurvivesEviction looks for Jobs that have failed once one of their pods is evicted.
var JobSurvivesEviction = check.Check{
	ID: "job-survives-eviction", Axis: Axis, Subjects: whereReplaced(countsFailures),
	Needs: check.Needs{Held: []check.Need{place}, Broken: []check.Need{place, otherBudgets}},
	Run:   eachReplaced(countsFailures, jobSurvivesEviction),
}

// defaultRetries is the backoffLimit that the API server fills in, which nobody chose.
const defaultRetries = 6

// countsFailures reports whether somebody wrote for a Job what failures of its pods mean,
// and drains may come while it runs. Of a hook somebody waits for the end of the release.
func countsFailures(p *check.Pass, i int) bool {
	w := &p.Estate.Kubernetes.Workloads[i]
	said := w.Retry.Spared || w.Retry.Fails || w.Retry.Limited && w.Retry.Limit != defaultRetries
	return said && w.Evictable && !w.Inferred && w.AtLeast() > 0 && w.Hook == "" && (!spared(p, i) || consequencesOf(p).of(i).deletesLate())
}

// spared reports whether pods are evicted by nobody, or by leave of a PDB alone.
func spared(p *check.Pass, i int) bool {
	return leftAlone(p.Estate.Kubernetes.Workloads[i].Template.Annotations) || len(coverageOf(p).covered[i]) > 0
}

// aDay is a deadline that few runs of a Job reach.
const aDay = 24 * time.Hour

// deletesLate reports whether what is left on a node at the deadline of its drain is deleted
// as any pod is, without an eviction, and sooner than most runs are over: Karpenter does so.
//
// Source: DeleteExpiringPods in pkg/controllers/node/termination/terminator/terminator.go of
// Karpenter 1.14.
func (c consequence) deletesLate() bool {
	if c.open || c.contract() == nil || c.contract().Drainer != contract.KarpenterDrain {
		return false
	}
	after, stated := c.routine().Deadline.Duration()
	return stated && after < aDay && c.routine().OnDeadline == contract.ThenForce
}

// leftAlone reports whether pods with some annotations ask that nodes are not disrupted
// while they run.
func leftAlone(annotations map[string]string) bool {
	return disruption.KeepsPod(annotations, time.Time{}, time.Time{}) != ""
}

// jobSurvivesEviction says whether another pod is started for one that was evicted, or that
// a drain deletes without an eviction: by its policy for failures it is asked of the former alone.
func jobSurvivesEviction(p *check.Pass, i int) {
	w, follows := &p.Estate.Kubernetes.Workloads[i], consequencesOf(p).of(i)
	var j check.Judgement
	switch {
	case follows.deletesLate() && (spared(p, i) || deletedEarly(follows.routine(), w.Template.Grace)):
		j = deletedPlainly(w, follows)
	case w.Retry.Spared:
		j = check.Judgement{Verdict: finding.Held, Position: w.Position,
			Message: "pods that are evicted do not count as failures, by its podFailurePolicy, so others are started"}
	case w.Retry.Limit > 0 && !w.Retry.Fails:
		j = goesOn(w)
	default:
		j = failsEvicted(w, follows)
	}
	ofWorkload(p, i, sure(p, j, i, nil))
}

// goesOn is that of a Job of which some pods may fail. Of the default no evidence is there.
func goesOn(w *kubernetes.Workload) check.Judgement {
	j := check.Judgement{Verdict: finding.Held, Position: w.Position}
	if !w.Retry.Limited {
		j.Message = fmt.Sprintf("goes on after %s", words.Count(defaultRetries, "failed pod"))
		return j
	}
	j.Message = fmt.Sprintf("goes on after %s", words.Count(w.Retry.Limit, "failed pod"))
	j.Evidence = []finding.Evidence{limitOf(w)}
	return j
}

// limitOf is how many of its pods may fail.
func limitOf(w *kubernetes.Workload) finding.Evidence {
	return finding.Evidence{Text: fmt.Sprintf("backoffLimit %d", w.Retry.Limit), Position: w.Position}
}

// failsOnce is that of a Job that one pod less ends.
func failsOnce(w *kubernetes.Workload, gone string) check.Judgement {
	j := check.Judgement{Verdict: finding.Broken, Severity: "low", Position: w.Position, Evidence: []finding.Evidence{limitOf(w)}}
	if j.Message = "fails for good once " + gone; w.Kind == "CronJob" {
		j.Message = "a run of it fails once " + gone
	}
	return j
}

// failsEvicted is that of a Job that a pod which is evicted ends.
func failsEvicted(w *kubernetes.Workload, follows consequence) check.Judgement {
	j := failsOnce(w, "its pod is evicted")
	j.Consequence = follows.fails(w.Kind == "CronJob")
	if w.Retry.Fails {
		j.Evidence[0].Text = "its podFailurePolicy fails it for a pod with the condition DisruptionTarget"
	}
	j.Fix = &finding.Fix{Summary: "where it may be started again, set backoffLimit to 1 or more, " +
		"or have its podFailurePolicy ignore pods with the condition DisruptionTarget"}
	return j
}

// deletedPlainly is that of a Job whose pod a drain deletes without an eviction: it goes on
// where one may fail, as its podFailurePolicy is not about such pods.
func deletedPlainly(w *kubernetes.Workload, follows consequence) check.Judgement {
	if !w.Retry.Limited || w.Retry.Limit > 0 {
		return goesOn(w)
	}
	j := failsOnce(w, "a drain deletes its pod")
	j.Consequence = follows.deleted(w.Kind == "CronJob")
	if w.Retry.Spared {
		j.Evidence = append(j.Evidence, finding.Evidence{
			Text:     "its podFailurePolicy is about pods with the condition DisruptionTarget, which a plain deletion does not set",
			Position: w.Position})
	}
	j.Fix = &finding.Fix{Summary: "where it may be started again, set backoffLimit to 1 or more; " +
		"else let its work end sooner than the deadline of the drain"}
	return j
}
