package simulate

import (
	"fmt"

	"github.com/onus-project/onus/internal/words"
)

// unrolled says why a rollout of a workload does nothing that is played; empty where it is.
//
// Source: syncDeployment in pkg/controller/deployment of Kubernetes 1.36, which only scales
// one that is paused; updateAllowedPodCounts in pkg/controller/daemon/update.go, which rounds
// both numbers up.
func (w *World) unrolled(l int32) string {
	x := &w.workloads[l]
	called := fmt.Sprintf("%s %s/%s", x.Kind, x.Namespace, x.Name)
	switch {
	case x.rollout.Strategy == "OnDelete":
		return called + " replaces none of its pods by itself (strategy OnDelete)"
	case x.kind == daemon:
		return fmt.Sprintf("a rollout of %s is not played: %s", called, w.daemonsAtOnce(l))
	case x.kind == bare || x.kind == static || x.kind == job:
		return called + " has no rollouts"
	case x.rollout.Paused:
		return called + " is paused, and replaces none of its pods until it is resumed"
	}
	return ""
}

// daemonsAtOnce says how many pods of a DaemonSet its rollout takes at once.
func (w *World) daemonsAtOnce(l int32) string {
	x := &w.workloads[l]
	away, surge := 1, 0
	if n := x.rollout.MaxUnavailable; n != nil {
		away = int(share(n, int32(x.replicas), true))
	}
	if n := x.rollout.MaxSurge; n != nil {
		surge = int(share(n, int32(x.replicas), true))
	}
	switch {
	case surge > 0:
		return "another pod is ready on a node before the one there goes (maxSurge)"
	case x.replicas == 0:
		return "it has no pod"
	}
	return fmt.Sprintf("up to %d of its %s are away at once (maxUnavailable), and it asks no PDB", away, words.Count(x.replicas, "pod"))
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
