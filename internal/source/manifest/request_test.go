package manifest

import (
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Requests are counted as the scheduler does.
func TestRequests(t *testing.T) {
	const (
		c1  = "{name: a, resources: {requests: {cpu: 100m, memory: 64Mi}}}"
		c2  = "{name: b, resources: {requests: {cpu: 1, memory: 1Gi, nvidia.com/gpu: 2}}}"
		ram = 1 << 20
	)
	gpus := func(n int64) map[string]int64 { return map[string]int64{"nvidia.com/gpu": n} }
	for _, c := range []struct {
		name, spec string
		want       kubernetes.Resources
	}{
		{"nothing", "{containers: [{name: a}]}", kubernetes.Resources{}},
		{"containers", "{containers: [" + c1 + ", " + c2 + "]}", kubernetes.Resources{CPU: 1100, Memory: 1088 * ram, Other: gpus(2)}},
		{"limits stand in", "{containers: [{name: a, resources: {limits: {cpu: 2, memory: 1Gi, nvidia.com/gpu: 1}, requests: {cpu: 0}}}]}",
			kubernetes.Resources{Memory: 1024 * ram, Other: gpus(1)}},
		{"rounded up", "{containers: [{name: a, resources: {requests: {cpu: 100u, memory: 1500m, ephemeral-storage: 1500m}}}]}",
			kubernetes.Resources{CPU: 1, Memory: 2, Other: map[string]int64{"ephemeral-storage": 2}}},
		{"an init container that takes more", "{initContainers: [" + c2 + "], containers: [" + c1 + ", " + c1 + "]}",
			kubernetes.Resources{CPU: 1000, Memory: 1024 * ram, Other: gpus(2)}},
		{"init containers one after the other", "{initContainers: [" + c1 + ", " + c1 + "], containers: [" + c1 + "]}",
			kubernetes.Resources{CPU: 100, Memory: 64 * ram}},
		{"a sidecar", "{initContainers: [{restartPolicy: Always, name: s, resources: {requests: {cpu: 50m}}}], containers: [" + c1 + "]}",
			kubernetes.Resources{CPU: 150, Memory: 64 * ram}},
		{"a sidecar runs beside what is started after it",
			"{initContainers: [{restartPolicy: Always, name: s, resources: {requests: {cpu: 50m}}}, " +
				"{name: i, resources: {requests: {cpu: 500m}}}], containers: [" + c1 + "]}",
			kubernetes.Resources{CPU: 550, Memory: 64 * ram}},
		{"and not beside what is started before it", "{initContainers: [{name: i, resources: {requests: {cpu: 500m}}}, {restartPolicy: Always, " +
			"name: s, resources: {requests: {cpu: 50m}}}], containers: [" + c1 + "]}",
			kubernetes.Resources{CPU: 500, Memory: 64 * ram}},
		{"overhead", "{overhead: {cpu: 250m, memory: 120Mi}, containers: [" + c1 + "]}", kubernetes.Resources{CPU: 350, Memory: 184 * ram}},
		{"of the whole pod", "{resources: {requests: {cpu: 3}}, overhead: {cpu: 1}, containers: [" + c1 + "]}",
			kubernetes.Resources{CPU: 4000, Memory: 64 * ram}},
		{"limits of the whole pod, where no container asks", "{resources: {limits: {cpu: 3, memory: 1Gi}}, " +
			"containers: [{name: a, resources: {requests: {cpu: 100m}}}]}", kubernetes.Resources{CPU: 100, Memory: 1024 * ram}},
		{"what a whole pod cannot ask for", "{resources: {requests: {nvidia.com/gpu: 3}}, containers: [" + c1 + "]}",
			kubernetes.Resources{CPU: 100, Memory: 64 * ram}},
		{"more than can be counted", "{containers: [{name: a, resources: {requests: {cpu: 1e18, memory: 1e30}}}, " +
			"{name: a, resources: {requests: {cpu: 1e18, memory: 1e30}}}]}", kubernetes.Resources{CPU: math.MaxInt64, Memory: math.MaxInt64}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := mustRead(t, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {selector: {matchLabels: {a: b}}, "+
				"template: {spec: "+c.spec+"}}\n")
			c.want.Pods = 1
			if got := e.Workloads[0].Template.Requests; !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestGrace(t *testing.T) {
	for written, want := range map[string]time.Duration{
		"null": 30 * time.Second, "0": 0, "90": 90 * time.Second, "-5": time.Second,
		"9223372036854775807": math.MaxInt64 / time.Second * time.Second,
	} {
		e := mustRead(t, "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {terminationGracePeriodSeconds: "+written+"}\n")
		if got := e.Workloads[0].Template.Grace; got != want {
			t.Errorf("%s is %s, want %s", written, got, want)
		}
	}
}
