package simulate

import (
	"cmp"
	"slices"
	"time"
)

// wait puts a pod in the scheduler's queue.
func (e *engine) wait(p int32) {
	e.pods[p].next = e.now
	e.pending = append(e.pending, p)
	e.needSchedule()
}

// roomMade tells the scheduler that something happened which may make room for
// a pod that had none.
func (e *engine) roomMade() {
	e.rooms++
	e.needSchedule()
}

// needSchedule has the scheduler look soon.
func (e *engine) needSchedule() {
	if !e.scheduled && len(e.pending) > 0 {
		e.scheduled = true
		e.after(e.between(5*time.Millisecond, 50*time.Millisecond), doSchedule, 0, 0, 0)
	}
}

// schedulePending tries the pods that wait, those with the highest priority
// first. One that fits nowhere is tried again when something has made room, but
// not before its back-off is over.
//
// Source: the scheduling queue of Kubernetes 1.36: PrioritySort, the queueing
// hints, and podInitialBackoffSeconds and podMaxBackoffSeconds, 1 s and 10 s.
func (e *engine) schedulePending() {
	slices.SortStableFunc(e.pending, func(a, b int32) int {
		return cmp.Compare(e.classes[e.pods[b].class].priority, e.classes[e.pods[a].class].priority)
	})
	if e.failed == nil {
		e.failed = map[[2]int32]bool{}
	}
	failed := e.failed
	clear(failed)
	waits := e.pending
	e.pending = e.spare[:0]
	earliest := never
	for _, p := range waits {
		x := &e.pods[p]
		if x.state != podPending {
			continue
		}
		kind := [2]int32{x.class, x.zone}
		if x.fails > 0 && x.seen == e.rooms || x.next > e.now {
			if x.seen != e.rooms {
				earliest = min(earliest, x.next)
			}
			e.pending = append(e.pending, p)
			continue
		}
		x.seen = e.rooms
		c := &e.classes[x.class]
		n := int32(-1)
		if !failed[kind] || x.claims > 0 {
			n = e.nodeFor(p, c, x.zone)
		}
		if n >= 0 {
			e.bind(p, n)
			continue
		}
		failed[kind] = true
		if !e.preempt(p) && !x.unschedulable {
			x.unschedulable = true
			if e.recording {
				x.cause = e.podEvent(Unschedulable, p, x.cause)
			}
			e.provisionSoon()
		}
		x.next = e.now + int64(min(time.Second<<min(x.fails, 4), 10*time.Second))
		x.fails++
		e.pending = append(e.pending, p)
	}
	e.spare = waits[:0]
	if earliest < never && !e.scheduled {
		e.scheduled = true
		e.at(earliest, doSchedule, 0, 0, 0)
	}
}

// looked is how many nodes that suit a pod are compared. The scheduler looks
// at a share of the cluster, too.
const looked = 16

// nodeFor is the node that a pod is bound to, or -1: of those that suit it one
// of the emptiest, and of these one without its like. What others have pushed
// pods out for is theirs.
func (e *engine) nodeFor(p int32, c *class, zone int32) int32 {
	best, score, seen := int32(-1), -1<<30, 0
	for b := roomSteps - 1; b >= 0 && seen < looked; b-- {
		all := e.roomy.buckets[b]
		if len(all) == 0 {
			continue
		}
		if 2*b < score {
			break // none that follows can be better
		}
		from := 0
		if len(all) > 1 {
			from = e.rng.IntN(len(all))
		}
		for k := range all {
			n := all[(from+k)%len(all)]
			x := &e.nodes[n]
			if !x.free.holds(&c.asks) || !e.suits(c, zone, n, false) {
				continue
			}
			if len(x.claimants) > 0 {
				if free := e.freeFor(n, p, c); !free.holds(&c.asks) {
					continue
				}
			}
			if s := 2*b - 30*e.siblings(c, n); s > score {
				best, score = n, s
			}
			if seen++; seen == looked {
				break
			}
		}
	}
	return best
}

// siblings is how many pods of the workload a node has.
func (e *engine) siblings(c *class, n int32) int {
	count := 0
	for _, l := range e.nodes[n].loads {
		count += boolean(l == c.load)
	}
	return count
}
