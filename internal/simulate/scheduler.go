package simulate

import (
	"cmp"
	"slices"
)

// scheduler binds pods to nodes.
type scheduler struct {
	*engine
	pending []int32           // pods without a node
	spare   []int32           // what pending was before
	due     bool              // a look at them is
	freed   int32             // how often something freed capacity
	failed  map[[2]int32]bool // scratch: classes that fit nowhere now
	lowest  int32             // priority of any pod
	lower   []int32           // scratch: pods that matter less
	scored  []scored          // scratch
	least   []int32           // by class: 1 and the bucket below which no node holds a pod; 0 where that is not known yet
}

// enqueue puts a pod in the scheduler's queue.
func (s *scheduler) enqueue(p int32) {
	s.pods[p].next = s.now
	s.pending = append(s.pending, p)
	s.wake()
}

// capacityFreed tells the scheduler that something happened which may let a pod fit
// that did not.
func (s *scheduler) capacityFreed() {
	s.freed++
	s.wake()
}

// wake has the scheduler look soon.
func (s *scheduler) wake() {
	if !s.due && len(s.pending) > 0 {
		s.due = true
		s.after(s.between(schedulerReacts), doSchedule, 0, 0, 0)
	}
}

// schedule tries the pods that wait, those with the highest priority
// first. One that fits nowhere is tried again when capacity was freed, but
// not before its back-off is over.
//
// Source: the scheduling queue of Kubernetes 1.36: PrioritySort, the queueing
// hints, and podInitialBackoffSeconds and podMaxBackoffSeconds, 1 s and 10 s.
func (s *scheduler) schedule() {
	slices.SortStableFunc(s.pending, func(a, b int32) int {
		return cmp.Compare(s.classes[s.pods[b].class].priority, s.classes[s.pods[a].class].priority)
	})
	if s.failed == nil {
		s.failed = map[[2]int32]bool{}
	}
	failed := s.failed
	clear(failed)
	waits := s.pending
	s.pending = s.spare[:0]
	earliest := never
	for _, p := range waits {
		x := &s.pods[p]
		if x.state != podPending {
			continue
		}
		kind := [2]int32{x.class, x.tie}
		if x.fails > 0 && x.seen == s.freed || x.next > s.now {
			if x.seen != s.freed {
				earliest = min(earliest, x.next)
			}
			s.pending = append(s.pending, p)
			continue
		}
		x.seen = s.freed
		c := &s.classes[x.class]
		n := int32(-1)
		if !failed[kind] || x.nominatedTo > 0 {
			n = s.nodeFor(p, c, x.tie)
		}
		if n >= 0 {
			s.kubelet.bind(p, n)
			continue
		}
		failed[kind] = true
		if !s.preempt(p) && !x.unschedulable {
			x.unschedulable = true
			if s.recording {
				x.cause = s.podEvent(Unschedulable, p, x.cause)
			}
			s.provisioner.wake()
		}
		x.next = s.now + int64(min(schedulingBackoff<<min(x.fails, 4), maxSchedulingBackoff))
		x.fails++
		s.pending = append(s.pending, p)
	}
	s.spare = waits[:0]
	if earliest < never && !s.due {
		s.due = true
		s.at(earliest, doSchedule, 0, 0, 0)
	}
}

// comparedNodes is how many nodes that suit a pod are compared. The scheduler looks
// at a share of the cluster, too.
const comparedNodes = 16

// scored is a node that suits a pod, and what it is worth.
type scored struct {
	node  int32
	score int
	likes [byLabels + 1]int // by affinity, spread and its labels: how well it lies, before these are made comparable
}

