package disruption

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = utc("2026-11-22 12:00")

// The cases of IsDoNotDisruptActive and IsDisruptable in
// pkg/utils/pod/suite_test.go of Karpenter 1.14.
func TestProtected(t *testing.T) {
	started := noon.Add(-5 * time.Minute)
	tests := []struct {
		name        string
		pod         DrainPod
		protected   bool
		disruptable bool
	}{
		{"no annotation", DrainPod{Started: started}, false, true},
		{"'true'", DrainPod{Started: started, DoNotDisrupt: "true"}, true, false},
		{"invalid duration format", DrainPod{Started: started, DoNotDisrupt: "invalid"}, false, true},
		{"zero duration", DrainPod{Started: started, DoNotDisrupt: "0s"}, false, true},
		{"negative duration", DrainPod{Started: started, DoNotDisrupt: "-5m"}, false, true},
		{"duration has not expired", DrainPod{Started: started, DoNotDisrupt: "10m"}, true, false},
		{"duration has expired", DrainPod{Started: started, DoNotDisrupt: "3m"}, false, true},
		{"fail safe when start time is nil", DrainPod{DoNotDisrupt: "10m"}, true, false},
		{"terminal pod even with annotation", DrainPod{Phase: "Succeeded", DoNotDisrupt: "true"}, true, true},
		// Not upstream's.
		{"zero duration, start time is nil", DrainPod{DoNotDisrupt: "0s"}, false, true},
		{"the shortest duration, start time is nil", DrainPod{DoNotDisrupt: "1ns"}, true, false},
		{"exactly at the end", DrainPod{Started: started, DoNotDisrupt: "5m"}, false, true},
		{"a terminating pod", DrainPod{Deleted: noon, DoNotDisrupt: "true"}, true, true},
		{"True is not true", DrainPod{Started: started, DoNotDisrupt: "True"}, false, true},
		{"a number is no duration", DrainPod{Started: started, DoNotDisrupt: "30"}, false, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.pod.Protected(noon); got != test.protected {
				t.Errorf("protected: %t", got)
			}
			if got := test.pod.Disruptable(noon); got != test.disruptable {
				t.Errorf("disruptable: %t", got)
			}
		})
	}
}

func TestUntil(t *testing.T) {
	for _, pod := range []DrainPod{
		{Started: noon},
		{Started: noon, DoNotDisrupt: "true"},
		{Started: noon, DoNotDisrupt: "-5m"},
		{DoNotDisrupt: "5m"},
	} {
		if end, ok := pod.Until(); ok {
			t.Errorf("%+v: ends at %s", pod, end)
		}
	}
	if end, ok := (&DrainPod{Started: noon, DoNotDisrupt: "1ns"}).Until(); !ok || !end.Equal(noon.Add(1)) {
		t.Errorf("the shortest ends at %s, %t", end, ok)
	}
	if _, ok := (&DrainPod{Started: noon, DoNotDisrupt: "0s"}).Until(); ok {
		t.Error("one of no time ends")
	}
	pod := DrainPod{Started: noon, DoNotDisrupt: "5m"}
	if end, ok := pod.Until(); !ok || pod.Protected(end) || !pod.Protected(end.Add(-1)) {
		t.Errorf("ends at %s, %t", end, ok)
	}
}

