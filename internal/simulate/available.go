package simulate

// available reports whether a pod counts for its controller: it does so once it
// has been ready for minReadySeconds. Budgets count it from its first moment.
//
// Source: IsPodAvailable in pkg/api/v1/pod/util.go of Kubernetes 1.36.
func (e *engine) available(p int32) bool {
	x := &e.pods[p]
	return x.ready && e.now-x.since >= int64(e.World.loads[e.classes[x.class].load].rollout.MinReady)
}

// availableOf counts a workload's pods that are.
func (e *engine) availableOf(l int32) int32 {
	x := &e.loads[l]
	if e.World.loads[l].rollout.MinReady == 0 {
		return x.ready
	}
	n := int32(0)
	for _, p := range x.pods {
		n += int32(boolean(e.available(p)))
	}
	return n
}

// availableLater has the controller look again when a pod that got ready some
// time counts.
func (e *engine) availableLater(l int32, since int64) {
	if d := e.World.loads[l].rollout.MinReady; d > 0 && since+int64(d) > e.now {
		e.at(since+int64(d), doMake, l, 0, 0)
	}
}
