package simulate

import (
	"math"
	"time"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Unfinished is a release that is not through when the time is over.
type Unfinished struct {
	Workload kubernetes.Ref
	// Still is for how long nothing of it had got on, Deadline after how long of that it
	// counts as failed; 0 for never.
	Still, Deadline time.Duration
}

// Failed reports whether it counts as failed.
func (u *Unfinished) Failed() bool { return u.Deadline > 0 && u.Still >= u.Deadline }

// progress notes when a rollout last got on: a pod of the new revision is made or available,
// or one of the old is gone.
//
// Source: DeploymentProgressing in pkg/controller/deployment/util/deployment_util.go of
// Kubernetes 1.36.
func (ro *rollouts) progress(l int32, r *rollout) {
	var now [3]int32
	for _, p := range ro.workloads[l].pods {
		switch y := &ro.pods[p]; {
		case y.state == podLeaving || y.state == podNone:
		case !y.revision:
			now[0]++
		default:
			now[1]++
			now[2] += int32(boolean(y.ready) + boolean(ro.available(p)))
		}
	}
	if now != r.counts {
		r.counts, r.progressed = now, ro.now
	}
}

// standing are the releases that are not through.
func (ro *rollouts) standing() []Unfinished {
	var all []Unfinished
	for _, l := range ro.watchlist() {
		w, r := &ro.World.workloads[l], ro.workloads[l].rollout
		if r == nil {
			continue
		}
		all = append(all, Unfinished{
			Workload: w.Ref, Still: time.Duration(ro.now - r.progressed), Deadline: w.progressDeadline(ro.workloads[l].podReady),
		})
	}
	return all
}

// usualDeadline is the progressDeadlineSeconds of a Deployment that sets none. Others have no
// such thing: their release counts as failed after that, and what their pods take.
const usualDeadline = 10 * time.Minute

// progressDeadline is after how long without progress a release counts as failed; 0 for
// never.
//
// Source: HasProgressDeadline and DeploymentTimedOut in
// pkg/controller/deployment/util/deployment_util.go of Kubernetes 1.36.
func (w *workload) progressDeadline(podReady int64) time.Duration {
	switch {
	case w.rollout.Progress == math.MaxInt32*time.Second:
		return 0
	case w.rollout.Progress > 0:
		return w.rollout.Progress
	}
	return usualDeadline + w.rollout.MinReady + time.Duration(podReady)
}