// What the cases of pkg/controllers/node/termination/suite_test.go of
// Karpenter 1.14 and of pkg/drain in k8s.io/kubectl 0.36 do about one pod.
func TestTreatment(t *testing.T) {
	tests := []struct {
		name      string
		pod       DrainPod
		karpenter Treatment
		kubectl   Treatment // with every flag
		plain     Treatment // with none
	}{
		{"a pod under a controller", DrainPod{Phase: "Running"}, Evict, Evict, Evict},
		{"tolerates karpenter's taint with equal operator",
			DrainPod{Tolerations: []Toleration{{Key: disrupted, Operator: "Equal", Effect: "NoSchedule"}}}, Leave, Evict, Evict},
		{"tolerates karpenter's taint with exists operator",
			DrainPod{Tolerations: []Toleration{{Key: disrupted, Operator: "Exists", Effect: "NoSchedule"}}}, Leave, Evict, Evict},
		{"tolerates karpenter's taint with no operator, which is Equal",
			DrainPod{Tolerations: []Toleration{{Key: disrupted, Effect: "NoSchedule"}}}, Leave, Evict, Evict},
		{"tolerates everything", DrainPod{Tolerations: []Toleration{{Operator: "Exists"}}}, Leave, Evict, Evict},
		{"tolerates another effect", DrainPod{Tolerations: []Toleration{{Key: disrupted, Operator: "Exists", Effect: "NoExecute"}}}, Evict,
			Evict, Evict},
		{"tolerates another value", DrainPod{Tolerations: []Toleration{{Key: disrupted, Operator: "Equal", Value: "true"}}}, Evict, Evict, Evict},
		{"tolerates more than no number", DrainPod{Tolerations: []Toleration{{Key: disrupted, Operator: "Gt"}}}, Evict, Evict, Evict},
		{"tolerates numbers", DrainPod{Tolerations: []Toleration{{Key: disrupted, Operator: "Gt", Value: "0"}}}, Evict, Evict, Evict},
		{"tolerates node.kubernetes.io/unschedulable",
			DrainPod{Tolerations: []Toleration{{Key: "node.kubernetes.io/unschedulable", Operator: "Exists", Effect: "NoSchedule"}}}, Evict,
			Evict, Evict},
		{"a pod without an ownerRef", DrainPod{Phase: "Running", Bare: true}, Evict, Evict, Abort},
		{"a terminal pod", DrainPod{Phase: "Failed", Bare: true, EmptyDir: true}, Leave, Evict, Evict},
		{"a static pod", DrainPod{Phase: "Running", Static: true}, Leave, Leave, Leave},
		{"a DaemonSet's pod", DrainPod{Phase: "Running", DaemonSet: true}, Evict, Leave, Abort},
		{"a DaemonSet's pod that tolerates everything", DrainPod{DaemonSet: true, Tolerations: []Toleration{{Operator: "Exists"}}}, Leave,
			Leave, Abort},
		{"a finished DaemonSet's pod", DrainPod{Phase: "Succeeded", DaemonSet: true}, Leave, Evict, Evict},
		{"a pod with an emptyDir", DrainPod{Phase: "Running", EmptyDir: true}, Evict, Evict, Abort},
		{"terminating", DrainPod{Deleted: noon.Add(time.Second)}, Await, Evict, Evict},
		{"stuck terminating past its grace period", DrainPod{Deleted: noon.Add(-61 * time.Second)}, Leave, Evict, Evict},
		{"not stuck yet", DrainPod{Deleted: noon.Add(-60 * time.Second)}, Await, Evict, Evict},
		{"do not disrupt: the drain stalls", DrainPod{Phase: "Running", DoNotDisrupt: "true"}, Await, Evict, Evict},
		{"pending", DrainPod{Phase: "Pending"}, Evict, Evict, Evict},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.pod.Karpenter(noon); got != test.karpenter {
				t.Errorf("Karpenter: %s, want %s", got, test.karpenter)
			}
			if got := test.pod.Kubectl(EveryFlag, noon); got != test.kubectl {
				t.Errorf("kubectl: %s, want %s", got, test.kubectl)
			}
			if got := test.pod.Kubectl(KubectlFlags{}, noon); got != test.plain {
				t.Errorf("kubectl without flags: %s, want %s", got, test.plain)
			}
		})
	}
}

// TestSkipDeletedFilter in pkg/drain/filter_test.go of k8s.io/kubectl 0.36.
func TestSkipDeleted(t *testing.T) {
	for _, test := range []struct {
		age, skip time.Duration
		want      Treatment
	}{
		{0, 20 * time.Second, Evict},
		{time.Second, 20 * time.Second, Evict},
		{100 * time.Second, 20 * time.Second, Leave},
		{20 * time.Second, 20 * time.Second, Evict},
		{2 * time.Second, time.Second, Leave},
		{100 * time.Second, 0, Evict},
	} {
		p := DrainPod{Phase: "Running"}
		if test.age > 0 {
			p.Deleted = noon.Add(-test.age)
		}
		if got := p.Kubectl(KubectlFlags{SkipDeleted: test.skip}, noon); got != test.want {
			t.Errorf("%v of %v: %s", test.age, test.skip, got)
		}
	}
}

