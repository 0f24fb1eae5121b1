package basis

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// NoSurge says why a restart of a workload has no other pod Ready before one goes; empty where its own rolling update has. A volume
// that one node alone may have keeps the other pod from starting.
func NoSurge(e *kubernetes.Estate, w *kubernetes.Workload) string {
	r := &w.Rollout
	mounts := func(k int) bool { return len(e.Pods[k].VolumeClaims) > 0 }
	switch {
	case w.Kind != "Deployment" || w.Group != "apps":
		return "a " + w.Kind + " takes a pod down before it makes the next"
	case r.Strategy != "" && r.Strategy != "RollingUpdate":
		return "its strategy " + r.Strategy + " takes its pods down first"
	case r.Paused:
		return "its rollout is paused"
	case len(w.Template.VolumeClaims) > 0 || slices.ContainsFunc(w.Pods, mounts):
		return "its pods have a volume that a second one may have to wait for"
	case share(r.MaxUnavailable, w.Replicas, false) > 0:
		return "its rollout may take a pod down before another is ready (maxUnavailable)"
	case share(r.MaxSurge, w.Replicas, true) == 0:
		return "its rollout makes no pod more than it has (maxSurge)"
	}
	return ""
}

// share is a setting of a rolling update, a quarter where nothing is set.
func share(setting *intstr.IntOrString, replicas int, up bool) int {
	n, err := intstr.GetScaledValueFromIntOrPercent(intstr.ValueOrDefault(setting, intstr.FromString("25%")), replicas, up)
	if err != nil {
		return 0
	}
	return n
}