// nodeFor is the node that a pod is bound to, or -1: of those that suit it one
// of the emptiest, and of these one without its like. What others have pushed
// pods out for is theirs.
func (sched *scheduler) nodeFor(p int32, c *class, tie int32) int32 {
	best, score, seen := int32(-1), -1<<30, 0
	sched.scored = sched.scored[:0]
	least := sched.leastBucket(c)
	for b := freeSteps - 1; b >= 0 && seen < comparedNodes; b-- {
		all := sched.emptiest.buckets[b]
		if len(all) == 0 {
			continue
		}
		if 2*b < score && !c.chooses() {
			break // none that follows can be better
		}
		from := 0
		if len(all) > 1 {
			from = sched.rng.IntN(len(all))
		}
		if b < least {
			continue
		}
		for k := range all {
			n := all[(from+k)%len(all)]
			if !sched.takes(n, p, c, tie) {
				continue
			}
			s := sched.score(n, c, b)
			if s > score {
				best, score = n, s
			}
			if seen++; seen == comparedNodes {
				break
			}
		}
	}
	if c.returns() {
		if n, s := sched.asideFor(p, c, tie); n >= 0 && (s > score || s == score && sched.rng.IntN(2) == 0) {
			best = n
		}
	}
	if len(sched.scored) > 1 {
		return mostLiked(sched.scored)
	}
	return best
}

// takes reports whether a pod fits on a node beside those that are to come there.
func (s *scheduler) takes(n, p int32, c *class, tie int32) bool {
	x := &s.nodes[n]
	if !x.free.holds(&c.asks) || !s.suits(c, tie, n, false) {
		return false
	}
	if len(x.nominatedPods) == 0 {
		return true
	}
	free := s.freeFor(n, p, c)
	return free.holds(&c.asks)
}

// score is what a node in some bucket is worth to a pod, which it notes where that is not
// all that counts.
func (s *scheduler) score(n int32, c *class, bucket int) int {
	worth := 2*bucket - 30*s.siblings(c, n)
	if c.chooses() {
		s.scored = append(s.scored, scored{n, worth, s.likes(c, n)})
	}
	return worth
}

// leastBucket is that of the fullest nodes on which a pod of a class may fit; one
// behind the last where no node that it may run on has that.
func (s *scheduler) leastBucket(c *class) int {
	if c.asks[slots] > 0 && s.firstFit.first(0, &c.asks, s.kindsThatFit[c.constraint]) < 0 {
		return freeSteps
	}
	if s.least == nil {
		s.least = make([]int32, len(s.classes))
	}
	known := &s.least[c.id]
	if *known == 0 {
		*known = freeSteps + 1
		for i := range s.shapes {
			if s.fits[c.constraint][i] {
				*known = min(*known, 1+emptiness(&c.asks, &s.shapes[i].capacity))
			}
		}
	}
	return int(*known - 1)
}

// likes is how well a node lies for a pod, by what its class prefers.
func (s *scheduler) likes(c *class, n int32) (likes [byLabels + 1]int) {
	for _, x := range c.prefers {
		likes[boolean(x.spreads)] += int(x.weight) * int(s.countAt(x.group, n))
	}
	if c.worth != nil {
		likes[byLabels] = int(c.worth[s.nodes[n].shape])
	}
	return likes
}

// byLabels is the place of what a node is worth by its labels, which is compared
// with the best of all, and not with the worst, too.
//
// Source: DefaultNormalizeScore in
// pkg/scheduler/framework/plugins/helper/normalize_score.go of Kubernetes 1.36.
const byLabels = 2

// preferenceWeight is what the best node has over the worst by what a pod prefers:
// each of the plugins has twice the weight of the one that wants the emptiest, which
// goes from 0 to freeSteps.
//
// Source: getDefaultPlugins in
// pkg/scheduler/apis/config/v1/default_plugins.go of Kubernetes 1.36.
const preferenceWeight = 2 * freeSteps

// mostLiked is the best of some nodes when what a pod prefers counts, too.
func mostLiked(all []scored) int32 {
	best, score := int32(-1), -1<<30
	low, high := all[0].likes, all[0].likes
	for i := range all {
		for k, v := range all[i].likes {
			low[k], high[k] = min(low[k], v), max(high[k], v)
		}
	}
	low[byLabels] = 0
	for i := range all {
		s := all[i].score
		for k, v := range all[i].likes {
			if high[k] > low[k] {
				s += preferenceWeight * (v - low[k]) / (high[k] - low[k])
			}
		}
		if s > score {
			best, score = all[i].node, s
		}
	}
	return best
}

// siblings is how many pods of the workload a node has.
func (s *scheduler) siblings(c *class, n int32) int {
	count := 0
	for _, l := range s.nodes[n].workloads {
		count += boolean(l == c.workload)
	}
	return count
}
