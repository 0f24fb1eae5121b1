package compute

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// JobEndsBeforeDeadline looks for Jobs that ask not to be disrupted and run for longer than
// drains wait for them.
var JobEndsBeforeDeadline = check.Check{
	ID: "job-ends-before-deadline", Axis: Axis, Subjects: whereReplaced(asksToEnd),
	Needs: check.Needs{Held: []check.Need{ownObject, place, poolsToo}, Broken: []check.Need{ownObject, place, poolsToo}},
	Run:   eachReplaced(asksToEnd, jobEndsBeforeDeadline),
}

// asksToEnd reports whether a Job asks that nobody disrupts its pods until it is over, as
// Karpenter goes by it. What an eviction means to one that counts failures, another check says.
func asksToEnd(p *check.Pass, i int) bool {
	w := &p.Estate.Kubernetes.Workloads[i]
	return (w.Kind == "Job" || w.Kind == "CronJob") && w.Group == "batch" && w.Evictable && !w.Inferred && w.AtLeast() > 0 && w.Hook == "" &&
		w.Template.Annotations[disruption.DoNotDisrupt] == "true"
}

// waitsFor is how long a drain waits for pods that are not evicted, by their grace; false where
// it does so until they are gone.
func waitsFor(t contract.Terms, grace time.Duration) (time.Duration, bool) {
	var began time.Time
	at, _, killed := t.DrainDeadline().ForceDeleted(began, grace)
	return at.Sub(began), killed && t.OnDeadline == contract.ThenForce
}

// noPools reports whether nothing tells of the node pools that are there, some of which may limit
// how long drains wait.
func noPools(p *check.Pass) bool {
	return !slices.ContainsFunc(p.Estate.Kubernetes.Pools, func(pool kubernetes.Pool) bool { return pool.API == kubernetes.KarpenterPool })
}

// jobEndsBeforeDeadline says whether a drain of its node waits until a Job is over. Where it is
// not known which of several platforms it is, or others than Karpenter drain, nothing is said.
func jobEndsBeforeDeadline(p *check.Pass, i int) {
	w, at, follows := &p.Estate.Kubernetes.Workloads[i], &p.Places.Workloads[i], consequencesOf(p).of(i)
	if follows.open || len(at.Also) > 0 || follows.contract() == nil || follows.contract().Drainer != contract.KarpenterDrain {
		return
	}
	if countsFailures(p, i) && follows.deletesLate() {
		return // job-survives-eviction says what comes of it
	}
	j := check.Judgement{Verdict: finding.Held, Severity: "low", Position: w.Position,
		Evidence: []finding.Evidence{{Text: disruption.DoNotDisrupt + `: "true" on its pods`, Position: w.Position}}}
	t := follows.routine()
	kept, forced := waitsFor(t, w.Template.Grace)
	switch {
	case !forced && noPools(p):
		j.Verdict, j.Because = finding.Unknown, "no node pool is here"
		j.Message = "how long a drain of its node waits for it is not known: node pools say that, and none is here"
	case !forced:
		j.Message = "a drain of its node waits for as long as it runs"
	case w.RunsAtMost == 0:
		j.Verdict, j.Because = finding.Unknown, "how long it runs is not known"
		j.Message = fmt.Sprintf("a drain of its node waits %s for it, and nothing says how long it runs", words.Duration(kept))
		j.Fix = &finding.Fix{Summary: "set activeDeadlineSeconds, if it ends sooner than that; else have it save its work on the way"}
	case w.RunsAtMost <= kept:
		j.Message = fmt.Sprintf("ends after %s at the latest, and a drain of its node waits %s for it",
			words.Duration(w.RunsAtMost), words.Duration(kept))
	default:
		j.Verdict, j.Because = finding.Broken, "it is started again"
		j.Message = fmt.Sprintf("may run for %s, and a drain of its node waits %s for it",
			words.Duration(w.RunsAtMost), words.Duration(kept))
		lost := "On %s its pod is deleted then, whatever it asks for, and what it has not saved is lost. %s"
		j.Consequence = strings.TrimSpace(fmt.Sprintf(lost, at.Offering.Title, follows.when(t)))
		j.Fix = &finding.Fix{Summary: "split its work into runs that are shorter, or have it save its work on the way"}
		if control := t.Deadline.Control; control != "" {
			j.Fix.Summary += "; or give drains more time (" + control + ")"
		}
	}
	if w.RunsAtMost > 0 {
		said := "activeDeadlineSeconds ends it after " + words.Duration(w.RunsAtMost)
		j.Evidence = append(j.Evidence, finding.Evidence{Text: said, Position: w.Position})
	}
	ofWorkload(p, i, sure(p, j, i, nil))
}
