package simulate

// provisioner starts nodes for pods that have none.
type provisioner struct {
	*engine
	provisions bool // some pool makes nodes as pods need them
	changed    bool // something did since pods were reminded of
	batch      batch
	nominees   []int32 // nodes that are kept for pods
}

// batch is the window in which Karpenter gathers what has no place.
//
// Source: Batcher in pkg/controllers/provisioning/batcher.go of Karpenter
// 1.14, with BATCH_IDLE_DURATION 1 s and BATCH_MAX_DURATION 10 s.
type batch struct {
	open        bool
	first, last int64
	reminding   bool
}

// wake tells the provisioner that a pod has no place, or that a node
// is about to go.
func (pr *provisioner) wake() {
	pr.changed = true
	pr.gather()
}

// gather opens a window, or draws it out.
func (pr *provisioner) gather() {
	b := &pr.batch
	b.last = pr.now
	if b.open || !pr.provisions {
		return
	}
	b.open, b.first = true, pr.now
	pr.after(batchIdle, doProvision, 0, 0, 0)
}

// provision makes nodes for what has no place, once the window is over. Nodes
// that are to take a pod are kept for it.
func (pr *provisioner) provision() {
	b := &pr.batch
	if end := min(b.last+int64(batchIdle), b.first+int64(batchMost)); pr.now < end {
		pr.at(end, doProvision, 0, 0, 0)
		return
	}
	b.open = false
	pr.remindLater()
	if !pr.changed { // as it was the last time
		pr.nominate()
		return
	}
	pr.changed = false
	list := pr.solver.reschedulable(pr.solver.base[:0])
	pr.solver.base = list
	pr.nominees = pr.nominees[:0]
	if len(list) == 0 {
		return
	}
	pr.solver.launchForecast.begin(pr.engine, nil)
	pr.solver.nominating = true
	claims, _ := pr.solver.solve(list, nil, false)
	pr.solver.nominating = false
	pr.nominate()
	over := pr.nodeClaims.overLimits()
	for i := range claims {
		if over[claims[i].pool] {
			continue
		}
		cause := int32(-1)
		if pr.recording {
			cause = pr.pods[list[0]].cause
		}
		pr.nodeLifecycle.launch(claims[i].pool, pr.nodeClaims.shapeOf(&claims[i]), cause)
	}
}

func (pr *provisioner) nominate() {
	for _, n := range pr.nominees {
		pr.nodes[n].nominated = pr.now + int64(nomination)
	}
}

// remindLater has pods that wait and nodes that drain call again.
func (pr *provisioner) remindLater() {
	if !pr.batch.reminding && pr.podsWait() {
		pr.batch.reminding = true
		pr.after(remindInterval, doRemind, 0, 0, 0)
	}
}

func (pr *provisioner) podsWait() bool {
	for _, p := range pr.scheduler.pending {
		if pr.pods[p].state == podPending && pr.pods[p].unschedulable {
			return true
		}
	}
	return len(pr.drift.wanted) > 0 && len(pr.marked) > 0
}

// retrigger is that call.
func (pr *provisioner) retrigger() {
	pr.batch.reminding = false
	if pr.podsWait() {
		pr.gather()
	}
}