// "should evict pods in order and wait until pods are fully deleted" and
// "should evict non-critical pods first" in
// pkg/controllers/node/termination/suite_test.go of Karpenter 1.14.
func TestWavesInOrder(t *testing.T) {
	pods := []DrainPod{
		{Phase: "Running", Critical: true, DaemonSet: true},
		{Phase: "Running", Critical: true},
		{Phase: "Running", DaemonSet: true},
		{Phase: "Running"},
	}
	for _, want := range []int{3, 2, 1, 0} {
		evict, waiting := Wave(pods, noon)
		if !slices.Equal(evict, []int{want}) || waiting != want+1 {
			t.Fatalf("evicts %v and waits for %d, want pod %d", evict, waiting, want)
		}
		pods[want].Deleted = noon.Add(30 * time.Second)
		if evict, waiting = Wave(pods, noon); evict != nil || waiting != want+1 {
			t.Fatalf("goes on to %v while pod %d is on its way", evict, want)
		}
		pods[want].Phase = "Succeeded"
	}
	if evict, waiting := Wave(pods, noon); evict != nil || waiting != 0 {
		t.Errorf("%v and %d at the end", evict, waiting)
	}
}

// The cases of DeleteExpiringPods in
// pkg/controllers/node/termination/terminator/suite_test.go of Karpenter 1.14,
// and of preemptive deletion in the suite of the controller.
func TestExpiring(t *testing.T) {
	tests := []struct {
		name     string
		pod      DrainPod
		deadline time.Duration // from now
		due      bool
		grace    time.Duration
	}{
		{"terminationGracePeriodSeconds still remaining", DrainPod{Grace: time.Minute}, 5 * time.Minute, false, 0},
		{"less than terminationGracePeriodSeconds remaining", DrainPod{Grace: 2 * time.Minute}, time.Minute, true, time.Minute},
		{"clamp to 1 s when the time is in the past", DrainPod{Grace: 2 * time.Minute}, -time.Hour, true, time.Second},
		{"preemptively, do-not-disrupt or not", DrainPod{Grace: 300 * time.Second, DoNotDisrupt: "true"}, 300*time.Second - 1, true,
			299 * time.Second},
		{"terminating beyond the node's end: shortened", DrainPod{Grace: 6000 * time.Second, Deleted: noon.Add(6000 * time.Second)},
			210 * time.Second, true, 210 * time.Second},
		// Not upstream's.
		{"not before, to the nanosecond", DrainPod{Grace: time.Minute}, time.Minute, false, 0},
		{"terminating within the node's time", DrainPod{Grace: 300 * time.Second, Deleted: noon.Add(200 * time.Second)},
			210 * time.Second, false, 0},
		{"static", DrainPod{Grace: time.Hour, Static: true}, time.Minute, false, 0},
		{"dodges the drain: no early deletion either", DrainPod{Grace: time.Hour, Tolerations: []Toleration{{Operator: "Exists"}}},
			time.Minute, false, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			grace, due := test.pod.Expiring(noon.Add(test.deadline), noon)
			if due != test.due || grace != test.grace {
				t.Errorf("%v %t, want %v %t", grace, due, test.grace, test.due)
			}
		})
	}
}

func TestBackoff(t *testing.T) {
	want := []time.Duration{100, 200, 400, 800, 1600, 3200, 6400, 10000, 10000}
	for i, w := range want {
		if got := KarpenterBackoff(i + 1); got != w*time.Millisecond {
			t.Errorf("after %d failures %v, want %v", i+1, got, w*time.Millisecond)
		}
	}
	if got := KarpenterBackoff(1 << 40); got != 10*time.Second {
		t.Errorf("after very many failures %v", got)
	}
	if got := KubectlBackoff(1); got != 5*time.Second {
		t.Error(got)
	}
}

