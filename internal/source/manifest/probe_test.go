package manifest

import (
	"testing"
	"time"
)

// A pod is ready no sooner than the last of its containers can be.
func TestReadyAfter(t *testing.T) {
	for name, test := range map[string]struct {
		spec string
		want time.Duration
	}{
		"no probe":                     {"containers: [{name: c}]", 0},
		"a probe at once":              {"containers: [{name: c, readinessProbe: {tcpSocket: {port: 80}}}]", 0},
		"a readiness probe that waits": {"containers: [{name: c, readinessProbe: {initialDelaySeconds: 180}}]", 180 * time.Second},
		"the startup probe does":       {"containers: [{name: c, startupProbe: {initialDelaySeconds: 120}}]", 120 * time.Second},
		"both, from one moment": {"containers: [{name: c, startupProbe: {initialDelaySeconds: 120}, " +
			"readinessProbe: {initialDelaySeconds: 30}}]", 120 * time.Second},
		"liveness does not matter": {"containers: [{name: c, livenessProbe: {initialDelaySeconds: 120}}]", 0},
		"it has to pass three times": {"containers: [{name: c, readinessProbe: {initialDelaySeconds: 60, periodSeconds: 5, " +
			"successThreshold: 3}}]", 70 * time.Second},
		"ten seconds apart if nobody says": {"containers: [{name: c, readinessProbe: {successThreshold: 2}}]", 10 * time.Second},
		"the slowest container": {"containers: [{name: c, readinessProbe: {initialDelaySeconds: 60}}, " +
			"{name: d, readinessProbe: {initialDelaySeconds: 90}}]", 90 * time.Second},
		"after a sidecar": {"initContainers: [{name: s, restartPolicy: Always, startupProbe: {initialDelaySeconds: 20}}], " +
			"containers: [{name: c, readinessProbe: {initialDelaySeconds: 60}}]", 80 * time.Second},
		"a sidecar itself": {"initContainers: [{name: s, restartPolicy: Always, readinessProbe: {initialDelaySeconds: 75}}], " +
			"containers: [{name: c}]", 75 * time.Second},
		"one that ends has no part in it": {"initContainers: [{name: s, startupProbe: {initialDelaySeconds: 20}}], containers: [{name: c}]", 0},
		"less than none is none":          {"containers: [{name: c, readinessProbe: {initialDelaySeconds: -5}}]", 0},
	} {
		e := mustRead(t, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {selector: {matchLabels: {a: b}}, "+
			"template: {metadata: {labels: {a: b}}, spec: {"+test.spec+"}}}\n")
		if got := e.Workloads[0].Template.ReadyAfter; got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}
