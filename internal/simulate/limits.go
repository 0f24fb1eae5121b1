package simulate

// withinLimits are the shapes of one more node that a pool may have: those that
// fit in what its limits leave. Nodes on their way out do not count, and of
// each that was claimed before the largest that it may be.
//
// Source: updateRemainingResources, filterByRemainingResources and subtractMax
// in pkg/controllers/provisioning/scheduling/scheduler.go of Karpenter 1.14,
// which Provisioner.Schedule and SimulateScheduling give the active nodes only.
func (e *engine) withinLimits(p int32, claims []claim) []int32 {
	pool := &e.World.pools[p]
	limits := &pool.limits
	if limits[cpu] == 0 && limits[memory] == 0 {
		return pool.shapes
	}
	used := e.pools[p].used
	for i := range claims {
		if claims[i].pool == p {
			used.add(&e.shapes[claims[i].options[len(claims[i].options)-1]].size)
		}
	}
	var all []int32
	for _, s := range pool.shapes {
		with := used
		with.add(&e.shapes[s].size)
		if !exceeds(&with, limits) {
			all = append(all, s)
		}
	}
	return all
}

func exceeds(used, limits *amount) bool {
	return limits[cpu] > 0 && used[cpu] > limits[cpu] || limits[memory] > 0 && used[memory] > limits[memory]
}

// overLimits says by pool whether it has more than its limits, so that nothing
// is started there.
//
// Source: Provisioner.Create in pkg/controllers/provisioning/provisioner.go,
// with Limits.ExceededBy, and updateNodePoolResources in
// pkg/controllers/state/cluster.go.
func (e *engine) overLimits() []bool {
	over := e.over
	for p := range e.pools {
		over[p] = exceeds(&e.pools[p].used, &e.World.pools[p].limits)
	}
	return over
}
