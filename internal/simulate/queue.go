package simulate

// step is something that is due. a and b are what it is about; gen tells
// whether the pod or node is still the one that was meant.
type step struct {
	at   int64 // nanoseconds since the start
	seq  uint32
	gen  uint32
	what action
	a, b int32
}

// action is what a step does.
type action uint8

const (
	doTrigger action = iota // trigger a
	doPass                  // the disruption loop
	doProvision
	doCommand // look whether the replacements of command a are ready
	doNodeReady
	doDrain // look at the drain of node a
	doEvict // pod a
	doGone  // pod a has stopped
	doReady // pod a is ready
	doSync  // the controller of workload a looks
	doRetry // it does so again, because the API server refused to make a pod
	doSchedule
	doRemind      // pods that still wait remind the provisioner
	doExpire      // node a has reached its age
	doEndDrain    // node a is taken away, whatever is left on it
	doUpgrade     // rolling upgrade a looks for its next nodes
	doRested      // rolling upgrade a has rested after a node
	doUnblock     // the do-not-disrupt of pod a has ended
	doCollect     // orphan a is collected
	doCrash       // pod a is no longer ready
	doScale       // the autoscaler does what trigger a wants
	doTaintEvict  // pod a no longer tolerates its node
	doDrainByHand // command a looks whether the pods of its node are gone
	doRepair      // node b has been unhealthy for as long as trigger a waits
	doWave        // wave a of a plan begins
	doWaveLook    // the wave under way goes on
	doDetach      // disk a is detached from a node that does not say that it has unmounted it
)

func (s *step) before(o *step) bool { return s.at < o.at || s.at == o.at && s.seq < o.seq }

// schedule is the steps to come: a heap of four children a node, which for
// small elements is faster than the usual one of two.
type schedule struct {
	heap []step
	seq  uint32
}

func (q *schedule) push(s step) {
	q.seq++
	s.seq = q.seq
	q.heap = append(q.heap, s)
	i := len(q.heap) - 1
	for i > 0 {
		up := (i - 1) / 4
		if !s.before(&q.heap[up]) {
			break
		}
		q.heap[i] = q.heap[up]
		i = up
	}
	q.heap[i] = s
}

func (q *schedule) pop() step {
	top := q.heap[0]
	n := len(q.heap) - 1
	s := q.heap[n]
	q.heap = q.heap[:n]
	if n == 0 {
		return top
	}
	i := 0
	for {
		first := 4*i + 1
		if first >= n {
			break
		}
		least := first
		for c := first + 1; c < min(first+4, n); c++ {
			if q.heap[c].before(&q.heap[least]) {
				least = c
			}
		}
		if !q.heap[least].before(&s) {
			break
		}
		q.heap[i] = q.heap[least]
		i = least
	}
	q.heap[i] = s
	return top
}
