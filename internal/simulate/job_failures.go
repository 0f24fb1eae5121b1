package simulate

import (
	"fmt"

	"github.com/onus-project/onus/internal/words"
)

// jobFailure is by what a Job fails for good.
type jobFailure uint8

const (
	notFailed jobFailure = iota
	byLimit              // more of its pods have failed than it may have
	byPolicy             // its podFailurePolicy has it fail with the first
)

// countFailure counts a pod of a Job that is taken away as one that failed. A podFailurePolicy
// for disruptions is about pods with the condition DisruptionTarget, which an eviction and the
// garbage collection of pods set, and a plain deletion does not. Of one that has failed
// no other pod is made; of a CronJob that is one of its runs.
//
// Source: matchPodFailurePolicy and getNewFinishedPods in pkg/controller/job of Kubernetes
// 1.36, and addConditionAndDeletePod in pkg/registry/core/pod/storage/eviction.go.
func (cm *controllers) countFailure(l int32, plainly bool) {
	x, w := &cm.workloads[l], &cm.World.workloads[l]
	if x.failed != notFailed && w.Kind == "Job" || w.retry.Spared && !plainly {
		return
	}
	x.failures++
	by := notFailed
	switch {
	case w.retry.Fails && !plainly:
		by = byPolicy
	case w.retry.Limited && int(x.failures) > w.retry.Limit:
		by = byLimit
	}
	switch {
	case by == notFailed:
	case w.Kind == "Job":
		x.failed, x.replicas = by, 0
	case w.retry.Limit == 0 || by == byPolicy: // else it is not known of which of its runs they were
		x.failed, x.replicas = by, max(0, x.replicas-1)
	}
}

// failedJobs says of Jobs that fail for good in the run that is told.
func (cm *controllers) failedJobs() []string {
	var notes []string
	for l := range cm.workloads {
		x, w := &cm.workloads[l], &cm.World.workloads[l]
		if x.failed == notFailed {
			continue
		}
		what := fmt.Sprintf("%s %s/%s fails for good", w.Kind, w.Namespace, w.Name)
		if w.Kind != "Job" {
			what = fmt.Sprintf("a run of %s %s/%s fails", w.Kind, w.Namespace, w.Name)
		}
		why := "it may have none"
		if w.retry.Limit > 0 {
			why = "it may have " + words.Count(w.retry.Limit, "failed pod")
		}
		if x.failed == byPolicy {
			why = "its podFailurePolicy has it fail with that"
		}
		notes = append(notes, fmt.Sprintf("%s in the run that is told: taking its pod counts as a failure, and %s", what, why))
	}
	return notes
}
