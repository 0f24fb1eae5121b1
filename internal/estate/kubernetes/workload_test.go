package kubernetes

import "testing"

// The fewest and the most pods of a workload, as its kind and its scaler have it.
func TestFewestAndMostPods(t *testing.T) {
	hpa, keda := &Scaler{Ref: Ref{Kind: "HorizontalPodAutoscaler"}, Min: 2, Max: 5}, &Scaler{Ref: Ref{Kind: "ScaledObject"}, Min: 1, Max: 4, ToZero: true}
	of := func(kind string, replicas int, set bool, s *Scaler, pods ...int) *Workload {
		return &Workload{Ref: Ref{Kind: kind}, Replicas: replicas, ReplicasSet: set, Scaler: s, Pods: pods}
	}
	for _, c := range []struct {
		name        string
		w           *Workload
		least, most int
		off, idles  bool
	}{
		{"as written", of("Deployment", 3, true, nil), 3, 3, false, false},
		{"not written", of("Deployment", 1, false, nil), 1, 1, false, false},
		{"an autoscaler", of("Deployment", 3, true, hpa), 2, 5, false, false},
		{"switched off", of("Deployment", 0, true, nil), 0, 0, true, false},
		{"switched off in spite of an autoscaler", of("Deployment", 0, true, hpa), 0, 0, true, false},
		{"none written", of("Deployment", 0, false, nil), 0, 0, false, false},
		{"KEDA starts it from none", of("Deployment", 0, true, keda), 1, 4, false, true},
		{"a DaemonSet as it was seen", of("DaemonSet", 1, false, nil, 0, 1, 2), 3, 3, false, false},
		{"a DaemonSet that was not", of("DaemonSet", 1, false, nil), 1, 1, false, false},
	} {
		if c.w.AtLeast() != c.least || c.w.AtMost() != c.most || c.w.Off() != c.off || c.w.ScalesToZero() != c.idles {
			t.Errorf("%s: %d to %d, off %t, to none %t", c.name, c.w.AtLeast(), c.w.AtMost(), c.w.Off(), c.w.ScalesToZero())
		}
	}
}
