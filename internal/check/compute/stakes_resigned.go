package compute

import (
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// pausesForRollouts says by what it is known that the author of a workload has all its
// pods gone in each rollout; empty where nothing says so. A StatefulSet has no other way.
//
// Source: ResolveFenceposts and the rolling update in pkg/controller/deployment of
// Kubernetes 1.36: without a surge an old pod goes before a new one comes.
func pausesForRollouts(w *kubernetes.Workload) string {
	r := &w.Rollout
	if r.Strategy == "Recreate" {
		return "its strategy Recreate accepts such an absence in each rollout"
	}
	if w.Kind != "Deployment" || w.AtLeast() != 1 {
		return ""
	}
	// What cannot be scaled is no number of pods.
	if surge, err := intstr.GetScaledValueFromIntOrPercent(r.MaxSurge, 1, true); r.MaxSurge != nil && err == nil && surge == 0 {
		return "its maxSurge 0 accepts such an absence in each rollout"
	}
	if away, err := intstr.GetScaledValueFromIntOrPercent(r.MaxUnavailable, 1, false); r.MaxUnavailable != nil && err == nil && away >= 1 {
		return "its maxUnavailable " + r.MaxUnavailable.String() + " accepts such an absence in each rollout"
	}
	return ""
}
