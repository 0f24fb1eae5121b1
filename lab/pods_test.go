package lab

import (
	"testing"
	"time"

	"github.com/onus-project/onus/lab/cluster"
)

// Annotations make pods slow, have others crash, and keep others from getting ready.
func TestPodsWithAWillOfTheirOwn(t *testing.T) {
	c := Start(t, cluster.Options{PodReady: time.Second, PodStop: time.Second})
	kubectl := talk(t, c)
	kubectl(fakeNodes+willed, "apply", "--filename=-")
	kubectl("", "wait", "--for=condition=Ready", "pod/slow", "pod/db-0", "pod/db-2", "--timeout=90s")
	kubectl("", "wait", "--for=condition=Ready=false", "pod/never", "pod/db-1", "--timeout=60s")

	since := func(pod, condition string) time.Time {
		t.Helper()
		at, err := time.Parse(time.RFC3339, kubectl("", "get", "pod", pod, `--output=jsonpath={.status.conditions[?(@.type=="`+condition+
			`")].lastTransitionTime}`))
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	if took := since("slow", "Ready").Sub(since("slow", "PodScheduled")); took < 5*time.Second || took > 15*time.Second {
		t.Errorf("the slow one took %s, want about 6s", took)
	}
	if got := kubectl("", "get", "pods", "never", "db-1", "--output=jsonpath={.items[*].status.phase}"); got != "Running Running" {
		t.Error(got)
	}
	// One crashes and is up again, time and again; one only waits.
	for range 2 {
		kubectl("", "wait", "--for=condition=Ready", "pod/crashes", "--timeout=60s")
		kubectl("", "wait", "--for=condition=Ready=false", "pod/crashes", "--timeout=60s")
	}
	if got := kubectl("", "get", "pod", "loops",
		"--output=jsonpath={.status.phase} {.status.containerStatuses[0].state.waiting.reason}"); got != "Running CrashLoopBackOff" {
		t.Error(got)
	}
	// A pod starts when it is bound, long before it is ready.
	if started, err := time.Parse(time.RFC3339, kubectl("", "get", "pod", "slow", "--output=jsonpath={.status.startTime}")); err != nil ||
		started.Sub(since("slow", "PodScheduled")) > 3*time.Second {
		t.Errorf("it started at %s, %v", started, err)
	}
	// A pod that was ready can be told not to be.
	kubectl("", "annotate", "pods", "db-2", cluster.Readiness+"=never")
	kubectl("", "wait", "--for=condition=Ready=false", "pod/db-2", "--timeout=60s")
}

const willed = `
---
apiVersion: v1
kind: Pod
metadata: {name: slow, annotations: {lab.onus/ready-after: 6s}}
spec:
  containers: [{name: c, image: registry.k8s.io/pause:3.10}]
---
apiVersion: v1
kind: Pod
metadata: {name: never, annotations: {lab.onus/readiness: never}}
spec:
  containers: [{name: c, image: registry.k8s.io/pause:3.10}]
---
apiVersion: v1
kind: Pod
metadata: {name: loops, annotations: {lab.onus/readiness: crash-loop}}
spec:
  containers: [{name: c, image: registry.k8s.io/pause:3.10}]
---
apiVersion: v1
kind: Pod
metadata: {name: crashes, annotations: {lab.onus/crash-after: 3s, lab.onus/crash-for: 2s}}
spec:
  containers: [{name: c, image: registry.k8s.io/pause:3.10}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 3
  serviceName: db
  podManagementPolicy: Parallel
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}, annotations: {lab.onus/never-ready-index: "1"}}
    spec:
      containers: [{name: c, image: registry.k8s.io/pause:3.10}]
`
