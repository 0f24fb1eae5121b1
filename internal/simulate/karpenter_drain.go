package simulate

import (
	"time"

	"github.com/onus-project/onus/internal/disruption"
)

// lookAsKarpenter is one look of Karpenter at a drain: pods that run out of
// time are deleted, then the next group of pods is asked to leave, and with
// none left the node goes.
//
// Source: Controller.awaitDrain and Terminator.Drain.
func (dr *drainer) lookAsKarpenter(n int32) {
	x := &dr.nodes[n]
	now := dr.timeOfDay()
	wave := dr.wave[:0]
	for _, p := range x.pods {
		wave = append(wave, dr.drainPod(p))
	}
	dr.wave = wave
	next := never
	if x.deadline < never && x.policy.Deadline.Early {
		next = dr.deleteExpiring(n, wave, now)
	}
	evict, waiting := disruption.Wave(wave, now)
	for _, i := range evict {
		dr.evictor.ask(x.pods[i], asksEviction)
	}
	if waiting == 0 {
		if gone := x.began + int64(minDrain); dr.now < gone {
			dr.lookAt(n, dr.nextLook(n, gone))
			return
		}
		dr.after(dr.between(instanceDeleted), doEndDrain, n, 0, x.gen)
		return
	}
	for i, p := range x.pods {
		// An annotation that holds for a time comes to an end.
		if end, ok := wave[i].Until(); ok && dr.pods[p].state == podRunning && wave[i].Protected(now) {
			next = min(next, int64(end.Sub(dr.start)))
		}
		if late := dr.pods[p].leaves + int64(disruption.StuckAfter) + 1; x.unreachable && dr.pods[p].state == podLeaving && late > dr.now {
			next = min(next, late)
		}
	}
	if next < never {
		dr.lookAt(n, dr.nextLook(n, max(next, dr.now+1)))
	}
}

// deleteExpiring deletes the pods whose grace would outlast the node, and says
// when the next one's will.
func (dr *drainer) deleteExpiring(n int32, wave []disruption.DrainPod, now time.Time) (next int64) {
	x := &dr.nodes[n]
	end := dr.start.Add(time.Duration(x.deadline))
	next = never
	for i, p := range x.pods {
		if dr.pods[p].state != podRunning || wave[i].Karpenter(now) == disruption.Leave {
			continue
		}
		grace, due := wave[i].Expiring(end, now)
		if !due {
			next = min(next, x.deadline-int64(wave[i].Grace)+1)
			continue
		}
		if wave[i].Grace >= x.policy.Deadline.After {
			dr.deleteForced(p, n, grace, "the grace of the pods is as long as the termination grace period of their node, or longer")
		} else {
			dr.forceDelete(p, n, grace, "the termination grace period of its node ends")
		}
		wave[i].Deleted = dr.start.Add(time.Duration(dr.pods[p].leaves))
	}
	return next
}