func TestDeadline(t *testing.T) {
	day := 24 * time.Hour
	tests := []struct {
		name    string
		d       Deadline
		own     time.Duration
		killed  time.Duration // from the start; -1 never
		grace   time.Duration
		outcome Outcome
		ends    bool
	}{
		{"EKS Auto Mode", Deadline{After: day, Then: Force, Early: true}, 30 * time.Second, day - 30*time.Second, 30 * time.Second,
			Outcome{PodsForceDeleted: true, NodeGone: true}, true},
		{"EKS Auto Mode, a pod with more grace than the node", Deadline{After: day, Then: Force, Early: true}, 48 * time.Hour, 0, day,
			Outcome{PodsForceDeleted: true, NodeGone: true}, true},
		{"GKE", Deadline{After: time.Hour, Then: Force}, 30 * time.Second, time.Hour, 0, Outcome{PodsForceDeleted: true, NodeGone: true}, true},
		{"EKS managed node group", Deadline{After: 15 * time.Minute, Then: Fail}, 30 * time.Second, -1, 0, Outcome{Stops: true}, true},
		{"HyperPod, skipping", Deadline{After: time.Hour, Then: Skip}, 30 * time.Second, -1, 0, Outcome{InUse: true}, true},
		{"nothing to force after", Deadline{Then: Force}, 30 * time.Second, -1, 0, Outcome{}, false},
		{"OpenShift", Deadline{Then: Wait}, 30 * time.Second, -1, 0, Outcome{}, false},
		{"waiting with a time to warn at", Deadline{After: time.Hour, Then: Wait}, 30 * time.Second, -1, 0, Outcome{}, false},
		{"Karpenter without terminationGracePeriod", Deadline{}, 30 * time.Second, -1, 0, Outcome{}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			at, grace, killed := test.d.ForceDeleted(noon, test.own)
			if killed != (test.killed >= 0) || killed && (!at.Equal(noon.Add(test.killed)) || grace != test.grace) {
				t.Errorf("killed %v with %v: %t", at, grace, killed)
			}
			if outcome, ends := test.d.Outcome(); outcome != test.outcome || ends != test.ends {
				t.Errorf("%+v %t", outcome, ends)
			}
		})
	}
	for d, binds := range map[Deadline]bool{
		{Then: Force}: false, {After: 1, Then: Force}: true, {After: 1}: false, {After: 1, Then: Wait}: false, {After: 1, Then: Skip}: true,
	} {
		end, ok := d.At(noon)
		if d.Binds() != binds || ok != binds || binds != end.Equal(noon.Add(1)) {
			t.Errorf("%+v binds: %t, until %v %t", d, d.Binds(), end, ok)
		}
	}
	if _, ends := (Deadline{After: 1, Then: "explode"}).Outcome(); ends {
		t.Error("nobody knows what follows, and it does")
	}
	if got := (Deadline{GraceCap: 1}).Grace(time.Hour); got != 1 {
		t.Errorf("the smallest cap grants %v", got)
	}
	if got := (Deadline{GraceCap: 10 * time.Minute}).Grace(time.Hour); got != 10*time.Minute {
		t.Errorf("GKE Autopilot grants %v", got)
	}
}

func drainPods(t *rapid.T) DrainPod {
	p := DrainPod{
		Phase: rapid.SampledFrom([]string{"Pending", "Running", "Running", "Succeeded", "Failed", "Unknown"}).Draw(t, "phase"),
		Grace: time.Duration(rapid.IntRange(0, 600).Draw(t, "grace")) * time.Second,
	}
	switch rapid.IntRange(0, 5).Draw(t, "owner") {
	case 0:
		p.DaemonSet = true
	case 1:
		p.Static = true
	case 2:
		p.Bare = true
	}
	p.Critical = rapid.Bool().Draw(t, "critical")
	if rapid.IntRange(0, 3).Draw(t, "deleted") == 0 {
		p.Deleted = noon.Add(time.Duration(rapid.IntRange(-120, 600).Draw(t, "when")) * time.Second)
	}
	p.DoNotDisrupt = rapid.SampledFrom([]string{"", "", "", "true", "30m", "no"}).Draw(t, "annotation")
	p.Started = noon.Add(-time.Duration(rapid.IntRange(0, 60).Draw(t, "age")) * time.Minute)
	return p
}

// A drain that evicts wave by wave ends, and no pod goes before one of an
// earlier group that the drain waits for.
func TestWavesEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pods := rapid.SliceOfN(rapid.Custom(drainPods), 0, 12).Draw(t, "pods")
		now := noon
		for round := 0; ; round++ {
			if round > 100 {
				t.Fatal("it does not end")
			}
			evict, waiting := Wave(pods, now)
			if waiting == 0 {
				return
			}
			for _, i := range evict {
				for k := range pods {
					if pods[k].Karpenter(now) != Leave && pods[k].Group() < pods[i].Group() {
						t.Fatalf("pod %d goes before pod %d", i, k)
					}
				}
				pods[i].Deleted = now.Add(pods[i].Grace)
			}
			now = now.Add(10 * time.Minute)
			for k := range pods { // somebody finishes what is protected for ever
				if pods[k].DoNotDisrupt == "true" && round > 50 {
					pods[k].Phase = "Succeeded"
				}
			}
		}
	})
}

func ExampleDeadline_ForceDeleted() {
	began := utc("2026-11-21 02:00")
	at, grace, _ := Deadline{After: 24 * time.Hour, Then: Force, Early: true}.ForceDeleted(began, 10*time.Minute)
	fmt.Println(at.Format("Mon 15:04"), grace)
	// Output: Sun 01:50 10m0s
}
