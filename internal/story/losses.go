package story

import (
	"slices"
	"time"

	"github.com/onus-project/onus/internal/simulate"
)

// loss is a pod that was ready and is no more.
type loss struct {
	event int32
	back  time.Duration // when one in its place was ready; simulate.None for never
}

// losses are those pods whose places were empty at the worst moment, and what
// of the pods in their place was there by then.
func (f Fall) losses(events []simulate.Event) (open []loss, waiting, starting int, bound int32) {
	made, ready := map[int32]bool{}, map[int32]bool{}
	phase := map[int32]simulate.EventKind{} // of pods that are not ready yet
	all, of := []loss{}, map[int32]int{}    // of: by event, which loss it goes back to
	var missing []int
	bound = -1
	found := func(i int) bool { return slices.Contains(missing, i) }
	for _, e := range f.Events {
		ev := &events[e]
		now := ev.At <= f.At
		if k, ok := of[ev.Cause]; ok {
			of[e] = k
		}
		switch ev.Kind {
		case simulate.Evicted, simulate.ForceDeleted, simulate.PodUnready, simulate.PodGone:
			lost := (!made[ev.Pod] || ready[ev.Pod]) && (ev.Kind != simulate.PodGone || !removed(events, ev.Cause))
			delete(phase, ev.Pod)
			if lost {
				delete(ready, ev.Pod)
				made[ev.Pod] = true // it counts once
				of[e] = len(all)
				if now {
					missing = append(missing, len(all))
				}
				all = append(all, loss{e, simulate.None})
			}
		case simulate.PodCreated:
			made[ev.Pod] = true
			if now {
				phase[ev.Pod] = simulate.PodCreated
			}
		case simulate.PodBound:
			if _, waits := phase[ev.Pod]; waits && now {
				phase[ev.Pod] = simulate.PodBound
			} else if waits && bound < 0 {
				bound = e
			}
		case simulate.PodReady:
			ready[ev.Pod] = true
			if now {
				delete(phase, ev.Pod)
			}
			if len(missing) == 0 {
				continue
			}
			k, ok := of[e]
			if !ok || !found(k) {
				k = missing[0]
			}
			missing = slices.DeleteFunc(missing, func(i int) bool { return i == k })
			all[k].back = ev.At
		}
	}
	for _, l := range all {
		if events[l.event].At <= f.At && (l.back == simulate.None || l.back > f.At) {
			open = append(open, l)
		}
	}
	for _, p := range phase {
		if p == simulate.PodCreated {
			waiting++
		} else {
			starting++
		}
	}
	return open, waiting, starting, bound
}

// removed reports whether a pod that is gone had been lost by an event of its
// own before.
func removed(events []simulate.Event, cause int32) bool {
	if cause < 0 {
		return false
	}
	k := events[cause].Kind
	return k == simulate.Evicted || k == simulate.ForceDeleted || k == simulate.PodUnready
}
