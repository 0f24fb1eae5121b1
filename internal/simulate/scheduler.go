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
		if !failed[kind] {
			n = e.nodeFor(c, x.zone)
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
// of the emptiest, and of these one without its like.
func (e *engine) nodeFor(c *class, zone int32) int32 {
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

// preempt pushes out pods of lower priority where that makes room, as few and
// as unimportant ones as possible. It reports whether it did.
//
// Source: the plugin DefaultPreemption of the scheduler of Kubernetes 1.36.
// Budgets are honoured where there is a choice, and broken where there is none.
func (e *engine) preempt(p int32) bool {
	x := &e.pods[p]
	c := &e.classes[x.class]
	if !c.preempts || c.priority <= e.lowest {
		return false
	}
	if x.pushed > e.now {
		return true // those it pushed out are still on their way
	}
	type plan struct {
		node            int32
		victims         []int32
		broken, highest int
	}
	best := plan{node: -1}
	for n := range e.nodes {
		node := &e.nodes[n]
		if node.room < 0 || !e.fits[c.constraint][node.shape] {
			continue
		}
		var lower []int32
		free := node.free
		for _, q := range node.pods {
			if y := &e.pods[q]; y.state == podRunning && e.classes[y.class].priority < c.priority {
				lower = append(lower, q)
			}
		}
		slices.SortFunc(lower, func(a, b int32) int {
			return cmp.Or(cmp.Compare(e.classes[e.pods[a].class].priority, e.classes[e.pods[b].class].priority), cmp.Compare(boolean(e.pods[a].blocks), boolean(e.pods[b].blocks)))
		})
		try := plan{node: int32(n)}
		for _, q := range lower {
			if free.holds(&c.asks) {
				break
			}
			free.add(&e.classes[e.pods[q].class].asks)
			try.victims = append(try.victims, q)
			try.broken += boolean(e.pods[q].blocks)
			try.highest = max(try.highest, int(e.classes[e.pods[q].class].priority))
		}
		if len(try.victims) == 0 || !free.holds(&c.asks) || !e.suits(c, x.zone, int32(n), false) {
			continue
		}
		if best.node < 0 || cmp.Or(try.broken-best.broken, cmp.Compare(try.highest, best.highest), len(try.victims)-len(best.victims)) < 0 {
			best = try
		}
	}
	if best.node < 0 {
		return false
	}
	for _, q := range best.victims {
		cause := int32(-1)
		if e.recording {
			cause = e.event(Event{Kind: Killed, Node: best.node, Pod: q, Workload: e.classes[e.pods[q].class].load, Cause: x.cause, Detail: "pushed out by a pod of higher priority"})
		}
		e.run.Killed++
		e.terminate(q, e.classes[e.pods[q].class].grace, cause)
		x.pushed = max(x.pushed, e.pods[q].leaves+int64(time.Second))
	}
	return true
}
