package compute

import (
	"fmt"
	"time"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// StopWithinGrace looks for pods that are killed before their program was told to stop.
var StopWithinGrace = check.Check{
	ID: "stop-within-grace", Axis: Axis, Subjects: whereReplaced(sleepsToStop),
	Needs: check.Needs{Held: []check.Need{ownObject, place}, Broken: []check.Need{ownObject, place}},
	Run:   eachReplaced(sleepsToStop, stopWithinGrace),
}

// sleepsToStop reports whether pods that drains evict sleep before their program is told
// to stop, as they do so that load balancers find out first.
func sleepsToStop(p *check.Pass, i int) bool {
	w := &p.Estate.Kubernetes.Workloads[i]
	return w.Template.StopHook > 0 && w.Evictable && w.AtLeast() > 0 && !headroom(w)
}

// extension is what a pod gets whose hook still runs when its grace is over.
//
// Source: killContainer in pkg/kubelet/kuberuntime/kuberuntime_container.go of Kubernetes 1.36.
const extension = 2 * time.Second

func stopWithinGrace(p *check.Pass, i int) {
	w := &p.Estate.Kubernetes.Workloads[i]
	hook, grace := w.Template.StopHook, w.Template.Grace
	j := check.Judgement{Verdict: finding.Held, Position: w.Position}
	left := words.Duration(grace - hook)
	j.Message = fmt.Sprintf("its preStop hook sleeps for %s, which leaves its program %s of its grace", words.Duration(hook), left)
	j.Evidence = []finding.Evidence{{Text: fmt.Sprintf("terminationGracePeriodSeconds %d", grace/time.Second), Position: w.Position}}
	if hook >= grace {
		j.Verdict, j.Severity = finding.Broken, "low"
		j.Message = fmt.Sprintf("its preStop hook sleeps for %s, all of its grace of %s", words.Duration(hook), words.Duration(grace))
		j.Consequence = consequencesOf(p).of(i).cutOff()
		more := "set terminationGracePeriodSeconds to more than %d, by the time in which its program stops"
		j.Fix = &finding.Fix{Summary: fmt.Sprintf(more, hook/time.Second)}
	}
	ofWorkload(p, i, sure(p, j, i, nil))
}
