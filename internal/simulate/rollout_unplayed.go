package simulate

import "fmt"

// unrolled says why a rollout of a workload does nothing that is played; empty where it is.
//
// Source: syncDeployment in pkg/controller/deployment of Kubernetes 1.36, which only scales
// one that is paused.
func (w *World) unrolled(l int32) string {
	x := &w.workloads[l]
	called := fmt.Sprintf("%s %s/%s", x.Kind, x.Namespace, x.Name)
	switch {
	case x.rollout.Strategy == "OnDelete":
		return called + " replaces none of its pods by itself (strategy OnDelete)"
	case x.kind == daemon && x.replicas == 0:
		return called + " has no pod"
	case x.kind == bare || x.kind == static || x.kind == job:
		return called + " has no rollouts"
	case x.rollout.Paused:
		return called + " is paused, and replaces none of its pods until it is resumed"
	}
	return ""
}

// daemonsAtOnce is of how many nodes a rollout of a DaemonSet takes the pod at once, and on
// how many it makes another first.
//
// Source: updatedDesiredNodeCounts in pkg/controller/daemon/update.go of Kubernetes 1.36,
// which rounds both numbers up.
func (w *workload) daemonsAtOnce(nodes int32) (surge, away int32) {
	if n := w.rollout.MaxSurge; n != nil {
		surge = share(n, nodes, true)
	}
	if surge > 0 {
		return surge, 0
	}
	if n := w.rollout.MaxUnavailable; n != nil {
		return 0, share(n, nodes, true)
	}
	return 0, 1
}

// unrolledNotes say which rollouts of the scenario do nothing that is played, and why.
func (tr *triggers) unrolledNotes() []string {
	var notes []string
	for i := range tr.scenario.Triggers {
		t := &tr.scenario.Triggers[i]
		if t.Kind != Rollout {
			continue
		}
		if why := tr.World.unrolled(tr.workloadNamed(t.Workload)); why != "" {
			notes = append(notes, why)
		}
	}
	return notes
}
