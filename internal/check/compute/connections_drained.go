package compute

import (
	"fmt"
	"time"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// ConnectionsDrained looks for pods that are gone while their load balancer still lets
// requests run that it has sent them.
var ConnectionsDrained = check.Check{
	ID: "connections-drained", Axis: Axis, Subjects: whereReplaced(isDeregistered),
	Needs: check.Needs{Held: []check.Need{ownObject, place}, Broken: []check.Need{ownObject, place}},
	Run:   eachReplaced(isDeregistered, connectionsDrained),
}

// isDeregistered reports whether pods that drains evict are targets of such a load balancer.
func isDeregistered(p *check.Pass, i int) bool {
	w := &p.Estate.Kubernetes.Workloads[i]
	if !w.Evictable || w.Inferred || w.AtLeast() == 0 || headroom(w) {
		return false
	}
	x := deregisteredBy(p, i)
	return x.delay > 0 || x.wrong != ""
}

// takenOut is how long after a pod is evicted its load balancer may begin to let it go: its
// controller sees the pod go, and asks for that.
const takenOut = 10 * time.Second

// attributeWrong says of a workload that the delay of its load balancer is not what somebody meant to set.
func attributeWrong(w *kubernetes.Workload, x deregistered) check.Judgement {
	j := check.Judgement{
		Verdict: finding.Broken, Severity: "low", Position: w.Position, Because: "requests still end as they do without it",
		Message:     fmt.Sprintf("%s does not take %s: this sets no delay", x.title, x.wrong),
		Consequence: fmt.Sprintf("Requests may run for as long as before: %s where nobody has set another delay.", words.Duration(x.unset)),
		Evidence:    []finding.Evidence{{Text: x.said, Position: x.at}},
		Fix:         &finding.Fix{Summary: fmt.Sprintf("write %s=SECONDS, with a number from 0 to %d", x.setting, x.most)},
	}
	if x.unsure != "" {
		j.Verdict, j.Because, j.Message, j.Consequence = finding.Unknown, "it may have no such load balancer", x.unsure, ""
	}
	return j
}

// connectionsDrained says whether a pod serves until its load balancer has let it go. What a
// program does once it is told to stop is not known: it may well answer what it has.
func connectionsDrained(p *check.Pass, i int) {
	w, x := &p.Estate.Kubernetes.Workloads[i], deregisteredBy(p, i)
	if x.wrong != "" {
		ofWorkload(p, i, sure(p, attributeWrong(w, x), i, nil))
		return
	}
	hook, grace := w.Template.AllServe, w.Template.Grace
	j := check.Judgement{Verdict: finding.Held, Severity: "low", Position: w.Position, Evidence: []finding.Evidence{
		{Text: x.said, Position: x.at}, {Text: fmt.Sprintf("terminationGracePeriodSeconds %d", grace/time.Second), Position: w.Position},
	}}
	if hook > 0 {
		j.Evidence = append(j.Evidence, finding.Evidence{Text: "its preStop hook sleeps for " + words.Duration(hook), Position: w.Position})
	}
	lets := "its load balancer lets requests run for " + words.Duration(x.delay) + " after it is taken out"
	switch {
	case x.unsure != "":
		j.Verdict, j.Because, j.Message = finding.Unknown, "it may have no such load balancer", x.unsure
	case grace <= x.delay && (x.delay <= x.unset || x.unset == 0):
		j.Verdict, j.Because = finding.Unknown, "few requests take so long"
		j.Message = fmt.Sprintf("%s, and a pod of it is killed after %s: whether requests take longer is not known", lets, words.Duration(grace))
		j.Fix = &finding.Fix{Summary: fmt.Sprintf("if they do, set terminationGracePeriodSeconds to more than %d, "+
			"with a preStop hook that sleeps for longer "+
			"than %d s; or lower %s to what they take", x.delay/time.Second, x.delay/time.Second, x.setting)}
	case grace <= x.delay:
		j.Verdict, j.Because = finding.Broken, "only requests that take so long are lost"
		j.Message = fmt.Sprintf("%s, and a pod of it is killed after %s", lets, words.Duration(grace))
		j.Consequence = consequencesOf(p).of(i).comes(fmt.Sprintf("requests that take longer than %s end with an error", words.Duration(grace)))
		j.Fix = &finding.Fix{Summary: fmt.Sprintf("set terminationGracePeriodSeconds to more than %d, with a preStop hook that sleeps for %d s; "+
			"or lower %s to what its requests take", x.delay/time.Second, x.delay/time.Second, x.setting)}
	case min(hook, grace) >= x.delay+takenOut:
		j.Message = lets + ", and its program is told to stop after that"
	default:
		j.Verdict, j.Because = finding.Unknown, "its program may well answer what it has"
		after := "at once"
		if hook > 0 {
			after = "after " + words.Duration(hook)
		}
		j.Message = fmt.Sprintf("%s, and its program is told to stop %s: whether it answers what it has then is not known", lets, after)
		j.Fix = &finding.Fix{Summary: fmt.Sprintf("if it does not, have a preStop hook sleep for %d s", x.delay/time.Second)}
	}
	ofWorkload(p, i, sure(p, j, i, nil))
}
