package simulate

// autoscaler sets replicas as the scenario says.
type autoscaler struct{ *engine }

func (as *autoscaler) scale(t *Trigger, cause int32) {
	l := as.workloadNamed(t.Workload)
	as.controllers.scale(l, t.Replicas, as.event(Event{Kind: Scaled, Node: -1, Pod: -1, Workload: l, Cause: cause, Number: int32(t.Replicas)}))
}
