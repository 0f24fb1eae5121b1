package kubernetes

import (
	"strings"
	"testing"
	"time"
)

// The fewest and the most pods of a workload, as its kind and its scaler have it.
func TestFewestAndMostPods(t *testing.T) {
	hpa, keda := &Scaler{Ref: Ref{Kind: "HorizontalPodAutoscaler"}, Min: 2, Max: 5},
		&Scaler{Ref: Ref{Kind: "ScaledObject"}, Min: 1, Max: 4, ToZero: true}
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

// A node that is not ready is left after five minutes, or as soon as the least of the
// tolerations that are about it ends; one without an end does not count then.
func TestUntilEvicted(t *testing.T) {
	const unreachable = "node.kubernetes.io/unreachable"
	of := func(key, operator, effect string, seconds ...int64) Toleration {
		x := Toleration{Key: key, Operator: operator, Effect: effect}
		if len(seconds) > 0 {
			x.Seconds = &seconds[0]
		}
		return x
	}
	for name, c := range map[string]struct {
		all     []Toleration
		want    time.Duration
		forever bool
	}{
		"none":                        {nil, 5 * time.Minute, false},
		"thirty seconds":              {[]Toleration{of(unreachable, "Exists", "NoExecute", 30)}, 30 * time.Second, false},
		"of every effect":             {[]Toleration{of(unreachable, "Exists", "", 30)}, 30 * time.Second, false},
		"Equal, without a value":      {[]Toleration{of(unreachable, "", "NoExecute", 30)}, 30 * time.Second, false},
		"the least first":             {[]Toleration{of("", "Exists", "", 60), of(unreachable, "Exists", "NoExecute", 90)}, time.Minute, false},
		"any value":                   {[]Toleration{{Key: unreachable, Operator: "Exists", Value: "x", Effect: "NoExecute"}}, 0, true},
		"without end":                 {[]Toleration{of(unreachable, "Exists", "NoExecute")}, 0, true},
		"everything":                  {[]Toleration{of("", "Exists", "")}, 0, true},
		"everything, for a minute":    {[]Toleration{of("", "Exists", "", 60)}, time.Minute, false},
		"the least":                   {[]Toleration{of(unreachable, "Exists", "NoExecute", 90), of("", "Exists", "", 60)}, time.Minute, false},
		"one without end among them":  {[]Toleration{of("", "Exists", ""), of(unreachable, "Exists", "NoExecute", 30)}, 30 * time.Second, false},
		"below zero":                  {[]Toleration{of(unreachable, "Exists", "NoExecute", -5)}, 0, false},
		"of what is not ready":        {[]Toleration{of("node.kubernetes.io/not-ready", "Exists", "NoExecute", 30)}, 5 * time.Minute, false},
		"of another effect":           {[]Toleration{of(unreachable, "Exists", "NoSchedule", 30)}, 5 * time.Minute, false},
		"of a value that it has not":  {[]Toleration{{Key: unreachable, Value: "x", Effect: "NoExecute"}}, 5 * time.Minute, false},
		"no key, and not of all keys": {[]Toleration{of("", "", "NoExecute")}, 5 * time.Minute, false},
	} {
		d, forever := (&PodTemplate{Tolerations: c.all}).UntilEvicted(true)
		if d != c.want || forever != c.forever {
			t.Errorf("%s: %s, %t", name, d, forever)
		}
	}
	if d, _ := (&PodTemplate{Tolerations: []Toleration{of("node.kubernetes.io/not-ready", "Exists", "NoExecute", 7)}}).UntilEvicted(
		false); d != 7*time.Second {
		t.Errorf("of one that is not ready: %s", d)
	}
}

// A DaemonSet of another group than apps is one that kubectl drain does not know.
func TestElsewhereDaemons(t *testing.T) {
	for api, want := range map[string]bool{
		"apps/DaemonSet": false, "apps.kruise.io/DaemonSet": true, "/DaemonSet": false, "apps.kruise.io/CloneSet": false,
	} {
		group, kind, _ := strings.Cut(api, "/")
		w := Workload{Ref: Ref{Kind: kind}, Group: group}
		if got := w.ElsewhereDaemon(); got != want {
			t.Errorf("%s: %t", api, got)
		}
	}
}
