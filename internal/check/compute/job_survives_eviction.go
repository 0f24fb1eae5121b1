package compute

import (
	"fmt"
	"time"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
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
	return said && w.Evictable && !w.Inferred && w.AtLeast() > 0 && w.Hook == "" && !leftAlone(w.Template.Annotations) &&
		len(coverageOf(p).covered[i]) == 0
}

// leftAlone reports whether pods with some annotations ask that nodes are not disrupted
// while they run.
//
// Sources: DrainPod.Protected, and the FAQ of the cluster autoscaler.
func leftAlone(annotations map[string]string) bool {
	pod := disruption.DrainPod{DoNotDisrupt: annotations["karpenter.sh/do-not-disrupt"]}
	return pod.Protected(time.Time{}) || annotations["cluster-autoscaler.kubernetes.io/safe-to-evict"] == "false"
}

// jobSurvivesEviction says whether another pod is started for one that was evicted.
func jobSurvivesEviction(p *check.Pass, i int) {
	w := &p.Estate.Kubernetes.Workloads[i]
	j := check.Judgement{Verdict: finding.Held, Position: w.Position}
	limit := finding.Evidence{Text: fmt.Sprintf("backoffLimit %d", w.Retry.Limit), Position: w.Position}
	switch {
	case w.Retry.Spared:
		j.Message = "pods that are evicted do not count as failures, by its podFailurePolicy, so others are started"
	case w.Retry.Limit > 0 && !w.Retry.Fails:
		j.Message = fmt.Sprintf("goes on after %s", words.Count(w.Retry.Limit, "failed pod"))
		j.Evidence = []finding.Evidence{limit}
	default:
		j.Verdict, j.Severity = finding.Broken, "low"
		if j.Message = "fails for good once its pod is evicted"; w.Kind == "CronJob" {
			j.Message = "a run of it fails once its pod is evicted"
		}
		j.Consequence = consequencesOf(p).of(i).fails(w.Kind == "CronJob")
		j.Evidence = []finding.Evidence{limit}
		if w.Retry.Fails {
			j.Evidence[0].Text = "its podFailurePolicy fails it for a pod with the condition DisruptionTarget"
		}
		j.Fix = &finding.Fix{Summary: "where it may be started again, set backoffLimit to 1 or more, " +
			"or have its podFailurePolicy ignore pods with the condition DisruptionTarget"}
	}
	ofWorkload(p, i, sure(p, j, i, nil))
}
