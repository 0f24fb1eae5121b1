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

// losses are the pods of a workload that were lost by its worst moment, and what
// of the pods in their place was there by then.
type losses struct {
	open              []loss // places that were empty
	waiting, starting int    // pods without a node, and on one
	bound             int32  // the event that gave the first of those a node, -1 for none
}

// lossBook follows the pods of a workload through a run.
type lossBook struct {
	events  []simulate.Event
	created map[int32]bool               // pods made anew, and such as were lost
	ready   map[int32]bool               // of these: those that got ready
	phase   map[int32]simulate.EventKind // of pods that are not ready yet
	all     []loss
	of      map[int32]int // by event, which loss it goes back to
	missing []int         // losses that nothing has made up for
	bound   int32
}

// losses follows the workload's events up to its worst moment and beyond: when
// each loss was made up for is known only later.
func (f Fall) losses(events []simulate.Event) losses {
	b := lossBook{
		events: events, created: map[int32]bool{}, ready: map[int32]bool{}, phase: map[int32]simulate.EventKind{},
		of: map[int32]int{}, bound: -1,
	}
	for _, e := range f.Events {
		b.follow(e, events[e].At <= f.At)
	}
	x := losses{bound: b.bound}
	for _, l := range b.all {
		if events[l.event].At <= f.At && (l.back == simulate.None || l.back > f.At) {
			x.open = append(x.open, l)
		}
	}
	for _, p := range b.phase {
		if p == simulate.PodCreated {
			x.waiting++
		} else {
			x.starting++
		}
	}
	return x
}

// follow takes one event in; now says that it lies before the worst moment.
func (b *lossBook) follow(e int32, now bool) {
	ev := &b.events[e]
	if k, ok := b.of[ev.Cause]; ok {
		b.of[e] = k
	}
	switch ev.Kind {
	case simulate.Evicted, simulate.ForceDeleted, simulate.Deleted, simulate.PodUnready, simulate.PodGone:
		b.lose(e, now)
	case simulate.PodCreated:
		b.created[ev.Pod] = true
		if now {
			b.phase[ev.Pod] = simulate.PodCreated
		}
	case simulate.PodBound:
		if _, waits := b.phase[ev.Pod]; waits && now {
			b.phase[ev.Pod] = simulate.PodBound
		} else if waits && b.bound < 0 {
			b.bound = e
		}
	case simulate.PodReady:
		b.makeUp(e, now)
	}
}

// lose takes in a pod that is ready no more. It counts once, and not where it
// had never been ready.
func (b *lossBook) lose(e int32, now bool) {
	ev := &b.events[e]
	lost := (!b.created[ev.Pod] || b.ready[ev.Pod]) && (ev.Kind != simulate.PodGone || !removed(b.events, ev.Cause))
	if now {
		delete(b.phase, ev.Pod)
	}
	if !lost {
		return
	}
	delete(b.ready, ev.Pod)
	b.created[ev.Pod] = true
	b.of[e] = len(b.all)
	if now {
		b.missing = append(b.missing, len(b.all))
	}
	b.all = append(b.all, loss{e, simulate.None})
}

// makeUp takes in a pod that got ready: it makes up for the loss that it was
// made for, or else for the first.
func (b *lossBook) makeUp(e int32, now bool) {
	ev := &b.events[e]
	b.ready[ev.Pod] = true
	if now {
		delete(b.phase, ev.Pod)
	}
	if len(b.missing) == 0 {
		return
	}
	k, ok := b.of[e]
	if !ok || !slices.Contains(b.missing, k) {
		k = b.missing[0]
	}
	b.missing = slices.DeleteFunc(b.missing, func(i int) bool { return i == k })
	b.all[k].back = ev.At
}

// removed reports whether a pod that is gone had been lost by an event of its
// own before.
func removed(events []simulate.Event, cause int32) bool {
	if cause < 0 {
		return false
	}
	k := events[cause].Kind
	return k == simulate.Evicted || k == simulate.ForceDeleted || k == simulate.Deleted || k == simulate.PodUnready
}
