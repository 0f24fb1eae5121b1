package simulate

import (
	"time"
)

// batch is the window in which Karpenter gathers what has no place.
//
// Source: Batcher in pkg/controllers/provisioning/batcher.go of Karpenter
// 1.14, with BATCH_IDLE_DURATION 1 s and BATCH_MAX_DURATION 10 s.
type batch struct {
	open        bool
	first, last int64
	reminding   bool
}

const (
	batchIdle = time.Second
	batchMost = 10 * time.Second
	// remind is after how long pods that still wait, and nodes that still
	// drain, make themselves heard again.
	remind = 10 * time.Second
	// nomination is for how long a node is kept for a pod: twice batchMost.
	nomination = 20 * time.Second
)

// provisionSoon tells the provisioner that a pod has no place, or that a node
// is about to go.
func (e *engine) provisionSoon() {
	e.changed = true
	e.gather()
}

// gather opens a window, or draws it out.
func (e *engine) gather() {
	b := &e.batch
	b.last = e.now
	if b.open || !e.provisions {
		return
	}
	b.open, b.first = true, e.now
	e.after(batchIdle, doProvision, 0, 0, 0)
}

// provision makes nodes for what has no place, once the window is over. Nodes
// that are to take a pod are kept for it.
func (e *engine) provision() {
	b := &e.batch
	if end := min(b.last+int64(batchIdle), b.first+int64(batchMost)); e.now < end {
		e.at(end, doProvision, 0, 0, 0)
		return
	}
	b.open = false
	e.remindLater()
	if !e.changed { // as it was the last time
		e.nominate()
		return
	}
	e.changed = false
	list := e.homeless(e.loop.base[:0])
	e.loop.base = list
	e.nominees = e.nominees[:0]
	if len(list) == 0 {
		return
	}
	e.loop.ahead.begin(e, nil)
	e.nominating = true
	claims, _ := e.solve(list, nil, false)
	e.nominating = false
	e.nominate()
	over := e.overLimits()
	for i := range claims {
		if over[claims[i].pool] {
			continue
		}
		cause := int32(-1)
		if e.recording {
			cause = e.pods[list[0]].cause
		}
		e.launch(claims[i].pool, e.shapeOf(&claims[i]), cause)
	}
}

func (e *engine) nominate() {
	for _, n := range e.nominees {
		e.nodes[n].nominated = e.now + int64(nomination)
	}
}

// remindLater has pods that wait and nodes that drain call again.
func (e *engine) remindLater() {
	if !e.batch.reminding && e.homelessLeft() {
		e.batch.reminding = true
		e.after(remind, doRetrigger, 0, 0, 0)
	}
}

func (e *engine) homelessLeft() bool {
	for _, p := range e.pending {
		if e.pods[p].state == podPending && e.pods[p].unschedulable {
			return true
		}
	}
	return len(e.loop.wanted) > 0 && len(e.marked) > 0
}

// retrigger is that call.
func (e *engine) retrigger() {
	e.batch.reminding = false
	if e.homelessLeft() {
		e.gather()
	}
}
